"""Texts as words and numbers: what goes in comes out, in the order of the rows."""

from __future__ import annotations

import pyarrow as pa
import pytest

from sdm_lib.sources import woorden
from sdm_lib.sources.ruw import connection

PER_BATCH = 130_000  # more than DuckDB scans at once, so that several threads take part


def _batches(aantal: int) -> list[pa.RecordBatch]:
    velden = pa.schema([("_rij", pa.int64()), ("c0", pa.string()), ("c1", pa.string())])
    return [
        pa.RecordBatch.from_arrays(
            [
                pa.array(range(2 + i * PER_BATCH, 2 + (i + 1) * PER_BATCH)),
                pa.array([f"p{i * PER_BATCH + j:07d}" for j in range(PER_BATCH)]),
                pa.array(["ja" if j % 3 else None for j in range(PER_BATCH)]),
            ],
            schema=velden,
        )
        for i in range(aantal)
    ]


def test_many_different_words_keep_the_order_of_their_rows():
    with connection() as con:
        assert woorden.store(con, _batches(3), breedte=2) == 3 * PER_BATCH
        waarden = {}
        for naam, k in (("persoon", 0), ("ja", 1)):
            tabel = con.execute(
                f"SELECT id, upper(v) AS v FROM woorden WHERE k = {k} ORDER BY hash(id)"
            ).to_arrow_table()
            waarden[naam] = (k, woorden.ordered(tabel, "id")["v"].combine_chunks())
        uit = pa.concat_tables(list(woorden.decode(con, waarden)))
    assert uit["persoon"].to_pylist() == [f"P{i:07d}" for i in range(3 * PER_BATCH)]
    assert uit["_rij"].to_pylist() == list(range(2, 3 * PER_BATCH + 2))
    assert uit["ja"].null_count == 3 * 43_334


def test_a_word_that_no_row_holds_any_more_is_forgotten():
    velden = pa.schema([("_rij", pa.int64()), ("c0", pa.string())])
    batch = pa.RecordBatch.from_arrays([pa.array([2, 3, 4]), pa.array(["een", "Totaal", "een"])], schema=velden)
    with connection() as con:
        woorden.store(con, [batch], breedte=1)
        assert woorden.last_rows(con, 2, breedte=1) == [(4, ["een"]), (3, ["Totaal"])]
        woorden.forget(con, [3, 4], breedte=1)
        assert con.execute("SELECT id, v FROM woorden ORDER BY id").fetchall() == [(0, "een"), (1, None)]
        assert con.execute("SELECT _rij, c0 FROM ruw").fetchall() == [(2, "een")]


def test_rows_are_counted_and_the_first_five_named():
    velden = pa.schema([("_rij", pa.int64()), ("c0", pa.string())])
    kolommen = [pa.array(range(10)), pa.array(["a", None, "b", "a", "a", "a", "a", "a", None, "b"])]
    with connection() as con:
        woorden.store(con, [pa.RecordBatch.from_arrays(kolommen, schema=velden)], breedte=1)
        nummers = woorden.numbers(con, [0], "v = 'a'")[0]
        assert woorden.rows(con, 0, nummers) == (6, (0, 3, 4, 5, 6))
        assert woorden.rows(con, 0, nummers, leeg=True) == (8, (0, 1, 3, 4, 5))
        assert woorden.empties(con, [0]) == {0: 2}
        assert woorden.numbers(con, [0], "v = 'z'") == {}


@pytest.mark.parametrize("kolommen", [[], [0]])
def test_no_columns_and_no_rows_are_no_problem(kolommen: list[int]):
    velden = pa.schema([("_rij", pa.int64()), *((f"c{k}", pa.string()) for k in kolommen)])
    with connection() as con:
        assert woorden.store(con, [], breedte=len(kolommen)) == 0
        assert woorden.numbers(con, kolommen, "true") == {}
        assert [len(plak) for plak in woorden.decode(con, {})] == [0]
    assert velden.names[0] == "_rij"
