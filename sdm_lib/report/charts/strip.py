"""The comparison strip: a figure with its margin, and under it what it is compared with, on one scale.

The figure itself is a filled dot with whiskers and a light line down; what it is compared with is a hollow dot, and a
target a short upright line. The value and the verdict of the test stand at the right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from sdm_lib import nl
from sdm_lib.report.charts import opmaak
from sdm_lib.report.palette import kleur
from sdm_lib.report.strook import DOEL, STAND, Vergelijking, eenheid, gegroepeerd
from sdm_lib.report.stuk import Beeld, Stuk
from sdm_lib.report.svg import als_svg, doek
from sdm_lib.report.words import DAN

TOETS = ("nulmeting", "vorige", "rest")
WOORD = {"▲": "hoger", "▼": "lager"}
DOELTEKEN = {"gehaald": "✓", "waarschijnlijk gehaald": "✓", "niet gehaald": "✗", "waarschijnlijk niet gehaald": "✗"}
Groepen = Sequence[tuple[Vergelijking, Sequence[Vergelijking]]]


def draw(stuk: Stuk) -> Beeld:
    """Draw the figures in the order of the table, each with its comparisons.

    Raises ValueError when the units differ: a strip has one scale.
    """
    groepen = gegroepeerd(stuk)
    eenheden = {eenheid(nu) for nu, _ in groepen}
    if len(eenheden) != 1:
        raise ValueError(f"strip: {stuk.id} has more than one unit: {sorted(eenheden)}")
    alt = _alt(stuk, groepen)
    return Beeld(_svg(stuk, groepen, alt), message(stuk, groepen), alt, _lezen(groepen))


def _svg(stuk: Stuk, groepen: Groepen, alt: str) -> str:
    rijen = [rij for nu, rest in groepen for rij in (nu, *rest)]
    labels = [rij.rij.naam if rij.soort == STAND else f"– {rij.naam}" for rij in rijen]
    teksten = [_rechts(stuk, rij) for rij in rijen]
    hoogte = opmaak.rijhoogte(labels, minimum=24)
    maten = {"links": opmaak.kantlijn(labels, vet=True), "rechts": opmaak.kolom_rechts(teksten), "boven": 8.0}
    waarden = [rij.waarde for rij in rijen if rij.rij.zichtbaar]
    with doek(len(rijen) * hoogte + 34, **maten) as (figuur, ax):
        ax.set_ylim(len(rijen) - 0.5, -0.5)
        opmaak.waarde_as(ax, *opmaak.bereik([nu.rij for nu, _ in groepen], extra=waarden), eenheid(rijen[0]))
        y = 0
        for nu, rest in groepen:
            _groep(ax, y, nu, rest)
            y += 1 + len(rest)
        nadruk = [rij.soort == STAND for rij in rijen]
        opmaak.rijlabels(ax, labels, vet=nadruk)
        opmaak.teksten_rechts(ax, teksten, vet=[rij.rij.zichtbaar and rij.soort == STAND for rij in rijen])
        return als_svg(figuur, slug=stuk.slug, alt=alt)


def _rechts(stuk: Stuk, rij: Vergelijking) -> str:
    """Value and sign of the verdict; the table has the verdict in words."""
    tekst = rij.oordeel_tekst(stuk)
    teken = DOELTEKEN.get(tekst, "?") if tekst and rij.soort == DOEL else tekst[:1]
    return f"{rij.waarde_tekst} {teken}".rstrip()


def _groep(ax: Any, y: int, nu: Vergelijking, rest: Sequence[Vergelijking]) -> None:
    if y:
        ax.axhline(y - 0.5, color=kleur("lijn"), linewidth=0.8, zorder=0)
    if nu.rij.zichtbaar:
        ax.plot([nu.waarde, nu.waarde], [y, y + len(rest)], color=kleur("lichtblauw"), linewidth=1.5, zorder=1)
        if nu.rij.met_marge:
            ax.plot([nu.rij.lower, nu.rij.upper], [y, y], color=kleur("blauw"), linewidth=2, zorder=2)
        _stip(ax, nu.waarde, y, vol=True)
    for i, rij in enumerate(rest, start=1):
        if not rij.rij.zichtbaar or not math.isfinite(rij.waarde):
            continue
        if rij.soort == DOEL:
            ax.plot(rij.waarde, y + i, marker="|", markersize=15, markeredgewidth=3, color=kleur("oranje"), zorder=3)
        else:
            _stip(ax, rij.waarde, y + i, vol=False)


def _stip(ax: Any, x: float, y: int, *, vol: bool) -> None:
    import seaborn as sns

    tint = kleur("blauw")
    sns.scatterplot(
        x=[x], y=[y], ax=ax, s=74, color=tint if vol else kleur("papier"), edgecolor=kleur("papier") if vol else tint,
        linewidth=1 if vol else 1.8, zorder=4,
    )  # fmt: skip


def message(stuk: Stuk, groepen: Groepen) -> str:
    """The title that says what is seen: which figures are proven to differ, and from what."""
    paren = [(nu, rij) for nu, rest in groepen if nu.rij.zichtbaar for rij in rest if _getoetst(rij)]
    if not paren:
        getoond = [f"{nu.rij.naam} {nu.waarde_tekst}" for nu, _ in groepen if nu.rij.zichtbaar]
        return nl.lijst(getoond[:3]) or "Deze cijfers zijn niet te tonen"
    anders = [(nu, rij, rij.oordeel_tekst(stuk)[0]) for nu, rij in paren if rij.oordeel_tekst(stuk)[0] in WOORD]
    if not anders:
        waarmee = dict.fromkeys(_dan(rij).removeprefix("bij ").removeprefix("in ") for _, rij in paren)
        return f"Geen aantoonbaar verschil met {nl.lijst(tuple(waarmee), 'of')}"
    delen = [f"{nu.rij.naam}: {WOORD[teken]} dan {_dan(rij)}" for nu, rij, teken in anders[:2]]
    meer = len(anders) - 2
    return f"{'; '.join(delen)}{f'; en nog {meer}' if meer > 0 else ''}"


def _getoetst(rij: Vergelijking) -> bool:
    return rij.soort in TOETS and rij.rij.zichtbaar and math.isfinite(rij.waarde)


def _dan(rij: Vergelijking) -> str:
    return DAN[rij.soort]


def _lezen(groepen: Groepen) -> str:
    rijen = [rij for nu, rest in groepen for rij in (nu, *rest)]
    delen = ["gevulde stip: nu", "streep: marge"] if any(rij.rij.met_marge for rij in rijen) else ["gevulde stip: nu"]
    delen += ["open stip: waarmee vergeleken"] if any(rij.soort not in (STAND, DOEL) for rij in rijen) else []
    delen += (
        ["▲ ▼ aantoonbaar verschil", "○ niet aantoonbaar", "= gelijk"] if any(r.soort in TOETS for r in rijen) else []
    )
    doel = ["staande streep: streefwaarde", "✓ (waarschijnlijk) gehaald", "✗ niet gehaald", "? niet te zeggen"]
    delen += doel if any(rij.soort == DOEL for rij in rijen) else []
    return f"Leeswijzer: {'; '.join(delen)}."


def _alt(stuk: Stuk, groepen: Groepen) -> str:
    delen = []
    for nu, rest in groepen[:8]:
        naast = [f"{rij.naam} {rij.waarde_tekst}{_met(rij.oordeel_tekst(stuk))}" for rij in rest]
        delen.append(f"{nu.rij.naam} nu {nu.waarde_tekst}" + (f", {', '.join(naast)}" if naast else ""))
    meer = "; de overige staan in de tabel" if len(groepen) > 8 else ""
    return f"Vergelijking. {stuk.titel}".rstrip(".?") + f": {'; '.join(delen)}{meer}."


def _met(oordeel: str) -> str:
    return f" ({oordeel.lstrip('▲▼=○•x ')})" if oordeel else ""
