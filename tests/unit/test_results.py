import json
import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdm_lib import results
from sdm_lib.disclosure import protect
from sdm_lib.disclosure.beleid import beleid_standaard
from sdm_lib.errors import ParameterFout
from sdm_lib.results import COLUMNS, Kader, Piece, Results

KADER = Kader("2015K2", "GM0034", gebied_jaar="2017", source="clienten.csv")


def table(**columns):
    return results.build(pd.DataFrame({"value": [0.5, 0.25], "n": [40, 60]} | columns), kader=KADER, indicator="CE01")


def test_a_table_always_has_all_columns_in_order():
    assert tuple(table().frame.columns) == COLUMNS
    assert len(results.empty()) == 0
    assert tuple(results.empty().frame.columns) == COLUMNS


def test_what_is_given_wins_from_the_frame_of_the_run():
    assert table(gebied=["WK003401", "WK003402"]).frame["gebied"].tolist() == ["WK003401", "WK003402"]
    assert table().frame["meetperiode"].tolist() == ["2015K2", "2015K2"]


@pytest.mark.parametrize(("column", "value"), [("status", "weg"), ("measure", "verschil")])
def test_unknown_words_are_refused(column, value):
    with pytest.raises(ValueError, match=f"unknown {column} \\['{value}'\\]"):
        table(**{column: ["ok" if column == "status" else "level", value]})


def test_a_missing_text_is_refused():
    with pytest.raises(ValueError, match=r"missing text in \['groep'\]"):
        table(groep=["", None])


def test_a_frame_with_other_columns_is_refused():
    with pytest.raises(ValueError, match=r"unknown columns \['kleur'\]"):
        Results(table().frame.assign(kleur="rood"))


def test_a_constant_that_is_no_column_is_refused():
    with pytest.raises(ValueError, match=r"build: unknown columns \['kleur'\]"):
        results.build(pd.DataFrame({"value": [0.5]}), kader=KADER, kleur="rood")


def test_rows_are_picked_by_their_texts():
    assert table(groep=["", "wet=wmo"]).where(groep="wet=wmo").frame["value"].tolist() == [0.25]
    with pytest.raises(ParameterFout, match=r"SDM-289.*geen kolom 'gropen' met tekst\. Bedoelde u 'groep'\?"):
        table(groep=["", "wet=wmo"]).where(gropen="wet=wmo")


def test_an_own_calculation_needs_n():
    frame = pd.DataFrame({"waarde": [1.0, 2.0], "aantal": [10, 20]})
    own = results.from_frame(frame, indicator="EIGEN1", kader=KADER, value="waarde", n="aantal")
    assert own.frame["n"].tolist() == [10, 20]
    with pytest.raises(ParameterFout, match=r"SDM-289.*geen kolom 'n'\. Bekend zijn: aantal, waarde"):
        results.from_frame(frame, indicator="EIGEN1", kader=KADER, value="waarde")
    with pytest.raises(ParameterFout, match=r"SDM-290.*kolom 'aantal' van de eigen tabel mist een aantal"):
        results.from_frame(frame.assign(aantal=[1, None]), indicator="E", kader=KADER, value="waarde", n="aantal")


@settings(deadline=None)  # a busy machine is no failure
@given(
    st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.from_regex(r"[a-z0-9 +<-]{1,8}", fullmatch=True))
)
def test_a_group_text_reads_back(delen):
    assert results.parse_groep(results.groep(**delen)) == delen


@pytest.mark.parametrize("waarde", ["", "a=b", "a;b"])
def test_a_group_that_cannot_be_read_back_is_refused(waarde):
    with pytest.raises(ValueError, match="may not be empty or hold"):
        results.groep(wet=waarde)


@settings(deadline=None)
@given(st.lists(st.floats(allow_infinity=False), min_size=2, max_size=2))
def test_a_piece_reads_back_to_the_last_bit(waarden):
    piece = Piece("clienten/stad/1", "chart", "steekproef", table(se=waarden), {"chart": "dot"}, {"CE01": "Wist waar"})
    back = Piece.from_json(json.loads(json.dumps(piece.to_json())))
    assert back.results.equals(piece.results)
    assert back.results.frame["se"].tolist() == [pytest.approx(x, nan_ok=True, rel=0, abs=0) for x in waarden]
    assert (back.id, back.vorm, back.opties, back.labels) == (piece.id, piece.vorm, piece.opties, piece.labels)


def test_json_holds_no_nan():
    assert "NaN" not in json.dumps(Piece("a/b/1", "table", "register", table(se=[math.nan, 1.0])).to_json())


def test_a_table_read_back_is_checked_by_whoever_looks_at_it_first():
    geschreven = table().to_json()
    terug = results.Results.from_json(geschreven | {"status": ["ok", "fout"]})
    assert len(terug) == 2
    with pytest.raises(ValueError, match=r"unknown status \['fout'\]"):
        _ = terug.frame
    with pytest.raises(ValueError, match=r"unknown status \['fout'\]"):
        protect([Piece("a/b/1", "table", "register", terug)], beleid=beleid_standaard())


def test_who_looks_at_a_table_sees_margins_and_that_it_is_unprotected():
    html = table(lower=[0.41, math.nan], upper=[0.59, math.nan], unit="aandeel")._repr_html_()
    assert "<td>50,0%</td>" in html
    assert "<td>41,0 tot 59,0%</td>" in html
    assert "Nog niet beschermd" in html
    assert "nan" not in html.lower()


def test_markup_in_a_label_does_not_run_in_the_notebook():
    assert "<b>" not in table(groep=["wet=<b>", ""])._repr_html_()


def test_a_difference_is_shown_with_its_sign_and_an_empty_table_is_no_error():
    html = table(unit="aandeel", measure="difference")._repr_html_()
    assert "+50,0 procentpunt" in html
    assert "Nog niet beschermd" in results.empty()._repr_html_()
