"""A control chart: is a series calm, or did something happen? The mean and its natural limits beside the line.

Limits and rules are those of `indicators.series`, from the protected numbers: Laney's p' for shares, u' for rates and
counts of events, XmR for surveys and everything else; one point beyond the limits, or eight in a row on one side of the
mean, is a signal. Below twelve moments there are no limits and the title says "reeks te kort". More series make small
charts beside each other, each on its own scale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sdm_lib import nl
from sdm_lib.indicators import series
from sdm_lib.indicators.series import KAART_PUNTEN, Kaart
from sdm_lib.report.charts import opmaak
from sdm_lib.report.charts.lines import Verloop, alternative, assen, lijn, verloop
from sdm_lib.report.figures import Cijfer, schrijf, toon
from sdm_lib.report.palette import kleur
from sdm_lib.report.stuk import Beeld, Stuk
from sdm_lib.report.svg import BREEDTE, als_svg, doek

STREEP = (0, (4, 3))
KOLOMMEN = 2
VAK = 112.0  # height of one small chart, units
KOP = 50.0  # above it, for its name in three lines
NIETS = "Geen van deze cijfers kan worden getoond"
LEZEN = "Leeswijzer: tussen de gestreepte lijnen is beweging gewoon; een vierkant is een signaal."


@dataclass(frozen=True)
class Regelkaart:
    """One series: its shown moments with their figures, and what the chart says of them."""

    naam: str
    punten: tuple[tuple[str, Cijfer], ...]
    kaart: Kaart

    @property
    def kort(self) -> bool:
        """Whether there are too few moments for limits."""
        return self.kaart.oordeel == "reeks te kort"

    @property
    def signalen(self) -> tuple[int, ...]:
        """Positions among the shown moments that break a rule."""
        return tuple(i for i, regels in enumerate(self.kaart.signalen) if regels)

    @property
    def grenzen(self) -> list[float]:
        """Every finite limit and the mean, for the scale."""
        if self.kort:
            return []
        return [y for y in (*self.kaart.onder, *self.kaart.boven, self.kaart.midden) if np.isfinite(y)]


def draw(stuk: Stuk) -> Beeld:
    """Draw one large chart, or a small one for each of several series that has anything to show."""
    beeld = verloop(stuk)
    kaarten = [
        kaart_van(naam, [(moment, rij) for moment, rij in rijen if rij.zichtbaar])
        for naam, rijen in beeld.reeksen.items()
        if any(rij.zichtbaar for _, rij in rijen)
    ]
    if not kaarten:
        return Beeld(_leeg(stuk), NIETS, f"Regelkaart. {NIETS}.")
    woord = "Regelkaart" if len(kaarten) == 1 else "Regelkaarten naast elkaar"
    alt = alternative(stuk, beeld).replace("Lijnen door de tijd", woord, 1)
    svg = _groot(stuk, beeld, kaarten[0], alt) if len(kaarten) == 1 else _klein(stuk, beeld, kaarten, alt)
    return Beeld(svg, message(kaarten, beeld.woorden), alt, LEZEN)


def _leeg(stuk: Stuk) -> str:
    """Protection may leave nothing of a small area: the picture says so, and the page stands."""
    with doek(40) as (figuur, ax):
        ax.set_axis_off()
        ax.annotate(NIETS, (0, 0.4), xycoords="axes fraction", color=kleur("zacht"))
        return als_svg(figuur, slug=stuk.slug, alt=f"Regelkaart. {NIETS}.")


def kaart_van(naam: str, punten: Sequence[tuple[str, Cijfer]]) -> Regelkaart:
    """The chart that fits the kind of the figures: p' for shares, u' for rates and counts, XmR for the rest."""
    rijen = [rij for _, rij in punten]
    waarden = np.array([rij.value for rij in rijen])
    onder = np.array([rij.denominator for rij in rijen])
    geteld = bool(np.isfinite(onder).all() and (onder > 0).all()) and not any(rij.met_marge for rij in rijen)
    unit = rijen[0].unit
    if unit == "aandeel" and geteld:
        kaart = series.p_chart(waarden * onder, onder)
    elif unit == "per_1000" and geteld:
        kaart = series.scaled(series.u_chart(waarden * onder / 1000, onder), 1000)
    elif unit == "aantal" and not any(rij.met_marge for rij in rijen):
        kaart = series.u_chart(waarden, np.ones(len(waarden)))
    else:
        kaart = series.xmr_chart(waarden)
    return Regelkaart(naam, tuple(punten), kaart)


def _groot(stuk: Stuk, beeld: Verloop, een: Regelkaart, alt: str) -> str:
    rijen = [rij for _, rij in een.punten]
    unit = rijen[0].unit
    laag, hoog = opmaak.bereik(rijen, extra=een.grenzen)
    with doek(240, links=opmaak.aslinks(stuk.standen), rechts=86, boven=14, onder=30) as (figuur, ax):
        assen(ax, beeld, rijen)
        ax.set_ylim(laag, hoog)
        opmaak.waarden_links(ax, laag, hoog, unit)
        _inhoud(ax, beeld, een)
        if not een.kort:
            for y, woord in (
                (een.kaart.boven[-1], "boven"),
                (een.kaart.midden, "midden"),
                (een.kaart.onder[-1], "onder"),
            ):
                if laag <= y <= hoog:
                    ax.annotate(
                        f"{woord} {schrijf(y, unit)}", (1, y), xycoords=("axes fraction", "data"), xytext=(8, -4),
                        textcoords="offset points", color=kleur("zacht"), annotation_clip=False,
                    )  # fmt: skip
        return als_svg(figuur, slug=stuk.slug, alt=alt)


def _inhoud(ax: Any, beeld: Verloop, een: Regelkaart) -> None:
    """Line, mean, limits and squares."""
    lijn(ax, beeld, een.punten, 0)
    plekken = [beeld.momenten.index(moment) for moment, _ in een.punten]
    if not een.kort:
        ax.plot(plekken, [een.kaart.midden] * len(plekken), color=kleur("zacht"), linewidth=1.1, zorder=1)
        for grens in (een.kaart.onder, een.kaart.boven):
            ax.plot(plekken, grens, color=kleur("zacht"), linewidth=1.1, linestyle=STREEP, zorder=1)
    for i in een.signalen:
        ax.plot(
            plekken[i], een.punten[i][1].value, marker="s", markersize=9, color=kleur("oranje"),
            markeredgecolor=kleur("papier"), zorder=5,
        )  # fmt: skip


def _klein(stuk: Stuk, beeld: Verloop, kaarten: Sequence[Regelkaart], alt: str) -> str:
    rijtal = -(-len(kaarten) // KOLOMMEN)
    hoogte = rijtal * (VAK + KOP + 24)
    links = 46.0
    breed = (BREEDTE - KOLOMMEN * links - 8) / KOLOMMEN
    with doek(hoogte) as (figuur, leeg):
        leeg.remove()
        for i, een in enumerate(kaarten):
            kolom, rij = i % KOLOMMEN, i // KOLOMMEN
            onder = hoogte - (rij + 1) * (VAK + KOP + 24) + 24
            plek = (links + kolom * (breed + links)) / BREEDTE
            ax = figuur.add_axes((plek, onder / hoogte, breed / BREEDTE, VAK / hoogte))
            eigen = tuple(moment for moment, _ in een.punten)  # yearly beside quarterly: each its own moments
            _vak(ax, Verloop(eigen, beeld.woorden, {een.naam: list(een.punten)}), een, breed)
        return als_svg(figuur, slug=stuk.slug, alt=alt)


def _vak(ax: Any, beeld: Verloop, een: Regelkaart, breed: float) -> None:
    rijen = [rij for _, rij in een.punten]
    ax.patch.set_visible(False)
    for kant in ("top", "right", "left", "bottom"):
        ax.spines[kant].set_visible(False)
    ax.tick_params(length=0, pad=5)
    ax.set_axisbelow(True)
    assen(ax, beeld, rijen, hoogstens=1)
    laag, hoog = opmaak.bereik(rijen, extra=een.grenzen)
    ax.set_ylim(laag, hoog)
    opmaak.waarden_links(ax, laag, hoog, rijen[0].unit)
    for woord in ax.get_xticklabels():
        woord.set_ha("right")
    _inhoud(ax, beeld, een)
    regels = opmaak.afgebroken(f"{een.naam} {opmaak.bondig(rijen[-1])}", breedte=max(int(breed / 7.2), 8))[:3]
    for k, regel in enumerate(regels):
        ax.annotate(
            regel, (0, 1), xycoords="axes fraction", xytext=(-30, 10 + opmaak.REGEL * (len(regels) - 1 - k)),
            textcoords="offset points", weight="bold", color=kleur("inkt"), annotation_clip=False,
        )  # fmt: skip


def message(kaarten: Sequence[Regelkaart], woorden: Mapping[str, str]) -> str:
    """The title: calm, a signal, or too short; for several series which of them signal at their end."""
    if len(kaarten) == 1:
        return _een(kaarten[0], woorden)
    eind = [een.naam for een in kaarten if een.signalen and een.signalen[-1] == len(een.punten) - 1]
    te_kort = sum(een.kort for een in kaarten)
    zin = f"Een signaal bij {nl.lijst(eind)}" if eind else "Geen signaal in het laatste cijfer"
    return f"{zin}; {te_kort} van de {len(kaarten)} reeksen te kort" if te_kort else zin


def _een(een: Regelkaart, woorden: Mapping[str, str]) -> str:
    if een.kort:
        return f"Reeks te kort voor een oordeel: {len(een.punten)} van de {KAART_PUNTEN} metingen die nodig zijn"
    if not een.signalen:
        return f"Gewone beweging rond {schrijf(een.kaart.midden, een.punten[0][1].unit)}, geen signaal"
    moment, rij = een.punten[een.signalen[-1]]
    meer = f", en nog {len(een.signalen) - 1} eerder" if len(een.signalen) > 1 else ""
    return f"Signaal in {woorden[moment]}: {toon(rij)}{meer}"
