"""Flow balance: what there was, what came in, what went out, what there is; each step begins where the last ended.

The rows name their step by the group key `stroom` (beginstand, instroom, overgang_in, uitstroom, overgang_uit,
eindstand) or, one indicator a step, by the name of the indicator ("Instroom"). Steps that are not given are left out;
several series (types, areas) each have their own steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sdm_lib import nl
from sdm_lib.report.charts import opmaak
from sdm_lib.report.figures import Cijfer, toon
from sdm_lib.report.palette import kleur
from sdm_lib.report.stuk import Beeld, Stuk
from sdm_lib.report.svg import als_svg, doek

GEEN = "Niet alle cijfers van deze balans kunnen worden getoond"


@dataclass(frozen=True, slots=True)
class Stap:
    """A step: its word, its sign in the sum (0 for a stock), and its look."""

    kop: str
    teken: int
    tint: str
    arcering: str = ""


STAPPEN: Mapping[str, Stap] = {
    "beginstand": Stap("Begin", 0, "blauw"),
    "instroom": Stap("Erbij", 1, "lichtblauw"),
    "overgang_in": Stap("Erbij, van elders", 1, "lichtblauw", "...."),
    "uitstroom": Stap("Eraf", -1, "lichtoranje", "////"),
    "overgang_uit": Stap("Eraf, naar elders", -1, "lichtoranje", "...."),
    "eindstand": Stap("Eind", 0, "blauw"),
}
Reeks = dict[str, Cijfer]  # step -> row


def draw(stuk: Stuk) -> Beeld:
    """Draw the balance as steps. Raises ValueError for a row that is no step, or a series with only one."""
    reeksen = _reeksen(stuk)
    alt = _alt(stuk, reeksen)
    return Beeld(_svg(stuk, reeksen, alt), message(reeksen), alt)


def _reeksen(stuk: Stuk) -> dict[str, Reeks]:
    reeksen: dict[str, Reeks] = {}
    for rij in stuk.nu:
        reeksen.setdefault(_reeks(stuk, rij), {})[_stap(stuk, rij)] = rij
    te_kort = [naam for naam, per in reeksen.items() if len(per) < 2]
    if te_kort:
        raise ValueError(f"balance: {stuk.id}, {te_kort[0]!r} has one step; needs two of {list(STAPPEN)}")
    return {naam: {stap: per[stap] for stap in STAPPEN if stap in per} for naam, per in reeksen.items()}


def _stap(stuk: Stuk, rij: Cijfer) -> str:
    stap = rij.groep_delen.get("stroom") or rij.naam.lower().replace(" ", "_")
    if stap not in STAPPEN:
        raise ValueError(f"balance: {stuk.id} cannot place {stap!r}; known steps are {', '.join(STAPPEN)}")
    return stap


def _reeks(stuk: Stuk, rij: Cijfer) -> str:
    groep = {key: waarde for key, waarde in rij.groep_delen.items() if key != "stroom"}
    delen = [stuk.labels.get(f"{key}={waarde}", waarde.replace("_", " ")) for key, waarde in groep.items()]
    if stuk.varieert("gebied"):
        delen.append(rij.gebied_naam)
    return ", ".join(delen)


def _svg(stuk: Stuk, reeksen: dict[str, Reeks], alt: str) -> str:
    stappen = [(naam, stap, rij) for naam, per in reeksen.items() for stap, rij in per.items()]
    labels = [f"{naam}: {STAPPEN[stap].kop.lower()}" if naam else STAPPEN[stap].kop for naam, stap, _ in stappen]
    rijen = [rij for _, _, rij in stappen]
    waarden = [_met_teken(rij, STAPPEN[stap]) for _, stap, rij in stappen]
    hoogte = opmaak.rijhoogte(labels, minimum=28)
    maten = {"links": opmaak.kantlijn(labels), "rechts": opmaak.kolom_rechts(waarden), "onder": 10}
    with doek(len(rijen) * hoogte + 18, **maten) as (figuur, ax):
        balken = [balk for per in reeksen.values() for balk in plekken(per)]
        ax.set_xlim(0, max((van + lengte for van, lengte in balken), default=1) * 1.02 or 1)
        ax.set_ylim(len(rijen) - 0.5, -0.5)
        ax.set_xticks([])
        for y, ((_, stap, rij), (van, lengte)) in enumerate(zip(stappen, balken, strict=True)):
            if rij.zichtbaar:
                _balk(ax, y, van, lengte, STAPPEN[stap])
        opmaak.rijlabels(ax, labels)
        opmaak.waarden_rechts(ax, waarden, rijen)
        ax.axvline(0, color=kleur("zacht"), linewidth=1)
        return als_svg(figuur, slug=stuk.slug, alt=alt)


def plekken(per: Reeks) -> list[tuple[float, float]]:
    """Where each bar begins and how long it is: (from, length), a hidden step has length 0.

    A flow begins where the sum so far stands; without a shown begin stock the sum starts at zero.
    """
    som, uit = 0.0, []
    for stap, rij in per.items():
        lengte = rij.value if rij.zichtbaar else 0.0
        teken = STAPPEN[stap].teken
        if teken == 0:
            uit.append((0.0, lengte))
            som = lengte if stap == "beginstand" else som
        else:
            uit.append((max(som - lengte, 0.0) if teken < 0 else som, lengte))
            som = max(som + teken * lengte, 0.0)
    return uit


def _balk(ax: Any, y: int, van: float, lengte: float, stap: Stap) -> None:
    stijl = {"hatch": stap.arcering} if stap.arcering else {}
    ax.barh(y, lengte, left=van, height=0.62, color=kleur(stap.tint), edgecolor=kleur("inkt"), linewidth=0.7, **stijl)


def _met_teken(rij: Cijfer, stap: Stap) -> str:
    return nl.met_teken(stap.teken * rij.value) if rij.zichtbaar and stap.teken else toon(rij)


def message(reeksen: dict[str, Reeks]) -> str:
    """The title: in, out, and the stock from begin to end; of the largest series when there are several."""
    heel = {naam: per for naam, per in reeksen.items() if all(rij.zichtbaar for rij in per.values())}
    if not heel:
        return GEEN
    naam, per = max(heel.items(), key=lambda paar: max(rij.value for rij in paar[1].values()))
    zin = _stroom(per) + _stand(per)
    return f"{naam}: {zin}" if naam else zin[:1].upper() + zin[1:]


def _stroom(per: Reeks) -> str:
    erbij = sum(rij.value for stap, rij in per.items() if STAPPEN[stap].teken > 0)
    eraf = sum(rij.value for stap, rij in per.items() if STAPPEN[stap].teken < 0)
    delen = [f"{nl.getal(erbij)} erbij"] if any(STAPPEN[stap].teken > 0 for stap in per) else []
    delen += [f"{nl.getal(eraf)} eraf"] if any(STAPPEN[stap].teken < 0 for stap in per) else []
    return nl.lijst(delen)


def _stand(per: Reeks) -> str:
    begin, eind = per.get("beginstand"), per.get("eindstand")
    if begin is not None and eind is not None:
        return f": van {toon(begin)} naar {toon(eind)}"
    enige = begin or eind
    return f", {toon(enige)} aan het {'begin' if begin else 'eind'}" if enige else ""


def _alt(stuk: Stuk, reeksen: dict[str, Reeks]) -> str:
    delen = [
        (f"{naam}: " if naam else "") + ", ".join(f"{STAPPEN[s].kop.lower()} {toon(rij)}" for s, rij in per.items())
        for naam, per in reeksen.items()
    ]
    return f"Balans van begin naar eind. {stuk.titel}".rstrip(".? ") + ". " + ". ".join(delen) + "."
