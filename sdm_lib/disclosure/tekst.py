"""Data are text, not markup: what a label, an open answer or a file name holds is shown and never runs."""

from __future__ import annotations

import html
import re

_BEGINT_FORMULE = re.compile(r"^[\s\u00a0\ufeff]*[=+\-@\t\r|%＝＋－＠]")
_GETAL = re.compile(r"^[+\-\u2212]?\d[\d.]*(?:,\d+)?%?$")
_STUUR = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def als_html(tekst: str) -> str:
    """Text for HTML or SVG, in an element or a quoted attribute; control and direction marks are dropped.

    >>> als_html('<img src=x onerror="alert(1)">')
    '&lt;img src=x onerror=&quot;alert(1)&quot;&gt;'
    """
    return html.escape(_STUUR.sub("", tekst), quote=True)


def een_regel(tekst: str) -> str:
    """Text on one line, as a label or a title is drawn: no control signs, tabs and line ends are spaces.

    >>> een_regel("hulp\\tbij\\r\\nhet huishouden")
    'hulp bij het huishouden'
    """
    return re.sub(r"[\t\r\n\f\v]+", " ", _STUUR.sub("", tekst))


def als_cel(tekst: str) -> str:
    """Text for a cell of a spreadsheet or CSV file: never a formula. A number stays a number.

    >>> als_cel("=HYPERLINK(1)"), als_cel("-3,5"), als_cel("wmo")
    ("'=HYPERLINK(1)", '-3,5', 'wmo')
    """
    kaal = _STUUR.sub("", tekst)
    return f"'{kaal}" if _BEGINT_FORMULE.match(kaal) and not _GETAL.match(kaal) else kaal


def als_bestandsnaam(tekst: str) -> str:
    """A file name of letters, digits, dots, dashes and underscores, without a path.

    >>> als_bestandsnaam("../../kosten 2015<K2>.csv")
    'kosten_2015_K2_.csv'
    """
    naam = re.sub(r"[^\w.-]+", "_", tekst.replace("\\", "/").rsplit("/", 1)[-1], flags=re.ASCII).lstrip(".")
    return naam or "bestand"
