"""How long support lasts, how long people wait, and whether they come back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from sdm_lib.kwartaal import Kwartaal
from sdm_lib.registry.episoden import episoden
from sdm_lib.registry.overleving import kaplan_meier, logrank
from sdm_lib.registry.perioden import Periode, dagnummer, vensters
from sdm_lib.registry.register import (
    Register,
    Where,
    check_kolommen,
    check_mag,
    check_uitsplitsing,
    gefilterd,
    haal,
    vlag,
)
from sdm_lib.registry.trajecten import TRAJECT

JAREN = "een duur loopt over levensjaren heen"


def duur(
    register: Register,
    *,
    periodes: Sequence[Kwartaal | Periode | str] | Kwartaal | Periode | str,
    by: Sequence[str] = (),
    where: Where | None = None,
    gat_dagen: int = 0,
    vanaf: date | None = None,
    administratief: Sequence[date] = (),
) -> pd.DataFrame:
    """Median duration of trajects in days, known at the end of each period: Kaplan-Meier, running ones censored.

    vanaf : the day from which the register is complete; a traject begun earlier is observed from that day on (delayed
    entry), one that ended earlier is left out. administratief : begin dates that are no true start (the change of
    system on 1 January 2015); those trajects have no known duration, are left out and counted.
    by : columns as in the opening spell; leeftijd is refused.

    Returns periode, the columns of `by`, trajecten, beeindigd, administratief, mediaan, onder, boven (95 %; NaN where
    the curve does not reach half). Only groups with trajects have a row.
    """
    delen = [
        _km(deel, [*by], [0.5]).assign(periode=moment.label)
        for moment in vensters(periodes)
        for deel in [_duren(register, moment, by, where, gat_dagen, vanaf, administratief)]
    ]
    uit = pd.concat(delen, ignore_index=True).rename(
        columns={"q50": "mediaan", "q50_onder": "onder", "q50_boven": "boven"}
    )
    namen = ["periode", *by, "trajecten", "beeindigd", "administratief", "mediaan", "onder", "boven"]
    return uit[namen].astype({"periode": "str"})


def duur_toets(
    register: Register,
    *,
    periodes: Kwartaal | Periode | str,
    by: Sequence[str],
    where: Where | None = None,
    gat_dagen: int = 0,
    vanaf: date | None = None,
    administratief: Sequence[date] = (),
) -> pd.DataFrame:
    """Log-rank test: do the groups of `by` (one or more columns) differ in duration? Options as `duur`.

    Returns one row: periode, groepen, chi2, df, p; with fewer than two groups there is nothing to test, and chi2 and
    p are NaN.
    """
    (moment,) = vensters(periodes)
    deel = _duren(register, moment, by, where, gat_dagen, vanaf, administratief)
    deel = _bekend(deel).assign(groep=lambda rij: rij.groupby(list(by)).ngroup())
    groepen = deel["groep"].nunique()
    chi2, df, p = logrank(deel) if groepen > 1 else (float("nan"), 0, float("nan"))
    return pd.DataFrame({"periode": [moment.label], "groepen": [groepen], "chi2": [chi2], "df": [df], "p": [p]})


def wachttijd(
    register: Register,
    *,
    periodes: Sequence[Kwartaal | Periode | str] | Kwartaal | Periode | str,
    by: Sequence[str] = (),
    where: Where | None = None,
) -> pd.DataFrame:
    """Days from registration to start in each period, those who still wait included as censored.

    Everyone who waits on a day of the period is at risk from that day on (delayed entry), so that neither the quick
    starters nor the long waiters weigh double. A median over started cases alone is refused: where the register holds
    nobody at all who waits at the end of the period, mediaan, onder, boven and p90 are NaN.
    A start before its registration counts as no wait. by : columns of the spell; leeftijd is refused.

    Returns periode, the columns of `by`, gestart, wachtend (at the end of the period), mediaan, onder, boven, p90.
    Raises InvoerFout (SDM-861) without a column datum_aanmelding.
    """
    check_kolommen(register, "datum_aanmelding")
    check_uitsplitsing(register, by, where)
    check_mag([*by, *(where or {})], ["leeftijd"], waarom=JAREN)
    delen = []
    for moment in vensters(periodes):
        deel = _km(_wachtenden(register, moment, by, where), [*by], [0.5, 0.9]).assign(periode=moment.label)
        if not (_wachtenden(register, moment, (), None)["gebeurd"] == 0).any():
            deel = deel.assign(**dict.fromkeys(["q50", "q50_onder", "q50_boven", "q90"], float("nan")))
        delen.append(deel)
    uit = pd.concat(delen, ignore_index=True)
    uit = uit.assign(wachtend=uit["trajecten"] - uit["beeindigd"]).astype({"periode": "str"})
    namen = {"beeindigd": "gestart", "q50": "mediaan", "q50_onder": "onder", "q50_boven": "boven", "q90": "p90"}
    return uit.rename(columns=namen)[["periode", *by, "gestart", "wachtend", "mediaan", "onder", "boven", "p90"]]


def _duren(
    register: Register, moment: Periode, by: Sequence[str], where: Where | None, gat_dagen: int, vanaf: date | None,
    administratief: Sequence[date],
) -> pd.DataFrame:  # fmt: skip
    check_uitsplitsing(register, by, where)
    check_mag([*by, *(where or {})], ["leeftijd"], waarom=JAREN)
    groep = list(dict.fromkeys([*by, *(where or {})]))
    mee = [kolom for kolom in groep if kolom not in TRAJECT]
    tabel = episoden(register.tabel, TRAJECT, mee, gat_dagen=gat_dagen)
    tabel = gefilterd(tabel, where, tabel.columns)
    return haal(duren_expr(tabel, list(by), moment, vanaf=vanaf, administratief=administratief))


def duren_expr(
    tabel: Any, by: list[str], moment: Periode, *, vanaf: date | None, administratief: Sequence[date]
) -> Any:
    """Histogram: per group, duration at entry, at exit, ended or not, administrative start or not."""
    import ibis

    tot = moment.tot_dag
    tabel = tabel.filter(tabel.begin < tot)
    if vanaf is not None:
        tabel = tabel.filter(tabel.einde > dagnummer(vanaf))
    start = dagnummer(vanaf) if vanaf is not None else 0
    admin = tabel.begin.isin([dagnummer(dag) for dag in administratief]) if administratief else ibis.literal(False)
    met = tabel.mutate(
        instap=ibis.greatest(start - tabel.begin, 0) if vanaf is not None else ibis.literal(0),
        uitstap=ibis.least(tabel.einde, tot) - tabel.begin,
        gebeurd=vlag(tabel.einde <= tot),
        admin=vlag(admin),
    )
    return met.group_by([*by, "instap", "uitstap", "gebeurd", "admin"]).agg(aantal=met.count().cast("int64"))


def _wachtenden(register: Register, moment: Periode, by: Sequence[str], where: Where | None) -> pd.DataFrame:
    """Histogram of waits in the period, in days and a half so that a start on the day itself is an event."""
    import ibis

    van, tot = moment.van_dag, moment.tot_dag
    nodig = list(dict.fromkeys([*by, *(where or {}), "begin", "datum_aanmelding"]))
    bron = register.tabel.select(*nodig)
    if register.wachtend is not None:
        bron = bron.union(register.wachtend.select(*nodig))
    bron = gefilterd(bron.filter(bron.datum_aanmelding.notnull()), where, bron.columns)
    begin = ibis.coalesce(bron.begin, tot)
    aan = ibis.least(bron.datum_aanmelding, begin)
    met = bron.mutate(start=begin, aan=aan).filter((aan < tot) & (begin >= van))
    met = met.mutate(
        instap=ibis.greatest(van - met.aan, 0),
        uitstap=ibis.least(met.start, tot) - met.aan,
        gebeurd=vlag(met.start < tot),
        admin=ibis.literal(0),
    )
    ruw = haal(met.group_by([*by, "instap", "uitstap", "gebeurd", "admin"]).agg(aantal=met.count().cast("int64")))
    # a start on day d of waiting is an event after the morning of that day; censoring at the end lies before it
    return ruw.assign(instap=ruw["instap"] - 0.25, uitstap=ruw["uitstap"] + 0.25 * (2 * ruw["gebeurd"] - 1))


def _bekend(deel: pd.DataFrame) -> pd.DataFrame:
    """The trajects whose duration is known: truly begun, and seen for a while."""
    return deel[(deel["admin"] == 0) & (deel["uitstap"] > deel["instap"])]


def _km(deel: pd.DataFrame, by: list[str], kwantielen: Sequence[float]) -> pd.DataFrame:
    rijen = []
    for sleutel, groep in deel.groupby(by) if by else [((), deel)]:
        echt = _bekend(groep)
        curve = kaplan_meier(echt)
        rij: dict[str, Any] = dict(zip(by, sleutel if isinstance(sleutel, tuple) else (sleutel,), strict=True))
        rij["trajecten"] = int(echt["aantal"].sum())
        rij["beeindigd"] = int(echt.loc[echt["gebeurd"] == 1, "aantal"].sum())
        rij["administratief"] = int(groep.loc[groep["admin"] == 1, "aantal"].sum())
        for kwantiel in kwantielen:
            naam = f"q{round(100 * kwantiel)}"
            rij[naam], rij[f"{naam}_onder"], rij[f"{naam}_boven"] = (
                float("nan") if pd.isna(waarde) else float(int(waarde)) for waarde in curve.kwantiel(kwantiel)
            )
        rijen.append(rij)
    namen = [f"q{round(100 * kwantiel)}{kant}" for kwantiel in kwantielen for kant in ("", "_onder", "_boven")]
    return pd.DataFrame(rijen, columns=[*by, "trajecten", "beeindigd", "administratief", *namen])
