"""Recognise records: does a table in a finished file hold rows of the loaded data?

Columns are matched by what they hold, not by their heading, so renaming, transposing, rounding or printing as text does
not help. A table is a dump when at least 80 % of its rows exist as records on the matched columns and at least half of
those single out fewer than K records.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from sdm_lib.disclosure.tabellen import Tabel

BEVAT = 0.9  # share of a column's values that must occur in a column of the data
RIJEN = 0.8  # share of rows that must exist as records
UNIEK = 0.5  # of which this share singles out
K = 10  # fewer records than this
KOLOMMEN = 3  # so many matched columns make a record; two when one of them is nearly unique
ENKELE_RIJ = 6  # a single row needs more
PAST = 0.75  # share of its matched columns on which a row must equal a record
HOOGUIT = 120  # rows that are looked up at once
BLOKKEN = 10  # of so many rows in a long table


@dataclass(frozen=True, eq=False)
class Kolom:
    """One column of the data: each value, as it may be shown, with the records that hold it."""

    plaats: dict[str, int]
    grenzen: npt.NDArray[np.int64]  # records of value k: volgorde[grenzen[k]:grenzen[k + 1]]
    volgorde: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.plaats)

    def records(self, waarde: str) -> npt.NDArray[np.int32] | None:
        """The records that hold a value; None when there are none."""
        k = self.plaats.get(waarde)
        return None if k is None else self.volgorde[self.grenzen[k] : self.grenzen[k + 1]]


@dataclass(frozen=True, eq=False)
class Microdata:
    """An index of loaded records: per column, which records hold which value (as shown, and rounded).

    uniek : per column, whether it nearly names a record by itself. waar : value -> the columns that hold it.
    aantal : records in all.
    """

    kolommen: tuple[Kolom, ...]
    uniek: tuple[bool, ...]
    waar: dict[str, tuple[int, ...]]
    aantal: int

    @classmethod
    def van(cls, *frames: pd.DataFrame) -> Microdata:
        """Index frames; the records of each count separately.

        >>> Microdata.van(pd.DataFrame({"wet": ["wmo", "jeugd"], "leeftijd": [41, 9]})).aantal
        2
        """
        kolommen: list[Kolom] = []
        uniek: list[bool] = []
        begin = 0
        for frame in frames:
            for naam in frame.columns:
                for codes, namen in _vormen(frame[naam]):
                    index = _omgekeerd(codes, namen, begin=begin)
                    if len(index) > 1:
                        kolommen.append(index)
                        uniek.append(len(index) > 0.9 * len(frame))
            begin += len(frame)
        return cls(tuple(kolommen), tuple(uniek), _waar(kolommen), begin)

    def __or__(self, ander: Microdata) -> Microdata:
        erbij = tuple(
            Kolom(kolom.plaats, kolom.grenzen, kolom.volgorde + np.int32(self.aantal)) for kolom in ander.kolommen
        )
        kolommen = self.kolommen + erbij
        return Microdata(kolommen, self.uniek + ander.uniek, _waar(kolommen), self.aantal + ander.aantal)


def _waar(kolommen: Sequence[Kolom]) -> dict[str, tuple[int, ...]]:
    waar: dict[str, tuple[int, ...]] = {}
    for m, kolom in enumerate(kolommen):
        for waarde in kolom.plaats:
            waar[waarde] = (*waar.get(waarde, ()), m)
    return waar


_Vorm = tuple[npt.NDArray[np.intp], list[str]]  # which name each record has, and the names


def _vormen(kolom: pd.Series) -> Iterator[_Vorm]:
    """A column as it may be shown: as it is, and numbers rounded; whole cents as euros too."""
    codes, waarden = pd.factorize(kolom)
    codes = np.asarray(codes, dtype=np.intp)
    yield codes, [kaal(str(waarde)) for waarde in waarden.tolist()]
    if not pd.api.types.is_numeric_dtype(kolom) or pd.api.types.is_bool_dtype(kolom):
        return
    getallen = np.asarray(waarden, dtype=float)
    euros = getallen / 100 if str(kolom.name).endswith("_cent") else getallen
    if euros is not getallen:
        yield codes, [kaal(f"{x:.2f}") for x in euros.tolist()]
    if (euros != np.round(euros)).any():
        yield codes, [str(round(x)) for x in euros.tolist()]


def _omgekeerd(codes: npt.NDArray[np.intp], namen: Sequence[str], *, begin: int) -> Kolom:
    samen, uniek = pd.factorize(np.asarray([*namen, ""], dtype=object))  # values that are shown alike are one
    nummers = np.where(codes >= 0, samen[codes], samen[-1])
    volgorde = np.argsort(nummers, kind="stable")
    grenzen = np.searchsorted(nummers[volgorde], np.arange(len(uniek) + 1))
    plaats = {str(naam): k for k, naam in enumerate(uniek.tolist()) if naam != ""}
    return Kolom(plaats, grenzen.astype(np.int64), (volgorde + begin).astype(np.int32))


_MAANDEN = ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
            "november", "december")  # fmt: skip
_DAG = re.compile(rf"(\d{{1,2}})(?:[-/.]| )(\d{{1,2}}|{'|'.join(_MAANDEN)})(?:[-/.]| )(\d{{4}})")
_MIDDERNACHT = re.compile(r"[ t]00:00(:00(\.0+)?)?(z|\+00:00)?$")


def kaal(tekst: str) -> str:
    """A value without clothes: case, spaces, currency, decimal commas, trailing zeros and date forms do not matter.

    >>> kaal("€ 1.234,50"), kaal("Hulp_bij_huishouden"), kaal("1 maart 1956"), kaal("1956-03-01 00:00:00")
    ('1234.5', 'hulp bij huishouden', '1956-03-01', '1956-03-01')
    """
    kort = re.sub(r"[\s\u00a0€%]+", " ", tekst).strip().lower().replace("_", " ")
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})+(,\d+)?|-?\d+,\d+", kort):
        kort = kort.replace(".", "").replace(",", ".")
    if re.fullmatch(r"-?\d+\.\d+", kort):
        return kort.rstrip("0").rstrip(".")
    if "-" in kort and ":" in kort:
        kort = _MIDDERNACHT.sub("", kort)
    if dag := _DAG.fullmatch(kort):
        maand = dag[2] if dag[2].isdigit() else str(_MAANDEN.index(dag[2]) + 1)
        return f"{dag[3]}-{maand:0>2}-{dag[1]:0>2}"
    return kort


def is_dump(tabel: Tabel, index: Microdata) -> bool:
    """Whether a table, as it stands or on its side, holds records. Of a long table blocks are looked at, evenly spread.

    tabel : rows of cells. index : the loaded records.
    """
    vol = _vierkant(tabel)
    kop, rest = vol[:1], vol[1:]
    stap = max(HOOGUIT, len(rest) // BLOKKEN)
    blokken = [kop + rest[k : k + HOOGUIT] for k in range(0, max(len(rest), 1), stap)]
    kant = [list(rij) for rij in zip(*(rij[: HOOGUIT + 1] for rij in vol), strict=True)]
    return any(_is_dump(blok, index) for blok in (*blokken, kant))


def _vierkant(tabel: Tabel) -> Tabel:
    breedte = max((len(rij) for rij in tabel), default=0)
    return [rij + [""] * (breedte - len(rij)) for rij in tabel]


def _is_dump(tabel: Tabel, index: Microdata) -> bool:
    rijen = [[kaal(cel) for cel in rij] for rij in tabel[: HOOGUIT + 1]]
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
        raak = Counter(m for waarde in waarden for m in index.waar.get(waarde, ()))
        passend = [
            (len(index.kolommen[m]), m)
            for m, aantal in raak.items()
            if m not in bezet and aantal >= BEVAT * len(waarden)
        ]
        if passend:
            m = max(passend)[1]
            bezet.add(m)
            paren.append((j, m))
    return paren


def _aantal(rij: Sequence[str], paren: Sequence[tuple[int, int]], index: Microdata) -> int:
    """Records that fit a row best, when they fit it on enough of its columns; a wrongly matched column may miss."""
    gevuld = [(j, m) for j, m in paren if rij[j] != ""]
    treffers = [deel for j, m in gevuld if (deel := index.kolommen[m].records(rij[j])) is not None]
    if len(treffers) < 2:
        return 0
    passend = np.bincount(np.concatenate(treffers))
    hoogste = int(passend.max())
    return int((passend == hoogste).sum()) if hoogste >= max(2.0, PAST * len(gevuld)) else 0
