"""A tile map: every area an equal square about where it lies, with its name and value in readable text."""

from __future__ import annotations

from collections.abc import Sequence

from sdm_lib.report import geo
from sdm_lib.report.charts import classes, opmaak
from sdm_lib.report.charts.map import MAX_LABELS, alternative, gebieden, message
from sdm_lib.report.figures import Cijfer, toon
from sdm_lib.report.stuk import Beeld, Stuk
from sdm_lib.report.svg import BREEDTE, als_svg, doek

TEGEL = 84.0  # units
KIER = 6.0


def draw(stuk: Stuk) -> Beeld:
    """Draw the tiles. Raises ValueError as `map` does."""
    rijen = gebieden(stuk)
    vormen = geo.grenzen(rijen[0].gebied_soort, rijen[0].gebied_jaar)
    plekken = geo.tegels({code: geo.midden(ringen) for code, ringen in vormen.items()})
    zonder = [rij.gebied for rij in rijen if rij.gebied not in plekken]
    if zonder:
        raise ValueError(f"tiles: {stuk.id} has areas without outlines: {zonder[:5]}")
    alt = alternative(stuk, rijen, "Tegelkaart")
    lezen = "Leeswijzer: elk gebied is een even grote tegel, ongeveer op zijn plaats; het noorden is boven."
    return Beeld(_svg(stuk, rijen, plekken, alt), message(stuk, rijen), alt, lezen)


def _svg(stuk: Stuk, rijen: Sequence[Cijfer], plekken: dict[str, tuple[int, int]], alt: str) -> str:
    verdeling = classes.klassen(rijen)
    sleutel = classes.sleutelhoogte(verdeling)
    kolommen = max(kolom for kolom, _ in plekken.values()) + 1
    kant = min(TEGEL, (BREEDTE - KIER) / kolommen - KIER)
    hoog = (max(rij for _, rij in plekken.values()) + 1) * (kant + KIER)
    with doek(hoog + sleutel + 10, boven=2, onder=sleutel + 8) as (figuur, ax):
        ax.set_axis_off()
        ax.set_xlim(0, BREEDTE)
        ax.set_ylim(hoog, 0)
        for rij in sorted(rijen, key=lambda rij: classes.uiterlijk(rij, verdeling)):
            kolom, regel = plekken[rij.gebied]
            x, y = kolom * (kant + KIER) + 1, regel * (kant + KIER) + 1
            dik = 2.4 if rij.gebied == stuk.accent else 0.8
            hoeken = ([x, x + kant, x + kant, x], [y, y, y + kant, y + kant])
            classes.vul(ax, *hoeken, rij=rij, verdeling=verdeling, dik=dik)
            if len(rijen) <= MAX_LABELS:
                stijl = classes.tekststijl(rij, verdeling)
                regels = opmaak.afgebroken(rij.gebied_naam.removeprefix("Almere "), breedte=int(kant / 7.4))
                opmaak.tekst_bij(ax, x + kant / 2, y + kant * 0.4, regels[0], **stijl)
                opmaak.tekst_bij(ax, x + kant / 2, y + kant * 0.68, toon(rij), weight="bold", **stijl)
        classes.sleutel(figuur, verdeling, onder=sleutel)
        return als_svg(figuur, slug=stuk.slug, alt=alt)
