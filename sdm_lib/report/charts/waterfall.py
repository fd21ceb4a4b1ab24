"""A cost waterfall: from then to now, and what each part did to the difference.

The rows are differences by group, each with its earlier value as `reference`: the bars begin with the sum of the
references and end with the sum of the new values. Groups ``factor=...`` are causes of one change: there the reference
of each is the whole, and counts once. With one hidden part nothing is drawn, since sums would tell it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sdm_lib.report.charts import opmaak
from sdm_lib.report.figures import Cijfer, kapitaal, schrijf_kort
from sdm_lib.report.palette import kleur
from sdm_lib.report.stuk import Beeld, Stuk
from sdm_lib.report.svg import als_svg, doek

Balk = tuple[str, float, float, str, str, str]  # name, from, length, value in words, colour token, hatch


def draw(stuk: Stuk) -> Beeld:
    """Draw the steps, largest first. Raises ValueError when there are no differences with a reference."""
    delen = [rij for rij in stuk.rijen if rij.measure == "difference"]
    if not delen:
        raise ValueError(f"waterfall: {stuk.id} needs difference rows with their earlier value as reference")
    if not all(rij.zichtbaar and rij.reference == rij.reference for rij in delen):
        return Beeld("", "Niet alle delen van dit verschil kunnen worden getoond", "Geen figuur.", "")
    balken_ = balken(stuk, sorted(delen, key=lambda rij: -abs(rij.value)))
    alt = f"Trapsgewijze staven. {stuk.titel}".rstrip(".? ") + ": " + "; ".join(f"{b[0]} {b[3]}" for b in balken_) + "."
    begin = as_begin(balken_)
    lezen = "Leeswijzer: elke trede begint waar de vorige eindigt; gearceerd is een daling"
    lezen += "; de as begint niet bij nul." if begin > 0 else "."
    return Beeld(_svg(stuk, balken_, alt), message(stuk, delen), alt, lezen)


def balken(stuk: Stuk, delen: Sequence[Cijfer]) -> list[Balk]:
    """Begin, a step per part, end."""
    unit = delen[0].unit
    oorzaken = all("factor" in rij.groep_delen for rij in delen)
    som = delen[0].reference if oorzaken else sum(rij.reference for rij in delen)
    uit: list[Balk] = [("Eerder", 0.0, som, geld(som, unit), "blauw", "")]
    for rij in delen:
        op = rij.value >= 0
        van = som if op else som + rij.value
        uit.append((kapitaal(_naam(stuk, rij)), van, abs(rij.value), geld(rij.value, unit, teken=True), *_verf(op)))
        som += rij.value
    uit.append(("Nu", 0.0, som, geld(som, unit), "blauw", ""))
    return uit


def _verf(op: bool) -> tuple[str, str]:
    return ("lichtblauw", "") if op else ("lichtoranje", "////")


def _naam(stuk: Stuk, rij: Cijfer) -> str:
    return rij.groep_naam or (rij.gebied_naam if stuk.varieert("gebied") else rij.naam)


def geld(waarde: float, unit: str, *, teken: bool = False) -> str:
    """A value or change where room is scarce: amounts from a million on in millions."""
    return schrijf_kort(waarde, unit, verschil=teken, woord="mln")


def _svg(stuk: Stuk, balken_: Sequence[Balk], alt: str) -> str:
    labels = [balk[0] for balk in balken_]
    waarden = [balk[3] for balk in balken_]
    hoogte = opmaak.rijhoogte(labels, minimum=28)
    maten = {"links": opmaak.kantlijn(labels), "rechts": opmaak.kolom_rechts(waarden), "onder": 8}
    with doek(len(balken_) * hoogte + 16, **maten) as (figuur, ax):
        _trap(ax, balken_)
        ax.set_ylim(len(balken_) - 0.5, -0.5)
        opmaak.rijlabels(ax, labels)
        opmaak.teksten_rechts(ax, waarden)
        return als_svg(figuur, slug=stuk.slug, alt=alt)


def as_begin(balken_: Sequence[Balk]) -> float:
    """Where the axis begins: zero, or near the lowest step when all differences are small beside the total."""
    laagste, hoogste = min(van for _, van, *_ in balken_[1:-1]), _hoogste(balken_)
    return max(laagste - 0.6 * (hoogste - laagste), 0.0) if hoogste - laagste < 0.4 * hoogste else 0.0


def _hoogste(balken_: Sequence[Balk]) -> float:
    return max(van + lengte for _, van, lengte, *_ in balken_)


def _trap(ax: Any, balken_: Sequence[Balk]) -> None:
    """The steps, from the begin of the axis on."""
    begin, hoogste = as_begin(balken_), _hoogste(balken_)
    for y, (_, van, lengte, _, tint, arcering) in enumerate(balken_):
        links = max(van, begin)
        ax.barh(
            y, van + lengte - links, left=links, height=0.62, color=kleur(tint), edgecolor=kleur("inkt"), linewidth=0.7,
            hatch=arcering or None,
        )  # fmt: skip
    ax.set_xlim(begin, hoogste * 1.01)
    ax.set_xticks([])
    if begin == 0:
        ax.axvline(0, color=kleur("zacht"), linewidth=1)


def message(stuk: Stuk, delen: Sequence[Cijfer]) -> str:
    """The title: more or less in all, and which part did most of it."""
    totaal = sum(rij.value for rij in delen)
    grootste = max(delen, key=lambda rij: abs(rij.value))
    woord = "meer" if totaal >= 0 else "minder"
    unit = delen[0].unit
    deel = f"{_naam(stuk, grootste)} ({geld(grootste.value, unit, teken=True)})"
    return f"{geld(abs(totaal), unit)} {woord} dan eerder, het meest door {deel}"
