"""Identities of weighting and estimation that hold for every sample."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sdm_lib import survey

seeds = st.integers(0, 2**32 - 1)
slow = settings(max_examples=25, deadline=None)


def draw(seed: int, n: int = 120) -> tuple[pd.DataFrame, dict[str, dict[str, float]]]:
    """A sample with three weighting variables, clusters and strata, and margins that can be met."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "w": rng.uniform(1, 9, n),
            "h": np.sort(rng.integers(0, 3, n)),
            "a": rng.choice(["x", "y"], n),
            "b": rng.choice(["p", "q", "r"], n),
            "c": rng.choice(["k", "l"], n),
            "y": rng.normal(10, 3, n),
            "ja": (rng.random(n) < 0.4).astype(float),
        }
    )
    frame["cluster"] = frame["h"] * 1000 + rng.integers(0, 12, n)
    truth = frame["w"] * rng.uniform(0.7, 1.4, n)  # other weights of the same rows: margins that surely exist
    margins = {name: truth.groupby(frame[name]).sum().to_dict() for name in "abc"}
    return frame, margins


def design(frame: pd.DataFrame) -> survey.SurveyDesign:
    return survey.design(frame, weights="w", strata="h", clusters="cluster", lonely="adjust")


def both(found: survey.SurveyDesign) -> np.ndarray:
    return survey.mean(found, ["y", "ja"])[["estimate", "se"]].to_numpy()


@slow
@given(seeds)
def test_raking_to_one_margin_is_post_stratification(seed):
    frame, margins = draw(seed)
    one = survey.from_dict({"b": margins["b"]})
    raked, post = survey.rake(design(frame), one), survey.poststratify(design(frame), one)
    assert raked.weights == pytest.approx(post.weights)


@slow
@given(seeds)
def test_weights_add_up_to_every_margin(seed):
    frame, margins = draw(seed)
    raked = survey.rake(design(frame), survey.from_dict(margins))
    for name, part in margins.items():
        assert pd.Series(raked.weights).groupby(frame[name]).sum().to_dict() == pytest.approx(part)


@slow
@given(seeds)
def test_order_of_rows_categories_and_margins_does_not_matter(seed):
    frame, margins = draw(seed)
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(frame))
    turned = {name: dict(reversed(margins[name].items())) for name in reversed(margins)}
    first = survey.rake(design(frame), survey.from_dict(margins))
    second = survey.rake(design(frame.iloc[order]), survey.from_dict(turned))
    assert second.weights == pytest.approx(first.weights[order], rel=1e-7)
    # ten rounds of projection leave the seventh digit of a standard error to the order of the margins
    assert both(second) == pytest.approx(both(first), rel=1e-5)


@slow
@given(seeds)
def test_splitting_a_respondent_in_two_changes_no_estimate(seed):
    frame, margins = draw(seed)
    row = int(np.random.default_rng(seed).integers(len(frame)))
    halves = frame.assign(w=np.where(np.arange(len(frame)) == row, frame["w"] / 2, frame["w"]))
    split = pd.concat([halves, halves.iloc[[row]]], ignore_index=True)
    assert both(design(split)) == pytest.approx(both(design(frame)))
    targets = survey.from_dict(margins)
    once, twice = (survey.calibrate(design(part), targets) for part in (frame, split))
    assert both(twice) == pytest.approx(both(once))


@slow
@given(seeds, st.floats(0.001, 1000))
def test_a_constant_times_the_weights_changes_no_share(seed, constant):
    frame, _ = draw(seed)
    scaled = frame.assign(w=frame["w"] * constant)
    assert both(design(scaled)) == pytest.approx(both(design(frame)))


@slow
@given(seeds)
def test_a_domain_and_the_rest_make_the_whole(seed):
    frame, _ = draw(seed)
    by, whole = survey.total(design(frame), "y", by="b"), survey.total(design(frame), "y")
    assert by["estimate"].sum() == pytest.approx(whole["estimate"].item())


@slow
@given(seeds)
def test_the_share_of_a_constant_is_that_constant(seed):
    frame, _ = draw(seed)
    found = survey.proportion(design(frame.assign(altijd=1.0)), "altijd", by="b")
    assert found["estimate"].eq(1.0).all()
    assert found["ci_low"].between(0, 1, inclusive="left").all()


@slow
@given(seeds)
def test_jackknife_of_a_total_equals_its_closed_form(seed):
    frame, _ = draw(seed)
    base = design(frame)
    assume((base.stages[0].n_psu > 1).all())
    jack = survey.total(survey.replicate(base, "jackknife"), "y")["se"].item()
    assert jack == pytest.approx(survey.total(base, "y")["se"].item())


@slow
@given(seeds)
def test_a_calibrated_total_of_a_weighting_variable_does_not_vary(seed):
    frame, margins = draw(seed)
    found = survey.totals(survey.calibrate(design(frame), survey.from_dict(margins)), "b")
    assert found["se"].to_numpy() == pytest.approx(np.zeros(3), abs=1e-6)


@slow
@given(seeds)
def test_domains_at_once_equal_domains_one_by_one(seed):
    frame, margins = draw(seed)
    found = survey.rake(design(frame), survey.from_dict(margins))
    together = survey.mean(found, "y", by="b").set_index("b")
    for name in margins["b"]:
        alone = survey.mean(found, "y", where=frame["b"] == name).iloc[0]
        assert together.loc[name, ["estimate", "se"]].tolist() == pytest.approx(alone[["estimate", "se"]].tolist())


@slow
@given(seeds)
def test_the_library_never_changes_its_input(seed):
    frame, margins = draw(seed)
    before, base = frame.copy(deep=True), design(frame)
    kept = base.weights.copy()
    survey.mean(survey.trim(survey.rake(base, survey.from_dict(margins)), upper=1000.0), "y", by="a")
    pd.testing.assert_frame_equal(frame, before)
    assert (base.weights == kept).all()
