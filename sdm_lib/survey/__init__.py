"""Weighting and estimation for sample surveys: describe the sample once, then ask questions of it.

A `SurveyDesign` is immutable; verbs take it first and return a new design or a table. Knows nothing of Almere.
"""

from sdm_lib.survey import rates, scales
from sdm_lib.survey.adjust import nonresponse, trim
from sdm_lib.survey.area_error import area_differences, benchmark, bootstrap_error, smooth_variances
from sdm_lib.survey.area_interval import from_others
from sdm_lib.survey.area_scale import SCALES
from sdm_lib.survey.calibration import calibrate
from sdm_lib.survey.chisq import chisq, crosstab
from sdm_lib.survey.compare import change, trend, versus_rest
from sdm_lib.survey.design import SurveyDesign, design, with_columns
from sdm_lib.survey.errors import NotConverged, SurveyError
from sdm_lib.survey.estimate import mean, proportion, total, totals
from sdm_lib.survey.glm import GLMResult, HypothesisTest, glm, ttest
from sdm_lib.survey.planning import sample_size, weighted_frame
from sdm_lib.survey.quantile import quantile
from sdm_lib.survey.ratio import ratio, variance
from sdm_lib.survey.replicates import Replicates, replicate, replicate_weights
from sdm_lib.survey.report import Weighting
from sdm_lib.survey.small_area import AreaModel, fay_herriot
from sdm_lib.survey.stack import stack
from sdm_lib.survey.statistic import Estimates, apply, contrast, estimates
from sdm_lib.survey.targets import from_dict
from sdm_lib.survey.weighting import poststratify, rake

__all__ = [
    "SCALES",
    "AreaModel",
    "Estimates",
    "GLMResult",
    "HypothesisTest",
    "NotConverged",
    "Replicates",
    "SurveyDesign",
    "SurveyError",
    "Weighting",
    "apply",
    "area_differences",
    "benchmark",
    "bootstrap_error",
    "calibrate",
    "change",
    "chisq",
    "contrast",
    "crosstab",
    "design",
    "estimates",
    "fay_herriot",
    "from_dict",
    "from_others",
    "glm",
    "mean",
    "nonresponse",
    "poststratify",
    "proportion",
    "quantile",
    "rake",
    "rates",
    "ratio",
    "replicate",
    "replicate_weights",
    "sample_size",
    "scales",
    "smooth_variances",
    "stack",
    "total",
    "totals",
    "trend",
    "trim",
    "ttest",
    "variance",
    "versus_rest",
    "weighted_frame",
    "with_columns",
]
