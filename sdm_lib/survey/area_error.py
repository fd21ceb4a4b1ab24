"""How wrong a modelled area can be: mean square errors, the joint error of two areas, and figures that add up.

    mse_i = g1 + g2 + 2 g3:  g1 = g_i D_i (the area itself), g2 (the coefficients), g3 (the variance between areas)

Sources: Prasad and Rao (1990), JASA 85, 163-171; Datta and Lahiri (2000), Statistica Sinica 10, 613-627 (reml; the
adjusted likelihood has the same second order); Butar and Lahiri (2003), J Statistical Planning and Inference 112,
63-76 (bootstrap); Bell, Datta and Ghosh (2013), Biometrika 100, 189-202 (benchmarking).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from sdm_lib.survey.area_scale import SCALES
from sdm_lib.survey.codes import FloatArray, label, numeric
from sdm_lib.survey.errors import choose, survey_error
from sdm_lib.survey.small_area import AreaModel, between_variance, with_between


def mean_square_error(model: AreaModel) -> FloatArray:
    """Estimated mean square error per area, on the scale of the model, to second order."""
    return np.asarray(np.diag(error_covariance(model)))


def error_covariance(model: AreaModel) -> FloatArray:
    """Covariance of the errors of all areas: what two areas share is the error of the coefficients."""
    used, a = model.sampled, model.between
    d = np.where(used, model.variance, 1.0)
    spread = a + d
    uncertain = 2 / np.sum(1 / spread[used] ** 2)  # variance of the estimated A
    g1 = np.where(used, a * d / spread, a)
    g3 = np.where(used, d**2 / spread**3 * uncertain, 0.0)
    left = (1 - model.weight)[:, None] * model.x
    return np.asarray(left @ model.beta_covariance @ left.T + np.diag(g1 + 2 * g3))


def bootstrap_error(model: AreaModel, *, n: int, rng: np.random.Generator) -> FloatArray:
    """Mean square error per area on the scale of the answers, by drawing worlds from the model and fitting each anew.

    n : worlds. Between areas of zero the model says that nothing differs, and so does this: use method "adjusted".

    >>> from sdm_lib.survey.small_area import fay_herriot
    >>> table = pd.DataFrame({"area": list("abcdef"), "y": [1.0, 3, 2, 4, 3, 5], "v": [0.5] * 6})
    >>> model = fay_herriot(table, direct="y", variance="v")
    >>> bootstrap_error(model, n=200, rng=np.random.default_rng(1)).mean().round(1).item()
    0.4
    """
    used, way = model.sampled, SCALES[model.scale]
    total, noise = np.zeros(len(model.areas)), np.sqrt(model.variance[used])
    for _ in range(n):
        truth = model.synthetic + np.sqrt(model.between) * rng.standard_normal(len(model.areas))
        direct = model.direct.copy()
        direct[used] = truth[used] + noise * rng.standard_normal(len(noise))
        a = between_variance(direct[used], model.variance[used], model.x[used], method=model.method)
        drawn = with_between(replace(model, direct=direct), a)
        total += (drawn.answer_scale() - way.back(truth)) ** 2
    return np.asarray(total / n)


def area_differences(model: AreaModel, pairs: Sequence[tuple[str, str]], *, level: float = 0.95) -> pd.DataFrame:
    """Second area of each pair minus the first: estimate, se, ci_low, ci_high, p, on the scale of the answers.

    se : of the two modelled figures together; they lean on the same coefficients, so their errors go together. Bounds
    and p hold for this very pair (`area_interval`): the areas outside it decide where they lie. They are empty where an
    area has no answers. Raises SurveyError for an unknown area.

    >>> from sdm_lib.survey.small_area import fay_herriot
    >>> table = pd.DataFrame({"area": list("abcdef"), "y": [1.0, 2, 3, 4, 3, 2], "v": [0.1] * 6})
    >>> area_differences(fay_herriot(table, direct="y", variance="v"), [("a", "d")])["estimate"].round(2).tolist()
    [2.73]
    """
    from sdm_lib.survey.area_interval import from_others

    where = {name: place for place, name in enumerate(model.areas)}
    for name in {name for pair in pairs for name in pair} - set(where):
        known = ", ".join(model.areas[:20])
        raise survey_error("SDM-838", f"gebied '{name}' zit niet in het model; er zijn {known}", "Kies een ervan.")
    first, second = np.array([[where[name] for name in pair] for pair in pairs], dtype=np.intp).reshape(-1, 2).T
    way, covariance = SCALES[model.scale], error_covariance(model)
    slope, found = way.slope(model.predicted), model.answer_scale()
    error = np.diag(covariance) * slope**2
    joint = error[first] + error[second] - 2 * covariance[first, second] * slope[first] * slope[second]
    answered = model.sampled[first] & model.sampled[second]
    contrasts = (np.eye(len(where))[second] - np.eye(len(where))[first])[answered]
    assisted = from_others(model, contrasts)
    bounds, p = np.full((2, len(first)), np.nan), np.full(len(first), np.nan)
    middle = (model.predicted[first] + model.predicted[second])[answered] / 2
    for row, step in zip(bounds, assisted.interval(level=level), strict=True):
        row[answered] = way.back(way.clip(middle + step / 2)) - way.back(way.clip(middle - step / 2))
    p[answered] = assisted.p()
    columns = {"estimate": found[second] - found[first], "se": np.sqrt(joint), "ci_low": bounds[0]}
    return pd.DataFrame(columns | {"ci_high": bounds[1], "p": p})


def benchmark(
    table: pd.DataFrame,
    published: dict[str, float],
    *,
    group: str,
    population: str,
    how: Literal["ratio", "difference", "precision"] = "ratio",
) -> pd.DataFrame:
    """Modelled figures that add up to what was published for the group they lie in.

    table : from `AreaModel.estimates`, with a column for the group and one for the population of each area. published :
    the mean or share of each group. how : ratio (all by one factor), difference (all by one amount), precision (an
    uncertain area moves more: amount in proportion to population times mean square error).

    Returns the table with estimate and bounds moved, and a column shift. Raises SurveyError for a group without a
    published figure, or a population that is not positive.

    >>> table = pd.DataFrame({"estimate": [0.2, 0.4], "se": [0.1, 0.1], "ci_low": [0.1, 0.3], "ci_high": [0.3, 0.5]})
    >>> table = table.assign(deel="x", inwoners=[100, 300])
    >>> found = benchmark(table, {"x": 0.40}, group="deel", population="inwoners", how="difference")
    >>> found["estimate"].round(2).tolist()
    [0.25, 0.45]
    """
    choose("how", how, ("ratio", "difference", "precision"))
    size, names = numeric(table[population]), [label(value) for value in table[group]]
    if not (size > 0).all():
        raise survey_error("SDM-844", "een gebied heeft geen inwoners", "Laat het weg.", kolom=population)
    found, shift = table["estimate"].to_numpy(dtype=np.float64), np.zeros(len(table))
    for name in dict.fromkeys(names):
        if name not in published:
            raise survey_error("SDM-844", f"er is geen gepubliceerd cijfer voor '{name}'", "Geef het op.", kolom=group)
        here = np.array([other == name for other in names])
        share = size[here] / size[here].sum()
        shift[here] = _shift(found[here], numeric(table["se"])[here], share, published[name], how)
    moved = {column: table[column].to_numpy(dtype=np.float64) + shift for column in ("estimate", "ci_low", "ci_high")}
    return table.assign(**moved, shift=shift)


def _shift(found: FloatArray, se: FloatArray, share: FloatArray, wanted: float, how: str) -> FloatArray:
    gap = wanted - float(share @ found)
    if how == "ratio":
        return np.asarray(found * gap / float(share @ found))
    if how == "difference":
        return np.full(len(found), gap)
    pull = share * se**2
    return np.asarray(pull * gap / float(share @ pull))


def smooth_variances(
    variance: npt.ArrayLike, n: npt.ArrayLike, *, share: npt.ArrayLike | None = None, scale: str = "none"
) -> FloatArray:
    """Sampling variances made stable by a function of the size of the sample (generalised variance function).

    variance, n : of each area, NaN or 0 where unknown. share : direct shares; the variance of a share is then a common
    design effect times p(1-p)/n with the common share, so that an area where all say the same gets one too; scale
    (none, arcsine, logit) says on which scale of `fay_herriot` it is wanted. Otherwise log variance is a line in log n.
    Both keep the total of the known variances.

    Raises SurveyError when fewer than three variances are known. Source: Rao and Molina (2015), section 6.4.1.

    >>> smooth_variances([0.004, 0.0, 0.002, 0.005], [50, 20, 100, 40], share=[0.3, 0.0, 0.3, 0.3]).round(4).tolist()
    [0.004, 0.01, 0.002, 0.005]
    """
    v, size = np.asarray(variance, dtype=np.float64), np.asarray(n, dtype=np.float64)
    known = np.isfinite(v) & (v > 0) & (size > 0)
    choose("scale", scale, SCALES)
    if int(known.sum()) < 3:
        wat = f"{int(known.sum())} varianties bekend"
        raise survey_error("SDM-843", wat, "Er zijn er drie nodig om ze glad te maken.")
    answered = np.where(size > 0, size, np.nan)
    if share is None:
        line = np.polyfit(np.log(size[known]), np.log(v[known]), 1)
        simple, bend = np.exp(np.polyval(line, np.log(answered))), 1.0
    else:
        p = np.asarray(share, dtype=np.float64)
        common = float(np.nansum(p * size) / np.sum(size[np.isfinite(p)]))
        simple = common * (1 - common) / answered
        bend = float(SCALES[scale].variance(np.array([common]), np.ones(1))[0])
    return np.asarray(bend * simple * v[known].sum() / simple[known].sum())
