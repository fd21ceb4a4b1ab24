"""A table of its own as a grid, when that reads better than a long list: one thing down, another across.

Only when the grid is complete, nothing carries a margin or a comparison, and the columns fit a page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape

from sdm_lib.report.figures import Cijfer, kapitaal, toon
from sdm_lib.report.stuk import Stuk

MAX_KOLOMMEN = 7


@dataclass(frozen=True)
class Kruis:
    """Row and column headings in order, and the figure in each cell."""

    hoek: str
    rijen: tuple[str, ...]
    kolommen: tuple[str, ...]
    cellen: dict[tuple[str, str], Cijfer]


def kruis(stuk: Stuk) -> Kruis | None:
    """The grid of a piece, or None when it does not fit one."""
    rijen = stuk.standen
    if not rijen or stuk.verschillen or any(rij.met_marge for rij in rijen):
        return None
    assen = _assen(stuk, rijen)
    if len(assen) != 2:
        return None
    (naam, rij_van), (_, kolom_van) = assen if len(_waarden(assen[1][1], rijen)) <= MAX_KOLOMMEN else reversed(assen)
    cellen = {(rij_van(rij), kolom_van(rij)): rij for rij in rijen}
    rijkoppen, kolomkoppen = _waarden(rij_van, rijen), _waarden(kolom_van, rijen)
    past = 2 <= len(kolomkoppen) <= MAX_KOLOMMEN and len(rijkoppen) >= 2
    heel = len(cellen) == len(rijen) == len(rijkoppen) * len(kolomkoppen)
    return Kruis(naam, rijkoppen, kolomkoppen, cellen) if past and heel else None


def _assen(stuk: Stuk, rijen: Sequence[Cijfer]) -> list[tuple[str, Callable[[Cijfer], str]]]:
    """What varies, the indicator last so that it goes across."""
    assen: list[tuple[str, Callable[[Cijfer], str]]] = []
    if stuk.varieert("gebied"):
        assen.append(("Gebied", lambda rij: rij.gebied_naam))
    if stuk.varieert("periode"):
        assen.append(("Periode", lambda rij: rij.periode_naam))
    if stuk.varieert("groep"):
        kop = stuk.groep_sleutel() or "groep"
        assen.extend(_groepassen(stuk, rijen) or [(kapitaal(kop), lambda rij: kapitaal(rij.groep_naam or "totaal"))])
    if stuk.varieert("indicator"):
        assen.append(("Cijfer", lambda rij: rij.naam))
    return assen


def _groepassen(stuk: Stuk, rijen: Sequence[Cijfer]) -> list[tuple[str, Callable[[Cijfer], str]]]:
    """Two axes when every row has the same two group keys (year and item); else none."""
    sleutels = {tuple(rij.groep_delen) for rij in rijen}
    if len(sleutels) != 1 or len(paar := next(iter(sleutels))) != 2:
        return []
    return [(kapitaal(stuk.labels.get(key, key)), partial(_groepwaarde, stuk, key)) for key in paar]


def _groepwaarde(stuk: Stuk, key: str, rij: Cijfer) -> str:
    waarde = rij.groep_delen[key]
    return kapitaal(stuk.labels.get(f"{key}={waarde}", waarde.replace("_", " ")))


def _waarden(van: Callable[[Cijfer], str], rijen: Sequence[Cijfer]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(van(rij) for rij in rijen))


def html(tabel: Kruis) -> str:
    """Head and body of the grid."""
    koppen = "".join(f'<th scope="col" class="g">{escape(kop)}</th>' for kop in tabel.kolommen)
    rijen = "".join(
        f'<tr><th scope="row">{escape(rij)}</th>{"".join(_cel(tabel.cellen[rij, kop]) for kop in tabel.kolommen)}</tr>'
        for rij in tabel.rijen
    )
    return f'<thead><tr><th scope="col">{escape(tabel.hoek)}</th>{koppen}</tr></thead><tbody>{rijen}</tbody>'


def _cel(rij: Cijfer) -> str:
    return f"<td>{escape(toon(rij))}</td>" if rij.zichtbaar else f'<td class="v">{escape(toon(rij))}</td>'
