"""Texts as words and numbers: what goes in comes out, in the order of the rows."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from sdm_lib.sources import woorden
from sdm_lib.sources.ruw import connection

PER_BATCH = 130_000  # more than DuckDB scans at once, so that several threads take part


def tekst(*kolommen: list[str | None], per_batch: int = 4) -> woorden.Tekst:
    """Texts with row numbers from 2, in batches."""
    aantal = len(kolommen[0])
    tabel = pa.table(
        {"_rij": pa.array(range(2, aantal + 2))}
        | {f"c{k}": pa.array(rij, pa.string()) for k, rij in enumerate(kolommen)}
    )
    return woorden.collect(tabel.to_batches(max_chunksize=per_batch), breedte=len(kolommen))


def test_a_text_is_a_word_once_a_batch_and_comes_back_in_its_rows():
    gelezen = tekst(["een", "twee", None, "een", "een", ""], ["x", "x", "x", "x", "y", None])
    assert gelezen.woorden[0].to_pylist() == ["een", "twee", "een", ""]
    assert len(gelezen) == 6
    tabel = woorden.as_table(gelezen, {"a": (0, gelezen.woorden[0]), "b": (1, pa.array([1, 2, 3]))})
    assert tabel["a"].to_pylist() == ["een", "twee", None, "een", "een", ""]
    assert tabel["b"].to_pylist() == [1, 1, 1, 1, 2, None]


def test_a_column_of_different_texts_has_a_word_for_every_row():
    namen = [f"p{i % 900}" if i % 7 else None for i in range(4000)]
    gelezen = tekst(namen, ["x"] * 4000, per_batch=1000)
    eerste = {naam for naam in namen[:1000] if naam}
    assert [len(lijst) for lijst in gelezen.woorden] == [len(eerste) + sum(n is not None for n in namen[1000:]), 4]
    tabel = woorden.as_table(gelezen, {"a": (0, gelezen.woorden[0])})
    assert tabel["a"].to_pylist() == namen


@pytest.mark.parametrize("gat", [None, ""])
def test_words_in_the_order_of_the_rows_are_the_column_itself(gat: str | None):
    namen = [f"p{i}" for i in range(3000)]
    gelezen = tekst(namen, [gat, *namen[1:]], per_batch=1000)
    tabel = woorden.as_table(gelezen, {"a": (0, gelezen.woorden[0]), "b": (1, gelezen.woorden[1])})
    assert (tabel["a"].type, tabel["a"].to_pylist()) == (pa.string(), namen)
    assert tabel["b"].to_pylist() == [gat, *namen[1:]]
    korter = woorden.keep(gelezen, np.arange(3000) != 1)
    assert woorden.as_table(korter, {"a": (0, korter.woorden[0])})["a"].to_pylist() == ["p0", *namen[2:]]


@pytest.mark.parametrize(
    ("lijst", "tekens", "uit"),
    [
        (["12", "3"], b"123", True),
        (["12", "4"], b"123", False),
        (["1", None], b"1", True),
        ([], b"", True),
        ([""], b"", True),
        (["é"], bytes(range(128)), False),
    ],
)
def test_the_bytes_of_words_are_looked_at_together(lijst: list[str | None], tekens: bytes, uit: bool):
    assert woorden.only(pa.array(lijst, pa.string()), tekens) is uit
    rond = pa.array(["xyz", *lijst, "xyz"], pa.string()).slice(1, len(lijst))
    assert woorden.only(rond, tekens) is uit


def test_a_shape_keeps_what_a_number_is_written_with():
    assert woorden.shapes(pa.array(["0,90", None, "-1.234", "é9"]).slice(1)).to_pylist() == [None, "-1.111", "é1"]


def test_an_answer_about_many_words_keeps_their_order():
    lijst = pa.array([f"p{i:07d}" for i in range(3 * PER_BATCH)])
    with connection() as con:
        uit = woorden.asked(con, lijst, "SELECT id, upper(v) AS v FROM _woorden ORDER BY hash(id)")
    assert uit["v"].combine_chunks().equals(pc.utf8_upper(lijst))


def test_sql_sees_texts_without_value_as_null():
    gelezen = tekst(["een", None, "twee"])
    met_gat = pa.array([None if woord == "twee" else woord for woord in gelezen.woorden[0].to_pylist()], pa.string())
    with connection() as con:
        con.register("t", woorden.as_table(gelezen, {"a": (0, met_gat)}))
        assert con.execute("SELECT a, _rij FROM t ORDER BY _rij").fetchall() == [("een", 2), (None, 3), (None, 4)]


def test_a_word_that_no_row_holds_any_more_is_forgotten():
    gelezen = tekst(["een", "Totaal", "een", "een", "twee", "Totaal", "een"])
    assert woorden.last_rows(gelezen, 2) == [(8, ["een"]), (7, ["Totaal"])]
    over = woorden.forget(gelezen, [3, 7])
    assert over.nummers.to_pylist() == [2, 4, 5, 6, 8]
    assert over.woorden[0].to_pylist() == ["een", None, "twee", None, "een"]
    assert woorden.forget(gelezen, [3]).woorden[0].to_pylist() == ["een", None, "twee", "Totaal", "een"]


def test_rows_are_counted_and_the_first_five_named():
    gelezen = tekst(["a", None, "b", "a", "a", "a", "a", "a", None, "b"])
    nummers = woorden.matching(pc.equal(gelezen.woorden[0], "a"))
    assert woorden.rows(gelezen, 0, nummers) == (6, (2, 5, 6, 7, 8))
    assert woorden.rows(gelezen, 0, nummers, leeg=True) == (8, (2, 3, 5, 6, 7))
    geen = np.array([], dtype=np.int64)
    assert woorden.rows(gelezen, 0, geen) == (0, ())
    assert woorden.rows(gelezen, 0, geen, leeg=True) == (2, (3, 10))


@pytest.mark.parametrize(
    ("lijst", "wit"),
    [
        (["a", "b"], [False, False]),
        (["a", "", "  ", " a"], [False, True, True, False]),
        ([None, "a"], [True, False]),
        ([], []),
    ],
)
def test_blanks_are_blank(lijst: list[str | None], wit: list[bool]):
    assert woorden.blank(pa.array(lijst, pa.string())).tolist() == wit


def test_no_rows_and_no_columns_are_no_problem():
    for breedte in (0, 2):
        leeg = woorden.collect((), breedte=breedte)
        assert (len(leeg), woorden.last_rows(leeg, 5)) == (0, [])
        assert woorden.as_table(leeg, {}).num_rows == 0
