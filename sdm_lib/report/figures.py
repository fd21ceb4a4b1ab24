"""One published figure: a row of the protected table with its readable names, and how it is written down.

Everything a page shows of a number comes from here: value, margin and the sign for a number that is not shown.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sdm_lib import nl
from sdm_lib.disclosure import Publishable, onthouden
from sdm_lib.disclosure.tekst import een_regel
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.results import parse_groep

DECIMALEN = {"aandeel": 0, "procentpunt": 0, "aantal": 0, "per_1000": 1, "cijfer": 1, "score": 1, "euro": 0, "dagen": 0,
             "coefficient": 2}  # fmt: skip
MILJOEN = 1_000_000
KLEIN = 0.015  # a share below this rounds to 0% or 1%
GROOT = 0.10  # beside a share from here on nobody reads tenths
EENHEDEN = {
    "aandeel": "procent",
    "procentpunt": "procentpunt",
    "aantal": "aantal",
    "per_1000": "per 1.000",
    "cijfer": "rapportcijfer, 1 tot en met 10",
    "score": "score",
    "coefficient": "coëfficiënt",
    "euro": "euro",
    "dagen": "dagen",
    "getal": "getal",
}


def eenheid_naam(unit: str, *, verschil: bool = False) -> str:
    """A unit in words; shares differ in percentage points.

    >>> eenheid_naam("aandeel"), eenheid_naam("aandeel", verschil=True)
    ('procent', 'procentpunt')
    """
    return EENHEDEN.get("procentpunt" if verschil and unit == "aandeel" else unit, unit)


@dataclass(frozen=True, slots=True)
class Cijfer:
    """One row of a protected table with readable names.

    naam, gebied_naam, groep_naam, periode_naam : what a reader calls indicator, area, group and period.
    value and the other numbers are as in the result table; NaN where hidden or not applicable.
    decimalen : how many are shown, where the piece says so; else as many as its unit has.
    """

    indicator: str
    naam: str
    definitie: str
    gebied: str
    gebied_soort: str
    gebied_jaar: str
    gebied_naam: str
    groep: str
    groep_delen: Mapping[str, str]
    groep_naam: str
    periode: str
    meetperiode: str
    measure: str
    value: float
    lower: float
    upper: float
    reference: float
    p: float
    p_adj: float
    denominator: float
    n: float
    unit: str
    status: str
    stand: str
    source: str
    method: str
    teken: str
    decimalen: int | None = None

    @property
    def zichtbaar(self) -> bool:
        """Whether there is a number to show."""
        return self.status == "ok" and math.isfinite(self.value)

    @property
    def met_marge(self) -> bool:
        """Whether an interval goes with the number."""
        return self.zichtbaar and math.isfinite(self.lower) and math.isfinite(self.upper)

    @property
    def periode_naam(self) -> str:
        """The reporting period in words."""
        return periode_naam(self.periode)


@onthouden
def cijfers(publishable: Publishable) -> tuple[Cijfer, ...]:
    """The rows of a protected table, in its order."""
    labels, tekens = publishable.labels, publishable.tekens
    decimalen = publishable.opties.get("decimalen")
    vast = None if decimalen is None else int(decimalen)
    kolommen = [publishable.plain[naam] for naam in _UIT_TABEL]
    rijen = [dict(zip(_UIT_TABEL, waarden, strict=True)) for waarden in zip(*kolommen, strict=True)]
    fijn = _fijn(rijen) if vast is None else frozenset()
    groepen = {groep: _groep(groep, labels) for groep in {rij["groep"] for rij in rijen}}
    return tuple(
        Cijfer(
            **rij,
            **groepen[rij["groep"]],
            naam=labels.get(rij["indicator"], rij["indicator"]),
            gebied_naam=labels.get(rij["gebied"], rij["gebied"]),
            teken="" if rij["status"] == "ok" else tekens.get(rij["status"], "x"),
            decimalen=1 if rij["indicator"] in fijn and rij["unit"] == "aandeel" else vast,
        )
        for rij in rijen
    )


def _fijn(rijen: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """The indicators whose shares get a decimal: one of them is so small that it would be 0% or 1%, none is large, and
    all that have a margin are that precise.
    """
    getoond = [rij for rij in rijen if rij["unit"] == "aandeel" and rij["measure"] == "level" and rij["status"] == "ok"]
    klein = {rij["indicator"] for rij in getoond if KLEIN / 30 <= rij["value"] < KLEIN}  # below it 0,0% is no better
    grof = {rij["indicator"] for rij in getoond if rij["value"] >= GROOT or rij["upper"] - rij["lower"] > KLEIN}
    return frozenset(klein - grof)


# not a column, but a reader's word for one, or what the piece says
_AFGELEID = ("naam", "gebied_naam", "groep_delen", "groep_naam", "teken", "decimalen")
_UIT_TABEL = tuple(veld.name for veld in fields(Cijfer) if veld.name not in _AFGELEID)


def _groep(groep: str, labels: Mapping[str, str]) -> dict[str, Any]:
    delen = parse_groep(groep)
    namen = (waarde_naam(sleutel, waarde, labels) for sleutel, waarde in delen.items())
    return {"groep_delen": delen, "groep_naam": ", ".join(namen)}


def waarde_naam(sleutel: str, waarde: str, labels: Mapping[str, str]) -> str:
    """The readable name of a group value: ``leeftijd=18-29`` is "18 tot 30 jaar" when a label says so."""
    return labels.get(f"{sleutel}={waarde}", een_regel(waarde).replace("_", " "))


def periode_naam(periode: str) -> str:
    """A quarter in words; any other period as it is written.

    >>> periode_naam("2015K2"), periode_naam("2014")
    ('2e kwartaal 2015', '2014')
    """
    return Kwartaal.parse(periode).label if re.fullmatch(r"\d{4}K[1-4]", periode) else periode


def schrijf(value: float, unit: str, *, decimalen: int | None = None) -> str:
    """A level in its unit.

    >>> schrijf(0.654, "aandeel"), schrijf(7.25, "cijfer"), schrijf(12840, "aantal"), schrijf(48, "dagen")
    ('65%', '7,3', '12.840', '48 dagen')
    >>> schrijf(0.031, "procentpunt")  # how far wijken lie apart is no difference with anything
    '3 procentpunt'
    """
    cijfers_na = DECIMALEN.get(unit, 1) if decimalen is None else decimalen
    if unit == "aandeel":
        return nl.procent(value, cijfers_na)
    if unit == "procentpunt":
        return f"{nl.getal(100 * value, cijfers_na)} procentpunt"
    if unit == "euro":
        return nl.euro(value, cijfers_na).replace(f"€{nl.NBSP}{nl.MINUS}", f"{nl.MINUS}€{nl.NBSP}")
    tekst = nl.getal(value, cijfers_na)
    if unit == "dagen":
        return f"{tekst} dag" if tekst == "1" else f"{tekst} dagen"
    return tekst


def schrijf_verschil(value: float, unit: str, *, decimalen: int | None = None) -> str:
    """A difference in its unit, with its sign.

    >>> schrijf_verschil(-0.031, "aandeel"), schrijf_verschil(0.4, "cijfer"), schrijf_verschil(-1200, "euro")
    ('−3 procentpunt', '+0,4', '−€\\xa01.200')
    """
    cijfers_na = DECIMALEN.get(unit, 1) if decimalen is None else decimalen
    if unit in ("aandeel", "procentpunt"):
        return nl.procentpunt(value, cijfers_na)
    if unit == "euro":
        tekst = schrijf(value, unit, decimalen=cijfers_na)
        return f"+{tekst}" if value > 0 else tekst
    tekst = nl.met_teken(value, cijfers_na)
    return f"{tekst} dagen" if unit == "dagen" else tekst


def schrijf_kort(
    value: float, unit: str, *, verschil: bool = False, woord: str = "miljoen", decimalen: int | None = None
) -> str:
    """A level or difference for running text: amounts from a million on in millions with one decimal.

    >>> schrijf_kort(100_827_611, "euro"), schrijf_kort(0.65, "aandeel")
    ('€\\xa0100,8 miljoen', '65%')
    """
    schrijver = schrijf_verschil if verschil else schrijf
    if unit == "euro" and abs(value) >= MILJOEN:
        return f"{schrijver(value / MILJOEN, unit, decimalen=1)} {woord}"
    return schrijver(value, unit, decimalen=decimalen)


def toon_kort(cijfer: Cijfer, *, woord: str = "miljoen") -> str:
    """The value as running text or a chart says it, or the sign of why it is not shown; the table has it whole."""
    if not cijfer.zichtbaar:
        return toon(cijfer)
    verschil = cijfer.measure != "level"
    return schrijf_kort(cijfer.value, cijfer.unit, verschil=verschil, woord=woord, decimalen=cijfer.decimalen)


def kapitaal(tekst: str) -> str:
    """The first letter as a capital, the rest as it is.

    >>> kapitaal("hulp bij huishouden"), kapitaal("wmo")
    ('Hulp bij huishouden', 'Wmo')
    """
    return tekst[:1].upper() + tekst[1:]


def toon(cijfer: Cijfer) -> str:
    """The value as it stands on the page, or the sign of why it does not."""
    if not cijfer.zichtbaar:
        return cijfer.teken or "x"  # ok without a value does not pass protect; x is the safe reading
    schrijver = schrijf if cijfer.measure == "level" else schrijf_verschil
    return schrijver(cijfer.value, cijfer.unit, decimalen=cijfer.decimalen)


def toon_marge(cijfer: Cijfer) -> str:
    """The interval in words, or nothing when there is none.

    A margin is written without repeating the unit: "61 tot 69%".
    """
    if not cijfer.met_marge:
        return ""
    schrijver = schrijf if cijfer.measure == "level" else schrijf_verschil
    laag, hoog = (schrijver(grens, cijfer.unit, decimalen=cijfer.decimalen) for grens in (cijfer.lower, cijfer.upper))
    for einde in ("%", " procentpunt", " dagen"):
        if laag.endswith(einde) and hoog.endswith(einde):
            laag = laag.removesuffix(einde)
    return f"{laag} tot {hoog}"


def toon_n(cijfer: Cijfer) -> str:
    """The number behind a shown value; never that of a hidden one."""
    return nl.getal(cijfer.n) if cijfer.zichtbaar and math.isfinite(cijfer.n) else ""
