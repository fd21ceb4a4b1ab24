"""Fresh small catalogues, surveys and registers for the tests of the indicators."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sdm_lib import indicators, survey

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def catalogus() -> indicators.Catalogue:
    return indicators.load(ROOT)


@pytest.fixture
def enquete() -> Callable[..., survey.SurveyDesign]:
    return _enquete


@pytest.fixture
def register_frame() -> Callable[..., pd.DataFrame]:
    return _register_frame


def _enquete(n: int, share: float, *, seed: int, kolom: str = "v01", **kolommen: object) -> survey.SurveyDesign:
    """A simple random sample of n answers with about this share "eens", weight 10 each."""
    ja = np.random.default_rng(seed).permutation(n) < round(share * n)
    frame = pd.DataFrame({kolom: np.where(ja, "eens", "oneens"), "w": 10.0, **kolommen})
    return survey.design(frame, weights="w")


def _register_frame(*spells: tuple[str, str, str]) -> pd.DataFrame:
    """Spells of the Wmo: person, begin, end (empty is open)."""
    frame = pd.DataFrame(spells, columns=["persoon", "begin", "einde"])
    dates = {kolom: pd.to_datetime(frame[kolom].replace("", None)) for kolom in ("begin", "einde")}
    return frame.assign(**dates, wet="wmo", voorziening="vervoer", stadsdeel="WK003401", huishouden=frame["persoon"])
