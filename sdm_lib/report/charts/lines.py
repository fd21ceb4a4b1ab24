"""A trend: one line a series over the quarters, with its margin as a band and its name at its end.

A period without a number breaks the line. Lines differ by colour, dash and marker, and are named where they end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sdm_lib import nl
from sdm_lib.report.charts import opmaak
from sdm_lib.report.figures import Cijfer, schrijf, toon
from sdm_lib.report.palette import REEKS, STREEP, TEKEN, kleur
from sdm_lib.report.stuk import Beeld, Stuk
from sdm_lib.report.svg import TEKENBREEDTE, als_svg, doek
from sdm_lib.report.words import oordeel, sleutel

MAXIMUM = 6  # lines in one picture; more is not readable, and asks for small multiples


def draw(stuk: Stuk) -> Beeld:
    """Draw the level rows. Raises ValueError for more series than one picture can hold."""
    reeksen = _reeksen(stuk)
    if len(reeksen) > MAXIMUM:
        raise ValueError(f"lines: {len(reeksen)} series in {stuk.id}; at most {MAXIMUM}: use chart='multiples'")
    alt = _alt(stuk, reeksen)
    lezen = "Leeswijzer: de band om een lijn is de marge." if any(rij.met_marge for rij in stuk.standen) else ""
    return Beeld(_svg(stuk, reeksen, alt), message(stuk, reeksen), alt, lezen)


def _reeksen(stuk: Stuk) -> dict[str, list[Cijfer]]:
    reeksen: dict[str, list[Cijfer]] = {}
    for rij in sorted(stuk.standen, key=lambda rij: rij.periode):
        reeksen.setdefault(stuk.naam(rij), []).append(rij)
    return reeksen


def kort(periode: str) -> str:
    """A quarter as an axis shows it.

    >>> kort("2015K2"), kort("2014")
    ('2e kw. 2015', '2014')
    """
    return f"{periode[5]}e kw. {periode[:4]}" if len(periode) == 6 and periode[4] == "K" else periode


def _svg(stuk: Stuk, reeksen: dict[str, list[Cijfer]], alt: str) -> str:
    eindes = [f"{naam} {toon(rijen[-1])}" if len(reeksen) > 1 else toon(rijen[-1]) for naam, rijen in reeksen.items()]
    regels = [opmaak.afgebroken(tekst, breedte=20) for tekst in eindes]
    rechts = max(len(regel) for delen in regels for regel in delen) * TEKENBREEDTE + 14 if regels else 14
    with doek(230, links=50, rechts=min(rechts, 165), boven=14, onder=30) as (figuur, ax):
        x = {periode: i for i, periode in enumerate(stuk.perioden)}
        laag, hoog = opmaak.bereik(stuk.standen, nul=all(rij.unit in ("aantal", "euro") for rij in stuk.standen))
        _assen(ax, list(x), laag, hoog, stuk.standen[0].unit)
        for i, rijen in enumerate(reeksen.values()):
            _lijn(ax, [x[rij.periode] for rij in rijen], rijen, i)
        _eindlabels(ax, reeksen, regels, x)
        return als_svg(figuur, slug=stuk.slug, alt=alt)


def _assen(ax: Any, perioden: Sequence[str], laag: float, hoog: float, unit: str) -> None:
    ax.set_xlim(-0.15, len(perioden) - 1 + 0.1 if len(perioden) > 1 else 0.5)
    ax.set_ylim(laag, hoog)
    stap = max(1, -(-len(perioden) // 4))
    getoond = [i for i in range(len(perioden)) if (len(perioden) - 1 - i) % stap == 0]
    ax.set_xticks(getoond, [kort(perioden[i]) for i in getoond])
    waarden = opmaak.stappen(laag, hoog)
    decimalen = opmaak.decimalen_van(waarden, unit)
    ax.set_yticks(waarden, [schrijf(waarde, unit, decimalen=decimalen) for waarde in waarden], color=kleur("zacht"))
    ax.grid(axis="y")


def _lijn(ax: Any, x: Sequence[int], rijen: Sequence[Cijfer], nummer: int) -> None:
    import seaborn as sns

    tint = kleur(REEKS[nummer])
    y = [rij.value if rij.zichtbaar else float("nan") for rij in rijen]
    marge = [rij.met_marge for rij in rijen]
    if any(marge):
        onder = [rij.lower if m else float("nan") for rij, m in zip(rijen, marge, strict=True)]
        boven = [rij.upper if m else float("nan") for rij, m in zip(rijen, marge, strict=True)]
        ax.fill_between(x, onder, boven, color=tint, alpha=0.14, linewidth=0)
    ax.plot(x, y, color=tint, linewidth=2.2, linestyle=STREEP[nummer])
    zichtbaar = [(a, b) for a, b in zip(x, y, strict=True) if b == b]
    sns.scatterplot(
        x=[a for a, _ in zichtbaar], y=[b for _, b in zichtbaar], ax=ax, color=tint, marker=TEKEN[nummer], s=46,
        edgecolor=kleur("papier"), linewidth=1, zorder=4, legend=False,
    )  # fmt: skip
    ax.set(xlabel="", ylabel="")


def _eindlabels(ax: Any, reeksen: dict[str, list[Cijfer]], regels: Sequence[list[str]], x: dict[str, int]) -> None:
    """Names at the ends of the lines, moved apart where they would overlap."""
    laag, hoog = ax.get_ylim()
    hoogte = ax.figure.get_size_inches()[1] * 72 * ax.get_position().height
    plekken = []
    for i, rijen in enumerate(reeksen.values()):
        laatste = next((rij for rij in reversed(rijen) if rij.zichtbaar), None)
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


def message(stuk: Stuk, reeksen: dict[str, list[Cijfer]]) -> str:
    """The title: from where to where for one line, with the verdict; for several, the last values."""
    laatste = {naam: rijen[-1] for naam, rijen in reeksen.items() if rijen[-1].zichtbaar}
    if not laatste:
        return "Het laatste cijfer kan niet worden getoond"
    if len(reeksen) > 1:
        delen = [f"{naam} {toon(rij)}" for naam, rij in list(laatste.items())[:3]]
        return f"{next(iter(laatste.values())).periode_naam}: {nl.lijst(delen)}"
    [rijen] = reeksen.values()
    zichtbaar = [rij for rij in rijen if rij.zichtbaar]
    if len(zichtbaar) < 2:
        return f"{rijen[-1].naam}: {toon(rijen[-1])}"
    zin = f"Van {toon(zichtbaar[0])} in het {zichtbaar[0].periode_naam} naar {toon(zichtbaar[-1])} nu"
    verschil = stuk.verschillen.get(sleutel(rijen[-1]))
    if verschil is None:
        return zin
    woorden = {"hoger": "gestegen", "lager": "gedaald", "gelijk": "gelijk gebleven"}
    oordeel_ = oordeel(verschil, stuk.regels.grens(verschil))
    return f"{zin}: {woorden.get(oordeel_, 'geen aantoonbaar verschil')}"


def _alt(stuk: Stuk, reeksen: dict[str, list[Cijfer]]) -> str:
    delen = [
        f"{naam}: " + ", ".join(f"{rij.periode_naam} {toon(rij)}" for rij in rijen[-8:])
        for naam, rijen in reeksen.items()
    ]
    return f"Lijnen door de tijd. {stuk.titel}".rstrip(".? ") + ". " + ". ".join(delen) + "."
