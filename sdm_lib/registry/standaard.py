"""Rates standardised for age and sex: what an area would show with the composition of the whole municipality."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sdm_lib.errors import InvoerFout, Melding
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.registry.noemers import check_bevolking, noemer
from sdm_lib.registry.perioden import Periode, vensters
from sdm_lib.registry.register import Register, Where, check_mag
from sdm_lib.registry.tellen import unieke

KENMERKEN = ("leeftijd", "geslacht")


def gestandaardiseerd(
    register: Register,
    *,
    periodes: Sequence[Kwartaal | Periode | str] | Kwartaal | Periode | str,
    by: Sequence[str] = ("stadsdeel",),
    where: Where | None = None,
    per: int = 1000,
    z: float = 1.959963984540054,
) -> pd.DataFrame:
    """Clients per 1,000 inhabitants, directly standardised for age and sex to the municipality on that day.

    by : areas. Interval of Dobson on Byar's limits: a process interval, for a register is a full count.
    Returns periode, the columns of `by`, aantal, noemer, ruw (crude rate), waarde (standardised), onder, boven.
    An area where nobody lives has no rate: ruw, waarde, onder and boven are NaN there.
    Raises InvoerFout SDM-873 as `per_1000`, and SDM-874 when an area has clients but no inhabitants in an age group.

    Source: Dobson et al. (1991), Statistics in Medicine 10, 457-462; Breslow and Day (1987), p. 69, for Byar.
    """
    check_mag(by, KENMERKEN, waarom="het is juist op leeftijd en geslacht gestandaardiseerd")
    check_bevolking(by)
    delen = [_een(register, moment, list(by), where, per, z) for moment in vensters(periodes)]
    return pd.concat(delen, ignore_index=True)


def _een(register: Register, moment: Periode, by: list[str], where: Where | None, per: int, z: float) -> pd.DataFrame:
    fijn = [*by, *KENMERKEN]
    tel = unieke(register, periodes=moment, by=fijn, where=where)
    wat: dict[str, Any] = {"eenheid": "clienten", "where": where, "hoe": "begin", "dag": False}
    pop = noemer(register, moment, by=fijn, **wat)
    overal = {naam: keuze for naam, keuze in (where or {}).items() if naam not in by}
    standaard = noemer(register, moment, by=KENMERKEN, **(wat | {"where": overal})).rename(
        columns={"noemer": "gewicht"}
    )
    alles = tel.merge(pop, on=fijn, how="left", validate="1:1").merge(
        standaard, on=list(KENMERKEN), how="left", validate="m:1"
    )
    leeg = alles["noemer"].fillna(0) == 0
    if (alles.loc[leeg, "aantal"] > 0).any():
        wat_mist = f"{int((alles.loc[leeg, 'aantal'] > 0).sum())} groepen hebben clienten en geen inwoners"
        raise InvoerFout(Melding("SDM-874", wat_mist, "Vul de bevolking aan.", bestand="bevolking.csv"))
    alles = alles[~leeg]  # a group without inhabitants and clients has no rate and no weight
    w = (
        alles["gewicht"] / alles.groupby(by)["gewicht"].transform("sum")
        if by
        else alles["gewicht"] / alles["gewicht"].sum()
    )
    alles = alles.assign(
        waarde=w * alles["aantal"] / alles["noemer"], variantie=w**2 * alles["aantal"] / alles["noemer"] ** 2
    )
    namen = ["aantal", "noemer", "waarde", "variantie"]
    som = alles[namen].sum().to_frame().T
    if by:  # an area where nobody lives keeps its row
        per_gebied = alles.groupby(by)[namen].sum().reset_index()
        som = tel[by].drop_duplicates().merge(per_gebied, on=by, how="left", validate="1:1")
        som = som.fillna(dict.fromkeys(namen, 0.0))
    onder, boven = byar(som["aantal"].to_numpy(float), z=z)
    with np.errstate(divide="ignore", invalid="ignore"):
        schaal = np.sqrt(som["variantie"].to_numpy() / som["aantal"].to_numpy())
    bewoond = som["noemer"].where(som["noemer"] > 0)  # where nobody lives there is no rate
    schaal = np.where(som["aantal"] > 0, schaal, 1 / bewoond)  # no cases: the crude rate's limits
    uit = som.assign(
        periode=moment.label, ruw=per * som["aantal"] / bewoond, waarde=per * som["waarde"].where(bewoond.notna()),
        onder=per * (som["waarde"] + schaal * (onder - som["aantal"])),
        boven=per * (som["waarde"] + schaal * (boven - som["aantal"])),
    )  # fmt: skip
    return uit.astype({"aantal": "int64"})[["periode", *by, "aantal", "noemer", "ruw", "waarde", "onder", "boven"]]


def byar(aantal: np.ndarray, *, z: float = 1.959963984540054) -> tuple[np.ndarray, np.ndarray]:
    """Byar's limits of a Poisson count; the lower limit of 0 is 0.

    >>> [round(float(grens[0]), 2) for grens in byar(np.array([10.0]))]
    [4.79, 18.39]
    """
    o = np.maximum(aantal, 1)
    onder = np.where(aantal > 0, aantal * (1 - 1 / (9 * o) - z / (3 * np.sqrt(o))) ** 3, 0.0)
    meer = aantal + 1
    return onder, meer * (1 - 1 / (9 * meer) + z / (3 * np.sqrt(meer))) ** 3
