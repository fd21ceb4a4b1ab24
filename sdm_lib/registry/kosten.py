"""Spend per client: the parts of a decomposition, and how much of it goes to the few most expensive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from sdm_lib.kwartaal import Kwartaal
from sdm_lib.registry.perioden import Periode, vensters
from sdm_lib.registry.register import (
    Register,
    Where,
    check_mag,
    check_uitsplitsing,
    gefilterd,
    haal,
    vlag,
)
from sdm_lib.registry.tellen import unieke
from sdm_lib.registry.uitgaven import check_bedrag, check_kwartaal, uitgaven
from sdm_lib.registry.vegen import EXCLUSIEF


def kostendelen(
    register: Register,
    *,
    periodes: Kwartaal | Periode | str,
    by: Sequence[str] = ("voorziening",),
    where: Where | None = None,
    grondslag: str = "betaald",
) -> pd.DataFrame:
    """What `ontleding` needs of one period: per type clients, units and spend.

    Returns soort (the columns of `by` joined with ``|``), clienten, eenheden (days of support), bedrag_cent.
    """
    wat: dict[str, Any] = {"periodes": periodes, "by": by, "where": where}
    clienten = unieke(register, **wat).rename(columns={"aantal": "clienten"})
    bedrag = uitgaven(register, grondslag=grondslag, **wat)
    dagen = uitgaven(register, grondslag="dagen", **wat).rename(columns={"bedrag_cent": "eenheden"})
    samen = ["periode", *by]
    uit = clienten.merge(bedrag[[*samen, "bedrag_cent"]], on=samen, how="left", validate="1:1")
    uit = uit.merge(dagen[[*samen, "eenheden"]], on=samen, how="left", validate="1:1")
    return uit.assign(soort=uit[list(by)].agg("|".join, axis=1))[["soort", "clienten", "eenheden", "bedrag_cent"]]


def concentratie(
    register: Register,
    *,
    periodes: Kwartaal | Periode | str,
    by: Sequence[str] = (),
    where: Where | None = None,
    deel: float = 0.05,
) -> pd.DataFrame:
    """How much of the spend goes to the share `deel` of clients with the highest amount.

    by : only columns that split a client's amounts without doubt (not area, sex or age). The top holds the whole
    number of clients just at or above the share.
    Returns periode, the columns of `by`, clienten (with an amount above zero), top, bedrag_cent, top_cent, aandeel.
    Raises ParameterFout on another breakdown or a condition on leeftijd (SDM-867) and for a period whose bills it does
    not hold (SDM-868), InvoerFout SDM-875 when the register has no amounts, and ValueError on `deel` outside 0-1.
    """
    import ibis

    check_uitsplitsing(register, by, where)
    check_mag(where or {}, ["leeftijd"], waarom="het gaat over clienten van alle leeftijden")
    check_bedrag(register, "bedrag_betaald_cent")
    if not 0 < deel < 1:
        raise ValueError(f"deel must lie between 0 and 1, got {deel}")
    check_mag(by, (*EXCLUSIEF, "leeftijd"), waarom="wie verhuist, heeft rekeningen in twee gebieden")
    (moment,) = vensters(periodes)
    check_kwartaal(register, [moment])
    spells = gefilterd(register.tabel, where, register.kolommen)
    per = spells.group_by(["persoon", *by]).agg(bedrag=spells.bedrag_betaald_cent.sum().cast("int64"))
    per = per.filter(per.bedrag > 0)
    venster = ibis.window(group_by=list(by), order_by=ibis.desc("bedrag"))
    met = per.mutate(
        plaats=ibis.row_number().over(venster), van=per.bedrag.count().over(ibis.window(group_by=list(by)))
    )
    # place < share x number, in whole numbers: the same on every engine
    met = met.mutate(top=vlag(met.plaats * 10**6 < met.van * round(deel * 10**6)))
    met = met.mutate(top_bedrag=met.top * met.bedrag)
    som = {"clienten": met.count(), "top": met.top.sum(), "bedrag_cent": met.bedrag.sum()}
    som |= {"top_cent": met.top_bedrag.sum()}
    uit = haal((met.group_by(list(by)) if by else met).agg(**{k: v.cast("int64") for k, v in som.items()}))
    if by:
        uit = register.combinaties(by, where).merge(uit, on=list(by), how="left", validate="1:1")
    uit = uit.fillna(dict.fromkeys(som, 0)).astype(dict.fromkeys(som, "int64"))  # nobody with an amount: a true zero
    aandeel = uit["top_cent"] / uit["bedrag_cent"].where(uit["bedrag_cent"] > 0)
    return uit.assign(periode=moment.label, aandeel=aandeel)[["periode", *by, *som, "aandeel"]]
