"""The leak guard: reads the finished bytes of a page, workbook, CSV or manifest, and names what may not leave.

It sees what a reader could see or dig up: text, attributes, comments, SVG, metadata, downloads inside the page and
every part of the unzipped workbook. It says category, place and count, never the value. Whoever calls it stops on a
finding.
"""

from __future__ import annotations

import base64
import binascii
import html
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote_to_bytes

from sdm_lib.disclosure import getallen
from sdm_lib.disclosure.getallen import bladen
from sdm_lib.disclosure.herkenning import Microdata, is_dump, tabellen
from sdm_lib.disclosure.kanaries import Kanaries
from sdm_lib.disclosure.patronen import ZOEKERS

Soort = Literal["html", "csv", "xlsx", "json"]
_DATA_URI = re.compile(r"data:([\w.+-]+/[\w.+-]+)?((?:;[\w=.+-]+)*),([^\"'<>)\s]*)", re.ASCII)
# coordinates of a drawing: half of a page's bytes, never an identifier (no decimal point there, or a leading 0)
_LANGE_DECIMAAL = re.compile(r"(?<![\d.])(?:0|[1-9]\d{0,6})\.\d{4,}(?![\d.])", re.ASCII)
MAX_DIEPTE = 3  # a download inside a download inside a page; deeper is a finding by itself
MAX_UITGEPAKT = 200_000_000  # bytes of one unzipped part


@dataclass(frozen=True, slots=True, order=True)
class Bevinding:
    """Something that may not leave: what kind, where, how often. Never the value itself."""

    categorie: str
    plaats: str
    aantal: int

    def __str__(self) -> str:
        return f"{self.categorie}: {self.aantal} keer, {self.plaats}"


def guard(
    data: bytes,
    *,
    soort: Soort,
    canaries: frozenset[str] | Kanaries = frozenset(),
    toegestaan: frozenset[str] = frozenset(),
    microdata: Microdata | None = None,
) -> tuple[Bevinding, ...]:
    """Everything in a finished file that points at a person; empty when it may leave.

    canaries : respondent ids, pseudonyms and open answers that may not occur; `kanaries.index` makes a set reusable.
    toegestaan : texts that may occur, such as the address of the department.
    microdata : an index of the loaded records; tables whose rows exist there are a finding (``records``).
    A file that cannot be read is itself a finding: the guard fails closed.
    Raises ValueError for an unknown soort.

    >>> guard(b"<p>a.b@voorbeeld.nl</p>", soort="html")
    (Bevinding(categorie='e-mailadres', plaats='pagina, tekst, regel 1', aantal=1),)
    """
    if soort not in ("html", "csv", "xlsx", "json"):
        raise ValueError(f"guard: soort must be html, csv, xlsx or json, got {soort!r}")
    index = canaries if isinstance(canaries, Kanaries) else Kanaries.van(canaries)
    naam = {"html": "pagina", "csv": "csv", "xlsx": "werkmap", "json": "json"}[soort]
    treffers: Counter[tuple[str, str]] = Counter()
    eerste: dict[tuple[str, str], int] = {}
    gezocht = _zoek(data, soort=soort, naam=naam, index=Index(index, toegestaan, microdata), diepte=0)
    for categorie, plaats, regel in gezocht:
        treffers[categorie, plaats] += 1
        eerste.setdefault((categorie, plaats), regel)
    return tuple(sorted(Bevinding(c, f"{p}, regel {eerste[c, p]}", k) for (c, p), k in treffers.items()))


@dataclass(frozen=True, eq=False)
class Index:
    """What a file is held against: forbidden values, permitted ones, loaded records."""

    kanaries: Kanaries
    toegestaan: frozenset[str]
    microdata: Microdata | None


_Treffer = tuple[str, str, int]  # category, place, line


def _zoek(data: bytes, *, soort: str, naam: str, index: Index, diepte: int) -> Iterator[_Treffer]:
    if diepte > MAX_DIEPTE:
        yield "onleesbaar", f"{naam}, te diep ingepakt", 1
        return
    if soort == "xlsx":
        yield from _werkmap(data, naam=naam, index=index, diepte=diepte)
        return
    try:
        tekst = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        tekst = data.decode("cp1252", errors="replace")
    if soort == "html":
        tekst, downloads = _uit_pagina(tekst)
        for nummer, (inhoud, kind) in enumerate(downloads, start=1):
            plek = f"{naam}, download {nummer} ({kind})"
            yield from _zoek(inhoud, soort=kind, naam=plek, index=index, diepte=diepte + 1)
    yield from _records(tekst, naam=naam, soort=soort, index=index)
    if soort in ("csv", "json"):
        tekst = getallen.zonder_metingen(tekst, soort=soort)
    yield from _in_tekst(tekst, naam=naam, soort=soort, index=index)


def _records(tekst: str, *, naam: str, soort: str, index: Index) -> Iterator[_Treffer]:
    if index.microdata is not None:
        for nummer, tabel in enumerate(tabellen(tekst, soort=soort), start=1):
            if len(tabel) > 1 and is_dump(tabel, index.microdata):
                yield "records", f"{naam}, tabel {nummer}", 1


def _in_tekst(tekst: str, *, naam: str, soort: str, index: Index) -> Iterator[_Treffer]:
    for woord in index.toegestaan:
        tekst = tekst.replace(woord, " " * len(woord))
    for categorie, zoek in ZOEKERS.items():
        yield from ((categorie, *_plaats(tekst, start, naam, soort)) for start in zoek(tekst))
    yield from (("bekende waarde", *_plaats(tekst, start, naam, soort)) for start in index.kanaries.zoek(tekst))


def _plaats(tekst: str, start: int, naam: str, soort: str) -> tuple[str, int]:
    regel = tekst.count("\n", 0, start) + 1
    if soort not in ("html", "xml"):
        return naam, regel
    open_, dicht = tekst.rfind("<", 0, start), tekst.rfind(">", 0, start)
    zone = "kenmerk" if open_ > dicht else "tekst"
    if tekst.startswith("<!--", open_):
        zone = "opmerking"
    grafiek = tekst.rfind("<svg", 0, start) > tekst.rfind("</svg", 0, start)
    return f"{naam}, {zone}" + (" in grafiek" if grafiek else ""), regel


def _uit_pagina(tekst: str) -> tuple[str, list[tuple[bytes, str]]]:
    """The text of a page with entities resolved, and the files that lie inside it, as bytes with their kind."""
    downloads: list[tuple[bytes, str]] = []

    def pak_uit(match: re.Match[str]) -> str:
        downloads.extend(_download(match[1] or "text/plain", match[2] or "", html.unescape(match[3])))
        return "data:"

    zonder = _DATA_URI.sub(pak_uit, tekst) if "data:" in tekst else tekst
    zonder = _LANGE_DECIMAAL.sub(".", zonder)
    return (html.unescape(zonder) if "&" in zonder else zonder), downloads


def _download(mime: str, opties: str, inhoud: str) -> Iterator[tuple[bytes, str]]:
    if mime.startswith(("font/", "image/png", "image/jpeg", "image/webp", "application/font")):
        return  # no text inside; pictures of persons are refused where pieces are drawn
    try:
        ruw = (
            base64.b64decode(unquote_to_bytes(inhoud), validate=True)
            if "base64" in opties
            else unquote_to_bytes(inhoud)
        )
    except (binascii.Error, ValueError):
        ruw = unquote_to_bytes(inhoud)
    soorten = {"text/csv": "csv", "application/json": "json", "image/svg+xml": "html", "text/html": "html"}
    yield ruw, "xlsx" if ruw[:2] == b"PK" else soorten.get(mime, "csv")


def _werkmap(data: bytes, *, naam: str, index: Index, diepte: int) -> Iterator[_Treffer]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archief:
            delen = _delen(archief)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError):
        yield "onleesbaar", naam, 1
        return
    for deel, inhoud in delen.items():
        if inhoud is None:
            yield "onleesbaar", f"{naam}, {deel}", 1
    teksten = {deel: inhoud.decode("utf-8", errors="replace") for deel, inhoud in delen.items() if inhoud is not None}
    for deel, blad in bladen(teksten).items():
        if index.microdata is not None and is_dump(blad, index.microdata):
            yield "records", f"{naam}, {deel}", 1
    for deel, tekst in getallen.werkbladen_zonder_metingen(teksten).items():
        gelezen = html.unescape(tekst)
        yield from _in_tekst(gelezen, naam=f"{naam}, {deel}", soort="xml", index=index)


def _delen(archief: zipfile.ZipFile) -> dict[str, bytes | None]:
    return {
        info.filename: archief.read(info) if info.file_size <= MAX_UITGEPAKT else None
        for info in archief.infolist()
        if not info.is_dir()
    }


def samenvatting(bevindingen: Iterable[Bevinding]) -> str:
    """The findings in one Dutch line, for the index and the log.

    >>> samenvatting([Bevinding("bsn", "pagina, tekst, regel 3", 2)])
    'bsn: 2 keer, pagina, tekst, regel 3'
    """
    return "; ".join(str(bevinding) for bevinding in bevindingen)


def als_json(bevindingen: Iterable[Bevinding]) -> str:
    """The findings as JSON, for the manifest of an edition.

    >>> als_json([])
    '[]'
    """
    return json.dumps([[b.categorie, b.plaats, b.aantal] for b in bevindingen], ensure_ascii=False)
