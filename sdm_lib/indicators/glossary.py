"""The glossary: what every domain noun means, for pages, help and the house tests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sdm_lib import schema
from sdm_lib.errors import ParameterFout

BESTAND = "params/begrippen.yaml"


@dataclass(frozen=True, slots=True)
class Begrip:
    """One term: its meaning in plain Dutch, and the law or work that defines it.

    naam : how a page writes it, where that is not the key with spaces. meervoud : the term of its plural, which a page
    does not explain once more.
    """

    omschrijving: str
    bron: str = ""
    naam: str = ""
    meervoud: str = ""


def load_begrippen(root: Path) -> dict[str, Begrip]:
    """Every term of the glossary. Raises ParameterFout with all broken entries, each with its line."""
    loaded, meldingen = schema.load_blocks(root / BESTAND, Begrip, bestand=BESTAND)
    if meldingen:
        raise ParameterFout(*meldingen)
    return loaded.value
