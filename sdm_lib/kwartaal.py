"""The quarter and the year as values: ordered, with half-open dates and Dutch labels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

_VORM = re.compile(r"(\d{4})K([1-4])")


@dataclass(frozen=True, slots=True, order=True)
class Kwartaal:
    """A calendar quarter.

    >>> k = Kwartaal.parse("2015K2")
    >>> k.begin.isoformat(), k.einde.isoformat(), k.vorige, k.label
    ('2015-04-01', '2015-07-01', Kwartaal(2015, 1), '2e kwartaal 2015')
    """

    jaar: int
    nummer: int  # 1..4

    def __post_init__(self) -> None:
        if self.nummer not in (1, 2, 3, 4):
            raise ValueError(f"Kwartaal: nummer must be 1..4, got {self.nummer!r}")
        if not 1900 <= self.jaar <= 2200:
            raise ValueError(f"Kwartaal: jaar must be 1900..2200, got {self.jaar!r}")

    @classmethod
    def parse(cls, tekst: str) -> Kwartaal:
        """Read ``2015K2``. Raises ValueError on anything else.

        >>> Kwartaal.parse("2015-2")
        Traceback (most recent call last):
        ValueError: not a quarter: '2015-2' (expected like 2015K2)
        """
        match = _VORM.fullmatch(tekst)
        if match is None:
            raise ValueError(f"not a quarter: {tekst!r} (expected like 2015K2)")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def van(cls, dag: date) -> Kwartaal:
        """The quarter in which a day falls.

        >>> Kwartaal.van(date(2015, 3, 31)), Kwartaal.van(date(2015, 4, 1))
        (Kwartaal(2015, 1), Kwartaal(2015, 2))
        """
        return cls(dag.year, (dag.month - 1) // 3 + 1)

    @property
    def begin(self) -> date:
        """First day of the quarter."""
        return date(self.jaar, 3 * self.nummer - 2, 1)

    @property
    def einde(self) -> date:
        """First day after the quarter: the quarter is ``[begin, einde)``."""
        return (self + 1).begin

    @property
    def laatste_dag(self) -> date:
        """Last day of the quarter."""
        return self.einde - timedelta(days=1)

    @property
    def vorige(self) -> Kwartaal:
        """The quarter before."""
        return self - 1

    @property
    def slot(self) -> Kwartaal:
        """The quarter with which the period ends: itself."""
        return self

    @property
    def label(self) -> str:
        """As a reader says it: ``2e kwartaal 2015``."""
        return f"{self.nummer}e kwartaal {self.jaar}"

    def __add__(self, kwartalen: int) -> Kwartaal:
        jaar, nul = divmod(4 * self.jaar + self.nummer - 1 + kwartalen, 4)
        return Kwartaal(jaar, nul + 1)

    def __sub__(self, kwartalen: int) -> Kwartaal:
        return self + -kwartalen

    def __str__(self) -> str:
        return f"{self.jaar}K{self.nummer}"

    def __repr__(self) -> str:
        return f"Kwartaal({self.jaar}, {self.nummer})"


@dataclass(frozen=True, slots=True, order=True)
class Jaar:
    """A calendar year, for what follows the yearly cycle of planning and accounts.

    >>> j = Jaar.parse("2015")
    >>> j.begin.isoformat(), j.einde.isoformat(), j.vorige, j.slot, j.label
    ('2015-01-01', '2016-01-01', Jaar(2014), Kwartaal(2015, 4), 'jaar 2015')
    """

    jaar: int

    def __post_init__(self) -> None:
        if not 1900 <= self.jaar <= 2200:
            raise ValueError(f"Jaar: jaar must be 1900..2200, got {self.jaar!r}")

    @classmethod
    def parse(cls, tekst: str) -> Jaar:
        """Read ``2015``. Raises ValueError on anything else."""
        if not re.fullmatch(r"\d{4}", tekst):
            raise ValueError(f"not a year: {tekst!r} (expected like 2015)")
        return cls(int(tekst))

    @property
    def begin(self) -> date:
        """First day of the year."""
        return date(self.jaar, 1, 1)

    @property
    def einde(self) -> date:
        """First day after the year: the year is ``[begin, einde)``."""
        return date(self.jaar + 1, 1, 1)

    @property
    def laatste_dag(self) -> date:
        """Last day of the year."""
        return date(self.jaar, 12, 31)

    @property
    def vorige(self) -> Jaar:
        """The year before."""
        return Jaar(self.jaar - 1)

    @property
    def slot(self) -> Kwartaal:
        """The quarter with which the year ends: its deliveries are those of the year."""
        return Kwartaal(self.jaar, 4)

    @property
    def label(self) -> str:
        """As a reader says it: ``jaar 2015``."""
        return f"jaar {self.jaar}"

    def __str__(self) -> str:
        return str(self.jaar)

    def __repr__(self) -> str:
        return f"Jaar({self.jaar})"


Verslagperiode = Kwartaal | Jaar


def parse_periode(tekst: str) -> Verslagperiode:
    """A quarter or a year. Raises ValueError on anything else.

    >>> parse_periode("2015K2"), parse_periode("2015")
    (Kwartaal(2015, 2), Jaar(2015))
    """
    return Jaar.parse(tekst) if len(tekst) == 4 else Kwartaal.parse(tekst)
