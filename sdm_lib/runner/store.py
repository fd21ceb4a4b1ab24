"""Put a finished site in place at once, and never by halves.

The new site of a quarter is built in a folder beside the old one; when it is whole, the old folder steps aside and the
new one takes its name. A run that was killed between those two renames is mended by the next.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sdm_lib.errors import kan_niet_schrijven

NIEUW, OUD = ".nieuw", ".oud"


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """A new folder that takes the place of `folder` when the block ends well; on an error the old one stays.

    Raises RapportFout when the place cannot be written or another program keeps a file of it open.
    """
    mend(folder)
    new, old = _beside(folder, NIEUW), _beside(folder, OUD)
    try:
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
    except OSError as fout:
        raise kan_niet_schrijven(fout, bestand=folder.name) from None
    try:
        yield new
        if folder.exists():
            os.replace(folder, old)
        os.replace(new, folder)
    except OSError as fout:
        mend(folder)
        raise kan_niet_schrijven(fout, bestand=folder.name) from None
    finally:
        shutil.rmtree(new, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


def mend(folder: Path) -> None:
    """Put back the old folder when a run stopped after it stepped aside and before the new one took its place."""
    old = _beside(folder, OUD)
    if old.exists() and not folder.exists():
        os.replace(old, folder)


def private_folder(root: Path, naam: str) -> Path:
    """A folder under ``data/cache`` that only its owner may open, made when it is not there."""
    cache = root / "data" / "cache"
    cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    cache.chmod(0o700)
    folder = cache / naam
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    return folder


def write(folder: Path, naam: str, inhoud: bytes) -> str:
    """Write a file of the new site, whole whenever somebody looks; returns its sha256."""
    bezig = folder / f".{naam}"
    bezig.write_bytes(inhoud)
    os.replace(bezig, folder / naam)
    return hashlib.sha256(inhoud).hexdigest()


def _beside(folder: Path, ending: str) -> Path:
    return folder.with_name(f".{folder.name}{ending}")


@contextmanager
def only_one(slot: Path, *, wacht: Callable[[], None]) -> Iterator[None]:
    """Hold a lock for as long as the block lasts; the second run of a quarter waits for the first.

    slot : the lock file; it stays, and means nothing by itself. wacht : called once when there is somebody to wait for.
    The lock ends with the process, so a killed run never leaves one behind.
    """
    with slot.open("a+b") as handle:
        gezegd = False
        while not _try_lock(handle):
            if not gezegd:
                wacht()
                gezegd = True
            time.sleep(0.2)
        yield


def _try_lock(handle: BinaryIO) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            handle.seek(0)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
