"""Which files were read in this process, with their hashes: the provenance of every figure."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

_gelezen: dict[str, str] = {}  # grows only; a process is one notebook or one command
_bestanden: dict[Path, str] = {}
_antwoorden: dict[str, str] = {}  # of servers


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimals."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def record(path: Path) -> str:
    """Note that a file was read; returns its hash. A file is named by its folder and name, not by where it lies."""
    hash_ = sha256(path)
    _gelezen[f"{path.parent.name}/{path.name}"] = hash_
    _bestanden[path.absolute()] = hash_
    return hash_


def look(path: Path) -> str:
    """Note that a file was looked for; returns its hash, or empty text when it is not there."""
    if path.is_file():
        return record(path)
    _bestanden[path.absolute()] = ""
    return ""


def record_frame(naam: str, frame: pd.DataFrame) -> str:
    """Note an answer of a server, which is no file: the hash is of its values in order."""
    tekst = frame.to_csv(index=False, lineterminator="\n")
    _gelezen[naam] = _antwoorden[naam] = hashlib.sha256(tekst.encode()).hexdigest()
    return _gelezen[naam]


def recorded() -> tuple[tuple[str, str], ...]:
    """Every data file read in this process: (folder/name, hash), in alphabetical order."""
    return tuple(sorted(_gelezen.items()))


def files() -> dict[Path, str]:
    """Every file read in this process, by where it lies, with its hash; empty for one that was looked for in vain."""
    return dict(_bestanden)


def answers() -> dict[str, str]:
    """Every answer of a server in this process: whether it would be the same now only asking again can tell."""
    return dict(_antwoorden)
