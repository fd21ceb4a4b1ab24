"""Measured numbers in CSV, JSON and workbooks: a large amount may pass the eleven test by chance, once in eleven.

In a column that holds measurements a single number is an amount; a column where at least half of the long numbers pass,
or whose heading says so, holds citizen service numbers. Anywhere else a single number that passes is a finding.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence

from sdm_lib.disclosure.patronen import elfproef
from sdm_lib.results import NUMBERS

_METING = re.compile(
    r"(?i)waarde|bedrag|euro|cent|kosten|raming|begroting|realisatie|teller|noemer|grens|marge|aantal|inwoners|referentie"
    r"|totaal|verschil|bytes|omvang"
)
_LANG = re.compile(r"-?\d{8,9}(?:[.,]0+)?", re.ASCII)
_CEL = re.compile(r"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_VERWIJZING = re.compile(r'\br="([A-Z]+)(\d+)"')
_GETAL_CEL = re.compile(r"<v>(-?\d{8,9}(?:\.0+)?)</v>")
MINSTENS = 20  # long numbers in a column before their share says anything
HELFT = 0.5


def meting(kop: str) -> bool:
    """Whether a heading announces measurements.

    >>> meting("value"), meting("Bedrag (euro)"), meting("bsn"), meting("respondent")
    (True, True, False, False)
    """
    kaal = kop.strip().strip('"').lower()
    return kaal in NUMBERS or bool(_METING.search(kaal))


def verdacht(waarden: Sequence[str]) -> bool:
    """Whether the long numbers of a column are citizen service numbers, by their share that passes."""
    lang = [re.sub(r"[.,]0+$", "", waarde).lstrip("-") for waarde in waarden if _LANG.fullmatch(waarde)]
    return len(lang) >= MINSTENS and sum(map(elfproef, lang)) >= HELFT * len(lang)


def zonder_metingen(tekst: str, *, soort: str) -> str:
    """The text with the single numbers of measuring columns taken out; places keep their line.

    soort : csv or json. What is not a table is returned as it is.
    """
    return _json(tekst) if soort == "json" else _csv(tekst)


def _csv(tekst: str) -> str:
    if not _LANG.search(tekst):
        return tekst
    eerste = tekst.split("\n", 1)[0]
    teken = max(";,\t", key=eerste.count)
    try:
        rijen = list(csv.reader(io.StringIO(tekst), delimiter=teken))
    except csv.Error:
        return tekst
    if len(rijen) < 2 or len(rijen[0]) < 2:
        return tekst
    weg = _metende_kolommen(rijen)
    return "\n".join(
        teken.join("" if k in weg and _LANG.fullmatch(cel.strip()) else cel for k, cel in enumerate(rij))
        for rij in rijen
    )


def _metende_kolommen(rijen: Sequence[Sequence[str]]) -> set[int]:
    return {
        k
        for k, kop in enumerate(rijen[0])
        if meting(kop) and not verdacht([rij[k].strip() for rij in rijen[1:] if k < len(rij)])
    }


def _json(tekst: str) -> str:
    """Numbers (not texts) behind a measuring key are taken out: ``"bytes": 12345678``."""

    def weg(match: re.Match[str]) -> str:
        return match[1] if meting(match[2]) else match[0]

    return re.sub(r'("([^"\\]*)"\s*:\s*)-?\d{8,9}(?=\s*[,}\]])', weg, tekst)


def werkbladen_zonder_metingen(delen: Mapping[str, str]) -> dict[str, str]:
    """The parts of a workbook, the single numbers of measuring columns taken out of its sheets."""
    gedeeld = _gedeelde_teksten(delen.get("xl/sharedStrings.xml", ""))
    return {
        deel: _blad(tekst, gedeeld) if deel.startswith("xl/worksheets/") and _GETAL_CEL.search(tekst) else tekst
        for deel, tekst in delen.items()
    }


def bladen(delen: Mapping[str, str]) -> dict[str, list[list[str]]]:
    """The sheets of a workbook as rows of texts."""
    gedeeld = _gedeelde_teksten(delen.get("xl/sharedStrings.xml", ""))
    uit: dict[str, list[list[str]]] = {}
    for deel, xml in delen.items():
        if deel.startswith("xl/worksheets/"):
            rijen: dict[str, list[str]] = {}
            for match in _CEL.finditer(xml):
                if plek := _VERWIJZING.search(match[1]):
                    tekst = _celtekst(match[1], match[2] or "", gedeeld)
                    waarde = re.search(r"<v>([^<]*)</v>", match[2] or "")
                    rijen.setdefault(plek[2], []).append(tekst if tekst is not None else waarde[1] if waarde else "")
            uit[deel] = list(rijen.values())
    return uit


def _gedeelde_teksten(xml: str) -> list[str]:
    return [re.sub(r"<[^>]+>", "", blok) for blok in re.findall(r"<si\b[^>]*>(.*?)</si>", xml, re.DOTALL)]


def _blad(xml: str, gedeeld: Sequence[str]) -> str:
    koppen: dict[str, list[str]] = {}
    waarden: dict[str, list[str]] = {}
    for match in _CEL.finditer(xml):
        plek = _VERWIJZING.search(match[1])
        if plek is None:
            continue
        tekst = _celtekst(match[1], match[2] or "", gedeeld)
        if tekst is not None:
            koppen.setdefault(plek[1], []).append(tekst)
        elif getal := _GETAL_CEL.search(match[2] or ""):
            waarden.setdefault(plek[1], []).append(getal[1])
    weg = {k for k, reeks in waarden.items() if any(map(meting, koppen.get(k, []))) and not verdacht(reeks)}

    def vervang(match: re.Match[str]) -> str:
        plek = _VERWIJZING.search(match[1])
        return _GETAL_CEL.sub("<v/>", match[0]) if plek and plek[1] in weg else match[0]

    return _CEL.sub(vervang, xml)


def _celtekst(kenmerken: str, inhoud: str, gedeeld: Sequence[str]) -> str | None:
    if 't="s"' in kenmerken:
        nummer = re.search(r"<v>(\d+)</v>", inhoud)
        return gedeeld[int(nummer[1])] if nummer and int(nummer[1]) < len(gedeeld) else None
    return re.sub(r"<[^>]+>", "", inhoud) if 't="inlineStr"' in kenmerken else None
