"""Flows: begin stock, in, moved in, out, moved out, end stock: a balance that closes for every group.

Counted on episodes: spells of one client within the unit (everything, one wet, or one type) whose breaks are at most
`gat_dagen` days. A stock is taken at the midnight between two periods: a client whose support ended on the last day
of the period is not in the end stock (as CBS counts), and one who starts the next morning is not either.
Someone who moves at that midnight is still where he was; the move belongs to the next period.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from sdm_lib.kwartaal import Kwartaal
from sdm_lib.registry.episoden import tijdlijn
from sdm_lib.registry.perioden import OPEN, Periode, dagnummer, vensters
from sdm_lib.registry.register import Register, Where, gefilterd, haal, vlag
from sdm_lib.registry.rooster import genummerd, op_rooster
from sdm_lib.registry.vegen import EXCLUSIEF, rang, verdeeld

BINNEN: dict[str, tuple[str, ...]] = {"alle": (), "wet": ("wet",), "voorziening": ("wet", "voorziening")}
STROMEN = ("beginstand", "instroom", "overgang_in", "uitstroom", "overgang_uit", "eindstand", "uitstroom_voorlopig")


def stromen(
    register: Register,
    *,
    periodes: Sequence[Kwartaal | Periode | str] | Kwartaal | Periode | str,
    eenheid: str = "clienten",
    by: Sequence[str] = (),
    where: Where | None = None,
    binnen: str = "alle",
    gat_dagen: int = 0,
) -> pd.DataFrame:
    """Stock and flow per period and group; beginstand + instroom + overgang_in - uitstroom - overgang_uit = eindstand.

    binnen : what an episode is joined within: alle, wet or voorziening. A breakdown finer than that, or an area, makes
    overgang: someone who enters the group while already in care, or leaves it and stays in care. Without breakdown
    overgang is zero. gat_dagen : the longest break, in days without support, that is bridged.

    Returns periode, the columns of `by`, beginstand, instroom, overgang_in, uitstroom, overgang_uit, eindstand,
    uitstroom_voorlopig (part of uitstroom: ended less than `gat_dagen` before the delivery date, or before the end of
    the last period when that date is unknown, so that a return may still come), onderbroken_begin and onderbroken_eind
    (part of the stock: in a bridged break at that midnight).
    Raises ValueError on an unknown `binnen`, a negative `gat_dagen`, or overlapping periods.
    """
    if gat_dagen < 0:
        raise ValueError(f"gat_dagen must be 0 or more, got {gat_dagen}")
    rij = vensters(periodes)
    if any(een.einde > ander.begin for een, ander in pairwise(rij)):
        raise ValueError("flows need periods that do not overlap")
    met = _balans(register, rij, eenheid, by, where, binnen, gat_dagen)
    zonder = met if gat_dagen == 0 else _balans(register, rij, eenheid, by, where, binnen, 0)
    return met.assign(
        onderbroken_begin=met["beginstand"] - zonder["beginstand"],
        onderbroken_eind=met["eindstand"] - zonder["eindstand"],
    )


def _balans(
    register: Register, rij: tuple[Periode, ...], eenheid: str, by: Sequence[str], where: Where | None,
    binnen: str, gat_dagen: int,
) -> pd.DataFrame:  # fmt: skip
    if binnen not in BINNEN:
        raise ValueError(f"binnen must be one of {sorted(BINNEN)}, got {binnen!r}")
    sleutel, eigen, dims = verdeeld(register, eenheid, by, where)
    ruim = list(dict.fromkeys([*sleutel, *BINNEN[binnen]]))
    spells = gefilterd(register.tabel, where, [kolom for kolom in register.kolommen if kolom not in EXCLUSIEF])
    grenzen = sorted({dag for periode in rij for dag in (periode.van_dag, periode.tot_dag)})
    lever = dagnummer(register.leverdatum) if register.leverdatum else grenzen[-1]
    stukken = tijdlijn(spells, ruim, dims, eigen, gat_dagen=gat_dagen)
    ruw = haal(tellingen_expr(stukken, [*dims, *eigen], grenzen, voorlopig_na=lever - gat_dagen))
    return _op_rooster(register, ruw, [*dims, *eigen], rij, grenzen, by=by, where=where)


def tellingen_expr(stukken: Any, groep: list[str], grenzen: list[int], *, voorlopig_na: int) -> Any:
    """Begins (kant 0) and ends (kant 1) of pieces, counted per group and interval (plek).

    buiten : it is one of the wider episode too, so someone comes or goes. voorlopig : an end that may yet be none.
    An end is counted in the interval of its last day; a move in that of its first day elsewhere.
    First per day, so that what is asked of a row is one small group.
    """
    import ibis

    s = stukken
    laatst = ibis.ifelse(s.einde < s.ep_einde, s.einde, s.einde - 1)
    begin = s.group_by(*groep, dag=s.begin, buiten=vlag(s.begin == s.w_begin)).agg(aantal=s.count().cast("int64"))
    einde = s.group_by(*groep, dag=laatst, buiten=vlag(s.einde == s.w_einde)).agg(aantal=s.count().cast("int64"))
    alle = begin.mutate(kant=0).union(einde.select(*begin.columns).mutate(kant=1))
    laat = (alle.kant == 1) & (alle.buiten == 1) & (alle.dag >= voorlopig_na) & (alle.dag < OPEN - 1)
    met = alle.mutate(plek=rang(alle.dag, grenzen), voorlopig=vlag(laat))
    return met.group_by([*groep, "kant", "plek", "buiten", "voorlopig"]).agg(aantal=met.aantal.sum().cast("int64"))


def _op_rooster(
    register: Register, ruw: pd.DataFrame, groep: list[str], rij: tuple[Periode, ...], grenzen: list[int],
    *, by: Sequence[str], where: Where | None,
) -> pd.DataFrame:  # fmt: skip
    groepen, nummer = genummerd(ruw, groep)
    begint, buiten, voorlopig = (ruw[kolom].to_numpy() == waarde for kolom, waarde in
                                 (("kant", 0), ("buiten", 1), ("voorlopig", 1)))  # fmt: skip
    soorten = {
        "komt": begint, "gaat": ~begint, "instroom": begint & buiten, "overgang_in": begint & ~buiten,
        "uitstroom": ~begint & buiten, "overgang_uit": ~begint & ~buiten, "uitstroom_voorlopig": ~begint & voorlopig,
    }  # fmt: skip
    maat = (len(groepen), len(grenzen))
    tot = {naam: _voor_grens(ruw[masker], nummer[masker], maat) for naam, masker in soorten.items()}
    stand = tot.pop("komt") - tot.pop("gaat")
    van = [grenzen.index(periode.van_dag) for periode in rij]
    tem = [grenzen.index(periode.tot_dag) for periode in rij]
    delen = {naam: aantal[:, tem] - aantal[:, van] for naam, aantal in tot.items()}
    delen |= {"beginstand": stand[:, van], "eindstand": stand[:, tem]}
    delen = {naam: delen[naam] for naam in STROMEN}
    return op_rooster(register, groepen, delen, rij, by=by, where=where).rename(columns={"venster": "periode"})


def _voor_grens(ruw: pd.DataFrame, nummer: np.ndarray, maat: tuple[int, int]) -> np.ndarray:
    """Per group and bound (their numbers are `maat`): how many of the events lie before that bound."""
    aantal = np.zeros((maat[0], maat[1] + 1), dtype=np.int64)
    np.add.at(aantal, (nummer, ruw["plek"].to_numpy(np.int64)), ruw["aantal"].to_numpy(np.int64))
    return aantal[:, :-1].cumsum(axis=1)
