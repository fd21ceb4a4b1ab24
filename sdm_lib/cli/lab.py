"""`sdm lab`: JupyterLab on a notebook that runs at once, on the made-up municipality.

It opens in ``notebooks/verkenning/``, which is free ground: git does not keep it and no run ever makes a page of it.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from sdm_lib.errors import Melding, ParameterFout, bedoelde_u

VERKENNING = "notebooks/verkenning"
BEGIN = "begin"
HANDLEIDING = "notebooks/handleiding"
# by itself JupyterLab asks the internet at every start whether there is a newer one
STIL = "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate"
CELLEN = (
    "# Vrij rondkijken\n\nIn deze map mag alles: er geldt geen regel voor de vorm, git bewaart haar niet, en er wordt "
    "nooit een rapport van\ngemaakt. De gegevens hieronder zijn van een bedachte gemeente. Voer een cel uit met "
    "Shift+Enter. Zes lessen staan in\n`notebooks/handleiding/`.",
    'from sdm_lib import monitor\n\nrun = monitor.start("nulmeting", kwartaal="2015K2")\nrun',
    "Wie is benaderd, en wie deed mee? `run.frame` geeft de gegevens zelf.",
    'bewoners = run.frame("bewoners")\nbewoners.groupby(["stadsdeel", "uitkomst"]).size().unstack(fill_value=0)',
    "Wat gedeeld mag worden gaat door `estimate` en `publish`: met gewicht, marge en bescherming, zoals op de pagina.",
    'run.publish(run.estimate("NM04", by="stadsdeel"), chart="dot", titel="Ernstig eenzaam, per stadsdeel")',
    "Wat betekent een code, en wat kan een run nog meer? Typ `run.` en druk op Tab, of zet er een vraagteken achter.",
    'run.catalogue["NM04"].zin',
)  # text and code in turn


def lab_command(naam: str, *, browser: bool) -> None:
    """Make what is missing, trust the kit's own notebooks, and start JupyterLab; it ends with Ctrl+C.

    naam : a topic, a lesson or a notebook of the free ground; empty opens the free ground.
    """
    from sdm_lib import sources
    from sdm_lib.cli.demo import make_demo

    root = sources.project_root()
    begin = free_ground(root)
    path = find_notebook(root, naam) if naam else begin
    make_demo(opnieuw=False)
    trust([*(root / HANDLEIDING).glob("*.ipynb"), begin])
    plek = path.relative_to(root).as_posix()
    click.echo(f"JupyterLab opent {plek}. Stop met Ctrl+C in dit venster.")
    # as the address to open and not as a file: then the address that is printed opens the notebook too
    adres = f"--LabApp.default_url=/lab/tree/{quote(plek)}"
    opdracht = [sys.executable, "-m", "jupyterlab", f"--notebook-dir={root}", adres, STIL]
    if _served(subprocess.Popen(opdracht if browser else [*opdracht, "--no-browser"])):
        raise click.exceptions.Exit(1)


def _served(process: subprocess.Popen[bytes]) -> int:
    """The exit code of JupyterLab. Ctrl+C is for JupyterLab, which asks whether to stop and ends its kernels."""
    while True:
        with contextlib.suppress(KeyboardInterrupt):
            return process.wait()


def free_ground(root: Path) -> Path:
    """The first notebook of the free ground, made when it is not there; somebody's own work is never overwritten."""
    path = root / VERKENNING / f"{BEGIN}.ipynb"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(_notebook(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def _notebook() -> dict[str, object]:
    cells = []
    for nummer, tekst in enumerate(CELLEN):
        cell: dict[str, object] = {"id": f"begin-{nummer}", "metadata": {}, "source": tekst.splitlines(keepends=True)}
        code: dict[str, object] = {"cell_type": "code", "execution_count": None, "outputs": []}
        cells.append(cell | (code if nummer % 2 else {"cell_type": "markdown"}))
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def find_notebook(root: Path, naam: str) -> Path:
    """A notebook by its name, wherever in ``notebooks`` it lies. Raises ParameterFout with the nearest name."""
    found = sorted((root / "notebooks").rglob("*.ipynb"))
    paths = {path.stem: path for path in found if path.parent.name != ".ipynb_checkpoints"}
    if naam.removesuffix(".ipynb") not in paths:
        raise ParameterFout(Melding("SDM-213", f"er is geen notebook '{naam}'", bedoelde_u(naam, paths), "notebooks/"))
    return paths[naam.removesuffix(".ipynb")]


def trust(paths: list[Path]) -> None:
    """Sign notebooks of the kit, so that JupyterLab shows the figures that they keep."""
    from sdm_lib.runner.execute import without_iri_grammar

    without_iri_grammar()
    import nbformat.sign

    notary: Any = nbformat.sign.NotebookNotary()  # type: ignore[no-untyped-call]
    read: Callable[..., Any] = nbformat.read
    try:
        for path in paths:
            notary.sign(read(path, as_version=4))
    finally:
        notary.store.close()
