"""Supervision of a notebook that the runner executes: what it read, and no reading or writing outside the kit.

A page is kept as long as nothing it was made from changes. That holds only when everything it was made from is known:
deliveries and parameters opened by the kit are noted, and a cell that opens a file by itself is stopped. What a reader
written in C opens by a bare path (DuckDB, pyreadstat) passes unseen; notebooks have no business with those.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import FrameType
from typing import Literal

from sdm_lib import sources
from sdm_lib.errors import Melding, RapportFout
from sdm_lib.monitor import bewaard

_root: Path | None = None
_geopend: set[str] = set()  # parameter files that the kit opened
_vrij: tuple[str, ...] = ()
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC


def watch(root: Path) -> None:
    """Supervise this process from now on; a second call changes nothing."""
    global _root, _vrij
    if _root is not None:
        return
    _root, _vrij = root, _free_places(root)
    sys.addaudithook(_hook)


def read_by_this_process() -> dict[str, str]:
    """What this notebook depends on: files of the project by their path in it, others by folder and name.

    A key is ``bestand``, ``module`` or ``server``, a colon and the path; the value is the hash of the content.
    """
    if _root is None:
        return {}
    for pad in _geopend:
        sources.look(Path(pad))
    gevonden = {f"bestand:{name_of(pad, _root)}": hash_ for pad, hash_ in sources.files().items()}
    gevonden |= {f"server:{naam}": hash_ for naam, hash_ in sources.answers().items()}
    return gevonden | {f"module:{naam}": hash_ for naam, hash_ in bewaard.modules().items()}


def name_of(pad: Path, root: Path) -> str:
    """A path from the project's root when it lies inside, else the whole path."""
    return pad.relative_to(root).as_posix() if pad.is_relative_to(root) else pad.as_posix()


def _free_places(root: Path) -> tuple[str, ...]:
    """Where Python, its libraries and the system keep their own files."""
    eigen = [sys.prefix, sys.base_prefix, str(bewaard.PACKAGE), *(pad for pad in sys.path if pad and Path(pad) != root)]
    eigen += [os.environ[naam] for naam in ("IPYTHONDIR", "SystemRoot") if os.environ.get(naam)]
    systeem = ("/usr", "/etc", "/proc", "/sys", "/dev", "/lib", "/opt") if os.name == "posix" else ()
    return tuple(f"{os.path.abspath(pad)}{os.sep}" for pad in (*eigen, *systeem))


def _hook(event: str, args: tuple[object, ...]) -> None:
    if event != "open" or not isinstance(args[0], str | bytes):
        return
    pad = os.path.abspath(os.fsdecode(args[0]))
    if pad.startswith(_vrij) or pad.startswith(os.path.expanduser("~/.")):
        return
    wie = _who_opens()
    if wie == "kit" and _is_parameter_file(pad):
        _geopend.add(pad)
    if wie != "cel":
        return
    flags = args[2] if isinstance(args[2], int) else 0
    schrijft = bool(flags & _WRITES) or any(teken in str(args[1] or "") for teken in "wax+")
    wat = f"een cel {'schrijft' if schrijft else 'leest'} '{os.path.basename(pad)}' buiten de kit om"
    herstel = "Schrijf niets vanuit een notebook." if schrijft else "Maak er een levering van, of lees het met de kit."
    raise RapportFout(Melding("SDM-107", wat, herstel))


def _who_opens() -> Literal["kit", "cel", "kernel"]:
    """Who stands nearest behind an open: a module of the kit, a cell, or neither of them."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        namen = frame.f_globals
        if str(namen.get("__name__", "")).startswith("sdm_lib."):
            return "kit"
        if namen.get("__name__") == "__main__" and "get_ipython" in namen:
            return "cel"
        frame = frame.f_back
    return "kernel"


def _is_parameter_file(pad: str) -> bool:
    """Whether a change of this file changes what a notebook finds; of catalogue and house rules a block does."""
    params = f"{_root}{os.sep}params{os.sep}"
    return pad.startswith(params) and not pad.startswith((f"{params}indicatoren{os.sep}", f"{params}kit.yaml"))
