"""How often an interval holds the true share: 2,000 samples per design and size, five shares at once (make slow)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sdm_lib import survey
from sdm_lib.survey.intervals import RARE, Shares, share_interval

SAMPLES = 2000
SHARES = (0.02, 0.05, 0.1, 0.3, 0.5)
SIZES = (50, 100, 200, 500)
DESIGNS = ("simple", "skewed", "clusters", "strata")
CUTS = {"strata": [0.35, 0.65, 0.85], "skewed": [0.5, 0.8, 0.95]}  # weights up to 2.3 and up to 10 times the smallest
METHODS = ("korn_graubard", "wilson", "beta", "mean", "logit")
SLACK = 2  # Monte Carlo standard errors
BLOCK = 20  # people in a cluster of the population
SEED = 20150401


def population() -> pd.DataFrame:
    """40,000 people in four strata of unequal size (two divisions) and in blocks of 20 that resemble each other."""
    rng = np.random.default_rng(SEED)
    n = 40_000
    frame = pd.DataFrame({"blok": np.arange(n) // BLOCK})
    for name, cuts in CUTS.items():
        frame[name] = np.searchsorted(cuts, frame["blok"] / frame["blok"].max(), side="right")
    mood = 0.35 * rng.normal(size=n // BLOCK)[frame["blok"]] + 0.25 * frame["skewed"]
    score = mood + rng.logistic(size=n)
    for share in SHARES:
        frame[f"y{share}"] = (score > np.quantile(score, 1 - share)).astype(float)
    return frame


def sample(people: pd.DataFrame, design: str, n: int, rng: np.random.Generator) -> survey.SurveyDesign:
    """One sample: at random, the same number in each stratum, or five people in each of n/5 blocks."""
    total = len(people)
    if design == "simple":
        rows = rng.choice(total, n, replace=False)
        return survey.design(people.iloc[rows].assign(w=total / n), weights="w")
    if design in CUTS:
        groups = [np.flatnonzero(people[design] == h) for h in range(4)]
        rows = np.concatenate([rng.choice(group, n // 4, replace=False) for group in groups])
        weights = np.repeat([len(group) / (n // 4) for group in groups], n // 4)
        return survey.design(people.iloc[rows].assign(w=weights), weights="w", strata=design, lonely="error")
    blocks = rng.choice(total // BLOCK, n // 5, replace=False)
    inside = np.argsort(rng.random((n // 5, BLOCK)), axis=1)[:, :5]
    rows = (blocks[:, None] * BLOCK + inside).ravel()
    return survey.design(people.iloc[rows].assign(w=total / n), weights="w", clusters="blok")


def cover(people: pd.DataFrame, design: str, n: int) -> pd.DataFrame:
    """Per share and method: how often the truth lies inside, the mean width, and the mean of n_eff p (1-p)."""
    rng = np.random.default_rng([SEED, n, DESIGNS.index(design)])
    names = [f"y{share}" for share in SHARES]
    truth = people[names].mean().to_numpy()
    hits, width = np.zeros((len(METHODS), len(names))), np.zeros((len(METHODS), len(names)))
    size = np.zeros(len(names))
    for _ in range(SAMPLES):
        found = survey.proportion(sample(people, design, n, rng), names, category="1", ci="korn_graubard")
        p, rows = found["estimate"].to_numpy(), found["n"].to_numpy(dtype=float)
        n_eff = found["n_eff"].to_numpy()
        size += n_eff * truth * (1 - truth) / SAMPLES
        shares = Shares(p, found["se"].to_numpy(), rows, n_eff, float(found["df"].iloc[0]), rows)
        for k, method in enumerate(METHODS):
            low, high, _ = share_interval(shares, ci=method, level=0.95)
            hits[k] += (low <= truth) & (truth <= high)
            width[k] += np.nan_to_num(high - low)
    table = pd.DataFrame(hits.T / SAMPLES, columns=list(METHODS)).assign(design=design, n=n, p=SHARES, size=size)
    return table.assign(kg_width=width[0] / SAMPLES)


def missed(table: pd.DataFrame, method: str, low: float, high: float) -> list[str]:
    """Rows of the table where a method covers too little or too much, beyond the slack."""
    problems = []
    for row in table.to_dict("records"):
        below = low - SLACK * np.sqrt(low * (1 - low) / SAMPLES)
        above = high + SLACK * np.sqrt(high * (1 - high) / SAMPLES)
        if not below <= row[method] <= above:
            problems.append(f"{method} {row['design']} n={row['n']} p={row['p']}: {row[method]:.3f}")
    return problems


@pytest.mark.traag
def test_intervals_hold_the_truth_as_often_as_they_say():
    people = population()
    table = pd.concat([cover(people, design, n) for design in DESIGNS for n in SIZES], ignore_index=True)
    print(table.round(3).to_string())
    usual = table[table["size"] >= RARE]
    # with weights ten times as large in a stratum hardly seen, Wilson at n_eff p (1-p) of 3 to 4 covers 84-89 %:
    # the reason why `proportion` takes Korn-Graubard there, which holds in that design too
    problems = missed(table, "korn_graubard", 0.94, 1.0) + missed(
        table[table["design"] != "skewed"], "wilson", 0.91, 1.0
    )
    for method in ("wilson", "beta", "mean"):
        problems += missed(usual, method, 0.93, 0.97)
    assert problems == []


def test_the_grid_would_notice_a_wrong_interval():
    row = {"design": "simple", "n": 50, "p": 0.02, "korn_graubard": 0.62}
    assert missed(pd.DataFrame([row]), "korn_graubard", 0.94, 1.0) == ["korn_graubard simple n=50 p=0.02: 0.620"]
