"""Spend in whole cents: what was paid, or what tariff times days comes to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sdm_lib import nl
from sdm_lib.errors import InvoerFout, Melding, ParameterFout
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.registry.perioden import Periode, vensters
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
    or "tarief", tarief_cent times intensiteit (where the register has it) in whole cents a day, times the days of
    support in the period, or "dagen", a tariff of 1: days.

    Returns periode, the columns of `by`, bedrag_cent, regels (spells in use in the period), zonder_bedrag (of those,
    the ones without an amount: not billed yet).
    Raises InvoerFout SDM-875 when the register has no amounts, ParameterFout SDM-868 for a period whose bills it does
    not hold, and ValueError on another grondslag.
    """
    rij = vensters(periodes)
    check_uitsplitsing(register, by, where)
    kolom = {"betaald": "bedrag_betaald_cent", "tarief": "tarief_cent", "dagen": "een"}.get(grondslag)
    if kolom is None:
        raise ValueError(f"grondslag must be 'betaald', 'tarief' or 'dagen', got {grondslag!r}")
    if grondslag != "dagen":
        check_bedrag(register, kolom)
    if grondslag == "betaald":
        check_kwartaal(register, rij)
    groep = ["geboortejaar" if naam == "leeftijd" else naam for naam in dict.fromkeys([*by, *(where or {})])]
    spells = gefilterd(register.tabel, where, [naam for naam in register.uitsplitsingen if naam != "leeftijd"])
    grenzen = sorted({dag for periode in rij for dag in (periode.van_dag, periode.tot_dag)})
    if grondslag == "tarief" and "intensiteit" in register.kolommen:
        spells = spells.mutate(tarief_cent=(spells.tarief_cent * spells.intensiteit + 0.5).floor().cast("int64"))
    ruw = haal(bedragen_expr(spells.mutate(een=1), groep, grenzen, kolom))
    groepen, nummer = genummerd(ruw, groep)
    delen = _delen(ruw, nummer, len(groepen), rij, grenzen, per_dag=grondslag != "betaald")
    return op_rooster(register, groepen, delen, rij, by=by, where=where).rename(columns={"venster": "periode"})


def check_bedrag(register: Register, kolom: str) -> None:
    """Raise InvoerFout (SDM-875) when the register has no such amounts."""
    if kolom not in register.kolommen:
        raise InvoerFout(Melding("SDM-875", f"het register heeft geen kolom '{kolom}'", "Lever de bedragen aan."))


def bedragen_expr(spells: Any, groep: list[str], grenzen: Sequence[int], kolom: str) -> Any:
    """Sums from which every period follows, for begins (kant 0) and ends (kant 1) apart: rates, and rates x days.

    First per day, so that what is asked of a row is one small group; then per interval between two bounds. Days are
    counted from the first bound, and those outside the bounds fall on them.
    """
    import ibis

    bedrag, leeg = ibis.coalesce(spells[kolom], 0).cast("int64"), vlag(spells[kolom].isnull())
    bron = spells.select(*groep, "begin", "einde", bedrag=bedrag, leeg=leeg)
    som = {"regels": bron.count(), "bedrag": bron.bedrag.sum(), "leeg": bron.leeg.sum()}
    som = {naam: waarde.cast("int64") for naam, waarde in som.items()}
    begin = bron.group_by(*groep, dag=bron.begin).agg(**som).mutate(kant=0)
    einde = bron.group_by(*groep, dag=bron.einde).agg(**som).mutate(kant=1)
    alle = begin.union(einde.select(*begin.columns))
    dag = ibis.greatest(ibis.least(alle.dag, grenzen[-1]), grenzen[0]) - grenzen[0]
    met = alle.mutate(plek=rang(alle.dag - alle.kant, grenzen), bedrag_dag=alle.bedrag * dag)
    uit = {naam: met[naam].sum().cast("int64") for naam in (*som, "bedrag_dag")}
    return met.group_by([*groep, "kant", "plek"]).agg(**uit)


def _delen(
    ruw: pd.DataFrame, nummer: np.ndarray, groepen: int, rij: Sequence[Periode], grenzen: Sequence[int],
    *, per_dag: bool,
) -> dict[str, np.ndarray]:  # fmt: skip
    """Per group and period: what began before its end less what ended before its begin."""
    plaats = (ruw["kant"].to_numpy(np.int64), nummer, ruw["plek"].to_numpy(np.int64))
    tot = {}
    for naam in ("regels", "leeg", "bedrag", "bedrag_dag"):
        som = np.zeros((2, groepen, len(grenzen) + 1), dtype=np.int64)
        np.add.at(som, plaats, ruw[naam].to_numpy(np.int64))
        tot[naam] = som.cumsum(axis=2)
    van = [grenzen.index(periode.van_dag) for periode in rij]
    tem = [grenzen.index(periode.tot_dag) for periode in rij]
    alles = tot["bedrag"][:, :, -1:]
    dag = np.array(grenzen, dtype=np.int64) - grenzen[0]
    verlopen = tot["bedrag_dag"][:, :, :-1] + dag * (alles - tot["bedrag"][:, :, :-1])  # rates x days before a bound
    gebruikt = verlopen[1] - verlopen[0]
    return {
        "bedrag_cent": gebruikt[:, tem] - gebruikt[:, van] if per_dag else np.repeat(alles[0], len(rij), axis=1),
        "regels": tot["regels"][0][:, tem] - tot["regels"][1][:, van],
        "zonder_bedrag": tot["leeg"][0][:, tem] - tot["leeg"][1][:, van],
    }


def check_kwartaal(register: Register, rij: Sequence[Periode]) -> None:
    """Raise ParameterFout (SDM-868) when other bills are asked for than those of the register's own quarter."""
    eigen = Periode.van(register.kwartaal) if register.kwartaal else None
    if len(rij) != 1 or (eigen is not None and rij[0] != eigen):
        gevraagd = nl.lijst([periode.label for periode in rij])
        wat = f"het register heeft de rekeningen van {eigen.label if eigen else 'een kwartaal'}, niet van {gevraagd}"
        raise ParameterFout(Melding("SDM-868", wat, "Vraag dat kwartaal, of grondslag tarief."))
