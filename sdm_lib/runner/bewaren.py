"""Files about persons do not stay: what nobody used for the retention period is removed when a run starts.

Everything under ``data/cache`` can be made again. It is private (0700), never published, and its age is the time since
somebody last used it: this is the one place in the kit that looks at a clock, and nothing it finds reaches a report.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CACHE = "data/cache"
DAG = 24 * 60 * 60  # seconds
BLIJFT = ("sloten",)  # empty files that runs wait for each other with


@dataclass(frozen=True, slots=True)
class Bewaard:
    """What lies in the cache: how many files, their bytes, and the days since the longest unused one was used."""

    bestanden: int
    bytes: int
    dagen: int


def bewaard(root: Path, *, nu: float | None = None) -> Bewaard:
    """The state of the cache; `nu` is the time in seconds, by default the clock's."""
    nu = time.time() if nu is None else nu
    staten = [path.stat() for path in _bestanden(root)]
    oudste = min((staat.st_mtime for staat in staten), default=nu)
    return Bewaard(len(staten), sum(staat.st_size for staat in staten), max(0, int((nu - oudste) // DAG)))


def ruim_op(root: Path, *, dagen: int, nu: float | None = None) -> Bewaard:
    """Remove what was not used for `dagen` days; 0 removes everything. Returns what was removed."""
    nu = time.time() if nu is None else nu
    weg = [(path, path.stat()) for path in _bestanden(root)]
    weg = [(path, staat) for path, staat in weg if dagen == 0 or nu - staat.st_mtime > dagen * DAG]
    for path, _ in weg:
        path.unlink(missing_ok=True)
    for folder in sorted((root / CACHE).glob("*/**/"), key=lambda folder: -len(folder.parts)):
        if folder.parent != root / CACHE and not any(folder.iterdir()):
            shutil.rmtree(folder, ignore_errors=True)
    oudste = min((staat.st_mtime for _, staat in weg), default=nu)
    return Bewaard(len(weg), sum(staat.st_size for _, staat in weg), max(0, int((nu - oudste) // DAG)))


def gebruikt(path: Path) -> None:
    """Note that a file was used: its retention begins anew."""
    os.utime(path)


def _bestanden(root: Path) -> Iterator[Path]:
    for path in (root / CACHE).rglob("*"):
        if path.is_file() and not path.is_symlink() and path.relative_to(root / CACHE).parts[0] not in BLIJFT:
            yield path
