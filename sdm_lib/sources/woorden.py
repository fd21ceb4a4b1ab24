"""A delivery as words: each different text of a column once, and in every row the number of its text.

`woorden` (k, id, v)            the texts of column k in the order of their numbers, which count from 0
`codes`   (_rij, c0, c1, ...)   a row number and per column the number of its text; NULL where nothing stood
`ruw`     (_rij, c0, c1, ...)   a view on both: the texts themselves

Most columns of a register hold few different texts, so what is asked of a text is asked of a word, once, and a row
costs a number. Each batch numbers its own words: a text may have a number for every batch it is in, but nothing has
to be held back to compare with, so a file streams however many different texts it holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sdm_lib.errors import MAX_VOORBEELDEN

RIJ = "_rij"
PLAK = 1 << 20  # rows decoded at a time
_WOORDEN = pa.schema([("k", pa.int16()), ("id", pa.int32()), ("v", pa.string())])
Nummers = np.ndarray[Any, np.dtype[np.int64]]
Rijen = tuple[int, tuple[int, ...]]  # how many rows, and the first five of their numbers


def store(con: duckdb.DuckDBPyConnection, batches: Iterable[pa.RecordBatch], *, breedte: int) -> int:
    """Make `codes`, `woorden` and `ruw` from batches of a row number and `breedte` columns of text; returns rows."""
    codes: list[pa.RecordBatch] = []
    woorden: list[list[pa.Array]] = [[] for _ in range(breedte)]
    begin = [0] * breedte
    velden = pa.schema([(RIJ, pa.int64()), *((f"c{k}", pa.int32()) for k in range(breedte))])
    for batch in batches:
        kolommen = [batch.column(0)]
        for k, kolom in enumerate(batch.columns[1:]):
            paar = kolom if pa.types.is_dictionary(kolom.type) else kolom.dictionary_encode()
            kolommen.append(pc.add_checked(paar.indices, pa.scalar(begin[k], pa.int32())))
            woorden[k].append(paar.dictionary)
            begin[k] += len(paar.dictionary)
        codes.append(pa.RecordBatch.from_arrays(kolommen, schema=velden))
    aantal = sum(int(batch.num_rows) for batch in codes)
    _make(con, "codes", pa.RecordBatchReader.from_batches(velden, _drained(codes)))
    _make(con, "woorden", pa.RecordBatchReader.from_batches(_WOORDEN, _long(woorden)))
    teksten = [f"(SELECT v FROM woorden WHERE k = {k} AND id = c{k}) AS c{k}" for k in range(breedte)]
    con.execute(f"CREATE OR REPLACE VIEW ruw AS SELECT {', '.join([RIJ, *teksten])} FROM codes")
    return aantal


def _make(con: duckdb.DuckDBPyConnection, naam: str, bron: pa.RecordBatchReader) -> None:
    con.register("_bron", bron)
    try:
        con.execute(f"CREATE OR REPLACE TABLE {naam} AS SELECT * FROM _bron")
    finally:
        con.unregister("_bron")


def _drained(delen: list[Any]) -> Iterator[Any]:
    """Hand over what a list holds and let go of it, so that it is held once."""
    delen.reverse()
    while delen:
        yield delen.pop()


def _long(woorden: list[list[pa.Array]]) -> Iterator[pa.RecordBatch]:
    for k, delen in enumerate(woorden):
        begin = 0
        for deel in _drained(delen):
            nummers = pa.array(np.arange(begin, begin + len(deel), dtype=np.int32))
            kolom = pa.array(np.full(len(deel), k, dtype=np.int16))
            yield pa.RecordBatch.from_arrays([kolom, nummers, deel], schema=_WOORDEN)
            begin += len(deel)


def drop(con: duckdb.DuckDBPyConnection) -> None:
    """Let go of the texts."""
    con.execute("DROP VIEW ruw")
    con.execute("DROP TABLE codes")
    con.execute("DROP TABLE woorden")


def empties(con: duckdb.DuckDBPyConnection, kolommen: Sequence[int]) -> dict[int, int]:
    """Per column the number of rows in which nothing stood."""
    velden = ", ".join(["count(*)", *(f"count(c{k})" for k in kolommen)])
    alle, *gevuld = con.execute(f"SELECT {velden} FROM codes").fetchone() or (0,)
    return {k: alle - aantal for k, aantal in zip(kolommen, gevuld, strict=True)}


def numbers(con: duckdb.DuckDBPyConnection, kolommen: Iterable[int], conditie: str) -> dict[int, Nummers]:
    """Per column the words `v` that meet a condition; columns without any are left out."""
    lijst = ", ".join(map(str, kolommen))
    if not lijst:
        return {}
    gevonden = con.execute(f"SELECT k, id FROM woorden WHERE k IN ({lijst}) AND ({conditie})").fetchnumpy()
    k, id_ = gevonden["k"], gevonden["id"].astype(np.int64)
    return {int(kolom): id_[k == kolom] for kolom in np.unique(k)}


def rows(con: duckdb.DuckDBPyConnection, k: int, nummers: Nummers, *, leeg: bool = False) -> Rijen:
    """The rows that hold one of these words in column k, and with `leeg` those that hold nothing."""
    con.register("_nummers", pa.table({"id": pa.array(nummers, pa.int32())}))
    try:
        of_leeg = f" OR c{k} IS NULL" if leeg else ""
        rij = con.execute(
            f"SELECT count(*), min({RIJ}, {MAX_VOORBEELDEN}) FROM codes "
            f"WHERE c{k} IN (SELECT id FROM _nummers){of_leeg}"
        ).fetchone()
    finally:
        con.unregister("_nummers")
    aantal, eerste = rij or (0, ())
    return int(aantal), tuple(eerste or ())


def forget(con: duckdb.DuckDBPyConnection, regels: Sequence[int], *, breedte: int) -> None:
    """Delete rows, and empty the words that no other row holds: they are no longer part of the delivery."""
    weg = f"{RIJ} IN ({', '.join(map(str, regels))})"
    oud = con.execute(f"SELECT * FROM codes WHERE {weg}").fetchall()
    con.execute(f"DELETE FROM codes WHERE {weg}")
    paren = sorted({(k, rij[k + 1]) for rij in oud for k in range(breedte) if rij[k + 1] is not None})
    for deel in (paren[i : i + 500] for i in range(0, len(paren), 500)):
        velden = ", ".join(f"count_if(c{k} = {nummer})" for k, nummer in deel)
        over = con.execute(f"SELECT {velden} FROM codes").fetchone() or ()
        for (k, nummer), aantal in zip(deel, over, strict=True):
            if not aantal:
                con.execute(f"UPDATE woorden SET v = NULL WHERE k = {k} AND id = {nummer}")


def last_rows(con: duckdb.DuckDBPyConnection, aantal: int, *, breedte: int) -> list[tuple[int, list[str]]]:
    """The last rows, the last first: their numbers and trimmed texts."""
    codes = con.execute(f"SELECT * FROM codes ORDER BY {RIJ} DESC LIMIT {aantal}").fetchall()
    paren = sorted({(k, rij[k + 1]) for rij in codes for k in range(breedte) if rij[k + 1] is not None})
    tabel = pa.table(
        {"k": pa.array([k for k, _ in paren], pa.int16()), "id": pa.array([i for _, i in paren], pa.int32())}
    )
    con.register("_paren", tabel)
    gevonden = con.execute("SELECT k, id, v FROM woorden JOIN _paren USING (k, id)").fetchall()
    con.unregister("_paren")
    tekst = {(k, nummer): (v or "").strip() for k, nummer, v in gevonden}
    return [(rij[0], [tekst.get((k, rij[k + 1]), "") for k in range(breedte)]) for rij in codes]


def decode(con: duckdb.DuckDBPyConnection, waarden: Mapping[str, tuple[int, pa.Array]]) -> Iterator[pa.Table]:
    """The rows in slices: their numbers, and under each name the value that its column's words stand for."""
    rij = con.execute("SELECT max(rowid) FROM codes").fetchone()
    einde = -1 if rij is None or rij[0] is None else int(rij[0])
    velden = ", ".join([RIJ, *(f"c{k}" for k in sorted({k for k, _ in waarden.values()}))])
    for begin in range(0, max(einde, 0) + 1, PLAK):
        plak = con.execute(f"SELECT {velden} FROM codes WHERE rowid BETWEEN {begin} AND {begin + PLAK - 1}")
        tabel = ordered(plak.to_arrow_table(), RIJ)
        kolommen = {naam: pc.take(soort, tabel[f"c{k}"]) for naam, (k, soort) in waarden.items()}
        yield pa.table({RIJ: tabel[RIJ], **kolommen})


def ordered(tabel: pa.Table, naam: str) -> pa.Table:
    """A table in the order of a column of numbers: a scan on two threads need not give them so."""
    nummers = tabel[naam].to_numpy()
    if (nummers[1:] > nummers[:-1]).all():
        return tabel
    return tabel.take(np.argsort(nummers, kind="stable"))
