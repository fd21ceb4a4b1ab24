"""A map of the true outlines. The tile map is its readable alternative; both carry the same table.

Rows are areas of one level and division year; the municipality itself is left out. A hidden area is hatched.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sdm_lib.report import geo
from sdm_lib.report.charts import classes, opmaak
from sdm_lib.report.figures import Cijfer, toon
from sdm_lib.report.stuk import Beeld, Stuk, gesorteerd
from sdm_lib.report.svg import BREEDTE, als_svg, doek
from sdm_lib.report.words import van_tot

MAX_LABELS = 12  # more areas than this carry no text on the map itself


def draw(stuk: Stuk) -> Beeld:
    """Draw the map. Raises ValueError when there are no outlines of this level and year, or an area has none."""
    rijen = gebieden(stuk)
    vormen = geo.grenzen(rijen[0].gebied_soort, rijen[0].gebied_jaar)
    zonder = [rij.gebied for rij in rijen if rij.gebied not in vormen]
    if zonder:
        raise ValueError(f"map: {stuk.id} has areas without outlines: {zonder[:5]}")
    alt = alternative(stuk, rijen, "Kaart")
    bron = geo.BRONREGEL.format(jaar=rijen[0].gebied_jaar)
    return Beeld(_svg(stuk, rijen, vormen, alt), message(stuk, rijen), alt, f"Grenzen: {bron}.")


def gebieden(stuk: Stuk) -> list[Cijfer]:
    """The level rows of areas below the municipality, high to low. Raises ValueError when there are none."""
    rijen = [rij for rij in gesorteerd(stuk.nu) if rij.gebied_soort != "gemeente" and rij.measure == "level"]
    if not rijen or len({(rij.gebied_soort, rij.gebied_jaar) for rij in rijen}) > 1:
        raise ValueError(f"map: {stuk.id} needs areas of one level and one division year")
    return rijen


def _svg(stuk: Stuk, rijen: Sequence[Cijfer], vormen: dict[str, Any], alt: str) -> str:
    verdeling = classes.klassen(rijen)
    sleutel = classes.sleutelhoogte(verdeling)
    punten = [punt for rij in rijen for ring in vormen[rij.gebied] for punt in ring]
    xs, ys = [x for x, _ in punten], [y for _, y in punten]
    kaart = min(max(BREEDTE * (max(ys) - min(ys)) / (max(xs) - min(xs)), 180), 420)
    with doek(kaart + sleutel + 8, boven=4, onder=sleutel + 4) as (figuur, ax):
        ax.set_axis_off()
        for rij in sorted(rijen, key=lambda rij: (rij.gebied == stuk.accent, classes.uiterlijk(rij, verdeling))):
            dik = 2.4 if rij.gebied == stuk.accent else 0.8
            for ring in vormen[rij.gebied]:
                classes.vul(ax, [x for x, _ in ring], [y for _, y in ring], rij=rij, verdeling=verdeling, dik=dik)
        ax.set_xlim(min(xs), max(xs))
        ax.set_ylim(min(ys), max(ys))
        ax.set_aspect("equal")
        if len(rijen) <= MAX_LABELS:
            for rij in rijen:
                _naam(ax, rij, geo.naamplek(vormen[rij.gebied]), verdeling)
        classes.sleutel(figuur, verdeling, onder=sleutel)
        return als_svg(figuur, slug=stuk.slug, alt=alt)


def _naam(ax: Any, rij: Cijfer, plek: tuple[float, float], verdeling: classes.Klassen) -> None:
    stijl = classes.tekststijl(rij, verdeling)
    opmaak.tekst_bij(ax, *plek, rij.gebied_naam.removeprefix("Almere "), dy=2, **stijl)
    opmaak.tekst_bij(ax, *plek, toon(rij), dy=-13, weight="bold", **stijl)


def message(stuk: Stuk, rijen: Sequence[Cijfer]) -> str:
    """The title: from the lowest to the highest area; when all of them are dotted, that none stands out."""
    zichtbaar = [rij for rij in rijen if rij.zichtbaar]
    verdeling = classes.klassen(rijen)
    if len(zichtbaar) < 2:
        return (
            f"{zichtbaar[0].gebied_naam}: {toon(zichtbaar[0])}"
            if zichtbaar
            else "Geen van deze cijfers kan worden getoond"
        )
    laag, hoog = zichtbaar[-1], zichtbaar[0]
    if all(verdeling.gewoon(rij) for rij in zichtbaar):
        return f"Geen gebied verschilt aantoonbaar van het middelste ({toon(laag)} tot {toon(hoog)})"
    return van_tot(laag, hoog, naam_laag=laag.gebied_naam, naam_hoog=hoog.gebied_naam)


def alternative(stuk: Stuk, rijen: Sequence[Cijfer], soort: str) -> str:
    """Every area with its value."""
    waarden = opmaak.alle_waarden(rijen, lambda rij: rij.gebied_naam)
    return f"{soort}, van hoog naar laag. {stuk.titel}".rstrip(".? ") + f": {waarden}."
