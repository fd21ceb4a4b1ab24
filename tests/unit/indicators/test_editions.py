"""What changed between two editions, and why."""

from __future__ import annotations

import pandas as pd
import pytest

from sdm_lib import results
from sdm_lib.indicators.editions import changes
from sdm_lib.results import Kader


def edition(*rows, periode="2015K2", **constants):
    frame = pd.DataFrame(rows, columns=["indicator", "value"]).assign(n=100)
    return results.build(frame, kader=Kader(periode, "GM0034", source="register", **constants), definitie="1").frame


@pytest.mark.parametrize(
    ("change", "reden"),
    [
        ({"definitie": "2"}, "definitie"),
        ({"stand": "definitief"}, "gegevens"),
        ({"source": "andere levering"}, "gegevens"),
        ({"status": "onderdrukt", "value": float("nan")}, "bescherming"),
        ({}, "correctie"),
    ],
)
def test_the_reason_follows_from_what_else_changed(change, reden):
    oud, nieuw = edition(("A", 10.0)), edition(("A", 11.0)).assign(**change)
    found = changes(oud, nieuw)
    assert found["reden"].tolist() == [reden]


def test_only_rows_that_differ_are_listed_with_their_difference():
    found = changes(edition(("A", 10.0), ("B", 5.0), ("C", 1.0)), edition(("A", 10.0), ("B", 7.0), ("D", 2.0)))
    assert found["indicator"].tolist() == ["B", "C", "D"]
    assert found["reden"].tolist() == ["correctie", "vervallen", "nieuw"]
    assert found.loc[0, ["eerder", "nu", "verschil"]].tolist() == [5.0, 7.0, 2.0]


def test_the_same_edition_has_no_changes():
    assert changes(edition(("A", 10.0)), edition(("A", 10.0))).empty


def test_two_quarters_are_compared_without_their_period():
    found = changes(edition(("A", 10.0), periode="2015K1"), edition(("A", 12.0)), tussen_periodes=True)
    assert found[["verschil", "reden"]].values.tolist() == [[2.0, "gegevens"]]


def test_a_number_that_occurs_twice_is_refused():
    with pytest.raises(ValueError, match="eerder holds a number twice"):
        changes(edition(("A", 10.0), ("A", 11.0)), edition(("A", 10.0)))
