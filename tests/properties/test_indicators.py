"""What must hold for every target, series and survey, whatever the numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from sdm_lib import survey
from sdm_lib.indicators import derive, load, series
from sdm_lib.indicators.listing import explain
from sdm_lib.indicators.targets import Bereik, Doel
from sdm_lib.indicators.verdicts import Schatting, certainty, verdict

CATALOGUS = load()
quietly = settings(deadline=None, max_examples=80)  # the first call imports scipy, and the machine may be busy
ANTWOORDEN = ["helemaal_eens", "eens", "neutraal", "oneens", "helemaal_oneens", "niet_van_toepassing", "geen_antwoord"]
RANG = ["niet gehaald", "waarschijnlijk niet gehaald", "niet te zeggen", "waarschijnlijk gehaald", "gehaald"]


@quietly
@given(ja=st.integers(0, 60), nee=st.integers(0, 60), grens=st.floats(0.01, 0.99))
def test_a_target_is_met_exactly_when_the_published_bound_lies_beyond_it(ja, nee, grens):
    if ja + nee < 10:
        return
    frame = pd.DataFrame({"ja": [1.0] * ja + [0.0] * nee, "w": 1.0})
    row = survey.proportion(survey.design(frame, weights="w"), "ja").iloc[0]
    schatting = Schatting(row["estimate"], row["ci_low"], row["ci_high"], row["se"], row["method"])
    found = verdict(schatting, Bereik(grens, np.inf))
    if row["ci_low"] > grens + 1e-4:
        assert found == "gehaald"
    elif row["ci_high"] < grens - 1e-4:
        assert found == "niet gehaald"
    elif row["ci_low"] < grens - 1e-4 and row["ci_high"] > grens + 1e-4:
        assert found not in ("gehaald", "niet gehaald")


@quietly
@given(value=st.floats(0, 1), se=st.floats(0.001, 0.2), a=st.floats(0, 1), b=st.floats(0, 1))
def test_a_higher_bar_is_never_easier_to_meet(value, se, a, b):
    schatting = Schatting(value, value - 1.96 * se, value + 1.96 * se, se, "t")
    low, high = sorted((a, b))
    assert RANG.index(verdict(schatting, Bereik(high, np.inf))) <= RANG.index(verdict(schatting, Bereik(low, np.inf)))


@quietly
@given(value=st.floats(-5, 5), se=st.floats(0.01, 2), low=st.floats(-5, 4), width=st.floats(0.01, 3))
def test_one_cannot_be_sure_of_a_band_and_of_its_opposite(value, se, low, width):
    schatting = Schatting(value, value - 1.96 * se, value + 1.96 * se, se, "t")
    meets, misses = certainty(schatting, Bereik(low, low + width))
    assert meets + misses <= 1 + 1e-9


@quietly
@given(st.floats(0, 100).map(lambda x: round(x, 1)), st.sampled_from([">", ">=", "<", "<="]))
def test_a_limit_is_read_back_as_it_was_written(getal, teken):
    doel = Doel.parse(f"{teken} {str(getal).replace('.', ',')} %")
    assert np.isclose(doel.onder if teken in (">", ">=") else doel.boven, getal / 100)


@quietly
@given(st.lists(st.sampled_from(ANTWOORDEN), min_size=1, max_size=40))
def test_every_answer_counts_is_left_out_or_does_not_count(answers):
    found = derive.measure(CATALOGUS["CE01"], pd.DataFrame({"v01": answers}))
    left_out = pd.Series(answers).isin(["niet_van_toepassing", "geen_antwoord"])
    assert found.isna().tolist() == left_out.tolist()
    assert set(found.dropna()) <= {0.0, 1.0}


@quietly
@given(st.permutations(range(12)))
def test_the_order_of_respondents_does_not_matter(order):
    answers = pd.DataFrame({"v01": (ANTWOORDEN * 2)[:12]})
    straight = derive.measure(CATALOGUS["CE01"], answers)
    mixed = derive.measure(CATALOGUS["CE01"], answers.iloc[list(order)])
    pd.testing.assert_series_equal(mixed.sort_index(), straight)


@quietly
@given(st.lists(st.floats(-1e3, 1e3), min_size=12, max_size=30), st.floats(-100, 100), st.floats(0.5, 50))
def test_a_control_chart_does_not_depend_on_the_unit(values, shift, scale):
    plain = series.xmr_chart(values)
    moved = series.xmr_chart([scale * value + shift for value in values])
    assert np.allclose(moved.boven, scale * np.array(plain.boven) + shift, atol=1e-6 * (1 + scale * 1e3))


@quietly
@given(st.lists(st.integers(0, 50), min_size=12, max_size=20))
def test_limits_enclose_the_centre_and_stay_possible(counts):
    chart = series.u_chart(counts, [100.0] * len(counts))
    if not np.isnan(chart.onder[0]):
        assert all(low <= chart.midden <= high for low, high in zip(chart.onder, chart.boven, strict=True))
        assert min(chart.onder) >= 0


def test_every_indicator_can_be_explained():
    assert all(indicator.label in explain(indicator) for indicator in CATALOGUS.values())
