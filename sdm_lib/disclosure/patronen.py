"""What a person looks like in running text: the patterns of the leak guard.

Each pattern gives the positions where it is found, never the value. They are built to stay silent on what a page is
full of: long decimals, SVG paths, hashes, amounts with points, dates of quarters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date

# a number by itself: not part of a word, a decimal, an amount with points, a colour or a longer number
_GETAL = re.compile(r"(?<![\w.,#&%+/])\d{8,9}(?![\w/%]|[.,]\d)|(?<=[_=])\d{8,9}(?![\w/%]|[.,]\d)", re.ASCII)
_GETAL_GROEP = re.compile(r"(?<![\w.,#])(?:\d{4}\.\d{2}\.\d{3}|\d{3}[ -]\d{3}[ -]\d{3})(?![\w]|[.,]\d)", re.ASCII)
_UUID = re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.ASCII | re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*\.[A-Za-z]{2,24}")
_TELEFOON = re.compile(
    r"(?<![\w.,+/-])(?:(?:\+|00)31[ .-]?(?:\(0\))?[ .-]?|\(?0)"
    r"(?:6\)?[ .-]?(?:\d[ .-]?){7}\d|[1-57]\d\)?[ .-]?(?:\d[ .-]?){6}\d|[1-57]\d\d\)?[ .-]?(?:\d[ .-]?){5}\d)"
    r"(?![\w]|[.,]\d)",
    re.ASCII,
)
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])", re.ASCII)
_LETTERS = r"(?!SA|SD|SS)[A-Z]{2}"
_POSTCODE = re.compile(rf"(?<![\w.,-])[1-9]\d{{3}} ?{_LETTERS}(?!\w)", re.ASCII)
_JAAR_EN = re.compile(r"20[0-3]\d (?:EN|IN|OF|OP|NA)")  # a heading in capitals: 2015 EN 2016
_NUMMER_ERNA = re.compile(r"[ ,]{1,3}(?:nr\.? ?|huisnummer )?\d{1,5}[a-z]?(?!\w|[.,]\d)", re.ASCII)
_NUMMER_ERVOOR = re.compile(r"[A-Za-z]{3,} \d{1,5} ?[a-zA-Z]?[ ,]{1,3}$", re.ASCII)
_DATUM = re.compile(
    r"(?<![\w.,/-])(?:(\d{1,2})[-/](\d{1,2})[-/]((?:19|20)\d{2})|((?:19|20)\d{2})[-/](\d{2})[-/](\d{2}))(?![\d/-])",
    re.ASCII,
)
_GEBOREN = re.compile(r"(?i)\bgeb(?:oren|oortedatum|\.)[^<>\n]{0,20}?\d{1,2}[ -/]{1,3}\w{1,9}[ -/]{1,3}(?:19|20)\d{2}")
_PAD = re.compile(
    r"(?i)(?<![\w.:/])(?:/home/|/users/|/root/|/tmp/|/var/folders/)[\w.-]+|\bfile://|[a-z]:\\+users\\+[^\\<>\"]"
    r"|(?<![\w\\])\\\\[\w.-]+\\[\w$.-]+"
)
PADEN = ("/home/", "/users/", "/root/", "/tmp/", "/var/folders/", "file://", "\\")
LAATSTE_GEBOORTEJAAR = 2012  # a written-out day up to this year is a birth date; later ones are measuring and law dates


def elfproef(cijfers: str) -> bool:
    """Whether 8 or 9 digits form a citizen service number (BSN).

    Weights 9..2 and -1; an 8-digit number has lost its leading zero. Source: Logisch Ontwerp BSN, Stelsel GBA.

    >>> elfproef("111222333"), elfproef("123456789"), elfproef("000000000")
    (True, False, False)
    """
    kaal = cijfers.zfill(9)
    som = sum(gewicht * int(cijfer) for gewicht, cijfer in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), kaal, strict=True))
    return som % 11 == 0 and kaal.strip("0") != ""


def _is_datum(jaar: int, maand: int, dag: int) -> bool:
    try:
        date(jaar, maand, dag)
    except ValueError:
        return False
    return True


def _bsn(tekst: str) -> Iterator[int]:
    vrij = _UUID.sub(lambda m: " " * len(m[0]), tekst) if "-" in tekst else tekst
    for match in _GETAL.finditer(vrij):
        cijfers = match[0]
        compacte_datum = len(cijfers) == 8 and _is_datum(int(cijfers[:4]), int(cijfers[4:6]), int(cijfers[6:]))
        if elfproef(cijfers) and not (compacte_datum and 1990 <= int(cijfers[:4]) <= 2099):
            yield match.start()
    for match in _GETAL_GROEP.finditer(vrij):
        if elfproef(re.sub(r"\D", "", match[0])):
            yield match.start()


def _iban(tekst: str) -> Iterator[int]:
    for match in _IBAN.finditer(tekst):
        kaal = match[0].replace(" ", "")
        cijfers = "".join(str(int(teken, 36)) for teken in kaal[4:] + kaal[:4])
        if 15 <= len(kaal) <= 34 and int(cijfers) % 97 == 1:
            yield match.start()


def _telefoon(tekst: str) -> Iterator[int]:
    zonder = _IBAN.sub(lambda m: "x" * len(m[0]), tekst)  # the tail of an account number looks like a phone number
    return (match.start() for match in _TELEFOON.finditer(zonder))


def _geboortedatum(tekst: str) -> Iterator[int]:
    for match in _DATUM.finditer(tekst):
        dag, maand, jaar = (match[1], match[2], match[3]) if match[3] else (match[6], match[5], match[4])
        if int(jaar) <= LAATSTE_GEBOORTEJAAR and _is_datum(int(jaar), int(maand), int(dag)):
            yield match.start()
    yield from (match.start() for match in _GEBOREN.finditer(tekst))


def _adres(tekst: str) -> Iterator[int]:
    """A postcode with a house number behind it, or a street with its number in front."""
    for match in _POSTCODE.finditer(tekst):
        if _JAAR_EN.fullmatch(match[0]):
            continue
        if _NUMMER_ERNA.match(tekst, match.end()) or _NUMMER_ERVOOR.search(
            tekst[max(0, match.start() - 60) : match.start()]
        ):
            yield match.start()


def _gebruikerspad(tekst: str) -> Iterator[int]:
    klein = tekst.lower()
    if any(deel in klein for deel in PADEN):  # the pattern is slow, and a page without any of these has no path
        yield from (match.start() for match in _PAD.finditer(tekst))


def _van(patroon: re.Pattern[str], *, bevat: str = "") -> Callable[[str], Iterator[int]]:
    def zoek(tekst: str) -> Iterator[int]:
        return (match.start() for match in patroon.finditer(tekst)) if bevat in tekst else iter(())

    return zoek


ZOEKERS: Mapping[str, Callable[[str], Iterator[int]]] = {
    "bsn": _bsn,
    "e-mailadres": _van(_MAIL, bevat="@"),
    "telefoonnummer": _telefoon,
    "rekeningnummer": _iban,
    "adres": _adres,
    "geboortedatum": _geboortedatum,
    "gebruikerspad": _gebruikerspad,
}
