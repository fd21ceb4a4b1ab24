"""Limits of a notebook that the runner executes: one that prints without end or eats memory stops by itself.

Without them a slip of the pen in one cell fills the memory of the run, or of the machine, and takes the other notebooks
with it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from sdm_lib.errors import Melding, RapportFout

UITVOER_MB = 5  # what no page shows: pieces count for next to nothing
PER_REGEL = 100  # and anything printed
PER_STUK = 2_500  # characters that anything displayed counts for, besides its text
GEHEUGEN = 0.5  # of what this machine has


def begrens() -> None:
    """Limit this process: its memory where the system can (Linux), and what its cells print and display."""
    if sys.platform == "linux":
        _limit_memory()
    _limit_output()


def _limit_memory() -> None:
    """More than its part is a MemoryError; when all is used up even so, the system ends this process, not the run."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    grens = int(_memory() * GEHEUGEN)
    resource.setrlimit(resource.RLIMIT_DATA, (grens if hard == resource.RLIM_INFINITY else min(grens, hard), hard))
    with suppress(OSError):  # a container may keep it
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _memory() -> int:
    """Bytes of memory of this machine, or of the container that this runs in."""
    heel = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    grens = Path("/sys/fs/cgroup/memory.max")
    tekst = grens.read_text(encoding="ascii").strip() if grens.is_file() else "max"
    return min(heel, int(tekst)) if tekst.isdigit() else heel


def _limit_output() -> None:
    from IPython import get_ipython  # type: ignore[attr-defined, unused-ignore]

    shell, geschreven = get_ipython(), 0  # type: ignore[no-untyped-call, unused-ignore]
    if shell is None:
        return

    def count(tekens: int) -> None:
        nonlocal geschreven
        geschreven += tekens
        if geschreven > UITVOER_MB * 1_000_000:
            wat = f"een cel schrijft meer dan {UITVOER_MB} MB uitvoer"
            raise RapportFout(Melding("SDM-111", wat, "Haal print of display uit de lus."))

    def displayed(bericht: dict[str, Any]) -> dict[str, Any]:
        data = bericht["content"]["data"].values()
        count(PER_STUK + sum(len(iets) for iets in data if isinstance(iets, str)))
        return bericht

    def begin(*_: object) -> None:
        _counted(sys.stdout, count)
        _counted(sys.stderr, count)

    shell.events.register("pre_run_cell", begin)  # IPython gives the streams their method back after every cell
    begin()
    shell.display_pub.register_hook(displayed)


def _counted(stroom: Any, count: Callable[[int], None]) -> None:
    """Let a stream count what is written to it, once."""
    schrijf = stroom.write
    if getattr(schrijf, "telt", False):
        return

    def write(tekst: str) -> Any:
        count(len(tekst) + PER_REGEL)
        return schrijf(tekst)

    write.telt = True  # type: ignore[attr-defined]
    stroom.write = write
