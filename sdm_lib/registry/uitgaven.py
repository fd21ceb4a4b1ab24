"""Spend in whole cents: what was paid, or what tariff times days comes to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sdm_lib.errors import InvoerFout, Melding
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.registry.perioden import OPEN, Periode, vensters
from sdm_lib.registry.register import Register, Where, check_uitsplitsing, gefilterd, haal, vlag
from sdm_lib.registry.rooster import genummerd, op_rooster
from sdm_lib.registry.vegen import rang


def uitgaven(
    register: Register,
    *,
    periodes: Sequence[Kwartaal | Periode | str] | Kwartaal | Periode | str,
    by: Sequence[str] = (),
    where: Where | None = None,
    grondslag: str = "betaald",
) -> pd.DataFrame:
    """Spend per period and group, in integer cents.

    grondslag : "betaald", the sum of bedrag_betaald_cent, which holds the bills of one quarter (the register's own),
    or "tarief", tarief_cent per day times the days of support in the period, or "dagen", a tariff of 1: days.

    Returns periode, the columns of `by`, bedrag_cent, regels (spells in use in the period), zonder_bedrag (of those,
    the ones without an amount: not billed yet).
    Raises InvoerFout SDM-875 when the register has no amounts, ValueError for a period whose bills it does not hold.
    """
    rij = vensters(periodes)
    check_uitsplitsing(register, by, where)
    kolom = {"betaald": "bedrag_betaald_cent", "tarief": "tarief_cent", "dagen": "een"}.get(grondslag)
    if kolom is None:
        raise ValueError(f"grondslag must be 'betaald', 'tarief' or 'dagen', got {grondslag!r}")
    if kolom not in (*register.kolommen, "een"):
        raise InvoerFout(Melding("SDM-875", f"het register heeft geen kolom '{kolom}'", "Lever de bedragen aan."))
    if grondslag == "betaald":
        _check_kwartaal(register, rij)
    groep = ["geboortejaar" if naam == "leeftijd" else naam for naam in dict.fromkeys([*by, *(where or {})])]
    spells = gefilterd(register.tabel, where, [naam for naam in register.uitsplitsingen if naam != "leeftijd"])
    per_dag = grondslag != "betaald"
    ruw = haal(bedragen_expr(spells.mutate(een=1), groep, rij, kolom, per_dag=per_dag))
    groepen, nummer = genummerd(ruw, groep)
    delen = _delen(ruw, nummer, (len(groepen), len(rij)), rij, per_dag=per_dag)
    return op_rooster(register, groepen, delen, rij, by=by, where=where).rename(columns={"venster": "periode"})


def bedragen_expr(spells: Any, groep: list[str], rij: Sequence[Periode], kolom: str, *, per_dag: bool) -> Any:
    """Sums from which every period follows: per group and interval of begin and of end, the rates and rates x days."""
    import ibis

    grenzen = sorted({dag for periode in rij for dag in (periode.van_dag, periode.tot_dag)})
    s = spells  # what was paid counts also when the spell lies outside the quarter: a late bill, a correction
    if per_dag:
        s = spells.filter((spells.begin < grenzen[-1]) & (spells.einde > grenzen[0]))
    bedrag = ibis.coalesce(s[kolom], 0).cast("int64")
    met = s.mutate(van=rang(s.begin, grenzen), tot=rang(ibis.least(s.einde, OPEN) - 1, grenzen), bedrag=bedrag)
    dag = {"begin_dag": met.bedrag * met.begin, "eind_dag": met.bedrag * met.einde} if per_dag else {}
    met = met.mutate(leeg=vlag(met[kolom].isnull()), **dag)
    sommen = {naam: met[naam].sum().cast("int64") for naam in ("bedrag", "leeg", *dag)}
    return met.group_by([*groep, "van", "tot"]).agg(regels=met.count().cast("int64"), **sommen)


def _delen(
    ruw: pd.DataFrame, nummer: np.ndarray, vorm: tuple[int, int], rij: Sequence[Periode], *, per_dag: bool
) -> dict[str, np.ndarray]:
    grenzen = sorted({dag for periode in rij for dag in (periode.van_dag, periode.tot_dag)})
    delen = {naam: np.zeros(vorm, dtype=np.int64) for naam in ("bedrag_cent", "regels", "zonder_bedrag")}
    b, e = ruw["van"].to_numpy(), ruw["tot"].to_numpy()
    for i, periode in enumerate(rij):
        van, tot = grenzen.index(periode.van_dag) + 1, grenzen.index(periode.tot_dag) + 1
        in_gebruik = (b < tot) & (e >= van)
        waarden = {"regels": ruw["regels"], "zonder_bedrag": ruw["leeg"]}
        waarden["bedrag_cent"] = _dagen_maal_tarief(ruw, b, e, periode, van, tot) if per_dag else ruw["bedrag"]
        for naam, waarde in waarden.items():
            telt = in_gebruik if per_dag or naam != "bedrag_cent" else np.ones(len(ruw), dtype=bool)
            np.add.at(delen[naam][:, i], nummer[telt], waarde.to_numpy(np.int64)[telt])
    return delen


def _dagen_maal_tarief(ruw: pd.DataFrame, b: Any, e: Any, periode: Periode, van: int, tot: int) -> pd.Series[int]:
    """Rate x days in the period: rate x (earliest of end and period end - latest of begin and period begin)."""
    laatst = np.where(e >= tot, ruw["bedrag"] * periode.tot_dag, ruw["eind_dag"])
    eerst = np.where(b < van, ruw["bedrag"] * periode.van_dag, ruw["begin_dag"])
    return pd.Series(laatst - eerst, index=ruw.index)


def _check_kwartaal(register: Register, rij: Sequence[Periode]) -> None:
    eigen = Periode.van(register.kwartaal) if register.kwartaal else None
    if len(rij) != 1 or (eigen is not None and rij[0] != eigen):
        gevraagd = ", ".join(periode.label for periode in rij)
        raise ValueError(
            f"bedrag_betaald_cent holds the bills of one quarter ({eigen and eigen.label}), not {gevraagd}"
        )
