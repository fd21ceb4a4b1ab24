"""Spend taken apart and looked ahead: volume, mix and price; the rest of the year; bills still to come."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from sdm_lib.indicators.aggregates import Vraag


def ontleding(frame: pd.DataFrame, vraag: Vraag) -> pd.DataFrame:
    """Change of spend between two periods in three parts that add up to the cent: volume, mix and price.

    frame : a row per type with aantal_eerder, aantal_nu, bedrag_cent_eerder, bedrag_cent_nu. Volume is more or fewer
    clients at the earlier mean price, mix a shift between types, prijs the change of price within each type.
    Source: the usual three-way split, e.g. Balk (2008), Price and Quantity Index Numbers, chapter 1.
    """
    q0, q1 = frame["aantal_eerder"].sum(), frame["aantal_nu"].sum()
    v0, v1 = frame["bedrag_cent_eerder"].sum(), frame["bedrag_cent_nu"].sum()
    if not (frame["aantal_eerder"] > 0).all():
        raise ValueError("ontleding: every type needs clients in the earlier period")
    at_old_price = sum(
        Fraction(int(rij["bedrag_cent_eerder"]) * int(rij["aantal_nu"]), int(rij["aantal_eerder"]))
        for rij in frame.to_dict("records")
    )
    volume = Fraction(int(v0) * int(q1), int(q0)) - int(v0)
    parts = {"volume": volume, "mix": at_old_price - int(v0) - volume, "prijs": int(v1) - at_old_price}
    wanted = vraag.argumenten.get("deel")
    rows = {naam: float(deel) / 100 for naam, deel in parts.items() if wanted in (None, naam)}
    table = pd.DataFrame({"effect": list(rows), "value": list(rows.values())})
    return table.assign(numerator=table["value"], n=int(q0 + q1), method="volume, mix en prijs")


def prognose(frame: pd.DataFrame, vraag: Vraag) -> pd.DataFrame:
    """Expected spend of the whole year: each post as fast as it was spent in the same part of the year before.

    A post without a year before is taken to run evenly. Late bills are not foreseen here.
    """
    by = [*vraag.by]
    keys = [*by, *(kolom for kolom in ("wet", "laag", "post") if kolom not in by)]
    real = frame[frame["soort"] == "realisatie"]
    year = real["jaar"].eq(vraag.jaar) & (real["kwartaal"] <= vraag.tot_en_met)
    before, part = real["jaar"].eq(vraag.jaar - 1), real["kwartaal"] <= vraag.tot_en_met
    now = real[year].groupby(keys)["bedrag_cent"].sum()
    whole = real[before].groupby(keys)["bedrag_cent"].sum().reindex(now.index)
    same = real[before & part].groupby(keys)["bedrag_cent"].sum().reindex(now.index)
    speed = (same / whole.where(whole > 0)).fillna(vraag.tot_en_met / 4)
    table = (now / speed.where(speed > 0)).rename("som").reset_index()
    n = real[year].groupby(keys).size().rename("n").reset_index()
    table = table.merge(n, on=keys, how="left", validate="1:1")
    sums = table.groupby(by, as_index=False)[["som", "n"]].sum() if by else table[["som", "n"]].sum().to_frame().T
    euro = sums["som"] / 100
    return sums[by].assign(value=euro, numerator=euro, n=sums["n"], method="uitgaventempo van vorig jaar")


def prognose_begroting(frame: pd.DataFrame, vraag: Vraag) -> pd.DataFrame:
    """Expected spend of the whole year as a share of the year's budget; above 1 is more than was budgeted."""
    by = [*vraag.by]
    expected = prognose(frame, vraag)
    budget = frame[frame["jaar"].eq(vraag.jaar) & (frame["soort"] == "begroting")]
    if by:
        below = budget.groupby(by, as_index=False)["bedrag_cent"].sum()
        expected = expected.merge(below, on=by, how="left", validate="1:1")
        denominator = expected["bedrag_cent"] / 100
    else:
        denominator = pd.Series(float(budget["bedrag_cent"].sum()) / 100, index=expected.index)
    return expected[by].assign(
        value=expected["value"] / denominator.where(denominator > 0), numerator=expected["value"],
        denominator=denominator, n=np.nan, method="prognose gedeeld door jaarbegroting",
    )  # fmt: skip


def nog_te_verwachten(frame: pd.DataFrame, vraag: Vraag) -> pd.DataFrame:
    """Euro still to be billed, by the chain-ladder method on a triangle of bills.

    frame : columns ``herkomst`` (quarter of support), ``vertraging`` (quarters until billed), bedrag_cent. The factor
    of each delay is the sum up to it over the sum before it, of the quarters old enough to know both.
    Source: Mack (1993), ASTIN Bulletin 23, 213-225.
    """
    wide = frame.pivot_table(index="herkomst", columns="vertraging", values="bedrag_cent", aggfunc="sum").sort_index()
    known = wide.notna().to_numpy()
    cumulative = wide.fillna(0).cumsum(axis=1).to_numpy(dtype=np.float64)
    rest = 0.0
    for row in range(len(wide)):
        last = int(np.flatnonzero(known[row])[-1])
        growth = 1.0
        for delay in range(last + 1, wide.shape[1]):
            old = known[:, delay]
            growth *= cumulative[old, delay].sum() / cumulative[old, delay - 1].sum()
        rest += cumulative[row, last] * (growth - 1)
    return pd.DataFrame(
        {"value": [rest / 100], "numerator": [rest / 100], "n": [len(frame)], "method": ["chain ladder"]}
    )
