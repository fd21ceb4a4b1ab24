"""The order of rows after protection: the place of a hidden figure among shown ones may not tell its rank."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

NAAM = ("periode", "gebied_soort", "gebied", "groep", "indicator")
GETALLEN = ("value", "p", "n")  # what a table may stand in order of
NODIG = (*NAAM, *GETALLEN, "unit", "measure")  # what is read of the true rows
Kolommen = Mapping[str, list[Any]]
Blok = list[int]  # rows that stay together


class _Rijen(NamedTuple):
    """The rows of a piece as plain lists: most pieces are small, and there are hundreds."""

    namen: list[tuple[str, ...]]
    eenheden: list[str]
    getallen: list[tuple[list[float], list[float]]]  # each true and as shown

    def op_getal(self, blokken: Sequence[Blok]) -> Blok | None:
        """Blocks that stood in order of a true number, in order of what is shown of it; None when they did not."""
        namen = [self.namen[blok[0]] for blok in blokken]
        if len(blokken) < 3 or namen == sorted(namen) or len({self.eenheden[k] for blok in blokken for k in blok}) > 1:
            return None
        for waar, getoond in self.getallen:
            echt, gezien = ([_som(getal[k] for k in blok) for blok in blokken] for getal in (waar, getoond))
            stappen = [later - eerder for eerder, later in pairwise(x for x in echt if x == x)]
            if sum(stap != 0 for stap in stappen) > 1 and (min(stappen) >= 0 or max(stappen) <= 0):
                teken = 1 if max(stappen) > 0 else -1
                sleutels = [
                    (0, teken * x, ()) if x == x else (1, 0.0, naam) for x, naam in zip(gezien, namen, strict=True)
                ]
                return [k for nummer in sorted(range(len(blokken)), key=sleutels.__getitem__) for k in blokken[nummer]]
        return None


def herschik(waar: Kolommen, table: Kolommen) -> list[int]:
    """The order in which a reader may get the rows of one piece, as positions.

    waar : the true rows; table : the same rows as a reader gets them (result columns both, as lists).
    Rows that stood in order of a true number (its size, a test, an n) stand in order of what is shown of it, and what
    is hidden comes last, by name. So do the rows of one indicator, and indicators by the sum of their rows. Any other
    order is the author's and stays; the order of names tells nothing.
    """
    getoond = [status == "ok" for status in table["status"]]
    if all(getoond):
        return list(range(len(getoond)))
    echt, gezien = ([kolommen[naam] for naam in GETALLEN] for kolommen in (waar, table))
    grootte = [abs(x) for x in echt[0]], [abs(x) for x in gezien[0]]
    namen = list(zip(*(waar[naam] for naam in NAAM), strict=True))
    rijen = _Rijen(namen, waar["unit"], [*zip(echt, gezien, strict=True), grootte])
    orde, indicatoren = list(range(len(getoond))), waar["indicator"]
    for mijn in _groepen(waar["measure"], range(len(getoond))):
        for plek, k in zip(mijn, _volgorde(rijen, _groepen(indicatoren, mijn), mijn), strict=True):
            orde[plek] = k
    return orde


def _groepen(waarden: Sequence[str], posities: Iterable[int]) -> list[Blok]:
    """The positions with the same value, in order of their first."""
    uit: dict[str, Blok] = {}
    for k in posities:
        uit.setdefault(waarden[k], []).append(k)
    return list(uit.values())


def _volgorde(rijen: _Rijen, blokken: list[Blok], mijn: Blok) -> Blok:
    """The rows of one measure: all together in order, or else each indicator, and indicators that lie side by side."""
    if (samen := rijen.op_getal([[k] for k in mijn])) is not None:
        return samen
    binnen = [rijen.op_getal([[k] for k in blok]) or blok for blok in blokken]
    if [k for blok in blokken for k in blok] == mijn and (samen := rijen.op_getal(binnen)) is not None:
        return samen
    nieuw = {plek: k for blok, deel in zip(blokken, binnen, strict=True) for plek, k in zip(blok, deel, strict=True)}
    return [nieuw[plek] for plek in mijn]


def _som(getallen: Iterable[float]) -> float:
    """The sum of what is a number; none of nothing."""
    bekend = [x for x in getallen if x == x]
    return sum(bekend) if bekend else float("nan")
