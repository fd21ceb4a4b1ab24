"""The tables in a finished file: HTML, printed text, CSV and JSON, as rows of cells."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterator
from typing import Any

Tabel = list[list[str]]
_RIJ = re.compile(r"<tr\b[^>]*>(.*?)(?=<tr\b|</table|</tbody|$)", re.DOTALL | re.IGNORECASE)
_CEL = re.compile(r"<t[dh]\b[^>]*>(.*?)(?=</t[dh]>|<t[dh]\b|$)", re.DOTALL | re.IGNORECASE)
_TABEL = re.compile(r"<table\b.*?(?:</table>|\Z)", re.DOTALL | re.IGNORECASE)
_PRE = re.compile(r"<(pre|code|textarea)\b[^>]*>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
_LIJST = re.compile(r"<([dou]l)\b[^>]*>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
_ITEM = re.compile(r"<(?:li|dd)\b[^>]*>(.*?)(?=<li\b|<d[dt]\b|</[uo]l|</dl|$)", re.DOTALL | re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b[^>]*\bjson\b[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_TIJD = re.compile(r"Timestamp\('([^']*)'\)|datetime\.date\((\d+), (\d+), (\d+)\)")
_NUMPY = re.compile(r"\bnp\.\w+\(")
_VELD = re.compile(r"['\"]?[\w .-]{1,40}['\"]?\s*[:=]\s*")
MINSTE_VELDEN = 6  # on one line of text: fewer say nothing about one person
MAX_REGELS = 2_000  # of printed text


def tabellen(tekst: str, *, soort: str) -> Iterator[Tabel]:
    """The tables in a page (also printed as text, listed, or as JSON), a CSV file, JSON or plain text."""
    if soort == "html":
        for tabel in _TABEL.findall(tekst):
            yield [[_tekst(cel) for cel in _CEL.findall(rij)] for rij in _RIJ.findall(tabel)]
        for _, blok in _PRE.findall(tekst):
            yield from _gedrukt(_tekst(blok))
        for _, lijst in _LIJST.findall(tekst):
            items = [_tekst(item).strip() for item in _ITEM.findall(lijst)]
            yield [items]
            yield [velden for item in items if len(velden := _velden(item)) >= MINSTE_VELDEN]
        for script in _SCRIPT.findall(tekst):
            yield from tabellen(script, soort="json")
    elif soort == "csv":
        eerste = tekst.split("\n", 1)[0]
        yield [rij for rij in csv.reader(io.StringIO(tekst), delimiter=max(";,\t", key=eerste.count)) if rij]
    elif soort == "json":
        try:
            yield from _uit_json(json.loads(tekst))
        except (ValueError, RecursionError):
            yield from _gedrukt(tekst)
    elif soort == "txt":
        yield from _gedrukt(tekst)


def _tekst(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", markup)).strip("\n")


def _gedrukt(tekst: str) -> Iterator[Tabel]:
    """Printed text as tables: columns by two spaces or bars, by one space, and fields of a line (dict, tuple, CSV)."""
    regels = [regel for regel in tekst.splitlines() if regel.strip() and not set(regel) <= set("-=+|: ")][:MAX_REGELS]
    yield [re.split(r"\s{2,}|\t|\s*\|\s*", regel.strip(" |")) for regel in regels]
    yield [regel.split() for regel in regels]
    for regel in regels:
        if len(velden := _velden(regel)) >= MINSTE_VELDEN:
            yield [velden]


def _velden(regel: str) -> list[str]:
    """The values on a line that holds them separated, with or without names: ``{'jaar': 1956, 'wet': 'wmo'}``."""
    met_dagen = _TIJD.sub(lambda m: m[1] or f"{m[2]}-{int(m[3]):02}-{int(m[4]):02}", _NUMPY.sub("", regel))
    delen = re.split(r"[,;|]\s*(?![\d]{1,2}\b(?!\s*[,;|:\d]))", met_dagen)
    return [kaal for deel in delen if (kaal := _VELD.sub("", deel, count=1).strip(" '\"{}()[]<>"))]


def _uit_json(waarde: Any) -> Iterator[Tabel]:
    """Lists of records, records of lists, and lists of lists, at any depth."""
    if isinstance(waarde, dict):
        kolommen = [kolom for kolom in waarde.values() if isinstance(kolom, list) and _vlak(kolom)]
        per_sleutel = [list(kolom.values()) for kolom in waarde.values() if isinstance(kolom, dict)]
        for reeksen in (kolommen, [reeks for reeks in per_sleutel if _vlak(reeks)]):
            if len(reeksen) > 1:
                lengte = max(map(len, reeksen))
                yield [[_cel(reeks[k]) if k < len(reeks) else "" for reeks in reeksen] for k in range(lengte)]
        if len(plat := [_cel(x) for x in waarde.values() if not isinstance(x, dict | list)]) >= MINSTE_VELDEN:
            yield [plat]
        for onder in waarde.values():
            yield from _uit_json(onder)
    elif isinstance(waarde, list) and waarde:
        if all(isinstance(rij, dict) for rij in waarde):
            yield [[_cel(x) for x in rij.values()] for rij in waarde]
        elif all(isinstance(rij, list) for rij in waarde):
            yield [[_cel(x) for x in rij] for rij in waarde]
        for onder in waarde if not _vlak(waarde) else ():
            yield from _uit_json(onder)


def _vlak(reeks: list[Any]) -> bool:
    return bool(reeks) and not any(isinstance(x, dict | list) for x in reeks)


def _cel(waarde: Any) -> str:
    return "" if waarde is None else str(waarde)
