"""Series of results: the chart that fits, breaks, and early warning per area."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest

from sdm_lib import results
from sdm_lib.indicators import sequences
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.results import Kader


def reeks(id, numerators, *, denominator=1000.0, begin=Kwartaal(2015, 1), gebied="GM0034", **more):  # noqa: B008  # frozen
    n = len(numerators)
    frame = pd.DataFrame({
        "indicator": id, "periode": [str(begin + k) for k in range(n)], "numerator": [float(x) for x in numerators],
        "denominator": denominator, "n": 1000,
    }).assign(**more)  # fmt: skip
    return results.build(frame.assign(value=frame["numerator"] / frame["denominator"]), kader=Kader("", gebied))


RUSTIG = [45, 47, 44, 46, 45, 48, 43, 45, 46, 44, 45, 46]


def test_a_share_of_pupils_gets_a_p_chart_and_a_rate_a_u_chart(catalogus):
    share = sequences.chart(catalogus["EW02"], reeks("EW02", RUSTIG))
    rate = sequences.chart(catalogus["EW03"], reeks("EW03", RUSTIG))
    assert share.midden == pytest.approx(sum(RUSTIG) / 12_000)
    assert share.boven[0] == pytest.approx(rate.boven[0], rel=0.05)  # p(1-p) and u differ little at 4.5 %
    assert share.oordeel == rate.oordeel == "geen signaal"


def test_early_warning_names_the_area_and_the_rule(catalogus):
    table = results.concat(
        reeks("EW03", [*RUSTIG, 90], gebied="WK003401"), reeks("EW03", [*RUSTIG, 45], gebied="WK003402"),
        reeks("EW03", RUSTIG[:5], gebied="WK003403"),
    )  # fmt: skip
    found = sequences.signals(catalogus, table)
    assert found["gebied"].tolist() == ["WK003401", "WK003402", "WK003403"]
    assert found["oordeel"].tolist() == ["signaal", "geen signaal", "reeks te kort"]
    assert found["regels"].tolist() == ["buiten 3 sigma", "", ""]


def test_a_signal_long_ago_is_no_early_warning(catalogus):
    table = reeks("EW03", [90, 1, *RUSTIG])
    assert sequences.chart(catalogus["EW03"], table).oordeel == "signaal"
    assert sequences.signals(catalogus, table)["oordeel"].tolist() == ["geen signaal"]


def test_a_series_begins_again_at_a_break(catalogus):
    table = reeks("NM07", [6.0] * 10, denominator=1.0, begin=Kwartaal(2019, 4))
    assert sequences.points(catalogus["NM07"], table)["periode"].iloc[0] == "2021K1"


def test_periods_are_put_in_order(catalogus):
    table = results.Results(reeks("EW03", RUSTIG).frame.iloc[::-1])
    assert sequences.points(catalogus["EW03"], table)["periode"].iloc[0] == "2015K1"


def test_a_stock_is_charted_by_its_flows(catalogus):
    with pytest.raises(ValueError, match="BC01 is a stock: chart its inflow"):
        sequences.chart(catalogus["BC01"], reeks("BC01", RUSTIG))
    with pytest.raises(ValueError, match="BC13 is a stock"):
        sequences.chart(catalogus["BC13"], reeks("BC13", RUSTIG))
    flow = reeks("BC11", RUSTIG, denominator=1.0)
    assert sequences.chart(catalogus["BC11"], flow).oordeel == "geen signaal"


def test_a_survey_share_is_charted_by_its_values(catalogus):
    found = sequences.chart(catalogus["CE01"], reeks("CE01", RUSTIG))
    steps = [abs(b - a) / 1000 for a, b in pairwise(RUSTIG)]
    assert found.boven[0] - found.midden == pytest.approx(3 * sum(steps) / 11 / 1.128)


def test_trend_of_a_survey_uses_its_standard_errors(catalogus):
    table = reeks("CE01", [400, 430, 460, 490, 520], se=0.015)
    assert sequences.trend(catalogus["CE01"], table).richting == "stijgend"
    assert sequences.trend(catalogus["EW02"], reeks("EW02", [45, 45, 46, 44, 45])).richting == "geen trend"
    assert sequences.trend(catalogus["K01"], reeks("K01", RUSTIG)).richting == "reeks te kort"


@pytest.mark.parametrize(
    ("maak", "melding"),
    [
        (lambda: results.concat(reeks("EW03", [1]), reeks("EW03", [1], gebied="WK003401")), "several values of gebied"),
        (lambda: results.concat(reeks("EW03", [1]), reeks("EW03", [1])), "a period occurs twice"),
        (lambda: reeks("EW03", [1], status="onderdrukt"), "has no points"),
    ],
)
def test_a_table_that_is_no_series_is_refused(catalogus, maak, melding):
    with pytest.raises(ValueError, match=melding):
        sequences.chart(catalogus["EW03"], maak())
