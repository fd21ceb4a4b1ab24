"""Compute a definition on data: a weighted survey, the register, or a table of amounts or delivered aggregates.

One verb for all of them, one result table out. Which way is taken follows from the type of the data; the definition
says the rest. A breakdown by an area column fills `gebied`, every other one fills `groep`, and so does a condition
with one value: a row always says whom it is about.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sdm_lib import results
from sdm_lib.errors import Melding, ParameterFout
from sdm_lib.indicators import aggregates
from sdm_lib.indicators.definition import Indicator
from sdm_lib.results import Kader, Results

if TYPE_CHECKING:
    from sdm_lib.registry import Register
    from sdm_lib.survey import SurveyDesign

GEBIEDEN = ("stadsdeel", "wijk", "buurt")  # columns that are an area, not a group
By = str | Sequence[str] | None
Where = Mapping[str, "str | Collection[str]"] | None
Data = "SurveyDesign | Register | pd.DataFrame"

# what a row loses when too few people stand behind it: everything but who it is about and how many there were
_HIDDEN = ("value", "lower", "upper", "se", "numerator", "denominator", "n_eff")


def compute(
    indicator: Indicator,
    data: SurveyDesign | Register | pd.DataFrame,
    *,
    kader: Kader,
    by: By = None,
    where: Where = None,
    denominator: Results | None = None,
) -> Results:
    """The level of one indicator.

    data : a `SurveyDesign` with answers in words, a `Register`, or a frame: the ledger (jaar, kwartaal, wet, laag,
    post, soort, bedrag_cent) or delivered aggregates. by : columns to break down by. where : per column the value or
    values to be limited to. denominator : for spend per inhabitant or client, the results it is divided by.

    Returns a row per group, measure level; status te_klein with an empty value where n is below `minimum_n`.
    Raises InvoerFout for columns that are absent, ParameterFout for an unknown figure or a breakdown that the purpose
    of the data forbids.
    """
    _check_purpose(indicator, (*columns(by), *(where or {})))
    from sdm_lib.survey import SurveyDesign

    if isinstance(data, SurveyDesign):
        from sdm_lib.indicators import surveyed

        table = surveyed.levels(indicator, data, by=columns(by), where=where)
    elif isinstance(data, pd.DataFrame):
        table = aggregates.levels(indicator, data, by=columns(by), where=where, kader=kader, denominator=denominator)
    else:
        from sdm_lib.indicators import registered

        table = registered.levels(indicator, data, by=columns(by), where=where, kader=kader)
    return finish(indicator, table, kader=kader, where=where)


def _check_purpose(indicator: Indicator, asked: Sequence[str]) -> None:
    forbidden = [kolom for kolom in asked if kolom in indicator.niet_naar]
    if forbidden:
        wat = f"{indicator.id} mag niet naar {', '.join(forbidden)} worden uitgesplitst"
        waarom = "Daarvoor is dit onderzoek niet bedoeld."
        raise ParameterFout(Melding("SDM-724", wat, "Kies een andere uitsplitsing.", waarom=waarom))


def columns(by: By) -> tuple[str, ...]:
    """A breakdown as a tuple of column names."""
    return () if by is None else (by,) if isinstance(by, str) else tuple(by)


def finish(indicator: Indicator, table: pd.DataFrame, /, *, kader: Kader, where: Where, **constants: Any) -> Results:
    """Turn a table with some result columns into `Results`; every other column is a breakdown."""
    placed = place(table, where=where)
    source = kader.source or indicator.bron
    built = results.build(
        placed,
        kader=kader,
        **({"indicator": indicator.id, "definitie": indicator.definitie, "unit": indicator.unit}
           | {"instrument": kader.instrument or indicator.instrument, "source": source} | constants),
    )  # fmt: skip
    return too_small(built, minimum=indicator.minimum_n)


def place(table: pd.DataFrame, *, where: Where) -> pd.DataFrame:
    """Replace the breakdown by `gebied` and `groep`; conditions with one value belong to the group too."""
    by = [kolom for kolom in table.columns if kolom not in (*results.COLUMNS, *results.BIJDRAGEN)]
    vast = {kolom: waarde for kolom, waarde in _single(where).items() if kolom not in GEBIEDEN and kolom not in by}
    groepen = [kolom for kolom in by if kolom not in GEBIEDEN]
    eigen = table.loc[:, groepen].astype(str).to_dict("records") if groepen else [{}] * len(table)
    texts: list[dict[str, str]] = [{str(kolom): str(waarde) for kolom, waarde in rij.items()} for rij in eigen]
    placed = table.drop(columns=list(by)).assign(groep=[results.groep(**(vast | rij)) for rij in texts])
    for kolom in GEBIEDEN:
        if kolom in by:
            placed = placed.assign(gebied_soort=kolom, gebied=table[kolom].astype(str).to_numpy())
    return placed


def _single(where: Where) -> dict[str, str]:
    found = {}
    for kolom, waarden in (where or {}).items():
        lijst = [waarden] if isinstance(waarden, str) else list(waarden)
        if len(lijst) == 1:
            found[kolom] = lijst[0]
    return found


def too_small(table: Results, *, minimum: int) -> Results:
    """Empty the rows with fewer than `minimum` records behind them and give them status te_klein.

    A minimum of 1 asks nothing of a count: nobody is a count of 0, but a share of nobody is no share.
    """
    frame = table.frame.copy()
    small = ((frame["n"] < minimum) & (frame["value"].isna() | (minimum > 1))).to_numpy()
    frame.loc[small, list(_HIDDEN)] = np.nan
    frame.loc[small, "status"] = "te_klein"
    return Results(frame)


def mask(frame: pd.DataFrame, where: Where) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """True for the rows that meet every condition. Raises KeyError for a column that is not there."""
    inside = np.ones(len(frame), dtype=bool)
    for kolom, waarden in (where or {}).items():
        if kolom not in frame:
            raise KeyError(f"where: no column {kolom!r}; present are {list(frame.columns)}")
        inside &= frame[kolom].isin([waarden] if isinstance(waarden, str) else list(waarden)).to_numpy()
    return inside
