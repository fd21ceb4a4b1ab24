"""Dots with whiskers, sorted by value: areas, groups or indicators beside each other.

The whole municipality, when it is among the areas, is a dashed line; a tested difference with the reference gives a dot
its shape (triangle up or down, circle); the area of the page is bold and orange. An earlier period is a hollow dot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sdm_lib import nl
from sdm_lib.report.charts import opmaak
from sdm_lib.report.figures import Cijfer, eenheid_naam, schrijf, schrijf_verschil, toon
from sdm_lib.report.palette import kleur
from sdm_lib.report.stuk import Beeld, Stuk, gesorteerd
from sdm_lib.report.svg import als_svg, doek
from sdm_lib.report.words import Oordeel, namen, oordeel, sleutel, van_tot

VORM = {"hoger": "^", "lager": "v", "gelijk": "o", "onduidelijk": "o", "verborgen": "o"}


def draw(stuk: Stuk) -> Beeld:
    """Draw the levels of the latest period. Differences with the rest give shape and message."""
    lijn = _gemeente(stuk)
    rijen = gesorteerd([rij for rij in stuk.nu if rij is not lijn])
    boodschap = message(stuk, rijen)
    alt = _alt(stuk, rijen, lijn)
    groepen = per_eenheid(rijen)
    if len(groepen) == 1:
        return Beeld(_svg(stuk, rijen, lijn, alt), boodschap, alt, _lezen(stuk, rijen))
    # a mark and a percentage share no scale: a picture each, under one title
    delen = [
        _svg(replace(stuk, slug=f"{stuk.slug}-e{k}"), deel, lijn, _alt(stuk, deel, lijn))
        for k, deel in enumerate(groepen, start=1)
    ]
    return Beeld("".join(delen), boodschap, alt, _lezen(stuk, rijen))


def per_eenheid(rijen: Sequence[Cijfer]) -> list[list[Cijfer]]:
    """The rows by unit, in the order in which the units occur; a difference of shares is in percentage points."""
    groepen: dict[str, list[Cijfer]] = {}
    for rij in rijen:
        groepen.setdefault("aandeel" if rij.unit == "procentpunt" else rij.unit, []).append(rij)
    return list(groepen.values()) or [[]]


def _gemeente(stuk: Stuk) -> Cijfer | None:
    """The row of the whole municipality, when smaller areas stand beside it."""
    if not stuk.varieert("gebied_soort") or stuk.varieert("indicator") or stuk.varieert("groep"):
        return None
    return next((rij for rij in stuk.nu if rij.gebied_soort == "gemeente"), None)


def _svg(stuk: Stuk, rijen: Sequence[Cijfer], lijn: Cijfer | None, alt: str) -> str:
    labels = [stuk.naam(rij) for rij in rijen]
    waarden = [toon(rij).removesuffix(" procentpunt") for rij in rijen]
    hoogte = opmaak.rijhoogte(labels)
    boven = 28 if lijn is not None and lijn.zichtbaar else 8
    maten = {
        "links": opmaak.kantlijn(labels, vet=bool(stuk.accent)),
        "rechts": opmaak.kolom_rechts(waarden),
        "boven": boven,
    }
    with doek(len(rijen) * hoogte + boven + 26, **maten) as (figuur, ax):
        vet = [bool(stuk.accent) and rij.gebied == stuk.accent and stuk.varieert("gebied") for rij in rijen]
        eerder = _eerder(stuk)
        ax.set_ylim(len(rijen) - 0.5, -0.5)
        extra = (
            [0.0]
            if _verschil(stuk)
            else [lijn.value if lijn else float("nan"), *(rij.value for rij in eerder.values())]
        )
        schrijver = schrijf_verschil if _verschil(stuk) else schrijf
        opmaak.waarde_as(ax, *opmaak.bereik([*rijen], extra=extra), _unit(rijen), schrijver=schrijver)
        if _verschil(stuk):
            ax.axvline(0, color=kleur("zacht"), linewidth=1.2, zorder=1)
        if lijn is not None and lijn.zichtbaar:
            _referentielijn(ax, lijn)
        tinten = [kleur("oranje" if accent else "blauw") for accent in vet]
        for y, (rij, tint) in enumerate(zip(rijen, tinten, strict=True)):
            _marge(ax, y, rij, eerder.get(sleutel(rij)), tint=tint)
        _stippen(ax, rijen, vormen=[VORM[_oordeel(stuk, rij)] for rij in rijen], tinten=tinten)
        opmaak.rijlabels(ax, labels, vet=vet)
        opmaak.waarden_rechts(ax, waarden, rijen)
        return als_svg(figuur, slug=stuk.slug, alt=alt)


def _verschil(stuk: Stuk) -> bool:
    """Whether the dots are differences, around zero."""
    return not stuk.standen


def _unit(rijen: Sequence[Cijfer]) -> str:
    return next((rij.unit for rij in rijen if rij.zichtbaar), rijen[0].unit if rijen else "getal")


def _eerder(stuk: Stuk) -> dict[tuple[str, str, str], Cijfer]:
    if len(stuk.perioden) < 2 or _verschil(stuk):
        return {}
    vorige = stuk.perioden[-2]
    return {sleutel(rij): rij for rij in stuk.standen if rij.periode == vorige and rij.zichtbaar}


def _referentielijn(ax: Any, lijn: Cijfer) -> None:
    ax.axvline(lijn.value, color=kleur("zacht"), linewidth=1.2, linestyle=(0, (4, 3)), zorder=1)
    laag, hoog = ax.get_xlim()
    kant = "left" if lijn.value < (laag + hoog) / 2 else "right"
    opmaak.tekst_bij(
        ax, lijn.value, -0.5, f"{lijn.gebied_naam} {toon(lijn)}", dy=8, dx=-4 if kant == "left" else 4, ha=kant,
        color=kleur("zacht"),
    )  # fmt: skip


def _marge(ax: Any, y: int, rij: Cijfer, eerder: Cijfer | None, *, tint: str) -> None:
    """The interval of a row, and an open dot where it was before."""
    if rij.met_marge:
        ax.plot([rij.lower, rij.upper], [y, y], color=tint, linewidth=2, solid_capstyle="butt", zorder=2)
    if eerder is not None and rij.zichtbaar:
        ax.plot(eerder.value, y, marker="o", markersize=6, color=kleur("papier"), markeredgecolor=tint, zorder=3)


def _stippen(ax: Any, rijen: Sequence[Cijfer], *, vormen: Sequence[str], tinten: Sequence[str]) -> None:
    """The dots themselves, those of one shape and colour at once."""
    import seaborn as sns

    soorten: dict[tuple[str, str], list[tuple[float, int]]] = {}
    for y, rij in enumerate(rijen):
        if rij.zichtbaar:
            soorten.setdefault((vormen[y], tinten[y]), []).append((rij.value, y))
    for (vorm, tint), plekken in soorten.items():
        sns.scatterplot(
            x=[x for x, _ in plekken], y=[y for _, y in plekken], ax=ax, marker=vorm, s=74 if vorm == "o" else 92,
            color=tint, edgecolor=kleur("papier"), linewidth=1, zorder=4,
        )  # fmt: skip


def _oordeel(stuk: Stuk, rij: Cijfer) -> Oordeel:
    verschil = stuk.verschillen.get(sleutel(rij))
    return "verborgen" if verschil is None else oordeel(verschil, stuk.regels.grens(verschil))


def message(stuk: Stuk, rijen: Sequence[Cijfer]) -> str:
    """The title that says what is seen: who is proven to differ, or from lowest to highest."""
    zichtbaar = [rij for rij in rijen if rij.zichtbaar]
    if not zichtbaar:
        return "Geen van deze cijfers kan worden getoond"
    if any(sleutel(rij) in stuk.verschillen for rij in zichtbaar):
        return _message_oordelen(stuk, zichtbaar)
    if len(zichtbaar) == 1:
        return f"{stuk.naam(zichtbaar[0])}: {toon(zichtbaar[0])}"
    hoog, laag = zichtbaar[0], zichtbaar[-1]
    if schrijf(hoog.value, hoog.unit) == schrijf(laag.value, laag.unit):
        return f"Overal ongeveer {toon(hoog)}"
    return van_tot(laag, hoog, naam_laag=stuk.naam(laag), naam_hoog=stuk.naam(hoog))


def _message_oordelen(stuk: Stuk, rijen: Sequence[Cijfer]) -> str:
    per = {woord: [stuk.naam(rij) for rij in rijen if _oordeel(stuk, rij) == woord] for woord in ("hoger", "lager")}
    dan = stuk.regels.dan()
    if stuk.regels.in_de_tijd():
        woorden = {"hoger": "Gestegen", "lager": "Gedaald"}
        delen = [f"{woorden[woord]}: {namen(lijst)}" for woord, lijst in per.items() if lijst]
        return (
            "; ".join(delen)
            if delen
            else f"Geen aantoonbaar verschil met {dan.removeprefix('in ').removeprefix('bij ')}"
        )
    delen = [f"{woord} in {namen(lijst)}" for woord, lijst in per.items() if lijst]
    if not delen:
        return f"Nergens een aantoonbaar verschil met {dan.removeprefix('in ')}"
    zin = " en ".join(delen) + f" dan {dan}"
    return zin[:1].upper() + zin[1:]


def _lezen(stuk: Stuk, rijen: Sequence[Cijfer]) -> str:
    """The signs that occur in this picture."""
    namen_ = [eenheid_naam(_unit(deel), verschil=_verschil(stuk)) for deel in per_eenheid(rijen)]
    eigen = [f"elke eenheid heeft een eigen schaal: {nl.lijst(namen_)}"] if len(namen_) > 1 else []
    delen = eigen or ([f"verschil in {namen_[0]}"] if _verschil(stuk) else [])
    delen += ["de streep is de marge"] if any(rij.met_marge for rij in rijen) else []
    woorden = {_oordeel(stuk, rij) for rij in rijen if rij.zichtbaar and sleutel(rij) in stuk.verschillen}
    delen += ["▲ aantoonbaar hoger"] if "hoger" in woorden else []
    delen += ["▼ aantoonbaar lager"] if "lager" in woorden else []
    delen += ["● geen aantoonbaar verschil"] if woorden & {"gelijk", "onduidelijk"} else []
    delen += [f"open stip: {stuk.perioden[-2]}"] if _eerder(stuk) else []
    return f"Leeswijzer: {'; '.join(delen)}." if delen else ""


def _alt(stuk: Stuk, rijen: Sequence[Cijfer], lijn: Cijfer | None) -> str:
    begin = f"Stippen met marge, van hoog naar laag. {stuk.titel}".strip()
    stad = f" {lijn.gebied_naam}: {toon(lijn)}." if lijn is not None else ""
    return f"{begin.rstrip('.?')}: {opmaak.alle_waarden(rijen, stuk.naam)}.{stad}"
