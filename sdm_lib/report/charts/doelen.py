"""The goal tree at a glance: one bar a main line, its intentions by verdict from met to not met, and not to be judged.

The rows are counts with the group keys `hoofdlijn` and `uitspraak`. Every segment holds its number, the key above
names the verdicts in the order of the bars.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from sdm_lib import nl
from sdm_lib.indicators.goals import OP_KOERS
from sdm_lib.indicators.verdicts import Uitspraak
from sdm_lib.indicators.wording import op_het_scherm
from sdm_lib.report.charts import opmaak
from sdm_lib.report.figures import schrijf
from sdm_lib.report.palette import SCHAAL5, Tint, kleur
from sdm_lib.report.stuk import Beeld, Stuk
from sdm_lib.report.svg import als_svg, doek

UITSPRAKEN: tuple[str, ...] = get_args(Uitspraak)
TINTEN = (*SCHAAL5, Tint("papier"))  # in the order of the verdicts
OP_DONKER = ("blauw", "oranje")  # here the number is written in the colour of the paper
Lijnen = Mapping[str, Mapping[str, float]]


def draw(stuk: Stuk) -> Beeld:
    """Draw the main lines in the order of the table. Raises ValueError for rows without line or verdict."""
    lijnen = _lijnen(stuk)
    alt = _alt(stuk, lijnen)
    return Beeld(_svg(stuk, lijnen, alt), message(lijnen), alt)


def _lijnen(stuk: Stuk) -> dict[str, dict[str, float]]:
    lijnen: dict[str, dict[str, float]] = {}
    for rij in stuk.nu:
        code, uitspraak = rij.groep_delen.get("hoofdlijn", ""), rij.groep_delen.get("uitspraak", "")
        if not code or uitspraak not in UITSPRAKEN or not rij.zichtbaar:
            raise ValueError(f"doelen: {stuk.id} needs shown counts per hoofdlijn and uitspraak, found {rij.groep!r}")
        lijnen.setdefault(stuk.labels.get(f"hoofdlijn={code}", code), {})[uitspraak] = rij.value
    return lijnen


def _svg(stuk: Stuk, lijnen: Lijnen, alt: str) -> str:
    labels = list(lijnen)
    hoogte = opmaak.rijhoogte(labels, minimum=36)
    with doek(len(labels) * hoogte + 66, links=opmaak.kantlijn(labels), rechts=8, boven=62, onder=4) as (figuur, ax):
        ax.set_xlim(0, max(sum(aantallen.values()) for aantallen in lijnen.values()))
        ax.set_ylim(len(labels) - 0.5, -0.5)
        ax.set_xticks([])
        for y, aantallen in enumerate(lijnen.values()):
            _balk(ax, y, aantallen)
        opmaak.rijlabels(ax, labels)
        opmaak.tintwijzer(figuur, dict(zip(map(op_het_scherm, UITSPRAKEN), TINTEN, strict=True)), hoog=58)
        return als_svg(figuur, slug=stuk.slug, alt=alt)


def _balk(ax: Any, y: int, aantallen: Mapping[str, float]) -> None:
    links = 0.0
    for uitspraak, tint in zip(UITSPRAKEN, TINTEN, strict=True):
        aantal = aantallen.get(uitspraak, 0.0)
        if aantal:
            ax.barh(y, aantal, left=links, height=0.62, **opmaak.vlak(tint))
            stijl: dict[str, Any] = {"color": kleur("papier" if tint.token in OP_DONKER else "inkt")}
            if tint.arcering:  # the number on a plain ground
                stijl["bbox"] = {"facecolor": kleur(tint.token), "edgecolor": "none", "pad": 1.5}
            opmaak.tekst_bij(ax, links + aantal / 2, y, schrijf(aantal, "aantal"), dy=-4, weight="bold", **stijl)
            links += aantal


def message(lijnen: Lijnen) -> str:
    """The title: how many of the judged intentions are on course, and how many cannot be judged."""
    alle = [(uitspraak, aantal) for lijn in lijnen.values() for uitspraak, aantal in lijn.items()]
    op_koers = sum(aantal for uitspraak, aantal in alle if uitspraak in OP_KOERS)
    niet = sum(aantal for uitspraak, aantal in alle if uitspraak == "niet gemeten")
    gemeten = sum(aantal for _, aantal in alle) - niet
    rest = f"; {schrijf(niet, 'aantal')} zijn niet te beoordelen" if niet != 1 else "; een is niet te beoordelen"
    return f"{schrijf(op_koers, 'aantal')} van {schrijf(gemeten, 'aantal')} beoordeelde voornemens op koers" + (
        rest if niet else ""
    )


def _woorden(lijn: Mapping[str, float]) -> list[str]:
    return [f"{schrijf(aantal, 'aantal')} {op_het_scherm(uitspraak)}" for uitspraak, aantal in lijn.items() if aantal]


def _alt(stuk: Stuk, lijnen: Lijnen) -> str:
    delen = [f"{naam}: {nl.lijst(_woorden(lijn))}" for naam, lijn in lijnen.items()]
    return f"Gestapelde staven. {stuk.titel}".rstrip(".? ") + ". " + ". ".join(delen) + "."
