"""Whoever sees a table in order of a number knows between which shown figures a hidden one lies."""

import numpy as np
import pandas as pd

from sdm_lib.disclosure import protect
from sdm_lib.disclosure.beleid import beleid_standaard
from sdm_lib.results import Piece, build
from tests.unit.disclosure.bouw import STAD, enquete, tellingen

BELEID = beleid_standaard()


def groepen(piece: Piece) -> list[str]:
    (uit,) = protect([piece], beleid=BELEID).values()
    return uit.table["groep"].tolist()


def test_hidden_counts_of_a_table_from_high_to_low_come_last_by_name():
    aantallen = {"": 412, "post=d": 300, "post=b": 60, "post=f": 40, "post=c": 8, "post=a": 4}
    (uit,) = protect([tellingen(aantallen)], beleid=BELEID).values()
    verborgen = uit.table["status"] != "ok"
    assert uit.table.loc[~verborgen, "groep"].tolist() == ["", "post=d", "post=b", "post=f"]
    assert uit.table.loc[verborgen, "groep"].tolist() == ["post=a", "post=c"]
    assert verborgen.tolist() == sorted(verborgen)


def test_a_complement_among_larger_and_smaller_ones_comes_last():
    piece = tellingen({"": 94, "post=d": 50, "post=e": 20, "post=b": 15, "post=a": 9})
    (uit,) = protect([piece], beleid=BELEID).values()
    assert uit.table["status"].tolist() == ["ok"] * 3 + ["onderdrukt"] * 2
    assert uit.table["groep"].tolist() == ["", "post=d", "post=e", "post=a", "post=b"]


def test_an_order_that_is_not_of_numbers_stays():
    for aantallen in ({"wet=b": 40, "wet=c": 4, "wet=a": 90, "wet=d": 50}, {"wet=a": 40, "wet=b": 20, "wet=c": 4}):
        assert groepen(tellingen(aantallen)) == list(aantallen)


def test_what_is_wholly_shown_stays_as_it_was_and_what_is_wholly_hidden_stands_by_name():
    assert groepen(tellingen({"wet=c": 40, "wet=b": 30, "wet=a": 20})) == ["wet=c", "wet=b", "wet=a"]
    assert groepen(tellingen({"wet=c": 9, "wet=b": 5, "wet=a": 2})) == ["wet=a", "wet=b", "wet=c"]


def test_themes_stand_in_order_of_what_a_reader_sees_of_them():
    aantallen = [("c", 40, 30), ("d", 20, 9), ("b", 25, 3), ("z", 6, 5), ("a", 5, 4)]
    rijen = [(naam, soort, float(x)) for naam, *paar in aantallen for soort, x in zip("pq", paar, strict=True)]
    frame = pd.DataFrame(rijen, columns=["indicator", "groep", "value"])
    frame["indicator"], frame["groep"] = "thema_" + frame["indicator"], "soort=" + frame["groep"]
    table = build(frame.assign(numerator=frame["value"], n=frame["value"]), kader=STAD, unit="aantal")
    (uit,) = protect([Piece("clienten/GM0034/1", "table", "register", table)], beleid=BELEID).values()
    assert list(dict.fromkeys(uit.table["indicator"])) == [f"thema_{naam}" for naam in "cbdaz"]
    assert uit.table["groep"].tolist() == ["soort=p", "soort=q"] * 5


def test_figures_in_order_of_their_test_do_not_tell_the_p_of_a_hidden_one():
    rijen = [("PW04", "W3", 0.001), ("PW04", "W9", 0.01), ("PW04", "W2", 0.02), ("PW04", "W8", 0.04),
             ("PW05", "W7", 0.01), ("PW05", "W1", 0.03)]  # fmt: skip
    frame = pd.DataFrame(rijen, columns=["indicator", "gebied", "p"]).assign(
        value=[0.1, -0.1, 0.12, -0.2, 0.1, 0.3], n=[90, 5, 80, 70, 60, 50], measure="difference", gebied_soort="wijk"
    )
    (uit,) = protect([enquete(frame, unit="procentpunt")], beleid=BELEID).values()
    assert uit.table["gebied"].tolist() == ["W3", "W2", "W8", "W9", "W7", "W1"]
    assert np.isnan(uit.table["p"][3])
