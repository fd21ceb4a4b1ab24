"""Spells joined to episodes, and the exclusive timeline of people who move: the ground of flows and durations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sdm_lib.registry.register import klein


def eerste_spells(spells: Any, entiteit: Sequence[str], mee: Sequence[str], *, gat_dagen: int = 0) -> Any:
    """The spell that opens each episode of a unit: the others began at most `gat_dagen` days after its days.

    Of spells that begin on one day the one that ends last counts, then the one with the highest values of `mee`.
    """
    import ibis

    s = spells
    volgorde = ["begin", ibis.desc(s.einde), *(ibis.desc(s[kolom]) for kolom in mee)]
    eerder = s.einde.max().over(ibis.window(group_by=list(entiteit), order_by=volgorde, preceding=(None, 1)))
    met = s.mutate(eerder=eerder)
    return met.filter(met.eerder.isnull() | (met.begin > met.eerder + gat_dagen)).drop("eerder")


def laatste_spells(spells: Any, entiteit: Sequence[str], mee: Sequence[str], *, gat_dagen: int = 0) -> Any:
    """The spell that closes each episode of a unit; the mirror of `eerste_spells`: of spells that end on one day the
    one that began last counts, then the one with the highest values of `mee`."""
    import ibis

    s = spells
    volgorde = [ibis.desc(s.einde), ibis.desc(s.begin), *(ibis.desc(s[kolom]) for kolom in mee)]
    later = s.begin.min().over(ibis.window(group_by=list(entiteit), order_by=volgorde, preceding=(None, 1)))
    met = s.mutate(later=later)
    return met.filter(met.later.isnull() | (met.later > met.einde + gat_dagen)).drop("later")


def episoden(spells: Any, entiteit: Sequence[str], mee: Sequence[str] = (), *, gat_dagen: int = 0) -> Any:
    """Episodes: the unit, begin, einde, and the columns of `mee` as in the opening spell.

    An episode ends where the spells before the next opening one end, and the last where the unit's spells end.
    """
    import ibis

    # of spells that begin on one day any may open an episode, unless something of the opening one is asked
    volgorde = ["begin", *(ibis.desc(spells[kolom]) for kolom in (("einde", *mee) if mee else ()))]
    starts = _openingen(spells, entiteit, mee, volgorde, gat_dagen)
    volgende = starts.eerder.lead().over(ibis.window(group_by=list(entiteit), order_by="begin"))
    return starts.mutate(einde=ibis.coalesce(volgende, starts.slot)).drop("eerder", "slot")


def randen(spells: Any, entiteit: Sequence[str], mee: Sequence[str] = (), *, gat_dagen: int = 0) -> Any:
    """The begins and the ends of a unit's episodes, each once: to be counted apart, for in one row stand the begin of
    an episode and the end of the one before it (of the last one, in the row of the first). Half the work of `episoden`.

    mee : columns that are the same in every spell of a unit.
    """
    import ibis

    starts = _openingen(spells, entiteit, mee, ["begin"], gat_dagen)
    return starts.mutate(einde=ibis.coalesce(starts.eerder, starts.slot)).drop("eerder", "slot")


def _openingen(
    spells: Any, entiteit: Sequence[str], mee: Sequence[str], volgorde: Sequence[Any], gat_dagen: int
) -> Any:
    """Opening spells: the unit, begin, mee, eerder (where the spells before it end, null for the first) and slot (where
    the unit's last spell ends)."""
    import ibis

    s, groep = spells, list(entiteit)
    eerder = s.einde.max().over(ibis.window(group_by=groep, order_by=volgorde, preceding=(None, 1)))
    slot = s.einde.max().over(ibis.window(group_by=groep, order_by=volgorde, preceding=None, following=None))
    met = s.select(*groep, "begin", *mee, eerder=eerder, slot=slot)
    return met.filter(met.eerder.isnull() | (met.begin > met.eerder + gat_dagen))


def tijdlijn(spells: Any, ruim: Sequence[str], dims: Sequence[str], eigen: Sequence[str], *, gat_dagen: int = 0) -> Any:
    """Begins and ends of the pieces of episodes, to be counted apart: of a unit that never moves a row holds the begin
    of one and the end of another (`randen`). At every moment a unit is in one place (the values of `eigen`).

    Episodes are joined within (ruim, dims) and cut where the unit changes place: of the spells in use the one that
    began last decides, then the one that ends last, then the highest code; during a bridged break the unit stays
    where it was. Returns ruim, dims, eigen, begin, einde, ep_einde (of the episode within ruim and dims), w_begin and
    w_einde (of the episode within ruim alone).
    """
    import ibis

    basis = spells.select(*dict.fromkeys([*ruim, *dims, *eigen, "begin", "einde"]))
    if not eigen:
        return _heel(basis, list(ruim), list(dims), eigen, gat_dagen)
    uitersten = {f"{kant}_{kolom}": getattr(basis[kolom], kant)() for kolom in eigen for kant in ("min", "max")}
    per = basis.group_by(list(ruim)).agg(**uitersten)
    verhuisd = per.filter(ibis.or_(*(per[f"min_{kolom}"] != per[f"max_{kolom}"] for kolom in eigen))).select(*ruim)
    vast = _heel(basis.anti_join(verhuisd, list(ruim)), list(ruim), list(dims), eigen, gat_dagen)
    los = _geknipt(basis.semi_join(verhuisd, list(ruim)), list(ruim), list(dims), list(eigen), gat_dagen)
    return vast.union(los.select(*vast.columns))


def _genummerd(spells: Any, sleutels: list[str], mee: Sequence[str], gat_dagen: int) -> Any:
    """Every spell with the number of its episode (eiland), and nieuw = 1 on the opening one."""
    import ibis

    s = spells
    volgorde = ["begin", ibis.desc(s.einde), *(ibis.desc(s[kolom]) for kolom in mee)]
    eerder = s.einde.max().over(ibis.window(group_by=sleutels, order_by=volgorde, preceding=(None, 1)))
    met = s.mutate(nieuw=ibis.ifelse(eerder.isnull() | (s.begin > eerder + gat_dagen), 1, 0))
    volgorde = ["begin", ibis.desc(met.einde), *(ibis.desc(met[kolom]) for kolom in mee), ibis.desc(met.nieuw)]
    lopend = ibis.window(group_by=sleutels, order_by=volgorde, preceding=(None, 0))
    return met.mutate(eiland=met.nieuw.sum().over(lopend).cast("int64"))


def _wijd(basis: Any, ruim: list[str], gat_dagen: int) -> Any:
    """Every spell with begin and end of its episode within `ruim`."""
    import ibis

    met = _genummerd(basis, ruim, (), gat_dagen)
    heel = ibis.window(group_by=[*ruim, "eiland"])
    wijd = met.mutate(w_begin=met.begin.min().over(heel), w_einde=met.einde.max().over(heel))
    return wijd.drop("nieuw", "eiland")


def _heel(basis: Any, ruim: list[str], dims: list[str], eigen: Sequence[str], gat_dagen: int) -> Any:
    """Episodes of units that never change place."""
    anders = [kolom for kolom in dims if kolom not in ruim]
    if not anders:
        per = randen(basis, ruim, eigen, gat_dagen=gat_dagen)
        return per.mutate(ep_einde=per.einde, w_begin=per.begin, w_einde=per.einde)
    sleutels = [*ruim, *anders, "w_begin", "w_einde"]
    per = randen(_wijd(basis, ruim, gat_dagen), sleutels, eigen, gat_dagen=gat_dagen)
    return per.select(*ruim, *anders, "begin", "einde", *eigen, "w_begin", "w_einde", ep_einde=per.einde)


def _geknipt(basis: Any, ruim: list[str], dims: list[str], eigen: list[str], gat_dagen: int) -> Any:
    """Episodes of movers, cut at every begin and end of their spells and joined where the place stays the same."""
    import ibis

    wijd = _wijd(basis, ruim, gat_dagen)
    sleutels = list(dict.fromkeys([*ruim, *dims, "w_begin", "w_einde"]))
    if set(dims) <= set(ruim):
        met = wijd.mutate(ep_einde=wijd.w_einde)
    else:
        met = _genummerd(wijd, sleutels, (), gat_dagen)
        met = met.mutate(ep_einde=met.einde.max().over(ibis.window(group_by=[*sleutels, "eiland"]))).drop(
            "nieuw", "eiland"
        )
    episode = [*sleutels, "ep_einde"]  # two episodes of one unit never end on the same day
    kanten = klein(kant=[0, 1])
    punten = met.cross_join(kanten).mutate(dag=ibis.ifelse(ibis._.kant == 0, ibis._.begin, ibis._.einde))
    stuk = punten.filter(punten.dag < punten.ep_einde).select(*episode, "dag").distinct()
    dek = stuk.join(met, [*episode, stuk.dag >= met.begin, stuk.dag < met.einde])
    dek = dek.select(*episode, "dag", *eigen, "begin", "einde")
    volgorde = [ibis.desc(dek.begin), ibis.desc(dek.einde), *(ibis.desc(dek[kolom]) for kolom in eigen)]
    rang = ibis.row_number().over(ibis.window(group_by=[*episode, "dag"], order_by=volgorde))
    return _aaneen(dek.mutate(rang=rang).filter(ibis._.rang == 0), episode, eigen)


def _aaneen(een: Any, episode: list[str], eigen: list[str]) -> Any:
    """Adjacent pieces in the same place become one; each ends where the next begins, the last where the episode ends.

    A bridged break has no piece of its own: the piece before it lasts until the next begins.
    """
    import ibis

    rij = ibis.window(group_by=episode, order_by="dag")
    vorige = {f"v_{kolom}": een[kolom].lag().over(rij) for kolom in eigen}
    met = een.mutate(**vorige)
    begint = met[f"v_{eigen[0]}"].isnull() | ibis.or_(*(met[f"v_{kolom}"] != met[kolom] for kolom in eigen))
    starts = met.filter(begint).select(*episode, *eigen, begin=met.dag)
    volgende = starts.begin.lead().over(ibis.window(group_by=episode, order_by="begin"))
    return starts.mutate(einde=ibis.coalesce(volgende, starts.ep_einde))
