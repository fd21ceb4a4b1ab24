"""Calibration: the weights nearest to the design weights that meet all totals, by distance and within bounds.

With design weights d and regressors x the new weights are w_i = d_i F(x_i'lambda), lambda such that sum w x = totals:
linear F(u) = 1 + u (cut off at the bounds), exponential F(u) = exp(u), logit F(u) = between the bounds.
Source: Deville and Sarndal (1992), JASA 87, 376-382; cases 1, 2, 6 and 7 of its table 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
import pandas as pd

from sdm_lib.survey.codes import FloatArray
from sdm_lib.survey.design import SurveyDesign
from sdm_lib.survey.errors import choose, survey_error
from sdm_lib.survey.regressors import Regressors, solve
from sdm_lib.survey.residuals import regression
from sdm_lib.survey.targets import MissingAnswers, Target, Targets, read_targets
from sdm_lib.survey.weighting import TOLERANCE, Fit, Solver, weigh

Method = Literal["linear", "exponential", "logit"]
Distance = Callable[[FloatArray], tuple[FloatArray, FloatArray]]


def calibrate(
    design: SurveyDesign,
    targets: pd.DataFrame | Mapping[str, float],
    *,
    method: Method = "linear",
    bounds: tuple[float, float] | None = None,
    formula: str | None = None,
    missing: MissingAnswers | None = None,
    rng: np.random.Generator | None = None,
    tolerance: float = TOLERANCE,
    max_iterations: int = 200,
) -> SurveyDesign:
    """Weights that meet totals of categories and of numeric variables at once.

    targets : long table with variable, category, total; an empty category is the total of a numeric variable. Or,
    with a `formula` (``~ stype + api99``), a mapping from the names of its columns to totals, as in R `calibrate`.
    method : linear (may give negative weights; the report counts them), exponential (weights stay positive, as raking),
    logit (within bounds). bounds : lowest and highest factor on the design weight; required for logit.

    Raises SurveyError for contradictory or impossible totals, NotConverged when the bounds leave no solution.

    >>> from sdm_lib import survey
    >>> sample = survey.design(pd.DataFrame({"w": [1.0, 1.0, 1.0], "leeftijd": [20, 40, 60]}), weights="w")
    >>> totals = {"(Intercept)": 3.0, "leeftijd": 126.0}
    >>> calibrate(sample, totals, formula="~ leeftijd").weights.round(3).tolist()
    [0.85, 1.0, 1.15]
    """
    choose("method", method, ("linear", "exponential", "logit"))
    if method == "logit" and bounds is None:
        raise ValueError("method='logit' needs bounds, for example (0.3, 3)")
    if bounds is not None and not bounds[0] < 1 < bounds[1]:
        raise ValueError(f"bounds must lie on both sides of 1, got {bounds!r}")
    if isinstance(targets, pd.DataFrame) != (formula is None):
        raise ValueError("calibrate: targets are a table, or a mapping of totals together with a formula")
    if isinstance(targets, pd.DataFrame):
        found = read_targets(design, targets, missing=missing, rng=rng, numeric_allowed=True)
    else:
        found = _from_formula(design, targets, formula or "")
    solver = _newton(found.totals, _distance(method, bounds), tolerance, max_iterations)
    iterated = method != "linear" or bounds is not None
    name = f"kalibratie ({method})"
    return weigh(design, found, name, solver=solver, residual=regression, metric=design.weights, keep_degf=iterated)


def _from_formula(design: SurveyDesign, totals: Mapping[str, float], formula: str) -> Targets:
    from sdm_lib.survey.formula import model_matrix

    x, names, complete = model_matrix(design.frame, formula)
    absent = ~complete & (design.weights != 0)
    if absent.any():
        raise survey_error(
            "SDM-822", f"{int(absent.sum())} rijen missen een weegvariabele", "Vul die aan.", kolom=formula
        )
    for name in set(names) ^ set(totals):
        found = "er is geen totaal voor" if name in names else "de formule heeft niet"
        raise survey_error("SDM-826", f"{found} '{name}'", f"Geef totalen voor {', '.join(names)}.", kolom=name)
    nowhere = np.zeros(len(design), dtype=np.intp)
    return Targets(
        tuple(
            Target(name, ("",), np.array([float(totals[name])]), nowhere, np.nan_to_num(x[:, k]))
            for k, name in enumerate(names)
        )
    )


def _distance(method: Method, bounds: tuple[float, float] | None) -> Distance:
    if method == "linear":
        low, high = bounds or (-np.inf, np.inf)
        return lambda u: (np.clip(1 + u, low, high), ((1 + u > low) & (1 + u < high)).astype(np.float64))
    if method == "exponential":
        floor, ceiling = bounds or (0.0, np.inf)

        def exponential(u: FloatArray) -> tuple[FloatArray, FloatArray]:
            raw = np.exp(np.minimum(u, 700.0))  # beyond this a double overflows
            return np.clip(raw, floor, ceiling), np.where((raw > floor) & (raw < ceiling), raw, 0.0)

        return exponential
    low, high = bounds or (0.0, np.inf)
    slope = (high - low) / ((1 - low) * (high - 1))

    def logit(u: FloatArray) -> tuple[FloatArray, FloatArray]:
        power = np.exp(np.clip(slope * u, -700.0, 700.0))
        below = (high - 1) + (1 - low) * power
        value = (low * (high - 1) + high * (1 - low) * power) / below
        return value, (value - low) * (high - value) * slope / (high - low)

    return logit


def _newton(totals: FloatArray, distance: Distance, tolerance: float, max_iterations: int) -> Solver:
    unit = np.where(totals != 0, np.abs(totals), 1.0)

    def fit(x: Regressors, start: FloatArray) -> Fit:
        position, factors = np.zeros(x.width), np.ones(len(start))
        slope, gap = np.ones(len(start)), totals - x.sums(start)
        best = float(np.max(np.abs(gap) / unit))
        for iteration in range(1, max_iterations + 1):
            if best <= tolerance:
                return Fit(factors, iteration - 1 or 1, True)
            step, length = solve(x.gram(start * slope), gap, spare=x.spare), 1.0
            while True:
                trial = position + length * step
                new, new_slope = distance(x.combine(trial))
                new_gap = totals - x.sums(start * new)
                worst = float(np.max(np.abs(new_gap) / unit))
                if worst < best or length < 1e-3:
                    break
                length /= 2  # a full step that makes things worse is halved
            if worst >= best * (1 - 1e-9) and best <= tolerance * 1e3 and length < 1e-3:
                break
            position, factors, slope, gap, best = trial, new, new_slope, new_gap, worst
        return Fit(factors, max_iterations, best <= tolerance)

    return fit
