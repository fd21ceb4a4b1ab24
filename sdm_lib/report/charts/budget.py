"""Budget and spending: per line the budget as an outline and the spending as a filled bar within it.

The rows carry the group key `soort` with begroting and realisatie. ``opties["deel_van_jaar"]`` (0-1) draws the part of
the year that has passed as a tick on every budget.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sdm_lib.report.charts import opmaak
from sdm_lib.report.figures import Cijfer, schrijf
from sdm_lib.report.palette import kleur
from sdm_lib.report.stuk import Beeld, Stuk
from sdm_lib.report.svg import als_svg, doek

Paar = tuple[str, Cijfer, Cijfer]


def draw(stuk: Stuk) -> Beeld:
    """Draw every line that has both rows. Raises ValueError when a line lacks one of them."""
    paren = _paren(stuk)
    alt = _alt(stuk, paren)
    lezen = "Leeswijzer: het kader is de begroting, de staaf is wat is uitgegeven"
    lezen += "; het streepje is het deel van het jaar dat voorbij is." if "deel_van_jaar" in stuk.opties else "."
    return Beeld(_svg(stuk, paren, alt), message(paren), alt, lezen)


def _paren(stuk: Stuk) -> list[Paar]:
    per: dict[str, dict[str, Cijfer]] = {}
    for rij in stuk.nu:
        delen = [stuk.labels.get(f"{k}={v}", v.replace("_", " ")) for k, v in rij.groep_delen.items() if k != "soort"]
        naam = ", ".join(delen) or (rij.gebied_naam if stuk.varieert("gebied") else rij.naam)
        per.setdefault(naam, {})[rij.groep_delen.get("soort", "")] = rij
    for naam, soorten in per.items():
        if set(soorten) != {"begroting", "realisatie"}:
            raise ValueError(
                f"budget: {stuk.id}, {naam!r} needs groups soort=<begroting|realisatie>, found {sorted(soorten)}"
            )
    return [(naam, soorten["begroting"], soorten["realisatie"]) for naam, soorten in per.items()]


def _deel(begroot: Cijfer, uitgegeven: Cijfer) -> float:
    heel = begroot.zichtbaar and uitgegeven.zichtbaar and begroot.value > 0
    return uitgegeven.value / begroot.value if heel else float("nan")


def _svg(stuk: Stuk, paren: Sequence[Paar], alt: str) -> str:
    labels = [naam for naam, _, _ in paren]
    waarden = [_rechts(begroot, uitgegeven) for _, begroot, uitgegeven in paren]
    hoogte = opmaak.rijhoogte(labels, minimum=34)
    maten = {"links": opmaak.kantlijn(labels), "rechts": opmaak.kolom_rechts(waarden), "onder": 10}
    with doek(len(paren) * hoogte + 18, **maten) as (figuur, ax):
        top = max((r.value for _, b, u in paren for r in (b, u) if r.zichtbaar), default=1.0)
        ax.set_xlim(0, top * 1.03)
        ax.set_ylim(len(paren) - 0.5, -0.5)
        ax.set_xticks([])
        for y, (_, begroot, uitgegeven) in enumerate(paren):
            _balk(ax, y, begroot, uitgegeven, float(stuk.opties.get("deel_van_jaar", "nan")))
        opmaak.rijlabels(ax, labels)
        opmaak.waarden_rechts(ax, waarden, [uitgegeven for _, _, uitgegeven in paren])
        return als_svg(figuur, slug=stuk.slug, alt=alt)


def _balk(ax: Any, y: int, begroot: Cijfer, uitgegeven: Cijfer, deel: float) -> None:
    if begroot.zichtbaar:
        ax.barh(y, begroot.value, height=0.66, color=kleur("vlak"), edgecolor=kleur("zacht"), linewidth=1.1)
    if uitgegeven.zichtbaar:
        over = begroot.zichtbaar and uitgegeven.value > begroot.value
        ax.barh(y, uitgegeven.value, height=0.32, color=kleur("oranje" if over else "blauw"), linewidth=0)
    if begroot.zichtbaar and deel == deel:
        ax.plot([deel * begroot.value] * 2, [y - 0.4, y + 0.4], color=kleur("inkt"), linewidth=1.6)


def _rechts(begroot: Cijfer, uitgegeven: Cijfer) -> str:
    deel = _deel(begroot, uitgegeven)
    return schrijf(deel, "aandeel") if deel == deel else opmaak.bondig(uitgegeven)


def message(paren: Sequence[Paar]) -> str:
    """The title: spent against budget over all lines when every number is shown, else per line."""
    heel = [(naam, b, u) for naam, b, u in paren if b.zichtbaar and u.zichtbaar]
    if not heel:
        return "Geen van deze cijfers kan worden getoond"
    over = [naam for naam, b, u in heel if u.value > b.value]
    if over:
        return f"Meer uitgegeven dan begroot: {over[0]}" + (f" en nog {len(over) - 1}" if len(over) > 1 else "")
    naam, begroot, uitgegeven = max(heel, key=lambda paar: _deel(paar[1], paar[2]))
    return f"Het verst op weg: {naam}, {schrijf(_deel(begroot, uitgegeven), 'aandeel')} van de begroting uitgegeven"


def _alt(stuk: Stuk, paren: Sequence[Paar]) -> str:
    delen = [f"{naam}: begroot {opmaak.bondig(b)}, uitgegeven {opmaak.bondig(u)}" for naam, b, u in paren]
    return f"Staven van uitgaven binnen de begroting. {stuk.titel}".rstrip(".? ") + ". " + ". ".join(delen) + "."
