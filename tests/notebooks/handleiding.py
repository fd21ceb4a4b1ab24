"""The handbook under nbval: its notebooks keep their outputs, and what they print today must be what they keep.

``python -m tests.notebooks.handleiding`` runs every lesson and keeps the new outputs; look at what changed before
keeping it. What is compared: every word and number that a lesson shows, downloads included. What is not: the drawing
of a figure (its data are in the table beneath), style sheets, and the piece that travels with a preview, whose numbers
have more digits than two computers agree on.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbval.plugin
from nbval.kernel import CURRENT_ENV_KERNEL_NAME, RunningKernel

from sdm_lib.monitor.run import RUN_MIME
from sdm_lib.results import MIME

HANDLEIDING = Path(__file__).parents[2] / "notebooks" / "handleiding"
NIET_VERGELEKEN = {  # pattern -> what stands for it
    r"(?s)<style>.*?</style>": "<style/>",
    r"(?s)<svg.*?</svg>": "<svg/>",
}
LOGBOEK = "stderr"  # matplotlib tells there that it builds its font cache, once a machine


class Les(nbval.plugin.IPyNbFile):
    """A lesson: all outputs compared, in the Python that runs the tests."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.compare_outputs = True
        self.skip_compare = (*self.skip_compare, MIME, RUN_MIME, LOGBOEK)

    def setup(self) -> None:
        """Start a kernel in the folder of the lesson, as JupyterLab does."""
        self.kernel = RunningKernel(CURRENT_ENV_KERNEL_NAME, cwd=str(self.path.parent))
        self.sanitize_patterns.update(NIET_VERGELEKEN)


def pytest_collect_file(file_path: Path, parent: Any) -> Any:
    """Collect the lessons, whether or not pytest was asked for ``--nbval``."""
    return Les.from_parent(parent, path=file_path) if file_path.suffix == ".ipynb" else None


def keep(path: Path) -> None:
    """Run a lesson and keep what it shows; nothing of this machine is kept with it."""
    import nbclient
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(
        notebook, kernel_name="python3", timeout=120, resources={"metadata": {"path": str(path.parent)}}
    ).execute()
    notebook.metadata = {"kernelspec": notebook.metadata["kernelspec"], "language_info": {"name": "python"}}
    for nummer, cell in enumerate(notebook.cells):
        cell.id = f"c{nummer:02d}"
        cell.metadata = {"tags": cell.metadata["tags"]} if cell.metadata.get("tags") else {}
        if cell.cell_type == "code":
            cell.outputs = [_kept(output) for output in cell.outputs if output.get("name") != LOGBOEK]
    nbformat.write(notebook, path)


def _kept(output: Any) -> Any:
    if "data" in output:
        output.metadata = {}
        output.data.pop(MIME, None)
        output.data.pop(RUN_MIME, None)
    return output


if __name__ == "__main__":
    for lesson in sorted(HANDLEIDING.glob("*.ipynb")):
        keep(lesson)
        print(lesson.name)
