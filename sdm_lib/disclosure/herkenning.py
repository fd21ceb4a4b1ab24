"""Recognise records: does a table in a finished file hold rows of the loaded data?

Columns are matched by what they hold, not by their heading, so renaming, transposing, rounding or printing as text does
not help. A table is a dump when at least 80 % of its rows exist as records on the matched columns and at least half of
those single out fewer than K records.
"""

from __future__ import annotations

import itertools
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
ROOSTER = 0.8  # of all combinations of two columns, from which rows are groups
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

    uniek : per column, whether it nearly names a record by itself. namen, frames : its name, and which frame it is of.
    waar : value -> the columns that hold it. aantal : records in all.
    """

    kolommen: tuple[Kolom, ...]
    uniek: tuple[bool, ...]
    namen: tuple[str, ...]
    frames: tuple[int, ...]
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
        herkomst: list[tuple[str, int]] = []
        begin = 0
        for nummer, frame in enumerate(frames):
            for naam in frame.columns:
                for codes, namen in _vormen(frame[naam]):
                    index = _omgekeerd(codes, namen, begin=begin)
                    if len(index) > 1:
                        kolommen.append(index)
                        uniek.append(len(index) > 0.9 * len(frame))
                        herkomst.append((kaal(str(naam)), nummer))
            begin += len(frame)
        koppen = tuple(naam for naam, _ in herkomst)
        return cls(tuple(kolommen), tuple(uniek), koppen, tuple(k for _, k in herkomst), _waar(kolommen), begin)

    def __or__(self, ander: Microdata) -> Microdata:
        erbij = tuple(
            Kolom(kolom.plaats, kolom.grenzen, kolom.volgorde + np.int32(self.aantal)) for kolom in ander.kolommen
        )
        kolommen = self.kolommen + erbij
        verder = max(self.frames, default=-1) + 1
        frames = self.frames + tuple(nummer + verder for nummer in ander.frames)
        samen = self.aantal + ander.aantal
        return Microdata(kolommen, self.uniek + ander.uniek, self.namen + ander.namen, frames, _waar(kolommen), samen)


Paren = tuple[tuple[int, int], ...]  # column of the table, column of the data


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


_LOS = re.compile(r"[\s\u00a0€%]+")
_NEDERLANDS = re.compile(r"-?\d{1,3}(\.\d{3})+(,\d+)?|-?\d+,\d+")
_DECIMALEN = re.compile(r"-?\d+\.\d+")
_MAANDEN = ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
            "november", "december")  # fmt: skip
_DAG = re.compile(rf"(\d{{1,2}})(?:[-/.]| )(\d{{1,2}}|{'|'.join(_MAANDEN)})(?:[-/.]| )(\d{{4}})")
_LEEFTIJD = re.compile(r"(\d{1,3}) (?:tot (\d{1,3}) jaar|jaar( en ouder)?)")
_MIDDERNACHT = re.compile(r"[ t]00:00(:00(\.0+)?)?(z|\+00:00)?$")


def kaal(tekst: str) -> str:
    """A value without clothes: case, spaces, currency, decimal commas, trailing zeros and date forms do not matter.

    >>> kaal("€ 1.234,50"), kaal("Hulp_bij_huishouden"), kaal("1 maart 1956"), kaal("1956-03-01 00:00:00")
    ('1234.5', 'hulp bij huishouden', '1956-03-01', '1956-03-01')

    Nor do the words of an age, as a page writes the class of a delivery.

    >>> kaal("18 tot 30 jaar"), kaal("75 jaar en ouder"), kaal("67 jaar")
    ('18-29', '75+', '67')
    """
    if tekst.isalnum():  # a code or a whole number wears nothing; most values of a delivery are one
        return tekst.lower()
    kort = _LOS.sub(" ", tekst).strip().lower().replace("_", " ")
    if _NEDERLANDS.fullmatch(kort):
        kort = kort.replace(".", "").replace(",", ".")
    if _DECIMALEN.fullmatch(kort):
        return kort.rstrip("0").rstrip(".")
    if "-" in kort and ":" in kort:
        kort = _MIDDERNACHT.sub("", kort)
    if dag := _DAG.fullmatch(kort):
        maand = dag[2] if dag[2].isdigit() else str(_MAANDEN.index(dag[2]) + 1)
        return f"{dag[3]}-{maand:0>2}-{dag[1]:0>2}"
    if kort.endswith(("jaar", "ouder")) and (jaren := _LEEFTIJD.fullmatch(kort)):
        return f"{jaren[1]}-{int(jaren[2]) - 1}" if jaren[2] else f"{jaren[1]}{'+' if jaren[3] else ''}"
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
    kop = rijen[0] if rijen else []
    return any(_records(deel, kop, index) for deel in (rijen[1:], rijen) if deel)  # with and without a heading


def _records(rijen: Tabel, kop: Sequence[str], index: Microdata) -> bool:
    """Whether rows are records of some frame, in one of the ways to lay the columns beside each other."""
    return any(_zijn_records(rijen, paren, index) for paren in _paringen(rijen, kop, index))


def _zijn_records(rijen: Tabel, paren: Paren, index: Microdata) -> bool:
    nodig = 2 if any(index.uniek[m] for _, m in paren) else KOLOMMEN
    if len(paren) < (nodig if len(rijen) > 1 else ENKELE_RIJ):
        return False
    if len(paren) < ENKELE_RIJ and _is_rooster(rijen, paren, index):
        return False
    aantallen = [_aantal(rij, paren, index) for rij in rijen]
    gevonden = [aantal for aantal in aantallen if aantal > 0]
    uniek = UNIEK if len(paren) < ENKELE_RIJ else UNIEK / 2  # on many columns also persons who answered little
    return len(gevonden) >= RIJEN * len(rijen) and sum(a < K for a in gevonden) >= uniek * len(gevonden)


def _is_rooster(rijen: Tabel, paren: Paren, index: Microdata) -> bool:
    """Whether rows are groups: every combination of one or two columns once, in order, and nearly none missing.

    Rounded means of groups exist as records by chance; records do not come as a whole grid in order.
    """
    for (a, m), (b, _) in itertools.combinations_with_replacement(paren, 2):
        cellen = [(rij[a], rij[b]) for rij in rijen]
        links, rechts = {x for x, _ in cellen}, {y for _, y in cellen}
        niveaus = len(index.kolommen[m]) if a == b else len(links) * len(rechts)
        if len(rijen) >= 4 and len(set(cellen)) == len(rijen) >= ROOSTER * niveaus and cellen == sorted(cellen):
            return True
    return False


def _paringen(rijen: Tabel, kop: Sequence[str], index: Microdata) -> Iterator[Paren]:
    """Ways to lay the columns of a table beside those of one frame: by the fewest other values, and by the most.

    A column goes to the one of the same name, else to the most specific column that holds its values; of columns that
    hold the same answers to the first after the one before. A column of many numbers may hold them by chance, so the
    other way round is tried too.
    """
    # a column without a heading beside columns that have one numbers the rows: it holds nobody's value
    zonder = {j for j, naam in enumerate(kop) if not naam} if rijen[0] != kop and sum(map(bool, kop)) > 1 else set()
    passend = [(j, lijst) for j, lijst in _passend(rijen, index) if j not in zonder]
    for frame in sorted({index.frames[m] for _, lijst in passend for m in lijst}):
        mijn = [(j, [m for m in lijst if index.frames[m] == frame]) for j, lijst in passend]
        smal = _verdeel(mijn, kop, index, teken=1)
        breed = _verdeel(mijn, kop, index, teken=-1)
        yield smal
        if breed != smal:
            yield breed


def _passend(rijen: Tabel, index: Microdata) -> list[tuple[int, list[int]]]:
    """For each column of a table the columns of the data that hold nearly all its values."""
    uit = []
    for j in range(len(rijen[0])):
        waarden = {rij[j] for rij in rijen} - {""}
        if waarden and (len(rijen) <= 3 or len(waarden) > 1):
            raak = Counter(m for waarde in waarden for m in index.waar.get(waarde, ()))
            if goed := sorted(m for m, aantal in raak.items() if aantal >= BEVAT * len(waarden)):
                uit.append((j, goed))
    return uit


def _verdeel(passend: list[tuple[int, list[int]]], kop: Sequence[str], index: Microdata, *, teken: int) -> Paren:
    """Each column of the table its own column of the data."""
    paren: list[tuple[int, int]] = []
    bezet: set[int] = set()
    vorige = -1
    for j, lijst in passend:
        vrij = [m for m in lijst if m not in bezet]
        if vrij:
            rang = {m: (index.namen[m] != kop[j], teken * len(index.kolommen[m]), m <= vorige, m) for m in vrij}
            m = min(vrij, key=rang.__getitem__)
            bezet |= {ander for ander in lijst if index.namen[ander] == index.namen[m]}  # its rounded form too
            paren.append((j, m))
            vorige = m
    return tuple(paren)


def _aantal(rij: Sequence[str], paren: Paren, index: Microdata) -> int:
    """Records that fit a row best, when they fit it on enough of its columns; a wrongly matched column may miss."""
    gevuld = [(j, m) for j, m in paren if rij[j] != ""]
    treffers = [deel for j, m in gevuld if (deel := index.kolommen[m].records(rij[j])) is not None]
    if len(treffers) < 2:
        return 0
    passend = np.bincount(np.concatenate(treffers))
    hoogste = int(passend.max())
    past = PAST if len(paren) >= ENKELE_RIJ else 1.0  # on few columns chance plays too large a part
    return int((passend == hoogste).sum()) if hoogste >= max(2.0, past * len(gevuld)) else 0
