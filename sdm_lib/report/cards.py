"""Key figures as cards: name, value, margin, direction in words, and a small line of the quarters before."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from sdm_lib.indicators.modelled import label_of
from sdm_lib.report.figures import Cijfer, eenheid_naam, toon_kort, toon_marge
from sdm_lib.report.stuk import Stuk
from sdm_lib.report.words import PIJL, oordeel, richting, sleutel

BREED, HOOG = 96.0, 28.0


def kaarten(stuk: Stuk) -> str:
    """A list of cards, one per level row of the latest period, in the order of the table."""
    items = "".join(_kaart(stuk, rij) for rij in stuk.nu)
    return f'<ul class="kaarten">{items}</ul>'


def _kaart(stuk: Stuk, rij: Cijfer) -> str:
    naam = f"{rij.naam} ({rij.groep_naam})" if rij.groep_naam and stuk.varieert("groep") else rij.naam
    plaats = f'<span class="plaats">{escape(rij.gebied_naam)}</span>' if stuk.varieert("gebied") else ""
    groot = "groot" if rij.zichtbaar else "groot verborgen"
    return (
        f'<li><p class="naam">{escape(naam)}{plaats}</p>'
        f'<p class="{groot}">{escape(toon_kort(rij, woord="mln"))}</p><p class="marge">{_onder(rij)}</p>'
        f'<div class="loop">{_trend(stuk, rij)}{_richting(stuk, rij)}</div></li>'
    )


def _onder(rij: Cijfer) -> str:
    """What stands under the number: per how many where the name does not say so, its margin, and a model behind it."""
    if not rij.zichtbaar:
        return ""
    per = eenheid_naam(rij.unit) if rij.unit == "per_1000" and "1.000" not in rij.naam else ""
    marge = f"marge {toon_marge(rij)}" if toon_marge(rij) else ""
    return escape(", ".join(deel for deel in (per, marge, label_of(rij.method)) if deel))


def _richting(stuk: Stuk, rij: Cijfer) -> str:
    verschil = stuk.verschillen.get(sleutel(rij))
    if verschil is None:
        return ""
    uitkomst = oordeel(verschil, stuk.regels.grens(verschil))
    klasse = _gunst(uitkomst, stuk.regels.gunstig.get(rij.indicator, stuk.regels.gunstig.get("", "")))
    dan = stuk.regels.dan().removeprefix("in ").removeprefix("bij ")
    met = "met" if uitkomst == "verborgen" else "vergeleken met"  # after "niet te vergelijken"
    return (
        f'<p class="richting {klasse}"><span aria-hidden="true">{PIJL[uitkomst]}</span> '
        f'{escape(richting(verschil, stuk.regels))} <span class="met">{met} {escape(dan)}</span></p>'
    )


def _gunst(uitkomst: str, gunstig: str) -> str:
    """Colour only for a proven change in a direction that the catalogue calls better or worse."""
    if uitkomst not in ("hoger", "lager") or gunstig not in ("hoger", "lager"):
        return "neutraal"
    return "beter" if uitkomst == gunstig else "slechter"


def _trend(stuk: Stuk, rij: Cijfer) -> str:
    """The quarters before as a small line; decoration, because value and direction stand beside it in words."""
    reeks = sorted((r for r in stuk.standen if sleutel(r) == sleutel(rij)), key=lambda r: r.periode)
    zichtbaar = [(i, r.value) for i, r in enumerate(reeks) if r.zichtbaar]
    return sparkline(zichtbaar, lengte=len(reeks)) if len(zichtbaar) > 2 else ""


def sparkline(punten: Sequence[tuple[int, float]], *, lengte: int) -> str:
    """A small trend line; a gap where a period is hidden. Hidden from assistive technology.

    >>> sparkline([(0, 1.0), (1, 2.0), (2, 3.0)], lengte=3).startswith('<svg class="vonk" aria-hidden="true"')
    True
    """
    laag, hoog = min(y for _, y in punten), max(y for _, y in punten)
    schaal = (hoog - laag) or 1.0

    def plek(i: int, y: float) -> str:
        return f"{4 + (BREED - 8) * i / max(lengte - 1, 1):.1f} {HOOG - 4 - (HOOG - 8) * (y - laag) / schaal:.1f}"

    vorige = -2
    pad = ""
    for i, y in punten:
        pad += ("L" if i == vorige + 1 else "M") + plek(i, y)
        vorige = i
    x, y_plek = plek(*punten[-1]).split()
    return (
        f'<svg class="vonk" aria-hidden="true" viewBox="0 0 {BREED:.0f} {HOOG:.0f}">'
        f'<path d="{pad}"/><circle cx="{x}" cy="{y_plek}" r="3"/></svg>'
    )
