"""Weighting and estimation for sample surveys: describe the sample once, then ask questions of it.

A `SurveyDesign` is immutable; verbs take it first and return a new design or a table. Knows nothing of Almere.
"""

from sdm_lib.survey.design import SurveyDesign, design, with_columns
from sdm_lib.survey.errors import NotConverged, SurveyError
from sdm_lib.survey.estimate import mean, proportion, total, totals
from sdm_lib.survey.report import Weighting
from sdm_lib.survey.weighting import rake

__all__ = [
    "NotConverged",
    "SurveyDesign",
    "SurveyError",
    "Weighting",
    "design",
    "mean",
    "proportion",
    "rake",
    "total",
    "totals",
    "with_columns",
]
