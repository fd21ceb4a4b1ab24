"""Horizontal bars from zero: counts, amounts or shares by group or area, sorted, or in their own order."""

from __future__ import annotations

from collections.abc import Sequence

from sdm_lib.report.charts import opmaak
from sdm_lib.report.figures import Cijfer, toon
from sdm_lib.report.palette import kleur
from sdm_lib.report.stuk import Beeld, Stuk, gesorteerd
from sdm_lib.report.svg import als_svg, doek

ONBEKEND = {"geen_antwoord", "onbekend"}  # no group that a title should be about


def draw(stuk: Stuk) -> Beeld:
    """Draw the levels of the latest period; ``opties["volgorde"] = "tabel"`` keeps the order of the table."""
    rijen = list(stuk.nu) if stuk.opties.get("volgorde") == "tabel" else gesorteerd(stuk.nu)
    alt = f"Staven. {stuk.titel}".rstrip(".? ") + f": {opmaak.alle_waarden(rijen, stuk.naam)}."
    return Beeld(staven(stuk, rijen, alt=alt), message(stuk, rijen), alt)


def staven(stuk: Stuk, rijen: Sequence[Cijfer], *, alt: str) -> str:
    """The picture: one bar a row, margin as a thin line, value at the right; the page's area in orange and bold."""
    labels = [stuk.naam(rij) for rij in rijen]
    waarden = [opmaak.bondig(rij) for rij in rijen]
    hoogte = opmaak.rijhoogte(labels, minimum=27)
    maten = {
        "links": opmaak.kantlijn(labels, vet=bool(stuk.accent)),
        "rechts": opmaak.kolom_rechts(waarden),
        "onder": 10,
    }
    with doek(len(rijen) * hoogte + 18, **maten) as (figuur, ax):
        vet = [bool(stuk.accent) and rij.gebied == stuk.accent and stuk.varieert("gebied") for rij in rijen]
        tinten = [kleur("oranje" if accent else "blauw") for accent in vet]
        lengtes = [rij.value if rij.zichtbaar else 0.0 for rij in rijen]
        ax.barh(range(len(rijen)), lengtes, height=0.62, color=tinten)
        for y, rij in enumerate(rijen):
            if rij.met_marge:
                for tint, dik in (("papier", 4.4), ("inkt", 1.6)):  # on the bar itself dark on dark is not seen
                    ax.plot([rij.lower, rij.upper], [y, y], color=kleur(tint), linewidth=dik, solid_capstyle="butt")
        laag, hoog = opmaak.bereik(rijen, nul=True)
        ax.set_xlim(laag, hoog)
        ax.set_ylim(len(rijen) - 0.5, -0.5)
        ax.set_xticks([])
        ax.axvline(0, color=kleur("zacht"), linewidth=1)
        ax.set(xlabel="", ylabel="")
        opmaak.rijlabels(ax, labels, vet=vet)
        opmaak.waarden_rechts(ax, waarden, rijen)
        return als_svg(figuur, slug=stuk.slug, alt=alt)


def message(stuk: Stuk, rijen: Sequence[Cijfer]) -> str:
    """The title: what is largest, and what comes next."""
    getoond = [rij for rij in rijen if rij.zichtbaar]
    zichtbaar = gesorteerd([rij for rij in getoond if not ONBEKEND & set(rij.groep_delen.values())] or getoond)
    if not zichtbaar:
        return "Geen van deze cijfers kan worden getoond"
    eerste, *rest = zichtbaar
    woord = "Het meest" if eerste.unit in ("aantal", "euro") else "Het hoogst"
    zin = f"{woord}: {stuk.naam(eerste)} ({opmaak.bondig(eerste)})"
    return (
        f"{zin}, daarna {stuk.naam(rest[0])} ({opmaak.bondig(rest[0])})"
        if rest
        else f"{stuk.naam(eerste)}: {toon(eerste)}"
    )
