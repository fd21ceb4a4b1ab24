"""What a comparison strip holds: figures, each with the differences that stand under it and what they are with.

The option `vergelijking` of such a piece names, a word a row, what the row is: ``stand`` for the figure itself, and for
a difference ``nulmeting``, ``vorige``, ``rest``, ``streefwaarde:<verdict>`` or ``referentie:<name>``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sdm_lib.report.figures import Cijfer, schrijf, toon
from sdm_lib.report.stuk import Stuk
from sdm_lib.report.words import PIJL, oordeel, richting

KIND = "strip"
STAND, DOEL = "stand", "streefwaarde"
NAMEN = {
    STAND: "nu",
    "nulmeting": "nulmeting",
    "vorige": "vorig kwartaal",
    "rest": "rest van de stad",
    DOEL: "streefwaarde",
}


@dataclass(frozen=True, slots=True)
class Vergelijking:
    """A row of the strip: the figure itself, or a difference with something else."""

    rij: Cijfer
    soort: str
    woord: str = ""

    @property
    def naam(self) -> str:
        """What it is compared with, in words."""
        return self.woord if self.soort == "referentie" else NAMEN.get(self.soort, self.soort)

    @property
    def waarde(self) -> float:
        """The value of the figure itself, or of what it is compared with."""
        return self.rij.value if self.soort == STAND else self.rij.reference

    @property
    def waarde_tekst(self) -> str:
        """That value as a reader writes it, or the sign of why it is not shown."""
        return toon(self.rij) if self.soort == STAND or not self.rij.zichtbaar else schrijf(self.waarde, eenheid(self))

    def oordeel_tekst(self, stuk: Stuk) -> str:
        """The verdict in words: of the test, or of the goal tree; nothing for the figure itself and for the unseen."""
        if self.soort == STAND or not self.rij.zichtbaar:
            return ""
        if self.soort == DOEL:
            return self.woord
        if self.soort == "referentie":
            return ""  # two published figures: no margin is known, so nothing is proven
        rules = replace(stuk.regels, vergelijking=self.soort)
        return f"{PIJL[oordeel(self.rij, rules.grens(self.rij))]} {richting(self.rij, rules)}"


def eenheid(rij: Vergelijking) -> str:
    """The unit of the level that a row is about; a difference of shares is of shares."""
    return "aandeel" if rij.rij.unit == "procentpunt" else rij.rij.unit


def is_strook(stuk: Stuk) -> bool:
    """Whether a piece is a comparison strip."""
    return stuk.opties.get("chart") == KIND


def vergelijkingen(stuk: Stuk) -> list[Vergelijking]:
    """The rows with what each is. Raises ValueError when the option does not name every row."""
    woorden = stuk.opties.get("vergelijking", "").split(";")
    if len(woorden) != len(stuk.rijen) or woorden[0] != STAND:
        raise ValueError(f"strip: {stuk.id} has {len(stuk.rijen)} rows and names {len(woorden)}; use run.strook")
    delen = [woord.partition(":") for woord in woorden]
    return [Vergelijking(rij, soort, rest) for rij, (soort, _, rest) in zip(stuk.rijen, delen, strict=True)]


def gegroepeerd(stuk: Stuk) -> list[tuple[Vergelijking, Sequence[Vergelijking]]]:
    """Each figure with the differences that follow it."""
    rijen = vergelijkingen(stuk)
    begin = [i for i, rij in enumerate(rijen) if rij.soort == STAND]
    return [(rijen[i], rijen[i + 1 : tot]) for i, tot in zip(begin, [*begin[1:], len(rijen)], strict=True)]
