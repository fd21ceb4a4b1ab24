"""Dutch numbers, dates and lists, in one place, for prose, tables and charts alike.

House rules: point for thousands, comma for decimals, a true minus sign, no space before %, euro sign with a
no-break space. A missing number is never formatted here: the caller says why it is missing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from sdm_lib.aanroep import helpful

MINUS = "\N{MINUS SIGN}"
NBSP = "\N{NO-BREAK SPACE}"
MAANDEN = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip


@helpful
def getal(waarde: float, decimalen: int = 0) -> str:
    """A number as a Dutch reader writes it; halves are rounded away from zero.

    >>> getal(1234567.891, 2), getal(-0.25, 1), getal(12840)
    ('1.234.567,89', '\N{MINUS SIGN}0,3', '12.840')
    """
    if not math.isfinite(waarde):
        raise ValueError(f"getal: not a finite number: {waarde!r}")
    schaal = 10**decimalen
    # 1e-9 lifts 0.285 * 100 = 28.499999999999996 to the half that was meant
    heel = math.floor(abs(waarde) * schaal + 0.5 + 1e-9)
    tekst = f"{heel // schaal:,}".replace(",", ".")
    if decimalen:
        tekst += "," + str(heel % schaal).zfill(decimalen)
    return MINUS + tekst if waarde < 0 and heel else tekst


@helpful
def procent(share: float, decimalen: int = 0) -> str:
    """A share (0-1) as a percentage.

    >>> procent(0.423, 1), procent(0.65)
    ('42,3%', '65%')
    """
    return getal(100 * share, decimalen) + "%"


def procentpunt(share: float, decimalen: int = 0) -> str:
    """A difference of shares in percentage points, with its sign.

    >>> procentpunt(-0.031, 1), procentpunt(0.02)
    ('\N{MINUS SIGN}3,1 procentpunt', '+2 procentpunt')
    """
    return f"{met_teken(100 * share, decimalen)} procentpunt"


def met_teken(waarde: float, decimalen: int = 0) -> str:
    """A number with its sign; zero has none.

    >>> met_teken(2.5, 1), met_teken(0.01, 1)
    ('+2,5', '0,0')
    """
    tekst = getal(waarde, decimalen)
    return "+" + tekst if waarde > 0 and any(teken in "123456789" for teken in tekst) else tekst


def euro(bedrag: float, decimalen: int = 0) -> str:
    """An amount in euro.

    >>> euro(1234.5, 2)
    '€\\xa01.234,50'
    """
    return f"€{NBSP}{getal(bedrag, decimalen)}"


def datum(dag: date) -> str:
    """A date in words.

    >>> datum(date(2015, 7, 1))
    '1 juli 2015'
    """
    return f"{dag.day} {MAANDEN[dag.month - 1]} {dag.year}"


def lijst(delen: Sequence[str], voegwoord: str = "en") -> str:
    """Words in a row: commas, and a conjunction before the last.

    >>> lijst(["Haven", "Stad", "Buiten"]), lijst(["Haven"])
    ('Haven, Stad en Buiten', 'Haven')
    """
    if len(delen) < 2:
        return "".join(delen)
    return f"{', '.join(delen[:-1])} {voegwoord} {delen[-1]}"


def parse_getal(tekst: str) -> float:
    """Read a number written in Dutch: ``1.234,5``. Raises ValueError when it is not one.

    >>> parse_getal("1.234,5"), parse_getal("-3")
    (1234.5, -3.0)
    """
    kaal = tekst.strip().replace(MINUS, "-")
    heel, _, decimalen = kaal.partition(",")
    groepen = heel.lstrip("-").split(".")
    if len(groepen) > 1 and (not 1 <= len(groepen[0]) <= 3 or any(len(groep) != 3 for groep in groepen[1:])):
        raise ValueError(f"not a Dutch number: {tekst!r}")
    return float(heel.replace(".", "") + ("." + decimalen if decimalen else ""))
