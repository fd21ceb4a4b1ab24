"""A delivery as words: each different text of a column once, and in every row the number of its text.

Most columns of a register hold few different texts, so what is asked of a text is asked of a word, once, and a row
costs a number. Each batch numbers its own words: a text may have a number for every batch it is in, but nothing has
to be held back to compare with, so a file streams however many different texts it holds. A column in which most
texts differ has a word for every row: looking for equals would cost more than it saves.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sdm_lib.errors import MAX_VOORBEELDEN

RIJ = "_rij"
_WIT = " "
_VEEL = 1000  # rows from which a batch shows whether the texts of a column differ
Masker = np.ndarray[Any, np.dtype[np.bool_]]
Nummers = np.ndarray[Any, np.dtype[np.int64]]
Rijen = tuple[int, tuple[int, ...]]  # how many rows, and the first five of their numbers


@dataclass(frozen=True, eq=False, slots=True)
class Tekst:
    """The texts of a delivery.

    nummers : the row number of every row, as an editor or Excel shows it.
    codes : per column, for every row the place of its text in `woorden` of that column; null where nothing stood.
    """

    nummers: pa.ChunkedArray
    codes: tuple[pa.ChunkedArray, ...]
    woorden: tuple[pa.Array, ...]

    def __len__(self) -> int:
        return len(self.nummers)


def collect(batches: Iterable[pa.RecordBatch], *, breedte: int) -> Tekst:
    """Texts from batches of a row number and `breedte` columns of text, each plain or a dictionary."""
    nummers: list[pa.Array] = []
    kolommen = [_Kolom() for _ in range(breedte)]
    for batch in batches:
        nummers.append(batch.column(0))
        for kolom, deel in zip(kolommen, batch.columns[1:], strict=True):
            kolom.add(deel)
    return Tekst(
        pa.chunked_array(nummers, pa.int64()),
        tuple(pa.chunked_array(kolom.codes, pa.int32()) for kolom in kolommen),
        tuple(pa.chunked_array(kolom.woorden, pa.string()).combine_chunks() for kolom in kolommen),
    )


class _Kolom:
    """One column while it is collected."""

    def __init__(self) -> None:
        self.codes: list[pa.Array] = []
        self.woorden: list[pa.Array] = []
        self.aantal = 0
        self.elk = False  # a word for every row, as the first batch of some size decided

    def add(self, deel: pa.Array) -> None:
        codes, woorden = self._encoded(deel)
        self.codes.append(pc.add_checked(codes, pa.scalar(self.aantal, pa.int32())) if self.aantal else codes)
        self.woorden.append(woorden)
        self.aantal += len(woorden)

    def _encoded(self, deel: pa.Array) -> tuple[pa.Array, pa.Array]:
        if self.elk:
            return _one_each(deel)
        paar = deel if pa.types.is_dictionary(deel.type) else deel.dictionary_encode()
        self.elk = paar is not deel and len(deel) >= _VEEL and 2 * len(paar.dictionary) > len(deel)
        return paar.indices, paar.dictionary


def _one_each(deel: pa.Array) -> tuple[pa.Array, pa.Array]:
    """A word for every text that is there."""
    if not deel.null_count:
        return pa.array(np.arange(len(deel), dtype=np.int32)), deel
    er = np.asarray(deel.is_valid())
    return pa.array(np.cumsum(er, dtype=np.int32) - 1, mask=~er), deel.drop_null()


NIETS = collect((), breedte=0)


def register(con: duckdb.DuckDBPyConnection, tekst: Tekst) -> None:
    """Let SQL see the texts as the table `ruw`: `_rij` and one column ``c0, c1, ...`` each."""
    con.register("ruw", as_table(tekst, {f"c{k}": (k, woorden) for k, woorden in enumerate(tekst.woorden)}))


def as_table(tekst: Tekst, waarden: Mapping[str, tuple[int, pa.Array]]) -> pa.Table:
    """The rows with, under each name, the value that the words of a column stand for. Text stays a word's number."""
    kolommen = {RIJ: tekst.nummers}
    for naam, (k, soort) in waarden.items():
        codes = tekst.codes[k]
        if _in_order(codes, len(soort)):
            kolommen[naam] = soort
        elif pa.types.is_string(soort.type):
            delen = [pa.DictionaryArray.from_arrays(deel, soort) for deel in codes.chunks]
            kolommen[naam] = pa.chunked_array(delen, pa.dictionary(pa.int32(), pa.string()))
        else:
            kolommen[naam] = pc.take(soort, codes)
    return pa.table(kolommen)


def _in_order(codes: pa.ChunkedArray, aantal: int) -> bool:
    """Whether every row has its own word, in the order of the words."""
    return len(codes) == aantal > 0 == codes.null_count and bool((codes.to_numpy() == np.arange(aantal)).all())


def only(lijst: pa.Array, tekens: bytes) -> bool:
    """Whether words hold no other bytes than these; looking at all words at once costs next to nothing.

    >>> only(pa.array(["12,5", "3"]), b"0123456789,"), only(pa.array(["12 5"]), b"0123456789,")
    (True, False)
    """
    return not _bytes(lijst).translate(None, tekens)


def shapes(lijst: pa.Array) -> pa.Array:
    """Words with a 1 for every digit but zero: what tells how a number is written, and few differ in it.

    >>> shapes(pa.array(["3.205,50", "x2"])).to_pylist()
    ['1.101,10', 'x1']
    """
    return respelled(lijst, "23456789", "1" * 8)


def respelled(lijst: pa.Array, van: str, naar: str) -> pa.Array:
    """Words with each of some characters, of one byte all, replaced by another.

    >>> respelled(pa.array(["12,5", None]), ",", ".").to_pylist()
    ['12.5', None]
    """
    geldig, plaatsen, data = lijst.buffers()
    if data is None or van == naar:
        return lijst
    anders = pa.py_buffer(bytes(data).translate(bytes.maketrans(van.encode(), naar.encode())))
    return pa.Array.from_buffers(lijst.type, len(lijst), [geldig, plaatsen, anders], offset=lijst.offset)


def _bytes(lijst: pa.Array) -> bytes:
    """All words after one another."""
    _, plaatsen, data = lijst.buffers()
    if plaatsen is None or data is None or not len(lijst):
        return b""
    grenzen = np.frombuffer(plaatsen, dtype=np.int32)[[lijst.offset, lijst.offset + len(lijst)]]
    return bytes(memoryview(data)[slice(*grenzen)])


def matching(masker: pa.Array) -> Nummers:
    """The places of the words for which a mask is true."""
    plaatsen: Nummers = pc.indices_nonzero(masker).to_numpy().astype(np.int64)
    return plaatsen


def blank(woorden: pa.Array) -> Masker:
    """Which words are blanks or nothing."""
    kort = pc.less_equal(pc.utf8_length(woorden), 0)
    wit = pc.or_(kort, pc.starts_with(woorden, _WIT))
    if not pc.any(wit).as_py():  # trimming every word costs more than looking whether there is something to trim
        return np.asarray(pc.is_null(woorden))
    return np.asarray(pc.fill_null(pc.equal(pc.utf8_trim(woorden, _WIT), ""), True))


def rows_with(tekst: Tekst, k: int, nummers: Nummers, *, leeg: bool = False) -> Masker:
    """Which rows hold one of these words in column k, or with `leeg` nothing at all."""
    raak = np.zeros(len(tekst.woorden[k]) + 1, dtype=np.bool_)
    raak[nummers] = True
    raak[-1] = leeg
    codes = pc.fill_null(tekst.codes[k], len(tekst.woorden[k])).to_numpy()
    uit: Masker = raak[codes]
    return uit


def rows(tekst: Tekst, k: int, nummers: Nummers, *, leeg: bool = False) -> Rijen:
    """How many rows hold one of these words in column k, or with `leeg` nothing at all, and the first of them."""
    leeg = leeg and tekst.codes[k].null_count > 0
    if not len(nummers) and not leeg:
        return 0, ()
    plaatsen = np.flatnonzero(rows_with(tekst, k, nummers, leeg=leeg))
    eerste = tekst.nummers.take(pa.array(plaatsen[:MAX_VOORBEELDEN])).to_pylist()
    return len(plaatsen), tuple(eerste)


def keep(tekst: Tekst, rijen: Masker) -> Tekst:
    """Some of the rows."""
    masker = pa.array(rijen)
    codes = tuple(kolom.filter(masker) for kolom in tekst.codes)
    return dataclasses.replace(tekst, nummers=tekst.nummers.filter(masker), codes=codes)


def forget(tekst: Tekst, regels: Sequence[int]) -> Tekst:
    """The texts without some rows; a word that no other row holds is no longer part of the delivery."""
    over = ~np.isin(tekst.nummers.to_numpy(), regels)
    kort = keep(tekst, over)
    woorden = []
    for k, lijst in enumerate(tekst.woorden):
        oud = np.unique(keep_codes(tekst, k, ~over))
        weg = np.setdiff1d(oud, keep_codes(kort, k, np.ones(len(kort), dtype=np.bool_)))
        masker = np.zeros(len(lijst), dtype=np.bool_)
        masker[weg] = True
        woorden.append(pc.if_else(pa.array(masker), pa.scalar(None, pa.string()), lijst) if len(weg) else lijst)
    return dataclasses.replace(kort, woorden=tuple(woorden))


def keep_codes(tekst: Tekst, k: int, rijen: Masker) -> Nummers:
    """The places of words in some rows of a column."""
    codes: Nummers = tekst.codes[k].filter(pa.array(rijen)).drop_null().to_numpy().astype(np.int64)
    return codes


def last_rows(tekst: Tekst, aantal: int) -> list[tuple[int, list[str]]]:
    """The last rows, the last first: their numbers and trimmed texts."""
    staart = range(max(len(tekst) - aantal, 0), len(tekst))[::-1]
    uit = []
    for i in staart:
        plaatsen = [kolom[i].as_py() for kolom in tekst.codes]
        cellen = [
            "" if plaats is None else (lijst[plaats].as_py() or "").strip()
            for plaats, lijst in zip(plaatsen, tekst.woorden, strict=True)
        ]
        uit.append((tekst.nummers[i].as_py(), cellen))
    return uit


def asked(con: duckdb.DuckDBPyConnection, lijst: pa.Array, vraag: str, *, getal: pa.Array | None = None) -> pa.Table:
    """The answer of SQL over words, in their order: they are the table `_woorden` (id, v), and id must be selected.

    getal : what the words are as decimal text, if they are numbers; the column `g`.
    """
    kolommen = {"id": pa.array(np.arange(len(lijst))), "v": lijst}
    con.register("_woorden", pa.table(kolommen | ({} if getal is None else {"g": getal})))
    try:
        tabel = con.execute(vraag).to_arrow_table()
    finally:
        con.unregister("_woorden")
    return ordered(tabel, "id")


def ordered(tabel: pa.Table, naam: str) -> pa.Table:
    """A table in the order of a column of numbers: a scan on two threads need not give them so."""
    nummers = tabel[naam].to_numpy()
    if (nummers[1:] > nummers[:-1]).all():
        return tabel
    return tabel.take(np.argsort(nummers, kind="stable"))
