"""Small multiples: one small trend a series (district, provision), all on the same scale, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sdm_lib.report.charts import opmaak
from sdm_lib.report.charts.lines import Verloop, alternative, assen, lijn, verloop
from sdm_lib.report.figures import Cijfer, toon
from sdm_lib.report.palette import kleur
from sdm_lib.report.stuk import Beeld, Stuk
from sdm_lib.report.svg import BREEDTE, als_svg, doek

KOLOMMEN = 3
VAK = 104.0  # height of one small picture, units
KOP = 32.0  # above it, for its name in two lines


def draw(stuk: Stuk) -> Beeld:
    """Draw every series. Each small picture names itself and its last value."""
    beeld = verloop(stuk)
    alt = alternative(stuk, beeld).replace("Lijnen door de tijd", "Kleine lijnen naast elkaar, op dezelfde schaal", 1)
    return Beeld(_svg(stuk, beeld, alt), message(beeld), alt, "Leeswijzer: alle vakken hebben dezelfde schaal.")


def _svg(stuk: Stuk, beeld: Verloop, alt: str) -> str:
    rijtal = -(-len(beeld.reeksen) // KOLOMMEN)
    hoogte = rijtal * (VAK + KOP + 18)
    with doek(hoogte) as (figuur, leeg):
        leeg.remove()
        links = opmaak.aslinks(stuk.standen)
        breed = (BREEDTE - links - 12 * (KOLOMMEN - 1) - 4) / KOLOMMEN
        for i, (naam, rijen) in enumerate(beeld.reeksen.items()):
            kolom, rij = i % KOLOMMEN, i // KOLOMMEN
            onder = hoogte - (rij + 1) * (VAK + KOP + 18) + 18
            vak = ((links + kolom * (breed + 12)) / BREEDTE, onder / hoogte, breed / BREEDTE, VAK / hoogte)
            ax = figuur.add_axes(vak)
            _vak(ax, beeld, rijen, stuk.standen, links=kolom == 0, onder=i + KOLOMMEN >= len(beeld.reeksen))
            _kop(ax, naam, rijen[-1][1], breed)
        return als_svg(figuur, slug=stuk.slug, alt=alt)


def _vak(
    ax: Any, beeld: Verloop, rijen: Sequence[tuple[str, Cijfer]], alle: Sequence[Cijfer], *, links: bool, onder: bool
) -> None:
    ax.patch.set_visible(False)
    for kant in ("top", "right", "left", "bottom"):
        ax.spines[kant].set_visible(False)
    ax.tick_params(length=0, pad=5)
    ax.set_axisbelow(True)
    assen(ax, beeld, alle, hoogstens=1)
    lijn(ax, beeld, rijen, 0)
    if not links:
        ax.set_yticklabels([])
    if not onder:
        ax.set_xticklabels([])
    for woord in ax.get_xticklabels():
        woord.set_ha("right")


def _kop(ax: Any, naam: str, laatste: Cijfer, breed: float) -> None:
    regels = opmaak.afgebroken(f"{naam} {opmaak.bondig(laatste)}", breedte=max(int(breed / 7.6), 8))[:2]
    for k, regel in enumerate(regels):
        ax.annotate(
            regel, (0, 1), xycoords="axes fraction", xytext=(0, 8 + opmaak.REGEL * (len(regels) - 1 - k)),
            textcoords="offset points", weight="bold", color=kleur("inkt"), annotation_clip=False,
        )  # fmt: skip


def message(beeld: Verloop) -> str:
    """The title: highest and lowest at the last moment."""
    laatste = [(naam, rijen[-1][1]) for naam, rijen in beeld.reeksen.items() if rijen[-1][1].zichtbaar]
    if not laatste:
        return "Het laatste cijfer kan niet worden getoond"
    hoog = max(laatste, key=lambda paar: paar[1].value)
    laag = min(laatste, key=lambda paar: paar[1].value)
    moment = beeld.woorden[beeld.momenten[-1]]
    return f"{moment}: het hoogst {hoog[0]} ({toon(hoog[1])}), het laagst {laag[0]} ({toon(laag[1])})"
