"""Spells joined to episodes, and the exclusive timeline of people who move: the ground of flows and durations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sdm_lib.registry.perioden import OPEN


def eilanden(spells: Any, entiteit: Sequence[str], *, gat_dagen: int = 0, mee: Sequence[str] = ()) -> Any:
    """Episodes of each unit: spells whose breaks are at most `gat_dagen` days are one.

    Returns an Ibis table with the unit, begin, einde, and of every column of `mee` eerste_<kolom> and
    laatste_<kolom>: its value in the first spell (begun first, then ending last) and in the last (ending last, then
    begun last); ties by the highest value.
    """
    import ibis

    kolommen = list(dict.fromkeys([*entiteit, "begin", "einde", *mee]))
    basis = spells.select(*kolommen)
    volgorde = ["begin", "einde"]
    eerder = basis.einde.max().over(ibis.window(group_by=list(entiteit), order_by=volgorde, preceding=(None, 1)))
    nieuw = basis.mutate(nieuw=ibis.ifelse(eerder.isnull() | (basis.begin > eerder + gat_dagen), 1, 0))
    lopend = ibis.window(group_by=list(entiteit), order_by=volgorde, preceding=(None, 0))
    genummerd = nieuw.mutate(eiland=nieuw.nieuw.sum().over(lopend).cast("int64"))
    groep = [*entiteit, "eiland"]
    if not mee:
        return _samen(genummerd, groep).drop("eiland")
    eerst, laatst = _uiterste(genummerd, groep, mee, "eerste"), _uiterste(genummerd, groep, mee, "laatste")
    tabel = _samen(genummerd, groep).join(eerst, groep).select(*groep, "begin", "einde", *_namen("eerste", mee))
    alles = [*entiteit, "begin", "einde", *_namen("eerste", mee), *_namen("laatste", mee)]
    return tabel.join(laatst, groep).select(*alles)


def tijdlijn(spells: Any, entiteit: Sequence[str], eigen: Sequence[str], *, gat_dagen: int = 0) -> Any:
    """Episodes cut where the unit changes an exclusive column: at every moment it is in one place.

    The spell that began last decides (then the one that ends last, then the highest code). During a bridged break the
    unit stays where it was. Returns entiteit, eigen, begin, einde, ep_begin, ep_einde (of the whole episode).
    """
    import ibis

    sleutels = list(entiteit)
    genummerd = in_eilanden(spells.select(*dict.fromkeys([*sleutels, *eigen, "begin", "einde"])), sleutels, gat_dagen)
    episode = [*sleutels, "ep_begin", "ep_einde"]
    if not eigen:
        return genummerd.select(*episode).distinct().mutate(begin=ibis._.ep_begin, einde=ibis._.ep_einde)
    punten = genummerd.select(*episode, dag=genummerd.begin).union(genummerd.select(*episode, dag=genummerd.einde))
    punten = punten.distinct().filter(ibis._.dag < ibis._.ep_einde)
    stuk = punten.mutate(tot=punten.dag.lead().over(ibis.window(group_by=episode, order_by="dag")))
    stuk = stuk.mutate(tot=ibis.coalesce(stuk.tot, stuk.ep_einde))
    dek = stuk.left_join(genummerd, [
        *episode, stuk.dag >= genummerd.begin, stuk.dag < genummerd.einde,
    ])  # fmt: skip
    dek = dek.select(*episode, "dag", "tot", *eigen, "begin", "einde")
    volgorde = [ibis.desc(dek.begin), ibis.desc(dek.einde), *(ibis.desc(dek[kolom]) for kolom in eigen)]
    rang = ibis.row_number().over(ibis.window(group_by=[*episode, "dag"], order_by=volgorde))
    een = dek.mutate(rang=rang).filter(ibis._.rang == 0)
    return _aaneen(een.filter(een.begin.notnull()), episode, eigen)


def in_eilanden(basis: Any, sleutels: list[str], gat_dagen: int) -> Any:
    """Every spell with begin and end of its episode."""
    import ibis

    eerder = basis.einde.max().over(ibis.window(group_by=sleutels, order_by=["begin", "einde"], preceding=(None, 1)))
    nieuw = basis.mutate(nieuw=ibis.ifelse(eerder.isnull() | (basis.begin > eerder + gat_dagen), 1, 0))
    lopend = ibis.window(group_by=sleutels, order_by=["begin", "einde"], preceding=(None, 0))
    met = nieuw.mutate(eiland=nieuw.nieuw.sum().over(lopend).cast("int64"))
    heel = ibis.window(group_by=[*sleutels, "eiland"])
    return met.mutate(ep_begin=met.begin.min().over(heel), ep_einde=met.einde.max().over(heel)).drop("nieuw", "eiland")


def _aaneen(een: Any, episode: list[str], eigen: Sequence[str]) -> Any:
    """Adjacent pieces in the same place become one; each ends where the next begins."""
    import ibis

    rij = ibis.window(group_by=episode, order_by="dag")
    anders = [een[kolom].lag().over(rij) != een[kolom] for kolom in eigen]
    begint = een[eigen[0]].lag().over(rij).isnull() | ibis.or_(*anders)
    starts = een.mutate(begint=begint).filter(ibis._.begint).select(*episode, *eigen, begin=ibis._.dag)
    volgende = starts.begin.lead().over(ibis.window(group_by=episode, order_by="begin"))
    return starts.mutate(einde=ibis.coalesce(volgende, starts.ep_einde))


def _samen(genummerd: Any, groep: list[str]) -> Any:
    import ibis

    return genummerd.group_by(groep).agg(begin=ibis._.begin.min(), einde=ibis._.einde.max())


def _namen(kant: str, mee: Sequence[str]) -> list[str]:
    return [f"{kant}_{kolom}" for kolom in mee]


def _uiterste(genummerd: Any, groep: list[str], mee: Sequence[str], kant: str) -> Any:
    import ibis

    t = genummerd
    op = [t.begin, ibis.desc(t.einde)] if kant == "eerste" else [ibis.desc(t.einde), ibis.desc(t.begin)]
    rang = ibis.row_number().over(ibis.window(group_by=groep, order_by=[*op, *(ibis.desc(t[k]) for k in mee)]))
    een = t.mutate(rang=rang).filter(ibis._.rang == 0)
    return een.select(*groep, **{f"{kant}_{kolom}": een[kolom] for kolom in mee})


def is_open(einde: Any) -> Any:
    """Whether an end is open."""
    return einde >= OPEN
