"""How many people to invite: sample size per stratum for a wanted margin and an expected response."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sdm_lib.survey.codes import FloatArray, numeric
from sdm_lib.survey.design import SurveyDesign
from sdm_lib.survey.errors import survey_error, unknown_column
from sdm_lib.survey.intervals import t_quantile


def sample_size(
    strata: pd.DataFrame,
    *,
    margin: float,
    response: float | None = None,
    p: float = 0.5,
    level: float = 0.95,
    deff: float = 1.0,
) -> pd.DataFrame:
    """Answers and invitations per stratum for a share with at most `margin` on both sides.

    strata : columns stratum, population, and optionally response (expected share that answers, 0-1, instead of the
    parameter). margin : half the interval, as a share (0.05 is 5 points). p : expected share; 0.5 is the safe choice.
    deff : design effect, more than 1 for clusters or unequal weights.

    Returns stratum, population, response, needed (answers), invite, expected (answers), margin (reached with those) and
    attainable: False where even inviting everybody falls short.
    Raises SurveyError for a missing column or a stratum without people, ValueError for a share outside 0-1.
    Source: Cochran (1977), Sampling Techniques, formulas 4.1 and 4.2.

    >>> plan = sample_size(pd.DataFrame({"stratum": ["Haven"], "population": [20000]}), margin=0.05, response=0.35)
    >>> plan[["needed", "invite", "attainable"]].values.tolist()
    [[377, 1078, True]]
    """
    for name, value in (("margin", margin), ("p", p)):
        if not 0 < value < 1:
            raise ValueError(f"sample_size: {name} must lie between 0 and 1, got {value!r}")
    if deff <= 0:
        raise ValueError(f"sample_size: deff must be positive, got {deff!r}")
    for name in ("stratum", "population"):
        if name not in strata.columns:
            raise unknown_column(name, strata.columns)
    size, answer = numeric(strata["population"]), _response(strata, response)
    if not (size >= 1).all():
        name = strata["stratum"].iloc[int(np.argmax(~(size >= 1)))]
        raise survey_error("SDM-850", f"stratum '{name}' heeft geen inwoners", "Laat het weg.", kolom="population")
    t = t_quantile(np.inf, level)
    simple = deff * t**2 * p * (1 - p) / margin**2
    needed = np.minimum(np.ceil(simple / (1 + (simple - 1) / size) - 1e-9), size)
    invite = np.minimum(np.ceil(needed / answer - 1e-9), size)
    expected = invite * answer
    reached = t * np.sqrt(deff * p * (1 - p) / expected * (1 - expected / size) * size / np.maximum(size - 1, 1))
    columns = {
        "population": size.astype(np.int64), "response": answer, "needed": needed.astype(np.int64),
        "invite": invite.astype(np.int64), "expected": expected, "margin": reached,
        "attainable": needed <= expected * (1 + 1e-9),
    }  # fmt: skip
    return pd.DataFrame({"stratum": strata["stratum"].to_numpy(), **columns})


def _response(strata: pd.DataFrame, response: float | None) -> FloatArray:
    if "response" not in strata.columns and response is None:
        raise ValueError("sample_size: give response, or a column response")
    found = numeric(strata["response"]) if "response" in strata.columns else np.full(len(strata), float(response or 0))
    if not ((found > 0) & (found <= 1)).all():
        raise ValueError(
            f"sample_size: response must lie between 0 and 1, got {found[~((found > 0) & (found <= 1))][0]!r}"
        )
    return found


def weighted_frame(design: SurveyDesign, *, weight: str = "gewicht") -> pd.DataFrame:
    """The answers with their final weight as a column, for colleagues who go on in SPSS.

    Raises ValueError when the frame already has a column of that name.

    >>> from sdm_lib import survey
    >>> sample = survey.design(pd.DataFrame({"w": [2.0], "y": [1]}), weights="w")
    >>> weighted_frame(sample)["gewicht"].tolist()
    [2.0]
    """
    if weight in design.frame.columns:
        raise ValueError(f"weighted_frame: column {weight!r} exists already; choose another name")
    return design.frame.assign(**{weight: design.weights})
