"""Beside other municipalities and the Netherlands: published figures, like with like.

A published figure stands beside a figure of the same publisher, never beside the own register. Without a published
margin there is no test and no colour, only the difference with the bound that its rounding leaves. The Netherlands
contains Almere; where the population of both is known, Almere is taken out first.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sdm_lib import results
from sdm_lib.indicators.definition import Indicator
from sdm_lib.results import Kader, Results

NEDERLAND = "NL"


def compare_published(indicator: Indicator, figures: pd.DataFrame, *, eigen: str, kader: Kader) -> Results:
    """The own published figure minus that of every other area.

    figures : columns gebied, waarde, afronding (the unit that is rounded to), bron, and optionally noemer (people
    behind the figure) and groep (the part of the indicator that was published). One row an area, all of one publisher
    and period. eigen : the code of the own area.

    Returns a row per other area: measure difference, groep ``referentie=<code>`` beside that of the figures, reference
    the other's value (for NL without the own area, when both denominators are known), lower and upper the bounds that
    rounding leaves, no p.
    Raises ValueError when sources or groups are mixed, an area occurs twice, or the own area has no figure.
    """
    sources = sorted(set(figures["bron"]))
    if len(sources) != 1:
        raise ValueError(f"compare_published: figures of different publishers {sources} are not like with like")
    groepen = sorted(set(figures["groep"])) if "groep" in figures else [""]
    if len(groepen) != 1:
        raise ValueError(f"compare_published: figures of different groups {groepen} are not like with like")
    deel = results.parse_groep(groepen[0])
    if figures["gebied"].duplicated().any():
        raise ValueError("compare_published: an area occurs more than once")
    own = figures[figures["gebied"] == eigen]
    if own.empty or own["waarde"].isna().all():
        raise ValueError(f"compare_published: no figure for {eigen}; it may not have been published")
    others = figures[figures["gebied"] != eigen].reset_index(drop=True)
    grown = _grown(own.iloc[0], others)
    base = _others(own.iloc[0], others, grown)
    value = float(own["waarde"].iloc[0]) - base
    bound = grown * (float(own["afronding"].iloc[0]) + others["afronding"]) / 2
    table = pd.DataFrame({
        "value": value, "reference": base, "lower": value - bound, "upper": value + bound,
        "groep": [results.groep(**deel, referentie=str(gebied)) for gebied in others["gebied"]],
        "status": np.where(others["waarde"].isna(), "niet_gepubliceerd", "ok"),
    })  # fmt: skip
    unit = "procentpunt" if indicator.unit == "aandeel" else indicator.unit
    return results.build(
        table, kader=kader, indicator=indicator.id, definitie=indicator.definitie, unit=unit, measure="difference",
        method="verschil van gepubliceerde cijfers, grens door afronding", source=sources[0],
    )  # fmt: skip


def _grown(own: pd.Series, others: pd.DataFrame) -> pd.Series:
    """Per other area 1; for the Netherlands by how much a difference grows when the own area is taken out of it."""
    once = pd.Series(1.0, index=others.index)
    if "noemer" not in others or pd.isna(own["noemer"]):
        return once
    below = others["noemer"].astype("float64")
    whole = (others["gebied"] == NEDERLAND) & below.notna()
    return once.mask(whole, below / (below - float(own["noemer"])))


def _others(own: pd.Series, others: pd.DataFrame, grown: pd.Series) -> pd.Series:
    """Values of the other areas; the Netherlands without the own area where the denominators allow it."""
    value = float(own["waarde"])
    return value - grown * (value - others["waarde"].astype("float64"))
