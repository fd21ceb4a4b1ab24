"""Flow balance: begin stock, what came in, what went out, end stock. Group key `stroom` names the four.

With several series (types, areas) each has its own four bars under its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sdm_lib import nl
from sdm_lib.report.charts import opmaak
from sdm_lib.report.figures import Cijfer, toon
from sdm_lib.report.palette import kleur
from sdm_lib.report.stuk import Beeld, Stuk
from sdm_lib.report.svg import als_svg, doek

STROMEN = {"beginstand": "Begin", "instroom": "Erbij", "uitstroom": "Eraf", "eindstand": "Eind"}
VERF = {
    "beginstand": {"color": "blauw"},
    "instroom": {"color": "lichtblauw"},
    "uitstroom": {"color": "lichtoranje", "hatch": "////"},
    "eindstand": {"color": "blauw"},
}


def draw(stuk: Stuk) -> Beeld:
    """Draw the balance as steps. Raises ValueError when a series lacks one of the four rows."""
    reeksen = _reeksen(stuk)
    alt = _alt(stuk, reeksen)
    return Beeld(_svg(stuk, reeksen, alt), message(reeksen), alt)


def _reeksen(stuk: Stuk) -> dict[str, dict[str, Cijfer]]:
    reeksen: dict[str, dict[str, Cijfer]] = {}
    for rij in stuk.nu:
        reeksen.setdefault(_reeks(stuk, rij), {})[rij.groep_delen.get("stroom", "")] = rij
    for naam, per in reeksen.items():
        if set(per) != set(STROMEN):
            raise ValueError(
                f"flow: {stuk.id}, {naam!r} needs groups stroom=<{'|'.join(STROMEN)}>, found {sorted(per)}"
            )
    return reeksen


def _reeks(stuk: Stuk, rij: Cijfer) -> str:
    delen = [
        stuk.labels.get(f"{key}={v}", v.replace("_", " ")) for key, v in rij.groep_delen.items() if key != "stroom"
    ]
    if stuk.varieert("gebied"):
        delen.append(rij.gebied_naam)
    return ", ".join(delen) or rij.naam


def _svg(stuk: Stuk, reeksen: dict[str, dict[str, Cijfer]], alt: str) -> str:
    labels = [f"{naam}: {kop}" if len(reeksen) > 1 else kop for naam in reeksen for kop in STROMEN.values()]
    rijen = [per[stroom] for per in reeksen.values() for stroom in STROMEN]
    waarden = [_met_teken(rij, stroom) for per in reeksen.values() for stroom, rij in ((s, per[s]) for s in STROMEN)]
    hoogte = opmaak.rijhoogte(labels, minimum=28)
    maten = {"links": opmaak.kantlijn(labels), "rechts": opmaak.kolom_rechts(waarden), "onder": 10}
    with doek(len(rijen) * hoogte + 18, **maten) as (figuur, ax):
        top = max((_top(per) for per in reeksen.values()), default=1.0)
        ax.set_xlim(0, top * 1.02 or 1)
        ax.set_ylim(len(rijen) - 0.5, -0.5)
        ax.set_xticks([])
        for i, per in enumerate(reeksen.values()):
            _stappen(ax, 4 * i, per)
        opmaak.rijlabels(ax, labels)
        opmaak.waarden_rechts(ax, waarden, rijen)
        ax.axvline(0, color=kleur("zacht"), linewidth=1)
        return als_svg(figuur, slug=stuk.slug, alt=alt)


def _top(per: dict[str, Cijfer]) -> float:
    begin = per["beginstand"].value if per["beginstand"].zichtbaar else 0.0
    erbij = per["instroom"].value if per["instroom"].zichtbaar else 0.0
    return max([begin + erbij, *(rij.value for rij in per.values() if rij.zichtbaar)])


def _stappen(ax: Any, y0: int, per: dict[str, Cijfer]) -> None:
    """Inflow begins where the begin stock ends; outflow ends where inflow ended, going back."""
    begin = per["beginstand"].value if per["beginstand"].zichtbaar else 0.0
    erbij = per["instroom"].value if per["instroom"].zichtbaar else 0.0
    eraf = per["uitstroom"].value if per["uitstroom"].zichtbaar else 0.0
    begin_bij = {"beginstand": 0.0, "instroom": begin, "uitstroom": max(begin + erbij - eraf, 0.0), "eindstand": 0.0}
    for k, stroom in enumerate(STROMEN):
        if per[stroom].zichtbaar:
            verf = VERF[stroom] | {"color": kleur(VERF[stroom]["color"])}
            ax.barh(
                y0 + k,
                per[stroom].value,
                left=begin_bij[stroom],
                height=0.62,
                edgecolor=kleur("inkt"),
                linewidth=0.7,
                **verf,
            )


def _met_teken(rij: Cijfer, stroom: str) -> str:
    if not rij.zichtbaar or stroom in ("beginstand", "eindstand"):
        return toon(rij)
    return nl.met_teken(rij.value if stroom == "instroom" else -rij.value)


def message(reeksen: dict[str, dict[str, Cijfer]]) -> str:
    """The title: in, out, and the stock from begin to end; of the largest series when there are several."""
    heel = {naam: per for naam, per in reeksen.items() if all(rij.zichtbaar for rij in per.values())}
    if not heel:
        return "Niet alle cijfers van deze balans kunnen worden getoond"
    naam, per = max(heel.items(), key=lambda paar: paar[1]["eindstand"].value)
    erbij, eraf = toon(per["instroom"]), toon(per["uitstroom"])
    zin = f"{erbij} erbij en {eraf} eraf: van {toon(per['beginstand'])} naar {toon(per['eindstand'])}"
    return f"{naam}: {zin}" if len(reeksen) > 1 else zin


def _alt(stuk: Stuk, reeksen: dict[str, dict[str, Cijfer]]) -> str:
    delen: Sequence[str] = [
        f"{naam}: " + ", ".join(f"{kop.lower()} {toon(per[stroom])}" for stroom, kop in STROMEN.items())
        for naam, per in reeksen.items()
    ]
    return f"Balans van begin naar eind. {stuk.titel}".rstrip(".? ") + ". " + ". ".join(delen) + "."
