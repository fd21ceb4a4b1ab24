"""An executed notebook as the site sees it: its task, and the pieces found in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sdm_lib.results import MIME, Piece
from sdm_lib.runner.bewaren import gebruikt
from sdm_lib.runner.plan import Taak


@dataclass(frozen=True)
class Executed:
    """A task with its executed notebook and the pieces found in it, in page order."""

    taak: Taak
    path: Path
    pieces: tuple[Piece, ...]

    @property
    def fictief(self) -> bool:
        """Whether a delivery that was read carries the marker of the demo."""
        return any(piece.opties.get("fictief") == "ja" for piece in self.pieces)

    @property
    def sleutels(self) -> dict[str, str]:
        """Per file with pseudonyms, the id of the key that made them."""
        opties = {naam: id_ for piece in self.pieces for naam, id_ in piece.opties.items()}
        return {
            naam.removeprefix("sleutel."): id_ for naam, id_ in sorted(opties.items()) if naam.startswith("sleutel.")
        }


def read_executed(taak: Taak, path: Path) -> Executed:
    """Read an executed notebook back."""
    uit = Executed(taak, path, tuple(_pieces(json.loads(path.read_bytes()))))
    for deel in path.parent.glob(f"{path.stem}.*"):
        gebruikt(deel)
    return uit


def read_notebook(path: Path) -> Any:
    """An executed notebook as nbconvert wants it.

    Written by ourselves a moment ago: judging it by the schema of all notebooks would cost as much as drawing it.
    """
    import nbformat
    from nbformat.v4.rwbase import rejoin_lines

    as_node: Callable[..., Any] = nbformat.from_dict
    joined: Callable[..., Any] = rejoin_lines  # in the file a text is a list of lines
    return joined(as_node(json.loads(path.read_bytes())))


def _pieces(notebook: Mapping[str, Any]) -> Iterable[Piece]:
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            if MIME in output.get("data", {}):
                yield Piece.from_json(output["data"][MIME])
