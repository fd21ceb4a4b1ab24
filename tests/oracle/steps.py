"""The weighting steps that a case may ask for, as calls of the library."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

from sdm_lib import survey
from sdm_lib.survey import SurveyDesign

METHODS = {"raking": "exponential"}


def weigh(design: SurveyDesign, steps: Iterable[dict[str, Any]]) -> SurveyDesign:
    """The design after all weighting steps of a case."""
    for step in steps:
        design = STEPS[step["step"]](design, step)
    return design


def _margins(design: SurveyDesign, margins: Mapping[str, Any]) -> pd.DataFrame:
    """A target table; crossings may be written a*b, a:b or as nested levels, a bare number is a numeric total."""
    rows = []
    for name, part in margins.items():
        if not isinstance(part, dict):
            rows.append((name, "", part))
            continue
        names = [name] if name in design.frame.columns else [text.strip() for text in re.split(r"[*:]", name)]
        rows += [("*".join(names), _level(design, names, key), total) for key, total in _flat(part)]
    return pd.DataFrame(rows, columns=["variable", "category", "total"])


def _flat(part: Mapping[str, Any], head: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], float]]:
    found = []
    for key, value in part.items():
        found += _flat(value, (*head, key)) if isinstance(value, dict) else [((*head, key), value)]
    return found


def _level(design: SurveyDesign, names: list[str], key: tuple[str, ...]) -> str:
    if len(key) == len(names):
        return "*".join(key)
    for sep in ("*", ":", ".", "|", ","):
        parts = [part.strip() for part in key[0].split(sep)]
        known = len(parts) == len(names) and all(
            part in design.codes(name).labels for name, part in zip(names, parts, strict=True)
        )
        if known:
            return "*".join(parts)
    return key[0]


def _poststratify(design: SurveyDesign, step: dict[str, Any]) -> SurveyDesign:
    by = step["by"] if isinstance(step["by"], str) else "*".join(step["by"])
    return survey.poststratify(design, _margins(design, {by: step["targets"]}))


def _rake(design: SurveyDesign, step: dict[str, Any]) -> SurveyDesign:
    options = {"max_iterations": step["max_iter"]} if "max_iter" in step else {}
    if "tol" in step:
        options["tolerance"] = step["tol"]
    return survey.rake(design, _margins(design, step["margins"]), **options)


def _calibrate(design: SurveyDesign, step: dict[str, Any]) -> SurveyDesign:
    method = METHODS.get(step.get("method", "linear"), step.get("method", "linear"))
    bounds = (
        tuple(-math.inf if k == 0 and b is None else math.inf if b is None else b for k, b in enumerate(step["bounds"]))
        if step.get("bounds")
        else None
    )
    options = {"max_iterations": step["max_iter"]} if "max_iter" in step else {}
    if "tol" in step:
        options["tolerance"] = step["tol"]
    if "formula" in step:
        return survey.calibrate(
            design, step["totals"], formula=step["formula"], method=method, bounds=bounds, **options
        )
    return survey.calibrate(design, _margins(design, step["margins"]), method=method, bounds=bounds, **options)


def _trim(design: SurveyDesign, step: dict[str, Any]) -> SurveyDesign:
    return survey.trim(design, lower=step.get("lower"), upper=step.get("upper"), strict=bool(step.get("strict", False)))


def _nonresponse(design: SurveyDesign, step: dict[str, Any]) -> SurveyDesign:
    return survey.nonresponse(design, step["responded"], by=step["by"])


STEPS: dict[str, Callable[[SurveyDesign, dict[str, Any]], SurveyDesign]] = {
    "poststratify": _poststratify,
    "rake": _rake,
    "calibrate": _calibrate,
    "trim": _trim,
    "nonresponse": _nonresponse,
}
