"""A series of results as a trend or a control chart: which one fits follows from the kind of the indicator.

Shares go into a p' chart, rates and counts of events into a u' chart, everything else into XmR. A stock is charted by
its flows: asked for a stock, `chart` refuses and names the flow. A series begins again at a break in the definition.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sdm_lib.indicators import series
from sdm_lib.indicators.definition import Indicator
from sdm_lib.indicators.series import Kaart, Trend
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.results import Results

STOCKS = ("unieke", "stand", "inwoners")  # mostly the same people in every quarter
FLOWS = ("instroom", "uitstroom")


def points(indicator: Indicator, table: Results) -> pd.DataFrame:
    """The rows of one indicator, area and group in order of time, since the last break; missing points left out.

    Raises ValueError when the table holds several areas or groups, or a period twice.
    """
    frame = table.frame[(table.frame["indicator"] == indicator.id) & (table.frame["measure"] == "level")]
    for kolom in ("gebied", "groep"):
        if frame[kolom].nunique() > 1:
            raise ValueError(f"series of {indicator.id}: several values of {kolom}, expected one")
    if frame["periode"].duplicated().any():
        raise ValueError(f"series of {indicator.id}: a period occurs twice")
    frame = frame.iloc[sorted(range(len(frame)), key=lambda row: _quarter(str(frame["periode"].iloc[row])))]
    shown = frame[(frame["status"] == "ok") & frame["value"].notna()]
    if shown.empty:
        return shown
    quarters = [_quarter(str(periode)) for periode in shown["periode"]]
    begin = indicator.vergelijkbaar_sinds(quarters[-1])
    return shown[[quarter >= begin for quarter in quarters]]


def trend(indicator: Indicator, table: Results) -> Trend:
    """The recent trend: chi-squared for shares of different people, weighted slope where every value has its error.

    A full count of mostly the same people has neither, and gets "reeks te kort" with no points.
    """
    rows = points(indicator, table)
    if indicator.uit_enquete and (rows["se"] > 0).all():
        return series.trend_of_values(rows["value"], rows["se"])
    if indicator.soort == "aandeel" and not indicator.uit_enquete and rows["denominator"].gt(0).all():
        return series.trend_of_shares(rows["numerator"], rows["denominator"])
    return Trend("reeks te kort", np.nan, 0)


def chart(indicator: Indicator, table: Results) -> Kaart:
    """The control chart of a series. Raises ValueError without points, or for a stock: that is charted by its flows."""
    flow = indicator.argumenten.get("wat") in FLOWS
    if indicator.figuur in STOCKS or (indicator.figuur == "stroom" and not flow):
        raise ValueError(f"{indicator.id} is a stock: chart its inflow (BC11) and outflow (BC12)")
    rows = points(indicator, table)
    if rows.empty:
        raise ValueError(f"series of {indicator.id} has no points")
    counts = rows["numerator"].notna().all() and rows["denominator"].gt(0).all()
    if indicator.uit_enquete or not (counts or flow):
        return series.xmr_chart(rows["value"])  # a weighted numerator is no count of people
    if indicator.soort == "aandeel":
        return series.p_chart(rows["numerator"], rows["denominator"])
    if indicator.soort == "per_1000":
        return series.u_chart(rows["numerator"], rows["denominator"])
    return series.u_chart(rows["value"], np.ones(len(rows))) if flow else series.xmr_chart(rows["value"])


def signals(indicatoren: Mapping[str, Indicator], table: Results) -> pd.DataFrame:
    """Every indicator and area of a table with what the last point of its chart says, for early warning.

    Returns indicator, gebied_soort, gebied, groep, periode, punten, oordeel, regels (texts joined by a semicolon).
    """
    keys = ["indicator", "gebied_soort", "gebied", "groep"]
    found = []
    for key, _ in table.frame.groupby(keys):
        parts = {kolom: str(deel) for kolom, deel in zip(keys, key, strict=True)}
        indicator = indicatoren[parts["indicator"]]
        one = table.where(**parts)
        rows = points(indicator, one)
        if rows.empty:
            continue
        kaart = chart(indicator, one)
        laatste = kaart.signalen[-1]
        oordeel = kaart.oordeel if kaart.oordeel == "reeks te kort" else ("signaal" if laatste else "geen signaal")
        found.append(parts | {"periode": rows["periode"].iloc[-1], "punten": len(rows), "oordeel": oordeel,
                              "regels": ";".join(laatste)})  # fmt: skip
    return pd.DataFrame(found, columns=[*keys, "periode", "punten", "oordeel", "regels"])


def _quarter(periode: str) -> Kwartaal:
    return Kwartaal.parse(periode) if "K" in periode else Kwartaal(int(periode[:4]), 4)
