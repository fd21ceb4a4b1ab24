"""Reference values and how to check them: reads a folder (expected.json, data/), runs each case, compares.

The format is described in README.md beside this file. A folder may hold other data and other cases: everything the
format can say is understood here, and what is not understood is a failure with its reason, never a skip.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sdm_lib import survey
from sdm_lib.survey import NotConverged, SurveyDesign, SurveyError

Case = dict[str, Any]
LONELY = {"fail": "error"}
METHODS = {"raking": "exponential"}


class Oracle:
    """One folder of cases; frames and unweighted designs are made once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        content = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
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
        if weights is not None and weights not in frame.columns:
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


# ---- weighting steps -------------------------------------------------------------------------------------------------


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


# ---- domains ---------------------------------------------------------------------------------------------------------


def domain(frame: pd.DataFrame, where: str) -> np.ndarray:
    """The mask that a condition describes: ``x == 4 and y in (a, b) and z is missing``."""
    found = np.ones(len(frame), dtype=bool)
    for part in re.split(r"\s+and\s+", where.strip()):
        found &= _condition(frame, part.strip())
    return found


def _condition(frame: pd.DataFrame, text: str) -> np.ndarray:
    if match := re.fullmatch(r"(.+?)\s+is\s+(not\s+)?missing", text):
        missing = frame[match[1].strip()].isna().to_numpy()
        return ~missing if match[2] else missing
    if match := re.fullmatch(r"(.+?)\s+(not\s+)?in\s+\((.*)\)", text):
        inside = _equals(frame[match[1].strip()], [value.strip() for value in match[3].split(",")])
        return ~inside if match[2] else inside
    match = re.fullmatch(r"(.+?)\s*(==|!=|<=|>=|<|>)\s*(.+)", text)
    if match is None:
        raise ValueError(f"condition {text!r} is not understood")
    column, value = frame[match[1].strip()], _bare(match[3])
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


# ---- operations ------------------------------------------------------------------------------------------------------


def _arguments(design: SurveyDesign, args: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if args.get("where"):
        found["where"] = domain(design.frame, args["where"])
    if args.get("conf") is not None:
        found["level"] = args["conf"]
    return found


def _options(design: SurveyDesign, case: Case) -> dict[str, Any]:
    args = case.get("args") or {}
    found = _arguments(design, args)
    if args.get("by"):
        found["by"] = args["by"]
    found["na"] = "listwise" if args.get("na") == "drop_listwise" else "drop"
    # without degrees of freedom in the record R's own interval is the normal one
    expects = case.get("expect") or {}
    if ("df" in expects and expects["df"] is None) or ("ci_low" in expects and "df" not in expects):
        found["df"] = np.inf
    elif "where" in found:
        found["df"] = "domain"
    return found


def _names(table: pd.DataFrame, by: list[str], several: bool) -> list[str]:
    names = []
    for row in table.to_dict("records"):
        label = ".".join(str(row[name]) for name in by)
        names.append(f"{label}:{row['variable']}" if by and several else label if by else str(row["variable"]))
    return names


def _table(table: pd.DataFrame, names: list[str]) -> dict[str, Any]:
    columns = {"est": "estimate", "se": "se", "ci_low": "ci_low", "ci_high": "ci_high", "deff": "deff", "n": "n"}
    found = {
        key: dict(zip(names, table[column].tolist(), strict=True)) for key, column in columns.items() if column in table
    }
    return found | {"df": float(table["df"].iloc[0]) if len(table) else math.nan, "rows": table}


def _by_list(args: dict[str, Any]) -> list[str]:
    by = args.get("by")
    return [] if not by else [by] if isinstance(by, str) else list(by)


def _mean(design: SurveyDesign, case: Case) -> dict[str, Any]:
    args, options = case.get("args") or {}, _options(design, case)
    verb = survey.total if case["op"] == "total" else survey.mean
    if args.get("deff") == "replace":
        options["deff"] = "replace"
    variables = args["vars"]
    table = verb(design, variables, **options)
    several = not isinstance(variables, str) and len(variables) > 1
    return _table(table, _names(table, _by_list(args), several))


def _proportions(design: SurveyDesign, case: Case) -> dict[str, Any]:
    args, options = case["args"], _options(design, case)
    if case["op"] == "totals":
        table = survey.totals(
            design, args["var"], **{k: v for k, v in options.items() if k in ("by", "where", "level")}
        )
    else:
        table = survey.proportion(_as_text(design, args["var"]), args["var"], ci="mean", **options)
    return _table(table, [f"{args['var']}{category}" for category in table["category"]])


def _as_text(design: SurveyDesign, name: str) -> SurveyDesign:
    coded = design.codes(name)
    labels = pd.Categorical.from_codes(coded.codes, list(coded.labels))
    return survey.with_columns(design, {name: pd.Series(labels)})


def _prop(design: SurveyDesign, case: Case) -> dict[str, Any]:
    args, options = case["args"], _options(design, case)
    ci = {"kg": "korn_graubard", "korn-graubard": "korn_graubard"}.get(args.get("ci", "auto"), args.get("ci", "auto"))
    level = args.get("level")
    table = survey.proportion(design, args["var"], ci=ci, category=None if level is None else str(level), **options)
    if _by_list(args):
        return _table(table, _names(table, _by_list(args), False))
    row = table.iloc[0]
    found = {"est": row["estimate"], "se": row["se"], "ci_low": row["ci_low"], "ci_high": row["ci_high"]}
    return found | {"df": row["df"], "n": row["n"], "rows": table}


def _ratio(design: SurveyDesign, case: Case) -> dict[str, Any]:
    args, options = case["args"], _options(design, case)
    options.pop("na")
    table = survey.ratio(design, args["num"], args["den"], **options)
    if _by_list(args):
        return _table(table, _names(table, _by_list(args), False))
    row = table.iloc[0]
    return {
        "est": row["estimate"],
        "se": row["se"],
        "ci_low": row["ci_low"],
        "ci_high": row["ci_high"],
        "df": row["df"],
        "n": row["n"],
        "rows": table,
    }


def _quantile(design: SurveyDesign, case: Case) -> dict[str, Any]:
    args, options = case["args"], _arguments(design, case["args"])
    if args.get("by"):
        options["by"] = args["by"]
    table = survey.quantile(
        design, args["var"], args["p"], rule=args.get("qrule", "math"), interval=args.get("interval", "mean"), **options
    )
    if len(table) == 1 and isinstance(args["p"], (int, float)):
        row = table.iloc[0]
        return {
            "p": row["p"],
            "est": row["estimate"],
            "ci_low": row["ci_low"],
            "ci_high": row["ci_high"],
            "se": row["se"],
            "n": row["n"],
            "rows": table,
        }
    names = {"p": "p", "est": "estimate", "ci_low": "ci_low", "ci_high": "ci_high", "se": "se", "n": "n"}
    return {key: table[column].tolist() for key, column in names.items()} | {"rows": table}


def _variance(design: SurveyDesign, case: Case) -> dict[str, Any]:
    options = {"where": domain(design.frame, case["args"]["where"])} if case["args"].get("where") else {}
    found = survey.variance(design, case["args"]["var"], **options)
    return {"est": found.estimate[0], "se": found.se[0], "df": found.df}


def _glm(design: SurveyDesign, case: Case) -> dict[str, Any]:
    args = case["args"]
    family = {"quasibinomial": "binomial", "quasipoisson": "poisson"}.get(args["family"], args["family"])
    options = {"where": domain(design.frame, args["where"])} if args.get("where") else {}
    found = survey.glm(design, args["formula"], family=family, **options)
    bounds = found.conf_int(1 - args.get("conf", 0.95))
    return {
        "coef": found.params.to_dict(), "se": found.bse.to_dict(), "t": found.tvalues.to_dict(),
        "p": found.pvalues.to_dict(), "ci_low": bounds[0].to_dict(), "ci_high": bounds[1].to_dict(),
        "df_resid": found.df_resid, "vcov": found.cov_params().to_numpy().tolist(),
    }  # fmt: skip


def _outcome(found: survey.HypothesisTest) -> dict[str, Any]:
    parameter = list(found.df) if len(found.df) != 1 else found.df[0]
    has = not math.isnan(found.estimate)
    return {
        "statistic": found.statistic, "parameter": parameter, "p": found.p,
        "estimate": found.estimate if has else [], "ci": [found.ci_low, found.ci_high] if has else [],
    }  # fmt: skip


def _chisq(design: SurveyDesign, case: Case) -> dict[str, Any]:
    args = case["args"]
    options = {"where": domain(design.frame, args["where"])} if args.get("where") else {}
    return _outcome(survey.chisq(design, args["rows"], args["cols"], statistic=args.get("statistic", "F"), **options))


def _ttest(design: SurveyDesign, case: Case) -> dict[str, Any]:
    args = case["args"]
    options = _arguments(design, args) | ({"by": args["by"]} if args.get("by") else {})
    return _outcome(survey.ttest(design, args["var"], **options))


def _contrast(design: SurveyDesign, case: Case) -> dict[str, Any]:
    args = case["args"]
    options = {"where": domain(design.frame, args["where"])} if args.get("where") else {}
    found = survey.contrast(survey.estimates(design, args["var"], by=args.get("by"), **options), args["weights"])
    table = found.as_frame(level=args.get("conf", 0.95)).iloc[0]
    return {
        "est": table["estimate"],
        "se": table["se"],
        "ci_low": table["ci_low"],
        "ci_high": table["ci_high"],
        "df": found.df,
    }


def _change(design: SurveyDesign, case: Case) -> dict[str, Any]:
    args = case["args"]
    options = _arguments(design, args)
    row = survey.change(design, args["var"], wave=args["wave"], **options).iloc[0]
    options.pop("level", None)
    waves = survey.estimates(design, args["var"], by=args["wave"], **options)
    return {
        "est": row["estimate"], "se": row["se"], "wave_est": waves.estimate.tolist(), "cov": waves.covariance.tolist(),
        "df": float(row["df"]), "ci_low": row["ci_low"], "ci_high": row["ci_high"], "p": row["p"],
    }  # fmt: skip


def _weights(design: SurveyDesign, case: Case) -> dict[str, Any]:
    w = design.weights
    return {
        "weights": w.tolist(), "sum": w.sum(), "min": w.min(), "max": w.max(), "n_eff": w.sum() ** 2 / (w**2).sum(),
        "kish_deff": len(w) * (w**2).sum() / w.sum() ** 2,
    }  # fmt: skip


def _design(design: SurveyDesign, case: Case) -> dict[str, Any]:
    return {"n": len(design), "df": design.degf, "sum": design.weights.sum()}


OPERATIONS: dict[str, Callable[[SurveyDesign, Case], dict[str, Any]]] = {
    "mean": _mean, "total": _mean, "proportions": _proportions, "totals": _proportions, "prop": _prop, "ratio": _ratio,
    "quantile": _quantile, "variance": _variance, "glm": _glm, "chisq": _chisq, "ttest": _ttest, "contrast": _contrast,
    "change": _change, "weights": _weights, "design": _design,
}  # fmt: skip


# ---- judging ---------------------------------------------------------------------------------------------------------


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
    if may_report:
        return ["no error, and no report that says not converged"]
    return [f"no error, but {str(found)[:120]}"]


def _interval_or_flag(found: dict[str, Any]) -> list[str]:
    rows = found.get("rows")
    if rows is None:
        return ["no row with an interval"]
    problems = []
    for row in rows.to_dict("records"):
        low, high, p = row["ci_low"], row["ci_high"], row["estimate"]
        sound = all(map(math.isfinite, (low, high, p))) and 0 <= low <= p <= high <= 1 and high > low
        flagged = row["method"] in ("telling", "vastgelegd door de weging", "geen antwoorden", "geen vrijheidsgraden")
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
