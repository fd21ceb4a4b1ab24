"""Who is behind an amount: how many were paid, and how much the largest of them.

These facts decide whether an amount may be seen and are never shown themselves: an amount that one provider received
for the most part tells the others, or a competitor, what it earned. A benefit is paid to persons and not to who
arranges it (in most municipalities a service of its own), so there every spell is a contributor, of the mean amount.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sdm_lib.kwartaal import Kwartaal
from sdm_lib.registry.perioden import Periode
from sdm_lib.registry.register import Register, Where
from sdm_lib.registry.uitgaven import uitgaven

GROOTSTEN = ("grootste", "tweede", "derde")
UITKERINGEN = ("bijstand",)  # types of which the client is who is paid


def bijdragen(
    register: Register,
    *,
    periodes: Kwartaal | Periode | str,
    by: Sequence[str] = (),
    where: Where | None = None,
    grondslag: str = "betaald",
) -> pd.DataFrame:
    """Per group of `uitgaven`: how many were paid anything, and the three largest amounts, in cents.

    A correction is a contribution too, so amounts count by their size; a group with fewer than three contributors has
    zeros. Without a column `aanbieder` nobody knows, and all four are missing.

    Returns the columns of `by`, aanbieders, grootste, tweede, derde, in the order of `uitgaven`.
    """
    wat: dict[str, Any] = {"periodes": periodes, "where": where, "grondslag": grondslag}
    groepen = uitgaven(register, by=by, **wat)[list(by)]
    if "aanbieder" not in register.kolommen:
        return groepen.assign(**dict.fromkeys(("aanbieders", *GROOTSTEN), np.nan))
    per = uitgaven(register, by=list(dict.fromkeys([*by, "voorziening", "aanbieder"])), **wat)
    sleutel = [*by, "alles"]  # a column of its own, so that no breakdown is a breakdown too
    feiten = _feiten(_betaald(per.assign(alles=0), sleutel), sleutel)
    uit = groepen.assign(alles=0).merge(feiten, on=sleutel, how="left", validate="1:1").drop(columns="alles")
    return uit.fillna(dict.fromkeys(("aanbieders", *GROOTSTEN), 0.0))  # nobody with an amount: a true zero


def _betaald(per: pd.DataFrame, sleutel: list[str]) -> pd.DataFrame:
    """Columns of `sleutel`, grootte (size of one contribution) and aantal (how many of that size)."""
    uitkering = per["voorziening"].isin(UITKERINGEN)
    organisaties = per[~uitkering].groupby(list(dict.fromkeys([*sleutel, "aanbieder"])), as_index=False, observed=True)
    personen = per[uitkering].groupby(sleutel, as_index=False, observed=True)[["bedrag_cent", "regels"]].sum()
    aantal = personen["regels"].clip(lower=1)
    delen = [
        organisaties["bedrag_cent"].sum().assign(aantal=1.0, grootte=lambda deel: deel["bedrag_cent"].abs()),
        personen.assign(aantal=aantal, grootte=personen["bedrag_cent"].abs() / aantal),
    ]
    samen = pd.concat([deel[[*sleutel, "grootte", "aantal"]].astype({"grootte": "float64"}) for deel in delen])
    betaald: pd.DataFrame = samen[samen["grootte"] > 0].reset_index(drop=True)  # zero is no contribution
    return betaald


def _feiten(betaald: pd.DataFrame, sleutel: list[str]) -> pd.DataFrame:
    feiten = betaald.groupby(sleutel, as_index=False, observed=True).agg(aanbieders=("aantal", "sum"))
    los = betaald.loc[betaald.index.repeat(betaald["aantal"].clip(upper=len(GROOTSTEN)).astype("int64"))]
    los = los.sort_values("grootte", ascending=False, kind="stable")
    los = los.assign(plaats=los.groupby(sleutel, observed=True).cumcount())
    for plaats, naam in enumerate(GROOTSTEN):
        een = los.loc[los["plaats"] == plaats, [*sleutel, "grootte"]].rename(columns={"grootte": naam})
        feiten = feiten.merge(een, on=sleutel, how="left", validate="1:1")
    return feiten
