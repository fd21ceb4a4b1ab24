"""A folder of reference values: its data files, and its designs made from their description."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sdm_lib import survey
from sdm_lib.survey import SurveyDesign
from sdm_lib.survey.errors import unknown_column

Case = dict[str, Any]
LONELY = {"fail": "error"}


class Oracle:
    """One folder of cases; frames and unweighted designs are made once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        path = folder / "expected.json"
        if not path.is_file():
            raise SystemExit(f"{path} does not exist; see README.md beside the tests for the format")
        content = json.loads(path.read_text(encoding="utf-8"))
        self.designs: dict[str, Any] = content["designs"]
        self.cases: list[Case] = content["cases"]
        self._frames: dict[str, pd.DataFrame] = {}
        self._designs: dict[str, SurveyDesign] = {}

    def frame(self, name: str) -> pd.DataFrame:
        """A data file; quoted values are text, bare ones numbers, empty ones missing."""
        if name not in self._frames:
            self._frames[name] = read_csv(self.folder / "data" / f"{name}.csv")
        return self._frames[name]

    def design(self, name: str, *, mutate: str | None = None) -> SurveyDesign:
        """A design as declared, its weights spoilt first when `mutate` says so."""
        if mutate is not None:
            return self._make(self.designs[name], mutate)
        if name not in self._designs:
            self._designs[name] = self._make(self.designs[name], None)
        return self._designs[name]

    def _make(self, declared: dict[str, Any], mutate: str | None) -> SurveyDesign:
        frame = self.frame(declared["data"])
        weights = declared.get("weights")
        if weights is not None and weights not in frame.columns and declared.get("replicates"):
            weights = self._full_weight(declared)
        if mutate is not None:
            weights = weights or "mutated"
            frame = _spoil(frame if weights in frame else frame.assign(mutated=1.0), weights, mutate)
        ids, fpc = declared.get("ids"), declared.get("fpc")
        replicates = self._replicates(declared["replicates"]) if declared.get("replicates") else None
        if replicates is not None and weights is None:
            frame, weights = frame.assign(full_weight=replicates.factors.mean(axis=1)), "full_weight"
        lonely = declared.get("lonely_psu", "fail")
        return survey.design(
            frame, weights=weights, strata=declared.get("strata"), clusters=ids, fpc=fpc, replicates=replicates,
            lonely=LONELY.get(lonely, lonely), nest=bool(declared.get("nest", False)),
        )  # fmt: skip

    def _full_weight(self, declared: dict[str, Any]) -> str | None:
        # a replicate design says "(full-sample weight)": the weight of the plain design on the same data
        for other in self.designs.values():
            name = other.get("weights")
            if other["data"] == declared["data"] and name in self.frame(other["data"]).columns:
                return str(name)
        return None

    def _replicates(self, declared: dict[str, Any]) -> survey.Replicates:
        table = self.frame(declared["file"])
        return survey.replicate_weights(
            table, kind=declared["type"], scale=declared.get("scale"), rscales=_listed(declared.get("rscales")),
            mse=bool(declared.get("mse", False)), fay_rho=declared.get("fay_rho", 0.0),
        )  # fmt: skip


def read_csv(path: Path) -> pd.DataFrame:
    """A CSV in which quotes mark text: a level "2015" stays text, a bare 2015 is a number."""
    text = path.read_text(encoding="utf-8")
    names, *lines = csv.reader(text.splitlines())
    raw = [re.findall(r'(?:^|,)("(?:[^"]|"")*"|[^,]*)', line) for line in text.splitlines()[1:]]
    columns: dict[str, Any] = {}
    for k, name in enumerate(names):
        values = [line[k] for line in lines]
        quoted = any(cells[k].startswith('"') for cells in raw)
        filled = [value if value != "" else None for value in values]
        columns[name] = pd.Series(filled, dtype="object" if quoted else "float64")
        if quoted:
            columns[name] = columns[name].astype("str")
    return pd.DataFrame(columns)


def _spoil(frame: pd.DataFrame, weights: str, how: str) -> pd.DataFrame:
    values = frame[weights].astype(float).copy()
    if how == "all_zero":
        return frame.assign(**{weights: 0.0})
    values.iloc[5] = {"negative": -1.0, "nan": np.nan}[how]
    return frame.assign(**{weights: values})


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, (int, float)) else value


def domain(frame: pd.DataFrame, where: str) -> np.ndarray:
    """The mask that a condition describes: ``x == 4 and y in (a, b) and z is missing``."""
    found = np.ones(len(frame), dtype=bool)
    for part in re.split(r"\s+and\s+", where.strip()):
        found &= _condition(frame, part.strip())
    return found


def _condition(frame: pd.DataFrame, text: str) -> np.ndarray:
    if match := re.fullmatch(r"(.+?)\s+is\s+(not\s+)?missing", text):
        missing = _column(frame, match[1].strip()).isna().to_numpy()
        return ~missing if match[2] else missing
    if match := re.fullmatch(r"(.+?)\s+(not\s+)?in\s+\((.*)\)", text):
        inside = _equals(_column(frame, match[1].strip()), [value.strip() for value in match[3].split(",")])
        return ~inside if match[2] else inside
    match = re.fullmatch(r"(.+?)\s*(==|!=|<=|>=|<|>)\s*(.+)", text)
    if match is None:
        raise ValueError(f"condition {text!r} is not understood")
    column, value = _column(frame, match[1].strip()), _bare(match[3])
    if match[2] in ("==", "!="):
        same = _equals(column, [value])
        return same if match[2] == "==" else ~same & column.notna().to_numpy()
    number, y = float(value), column.astype(float).to_numpy()
    return {"<": y < number, "<=": y <= number, ">": y > number, ">=": y >= number}[match[2]]


def _bare(text: str) -> str:
    return text.strip().strip("'\"")


def _equals(column: pd.Series, values: list[str]) -> np.ndarray:
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column.isin([float(_bare(value)) for value in values]).to_numpy()
    return column.isin([_bare(value) for value in values]).to_numpy()


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    if name not in frame.columns:
        raise unknown_column(name, frame.columns)
    return frame[name]
