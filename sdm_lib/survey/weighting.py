"""Weights that add up to the population: post-stratification, raking, calibration.

Each verb returns a new design whose `weighting` report has one more step, and whose variance knows of the step.
Convergence is judged on the margins themselves: the largest relative deviation, by name. Totals that contradict each
other, categories with a total and nobody in them, and margins that cannot be met raise an error that names them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from sdm_lib.errors import Melding
from sdm_lib.survey.cells import collapse
from sdm_lib.survey.codes import FloatArray
from sdm_lib.survey.design import SurveyDesign
from sdm_lib.survey.errors import NotConverged
from sdm_lib.survey.regressors import Regressors
from sdm_lib.survey.report import Step, Weighting
from sdm_lib.survey.residuals import Calibration
from sdm_lib.survey.targets import MissingAnswers, Targets, read_targets

TOLERANCE = 1e-9  # largest relative deviation of a margin; R stops at 4e-8 to 3e-7


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
    whole = found.regressors()
    cells = collapse(whole, design.weights)
    factors, iterations, converged = _rake_cells(cells.regressors, cells.weights, found, tolerance, max_iterations)
    after = design.weights * cells.spread(factors)
    # R's projection for raking is unweighted among the rows with weight; see residuals
    return finish(design, found, "raking", after=after, metric=(after != 0).astype(float), iterations=iterations,
                  converged=converged, regressors=whole)  # fmt: skip


def _rake_cells(
    x: Regressors, start: FloatArray, targets: Targets, tolerance: float, max_iterations: int
) -> tuple[FloatArray, int, bool]:
    weights = start.copy()
    for iteration in range(max_iterations + 1):
        worst, factors = 0.0, np.ones(len(weights))
        for part, (codes, size) in zip(targets.parts, x.margins, strict=True):
            sums = np.bincount(codes, weights=weights, minlength=size)
            wanted = part.totals
            worst = max(worst, float(np.max(np.abs(sums - wanted) / np.where(wanted > 0, wanted, 1.0))))
            factor = wanted / np.where(sums > 0, sums, 1.0)
            weights *= factor[codes]
        del factors
        # the deviation of each margin is seen just before it is adjusted, so one quiet round means all margins hold
        if worst <= tolerance:
            return weights / np.where(start != 0, start, 1.0), max(iteration, 1), True
    return weights / np.where(start != 0, start, 1.0), max_iterations, False


def finish(
    design: SurveyDesign,
    targets: Targets,
    name: str,
    *,
    after: FloatArray,
    metric: FloatArray,
    iterations: int,
    converged: bool,
    regressors: Regressors,
    note: str = "",
) -> SurveyDesign:
    """The new design with its report and calibration, or NotConverged naming the worst margin."""
    margins = targets.compare(regressors.sums(design.weights), regressors.sums(after))
    step = Step(name, converged, iterations, margins, design.weights, after, targets.n_missing, note)
    report = Weighting((*(design.weighting.steps if design.weighting else ()), step))
    if not converged:
        raise not_converged(report)
    calibration = Calibration.of(regressors, metric=metric, after=after)
    return replace(design, weights=after, weighting=report, calibrations=(*design.calibrations, calibration))


def not_converged(report: Weighting) -> NotConverged:
    """The error for margins that cannot be met, with the report inside."""
    step = report.steps[-1]
    worst = step.worst
    melding = Melding(
        "SDM-530",
        f"de weging ({step.name}) haalt de totalen niet na {step.iterations} rondes; slechtste: {worst}",
        "Controleer of de totalen samen kunnen, voeg categorieen samen of verruim de grenzen.",
        kolom=worst.variable if worst else "",
    )
    return NotConverged(melding, report=report)
