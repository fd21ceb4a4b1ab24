"""From executed notebooks to a finished site: gather the pieces, protect them together, draw, guard, describe.

Nothing here looks at a clock, so the same input gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sdm_lib
from sdm_lib import disclosure, indicators, monitor, report, sources
from sdm_lib.disclosure import Publishable
from sdm_lib.errors import Melding, PrivacyFout, SdmFout
from sdm_lib.results import MIME, Piece
from sdm_lib.runner.plan import Taak


@dataclass(frozen=True)
class Executed:
    """A task with its executed notebook and the pieces found in it, in page order."""

    taak: Taak
    notebook: Any
    pieces: tuple[Piece, ...]

    @property
    def fictief(self) -> bool:
        """Whether a delivery that was read carries the marker of the demo."""
        return any(piece.opties.get("fictief") == "ja" for piece in self.pieces)


def read_executed(taak: Taak, path: Path) -> Executed:
    """Read an executed notebook back."""
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    return Executed(taak, notebook, tuple(pieces_of(notebook)))


def pieces_of(notebook: Any) -> list[Piece]:
    """The pieces in the outputs of a notebook, in order."""
    return [
        Piece.from_json(output["data"][MIME])
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if MIME in output.get("data", {})
    ]
