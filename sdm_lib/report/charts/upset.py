"""Combinations (UpSet): which things occur together, the most common first; dots say what a bar is made of.

The rows carry the group key `combinatie`, parts joined by ``+`` (``jeugd+wmo``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sdm_lib.report.charts import opmaak
from sdm_lib.report.figures import Cijfer, toon
from sdm_lib.report.palette import kleur
from sdm_lib.report.stuk import Beeld, Stuk, gesorteerd
from sdm_lib.report.svg import BREEDTE, als_svg, doek

SLEUTEL = "combinatie"
MAXIMUM = 14  # combinations shown; the table has the rest
RIJ = 26.0
KOLOM = 26.0


def draw(stuk: Stuk) -> Beeld:
    """Draw bars beside a matrix of dots. Raises ValueError when the rows have no group key `combinatie`."""
    rijen = gesorteerd(stuk.nu)
    if not rijen or any(SLEUTEL not in rij.groep_delen for rij in rijen):
        raise ValueError(f"upset: {stuk.id} needs the group key combinatie, such as combinatie=jeugd+wmo")
    getoond = rijen[:MAXIMUM]
    alt = f"Combinaties, van vaak naar zelden. {stuk.titel}".rstrip(".? ")
    alt += f": {opmaak.alle_waarden(getoond, lambda rij: naam(stuk, rij))}."
    return Beeld(
        _svg(stuk, getoond, alt),
        message(stuk, rijen),
        alt,
        "Leeswijzer: elke rij is een combinatie van de gevulde stippen.",
    )


def delen(rij: Cijfer) -> tuple[str, ...]:
    """The parts of a combination."""
    return tuple(rij.groep_delen[SLEUTEL].split("+"))


def naam(stuk: Stuk, rij: Cijfer) -> str:
    """A combination in words: "alleen wmo", "jeugd en wmo"."""
    woorden = [_woord(stuk, deel) for deel in delen(rij)]
    return f"alleen {woorden[0]}" if len(woorden) == 1 else " en ".join([", ".join(woorden[:-1]), woorden[-1]])


def _woord(stuk: Stuk, deel: str) -> str:
    sleutels = (f"wet={deel}", f"{SLEUTEL}={deel}", deel)
    return next((stuk.labels[key] for key in sleutels if key in stuk.labels), deel.replace("_", " "))


def _svg(stuk: Stuk, rijen: Sequence[Cijfer], alt: str) -> str:
    alle = sorted({deel for rij in rijen for deel in delen(rij)})
    waarden = [opmaak.bondig(rij) for rij in rijen]
    matrix = len(alle) * KOLOM + 14
    langste = max(len(_woord(stuk, deel)) for deel in alle) * 7.2 * 0.72 + 18
    maten = {"links": matrix, "rechts": opmaak.kolom_rechts(waarden), "boven": langste, "onder": 6}
    with doek(len(rijen) * RIJ + langste + 10, **maten) as (figuur, ax):
        ax.set_ylim(len(rijen) - 0.5, -0.5)
        ax.set_xlim(0, max((rij.value for rij in rijen if rij.zichtbaar), default=1) * 1.02)
        ax.set_xticks([])
        lengtes = [rij.value if rij.zichtbaar else 0.0 for rij in rijen]
        ax.barh(range(len(rijen)), lengtes, height=0.62, color=kleur("blauw"), linewidth=0)
        opmaak.waarden_rechts(ax, waarden, rijen)
        ax.set_yticks([])
        _matrix(figuur, stuk, rijen, alle, ax)
        return als_svg(figuur, slug=stuk.slug, alt=alt)


def _matrix(figuur: Any, stuk: Stuk, rijen: Sequence[Cijfer], alle: Sequence[str], naast: Any) -> None:
    plek = naast.get_position()
    ax = figuur.add_axes((0, plek.y0, len(alle) * KOLOM / BREEDTE, plek.height))
    ax.set_axis_off()
    ax.set_xlim(-0.5, len(alle) - 0.5)
    ax.set_ylim(len(rijen) - 0.5, -0.5)
    for y, rij in enumerate(rijen):
        aan = [alle.index(deel) for deel in delen(rij)]
        uit = [x for x in range(len(alle)) if x not in aan]
        ax.scatter(uit, [y] * len(uit), s=42, color=kleur("papier"), edgecolor=kleur("grijs"), linewidth=1)
        ax.plot([min(aan), max(aan)], [y, y], color=kleur("inkt"), linewidth=2.2)
        ax.scatter(aan, [y] * len(aan), s=60, color=kleur("inkt"), linewidth=0, zorder=3)
    for x, deel in enumerate(alle):
        ax.annotate(
            _woord(stuk, deel), (x, -0.5), xytext=(0, 6), textcoords="offset points", rotation=45, ha="left",
            va="baseline", rotation_mode="anchor", color=kleur("inkt"), annotation_clip=False,
        )  # fmt: skip


def message(stuk: Stuk, rijen: Sequence[Cijfer]) -> str:
    """The title: the most common real combination."""
    zichtbaar = [rij for rij in rijen if rij.zichtbaar]
    samen = [rij for rij in zichtbaar if len(delen(rij)) > 1]
    if samen:
        return f"Vaakst samen: {naam(stuk, samen[0])} ({toon(samen[0])})"
    if not zichtbaar:
        return "Geen van deze cijfers kan worden getoond"
    return f"Het meest: {naam(stuk, zichtbaar[0])} ({toon(zichtbaar[0])})"
