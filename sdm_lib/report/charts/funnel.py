"""A funnel: every area or organisation by its size, with the limits within which chance alone may move it.

The middle is the rate of all shown rows together. Limits are 95 % and 99.8 % around it. A point outside the outer
limits differs more than chance explains; one between the limits may.

Source: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202 (normal limits for shares and rates).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from sdm_lib import nl
from sdm_lib.report.charts import opmaak
from sdm_lib.report.figures import Cijfer, schrijf, toon
from sdm_lib.report.palette import kleur
from sdm_lib.report.stuk import Beeld, Stuk
from sdm_lib.report.svg import als_svg, doek
from sdm_lib.report.words import namen

Z_BINNEN = 1.959963984540054  # 95 %
Z_BUITEN = 3.090232306167813  # 99.8 %
PER = {"aandeel": 1.0, "per_1000": 1000.0}


def draw(stuk: Stuk) -> Beeld:
    """Draw shares or rates per 1,000. Raises ValueError for another unit or when no row has a size."""
    rijen = [rij for rij in stuk.nu if rij.gebied_soort != "gemeente" or not stuk.varieert("gebied_soort")]
    if any(rij.unit not in PER for rij in rijen):
        raise ValueError(f"funnel: {stuk.id} needs shares or rates per 1000, found {sorted({r.unit for r in rijen})}")
    zichtbaar = [rij for rij in rijen if rij.zichtbaar and grootte(rij) > 0]
    if not zichtbaar:
        raise ValueError(f"funnel: {stuk.id} has no shown row with a denominator or n")
    p0 = middelste(zichtbaar)
    alt = _alt(stuk, zichtbaar, p0)
    lezen = "Leeswijzer: binnen de trechter kan een verschil toeval zijn; de buitenste lijn is 99,8%, de binnenste 95%."
    return Beeld(_svg(stuk, zichtbaar, p0, alt), message(stuk, zichtbaar, p0), alt, lezen)


def grootte(rij: Cijfer) -> float:
    """The number a rate is about: its denominator, or else n."""
    return rij.denominator if math.isfinite(rij.denominator) else rij.n


def middelste(rijen: Sequence[Cijfer]) -> float:
    """The rate of all rows together, weighted by size."""
    totaal = sum(grootte(rij) for rij in rijen)
    return sum(rij.value * grootte(rij) for rij in rijen) / totaal


def grens(p0: float, n: float, *, z: float, unit: str) -> tuple[float, float]:
    """Lower and upper limit at size n, in the unit of the rows; never below zero, a share never above one.

    >>> tuple(round(x, 3) for x in grens(0.5, 100, z=1.96, unit="aandeel"))
    (0.402, 0.598)
    """
    per = PER[unit]
    p = p0 / per
    fout = math.sqrt(p * (1 - p) / n if unit == "aandeel" else p / n)
    hoog = p + z * fout
    return per * max(p - z * fout, 0.0), per * (min(hoog, 1.0) if unit == "aandeel" else hoog)


def oordeel(rij: Cijfer, p0: float) -> str:
    """hoger, lager (outside the outer limits) or binnen."""
    laag, hoog = grens(p0, grootte(rij), z=Z_BUITEN, unit=rij.unit)
    return "hoger" if rij.value > hoog else "lager" if rij.value < laag else "binnen"


def _svg(stuk: Stuk, rijen: Sequence[Cijfer], p0: float, alt: str) -> str:
    import seaborn as sns

    unit = rijen[0].unit
    maximum = max(grootte(rij) for rij in rijen) * 1.12
    links = opmaak.aslinks(rijen)
    with doek(290, links=links, rechts=16, boven=12, onder=44) as (figuur, ax):
        begin = min(grootte(rij) for rij in rijen) * 0.6
        xs = [begin + (maximum - begin) * i / 60 for i in range(61)]
        laag, hoog = opmaak.bereik(rijen, extra=[*grens(p0, xs[6], z=Z_BUITEN, unit=unit)])
        ax.set_xlim(begin, maximum)
        ax.set_ylim(laag, hoog)
        for z, streep in ((Z_BINNEN, (0, (2, 2))), (Z_BUITEN, "-")):
            for kant in (0, 1):
                ax.plot(
                    xs,
                    [grens(p0, x, z=z, unit=unit)[kant] for x in xs],
                    color=kleur("grijs"),
                    linewidth=1.1,
                    linestyle=streep,
                )
        ax.axhline(p0, color=kleur("zacht"), linewidth=1.2, linestyle=(0, (4, 3)))
        for woord, teken, tint in (("binnen", "o", "blauw"), ("hoger", "^", "oranje"), ("lager", "v", "oranje")):
            deel = [rij for rij in rijen if oordeel(rij, p0) == woord]
            sns.scatterplot(
                x=[grootte(rij) for rij in deel], y=[rij.value for rij in deel], ax=ax, marker=teken, s=70,
                color=kleur(tint), edgecolor=kleur("papier"), linewidth=1, zorder=4, legend=False,
            )  # fmt: skip
        _namen(ax, stuk, rijen, maximum)
        opmaak.waarden_links(ax, laag, hoog, unit)
        ax.set_xticks(opmaak.stappen(begin, maximum), [nl.getal(x) for x in opmaak.stappen(begin, maximum)])
        ax.grid(axis="y")
        ax.set(ylabel="")
        ax.set_xlabel("aantal waar het cijfer over gaat", color=kleur("zacht"))
        return als_svg(figuur, slug=stuk.slug, alt=alt)


def _namen(ax: Any, stuk: Stuk, rijen: Sequence[Cijfer], maximum: float) -> None:
    """Names beside points; only as many as stay readable, the table has them all."""
    laag, hoog = ax.get_ylim()
    geplaatst: list[tuple[float, float]] = []
    for rij in sorted(rijen, key=lambda rij: -abs(rij.value - sum(ax.get_ylim()) / 2)):
        x, y = grootte(rij) / maximum, (rij.value - laag) / (hoog - laag)
        if any(abs(x - a) < 0.28 and abs(y - b) < 0.075 for a, b in geplaatst):
            continue
        geplaatst.append((x, y))
        kant = ("right", -9) if x > 0.62 else ("left", 9)
        opmaak.tekst_bij(ax, grootte(rij), rij.value, stuk.naam(rij), ha=kant[0], dx=kant[1], dy=-4)


def message(stuk: Stuk, rijen: Sequence[Cijfer], p0: float) -> str:
    """The title: who lies outside the outer limits."""
    per = {woord: [stuk.naam(rij) for rij in rijen if oordeel(rij, p0) == woord] for woord in ("hoger", "lager")}
    delen = [f"{woord}: {namen(lijst)}" for woord, lijst in per.items() if lijst]
    if not delen:
        return f"Alles ligt binnen wat toeval kan zijn, rond {schrijf(p0, rijen[0].unit)}"
    return f"Meer verschil dan toeval; {' en '.join(delen)}"


def _alt(stuk: Stuk, rijen: Sequence[Cijfer], p0: float) -> str:
    waarden = "; ".join(f"{stuk.naam(rij)} {toon(rij)} van {nl.getal(grootte(rij))}" for rij in rijen[:12])
    kop = f"Trechter rond {schrijf(p0, rijen[0].unit)}. {stuk.titel}".rstrip(".? ")
    return f"{kop}: {waarden}."
