"""Who is behind an amount: how many providers, and what the largest of them were paid.

These facts decide whether an amount may be seen and are never shown themselves: an amount that one provider received
for the most part tells the others, or a competitor, what it earned.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sdm_lib.kwartaal import Kwartaal
from sdm_lib.registry.perioden import Periode
from sdm_lib.registry.register import Register, Where
from sdm_lib.registry.uitgaven import uitgaven

GROOTSTEN = ("grootste", "tweede", "derde")


def bijdragen(
    register: Register,
    *,
    periodes: Kwartaal | Periode | str,
    by: Sequence[str] = (),
    where: Where | None = None,
    grondslag: str = "betaald",
) -> pd.DataFrame:
    """Per group of `uitgaven`: how many providers have an amount other than zero, and the three largest, in cents.

    A correction is a contribution too, so amounts count by their size; a group with fewer than three providers has
    zeros. Without a column `aanbieder` nobody knows, and all four are missing.

    Returns the columns of `by`, aanbieders, grootste, tweede, derde, in the order of `uitgaven`.
    """
    sleutel = list(by)
    wat = {"periodes": periodes, "where": where, "grondslag": grondslag}
    groepen = uitgaven(register, by=sleutel, **wat)[sleutel]  # type: ignore[arg-type]
    if "aanbieder" not in register.kolommen:
        return groepen.assign(**dict.fromkeys(("aanbieders", *GROOTSTEN), np.nan))
    per = uitgaven(register, by=list(dict.fromkeys([*sleutel, "aanbieder"])), **wat)  # type: ignore[arg-type]
    per = per.assign(grootte=per["bedrag_cent"].abs().astype("float64")).query("grootte > 0")
    per = per.sort_values("grootte", ascending=False, kind="stable")  # zero is no contribution
    if not sleutel:
        return groepen.assign(aanbieders=float(len(per)), **dict(zip(GROOTSTEN, _drie(per["grootte"]), strict=True)))
    per = per.assign(plaats=per.groupby(sleutel, observed=True).cumcount())
    feiten = per.groupby(sleutel, observed=True, as_index=False).agg(aanbieders=("grootte", "size"))
    for plaats, naam in enumerate(GROOTSTEN):
        een = per.loc[per["plaats"] == plaats, [*sleutel, "grootte"]].rename(columns={"grootte": naam})
        feiten = feiten.merge(een, on=sleutel, how="left", validate="1:1")
    uit = groepen.merge(feiten, on=sleutel, how="left", validate="1:1")
    return uit.fillna(dict.fromkeys(("aanbieders", *GROOTSTEN), 0.0))  # nobody with an amount: a true zero


def _drie(aflopend: pd.Series) -> list[float]:
    return [*aflopend.head(3).tolist(), 0.0, 0.0, 0.0][:3]
