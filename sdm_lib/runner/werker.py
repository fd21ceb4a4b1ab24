"""What runs on a worker of dask.distributed: one notebook at a time, in the worker's own checkout of the project.

Imported where the extra is installed; `verdeeld` is the side that asks.
"""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from distributed.diagnostics.plugin import WorkerPlugin

from sdm_lib.errors import Melding, RapportFout, SdmFout
from sdm_lib.project import project_root
from sdm_lib.runner.execute import Uitkomst, run_notebook, workshop
from sdm_lib.runner.plan import Taak, tools


@dataclass(frozen=True)
class Antwoord:
    """What a worker sends back: the executed notebook as bytes, and what stopped it."""

    notebook: bytes
    fout: SdmFout | None = None


class Werkplaats(WorkerPlugin):  # type: ignore[misc, unused-ignore]
    """What a worker keeps open as long as it lives: the warm parent that its kernels are forked from."""

    name = "sdm-werkplaats"
    idempotent = True  # a second run finds it open

    def setup(self, worker: Any) -> None:
        """Open it; dask calls this on every worker, also on one that joins later."""
        self._open = ExitStack()
        self._open.enter_context(workshop(warm=True))

    def teardown(self, worker: Any) -> None:
        """Close it with the worker."""
        self._open.close()


@functools.cache
def tools_there() -> dict[str, str]:
    """The tools of this worker as they were when it was first asked: what it has loaded, it does not load again."""
    return tools(project_root())


def execute_there(taak: Taak, hier: Mapping[str, str]) -> Antwoord:
    """Execute a notebook in the project of this worker. hier : the tools of the machine that asks."""
    if anders := differences(hier, tools_there()):  # a worker that joined when the run was on its way
        return Antwoord(b"", RapportFout(not_alike("een werker", anders)))
    with tempfile.TemporaryDirectory(prefix="sdm-") as folder:
        bezig = Path(folder) / f"{taak.naam}.ipynb"
        executed = run_notebook(project_root(), taak, bezig=bezig)
        inhoud = bezig.read_bytes() if bezig.is_file() else b""
    return Antwoord(inhoud, executed.fout if isinstance(executed, Uitkomst) else None)


def differences(hier: Mapping[str, str], daar: Mapping[str, str]) -> list[str]:
    """The tools that a worker has otherwise, in words."""
    return [naam for naam, waarde in hier.items() if daar.get(naam) != waarde]


def not_alike(werker: str, anders: Sequence[str]) -> Melding:
    """That a worker may not execute for this machine, and what is different there."""
    herstel = "Zet daar dezelfde versie van het project neer, installeer requirements.lock en start de werker opnieuw."
    return Melding("SDM-108", f"{werker} is niet als deze machine: {', '.join(anders)} verschilt", herstel)
