"""Execute notebooks with papermill, several kernels at once, and keep only outcomes that are whole.

A kernel talks over ipc in a private folder (no open port), is given no plotting library to load, and is stopped at once
when its notebook is done. An executed notebook holds unprotected aggregates: it stays in ``data/cache`` (0700) and is
never published. A failed one goes to a quarantine folder beside it; what is told of it is notebook, cell and exception
type, because the text of an exception may hold a value of somebody's record.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sdm_lib.errors import (
    VAN_DE_MACHINE,
    InvoerFout,
    Melding,
    ParameterFout,
    PrivacyFout,
    RapportFout,
    SdmFout,
    kan_niet_schrijven,
)
from sdm_lib.monitor.pieces import RUNNER
from sdm_lib.runner import warm as warming
from sdm_lib.runner.herkomst import keep
from sdm_lib.runner.plan import Taak
from sdm_lib.runner.store import private_folder

CELL_TIMEOUT_SECONDEN = 600
GEHEUGEN_OP = "Beperk de gegevens waarop de cel rekent, of draai met --kernels 1 op een machine met meer geheugen."
EIGEN_FOUTEN = {
    "InvoerFout": InvoerFout,
    "SurveyError": InvoerFout,  # by name: the runner needs nothing of the room that weights
    "NotConverged": InvoerFout,
    "ParameterFout": ParameterFout,
    "NaamFout": ParameterFout,
    "SleutelFout": ParameterFout,
    "PrivacyFout": PrivacyFout,
    "RapportFout": RapportFout,
}


@dataclass(frozen=True)
class Uitkomst:
    """What came of a task: an executed notebook, or the problem that stopped it."""

    taak: Taak
    notebook: Path | None = None
    fout: SdmFout | None = None


def without_iri_grammar() -> None:
    """Keep `import nbformat` from compiling grammars that no Jupyter schema uses (2.5 CPU seconds a process).

    jsonschema takes the missing module as "no check of the iri format"; see jupyter_server issue 1559.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def execute(
    root: Path,
    taken: Sequence[Taak],
    *,
    kernels: int,
    warm: bool = True,
    done: Callable[[Uitkomst], None] = lambda uitkomst: None,
) -> list[Uitkomst]:
    """Execute tasks, `kernels` at a time; `done` is told of each as it ends. The outcomes come in the order of tasks.

    warm : fork kernels from a parent that has the libraries loaded, where that is possible.
    """
    with workshop(warm=warm and len(taken) > 1):
        return _in_parallel(root, taken, kernels=kernels, done=done)


@contextmanager
def workshop(*, warm: bool) -> Iterator[None]:
    """Where kernels start: a private folder, their environment and, if asked, the warm parent they are forked from.

    Opened around several calls of `execute`, as `sdm preview` does, it starts the parent once for all of them.
    """
    without_iri_grammar()
    with tempfile.TemporaryDirectory(prefix="sdm-") as folder, ExitStack() as stack:
        stack.enter_context(_environment(_for_kernels(folder)))
        parent = None
        if warm and warming.available() and warming.SOCKET not in os.environ:
            parent = stack.enter_context(warming.WarmParent(Path(folder)))
        import papermill  # noqa: F401  # imported once here, before threads would race for it

        logging.getLogger("papermill").setLevel(logging.ERROR)
        logging.getLogger("traitlets").setLevel(logging.ERROR)
        if parent is not None:
            parent.wait_until_ready()
            stack.enter_context(_environment({warming.SOCKET: str(parent.socket)}))
        yield


def _in_parallel(
    root: Path, taken: Sequence[Taak], *, kernels: int, done: Callable[[Uitkomst], None]
) -> list[Uitkomst]:
    with ThreadPoolExecutor(max_workers=kernels) as pool:
        futures: dict[Future[Uitkomst], Taak] = {pool.submit(_execute_one, root, taak): taak for taak in taken}
        try:
            for future in as_completed(futures):
                done(future.result())
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return [future.result() for future in futures]


def _for_kernels(folder: str) -> dict[str, str]:
    """What every kernel inherits: nobody watches, one BLAS thread each, and no history outside a private folder."""
    return {
        RUNNER: "1",
        "IPYTHONDIR": folder,
        "JUPYTER_RUNTIME_DIR": folder,
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


@contextmanager
def _environment(given: Mapping[str, str]) -> Iterator[None]:
    """Environment variables for as long as the block lasts."""
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _execute_one(root: Path, taak: Taak) -> Uitkomst:
    bezig = private_folder(root, "mislukt") / f"{taak.naam}.ipynb"
    executed = run_notebook(root, taak, bezig=bezig)
    return executed if isinstance(executed, Uitkomst) else kept(root, taak, bezig=bezig, notebook=executed)


def kept(root: Path, taak: Taak, *, bezig: Path, notebook: Any) -> Uitkomst:
    """Keep a notebook that was executed whole, with the record of what it read. bezig : where it was written."""
    folder = private_folder(root, "uitgevoerd")
    return Uitkomst(taak, keep(folder, id=taak.id, basis=taak.basis, bezig=bezig, notebook=notebook))


def run_notebook(root: Path, taak: Taak, *, bezig: Path) -> Any:
    """Execute one notebook into the file `bezig`; returns the notebook, or the Uitkomst with what stopped it."""
    from jupyter_core.utils import ensure_event_loop

    try:
        return _papermill(root, taak, bezig=bezig)
    finally:
        ensure_event_loop().close()  # jupyter makes one a thread and leaves it open


def _papermill(root: Path, taak: Taak, *, bezig: Path) -> Any:
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    bron = root / "notebooks" / f"{taak.onderwerp}.ipynb"
    try:
        executed = papermill.execute_notebook(
            str(bron),
            str(bezig),
            parameters=dict(taak.parameters),
            kernel_name="python3",
            progress_bar=False,
            request_save_on_cell_execute=False,
            cwd=str(root),
            execution_timeout=CELL_TIMEOUT_SECONDEN,
            kernel_manager_class=_kernel_manager_class(),
            shutdown_kernel="immediate",
            extra_arguments=["--HistoryManager.enabled=False", "--IPKernelApp.log_level=CRITICAL"],
        )
    except PapermillExecutionError as fout:
        return Uitkomst(taak, fout=_in_cell(taak, cell=fout.cell_index, naam=fout.ename, waarde=fout.evalue))
    except CellTimeoutError:
        wat = f"een cel liep langer dan {CELL_TIMEOUT_SECONDEN} seconden"
        return Uitkomst(taak, fout=stopped(taak, "SDM-102", wat, "Zoek de cel die blijft hangen."))
    except DeadKernelError:
        herstel = f"Staat er exit() in een cel? Of is het geheugen op? {GEHEUGEN_OP}"
        return Uitkomst(taak, fout=stopped(taak, "SDM-103", "de kernel is gestopt", herstel))
    if problem := _not_whole(executed):
        return Uitkomst(taak, fout=stopped(taak, "SDM-104", problem, "Haal exit() en dergelijke uit het notebook."))
    return executed


def _kernel_manager_class() -> Any:
    from jupyter_client.manager import AsyncKernelManager

    if sys.platform == "win32":  # no unix sockets there
        return AsyncKernelManager

    class IpcKernelManager(AsyncKernelManager):  # type: ignore[misc, unused-ignore]
        """Kernels over unix sockets in a private folder: no port for another user, no race for a free one."""

        def __init__(self, **kwargs: Any) -> None:
            # its own file: the default address is one for all kernels in a folder, which would answer each other
            own = Path(os.environ["JUPYTER_RUNTIME_DIR"]) / f"k{uuid.uuid4().hex[:12]}.json"
            super().__init__(transport="ipc", connection_file=str(own), **kwargs)
            if warming.SOCKET in os.environ and self.kernel_spec is not None:
                self.kernel_spec.metadata["kernel_provisioner"] = {"provisioner_name": "sdm-warm"}

    return IpcKernelManager


def _not_whole(notebook: Any) -> str:
    """Why an executed notebook may not be used; empty when every code cell has run."""
    for nummer, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code" and cell.source.strip() and cell.execution_count is None:
            return f"cel {nummer} is niet uitgevoerd: het notebook stopte halverwege"
    return ""


def _in_cell(taak: Taak, *, cell: int, naam: str, waarde: str) -> SdmFout:
    """The problem inside a cell. Our own errors are written for colleagues and safe to show; others only by name."""
    plaats = f"notebooks/{taak.onderwerp}.ipynb"
    if naam.endswith("MemoryError") or naam == "OutOfMemoryException":  # of Python, numpy and pyarrow, and of DuckDB
        return stopped(taak, "SDM-103", f"cel {cell + 1} vraagt meer geheugen dan een notebook krijgt", GEHEUGEN_OP)
    if nummer := next((nummer for nummer in VAN_DE_MACHINE if waarde.startswith(f"[Errno {nummer}]")), 0):
        return kan_niet_schrijven(OSError(nummer, ""), bestand=f"{plaats}, cel {cell + 1}")
    soort = EIGEN_FOUTEN.get(naam, RapportFout)
    wat = f"cel {cell + 1} stopte met {naam}"
    if naam in EIGEN_FOUTEN:
        wat = f"cel {cell + 1}: {waarde}"
    herstel = f"Open het notebook met kwartaal {taak.parameters['kwartaal']} en gebied {taak.gebied} in JupyterLab."
    return soort(Melding("SDM-101", wat, herstel, bestand=plaats))


def stopped(taak: Taak, code: str, wat: str, herstel: str) -> RapportFout:
    """A problem with the notebook of a task as a whole."""
    return RapportFout(Melding(code, wat, herstel, bestand=f"notebooks/{taak.onderwerp}.ipynb"))
