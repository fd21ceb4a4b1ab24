"""Trajects: spells of one client in one type joined to one, by referrer at the start and by reason at the end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Required, TypedDict, Unpack

import numpy as np
import pandas as pd

from sdm_lib.kwartaal import Kwartaal
from sdm_lib.registry.episoden import eerste_spells, laatste_spells
from sdm_lib.registry.perioden import OPEN, Periode, vensters
from sdm_lib.registry.register import Register, Where, check_uitsplitsing, gefilterd, haal
from sdm_lib.registry.rooster import genummerd, op_rooster
from sdm_lib.registry.vegen import SLEUTEL, rang

TRAJECT = SLEUTEL["voorzieningen"]


class Vraag(TypedDict, total=False):
    """What is asked of trajects beside the breakdown."""

    periodes: Required[Sequence[Kwartaal | Periode | str] | Kwartaal | Periode | str]
    where: Where | None
    gat_dagen: int


def _opening(register: Register, groep: Sequence[str], *, kant: str, gat_dagen: int) -> Any:
    """The spell that opens (kant eerste) or closes (laatste) each traject."""
    mee = [kolom for kolom in groep if kolom not in TRAJECT]
    spells = register.tabel.select(*TRAJECT, "begin", "einde", *mee)
    kies = eerste_spells if kant == "eerste" else laatste_spells
    return kies(spells, TRAJECT, mee, gat_dagen=gat_dagen)


def gestart(
    register: Register,
    *,
    periodes: Sequence[Kwartaal | Periode | str] | Kwartaal | Periode | str,
    by: Sequence[str] = (),
    where: Where | None = None,
    gat_dagen: int = 0,
) -> pd.DataFrame:
    """Trajects that began in each period; breakdowns are those of the first spell.

    Returns periode, the columns of `by`, aantal; zeros included.
    """
    return _geteld(register, vensters(periodes), by, where, gat_dagen, "eerste")


def beeindigd(
    register: Register,
    *,
    periodes: Sequence[Kwartaal | Periode | str] | Kwartaal | Periode | str,
    by: Sequence[str] = (),
    where: Where | None = None,
    gat_dagen: int = 0,
) -> pd.DataFrame:
    """Trajects whose last day of support lies in each period; breakdowns are those of the last spell.

    Returns periode, the columns of `by`, aantal; zeros included.
    """
    return _geteld(register, vensters(periodes), by, where, gat_dagen, "laatste")


def verwijzers(register: Register, *, by: Sequence[str] = (), **vraag: Unpack[Vraag]) -> pd.DataFrame:
    """Trajects that began in each period, by referrer; asked as `gestart`. Returns periode, `by`, verwijzer, aantal."""
    return gestart(register, by=[*by, "verwijzer"], **vraag)


def redenen_einde(register: Register, *, by: Sequence[str] = (), **vraag: Unpack[Vraag]) -> pd.DataFrame:
    """Trajects that ended in each period, by reason; asked as `beeindigd`. Returns periode, `by`, reden_einde, aantal.

    An ended traject without a reason is 'onbekend': leave it out of the denominator of "volgens plan" and show it.
    """
    uit = beeindigd(register, by=[*by, "reden_einde"], **vraag)
    return uit[uit["reden_einde"] != "lopend"].reset_index(drop=True)


def _geteld(
    register: Register, rij: tuple[Periode, ...], by: Sequence[str], where: Where | None, gat_dagen: int, kant: str
) -> pd.DataFrame:
    check_uitsplitsing(register, by, where)
    groep = ["geboortejaar" if kolom == "leeftijd" else kolom for kolom in dict.fromkeys([*by, *(where or {})])]
    tabel = _opening(register, groep, kant=kant, gat_dagen=gat_dagen)
    tabel = gefilterd(tabel, where, [kolom for kolom in tabel.columns if kolom != "geboortejaar"])
    dag = tabel.begin if kant == "eerste" else tabel.einde - 1
    if kant == "laatste":
        tabel = tabel.filter(tabel.einde < OPEN)
    ruw = haal(per_venster(tabel, dag, groep, rij))
    groepen, nummer = genummerd(ruw, groep)
    breed = np.zeros((len(groepen), len(rij)), dtype=np.int64)
    np.add.at(breed, (nummer, ruw["venster"].to_numpy(np.int64)), ruw["aantal"].to_numpy(np.int64))
    return op_rooster(register, groepen, {"aantal": breed}, rij, by=by, where=where).rename(
        columns={"venster": "periode"}
    )


def per_venster(tabel: Any, dag: Any, groep: list[str], rij: Sequence[Periode]) -> Any:
    """Rows counted per group and window in which `dag` falls; windows may not overlap.

    First per day, so that what is asked of a row is one small group.
    """
    import ibis

    if any(een.einde > ander.begin for een, ander in pairwise(rij)):
        raise ValueError("events are counted in periods that do not overlap")
    per = tabel.group_by(*groep, dag=dag).agg(aantal=ibis._.count().cast("int64"))
    venster = rang(per.dag, [periode.tot_dag for periode in rij])
    binnen = per.mutate(venster=venster, na_begin=rang(per.dag, [periode.van_dag for periode in rij]))
    binnen = binnen.filter(binnen.na_begin == binnen.venster + 1)
    return binnen.group_by([*groep, "venster"]).agg(aantal=binnen.aantal.sum().cast("int64"))
