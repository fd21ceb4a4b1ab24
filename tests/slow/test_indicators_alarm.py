"""No false alarm and no deaf ear: what the comparisons and control charts do over thousands of simulated editions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sdm_lib import survey
from sdm_lib.indicators import series
from sdm_lib.survey.compare import adjust_p

pytestmark = pytest.mark.traag

EDITIES = 2000
FAMILIE = 16  # indicators of one topic, city level
N = 2500
KLASSEN = 5  # weights from five strata; their spread gives the design effect below
GEWICHTEN = np.array([0.35, 0.6, 1.0, 1.5, 2.2])  # Kish: sum w^2 n / (sum w)^2 = 1.33
RHO = 0.3  # answers of one person to the questions of a topic hang together


def _wave(rng, share, *, n=N, questions=FAMILIE):
    """Answers 0/1 to correlated questions, and weights with a design effect of about 1.3."""
    common = rng.normal(size=(n, 1))
    latent = np.sqrt(RHO) * common + np.sqrt(1 - RHO) * rng.normal(size=(n, questions))
    from scipy import special

    return (latent < special.ndtri(share)).astype(float), GEWICHTEN[np.arange(n) % KLASSEN]


def _p_values(new, old):
    """p of the difference of two weighted shares per question, as `survey.change` has them (checked below)."""
    parts = []
    for y, w in (new, old):
        mean = w @ y / w.sum()
        scores = w[:, None] * (y - mean) / w.sum()
        parts.append((mean, scores))
    n = len(new[1]) + len(old[1])
    joint = np.concatenate([parts[0][1], -parts[1][1]])
    variance = n / (n - 1) * (joint**2).sum(axis=0)
    from scipy import stats

    return 2 * stats.t.sf(np.abs(parts[0][0] - parts[1][0]) / np.sqrt(variance), n - 1)


def test_the_short_cut_of_this_file_is_the_test_of_the_survey_room():
    rng = np.random.default_rng(1)
    new, old = _wave(rng, 0.5, n=300, questions=1), _wave(rng, 0.5, n=400, questions=1)
    designs = {
        name: survey.design(pd.DataFrame({"y": y[:, 0], "w": w}), weights="w")
        for name, (y, w) in {"eerder": old, "nu": new}.items()
    }
    found = survey.change(survey.stack(designs, wave="golf"), "y", wave="golf", waves=("eerder", "nu"))["p"].item()
    assert _p_values(new, old)[0] == pytest.approx(found, rel=1e-9)


def test_with_nothing_changed_at_most_six_percent_of_families_is_flagged(capsys):
    rng = np.random.default_rng(20150701)
    shares = np.linspace(0.08, 0.85, FAMILIE)
    flagged = 0
    for _ in range(EDITIES):
        p = _p_values(_wave(rng, shares), _wave(rng, shares))
        flagged += bool((adjust_p(p) < 0.05).any())
    with capsys.disabled():
        print(f"\nvals alarm: {flagged / EDITIES:.3f} van {EDITIES} edities met {FAMILIE} indicatoren")
    assert flagged / EDITIES <= 0.06


@pytest.mark.parametrize(("change", "power"), [(0.10, 0.95), (0.05, 0.80)])
def test_a_true_change_is_heard(change, power, capsys):
    rng = np.random.default_rng(20150702)
    runs = 1000
    hits = sum(
        _p_values(_wave(rng, 0.5 + change, questions=1), _wave(rng, 0.5, questions=1))[0] < 0.05 for _ in range(runs)
    )
    with capsys.disabled():
        print(f"\nverandering van {100 * change:.0f} punten gezien: {hits / runs:.3f}")
    assert hits / runs >= power


def test_the_design_effect_of_the_simulation_is_about_one_point_three():
    w = GEWICHTEN[np.arange(N) % KLASSEN]
    assert (w**2).sum() * N / w.sum() ** 2 == pytest.approx(1.3, abs=0.05)


@pytest.mark.parametrize("points", [12, 20])
def test_the_in_control_alarm_rate_of_the_charts_is_known(points, capsys):
    rng = np.random.default_rng(20150703)
    runs = 4000
    n = rng.integers(150_000, 220_000, size=(runs, points)).astype(float)
    counts = {
        "plain": rng.poisson(0.01 * n),
        "overdispersed": rng.poisson(0.01 * np.exp(rng.normal(0, 0.05, n.shape)) * n),
    }
    for kind, x in counts.items():
        charts = [series.u_chart(x[k], n[k]) for k in range(runs)]
        signals = np.mean([chart.oordeel == "signaal" for chart in charts])
        beyond = np.mean(["buiten 3 sigma" in point for chart in charts for point in chart.signalen])
        with capsys.disabled():
            print(f"\nu'-kaart, {points} punten, {kind}: signaal in {signals:.3f} van de reeksen,")
            print(f"{beyond:.4f} van de punten buiten 3 sigma")
        # limits estimated from so few moving ranges are wider or narrower than the truth; 0.27% is the asymptote
        assert beyond < 0.006
        assert signals < 0.10
