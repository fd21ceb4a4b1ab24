"""Periods and reference dates as half-open windows of whole days, counted from 1 January 1970.

Inside this room a date is an integer: the same arithmetic on every engine, and no time zone anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from sdm_lib.kwartaal import Kwartaal

NUL = date(1970, 1, 1)
OPEN = 1_000_000  # day number of an open end (the year 4707): later than any date that is delivered


@dataclass(frozen=True, slots=True)
class Periode:
    """A named window ``[begin, einde)`` of whole days.

    >>> Periode.van("2015H1").einde.isoformat(), Periode.van(Kwartaal(2015, 2)).label
    ('2015-07-01', '2015K2')
    """

    label: str
    begin: date
    einde: date

    def __post_init__(self) -> None:
        if self.begin >= self.einde:
            raise ValueError(f"Periode {self.label}: begin {self.begin} must lie before einde {self.einde}")

    @classmethod
    def van(cls, wat: Kwartaal | Periode | date | str) -> Periode:
        """A quarter, a day, or a text: ``2015``, ``2015H1``, ``2015K2``, ``2015-04``. Raises ValueError on others.

        >>> [Periode.van(t).label for t in ("2015", "2015H2", "2015-12", "2015K4")]
        ['2015', '2015H2', '2015-12', '2015K4']
        """
        if isinstance(wat, Periode):
            return wat
        if isinstance(wat, Kwartaal):
            return cls(str(wat), wat.begin, wat.einde)
        if isinstance(wat, date):
            return cls(wat.isoformat(), wat, wat + timedelta(days=1))
        return cls(wat, *_lees(wat))

    @property
    def laatste_dag(self) -> date:
        """Last day of the window."""
        return self.einde - timedelta(days=1)

    @property
    def van_dag(self) -> int:
        """Day number of the first day."""
        return dagnummer(self.begin)

    @property
    def tot_dag(self) -> int:
        """Day number of the first day after the window."""
        return dagnummer(self.einde)


def dagnummer(dag: date) -> int:
    """Days since 1 January 1970.

    >>> dagnummer(date(1970, 1, 2))
    1
    """
    return dag.toordinal() - NUL.toordinal()


def vensters(
    periodes: Sequence[Kwartaal | Periode | date | str] | Kwartaal | Periode | date | str,
) -> tuple[Periode, ...]:
    """The windows in order of time.

    Raises ValueError when none is given, one is given twice, or one lies inside another: a sweep needs windows that
    begin and end in the same order (ask for quarters and years in two calls).

    >>> [v.label for v in vensters(["2015K2", "2015K1"])]
    ['2015K1', '2015K2']
    """
    lijst = [periodes] if isinstance(periodes, (Kwartaal, Periode, date, str)) else list(periodes)
    rij = sorted((Periode.van(p) for p in lijst), key=lambda p: (p.begin, p.einde))
    if not rij:
        raise ValueError("no period was asked for")
    for eerste, tweede in pairwise(rij):
        if eerste.begin >= tweede.begin or eerste.einde >= tweede.einde:
            raise ValueError(f"periods {eerste.label} and {tweede.label} overlap wholly; ask for them in two calls")
    return tuple(rij)


def _lees(tekst: str) -> tuple[date, date]:
    if re.fullmatch(r"\d{4}K[1-4]", tekst):
        kwartaal = Kwartaal.parse(tekst)
        return kwartaal.begin, kwartaal.einde
    if re.fullmatch(r"\d{4}", tekst):
        return date(int(tekst), 1, 1), date(int(tekst) + 1, 1, 1)
    if match := re.fullmatch(r"(\d{4})H([12])", tekst):
        eerste = Kwartaal(int(match[1]), 2 * int(match[2]) - 1)
        return eerste.begin, (eerste + 2).begin
    if match := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", tekst):
        jaar, maand = int(match[1]), int(match[2])
        return date(jaar, maand, 1), date(jaar + maand // 12, maand % 12 + 1, 1)
    raise ValueError(f"not a period: {tekst!r} (expected like 2015, 2015H1, 2015K2 or 2015-04)")
