"""Weights that add up to the population: post-stratification and raking.

Each verb returns a new design whose `weighting` report has one more step, and whose variance knows of the step.
Convergence is judged on the margins themselves: the largest relative deviation, by name. Totals that contradict each
other, categories with a total and nobody in them, and margins that cannot be met raise an error that names them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sdm_lib.errors import Melding
from sdm_lib.survey.cells import Cells, collapse
from sdm_lib.survey.codes import FloatArray, tally
from sdm_lib.survey.design import SurveyDesign
from sdm_lib.survey.errors import NotConverged, survey_error
from sdm_lib.survey.regressors import Regressors
from sdm_lib.survey.replicates import reweight
from sdm_lib.survey.report import Step, Weighting
from sdm_lib.survey.residuals import Calibration, alternating, regression
from sdm_lib.survey.targets import MissingAnswers, Targets, read_targets

TOLERANCE = 1e-9  # largest relative deviation of a margin; R stops at 4e-8 to 3e-7


@dataclass(frozen=True, slots=True)
class Fit:
    """Factors per cell, how many rounds they took, and whether every margin then held."""

    factors: FloatArray
    iterations: int
    converged: bool


Solver = Callable[[Regressors, FloatArray], Fit]
Residual = Callable[..., Calibration]


def poststratify(
    design: SurveyDesign,
    targets: pd.DataFrame,
    *,
    missing: MissingAnswers | None = None,
    rng: np.random.Generator | None = None,
) -> SurveyDesign:
    """Weights that meet the totals of one variable or one crossing exactly: each category gets one factor.

    targets : long table with variable, category, total, one variable (``a*b`` for a crossing). missing, rng : as in
    `rake`. Raises SurveyError for several variables, and as `rake` does.
    Source: Holt and Smith (1979), JRSS A 142, 33-46.

    >>> from sdm_lib import survey
    >>> sample = survey.design(pd.DataFrame({"w": [1.0, 3.0], "sekse": ["m", "v"]}), weights="w")
    >>> totals = pd.DataFrame({"variable": "sekse", "category": ["m", "v"], "total": [49, 51]})
    >>> poststratify(sample, totals).weights.tolist()
    [49.0, 51.0]
    """
    found = read_targets(design, targets, missing=missing, rng=rng)
    if len(found.parts) != 1:
        names = ", ".join(part.variable for part in found.parts)
        raise survey_error(
            "SDM-828", f"poststratificatie naar {names}", "Geef een variabele of kruising, of kies rake."
        )
    return weigh(
        design,
        found,
        "poststratificatie",
        solver=_raker(found, TOLERANCE, 1),
        residual=regression,
        metric=design.weights,
    )


def rake(
    design: SurveyDesign,
    targets: pd.DataFrame,
    *,
    missing: MissingAnswers | None = None,
    rng: np.random.Generator | None = None,
    tolerance: float = TOLERANCE,
    max_iterations: int = 500,
) -> SurveyDesign:
    """Weights that meet every margin, by adjusting to one after the other until all hold (iterative proportional fit).

    targets : long table with variable, category, total; ``a*b`` with ``x*y`` for a crossing. missing : what a missing
    answer on a weighting variable means: fout, eigen categorie (keeps its present share), imputeer (drawn by weight,
    needs rng). tolerance : largest relative deviation of a margin.

    Raises SurveyError for contradictory or impossible totals, NotConverged (with `.report`) when margins stay off.
    Source: Deming and Stephan (1940), Annals of Mathematical Statistics 11, 427-444.

    >>> from sdm_lib import survey
    >>> sample = survey.design(pd.DataFrame({"w": [1.0, 1.0], "sekse": ["m", "v"]}), weights="w")
    >>> rake(sample, pd.DataFrame({"variable": "sekse", "category": ["m", "v"], "total": [49, 51]})).weights.tolist()
    [49.0, 51.0]
    """
    found = read_targets(design, targets, missing=missing, rng=rng)
    # the projection that belongs to raking counts rows, not weights: as in R, whose standard errors this equals
    metric = (design.weights != 0).astype(np.float64)
    solver = _raker(found, tolerance, max_iterations)
    return weigh(design, found, "raking", solver=solver, residual=alternating, metric=metric)


def _raker(targets: Targets, tolerance: float, max_iterations: int) -> Solver:
    wanted = [part.totals for part in targets.parts]
    unit = [np.where(total > 0, total, 1.0) for total in wanted]

    def fit(x: Regressors, start: FloatArray) -> Fit:
        weights, safe = start.copy(), np.where(start != 0, start, 1.0)
        for iteration in range(max_iterations + 1):
            worst = 0.0
            for total, scale, (codes, size) in zip(wanted, unit, x.margins, strict=True):
                sums = tally(codes, size=size, weights=weights)
                worst = max(worst, float(np.max(np.abs(sums - total) / scale)))
                weights *= (total / np.where(sums > 0, sums, 1.0))[codes]
            # a margin is judged just before its own turn, so one quiet round means that all of them hold
            if worst <= tolerance:
                return Fit(weights / safe, max(iteration, 1), True)
        return Fit(weights / safe, max_iterations, False)

    return fit


def weigh(
    design: SurveyDesign,
    targets: Targets,
    name: str,
    *,
    solver: Solver,
    residual: Residual,
    metric: FloatArray,
    keep_degf: bool = False,
) -> SurveyDesign:
    """One weighting step: fit factors on cells, judge the margins, recalibrate each replicate, write the report."""
    x = targets.regressors()
    cells = collapse(x, design.weights)
    fit = solver(cells.regressors, cells.weights)
    after = design.weights * cells.spread(fit.factors)
    margins = targets.compare(cells.regressors.sums(cells.weights), cells.regressors.sums(cells.weights * fit.factors))
    step = Step(name, fit.converged, fit.iterations, margins, design.weights, after, targets.n_missing, targets.origin)
    report = extend(design, step)
    if not fit.converged:
        raise not_converged(report)
    replicates = reweight(design, lambda w: _refit(cells, solver, w, report), keep_degf=keep_degf)
    by_cell = metric if cells.place is None else tally(cells.place, size=len(cells.weights), weights=metric)
    calibration = residual(x, cells.regressors.gram(by_cell), metric=metric, after=after)
    return replace(
        design, weights=after, weighting=report, calibrations=(*design.calibrations, calibration), replicates=replicates
    )


def _refit(cells: Cells, solver: Solver, weights: FloatArray, report: Weighting) -> FloatArray:
    start = weights if cells.place is None else tally(cells.place, size=len(cells.weights), weights=weights)
    fit = solver(cells.regressors, start)
    if not fit.converged:
        raise NotConverged(
            Melding(
                "SDM-831",
                "de weging lukt op de hele steekproef, maar niet op een van de replicaties",
                "Voeg kleine categorieen samen, of neem Taylor-linearisatie (zonder replicaties).",
            ),
            report=report,
        )
    return weights * cells.spread(fit.factors)


def extend(design: SurveyDesign, step: Step) -> Weighting:
    """The report of a design with one more step."""
    return Weighting((*(design.weighting.steps if design.weighting else ()), step))


def not_converged(report: Weighting) -> NotConverged:
    """The error for margins that cannot be met, with the report inside."""
    step, worst = report.steps[-1], report.steps[-1].worst
    melding = Melding(
        "SDM-830",
        f"de weging ({step.name}) haalt de totalen niet na {step.iterations} rondes; slechtste: {worst}",
        "Controleer of de totalen samen kunnen, voeg categorieen samen of verruim de grenzen.",
        kolom=worst.variable if worst else "",
    )
    return NotConverged(melding, report=report)
