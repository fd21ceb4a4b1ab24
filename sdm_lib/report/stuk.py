"""A piece as the report sees it: protected rows with readable names, and what varies among them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sdm_lib.disclosure import Publishable
from sdm_lib.report.figures import Cijfer, cijfers
from sdm_lib.report.words import Regels, regels, sleutel


@dataclass(frozen=True)
class Stuk:
    """The rows of one piece, the options it came with, and the rules for judging its differences."""

    id: str
    slug: str
    vorm: str
    opties: Mapping[str, str]
    labels: Mapping[str, str]
    rijen: tuple[Cijfer, ...]
    regels: Regels

    @property
    def titel(self) -> str:
        """The question or neutral title the researcher gave."""
        return self.opties.get("titel", "")

    @property
    def accent(self) -> str:
        """The area to highlight, a code; empty when none."""
        return self.opties.get("accent", "")

    @property
    def standen(self) -> tuple[Cijfer, ...]:
        """The level rows."""
        return tuple(rij for rij in self.rijen if rij.measure == "level")

    @property
    def basis(self) -> tuple[Cijfer, ...]:
        """What the piece is about: its level rows, or its differences when it has nothing else."""
        return self.standen or self.rijen

    @property
    def nu(self) -> tuple[Cijfer, ...]:
        """The rows it is about, of the latest period."""
        laatste = max((rij.periode for rij in self.basis), default="")
        return tuple(rij for rij in self.basis if rij.periode == laatste)

    @property
    def verschillen(self) -> dict[tuple[str, str, str], Cijfer]:
        """The difference rows by indicator, area and group."""
        return {sleutel(rij): rij for rij in self.rijen if rij.measure == "difference"}

    @property
    def perioden(self) -> tuple[str, ...]:
        """The periods of the level rows, in order."""
        return tuple(sorted({rij.periode for rij in self.standen}))

    def varieert(self, kolom: str) -> bool:
        """Whether the rows it is about differ in this column."""
        return len({getattr(rij, kolom) for rij in self.basis}) > 1

    def naam(self, rij: Cijfer, *, periode: bool = False) -> str:
        """What sets this row apart from the others, in words."""
        delen = []
        if self.varieert("indicator"):
            delen.append(rij.naam)
        if self.varieert("gebied"):
            delen.append(rij.gebied_naam)
        if rij.groep_naam and self.varieert("groep"):
            delen.append(rij.groep_naam)
        if periode and self.varieert("periode"):
            delen.append(rij.periode_naam)
        return ", ".join(delen) or rij.groep_naam or rij.naam

    def groep_sleutel(self) -> str:
        """The readable name of what the groups are ("leeftijd"); empty when there are none or several."""
        sleutels = {key for rij in self.basis for key in rij.groep_delen}
        [eerste, *rest] = sorted(sleutels) or [""]
        return "" if rest or not eerste else self.labels.get(eerste, eerste.replace("_", " "))


@dataclass(frozen=True, slots=True)
class Beeld:
    """A drawn piece: the picture, what it says in one line, what it says to who does not see it, and how to read it."""

    svg: str
    boodschap: str
    alt: str
    lezen: str = ""


def stuk(publishable: Publishable) -> Stuk:
    """The view of a protected piece."""
    return Stuk(
        id=publishable.id,
        slug=slug(publishable.id),
        vorm=publishable.vorm,
        opties=publishable.opties,
        labels=publishable.labels,
        rijen=cijfers(publishable),
        regels=regels(publishable.opties),
    )


def slug(tekst: str) -> str:
    """A text as an HTML id: letters, digits and hyphens, beginning with a letter.

    >>> slug("clienten/WK003401/3"), slug("Hoe vaak?")
    ('clienten-wk003401-3', 'hoe-vaak')
    """
    kaal = re.sub(r"[^a-z0-9]+", "-", tekst.lower()).strip("-")
    return kaal if kaal[:1].isalpha() else f"s-{kaal}"


def gesorteerd(rijen: Sequence[Cijfer]) -> list[Cijfer]:
    """Shown rows from high to low, then hidden rows in their own order."""
    zichtbaar = sorted((rij for rij in rijen if rij.zichtbaar), key=lambda rij: -rij.value)
    return zichtbaar + [rij for rij in rijen if not rij.zichtbaar]
