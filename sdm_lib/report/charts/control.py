"""A control chart: is a series calm, or did something happen? The mean and its natural limits beside the line.

Limits are the mean plus and minus 2.66 times the mean moving range (XmR chart). A point outside them, or eight in a row
on one side of the mean, is a signal; everything else is ordinary movement.

Source: Wheeler (2000), Understanding Variation, 2nd edition; rule of eight: Western Electric (1956).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sdm_lib.report.charts import opmaak
from sdm_lib.report.charts.lines import alternative, assen, lijn, verloop
from sdm_lib.report.figures import Cijfer, schrijf, toon
from sdm_lib.report.palette import kleur
from sdm_lib.report.stuk import Beeld, Stuk
from sdm_lib.report.svg import als_svg, doek

FACTOR = 2.66  # 3 / d2, d2 = 1.128 for ranges of two
RIJ = 8  # in a row on one side
MINIMUM = 6  # moments below which limits mean nothing


@dataclass(frozen=True, slots=True)
class Grenzen:
    """Mean and natural limits, and the positions of the signals."""

    midden: float
    laag: float
    hoog: float
    signalen: tuple[int, ...]


def grenzen(waarden: Sequence[float]) -> Grenzen:
    """The limits of a series without gaps.

    >>> g = grenzen([10, 12, 10, 12, 10, 12, 30])
    >>> round(g.midden, 2), g.signalen
    (13.71, (6,))
    """
    midden = sum(waarden) / len(waarden)
    stap = sum(abs(b - a) for a, b in pairwise(waarden)) / (len(waarden) - 1)
    laag, hoog = midden - FACTOR * stap, midden + FACTOR * stap
    buiten = {i for i, x in enumerate(waarden) if not laag <= x <= hoog}
    return Grenzen(midden, laag, hoog, tuple(sorted(buiten | _rijen(waarden, midden))))


def _rijen(waarden: Sequence[float], midden: float) -> set[int]:
    """Positions that close a run of eight or more on one side of the mean."""
    gevonden, lengte, vorige = set(), 0, 0
    for i, x in enumerate(waarden):
        kant = (x > midden) - (x < midden)
        lengte = lengte + 1 if kant == vorige and kant else 1
        vorige = kant
        if lengte >= RIJ and kant:
            gevonden.add(i)
    return gevonden


def draw(stuk: Stuk) -> Beeld:
    """Draw one series of at least six shown moments. Raises ValueError otherwise."""
    beeld = verloop(stuk)
    if len(beeld.reeksen) != 1:
        raise ValueError(f"control: {stuk.id} has {len(beeld.reeksen)} series; draw one at a time")
    [rijen] = beeld.reeksen.values()
    zichtbaar = [(moment, rij) for moment, rij in rijen if rij.zichtbaar]
    if len(zichtbaar) < MINIMUM:
        raise ValueError(f"control: {stuk.id} has {len(zichtbaar)} shown moments; at least {MINIMUM} are needed")
    g = grenzen([rij.value for _, rij in zichtbaar])
    alt = alternative(stuk, beeld).replace("Lijnen door de tijd", "Regelkaart", 1)
    lezen = "Leeswijzer: tussen de gestreepte lijnen is beweging gewoon; een vierkant is een signaal."
    signalen = [zichtbaar[i] for i in g.signalen]
    return Beeld(_svg(stuk, zichtbaar, g, alt), message(signalen, g, zichtbaar[0][1].unit, beeld.woorden), alt, lezen)


def _svg(stuk: Stuk, zichtbaar: Sequence[tuple[str, Cijfer]], g: Grenzen, alt: str) -> str:
    beeld = verloop(stuk)
    unit = zichtbaar[0][1].unit
    laag, hoog = opmaak.bereik([rij for _, rij in zichtbaar], extra=[g.laag, g.hoog])
    with doek(240, links=opmaak.aslinks(stuk.standen), rechts=86, boven=14, onder=30) as (figuur, ax):
        kaal = [(moment, rij) for moment, rij in zichtbaar]
        assen(ax, beeld, [rij for _, rij in kaal])
        ax.set_ylim(laag, hoog)
        opmaak.waarden_links(ax, laag, hoog, unit)
        lijn(ax, beeld, kaal, 0)
        for y, woord, streep in (
            (g.hoog, "boven", (0, (4, 3))),
            (g.midden, "midden", "-"),
            (g.laag, "onder", (0, (4, 3))),
        ):
            if laag <= y <= hoog:
                ax.axhline(y, color=kleur("zacht"), linewidth=1.1, linestyle=streep, zorder=1)
                tekst = f"{woord} {schrijf(y, unit)}"
                ax.annotate(
                    tekst, (1, y), xycoords=("axes fraction", "data"), xytext=(8, -4), textcoords="offset points",
                    color=kleur("zacht"), annotation_clip=False,
                )  # fmt: skip
        for i in g.signalen:
            moment, rij = zichtbaar[i]
            x = beeld.momenten.index(moment)
            ax.plot(
                x, rij.value, marker="s", markersize=9, color=kleur("oranje"), markeredgecolor=kleur("papier"), zorder=5
            )
        return als_svg(figuur, slug=stuk.slug, alt=alt)


def message(signalen: Sequence[tuple[str, Cijfer]], g: Grenzen, unit: str, woorden: dict[str, str]) -> str:
    """The title: calm around the mean, or when something happened."""
    if not signalen:
        return f"Gewone beweging rond {schrijf(g.midden, unit)}, geen signaal"
    moment, rij = signalen[-1]
    meer = f", en nog {len(signalen) - 1} eerder" if len(signalen) > 1 else ""
    return f"Signaal in {woorden[moment]}: {toon(rij)}{meer}"
