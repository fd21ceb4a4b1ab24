"""Replicate weights: variance as the spread of the estimate over re-weighted copies of the sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sdm_lib.survey.codes import FloatArray, IntArray

if TYPE_CHECKING:
    from sdm_lib.survey.design import SurveyDesign


@dataclass(frozen=True, slots=True)
class Replicates:
    n_rows: int
    degf: int


def replicate_variances(
    design: SurveyDesign, y: FloatArray, *, domain: IntArray, n_domains: int, total: bool
) -> FloatArray:
    raise NotImplementedError
