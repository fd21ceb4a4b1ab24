"""Waves under each other in one design, each with its own weights and calibration, shared respondents as clusters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from sdm_lib.survey.codes import FloatArray, IntArray
from sdm_lib.survey.design import SurveyDesign, design
from sdm_lib.survey.errors import survey_error
from sdm_lib.survey.regressors import Regressors
from sdm_lib.survey.residuals import Calibration

WEIGHT = "_gewicht"


def stack(
    waves: Mapping[str, SurveyDesign], *, person: str | None = None, wave: str = "meting", strata: str | None = None,
    lonely: str | None = None,
) -> SurveyDesign:  # fmt: skip
    """One design of several waves, for `change` and `trend`.

    waves : name to design. person : column that says who is who in all waves; shared respondents then become clusters
    and their covariance counts (None: independent samples). wave : name of the new column. strata, lonely : as in
    `design`; somebody who moved stays in the stratum of the first wave. Finite population corrections are left out:
    a change of the process is judged, not a closed list of people.
    Raises SurveyError for replicate weights and for a column that a wave lacks.

    >>> from sdm_lib import survey
    >>> part = survey.design(pd.DataFrame({"w": [1.0, 1.0], "rid": [1, 2], "y": [1.0, 2.0]}), weights="w")
    >>> both = stack({"2013": part, "2015": part}, person="rid")
    >>> len(both), both.degf
    (4, 1)
    """
    if any(part.replicates is not None for part in waves.values()):
        raise survey_error(
            "SDM-836", "metingen met replicatiegewichten zijn niet te stapelen", "Stapel eerst, repliceer daarna."
        )
    frame = pd.concat([part.frame for part in waves.values()], ignore_index=True)
    frame[wave] = np.repeat(list(waves), [len(part) for part in waves.values()])
    frame[WEIGHT] = np.concatenate([part.weights for part in waves.values()])
    if strata is not None and person is not None:
        frame[strata] = frame.groupby(person, sort=False)[strata].transform("first")
    base = design(
        frame.assign(**{WEIGHT: np.abs(frame[WEIGHT])}), weights=WEIGHT, strata=strata, clusters=person, lonely=lonely
    )
    edges = np.cumsum([0, *(len(part) for part in waves.values())])
    steps = [
        _widen(step, int(start), len(frame))
        for part, start in zip(waves.values(), edges[:-1], strict=True)
        for step in part.calibrations
    ]
    return replace(base, frame=frame, weights=frame[WEIGHT].to_numpy(dtype=np.float64), calibrations=tuple(steps))


def _widen(step: Calibration, start: int, n: int) -> Calibration:
    """A step of one wave that leaves the rows of the others as they are: their own empty category, no metric."""
    here = slice(start, start + len(step.after))

    def codes(own: IntArray, size: int) -> IntArray:
        found = np.full(n, size, dtype=np.intp)
        found[here] = own
        return found

    def spread(own: FloatArray) -> FloatArray:
        found = np.zeros((n, *own.shape[1:]))
        found[here] = own
        return found

    x = step.regressors
    wide = Regressors(tuple((codes(own, size), size + 1) for own, size in x.margins), spread(x.dense))
    after = np.ones(n)
    after[here] = step.after
    # the operator of the wave itself, with a zero row and column for each empty category
    place = np.concatenate([np.arange(edge, edge + size) for edge, size in _edges(step.regressors)])
    operator = np.zeros((wide.width, wide.width))
    operator[np.ix_(place, place)] = step.operator
    return Calibration(wide, spread(step.metric), after, operator)


def _edges(x: Regressors) -> list[tuple[int, int]]:
    sizes = [size for _, size in x.margins]
    starts = np.cumsum([0, *(size + 1 for size in sizes)])
    return [*zip(starts.tolist(), sizes, strict=False), (int(starts[-1]), x.dense.shape[1])]
