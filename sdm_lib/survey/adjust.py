"""Adjustments before and after calibration: trimming, weighting classes and response propensity.

None of these changes the form of the variance: the factors are taken as given.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from sdm_lib.errors import Melding
from sdm_lib.survey.codes import BoolArray, FloatArray, IntArray, compress, tally
from sdm_lib.survey.design import Names, SurveyDesign, mask, rows
from sdm_lib.survey.errors import NotConverged, survey_error
from sdm_lib.survey.replicates import reweight
from sdm_lib.survey.report import Step
from sdm_lib.survey.weighting import extend, rake

ROUNDS = 200  # of trimming and re-raking; ten is usual
CUTS = 5000  # of cutting and handing out within one trimming; what remains then is below rounding


def trim(
    design: SurveyDesign,
    *,
    lower: float | None = None,
    upper: float | None = None,
    redistribute: bool = True,
    strict: bool = True,
    targets: pd.DataFrame | None = None,
    missing: str | None = None,
) -> SurveyDesign:
    """Cut weights off at bounds and give what was cut to the others, so that the sum stays.

    lower, upper : smallest and largest weight. redistribute : spread the cut weight evenly over the untrimmed rows.
    strict : repeat until nothing lies outside; False trims once, and a receiver may then pass the bound (R's default).
    targets : rake to these again after trimming, in turns, until bounds and margins both hold.

    Raises SurveyError when the bounds leave no room for the sum, NotConverged when bounds and margins cannot both hold.

    >>> from sdm_lib import survey
    >>> sample = survey.design(pd.DataFrame({"w": [1.0, 2.0, 9.0]}), weights="w")
    >>> trim(sample, upper=5).weights.tolist()
    [3.0, 4.0, 5.0]
    """
    low, high = -np.inf if lower is None else lower, np.inf if upper is None else upper
    if not low < high or (lower is None and upper is None):
        raise ValueError(f"trim needs lower < upper, got {lower!r} and {upper!r}")
    if targets is not None:
        return _trim_and_rake(design, low, high, targets=targets, missing=missing)

    def cut(weights: FloatArray) -> FloatArray:
        return _cut(weights, low, high, redistribute=redistribute, strict=strict)

    after = cut(design.weights)
    count = int(((design.weights != 0) & ((design.weights < low) | (design.weights > high))).sum())
    note = f"{count} gewichten lagen buiten {_bound(low)} tot {_bound(high)}."
    step = Step("trimmen", True, 1, (), design.weights, after, note=note)
    return replace(design, weights=after, weighting=extend(design, step), replicates=reweight(design, cut))


def _bound(value: float) -> str:
    return f"{value:g}" if np.isfinite(value) else "onbegrensd"


def _cut(weights: FloatArray, low: float, high: float, *, redistribute: bool, strict: bool) -> FloatArray:
    live = weights != 0
    count, total = int(live.sum()), float(weights.sum())
    if redistribute and strict and not low * count <= total * (1 + 1e-12) <= high * count * (1 + 1e-9):
        raise survey_error(
            "SDM-832",
            f"{count} gewichten binnen {_bound(low)} tot {_bound(high)} kunnen niet samen {total:g} zijn",
            "Verruim de grenzen.",
        )
    current = weights.copy()
    for _ in range(CUTS):
        # a bound is often one of the weights: the last digits of a raked weight must not decide on which side it lies
        outside = live & ((current < low - 1e-8 * abs(low)) | (current > high + 1e-8 * abs(high)))
        if not outside.any():
            return current
        room = live & ~outside
        clipped = np.where(outside, np.clip(current, low, high), current)
        surplus = float(current.sum() - clipped.sum())
        if redistribute and room.any():
            clipped[room] += surplus / room.sum()
        current = clipped
        if not (strict and redistribute):
            return current
    # what is still cut back and forth is below the rounding of a weight
    return np.where(live, np.clip(current, low, high), current)


def _trim_and_rake(
    design: SurveyDesign, low: float, high: float, *, targets: pd.DataFrame, missing: str | None
) -> SurveyDesign:
    start = raked = rake(design, targets, missing=missing)  # type: ignore[arg-type]
    slack = 1e-6
    for rounds in range(1, ROUNDS + 1):
        live = raked.weights != 0
        if (raked.weights[live] >= low * (1 - slack)).all() and (raked.weights[live] <= high * (1 + slack)).all():
            return _joined(design, start, raked, rounds)
        cut = replace(raked, weights=_cut(raked.weights, low, high, redistribute=True, strict=True), replicates=None)
        raked = rake(cut, targets, missing=missing)  # type: ignore[arg-type]
    report = raked.weighting or extend(design, Step("trimmen", False, ROUNDS, (), design.weights, raked.weights))
    outside = (raked.weights < low) | (raked.weights > high)
    raise NotConverged(
        Melding(
            "SDM-833",
            f"grenzen {_bound(low)} tot {_bound(high)} en totalen gaan niet samen: na {ROUNDS} rondes liggen "
            f"{int(outside.sum())} gewichten er nog buiten",
            "Verruim de grenzen of voeg categorieen samen.",
        ),
        report=report,
    )


def _joined(design: SurveyDesign, first: SurveyDesign, last: SurveyDesign, rounds: int) -> SurveyDesign:
    # for variance the turns are one calibration: same regressors, the weights after the last turn
    done = last.weighting.steps[-1] if last.weighting else None
    margins = done.margins if done else ()
    step = Step("raking en trimmen", True, rounds, margins, design.weights, last.weights, done.n_missing if done else 0)
    calibration = replace(first.calibrations[-1], after=last.weights)
    return replace(
        design, weights=last.weights, weighting=extend(design, step), calibrations=(*design.calibrations, calibration)
    )


def nonresponse(
    design: SurveyDesign,
    responded: str,
    *,
    by: Names = None,
    propensity: str | None = None,
    classes: int | None = None,
) -> SurveyDesign:
    """Weights of respondents raised so that they also stand for those who did not answer, who get weight 0.

    responded : 0/1 column. by : columns whose crossing makes weighting classes; the sum of weights in a class is kept.
    propensity : right side of a formula (``~ leeftijd + wijk``): response chance by weighted logistic regression,
    weights divided by it; with classes=5 respondents are weighted by fifths of that chance, which tames extremes.
    Raises SurveyError for a class without respondents, ValueError when neither or both of by and propensity are given.
    Source: Little (1986), International Statistical Review 54, 139-157.

    >>> from sdm_lib import survey
    >>> frame = pd.DataFrame({"w": [1.0] * 4, "k": ["a", "a", "b", "b"], "r": [1, 0, 1, 1]})
    >>> nonresponse(survey.design(frame, weights="w"), "r", by="k").weights.tolist()
    [2.0, 0.0, 1.0, 1.0]
    """
    if (by is None) == (propensity is None):
        raise ValueError("nonresponse needs either by (weighting classes) or propensity (a formula)")
    answered = mask(design, responded)
    if propensity is not None and classes is None:
        chance = _propensity(design, answered, propensity)
        share = np.where(answered, 1 / chance, 0.0)
        return _responded(design, lambda w: w * share, answered, note=f"Responskans volgens {propensity}.")
    codes, names = _classes(design, answered, by=by, propensity=propensity, classes=classes or 5)

    def weigh(weights: FloatArray) -> FloatArray:
        whole = tally(codes, size=len(names), weights=weights)
        part = tally(codes, size=len(names), weights=weights * answered)
        empty = (part == 0) & (whole != 0)
        if empty.any():
            raise survey_error(
                "SDM-834",
                f"in weegklasse '{names[int(np.argmax(empty))]}' heeft niemand geantwoord "
                f"({int(empty.sum())} van zulke klassen)",
                "Voeg klassen samen.",
            )
        return weights * answered * (whole / np.where(part == 0, 1.0, part))[codes]

    return _responded(design, weigh, answered, note=f"{len(names)} weegklassen.")


def _responded(design: SurveyDesign, weigh, answered: BoolArray, *, note: str) -> SurveyDesign:  # type: ignore[no-untyped-def]
    after = weigh(design.weights)
    n = int((design.weights != 0).sum())
    text = f"{int((answered & (design.weights != 0)).sum())} van {n} antwoordden. {note}"
    step = Step("non-respons", True, 1, (), design.weights, after, note=text)
    return replace(design, weights=after, weighting=extend(design, step), replicates=reweight(design, weigh))


def _classes(
    design: SurveyDesign, answered: BoolArray, *, by: Names, propensity: str | None, classes: int
) -> tuple[IntArray, list[str]]:
    if propensity is not None:
        chance = _propensity(design, answered, propensity)
        order = np.argsort(chance, kind="stable")
        reach = np.cumsum(design.weights[order]) / design.weights.sum()
        codes = np.empty(len(chance), dtype=np.intp)
        codes[order] = np.minimum((reach * classes * (1 - 1e-12)).astype(np.intp), classes - 1)
        values, codes = compress(codes)
        return codes, [f"responskans klasse {int(value) + 1}" for value in values]
    names = [by] if isinstance(by, str) else list(by or [])
    found = design.codes("*".join(names))
    absent = (found.codes < 0) & (design.weights != 0)
    if absent.any():
        raise survey_error(
            "SDM-822",
            f"{int(absent.sum())} rijen hebben geen waarde (rij {rows(absent)})",
            "Vul die aan.",
            kolom="*".join(names),
        )
    return np.maximum(found.codes, 0), list(found.labels)


def _propensity(design: SurveyDesign, answered: BoolArray, formula: str) -> FloatArray:
    from sdm_lib.survey.formula import model_matrix
    from sdm_lib.survey.irls import FAMILIES, irls

    x, _, complete = model_matrix(design.frame, formula)
    if not complete[design.weights != 0].all():
        raise survey_error(
            "SDM-822", "een variabele van de responskans heeft ontbrekende waarden", "Vul die aan.", kolom=formula
        )
    fit = irls(np.nan_to_num(x), answered.astype(np.float64), design.weights, FAMILIES["binomial"])
    return fit.mu
