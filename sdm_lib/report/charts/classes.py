"""Four steps of blue for maps: where they part, how they look, and their key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sdm_lib.report.charts import opmaak
from sdm_lib.report.figures import Cijfer, schrijf
from sdm_lib.report.palette import TRAP, TRAPTEKST, kleur

ARCERING = "////"  # an area without a shown figure


@dataclass(frozen=True, slots=True)
class Klassen:
    """Upper limits of the steps; a value belongs to the first step whose limit is not below it."""

    grenzen: tuple[float, ...]
    unit: str

    def trap(self, rij: Cijfer) -> int:
        """The step of a shown figure."""
        return next((i for i, grens in enumerate(self.grenzen) if rij.value <= grens), len(self.grenzen) - 1)

    def woorden(self) -> list[str]:
        """Per step its words: up to the first limit, then between limits, then more than the last but one."""
        tekst = [schrijf(grens, self.unit, decimalen=_decimalen(self.grenzen, self.unit)) for grens in self.grenzen]
        if len(tekst) == 1:
            return [f"tot en met {tekst[0]}"]
        tussen = [f"{a} tot {b}" for a, b in pairwise(tekst[:-1])]
        return [f"tot en met {tekst[0]}", *tussen, f"meer dan {tekst[-2]}"]


def _decimalen(grenzen: Sequence[float], unit: str) -> int:
    return opmaak.decimalen_van(grenzen[:-1] or grenzen, unit)


def klassen(rijen: Sequence[Cijfer]) -> Klassen:
    """Steps with round limits over the shown values; fewer than four when values are few or close."""
    waarden = sorted(rij.value for rij in rijen if rij.zichtbaar)
    unit = next((rij.unit for rij in rijen if rij.zichtbaar), "getal")
    if not waarden:
        return Klassen((0.0,), unit)
    tussen = [x for x in opmaak.stappen(waarden[0], waarden[-1], aantal=4) if waarden[0] < x < waarden[-1]]
    if len(tussen) > len(TRAP) - 1:
        tussen = tussen[:: -(-len(tussen) // (len(TRAP) - 1))]
    return Klassen((*tussen, waarden[-1]), unit)


def verf(rij: Cijfer, verdeling: Klassen) -> dict[str, Any]:
    """How the area of a figure is filled."""
    if not rij.zichtbaar:
        return {"facecolor": kleur("papier"), "hatch": ARCERING, "edgecolor": kleur("grijs")}
    return {"facecolor": kleur(TRAP[_laatste(verdeling, rij)]), "edgecolor": kleur("inkt")}


def tekststijl(rij: Cijfer, verdeling: Klassen) -> dict[str, Any]:
    """Text that is readable on it: dark or light by the step, on a plain ground where there is hatching."""
    if rij.zichtbaar:
        return {"color": kleur(TRAPTEKST[_laatste(verdeling, rij)])}
    return {"color": kleur("inkt"), "bbox": {"facecolor": kleur("papier"), "edgecolor": "none", "pad": 1.5}}


def _laatste(verdeling: Klassen, rij: Cijfer) -> int:
    """Two steps use the outer blues, so that they stay apart."""
    trap = verdeling.trap(rij)
    return len(TRAP) - 1 if trap == len(verdeling.grenzen) - 1 and trap > 0 else trap


def sleutel(figuur: Any, verdeling: Klassen, *, verborgen: bool, onder: float) -> None:
    """The key below the map, each step on its own line so that long limits never collide."""
    hoogte = figuur.get_size_inches()[1] * 72
    breed = figuur.get_size_inches()[0] * 72
    ax = figuur.add_axes((0, 0, 1, onder / hoogte))
    ax.set_axis_off()
    ax.set_xlim(0, breed)
    ax.set_ylim(0, onder)
    regels = [(kleur(TRAP[_tint(i, len(verdeling.grenzen))]), "", woord) for i, woord in enumerate(verdeling.woorden())]
    regels += [(kleur("papier"), ARCERING, "niet getoond")] if verborgen else []
    for i, (tint, arcering, woord) in enumerate(regels):
        x, y = (i % 2) * breed / 2, onder - 22 - (i // 2) * 20
        rand = kleur("grijs" if arcering else "inkt")
        ax.bar(x + 9, 13, width=16, bottom=y, color=tint, edgecolor=rand, linewidth=0.8, hatch=arcering or None)
        opmaak.tekst_bij(ax, x + 23, y + 2, woord, ha="left")


def _tint(trap: int, aantal: int) -> int:
    return len(TRAP) - 1 if trap == aantal - 1 and trap > 0 else trap


def sleutelhoogte(verdeling: Klassen, *, verborgen: bool) -> float:
    """Room that the key needs, units."""
    return -(-(len(verdeling.grenzen) + verborgen) // 2) * 20 + 14
