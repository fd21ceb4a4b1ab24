"""Four steps of blue for maps: where they part, how they look, and their key."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sdm_lib.report.charts import opmaak
from sdm_lib.report.figures import Cijfer, schrijf
from sdm_lib.report.palette import TRAP, TRAPTEKST, kleur

ARCERING = "////"  # an area without a shown figure
TE_ONZEKER = "xxx"  # an area whose figure is too uncertain to show
HALF = 24  # characters that fit half a line of the key
SLEUTELRIJ = 20  # units from one line of the key to the next
STIPPEN = "..."  # an area that does not demonstrably differ from the middle one


@dataclass(frozen=True, slots=True)
class Klassen:
    """Upper limits of the steps; a value belongs to the first step whose limit is not below it."""

    grenzen: tuple[float, ...]
    unit: str
    midden: float = math.nan  # of the shown figures, where they have margins
    tekens: tuple[str, ...] = ()  # the hatches on this map, in the order of the key

    def gewoon(self, rij: Cijfer) -> bool:
        """Whether a figure with a margin may as well be that of the middle area."""
        return rij.met_marge and rij.lower <= self.midden <= rij.upper

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
    zichtbaar = [rij for rij in rijen if rij.zichtbaar]
    waarden = sorted(rij.value for rij in zichtbaar)
    unit = next((rij.unit for rij in zichtbaar), "getal")
    midden = statistics.median(waarden) if zichtbaar and all(rij.met_marge for rij in zichtbaar) else math.nan
    leeg = Klassen((0.0,), unit, midden)
    tekens = tuple(naam for naam in TEKENS if any(_teken(rij, leeg) == naam for rij in rijen))
    if not waarden:
        return Klassen((0.0,), unit, midden, tekens)
    tussen = [x for x in opmaak.stappen(waarden[0], waarden[-1], aantal=4) if waarden[0] < x < waarden[-1]]
    if len(tussen) > len(TRAP) - 1:
        tussen = tussen[:: -(-len(tussen) // (len(TRAP) - 1))]
    return Klassen((*tussen, waarden[-1]), unit, midden, tekens)


TEKENS = {
    STIPPEN: "verschilt niet aantoonbaar van het middelste gebied",
    TE_ONZEKER: "te onzeker",
    ARCERING: "niet getoond",
}


def _teken(rij: Cijfer, verdeling: Klassen) -> str:
    """The hatch of an area; none for a figure that stands by itself."""
    if not rij.zichtbaar:
        return TE_ONZEKER if rij.status == "te_onzeker" else ARCERING
    return STIPPEN if verdeling.gewoon(rij) else ""


def uiterlijk(rij: Cijfer, verdeling: Klassen) -> tuple[str, str]:
    """Colour and hatch of an area: the colour for the value, dots where it is not certain, hatches where not shown."""
    return (TRAP[_laatste(verdeling, rij)] if rij.zichtbaar else "papier"), _teken(rij, verdeling)


def vul(ax: Any, xs: Sequence[float], ys: Sequence[float], *, rij: Cijfer, verdeling: Klassen, dik: float) -> None:
    """Fill an area as it looks by its figure, the hatch in the colour that text has there."""
    vlak, teken = uiterlijk(rij, verdeling)
    stijl = {"facecolor": kleur(vlak), "edgecolor": kleur("inkt" if rij.zichtbaar else "grijs"), "linewidth": dik}
    if teken:
        inkt = TRAPTEKST[_laatste(verdeling, rij)] if rij.zichtbaar else "grijs"
        stijl |= {"hatch": teken, "hatchcolor": kleur(inkt)}
    ax.fill(xs, ys, **stijl)


def tekststijl(rij: Cijfer, verdeling: Klassen) -> dict[str, Any]:
    """Text that is readable on it: dark or light by the step, on a plain ground where there is hatching."""
    vlak, teken = uiterlijk(rij, verdeling)
    inkt = TRAPTEKST[_laatste(verdeling, rij)] if rij.zichtbaar else "inkt"
    grond = {"bbox": {"facecolor": kleur(vlak), "edgecolor": "none", "pad": 1.5}} if teken else {}
    return {"color": kleur(inkt)} | grond


def _laatste(verdeling: Klassen, rij: Cijfer) -> int:
    """Two steps use the outer blues, so that they stay apart."""
    trap = verdeling.trap(rij)
    return len(TRAP) - 1 if trap == len(verdeling.grenzen) - 1 and trap > 0 else trap


def sleutel(figuur: Any, verdeling: Klassen, *, onder: float) -> None:
    """The key below the map, each step on its own line so that long limits never collide."""
    hoogte = figuur.get_size_inches()[1] * 72
    breed = figuur.get_size_inches()[0] * 72
    ax = figuur.add_axes((0, 0, 1, onder / hoogte))
    ax.set_axis_off()
    ax.set_xlim(0, breed)
    ax.set_ylim(0, onder)
    regels = [(kleur(TRAP[_tint(i, len(verdeling.grenzen))]), "") for i in range(len(verdeling.grenzen))]
    regels += [(kleur("papier"), teken) for teken in verdeling.tekens]
    woorden = _sleutelwoorden(verdeling)
    for (kolom, rij), (tint, arcering), woord in zip(_plekken(woorden), regels, woorden, strict=True):
        x, y = kolom * breed / 2, onder - 22 - rij * SLEUTELRIJ
        rand = kleur("grijs" if arcering else "inkt")
        stijl = {"hatch": arcering, "hatchcolor": kleur("inkt") if arcering == STIPPEN else rand} if arcering else {}
        ax.bar(x + 9, 13, width=16, bottom=y, color=tint, edgecolor=rand, linewidth=0.8, **stijl)
        opmaak.tekst_bij(ax, x + 23, y + 2, woord, ha="left")


def _sleutelwoorden(verdeling: Klassen) -> list[str]:
    return [*verdeling.woorden(), *(TEKENS[teken] for teken in verdeling.tekens)]


def _plekken(woorden: Sequence[str]) -> list[tuple[int, int]]:
    """Column and line of each: two to a line, and a long one has a line for itself."""
    plekken, kolom, rij = [], 0, 0
    for woord in woorden:
        lang = len(woord) > HALF
        if lang and kolom:
            kolom, rij = 0, rij + 1
        plekken.append((kolom, rij))
        kolom, rij = (0, rij + 1) if lang or kolom else (1, rij)
    return plekken


def _tint(trap: int, aantal: int) -> int:
    return len(TRAP) - 1 if trap == aantal - 1 and trap > 0 else trap


def sleutelhoogte(verdeling: Klassen) -> float:
    """Room that the key needs, units."""
    return (1 + max(rij for _, rij in _plekken(_sleutelwoorden(verdeling)))) * SLEUTELRIJ + 14
