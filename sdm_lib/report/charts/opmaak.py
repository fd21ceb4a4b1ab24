"""Layout that the chart kinds share: rows with labels at the left and values at the right, and a quiet value axis."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sdm_lib.report.figures import MILJOEN, Cijfer, kapitaal, schrijf, toon, toon_kort
from sdm_lib.report.palette import Tint, kleur
from sdm_lib.report.svg import BREEDTE, LETTER, TEKENBREEDTE

LABELBREEDTE = 24  # characters before a row label wraps
REGEL = 15.0  # units per line of a label
VETBREEDTE = 8.1  # average width of a bold character, units
CIJFERBREEDTE = 8.8  # width of a bold digit, units


def afgebroken(tekst: str, *, breedte: int = LABELBREEDTE) -> list[str]:
    """A label in lines of about equal length; at most three, the rest is cut (the table below has it whole).

    >>> afgebroken("Weet waar hulp te vinden is")
    ['Weet waar hulp', 'te vinden is']
    """
    regels = _breek(tekst, breedte)
    if not _heel(regels):
        return regels
    pogingen = (_breek(tekst, smal) for smal in range(8, breedte))
    return next((poging for poging in pogingen if len(poging) == len(regels) and _heel(poging)), regels)


def _breek(tekst: str, breedte: int) -> list[str]:
    return textwrap.wrap(tekst, breedte, max_lines=3, placeholder=" …", break_long_words=False) or [""]


def _heel(regels: Sequence[str]) -> bool:
    return not regels[-1].endswith("…")


def kantlijn(labels: Sequence[str], *, vet: bool = False) -> float:
    """Room for the labels at the left, units; `vet` when one of them is bold."""
    regels = {regel for label in labels for regel in afgebroken(kapitaal(label))}
    return min(max((_breed(regel, vet=vet) for regel in regels), default=0) + 12, 0.48 * BREEDTE)


@cache
def _breed(tekst: str, *, vet: bool) -> float:
    """Width of a text in the measuring font, which is one of the widest, units."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    letter = FontProperties(family="DejaVu Sans", weight="bold" if vet else "normal", size=LETTER)
    breed, _, _ = text_to_path.get_text_width_height_descent(tekst, letter, ismath=False)
    return float(breed)


def rijhoogte(labels: Sequence[str], *, minimum: float = 30) -> float:
    """Height of a row, the same for all, that the longest label fits in."""
    return max(minimum, max((len(afgebroken(label)) for label in labels), default=1) * REGEL + 8)


def rijlabels(ax: Any, labels: Sequence[str], *, vet: Sequence[bool] = ()) -> None:
    """Row labels at the left, y = 0 on top. Each line is its own text, so it stays right-aligned in any font."""
    ax.set_yticks([])
    for y, label in enumerate(labels):
        regels = afgebroken(kapitaal(label))
        for i, regel in enumerate(regels):
            ax.annotate(
                regel,
                (0, y),
                xycoords=("axes fraction", "data"),
                xytext=(-10, (len(regels) - 1) * REGEL / 2 - i * REGEL - LETTER * 0.36),
                textcoords="offset points",
                ha="right",
                va="baseline",
                color=kleur("inkt"),
                weight="bold" if vet and vet[y] else "normal",
                annotation_clip=False,
            )


def waarden_rechts(ax: Any, teksten: Sequence[str], rijen: Sequence[Cijfer]) -> None:
    """The values themselves at the right edge, one a row; the sign of a hidden one in grey."""
    teksten_rechts(ax, teksten, vet=[rij.zichtbaar for rij in rijen])


def teksten_rechts(ax: Any, teksten: Sequence[str], *, vet: Sequence[bool] = ()) -> None:
    """Words at the right edge, one a row; bold unless `vet` says no."""
    for y, tekst in enumerate(teksten):
        dik = not vet or vet[y]
        ax.annotate(
            tekst,
            (1, y),
            xycoords=("axes fraction", "data"),
            xytext=(12, -LETTER * 0.36),
            textcoords="offset points",
            ha="left",
            va="baseline",
            color=kleur("inkt" if dik else "zacht"),
            weight="bold" if dik else "normal",
            annotation_clip=False,
        )


def tekst_bij(ax: Any, x: float, y: float, tekst: str, *, dx: float = 0, dy: float = 0, **stijl: Any) -> None:
    """A direct label at a data point, moved by (dx, dy) units."""
    stijl = {"color": kleur("inkt"), "ha": "center", "va": "baseline"} | stijl
    ax.annotate(tekst, (x, y), xytext=(dx, dy), textcoords="offset points", annotation_clip=False, **stijl)


def vlak(tint: Tint) -> dict[str, Any]:
    """How a part of a bar is filled and outlined."""
    arcering = {"hatch": tint.arcering, "hatchcolor": kleur(tint.lijn)} if tint.arcering else {}
    return {"color": kleur(tint.token), "edgecolor": kleur("inkt"), "linewidth": 0.7} | arcering


def tintwijzer(figuur: Any, tinten: Mapping[str, Tint], *, hoog: float) -> None:
    """The key above the bars, `hoog` units high: word -> fill, in the order of the bars."""
    breed, hoogte = (inch * 72 for inch in figuur.get_size_inches())
    ax = figuur.add_axes((0, 1 - hoog / hoogte, 1, hoog / hoogte))
    ax.set_axis_off()
    ax.set_xlim(0, breed)
    ax.set_ylim(0, hoog)
    x, y = 0.0, hoog - 13
    for woord, tint in tinten.items():
        if x + 16 + len(woord) * TEKENBREEDTE > breed:
            x, y = 0.0, y - 18
        ax.bar(x + 6, 10, width=10, bottom=y - 1, **vlak(tint))
        tekst_bij(ax, x + 15, y, woord, ha="left")
        x += 30 + len(woord) * TEKENBREEDTE


def stappen(laag: float, hoog: float, *, aantal: int = 4, heel: bool = False) -> list[float]:
    """Round values for an axis that lie within laag and hoog; `heel` : whole numbers only, for what is counted.

    >>> stappen(0, 1), stappen(0.52, 0.81), stappen(0, 8.5, heel=True)
    ([0.0, 0.25, 0.5, 0.75, 1.0], [0.6, 0.7, 0.8], [0, 2, 4, 6, 8])
    """
    if not hoog > laag:
        return [laag]
    ruw = (hoog - laag) / aantal
    ruw = max(math.floor(ruw), 1) if heel else ruw
    macht = 10 ** math.floor(math.log10(ruw))
    stapjes = (keer * macht for keer in (1, 2, 2.5, 5, 10) if keer * macht >= ruw * (1 - 1e-9))
    stap = next(een for een in stapjes if not heel or een == int(een))
    eerste = math.ceil(laag / stap - 1e-9)
    uit = [round(i * stap, 12) for i in range(eerste, math.floor(hoog / stap + 1e-9) + 1)]
    return uit if uit or not heel else stappen(laag, hoog, aantal=aantal)  # no whole number lies between


def decimalen_van(waarden: Sequence[float], unit: str) -> int:
    """Decimals that tell the axis values apart; percentages are counted as percentages."""
    maal = 100 if unit in ("aandeel", "procentpunt") else 1
    return next((d for d in range(4) if all(abs(round(w * maal, d) - w * maal) < 1e-9 for w in waarden)), 4)


def waarde_as(ax: Any, laag: float, hoog: float, unit: str, *, schrijver: Callable[..., str] = schrijf) -> None:
    """A horizontal value axis with a few round values and light lines."""
    ax.set_xlim(laag, hoog)
    waarden = stappen(laag, hoog)
    if len(waarden) > 5:
        waarden = waarden[::2]
    decimalen = decimalen_van(waarden, unit)
    woorden = (schrijver(w, unit, decimalen=decimalen) for w in waarden)
    ax.set_xticks(waarden, [re.sub(" (procentpunt|dagen)$", "", tekst) for tekst in woorden])  # each value says it
    ax.grid(axis="x")


def bereik(rijen: Sequence[Cijfer], *, nul: bool = False, extra: Sequence[float] = ()) -> tuple[float, float]:
    """The span of values and margins with a little air; shares stay within 0 and 1.

    nul : the axis begins at zero, as bars must.
    """
    alle = [x for rij in rijen if rij.zichtbaar for x in (rij.value, rij.lower, rij.upper) if math.isfinite(x)]
    alle += [x for x in extra if math.isfinite(x)]
    if not alle:
        return 0.0, 1.0
    laag, hoog = min(alle), max(alle)
    if nul:
        laag, hoog = min(laag, 0.0), max(hoog, 0.0)
    lucht = 0.06 * (hoog - laag) or abs(hoog) * 0.1 or 1.0
    laag, hoog = (laag if nul and laag == 0 else laag - lucht), hoog + lucht
    if all(rij.unit == "aandeel" and rij.measure == "level" for rij in rijen):
        laag, hoog = max(laag, 0.0), min(hoog, 1.0)
    return laag, hoog


def kolom_rechts(teksten: Sequence[str]) -> float:
    """Room for the values at the right, units."""
    return max((len(tekst) for tekst in teksten), default=0) * CIJFERBREEDTE + 16


def alle_waarden(rijen: Sequence[Cijfer], naam: Callable[[Cijfer], str], *, maximum: int = 12) -> str:
    """Every value in words for the text alternative; a long list names its first rows and points to the table."""
    delen = [f"{naam(rij)} {toon(rij)}" for rij in rijen[:maximum]]
    rest = "; de overige staan in de tabel" if len(rijen) > maximum else ""
    return "; ".join(delen) + rest


def bondig(rij: Cijfer) -> str:
    """A value where room is scarce: amounts from a million on in millions with one decimal."""
    return toon_kort(rij, woord="mln")


def waarden_links(ax: Any, laag: float, hoog: float, unit: str) -> None:
    """A vertical value axis with a few round values; amounts in millions when they are that large."""
    waarden = stappen(laag, hoog, heel=unit == "aantal")
    ax.set_yticks(waarden, _aswoorden(waarden, unit), color=kleur("zacht"))


def _aswoorden(waarden: Sequence[float], unit: str) -> list[str]:
    if unit == "euro" and max(map(abs, waarden)) >= MILJOEN:
        miljoenen = [waarde / MILJOEN for waarde in waarden]
        decimalen = decimalen_van(miljoenen, unit)
        return [schrijf(waarde, unit, decimalen=decimalen) + " mln" for waarde in miljoenen]
    decimalen = decimalen_van(waarden, unit)
    return [schrijf(waarde, unit, decimalen=decimalen) for waarde in waarden]


def aslinks(rijen: Sequence[Cijfer]) -> float:
    """Room for the words of a vertical axis at the left, units."""
    laag, hoog = bereik(rijen, nul=all(rij.unit in ("aantal", "euro") for rij in rijen))
    unit = rijen[0].unit
    return max(len(woord) for woord in _aswoorden(stappen(laag, hoog, heel=unit == "aantal"), unit)) * TEKENBREEDTE + 12
