"""Diverging bars of answers from "helemaal eens" to "helemaal oneens": one bar a statement, split at the middle.

The rows are shares with the group key `antwoord`. Agreement lies left of the middle line, disagreement right of it, and
"neutraal" halves itself around it; the shares that agree and disagree stand at both ends in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sdm_lib.report.charts import opmaak
from sdm_lib.report.figures import Cijfer, schrijf
from sdm_lib.report.palette import SCHAAL5, kleur
from sdm_lib.report.stuk import Beeld, Stuk
from sdm_lib.report.svg import BREEDTE, als_svg, doek

SLEUTEL = "antwoord"
EENS5 = ("helemaal_eens", "eens", "neutraal", "oneens", "helemaal_oneens")
KORT = ("helemaal eens", "eens", "neutraal", "oneens", "helemaal oneens")


def draw(stuk: Stuk) -> Beeld:
    """Draw the statements, most agreement first. A statement with a hidden answer shows no bar.

    Raises ValueError when the rows have no group key `antwoord` with the five words of the scale.
    """
    vragen = _vragen(stuk)
    alt = _alt(stuk, vragen)
    return Beeld(_svg(stuk, vragen, alt), message(vragen), alt)


def _vragen(stuk: Stuk) -> list[tuple[str, list[Cijfer]]]:
    vragen: dict[str, dict[str, Cijfer]] = {}
    for rij in stuk.nu:
        antwoord = rij.groep_delen.get(SLEUTEL, "")
        if antwoord not in EENS5:
            raise ValueError(f"agreement: {stuk.id} needs groups antwoord=<{'|'.join(EENS5)}>, found {rij.groep!r}")
        vragen.setdefault(_vraag(stuk, rij), {})[antwoord] = rij
    volledig = [(naam, [per[a] for a in EENS5]) for naam, per in vragen.items() if len(per) == len(EENS5)]
    if len(volledig) != len(vragen):
        raise ValueError(f"agreement: {stuk.id} has a statement without all five answers")
    return sorted(volledig, key=lambda vraag: -_eens(vraag[1]))


def _vraag(stuk: Stuk, rij: Cijfer) -> str:
    delen = [rij.naam] if stuk.varieert("indicator") or not stuk.varieert("gebied") else []
    return ", ".join(delen + ([rij.gebied_naam] if stuk.varieert("gebied") else []))


def _eens(rijen: Sequence[Cijfer]) -> float:
    return rijen[0].value + rijen[1].value if _heel(rijen) else -1.0


def _heel(rijen: Sequence[Cijfer]) -> bool:
    return all(rij.zichtbaar for rij in rijen)


def _svg(stuk: Stuk, vragen: Sequence[tuple[str, list[Cijfer]]], alt: str) -> str:
    labels = [naam for naam, _ in vragen]
    hoogte = opmaak.rijhoogte(labels, minimum=32)
    with doek(len(vragen) * hoogte + 62, links=opmaak.kantlijn(labels), rechts=8, boven=46, onder=16) as (figuur, ax):
        eens = max((_eens(r) + r[2].value / 2 for _, r in vragen if _heel(r)), default=1.0)
        oneens = max((1 - _eens(r) - r[2].value / 2 for _, r in vragen if _heel(r)), default=1.0)
        # room for the numbers at both ends, from units to the scale of the axis
        breed = ax.get_position().width * BREEDTE
        lucht = 44 * (eens + oneens) / (breed - 88)
        ax.set_xlim(-eens - lucht, oneens + lucht)
        ax.set_ylim(len(vragen) - 0.5, -0.5)
        ax.set_xticks([])
        for y, (_, rijen) in enumerate(vragen):
            if _heel(rijen):
                _balk(ax, y, rijen)
            else:
                opmaak.tekst_bij(
                    ax, 0, y, next(rij.teken for rij in rijen if not rij.zichtbaar), dy=-4, color=kleur("zacht")
                )
        ax.axvline(0, color=kleur("inkt"), linewidth=0.8)
        opmaak.rijlabels(ax, labels)
        opmaak.tintwijzer(figuur, dict(zip(KORT, SCHAAL5, strict=True)), hoog=40)
        return als_svg(figuur, slug=stuk.slug, alt=alt)


def _balk(ax: Any, y: int, rijen: Sequence[Cijfer]) -> None:
    delen = [rij.value for rij in rijen]
    links = -(delen[0] + delen[1] + delen[2] / 2)
    for deel, tint in zip(delen, SCHAAL5, strict=True):
        ax.barh(y, deel, left=links, height=0.58, **opmaak.vlak(tint))
        links += deel
    stijl: dict[str, Any] = {"dy": -4, "weight": "bold"}
    opmaak.tekst_bij(
        ax, -(_eens(rijen) + delen[2] / 2), y, schrijf(_eens(rijen), "aandeel"), dx=-6, ha="right", **stijl
    )
    opmaak.tekst_bij(ax, links, y, schrijf(delen[3] + delen[4], "aandeel"), dx=6, ha="left", **stijl)


def message(vragen: Sequence[tuple[str, list[Cijfer]]]) -> str:
    """The title: the statement with most agreement, and the one with least."""
    heel = [(naam, rijen) for naam, rijen in vragen if _heel(rijen)]
    if not heel:
        return "Geen van deze cijfers kan worden getoond"
    naam, rijen = heel[0]
    zin = f"{schrijf(_eens(rijen), 'aandeel')} is het eens met: {naam}"
    if len(heel) == 1:
        return zin
    minst, rijen_minst = heel[-1]
    meest, minste = schrijf(_eens(rijen), "aandeel"), schrijf(_eens(rijen_minst), "aandeel")
    if meest == minste:
        return f"Bij elke stelling is ongeveer {meest} het eens"
    return f"Meeste instemming ({meest}): {naam}; minste ({minste}): {minst}"


def _alt(stuk: Stuk, vragen: Sequence[tuple[str, list[Cijfer]]]) -> str:
    delen = []
    for naam, rijen in vragen:
        if _heel(rijen):
            oneens = schrijf(rijen[3].value + rijen[4].value, "aandeel")
            delen.append(f"{naam}: {schrijf(_eens(rijen), 'aandeel')} eens, {oneens} oneens")
        else:
            delen.append(f"{naam}: niet getoond")
    return f"Gespreide staven van eens naar oneens. {stuk.titel}".rstrip(".? ") + ". " + ". ".join(delen) + "."
