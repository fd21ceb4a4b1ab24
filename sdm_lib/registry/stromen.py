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
    """Pieces counted per group, interval of begin, interval of end, and kind of begin and end.

    An end is counted in the interval of its last day; a move in that of its first day elsewhere.
    """
    import ibis

    s = stukken
    einde = ibis.ifelse(s.einde < s.ep_einde, s.einde, s.einde - 1)
    met = s.mutate(
        van=rang(s.begin, grenzen),
        tot=ibis.ifelse(s.einde >= OPEN, len(grenzen), rang(einde, grenzen)),
        nieuw=vlag(s.begin == s.w_begin),
        weg=vlag(s.einde == s.w_einde),
        voorlopig=vlag((s.einde == s.w_einde) & (s.einde > voorlopig_na) & (s.einde < OPEN)),
    )
    soort = [*groep, "van", "tot", "nieuw", "weg", "voorlopig"]
    return met.group_by(soort).agg(aantal=met.count().cast("int64"))


def _op_rooster(
    register: Register, ruw: pd.DataFrame, groep: list[str], rij: tuple[Periode, ...], grenzen: list[int],
    *, by: Sequence[str], where: Where | None,
) -> pd.DataFrame:  # fmt: skip
    groepen, nummer = genummerd(ruw, groep)
    delen = {naam: np.zeros((len(groepen), len(rij)), dtype=np.int64) for naam in STROMEN}
    for i, periode in enumerate(rij):
        van, tot = grenzen.index(periode.van_dag) + 1, grenzen.index(periode.tot_dag) + 1
        for naam, masker in _maskers(ruw, van, tot).items():
            np.add.at(delen[naam][:, i], nummer[masker], ruw["aantal"].to_numpy()[masker])
    return op_rooster(register, groepen, delen, rij, by=by, where=where).rename(columns={"venster": "periode"})


def _maskers(ruw: pd.DataFrame, van: int, tot: int) -> dict[str, np.ndarray]:
    """Which rows are in stock, come or go in the intervals van..tot-1."""
    b, e = ruw["van"].to_numpy(), ruw["tot"].to_numpy()
    nieuw, weg, voorlopig = (ruw[kolom].to_numpy().astype(bool) for kolom in ("nieuw", "weg", "voorlopig"))
    komt, gaat = (b >= van) & (b < tot), (e >= van) & (e < tot)
    return {
        "beginstand": (b < van) & (e >= van),
        "instroom": komt & nieuw,
        "overgang_in": komt & ~nieuw,
        "uitstroom": gaat & weg,
        "overgang_uit": gaat & ~weg,
        "eindstand": (b < tot) & (e >= tot),
        "uitstroom_voorlopig": gaat & voorlopig,
    }
