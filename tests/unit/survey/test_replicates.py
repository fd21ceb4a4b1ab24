"""Replicate weights equal their closed forms, and what cannot be replicated says so."""

import numpy as np
import pandas as pd
import pytest

from sdm_lib import survey
from sdm_lib.survey import replicates


def sample(strata: int = 3, size: int = 2, **columns) -> survey.SurveyDesign:
    rng = np.random.default_rng(5)
    n = strata * size
    frame = pd.DataFrame({"w": rng.uniform(1, 3, n), "h": np.repeat(np.arange(strata), size), "y": rng.normal(5, 1, n)})
    frame = frame.assign(N=size * 3.0, g=np.where(np.arange(n) % 2, "a", "b"), **columns)
    return survey.design(frame, weights="w", strata="h", lonely="error")


@pytest.mark.parametrize("kind", ["jackknife", "JK2", "BRR", "Fay"])
def test_the_variance_of_a_total_equals_its_closed_form(kind):
    design = sample()
    linear = survey.total(design, "y")["se"].item()
    assert survey.total(survey.replicate(design, kind), "y")["se"].item() == pytest.approx(linear)


def test_a_finite_population_shrinks_the_jackknife_and_the_bootstrap():
    design = sample(size=40)
    small = survey.design(design.frame.assign(N=60.0), weights="w", strata="h", fpc="N", lonely="error")
    linear = survey.total(small, "y")["se"].item()
    assert survey.total(survey.replicate(small, "jackknife"), "y")["se"].item() == pytest.approx(linear)
    boot = survey.replicate(small, "bootstrap", n=2000, rng=np.random.default_rng(4))
    assert survey.total(boot, "y")["se"].item() == pytest.approx(linear, rel=0.06)  # 4 Monte Carlo errors: 4/sqrt(4000)


def test_the_bootstrap_is_within_its_monte_carlo_error_of_linearisation():
    design = sample(size=50)
    boot = survey.replicate(design, "bootstrap", n=2000, rng=np.random.default_rng(6))
    assert survey.mean(boot, "y")["se"].item() == pytest.approx(survey.mean(design, "y")["se"].item(), rel=0.065)


def test_clusters_are_drawn_whole():
    frame = sample(size=12).frame.assign(c=lambda f: np.arange(len(f)) // 3)
    design = survey.design(frame, weights="w", clusters="c")
    boot = survey.replicate(design, "bootstrap", n=20, rng=np.random.default_rng(1)).replicates
    factor = boot.column(3, design.weights) / design.weights
    assert pd.Series(factor).groupby(frame["c"]).nunique().eq(1).all()


def test_each_replicate_is_calibrated_too():
    design = survey.replicate(sample(size=20), "jackknife")
    targets = survey.from_dict({"g": {"a": 40, "b": 60}})
    weighted = survey.rake(design, targets)
    weights = weighted.replicates.column(7, weighted.weights)
    assert pd.Series(weights).groupby(weighted.frame["g"]).sum().to_dict() == pytest.approx({"a": 40, "b": 60})
    # what the weighting fixes does not vary
    assert survey.totals(weighted, "g")["se"].to_numpy() == pytest.approx([0, 0], abs=1e-6)
    linear = survey.rake(sample(size=20), targets)
    assert survey.mean(weighted, "y")["se"].item() == pytest.approx(survey.mean(linear, "y")["se"].item(), rel=0.05)


def test_domains_and_missing_answers_under_replicates_equal_the_loop():
    design = survey.replicate(sample(size=10, z=[1.0, np.nan, 3.0] * 10), "jackknife")
    found = survey.mean(design, ["z", "y"], by="g").set_index(["variable", "g"])["se"]

    def one(frame, w):
        use = (frame["g"] == "a") & frame["z"].notna()
        return np.average(frame["z"][use], weights=w[use])

    assert found["z", "a"] == pytest.approx(survey.apply(design, one).se[0])


def test_a_function_of_ones_own_needs_replicates():
    with pytest.raises(survey.SurveyError, match="een eigen functie vraagt replicatiegewichten"):
        survey.apply(sample(), lambda frame, w: w.sum())


@pytest.mark.parametrize(
    ("design", "kind", "words"),
    [
        (sample(size=3), "BRR", "stratum '0' heeft 3 clusters; nodig zijn er precies 2"),
        (sample(size=1), "jackknife", "stratum '0' heeft 1 clusters; nodig zijn er minstens 2"),
    ],
)
def test_strata_of_the_wrong_size_are_named(design, kind, words):
    with pytest.raises(survey.SurveyError, match=words):
        survey.replicate(design, kind)


def test_replicates_come_before_weighting():
    weighted = survey.rake(sample(), survey.from_dict({"g": {"a": 40, "b": 60}}))
    with pytest.raises(survey.SurveyError, match="het ontwerp is al gewogen"):
        survey.replicate(weighted, "jackknife")


def test_a_bootstrap_needs_a_generator():
    with pytest.raises(ValueError, match="pass rng"):
        survey.replicate(sample(), "bootstrap")


def test_read_weights_must_fit_the_rows():
    read = survey.replicate_weights(np.ones((4, 3)), kind="bootstrap")
    with pytest.raises(survey.SurveyError, match="4 rijen replicatiegewichten en 6 rijen"):
        survey.design(sample().frame, weights="w", replicates=read)
    with pytest.raises(ValueError, match="kind JKn needs scale"):
        survey.replicate_weights(np.ones((4, 3)), kind="JKn")
    with pytest.raises(survey.SurveyError, match="replicatiegewichten ontbreken"):
        survey.replicate_weights(np.array([[1.0, np.nan]]), kind="BRR")
    with pytest.raises(ValueError, match="2 rscales for 3 replicates"):
        survey.replicate_weights(np.ones((4, 3)), kind="BRR", rscales=[1, 1])


def test_factors_times_the_design_weight():
    factors = survey.replicate_weights(np.array([[2.0, 0.0], [0.0, 2.0]]), kind="BRR", combined=False)
    assert factors.column(0, np.array([5.0, 7.0])).tolist() == [10, 0]


@pytest.mark.parametrize("fpc", [None, "N"])
def test_the_bootstrap_of_canty_and_davison_finds_the_linearised_error(fpc):
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"w": 2.0, "h": np.repeat(["a", "b"], [40, 60]), "y": rng.normal(size=100)})
    frame["N"] = np.where(frame["h"] == "a", 70.0, 130.0)
    sample = survey.design(frame, weights="w", strata="h", fpc=fpc, lonely="error")
    drawn = survey.replicate(sample, "canty-davison", n=2000, rng=np.random.default_rng(4))
    assert (drawn.replicates.factors.sum(axis=0) == 100).all()
    # 2,000 replicates: the standard error is known to some 1.6 %
    assert survey.mean(drawn, "y")["se"].item() == pytest.approx(survey.mean(sample, "y")["se"].item(), rel=0.05)
    with pytest.raises(ValueError, match="canty-davison draws at random: pass rng"):
        survey.replicate(sample, "canty-davison")


def test_replicates_from_a_file_have_the_degrees_of_freedom_of_their_rank():
    table = np.array([[2.0, 0, 1, 1], [0, 2, 1, 1], [1, 1, 2, 0], [1, 1, 0, 2], [1, 1, 1, 1]])
    frame = pd.DataFrame({"w": [1.0] * 5, "g": ["a", "a", "b", "b", "b"], "ja": [1.0, 0, 1, 0, 1]})
    read = survey.replicate_weights(table, kind="bootstrap")
    sample = survey.design(frame, weights="w", replicates=read)
    assert sample.degf == np.linalg.matrix_rank(table) - 1
    found = survey.proportion(sample, "ja", by="g", df="domain")
    ranks = [np.linalg.matrix_rank(table[:2]), np.linalg.matrix_rank(table[2:])]
    assert found["df"].tolist() == [rank - 1 for rank in ranks]
    known = survey.design(frame, weights="w", replicates=survey.replicate_weights(table, kind="bootstrap", degf=9))
    assert known.degf == 9


def test_log_odds_of_a_share_spread_as_those_of_the_replicates_themselves():
    frame = pd.DataFrame({"w": [1.0, 2.0, 3.0, 1.0, 2.0, 4.0], "ja": [1.0, 0.0, 1.0, 0.0, 0.0, 1.0]})
    weights, yes = frame["w"].to_numpy(), frame["ja"].to_numpy()
    left_out = 6 / 5 * np.where(np.eye(6) == 1, 0.0, weights[:, None])
    odds = [np.log((w @ yes) / (w @ (1 - yes))) for w in left_out.T]
    margin = 2.570582 * np.sqrt(5 / 6 * sum((value - np.mean(odds)) ** 2 for value in odds))
    made = survey.replicate(survey.design(frame, weights="w"), "jackknife")
    row = survey.proportion(made, "ja", ci="logit").iloc[0]
    centre = np.log(8 / 5)
    assert row["ci_low"] == pytest.approx(1 / (1 + np.exp(margin - centre)), rel=1e-6)
    assert row["ci_high"] == pytest.approx(1 / (1 + np.exp(-margin - centre)), rel=1e-6)
    assert row["method"] == "logit"


def test_a_replicate_without_odds_makes_way_for_korn_graubard():
    frame = pd.DataFrame({"w": [1.0] * 12, "blok": list("aabbccddeeff"), "ja": [1.0, 1.0] + [0.0] * 10})
    made = survey.replicate(survey.design(frame, weights="w", clusters="blok"), "jackknife")
    row = survey.proportion(made, "ja", ci="logit").iloc[0]
    wanted = survey.proportion(made, "ja", ci="korn_graubard").iloc[0]
    assert row["method"] == "korn_graubard"
    assert (row["ci_low"], row["ci_high"]) == (wanted["ci_low"], wanted["ci_high"])


@pytest.mark.parametrize(("rest", "degf"), [(2e-5, 2), (0.5e-5, 1)])
@pytest.mark.parametrize("block", [2_000_000, 30])
def test_a_column_counts_when_a_hundred_thousandth_of_it_is_new(monkeypatch, rest, degf, block):
    monkeypatch.setattr(replicates, "BLOCK", block)
    first, second, new = np.ones(40), np.zeros(40), np.zeros(40)
    second[:20], new[0], new[1] = 1.0, 1.0, -1.0
    third = first + second + rest * np.linalg.norm(first + second) * new / np.sqrt(2)
    table = np.column_stack([first, second, third])
    assert survey.replicate_weights(table, kind="BRR").degf == degf


def test_a_domain_of_nobody_has_no_degrees_of_freedom_under_ranked_replicates():
    frame = pd.DataFrame({"w": [1.0] * 4, "y": [1.0, 2.0, 3.0, 4.0], "niemand": [0.0] * 4})
    given = survey.replicate_weights(np.full((4, 4), 4 / 3) - np.eye(4) * 4 / 3, kind="JK1")
    row = survey.mean(survey.design(frame, weights="w", replicates=given), "y", where="niemand", df="domain").iloc[0]
    assert (row["n"], row["df"]) == (0, -1)
