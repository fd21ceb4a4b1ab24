"""Tested differences: with the nulmeting or an earlier quarter, and of an area with the rest of the city.

A difference has its interval and its own test. Survey waves are one stacked sample; register figures change by in-
and outflow; events of different quarters are independent counts; amounts are full counts and get no test. What may
not be compared (another instrument, another division of areas, a break in the definition) is not: the row is
``niet_gemeten`` and its method says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from sdm_lib import results
from sdm_lib.indicators.compute import GEBIEDEN, By, Where, columns, compute, finish
from sdm_lib.indicators.definition import Indicator
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.results import Kader, Results

if TYPE_CHECKING:
    from sdm_lib.registry import Register

Z95 = 1.959963984540054
WITHOUT = "verschil van volledige tellingen, geen toets"
# the same people and trajects stand in both quarters, and how their answer moved is not followed: no test of those
NO_TEST = ("duur", "intensiteit", "inwoners", "uitgaven_register")
KEYS = ("gebied_soort", "gebied", "groep")


@dataclass(frozen=True)
class Meting:
    """One measurement: the frame it stands in, and where the data of an indicator are found.

    data : gives the `SurveyDesign`, `Register` or frame of an indicator. persoon : per survey the column that names a
    person in all waves. denominator : gives the results an amount is divided by, or None.
    """

    kader: Kader
    data: Callable[[Indicator], Any]
    persoon: dict[str, str] = field(default_factory=dict)
    denominator: Callable[[Indicator], Results | None] = field(default=lambda indicator: None)


def compare(
    gekozen: Sequence[Indicator],
    *,
    nu: Meting,
    eerder: Meting,
    by: By = None,
    where: Where = None,
    familie: Iterable[Indicator] | None = None,
) -> Results:
    """Now minus then, a row per indicator and group: measure difference, reference (then), interval, p and p_adj.

    by, where : as in `compute`. familie : all indicators that belong to this comparison, shown or not: a topic's
    city-level indicators. With a breakdown the family is the indicator over all its groups.
    p_adj is corrected within the family by Benjamini-Hochberg.
    """
    if by is not None:
        return results.concat(*(adjusted(_difference(i, nu, eerder, columns(by), where)) for i in gekozen))
    others = [indicator for indicator in familie or () if can_be_tested(indicator)]
    everyone = {indicator.id: indicator for indicator in (*gekozen, *others)}
    table = adjusted(results.concat(*(_difference(i, nu, eerder, (), where) for i in everyone.values())))
    wanted = table.frame["indicator"].isin([indicator.id for indicator in gekozen])
    return Results(table.frame[wanted])


def compare_rest(
    gekozen: Sequence[Indicator], *, nu: Meting, by: str = "stadsdeel", where: Where = None, gebied: str = ""
) -> Results:
    """Each area minus the rest of the city; the family of the correction is one indicator over all areas.

    gebied : keep only the row of this area, after the correction over all.
    An indicator without denominator (a plain count or amount) says nothing beside the rest, and is left out.
    """
    tables = [adjusted(table) for indicator in gekozen if (table := _rest(indicator, nu, by, where)) is not None]
    found = results.concat(*tables) if tables else results.empty()
    return found.where(gebied=gebied) if gebied else found


def adjusted(table: Results) -> Results:
    """The same rows with p_adj over all of them: they are one family."""
    from sdm_lib.survey.compare import adjust_p

    p_adj = adjust_p(table.frame["p"].to_numpy(dtype=np.float64))
    return Results(table.frame.assign(p_adj=p_adj))


def refusal(indicator: Indicator, nu: Kader, eerder: Kader) -> str:
    """Why two measurements may not be compared; empty when they may."""
    if nu.gebied_jaar != eerder.gebied_jaar:
        return f"niet vergeleken: gebiedsindeling {eerder.gebied_jaar} en {nu.gebied_jaar}"
    if (nu.instrument or indicator.instrument) != (eerder.instrument or indicator.instrument):
        return f"niet vergeleken: {eerder.instrument or indicator.instrument} is een ander meetinstrument"
    now, then = (_last_quarter(kader.meetperiode or kader.periode) for kader in (nu, eerder))
    if indicator.vergelijkbaar_sinds(now) > then:
        return f"niet vergeleken: de reeks begint opnieuw in {indicator.vergelijkbaar_sinds(now)}"
    if not indicator.uit_enquete and len(nu.periode) != len(eerder.periode):
        return "niet vergeleken: een telling over een jaar en een over een kwartaal"
    if indicator.seizoen and now.nummer != then.nummer:
        return "niet vergeleken: alleen met hetzelfde seizoen"
    return ""


def can_be_tested(indicator: Indicator) -> bool:
    """Whether a difference of this indicator can have a p-value: what has none does not count in a family."""
    if indicator.uit_enquete:
        return True
    return indicator.bron == "register" and indicator.figuur not in NO_TEST


def _last_quarter(periode: str) -> Kwartaal:
    return Kwartaal.parse(periode) if "K" in periode else Kwartaal(int(periode[:4]), 4)


def _difference(indicator: Indicator, nu: Meting, eerder: Meting, by: tuple[str, ...], where: Where) -> Results:
    reason = refusal(indicator, nu.kader, eerder.kader)
    if reason:
        row = pd.DataFrame({"value": [np.nan], "n": [np.nan], "status": ["niet_gemeten"], "method": [reason]})
        return _finished(indicator, row, nu.kader, where, check=False)
    if indicator.uit_enquete:
        from sdm_lib.indicators import waves

        persoon = nu.persoon.get(indicator.bron, "")
        table = waves.change(indicator, nu.data(indicator), eerder.data(indicator), by=by, where=where, persoon=persoon)
        return _finished(indicator, table, nu.kader, where)
    return _of_counts(indicator, nu, eerder, by, where)


def _finished(indicator: Indicator, table: pd.DataFrame, kader: Kader, where: Where, *, check: bool = True) -> Results:
    unit = "procentpunt" if indicator.unit == "aandeel" else indicator.unit
    checked = indicator if check else _anything(indicator)
    found = finish(checked, table, kader=kader, where=where, measure="difference", unit=unit)
    hidden = (found.frame["status"] == "te_klein").to_numpy()
    frame = found.frame.copy()
    frame.loc[hidden, ["reference", "p"]] = np.nan
    return Results(frame)


def _anything(indicator: Indicator) -> Indicator:
    plain = replace(indicator, minimum_n=1)
    object.__setattr__(plain, "id", indicator.id)
    return plain


def _of_counts(indicator: Indicator, nu: Meting, eerder: Meting, by: tuple[str, ...], where: Where) -> Results:
    levels = [
        compute(indicator, m.data(indicator), kader=m.kader, by=by, where=where, denominator=m.denominator(indicator))
        for m in (nu, eerder)
    ]
    both = _beside(*levels)
    value = both["value"] - both["value_eerder"]
    variance, method = _count_variance(indicator, nu, eerder, both, by=by, where=where)
    se = np.sqrt(variance)
    found = {
        "value": value, "reference": both["value_eerder"], "se": se, "lower": value - Z95 * se,
        "upper": value + Z95 * se, "p": _two_sided(value.to_numpy(dtype=np.float64), se),
    }  # fmt: skip
    small = both["status"].eq("te_klein") | both["status_eerder"].eq("te_klein")
    table = pd.DataFrame(found).mask(small).assign(
        status=both["status"].mask(small, "te_klein"), n=both[["n", "n_eerder"]].min(axis=1), numerator=np.nan,
        denominator=both["denominator_eerder"],  # of the reference: protection asks how many that stood for
        measure="difference", method=method,
    )  # fmt: skip
    frame = levels[0].frame.merge(both[list(KEYS)], on=list(KEYS), how="inner", validate="1:1")
    unit = "procentpunt" if indicator.unit == "aandeel" else indicator.unit
    return Results(frame.assign(**{str(kolom): table[kolom].to_numpy() for kolom in table}, unit=unit))


def _beside(nu: Results, eerder: Results) -> pd.DataFrame:
    """Levels of now with those of then behind them; a group that one of both lacks has nothing to compare with."""
    wanted = [*KEYS, "value", "numerator", "denominator", "n", "se", "status"]
    return nu.frame[wanted].merge(
        eerder.frame[wanted], on=list(KEYS), how="inner", suffixes=("", "_eerder"), validate="1:1"
    )


def _count_variance(
    indicator: Indicator, nu: Meting, eerder: Meting, both: pd.DataFrame, *, by: tuple[str, ...], where: Where
) -> tuple[Any, str]:
    if indicator.aard == "financieel" or indicator.bron != "register":
        return np.full(len(both), np.nan), WITHOUT
    periodes = (eerder.kader.periode, nu.kader.periode)
    if indicator.figuur in NO_TEST:
        return np.full(len(both), np.nan), WITHOUT
    from sdm_lib.indicators import turnover

    counts = turnover.profile(indicator, cast("Register", nu.data(indicator)), periodes=periodes, by=by, where=where)
    if counts is None:
        variance = _independent(indicator, both)
        return variance, "verschil van verschillende gebeurtenissen" if np.isfinite(variance).any() else WITHOUT
    rows = both.assign(**{kolom: _part(both, kolom) for kolom in by})
    found = [_row_variance(indicator, counts, rij, by) for rij in rows.to_dict("records")]
    return np.array(found), "verschil door in- en uitstroom"


def _part(both: pd.DataFrame, kolom: str) -> list[str]:
    if kolom in GEBIEDEN:
        return [str(gebied) for gebied in both["gebied"]]
    return [results.parse_groep(str(groep))[kolom] for groep in both["groep"]]


def _row_variance(indicator: Indicator, counts: pd.DataFrame, rij: Any, by: tuple[str, ...]) -> float:
    inside = np.ones(len(counts), dtype=bool)
    for kolom in by:
        inside &= (counts[kolom] == rij[kolom]).to_numpy()
    from sdm_lib.indicators import turnover

    per = _per(indicator)
    population: dict[str, float] | None = {}
    if indicator.figuur in turnover.COUNTS:
        population = None
    elif indicator.figuur in turnover.PER_POPULATION:
        population = {"nu": rij["denominator"], "eerder": rij["denominator_eerder"]}
    return float(turnover.change_variance(counts[inside], per=per, population=population))


def _per(indicator: Indicator) -> float:
    default = "1000" if indicator.soort == "per_1000" else "1"
    return float(indicator.argumenten.get("per", default))


def _independent(indicator: Indicator, both: pd.DataFrame) -> Any:
    """Variance of a difference of figures on different events: their own, else Poisson counts or binomial shares."""
    own = both["se"] ** 2 + both["se_eerder"] ** 2
    if own.notna().any():
        return own.to_numpy(dtype=np.float64)
    if indicator.soort == "aandeel":
        above = both["numerator"] + both["numerator_eerder"]
        below = both["denominator"] + both["denominator_eerder"]
        pooled = above / below.where(below > 0)
        found = pooled * (1 - pooled) * (1 / both["denominator"] + 1 / both["denominator_eerder"])
        return found.to_numpy(dtype=np.float64)
    if indicator.soort == "aantal":
        return (both["value"] + both["value_eerder"]).to_numpy(dtype=np.float64)
    if indicator.soort == "per_1000":
        parts = [both[f"numerator{x}"] * (_per(indicator) / both[f"denominator{x}"]) ** 2 for x in ("", "_eerder")]
        return (parts[0] + parts[1]).to_numpy(dtype=np.float64)
    return np.full(len(both), np.nan)


def _two_sided(value: Any, se: Any) -> Any:
    from scipy import special

    spread = np.asarray(se, dtype=np.float64)
    return 2 * special.ndtr(-np.abs(value) / np.where(spread > 0, spread, np.nan))


def _rest(indicator: Indicator, nu: Meting, by: str, where: Where) -> Results | None:
    if indicator.uit_enquete:
        from sdm_lib.indicators import waves

        table = waves.versus_rest(indicator, nu.data(indicator), by=by, where=where)
        return _finished(indicator, table, nu.kader, where)
    if indicator.bron != "register" or indicator.soort not in ("aandeel", "per_1000"):
        return None
    level = compute(indicator, nu.data(indicator), kader=nu.kader, by=by, where=where).frame
    share = level["numerator"] / level["denominator"]
    if level["numerator"].isna().all() or (share < 0).any() or (share > 1).any():
        return None  # a net shift or an estimated chance is no share of people that can be set beside the rest
    return Results(_shares_against_rest(indicator, level))


def _shares_against_rest(indicator: Indicator, level: pd.DataFrame) -> pd.DataFrame:
    """Share of an area minus that of all other areas: interval of Newcombe from two Wilson intervals, score test."""
    from sdm_lib.survey import rates

    whole = level.groupby("groep")[["numerator", "denominator"]].transform("sum")
    known = level["denominator"].gt(0) & (whole["denominator"] > level["denominator"])
    frame, per = level.assign(**_EMPTY), _per(indicator)
    x, n = level.loc[known, "numerator"], level.loc[known, "denominator"]
    x_rest, n_rest = whole.loc[known, "numerator"] - x, whole.loc[known, "denominator"] - n
    own, rest = x / n, x_rest / n_rest
    (own_low, own_high), (rest_low, rest_high) = rates.wilson(x, n), rates.wilson(x_rest, n_rest)
    pooled = (x + x_rest) / (n + n_rest)
    se = np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / n_rest))
    found = {
        "value": per * (own - rest),
        "reference": per * rest,
        "lower": per * (own - rest - np.sqrt((own - own_low) ** 2 + (rest_high - rest) ** 2)),
        "upper": per * (own - rest + np.sqrt((own_high - own) ** 2 + (rest - rest_low) ** 2)),
        "se": per * se,
        "p": _two_sided(own - rest, se),
    }
    frame.loc[known, list(found)] = pd.DataFrame(found, index=x.index)
    return frame.assign(
        measure="difference", unit="procentpunt" if indicator.unit == "aandeel" else indicator.unit,
        method="verschil met de rest van de stad, interval van Newcombe, scoretoets",
    )  # fmt: skip


# a difference has no numerator of its own, and a level's value and margin are not those of the difference
_EMPTY = dict.fromkeys(("value", "reference", "lower", "upper", "se", "p", "numerator", "denominator"), np.nan)
