"""The glossary of ``params/begrippen.yaml``: the words of the field, as the pages explain them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sdm_lib.schema import load

BESTAND = "params/begrippen.yaml"


@dataclass(frozen=True, slots=True)
class Begrip:
    """A term: what it means, in a sentence that a council member understands, and where that comes from."""

    omschrijving: str
    bron: str = ""


def load_begrippen(root: Path) -> Mapping[str, Begrip]:
    """The glossary by term. Raises ParameterFout with file and line of every mistake."""
    return load(root / BESTAND, dict[str, Begrip], bestand=BESTAND).value
