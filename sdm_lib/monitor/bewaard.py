"""Figures made before, kept by content: a correction of one delivery computes again what stands on that delivery.

A kept figure is found by the question that was asked (definition, frame, breakdown) and by the content of the
deliveries it stands on; beside it stands which modules of the kit were loaded when it was made, and when one of those
has changed since, it is made again. What is kept are aggregates before protection: the folder is private (0700) and
nothing in it is ever published.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path

import sdm_lib
from sdm_lib import schema
from sdm_lib.indicators import Catalogue
from sdm_lib.results import Results
from sdm_lib.sources import sha256

KIT = "params/kit.yaml"
PACKAGE = Path(sdm_lib.__file__).resolve().parent
_hashes: dict[str, str] = {}  # of the modules this process runs; a process never runs two versions of one
_gezien: set[str] = set()  # modules whose file was hashed


def kept(folder: Path, *, vraag: Iterable[str], make: Callable[[], Results]) -> Results:
    """The result table that answers `vraag`, made when it is not there or the kit changed since.

    folder : where figures are kept. vraag : everything the answer depends on but the code.
    """
    path = folder / f"{_text_hash(*vraag)[:40]}.json"
    found = _read(path)
    if found is None:
        found = make()
        _store(path, found)
    return found


def modules() -> dict[str, str]:
    """The modules of the kit that this process has loaded, and those behind figures it took over: path -> hash."""
    for naam in [naam for naam in sys.modules if naam.partition(".")[0] == "sdm_lib" and naam not in _gezien]:
        _gezien.add(naam)
        bron = getattr(sys.modules[naam], "__file__", None)
        if bron:
            _hash(Path(bron).resolve().relative_to(PACKAGE.parent).as_posix())
    return {naam: hash_ for naam, hash_ in sorted(_hashes.items()) if hash_}


def definition_hash(catalogue: Catalogue, naam: str) -> str:
    """The hash of one definition; empty when the catalogue has none of that name."""
    return _text_hash(repr(catalogue[naam])) if naam in catalogue else ""


def topic_hash(catalogue: Catalogue, onderwerp: str) -> str:
    """The hash of which indicators belong to a topic."""
    return _text_hash(*(indicator.id for indicator in catalogue.van(onderwerp)))


def house_rule_hash(root: Path, blok: str) -> str:
    """The hash of what a block of ``params/kit.yaml`` says."""
    return _text_hash(schema.block_text(root / KIT, blok))


def _text_hash(*delen: str) -> str:
    return hashlib.sha256("\0".join(delen).encode()).hexdigest()


def _hash(naam: str) -> str:
    if naam not in _hashes:
        path = PACKAGE.parent / naam
        _hashes[naam] = sha256(path) if path.is_file() else ""
    return _hashes[naam]


def _read(path: Path) -> Results | None:
    try:
        inhoud = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    if not _same_code(path.parent, inhoud["code"]):
        return None
    os.utime(path)  # in use: its retention begins anew
    return Results.from_json(inhoud["results"])


@cache
def _same_code(folder: Path, code: str) -> bool:
    """Whether the modules that made a figure are still what they were."""
    path = folder / f"{code}.code"
    if not path.is_file():
        return False
    os.utime(path)
    made_by: Mapping[str, str] = json.loads(path.read_bytes())
    return all(_hash(naam) == hash_ for naam, hash_ in made_by.items())


def _store(path: Path, found: Results) -> None:
    made_by = modules()
    # somebody may edit the kit while a notebook runs: what old code made may not be kept under the name of the new
    if any(sha256(PACKAGE.parent / naam) != hash_ for naam, hash_ in made_by.items()):
        return
    lijst = json.dumps(made_by)
    code = _text_hash(lijst)[:40]
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(path.with_name(f"{code}.code"), lijst)
    _write(path, json.dumps({"code": code, "results": found.to_json()}, ensure_ascii=False))


def _write(path: Path, tekst: str) -> None:
    tijdelijk = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(tijdelijk, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as handle:
        handle.write(tekst)
    os.replace(tijdelijk, path)
