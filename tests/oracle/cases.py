"""Is the answer to a case right? Runs it and compares.

The format is described in README.md beside this file. A folder may hold other data and other cases: everything the
format can say is understood here, and what is not understood is a failure with its reason, never a skip.
"""

from __future__ import annotations

import math
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sdm_lib.survey import NotConverged, SurveyError
from tests.oracle.folder import Case, Oracle
from tests.oracle.operations import OPERATIONS
from tests.oracle.steps import weigh

FLAGS = (
    "telling", "vastgelegd door de weging", "geen antwoorden", "geen vrijheidsgraden", "spreiding onbekend",
    "mean, geen spreiding", "noemer nul",
)  # fmt: skip


def check(oracle: Oracle, case: Case) -> list[str]:
    """What is wrong with one case, in words; empty when it passes."""
    expect, require = case.get("expect") or {}, case.get("require")
    if require in ("error", "error_or_converged_false") or "error" in expect:
        return _check_error(oracle, case, may_report=require == "error_or_converged_false")
    try:
        found = run(oracle, case)
    except SurveyError as error:
        return [] if "r_error" in expect else [f"unexpected error: {error}"]
    problems = [] if "r_error" in expect else compare(found, expect, rtol=case.get("rtol", 1e-8), op=case["op"])
    return problems + (REQUIRED[require](found) if require else [])


def run(oracle: Oracle, case: Case) -> dict[str, Any]:
    """The library's answer to a case."""
    mutate = (case.get("args") or {}).get("mutate")
    design = weigh(oracle.design(case["design"], mutate=mutate), case.get("steps") or [])
    return OPERATIONS[case["op"]](design, case)


def _check_error(oracle: Oracle, case: Case, *, may_report: bool) -> list[str]:
    words = [str(word) for word in case.get("must_mention") or []]
    try:
        found = run(oracle, case)
    except SurveyError as error:
        said = str(error)
        if isinstance(error, NotConverged) and (error.report.converged or error.report.worst_margin is None):
            return ["NotConverged without a report that names the worst margin"]
        return [f"the message does not mention {word!r}: {said}" for word in words if word not in said]
    except ValueError as error:  # how the library speaks to a programmer; one from elsewhere is a crash
        if not _own(error):
            raise
        return [f"the message does not mention {word!r}: {error}" for word in words if word not in str(error)]
    if may_report:
        return ["no error, and no report that says not converged"]
    return [f"no error, but {str(found)[:120]}"]


def _own(error: Exception) -> bool:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return "sdm_lib" in Path(last.filename).parts


def _interval_or_flag(found: dict[str, Any]) -> list[str]:
    rows = found.get("rows")
    if rows is None:
        return ["no row with an interval"]
    problems = []
    for row in rows.to_dict("records"):
        low, high, p = row["ci_low"], row["ci_high"], row["estimate"]
        sound = all(map(math.isfinite, (low, high, p))) and 0 <= low <= p <= high <= 1 and high > low
        flagged = row["method"] in FLAGS
        if not (sound or flagged):
            problems.append(f"interval [{low}, {high}] around {p} ({row['method']})")
    return problems


def _nan_with_n0(found: dict[str, Any]) -> list[str]:
    rows = found.get("rows")
    if rows is None or not len(rows):
        return ["no row for the empty domain"]
    empty = rows[rows["n"] == 0]
    if not len(empty):
        return [f"no row with n = 0, but n = {rows['n'].tolist()[:5]}"]
    return [] if empty["estimate"].isna().all() else [f"estimate {empty['estimate'].tolist()} where n = 0"]


REQUIRED: dict[str, Callable[[dict[str, Any]], list[str]]] = {
    "finite_interval_containing_estimate_or_flag": _interval_or_flag,
    "nan_with_n0": _nan_with_n0,
}


def compare(found: Mapping[str, Any], expect: Mapping[str, Any], *, rtol: float, op: str) -> list[str]:
    """Differences beyond abs(a-b) <= rtol * max(abs(b), 1e-6); a null is not asserted."""
    problems: list[str] = []
    for key, value in expect.items():
        if value is None or key == "r_message":
            continue
        if key not in found:
            problems.append(f"{key}: not answered")
            continue
        # weights are compared relative to the largest one
        floor = max(map(abs, value)) if key == "weights" else 1e-6
        problems += _differ(key, found[key], value, rtol=rtol, floor=floor)
    return problems


def _differ(path: str, found: Any, expect: Any, *, rtol: float, floor: float) -> list[str]:
    if expect is None:
        return []
    if isinstance(expect, dict):
        if not isinstance(found, dict):
            found = {next(iter(expect)): found} if len(expect) == 1 else {}
        absent = [key for key in expect if key not in found]
        if absent:
            return [f"{path}: no {absent[0]!r} among {list(found)[:6]}"]
        pairs = [(f"{path}.{key}", found[key], value) for key, value in expect.items()]
    elif isinstance(expect, list):
        found = found if isinstance(found, list) else [found]
        if len(found) != len(expect):
            return [f"{path}: {len(found)} values, expected {len(expect)}"]
        pairs = [(f"{path}[{k}]", a, b) for k, (a, b) in enumerate(zip(found, expect, strict=True))]
    else:
        return _number(path, found, expect, rtol=rtol, floor=floor)
    problems = [text for name, a, b in pairs for text in _differ(name, a, b, rtol=rtol, floor=floor)]
    return problems[:3]


def _number(path: str, found: Any, expect: Any, *, rtol: float, floor: float) -> list[str]:
    if isinstance(found, (list, dict)):
        values = list(found.values()) if isinstance(found, dict) else found
        if len(values) != 1:
            return [f"{path}: {len(values)} values, expected one"]
        found = values[0]
    if isinstance(expect, str):
        special = {"NaN": math.nan, "Inf": math.inf, "-Inf": -math.inf, "NA": math.nan}
        if expect not in special:
            return [] if str(found) == expect else [f"{path}: {found!r}, expected {expect!r}"]
        expect = special[expect]
    a, b = float(found), float(expect)
    if (math.isnan(a) and math.isnan(b)) or a == b or abs(a - b) <= rtol * max(abs(b), floor):
        return []
    return [f"{path}: {a!r}, expected {b!r} (relative {abs(a - b) / max(abs(b), floor):.1e} > {rtol:g})"]
