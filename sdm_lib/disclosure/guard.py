"""The leak guard: reads the finished bytes of a page, workbook, CSV or manifest, and names what may not leave.

It sees what a reader could see or dig up: text (also across elements), attributes, comments, drawings, metadata,
downloads inside the page and every part of the unzipped workbook. It says category, place and count, never the value.
Whoever calls it stops on a finding.
"""

from __future__ import annotations

import hashlib
import html
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from sdm_lib.aanroep import helpful
from sdm_lib.disclosure import getallen, uitpakken
from sdm_lib.disclosure.beelden import tekst_in_beeld
from sdm_lib.disclosure.getallen import bladen
from sdm_lib.disclosure.herkenning import Microdata, is_dump
from sdm_lib.disclosure.kanaries import Kanaries
from sdm_lib.disclosure.patronen import ZOEKERS
from sdm_lib.disclosure.punten import wolken
from sdm_lib.disclosure.tabellen import Tabel, tabellen

Soort = Literal["html", "csv", "xlsx", "json", "ipynb", "beeld", "txt"]
NAMEN = {
    "html": "pagina", "csv": "csv", "xlsx": "werkmap", "json": "json", "ipynb": "notebook", "beeld": "beeld",
    "txt": "tekst",
}  # fmt: skip
_KOPCODE = re.compile(r"&[A-Za-z]")  # where a sheet's header says left, centre, page: glued to the text behind it
MAX_DIEPTE = 3  # a download inside a download inside a page; deeper is a finding by itself
RECORDS, GESPREK = "records", "woorden uit een gesprek"


@dataclass(frozen=True, slots=True, order=True)
class Bevinding:
    """Something that may not leave: what kind, where, how often. Never the value itself.

    kenmerk : for ``records``, what names this very table: another when one of its cells changes.
    """

    categorie: str
    plaats: str
    aantal: int
    kenmerk: str = ""

    def __str__(self) -> str:
        return f"{self.categorie}: {self.aantal} keer, {self.plaats}"


@helpful
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
    (Bevinding(categorie='e-mailadres', plaats='pagina, tekst, regel 1', aantal=1, kenmerk=''),)

    In a notebook: ``disclosure.guard(pagina, soort="html")``
    """
    if soort not in get_args(Soort):
        raise ValueError(f"guard: soort must be one of {', '.join(get_args(Soort))}, got {soort!r}")
    index = canaries if isinstance(canaries, Kanaries) else Kanaries.van(canaries)
    treffers: Counter[tuple[str, str, str]] = Counter()
    eerste: dict[tuple[str, str, str], int] = {}
    for treffer in _zoek(data, soort=soort, naam=NAMEN[soort], index=Index(index, toegestaan, microdata), diepte=0):
        sleutel = (treffer.categorie, treffer.plaats, treffer.kenmerk)
        treffers[sleutel] += treffer.aantal
        eerste.setdefault(sleutel, treffer.regel)
    return tuple(sorted(Bevinding(c, f"{p}, regel {eerste[c, p, m]}", k, m) for (c, p, m), k in treffers.items()))


@dataclass(frozen=True, eq=False)
class Index:
    """What a file is held against: forbidden values, permitted ones, loaded records."""

    kanaries: Kanaries
    toegestaan: frozenset[str]
    microdata: Microdata | None


@dataclass(frozen=True, slots=True)
class Treffer:
    """One hit, before hits at one place are counted together."""

    categorie: str
    plaats: str
    regel: int = 1
    kenmerk: str = ""
    aantal: int = 1


def _zoek(data: bytes, *, soort: str, naam: str, index: Index, diepte: int) -> Iterator[Treffer]:
    if diepte > MAX_DIEPTE:
        yield Treffer("onleesbaar", f"{naam}, te diep ingepakt")
        return
    lezers: dict[str, Callable[..., Iterator[Treffer]]] = {
        "xlsx": _werkmap, "beeld": _beeld, "ipynb": _notebook, "html": _pagina
    }  # fmt: skip
    yield from lezers.get(soort, _platte_tekst)(data, soort=soort, naam=naam, index=index, diepte=diepte)


def _lees(data: bytes) -> str:
    try:
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _pagina(data: bytes, *, soort: str, naam: str, index: Index, diepte: int) -> Iterator[Treffer]:
    ruw = _lees(data)
    tekst, inhoud = uitpakken.uit_pagina(ruw)
    for nummer, (deel, kind) in enumerate(inhoud, start=1):
        plek = f"{naam}, download {nummer} ({kind})"
        yield from _zoek(deel, soort=kind, naam=plek, index=index, diepte=diepte + 1)
    for start, aantal in wolken(ruw):
        yield Treffer("puntenwolk", f"{naam}, grafiek", ruw.count("\n", 0, start) + 1, aantal=aantal)
    yield from _records(tekst, naam=naam, soort=soort, index=index)
    gevonden = list(_in_tekst(tekst, naam=naam, soort=soort, index=index))
    yield from gevonden
    al = {treffer.categorie for treffer in gevonden}  # a value that also stands within one element is told once
    over = _in_tekst(uitpakken.zichtbaar(tekst), naam=f"{naam}, over elementen heen", soort="txt", index=index)
    yield from (treffer for treffer in over if treffer.categorie not in al)


def _platte_tekst(data: bytes, *, soort: str, naam: str, index: Index, diepte: int) -> Iterator[Treffer]:
    tekst = uitpakken.gewoon(_lees(data))
    yield from _records(tekst, naam=naam, soort=soort, index=index)
    if soort == "json":
        tekst = uitpakken.gewoon(uitpakken.leesbaar_json(tekst))
    if soort in ("csv", "json"):
        tekst = getallen.zonder_metingen(tekst, soort=soort)
    yield from _in_tekst(tekst, naam=naam, soort=soort, index=index)


def _beeld(data: bytes, *, soort: str, naam: str, index: Index, diepte: int) -> Iterator[Treffer]:
    try:
        tekst = tekst_in_beeld(data)
    except ValueError:
        yield Treffer("onleesbaar", naam)
    else:
        yield from _in_tekst(tekst, naam=f"{naam}, gegevens bij het beeld", soort="txt", index=index)


def _notebook(data: bytes, *, soort: str, naam: str, index: Index, diepte: int) -> Iterator[Treffer]:
    try:
        for plek, kind, inhoud in uitpakken.uit_notebook(_lees(data)):
            yield from _zoek(inhoud, soort=kind, naam=f"{naam}, {plek}", index=index, diepte=diepte + 1)
    except ValueError:
        yield Treffer("onleesbaar", naam)


def _records(tekst: str, *, naam: str, soort: str, index: Index) -> Iterator[Treffer]:
    if index.microdata is not None:
        for nummer, tabel in enumerate(tabellen(tekst, soort=soort), start=1):
            if is_dump(tabel, index.microdata):
                yield Treffer(RECORDS, f"{naam}, tabel {nummer}", kenmerk=kenmerk(tabel))


def kenmerk(tabel: Tabel) -> str:
    """What names a table: twelve signs of a hash over its cells.

    >>> kenmerk([["a", "1"]]) == kenmerk([["a", "2"]])
    False
    """
    return hashlib.sha256("\x1e".join("\x1f".join(rij) for rij in tabel).encode()).hexdigest()[:12]


def _in_tekst(tekst: str, *, naam: str, soort: str, index: Index) -> Iterator[Treffer]:
    for woord in index.toegestaan:
        tekst = tekst.replace(woord, " " * len(woord))
    for categorie, zoek in ZOEKERS.items():
        yield from (Treffer(categorie, *_plaats(tekst, start, naam, soort)) for start in zoek(tekst))
    for categorie, zoek in (("bekende waarde", index.kanaries.zoek), (GESPREK, index.kanaries.zoek_gezegd)):
        yield from (Treffer(categorie, *_plaats(tekst, start, naam, soort)) for start in zoek(tekst))


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


def _werkmap(data: bytes, *, soort: str, naam: str, index: Index, diepte: int) -> Iterator[Treffer]:
    try:
        delen = uitpakken.delen(data)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError):
        yield Treffer("onleesbaar", naam)
        return
    teksten: dict[str, str] = {}
    for deel, inhoud in delen.items():
        kind = "" if inhoud is None else uitpakken.soort_van(inhoud, "xml")
        if inhoud is None:
            yield Treffer("onleesbaar", f"{naam}, {deel}")
        elif kind == "xml":
            teksten[deel] = inhoud.decode("utf-8", errors="replace")
        else:
            yield from _zoek(inhoud, soort=kind, naam=f"{naam}, {deel}", index=index, diepte=diepte + 1)
    for deel, blad in bladen(teksten).items():
        if index.microdata is not None and is_dump(blad, index.microdata):
            yield Treffer(RECORDS, f"{naam}, {deel}", kenmerk=kenmerk(blad))
    yield from _in_tekst(" ".join(delen), naam=f"{naam}, namen van delen", soort="txt", index=index)
    for deel, tekst in getallen.werkbladen_zonder_metingen(teksten).items():
        gelezen = _KOPCODE.sub(" ", uitpakken.gewoon(html.unescape(tekst)))
        yield from _in_tekst(gelezen, naam=f"{naam}, {deel}", soort="xml", index=index)


def samenvatting(bevindingen: Iterable[Bevinding]) -> str:
    """The findings in one Dutch line, for the index and the log.

    >>> samenvatting([Bevinding("bsn", "pagina, tekst, regel 3", 2)])
    'bsn: 2 keer, pagina, tekst, regel 3'
    """
    return "; ".join(str(bevinding) for bevinding in bevindingen)
