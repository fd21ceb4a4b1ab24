"""Recognise records: does a table in a finished file hold rows of the loaded data?

Columns are matched by what they hold, not by their heading, so renaming, transposing, rounding or printing as text does
not help. A table is a dump when at least 80 % of its rows exist as records on the matched columns and at least half of
those single out fewer than K records.
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Tabel = list[list[str]]
BEVAT = 0.9  # share of a column's values that must occur in a column of the data
RIJEN = 0.8  # share of rows that must exist as records
UNIEK = 0.5  # of which this share singles out
K = 10  # fewer records than this
KOLOMMEN = 3  # so many matched columns make a record; two when one of them is nearly unique
ENKELE_RIJ = 6  # a single row needs more
PAST = 0.75  # share of its matched columns on which a row must equal a record
HOOGUIT = 120  # rows of a table that are looked up
_RIJ = re.compile(r"<tr\b[^>]*>(.*?)(?=<tr\b|</table|</tbody|$)", re.DOTALL | re.IGNORECASE)
_CEL = re.compile(r"<t[dh]\b[^>]*>(.*?)(?=</t[dh]>|<t[dh]\b|$)", re.DOTALL | re.IGNORECASE)
_TABEL = re.compile(r"<table\b.*?</table>", re.DOTALL | re.IGNORECASE)
_PRE = re.compile(r"<(?:pre|code|textarea)\b[^>]*>(.*?)</(?:pre|code|textarea)>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Microdata:
    """An index of loaded records: per column, which records hold which value (as shown, and rounded)."""

    kolommen: tuple[dict[str, npt.NDArray[np.int64]], ...]
    uniek: tuple[bool, ...]
    aantal: int

    @classmethod
    def van(cls, *frames: pd.DataFrame) -> Microdata:
        """Index frames; the records of each count separately.

        >>> Microdata.van(pd.DataFrame({"wet": ["wmo", "jeugd"], "leeftijd": [41, 9]})).aantal
        2
        """
        kolommen: list[dict[str, npt.NDArray[np.int64]]] = []
        uniek: list[bool] = []
        begin = 0
        for frame in frames:
            for naam in frame.columns:
                for vorm in _vormen(frame[naam]):
                    index = _omgekeerd(vorm, begin)
                    if len(index) > 1:
                        kolommen.append(index)
                        uniek.append(len(index) > 0.9 * len(frame))
            begin += len(frame)
        return cls(tuple(kolommen), tuple(uniek), begin)


def _vormen(kolom: pd.Series) -> Iterator[list[str]]:
    """A column as it may be shown: as it is, and numbers rounded."""
    yield [_kaal(str(x)) if pd.notna(x) else "" for x in kolom.tolist()]
    if pd.api.types.is_float_dtype(kolom):
        getallen = kolom.to_numpy(dtype=float)
        yield ["" if np.isnan(x) else str(round(x)) for x in getallen.tolist()]


def _omgekeerd(waarden: Sequence[str], begin: int) -> dict[str, npt.NDArray[np.int64]]:
    codes, namen = pd.factorize(np.asarray(waarden, dtype=object))
    volgorde = np.argsort(codes, kind="stable")
    grenzen = np.searchsorted(codes[volgorde], np.arange(1, len(namen)))
    delen = np.split(volgorde + begin, grenzen)
    return {str(naam): deel.astype(np.int64) for naam, deel in zip(namen, delen, strict=True) if naam != ""}


def _kaal(tekst: str) -> str:
    """A value without clothes: case, spaces, currency, decimal commas and trailing zeros do not matter."""
    kort = re.sub(r"[\s\u00a0€%]+", " ", tekst).strip().lower().replace("_", " ").removesuffix(" 00:00:00")
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})+(,\d+)?|-?\d+,\d+", kort):
        kort = kort.replace(".", "").replace(",", ".")
    return kort.rstrip("0").rstrip(".") if re.fullmatch(r"-?\d+\.\d+", kort) else kort


def is_dump(tabel: Tabel, index: Microdata) -> bool:
    """Whether a table, as it stands or on its side, holds records."""
    return _is_dump(tabel, index) or _is_dump([list(rij) for rij in zip(*_vierkant(tabel), strict=True)], index)


def _vierkant(tabel: Tabel) -> Tabel:
    breedte = max((len(rij) for rij in tabel), default=0)
    return [rij + [""] * (breedte - len(rij)) for rij in tabel]


def _is_dump(tabel: Tabel, index: Microdata) -> bool:
    rijen = [[_kaal(cel) for cel in rij] for rij in _vierkant(tabel)][: HOOGUIT + 1]
    return any(_records(deel, index) for deel in (rijen[1:], rijen) if deel)  # with and without a heading


def _records(rijen: Tabel, index: Microdata) -> bool:
    paren = _paren(rijen, index)
    nodig = 2 if any(index.uniek[m] for _, m in paren) else KOLOMMEN
    if len(paren) < (nodig if len(rijen) > 1 else ENKELE_RIJ):
        return False
    aantallen = [_aantal(rij, paren, index) for rij in rijen]
    gevonden = [aantal for aantal in aantallen if aantal > 0]
    return len(gevonden) >= RIJEN * len(rijen) and sum(a < K for a in gevonden) >= UNIEK * len(gevonden)


def _paren(rijen: Tabel, index: Microdata) -> list[tuple[int, int]]:
    """Columns of the table with the column of the data that fits best: the one whose values are rarest."""
    paren: list[tuple[int, int]] = []
    bezet: set[int] = set()
    for j in range(len(rijen[0])):
        waarden = {rij[j] for rij in rijen} - {""}
        if not waarden or (len(rijen) > 3 and len(waarden) < 2):
            continue
        passend = [
            (len(kolom), m)
            for m, kolom in enumerate(index.kolommen)
            if m not in bezet and sum(w in kolom for w in waarden) >= BEVAT * len(waarden)
        ]
        if passend:
            m = max(passend)[1]
            bezet.add(m)
            paren.append((j, m))
    return paren


def _aantal(rij: Sequence[str], paren: Sequence[tuple[int, int]], index: Microdata) -> int:
    """Records that fit a row best, when they fit it on enough of its columns; a wrongly matched column may miss."""
    gevuld = [(j, m) for j, m in paren if rij[j] != ""]
    treffers = [deel for j, m in gevuld if (deel := index.kolommen[m].get(rij[j])) is not None]
    if len(treffers) < 2:
        return 0
    passend = np.bincount(np.concatenate(treffers))
    hoogste = int(passend.max())
    return int((passend == hoogste).sum()) if hoogste >= max(2.0, PAST * len(gevuld)) else 0


def tabellen(tekst: str, *, soort: str) -> Iterator[Tabel]:
    """The tables in a page (also printed as text), a CSV file or a sheet of a workbook."""
    if soort == "html":
        for tabel in _TABEL.findall(tekst):
            yield [[_tekst(cel) for cel in _CEL.findall(rij)] for rij in _RIJ.findall(tabel)]
        for blok in _PRE.findall(tekst):
            yield [
                re.split(r"\s{2,}|\t|\s*\|\s*", regel.strip(" |"))
                for regel in _tekst(blok).splitlines()
                if regel.strip()
            ]
            yield [regel.split() for regel in _tekst(blok).splitlines() if regel.strip()]
    elif soort == "csv":
        eerste = tekst.split("\n", 1)[0]
        yield [rij for rij in csv.reader(io.StringIO(tekst), delimiter=max(";,\t", key=eerste.count)) if rij]


def _tekst(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", markup)).strip("\n")
