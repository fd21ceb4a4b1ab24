"""Targets as policy writes them: text in, the values that meet it out.

The grammar, with the forms found in annual reports (percentages as 0-1 after reading)::

    > 34 %            at least one of > >= < <= with a number, %, euro or plain
    65 - 70 %         a band; also "bandbreedte 65 tot 70 %"
    toename, afname   strictly more or less than the baseline
    gelijk of groter, gelijk of kleiner
    gelijk blijven    within the relevant difference of the baseline
    lager dan nulmeting, hoger dan nulmeting
    minimaal -200 in 4 jaar vanaf 2015-01-01
    2015: > 34 %; 2016: > 36 %; 2017: niet gemeten
    niet gemeten dit jaar
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from sdm_lib import nl
from sdm_lib.errors import bedoelde_u

Soort = Literal["grens", "band", "nulmeting", "gelijk", "verandering", "per_jaar", "niet_gemeten"]
JAAR_DAGEN = 365.25

_GETAL = r"[-+\N{MINUS SIGN}]?\s*\d[\d.]*(?:,\d+)?"
_GRENS = re.compile(rf"(?P<teken>>=|<=|>|<|≥|≤)\s*(?P<getal>{_GETAL})\s*(?P<procent>%)?")
_BAND = re.compile(
    rf"(?:bandbreedte\s+)?(?P<van>{_GETAL})\s*%?\s*(?:-|–|tot(?: en met)?)\s*(?P<tot>{_GETAL})\s*(?P<procent>%)?"
)
_VERANDERING = re.compile(
    r"minimaal\s+(?P<getal>[-+\N{MINUS SIGN}]\s*\d[\d.]*(?:,\d+)?)\s*(?P<procent>%)?\s+in\s+(?P<jaren>\d+)\s+jaar"
    r"\s+vanaf\s+(?P<vanaf>\d{4}-\d{2}-\d{2})"
)
_PER_JAAR = re.compile(r"(?P<jaar>\d{4})\s*:\s*(?P<doel>.+)")
_WOORDEN: dict[str, tuple[Soort, str]] = {
    "toename": ("nulmeting", ">"),
    "afname": ("nulmeting", "<"),
    "hoger dan nulmeting": ("nulmeting", ">"),
    "lager dan nulmeting": ("nulmeting", "<"),
    "gelijk of groter": ("nulmeting", ">="),
    "gelijk of kleiner": ("nulmeting", "<="),
    "gelijk blijven": ("gelijk", ""),
    "niet gemeten": ("niet_gemeten", ""),
    "niet gemeten dit jaar": ("niet_gemeten", ""),
}


@dataclass(frozen=True, slots=True)
class Bereik:
    """The values that meet a target: between two bounds, which may be infinite and may themselves be out.

    >>> 0.35 in Bereik(0.34, math.inf, onder_open=True), 0.34 in Bereik(0.34, math.inf, onder_open=True)
    (True, False)
    """

    onder: float = -math.inf
    boven: float = math.inf
    onder_open: bool = False
    boven_open: bool = False

    def __contains__(self, value: float) -> bool:
        above = value > self.onder or (value == self.onder and not self.onder_open)
        below = value < self.boven or (value == self.boven and not self.boven_open)
        return above and below


@dataclass(frozen=True, slots=True)
class Doel:
    """A target as read from text; `bereik` says which values meet it at a moment.

    tekst : as written. onder, boven, teken : bounds and how they are meant. jaren, vanaf : term of a change.
    per_jaar : a target for every year named.
    """

    tekst: str
    soort: Soort
    teken: str = ""
    onder: float = -math.inf
    boven: float = math.inf
    verandering: float = 0.0
    jaren: int = 0
    vanaf: date | None = None
    per_jaar: tuple[tuple[int, Doel], ...] = ()

    @classmethod
    def parse(cls, tekst: str) -> Doel:
        """Read a target. Raises ValueError, in Dutch, that says what was not understood.

        >>> Doel.parse("> 34 %").onder, Doel.parse("65 - 70 %").boven, Doel.parse("toename").soort
        (0.34, 0.7, 'nulmeting')
        """
        kaal = " ".join(tekst.split()).rstrip(".")
        if ";" in kaal or _PER_JAAR.fullmatch(kaal):
            return _years(cls, tekst, kaal)
        if kaal.lower() in _WOORDEN:
            soort, teken = _WOORDEN[kaal.lower()]
            return cls(tekst, soort, teken)
        for vorm, read in ((_GRENS, _limit), (_VERANDERING, _change), (_BAND, _band)):
            match = vorm.fullmatch(kaal)
            if match:
                return read(cls, tekst, match)
        voorbeelden = ["> 34 %", "<= 16 %", "65 - 70 %", "minimaal -200 in 4 jaar vanaf 2015-01-01", *_WOORDEN]
        raise ValueError(f"doel '{tekst}' is niet te lezen. {bedoelde_u(kaal.lower(), voorbeelden)}")

    @property
    def met_nulmeting(self) -> bool:
        """Whether it is judged by the change since the baseline, and not by the level itself."""
        return self.soort in ("nulmeting", "gelijk")

    def in_jaar(self, jaar: int) -> Doel:
        """The target that holds in a year; "niet gemeten" for a year that a list of years does not name."""
        if self.soort != "per_jaar":
            return self
        return dict(self.per_jaar).get(jaar, Doel("niet gemeten", "niet_gemeten"))

    def bereik(self, *, nulmeting: float = math.nan, relevant: float = 0.0, op: date | None = None) -> Bereik | None:
        """The values that meet the target at a moment; None when it is not measured then.

        nulmeting : baseline value. relevant : the relevant difference. op : day of the measurement, for a change over
        years: half-way the term half of the change is asked.
        Raises ValueError when a baseline or day is needed and not given, or for a list of years (use `in_jaar`).
        """
        if self.soort == "niet_gemeten":
            return None
        if self.soort == "per_jaar":
            raise ValueError(f"target {self.tekst!r} has a value per year: ask in_jaar first")
        if self.soort in ("grens", "band"):
            return Bereik(self.onder, self.boven, onder_open=self.teken == ">", boven_open=self.teken == "<")
        if math.isnan(nulmeting):
            raise ValueError(f"target {self.tekst!r} needs the value of the nulmeting")
        if self.soort == "gelijk":
            return Bereik(nulmeting - relevant, nulmeting + relevant)
        if self.soort == "nulmeting":
            return _side(self.teken, nulmeting)
        return _side(">=" if self.verandering > 0 else "<=", nulmeting + self.verandering * self._passed(op))

    def _passed(self, op: date | None) -> float:
        if op is None or self.vanaf is None:
            raise ValueError(f"target {self.tekst!r} needs the day of the measurement")
        return min(max((op - self.vanaf).days / (self.jaren * JAAR_DAGEN), 0.0), 1.0)


def _side(teken: str, grens: float) -> Bereik:
    if teken in (">", ">="):
        return Bereik(grens, math.inf, onder_open=teken == ">")
    return Bereik(-math.inf, grens, boven_open=teken == "<")


def _number(tekst: str, procent: str | None) -> float:
    getal = nl.parse_getal(tekst.replace(" ", "").replace("+", ""))
    return getal / 100 if procent else getal


def _limit(cls: type[Doel], tekst: str, match: re.Match[str]) -> Doel:
    teken = {"≥": ">=", "≤": "<="}.get(match["teken"], match["teken"])
    grens = _number(match["getal"], match["procent"])
    if teken in (">", ">="):
        return cls(tekst, "grens", teken, onder=grens)
    return cls(tekst, "grens", teken, boven=grens)


def _band(cls: type[Doel], tekst: str, match: re.Match[str]) -> Doel:
    onder, boven = (_number(match[kant], match["procent"]) for kant in ("van", "tot"))
    if onder >= boven:
        raise ValueError(f"doel '{tekst}': de ondergrens moet lager zijn dan de bovengrens")
    return cls(tekst, "band", onder=onder, boven=boven)


def _change(cls: type[Doel], tekst: str, match: re.Match[str]) -> Doel:
    try:
        vanaf = date.fromisoformat(match["vanaf"])
    except ValueError:
        raise ValueError(f"doel '{tekst}': {match['vanaf']} is geen datum") from None
    verandering, jaren = _number(match["getal"], match["procent"]), int(match["jaren"])
    if verandering == 0 or jaren == 0:
        raise ValueError(f"doel '{tekst}': de verandering en het aantal jaren mogen niet 0 zijn")
    return cls(tekst, "verandering", verandering=verandering, jaren=jaren, vanaf=vanaf)


def _years(cls: type[Doel], tekst: str, kaal: str) -> Doel:
    found: dict[int, Doel] = {}
    for deel in (deel.strip() for deel in kaal.split(";") if deel.strip()):
        match = _PER_JAAR.fullmatch(deel)
        if match is None:
            raise ValueError(f"doel '{tekst}': schrijf elk deel als 2016: > 36 %")
        jaar = int(match["jaar"])
        if jaar in found:
            raise ValueError(f"doel '{tekst}': jaar {jaar} staat er twee keer")
        found[jaar] = replace(cls.parse(match["doel"]), tekst=match["doel"])
    return cls(tekst, "per_jaar", per_jaar=tuple(sorted(found.items())))
