"""The questions that a case may ask, as calls of the library, and the answers in the words of the format."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from sdm_lib import survey
from sdm_lib.survey import SurveyDesign
from tests.oracle.folder import Case, domain


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
    asked = options.get("where", np.ones(len(design), dtype=bool)) & (design.weights != 0)
    n = int((asked & design.frame[case["args"]["var"]].notna().to_numpy()).sum())
    rows = pd.DataFrame({"estimate": found.estimate, "n": n})
    return {"est": found.estimate[0], "se": found.se[0], "df": found.df, "n": n, "rows": rows}


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
        "df": float(row["df"]), "ci_low": row["ci_low"], "ci_high": row["ci_high"], "p": row["p"], "n": row["n"],
        "rows": pd.DataFrame([row]),
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
