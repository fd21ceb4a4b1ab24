"""Which published numbers changed between two quarters or two released editions, by how much and why.

Two tables of published figures are laid beside each other by what a number is about. The reason follows from what
else changed: the definition, the state or source of the data; what remains is a correction.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

SLEUTEL = ("indicator", "periode", "gebied_soort", "gebied", "gebied_jaar", "groep", "measure")
REDENEN = ("nieuw", "vervallen", "definitie", "gegevens", "bescherming", "correctie")
GELIJK = 1e-9  # a published number is rounded long before this


def changes(eerder: pd.DataFrame, nu: pd.DataFrame, *, tussen_periodes: bool = False) -> pd.DataFrame:
    """The rows that differ.

    eerder, nu : published figures with the columns of the result table. tussen_periodes : compare two quarters, so
    that the period is no part of what a number is about.

    Returns the key columns, eerder, nu, verschil and reden: nieuw, vervallen, definitie (its version changed),
    gegevens (provisional became final, or another delivery, instrument or measuring period), bescherming (shown in one
    only), correctie (the number changed and nothing that should change it). Raises ValueError for a repeated key.
    """
    key = [kolom for kolom in SLEUTEL if kolom != "periode" or not tussen_periodes]
    for naam, table in (("eerder", eerder), ("nu", nu)):
        if table.duplicated(key).any():
            raise ValueError(f"changes: {naam} holds a number twice for the same {key}")
    wanted = [*key, "value", "definitie", "stand", "source", "instrument", "meetperiode", "status"]
    both = eerder[wanted].merge(
        nu[wanted], on=key, how="outer", suffixes=("_eerder", ""), indicator="waar", validate="1:1"
    )
    same_value = np.isclose(both["value"], both["value_eerder"], rtol=0, atol=GELIJK, equal_nan=True)
    same = same_value & (both["status"] == both["status_eerder"]) & (both["waar"] == "both")
    moved = both[~same].copy()
    moved["reden"] = [_reason(row, tussen_periodes=tussen_periodes) for row in moved.to_dict("records")]
    moved["verschil"] = moved["value"] - moved["value_eerder"]
    renamed = moved.rename(columns={"value_eerder": "eerder", "value": "nu"})
    return renamed[[*key, "eerder", "nu", "verschil", "reden"]].sort_values(key, ignore_index=True)


def _reason(row: dict[Any, Any], *, tussen_periodes: bool) -> str:
    if row["waar"] != "both":
        return "nieuw" if row["waar"] == "right_only" else "vervallen"
    if row["definitie"] != row["definitie_eerder"]:
        return "definitie"
    if (row["status"] == "ok") != (row["status_eerder"] == "ok"):
        return "bescherming"
    moved = any(row[kolom] != row[f"{kolom}_eerder"] for kolom in ("stand", "source", "instrument", "meetperiode"))
    return "gegevens" if moved or tussen_periodes else "correctie"
