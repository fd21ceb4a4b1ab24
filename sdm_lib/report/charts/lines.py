"""A trend: one line a series, with its margin as a band and its name at its end.

Time is the period of the rows, or a group key that says when (`jaar`, `kwartaal`, `maand`, `gesprek`). A moment
without a number breaks the line. Lines differ by colour, dash and marker, and are named where they end. More than four
lines make small multiples: one small picture a series, all on the same scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sdm_lib import nl
from sdm_lib.report.charts import opmaak
from sdm_lib.report.figures import Cijfer, toon
from sdm_lib.report.palette import REEKS, STREEP, TEKEN, kleur
from sdm_lib.report.stuk import Beeld, Stuk
from sdm_lib.report.svg import als_svg, doek
from sdm_lib.report.words import oordeel, sleutel

MAXIMUM = 4  # lines in one picture: the colours that stay apart for every eye
WANNEER = ("jaar", "kwartaal", "maand", "gesprek")  # group keys that are moments


@dataclass(frozen=True)
class Verloop:
    """Series over time: the moments in order with their words, and per series its rows in that order."""

    momenten: tuple[str, ...]
    woorden: dict[str, str]
    reeksen: dict[str, list[tuple[str, Cijfer]]]


def draw(stuk: Stuk) -> Beeld:
    """Draw the level rows: one picture, or small multiples when there are more than four series."""
    verloop_ = verloop(stuk)
    if len(verloop_.reeksen) > MAXIMUM:
        from sdm_lib.report.charts import multiples

        return multiples.draw(stuk)
    alt = alternative(stuk, verloop_)
    lezen = "Leeswijzer: de band om een lijn is de marge." if any(rij.met_marge for rij in stuk.standen) else ""
    return Beeld(svg(stuk, verloop_, alt), message(stuk, verloop_), alt, lezen)


def verloop(stuk: Stuk) -> Verloop:
    """The series and moments of a piece."""
    key = "" if stuk.varieert("periode") else next((k for k in WANNEER if _varieert(stuk, k)), "")
    reeksen: dict[str, list[tuple[str, Cijfer]]] = {}
    woorden: dict[str, str] = {}
    for rij in stuk.standen:
        moment = rij.groep_delen.get(key, "") if key else rij.periode
        woorden[moment] = stuk.labels.get(f"{key}={moment}", moment) if key else kort(moment)
        reeksen.setdefault(_naam(stuk, rij, key), []).append((moment, rij))
    momenten = tuple(sorted(woorden))
    return Verloop(
        momenten, woorden, {naam: sorted(lijst, key=lambda paar: paar[0]) for naam, lijst in reeksen.items()}
    )


def _varieert(stuk: Stuk, key: str) -> bool:
    return len({rij.groep_delen.get(key) for rij in stuk.standen}) > 1


def _naam(stuk: Stuk, rij: Cijfer, key: str) -> str:
    """The name of the series a row belongs to: what varies, time left out."""
    if not key:
        return stuk.naam(rij)
    rest = {k: v for k, v in rij.groep_delen.items() if k != key and _varieert(stuk, k)}
    delen = [rij.naam] if stuk.varieert("indicator") else []
    delen += [rij.gebied_naam] if stuk.varieert("gebied") else []
    delen += [stuk.labels.get(f"{k}={v}", v.replace("_", " ")) for k, v in rest.items()]
    return ", ".join(delen) or rij.naam


def kort(periode: str) -> str:
    """A quarter as an axis shows it.

    >>> kort("2015K2"), kort("2014")
    ('2e kw. 2015', '2014')
    """
    return f"{periode[5]}e kw. {periode[:4]}" if len(periode) == 6 and periode[4] == "K" else periode


def svg(stuk: Stuk, beeld: Verloop, alt: str) -> str:
    """The picture of a course of things."""
    eindes = [_eind(naam, rijen, alleen=len(beeld.reeksen) == 1) for naam, rijen in beeld.reeksen.items()]
    regels = [opmaak.afgebroken(tekst, breedte=18) for tekst in eindes]
    rechts = max(len(regel) for delen in regels for regel in delen) * opmaak.VETBREEDTE + 14
    with doek(230, links=opmaak.aslinks(stuk.standen), rechts=min(rechts, 165), boven=14, onder=30) as (figuur, ax):
        assen(ax, beeld, stuk.standen)
        for i, rijen in enumerate(beeld.reeksen.values()):
            lijn(ax, beeld, rijen, i)
        _eindlabels(ax, beeld, regels)
        return als_svg(figuur, slug=stuk.slug, alt=alt)


def _eind(naam: str, rijen: Sequence[tuple[str, Cijfer]], *, alleen: bool) -> str:
    waarde = opmaak.bondig(rijen[-1][1])
    return waarde if alleen else f"{naam} {waarde}"


def assen(ax: Any, beeld: Verloop, rijen: Sequence[Cijfer], *, hoogstens: int = 4) -> None:
    """Time below with at most so many words, values at the left."""
    aantal = len(beeld.momenten)
    laag, hoog = opmaak.bereik(rijen, nul=all(rij.unit in ("aantal", "euro") for rij in rijen))
    ax.set_xlim(-0.15, aantal - 1 + 0.1 if aantal > 1 else 0.5)
    ax.set_ylim(laag, hoog)
    stap = max(1, -(-aantal // hoogstens))
    getoond = [i for i in range(aantal) if (aantal - 1 - i) % stap == 0]
    ax.set_xticks(getoond, [beeld.woorden[beeld.momenten[i]] for i in getoond])
    opmaak.waarden_links(ax, laag, hoog, rijen[0].unit)
    ax.grid(axis="y")


def lijn(ax: Any, beeld: Verloop, rijen: Sequence[tuple[str, Cijfer]], nummer: int) -> None:
    """One series: band, line and markers; a gap where a moment is absent or hidden."""
    import seaborn as sns

    tint = kleur(REEKS[nummer])
    per = dict(rijen)
    punten = [per.get(moment) for moment in beeld.momenten]
    y = [rij.value if rij is not None and rij.zichtbaar else float("nan") for rij in punten]
    onder = [rij.lower if rij is not None and rij.met_marge else float("nan") for rij in punten]
    boven = [rij.upper if rij is not None and rij.met_marge else float("nan") for rij in punten]
    if any(waarde == waarde for waarde in onder):
        ax.fill_between(range(len(y)), onder, boven, color=tint, alpha=0.14, linewidth=0)
    ax.plot(range(len(y)), y, color=tint, linewidth=2.2, linestyle=STREEP[nummer])
    zichtbaar = [(i, waarde) for i, waarde in enumerate(y) if waarde == waarde]
    sns.scatterplot(
        x=[i for i, _ in zichtbaar], y=[waarde for _, waarde in zichtbaar], ax=ax, color=tint, marker=TEKEN[nummer],
        s=46, edgecolor=kleur("papier"), linewidth=1, zorder=4, legend=False,
    )  # fmt: skip
    ax.set(xlabel="", ylabel="")


def _eindlabels(ax: Any, beeld: Verloop, regels: Sequence[list[str]]) -> None:
    """Names at the ends of the lines, moved apart where they would overlap."""
    laag, hoog = ax.get_ylim()
    hoogte = ax.figure.get_size_inches()[1] * 72 * ax.get_position().height
    plekken = []
    for i, rijen in enumerate(beeld.reeksen.values()):
        laatste = next((rij for _, rij in reversed(rijen) if rij.zichtbaar), None)
        if laatste is not None:
            plekken.append((hoogte * (laatste.value - laag) / (hoog - laag), i))
    vorige = float("inf")
    for y, i in sorted(plekken, reverse=True):
        blok = len(regels[i]) * opmaak.REGEL
        midden = min(y, vorige - blok / 2)
        vorige = midden - blok / 2
        for k, regel in enumerate(regels[i]):
            ax.annotate(
                regel, (1, 0), xycoords="axes fraction", textcoords="offset points", annotation_clip=False,
                xytext=(12, midden + blok / 2 - opmaak.REGEL * (k + 0.75)), color=kleur(REEKS[i]), weight="bold",
            )  # fmt: skip


def message(stuk: Stuk, beeld: Verloop) -> str:
    """The title: from where to where for one line, with the verdict; for several, the last values."""
    laatste = {naam: rijen[-1][1] for naam, rijen in beeld.reeksen.items() if rijen[-1][1].zichtbaar}
    if not laatste:
        return "Het laatste cijfer kan niet worden getoond"
    if len(beeld.reeksen) > 1:
        delen = [f"{naam} {opmaak.bondig(rij)}" for naam, rij in list(laatste.items())[:3]]
        return f"{beeld.woorden[beeld.momenten[-1]]}: {nl.lijst(delen)}"
    [rijen] = beeld.reeksen.values()
    zichtbaar = [(moment, rij) for moment, rij in rijen if rij.zichtbaar]
    if len(zichtbaar) < 2:
        return f"{rijen[-1][1].naam}: {toon(rijen[-1][1])}"
    (eerst, van), (laatst, tot) = zichtbaar[0], zichtbaar[-1]
    begin, eind = beeld.woorden[eerst], beeld.woorden[laatst]
    zin = f"Van {opmaak.bondig(van)} ({begin}) naar {opmaak.bondig(tot)} ({eind})"
    verschil = stuk.verschillen.get(sleutel(tot))
    if verschil is None:
        return zin
    woorden = {"hoger": "gestegen", "lager": "gedaald", "gelijk": "gelijk gebleven"}
    return f"{zin}: {woorden.get(oordeel(verschil, stuk.regels.grens(verschil)), 'geen aantoonbaar verschil')}"


def alternative(stuk: Stuk, beeld: Verloop) -> str:
    """Every line in words, its last eight moments."""
    delen = [
        f"{naam}: " + ", ".join(f"{beeld.woorden[moment]} {toon(rij)}" for moment, rij in rijen[-8:])
        for naam, rijen in beeld.reeksen.items()
    ]
    return f"Lijnen door de tijd. {stuk.titel}".rstrip(".? ") + ". " + ". ".join(delen) + "."
