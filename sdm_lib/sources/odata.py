"""Ask Statistics Netherlands for a table, in the older (OData 3) or the newer (OData 4) form of its open data.

Own lines instead of a package, for a reason: `cbsodata` (OData 3 only) puts titles in the place of codes, and titles
are not unique ("Centrum" is a wijk of many municipalities), so the codes cannot be found back; `cbsodata4` answers
from a folder that it filled before. Here codes stay, and nothing is kept.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Versie = Literal[3, 4]
ADRES: dict[int, str] = {3: "https://opendata.cbs.nl", 4: "https://datasets.cbs.nl"}
NIET_GEPUBLICEERD = ("", ".", "x")  # how StatLine writes a figure that it does not give; a zero is a figure
STANDEN = {"definitief": "definitief", "voorlopig": "voorlopig", "nadervoorlopig": "nader_voorlopig",
           "final": "definitief", "provisional": "voorlopig"}  # fmt: skip
_WACHT = 60  # seconds for one answer
Rij = Mapping[str, Any]


class GeenTabel(Exception):
    """The server does not know the table."""


@dataclass(frozen=True, slots=True)
class Code:
    """One category of a dimension: its code, title and status (of a period: final or not)."""

    code: str
    titel: str
    stand: str = ""


@dataclass(frozen=True, slots=True)
class Maat:
    """One measure: its code, title and unit."""

    code: str
    titel: str
    eenheid: str


@dataclass(frozen=True, slots=True)
class Cijfer:
    """One figure: a code per dimension, the code of its measure, and its value as text; empty when not published."""

    codes: tuple[str, ...]
    maat: str
    waarde: str


@dataclass(frozen=True, slots=True)
class Tabel:
    """A table with its code lists; `cijfers` are in the order of the source."""

    titel: str
    gewijzigd: str
    dimensies: Mapping[str, Mapping[str, Code]]
    maten: Mapping[str, Maat]
    cijfers: Sequence[Cijfer]


def fetch(table_id: str, *, versie: Versie = 4, adres: str = "", filters: str = "") -> Tabel:
    """A whole table, or what an OData filter leaves of it.

    Raises GeenTabel when the server does not know it, OSError when it does not answer, ValueError for another answer.
    """
    basis = (adres or ADRES[versie]).rstrip("/")
    if urllib.parse.urlsplit(basis).scheme not in ("http", "https"):
        raise ValueError(f"not an address of a server: {basis!r}")
    naam = urllib.parse.quote(table_id, safe="")
    return _version3(basis, naam, filters) if versie == 3 else _version4(basis, naam, filters)


def _version3(basis: str, naam: str, filters: str) -> Tabel:
    api, feed = f"{basis}/ODataApi/odata/{naam}", f"{basis}/ODataFeed/odata/{naam}"
    (info, *_) = _pages(f"{api}/TableInfos")
    velden = list(_pages(f"{api}/DataProperties"))
    dimensies = {
        str(veld["Key"]): _codes(_pages(f"{api}/{urllib.parse.quote(str(veld['Key']))}"), "Key")
        for veld in velden
        if str(veld.get("Type", "")).endswith("Dimension")
    }
    maten = {
        str(veld["Key"]): Maat(str(veld["Key"]), _text(veld, "Title"), _text(veld, "Unit"))
        for veld in velden
        if veld.get("Type") == "Topic"
    }
    # the untyped set holds the dots; the typed one has null for every reason alike
    rijen = _pages(f"{feed}/UntypedDataSet", filters)
    cijfers = [
        Cijfer(tuple(_text(rij, dimensie) for dimensie in dimensies), maat, _published(rij.get(maat)))
        for rij in rijen
        for maat in maten
    ]
    return Tabel(_text(info, "Title"), _text(info, "Modified"), dimensies, maten, cijfers)


def _version4(basis: str, naam: str, filters: str) -> Tabel:
    tabel = f"{basis}/odata/v1/CBS/{naam}"
    info = _answer(f"{tabel}/Properties")
    dimensies = {
        str(rij["Identifier"]): _codes(_pages(f"{tabel}/{urllib.parse.quote(str(rij['Identifier']))}Codes"))
        for rij in _pages(f"{tabel}/Dimensions")
    }
    maten = {
        str(rij["Identifier"]): Maat(str(rij["Identifier"]), _text(rij, "Title"), _text(rij, "Unit"))
        for rij in _pages(f"{tabel}/MeasureCodes")
    }
    cijfers = [
        Cijfer(tuple(_text(rij, dimensie) for dimensie in dimensies), str(rij["Measure"]), _observed(rij))
        for rij in _pages(f"{tabel}/Observations", filters)
    ]
    return Tabel(_text(info, "Title"), _text(info, "Modified"), dimensies, maten, cijfers)


def _codes(rijen: Iterator[Rij], sleutel: str = "Identifier") -> dict[str, Code]:
    """The categories by code; the older form pads its codes with blanks."""
    return {
        _text(rij, sleutel): Code(
            _text(rij, sleutel), _text(rij, "Title"), STANDEN.get(_text(rij, "Status").casefold(), "")
        )
        for rij in rijen
    }


def _text(rij: Rij, naam: str) -> str:
    waarde = rij.get(naam)
    return "" if waarde is None else str(waarde).strip()


def _published(waarde: object) -> str:
    tekst = "" if waarde is None else str(waarde).strip()
    return "" if tekst in NIET_GEPUBLICEERD else tekst


def _observed(rij: Rij) -> str:
    """The value of an observation: a number, or a text where the measure has texts; empty when it is not given."""
    waarde = rij.get("Value")
    if waarde is None:
        return _published(rij.get("StringValue"))
    return str(int(waarde)) if isinstance(waarde, float) and waarde.is_integer() else str(waarde)


def _pages(url: str, filters: str = "") -> Iterator[Rij]:
    """All records of an address, page after page; a next page on another server is not followed."""
    vraag = {"$format": "json", **({"$filter": filters} if filters else {})}
    volgende = f"{url}?{urllib.parse.urlencode(vraag, quote_via=urllib.parse.quote)}"
    while volgende:
        antwoord = _answer(volgende)
        yield from antwoord["value"]
        verder = str(antwoord.get("odata.nextLink") or antwoord.get("@odata.nextLink") or "")
        vorige, volgende = volgende, urllib.parse.urljoin(volgende, verder) if verder else ""
        if volgende and urllib.parse.urlsplit(volgende).hostname != urllib.parse.urlsplit(vorige).hostname:
            raise ValueError("the next page is on another server")


def _answer(url: str) -> dict[str, Any]:
    vraag = urllib.request.Request(url, headers={"Accept": "application/json", "User-Agent": "sdm-lib"})
    try:
        with urllib.request.urlopen(vraag, timeout=_WACHT) as antwoord:
            inhoud = json.load(antwoord)
    except urllib.error.HTTPError as fout:
        fout.close()
        if fout.code == 404:
            raise GeenTabel from None
        raise
    if not isinstance(inhoud, dict):
        raise ValueError("the answer is no OData")  # noqa: TRY004 - an answer, not an argument
    return inhoud
