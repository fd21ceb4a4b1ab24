"""After support ends: who comes back, who stays away, and who moves from heavy to light."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sdm_lib import nl
from sdm_lib.errors import InvoerFout, Melding
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.registry.episoden import laatste_spells
from sdm_lib.registry.overleving import cumulatieve_incidentie
from sdm_lib.registry.perioden import OPEN, Periode, dagnummer, vensters
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
from sdm_lib.registry.stromen import BINNEN
from sdm_lib.registry.vegen import EXCLUSIEF, sleutel_van, winnaar

TREDEN = ("geen", "basis", "licht", "zwaar")  # from none to heavy
ELDERS = ("overleden", "verhuisd")  # reasons of ending after which nobody can come back
SOORTEN = ("doorlopend", "teruggekeerd", *ELDERS, "te_oud")  # 0 is censored


def terugkeer(
    register: Register,
    *,
    periodes: Sequence[Kwartaal | Periode | str] | Kwartaal | Periode | str,
    by: Sequence[str] = (),
    where: Where | None = None,
    eenheid: str = "clienten",
    binnen: str = "alle",
    gat_dagen: int = 0,
    dagen: int = 365,
    tot_leeftijd: int | None = None,
) -> pd.DataFrame:
    """Share of those who left in a period that came back within a year, as cumulative incidence.

    Someone who died or moved away cannot return, nor a youth past `tot_leeftijd` (on 1 January of the year in which
    that age is reached): these compete, they are no censored cases. Others are followed until the delivery date (or
    the end of the last period). by : columns as in the closing spell; leeftijd is refused.

    Returns periode, the columns of `by`, uitgestroomd, teruggekeerd, overleden, verhuisd, te_oud (each within `dagen`),
    gevolgd (followed all `dagen` days or until an event), aandeel (0-1), se; both NaN when nobody without an event was
    followed that long: what is not known yet is no zero. Only groups with outflow have a row.
    """
    rij = vensters(periodes)
    grens = dagnummer(register.leverdatum) if register.leverdatum else rij[-1].tot_dag
    delen = []
    for moment in rij:
        ruw = haal(_vertrokken(register, moment, by, where, eenheid, binnen, gat_dagen, grens, tot_leeftijd))
        delen += [
            dict(zip(["periode", *by], (moment.label, *_tuple(sleutel)), strict=True)) | _uitkomst(deel, dagen)
            for sleutel, deel in (ruw.groupby(list(by)) if by else [((), ruw)])
        ]
    return pd.DataFrame(delen, columns=["periode", *by, "uitgestroomd", *SOORTEN[1:], "gevolgd", "aandeel", "se"])


def duurzaam(
    register: Register,
    *,
    periodes: Sequence[Kwartaal | Periode | str] | Kwartaal | Periode | str,
    by: Sequence[str] = (),
    where: Where | None = None,
    eenheid: str = "clienten",
    binnen: str = "alle",
    gat_dagen: int = 0,
    dagen: int = 183,
    redenen: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Outflow that lasts: of those who left in a period (for one of `redenen`), who were still away after `dagen` days.

    With where={"voorziening": "bijstand"} and the reason for work: to work, and still off benefit after six months.
    Who left by death or a move elsewhere is away for another cause, whatever the register says later: such an exit
    competes and is no outflow that lasts.
    Returns periode, the columns of `by`, uitstroom, duurzaam, teruggekeerd, overleden, verhuisd, nog_onbekend (not yet
    followed long enough and not back): the last five add up to uitstroom. Only groups with outflow have a row.
    """
    rij = vensters(periodes)
    grens = dagnummer(register.leverdatum) if register.leverdatum else rij[-1].tot_dag
    uit = []
    for moment in rij:
        ruw = haal(_vertrokken(register, moment, by, where, eenheid, binnen, gat_dagen, grens, None))
        if redenen is not None:
            ruw = ruw[ruw["reden"].isin(list(redenen))]
        anders = {soort: ruw["reden"] == soort for soort in ELDERS}
        hier = ~ruw["reden"].isin(ELDERS)
        terug = hier & (ruw["weg_dagen"] <= dagen) & (ruw["terug"] == 1)
        ver = hier & ~terug & (ruw["gevolgd_dagen"] >= dagen)
        delen = {"duurzaam": ver, "teruggekeerd": terug, **anders, "nog_onbekend": hier & ~terug & ~ver}
        ruw = ruw.assign(uitstroom=ruw["aantal"], **{naam: ruw["aantal"] * deel for naam, deel in delen.items()})
        namen = ["uitstroom", *delen]
        som = ruw.groupby(list(by))[namen].sum().reset_index() if by else ruw[namen].sum().to_frame().T
        uit.append(som.assign(periode=moment.label)[["periode", *by, *namen]])
    return pd.concat(uit, ignore_index=True)


def overgangen(
    register: Register,
    *,
    periodes: Sequence[Kwartaal | Periode | str] | Kwartaal | Periode | str,
    by: Sequence[str] = (),
    where: Where | None = None,
) -> pd.DataFrame:
    """Transition matrix of clients from the day before each period to its last day, by heaviest step in use.

    Steps: geen, basis, licht, zwaar. Someone without support on both days is in no cell. by : areas and sex, as on
    the last day, or on the first when support had ended; a condition on them asks for the same clients.
    Returns periode, the columns of `by`, van, naar, aantal (the full matrix; geen to geen is left out).
    Raises InvoerFout on a missing or unknown step (SDM-861, SDM-865), and ParameterFout (SDM-867) on a breakdown by
    anything else or a condition on leeftijd.
    """
    check_uitsplitsing(register, by, where)
    check_mag(where or {}, ["leeftijd"], waarom="tussen de twee dagen kan iemand een jaar ouder worden")
    anders = set(register.uitsplitsingen) - set(EXCLUSIEF)
    check_mag(by, anders, waarom="een client staat op een dag in een gebied, en kan twee voorzieningen hebben")
    check_kolommen(register, "trede")
    if vreemd := sorted(set(register.combinaties(["trede"])["trede"]) - set(TREDEN)):
        wat = f"onbekende trede {nl.lijst(vreemd)}"
        raise InvoerFout(Melding("SDM-865", wat, f"Kies {nl.lijst(TREDEN[1:])}.", bestand="register", kolom="trede"))
    spells = gefilterd(register.tabel, where, [kolom for kolom in register.kolommen if kolom not in EXCLUSIEF])
    delen = [haal(overgangen_expr(spells, list(by), where, m)).assign(periode=m.label) for m in vensters(periodes)]
    cellen = [(van, naar) for van in TREDEN for naar in TREDEN if (van, naar) != ("geen", "geen")]
    rooster = pd.DataFrame({"periode": [m.label for m in vensters(periodes)]})
    rooster = rooster.merge(register.combinaties(by, where), how="cross", validate="m:m")
    rooster = rooster.merge(pd.DataFrame(cellen, columns=["van", "naar"]), how="cross", validate="m:m")
    lang = pd.concat(delen, ignore_index=True)
    lang = lang.assign(van=lang["van"].map(dict(enumerate(TREDEN))), naar=lang["naar"].map(dict(enumerate(TREDEN))))
    uit = rooster.merge(lang, on=["periode", *by, "van", "naar"], how="left", validate="1:1")
    return uit.assign(aantal=uit["aantal"].fillna(0).astype("int64"))  # a cell without clients is a true zero


def overgangen_expr(spells: Any, by: list[str], where: Where | None, moment: Periode) -> Any:
    """Clients per heaviest step on the day before the window (van) and on its last day (naar), as numbers."""
    import ibis

    eerst, laatst = moment.van_dag - 1, moment.tot_dag - 1
    trede = spells.trede.cases(*((naam, nummer) for nummer, naam in enumerate(TREDEN)), else_=0)
    op = spells.mutate(nummer=trede).filter((spells.begin <= laatst) & (spells.einde > eerst))
    op = op.mutate(van=ibis.ifelse(op.begin <= eerst, op.nummer, 0), naar=ibis.ifelse(op.einde > laatst, op.nummer, 0))
    op = op.filter((op.van > 0) | (op.naar > 0))
    per = op.group_by("persoon").agg(van=op.van.max(), naar=op.naar.max())
    if eigen := sorted({*by, *(where or {})} & {*EXCLUSIEF}):
        telt = ibis.ifelse(op.naar > 0, moment.tot_dag, moment.van_dag)  # the first day counts for who has no last one
        een = gefilterd(winnaar(op, ["persoon"], eigen, telt), where, eigen)
        per = per.join(een.select("persoon", *by), "persoon")
    return per.group_by([*by, "van", "naar"]).agg(aantal=per.count().cast("int64"))


def _vertrokken(
    register: Register, moment: Periode, by: Sequence[str], where: Where | None, eenheid: str, binnen: str,
    gat_dagen: int, grens: int, tot_leeftijd: int | None,
) -> Any:  # fmt: skip
    """Histogram of those who left in the window: days away until the next episode, days followed, reason, kind."""
    import ibis

    check_uitsplitsing(register, by, where)
    check_mag([*by, *(where or {})], ["leeftijd"], waarom="wie vertrok wordt over levensjaren heen gevolgd")
    if binnen not in BINNEN:
        raise ValueError(f"binnen must be one of {sorted(BINNEN)}, got {binnen!r}")
    sleutel = list(dict.fromkeys([*sleutel_van(register, eenheid), *BINNEN[binnen]]))
    mee = [k for k in dict.fromkeys([*by, *(where or {}), *_aanwezig(register, tot_leeftijd)]) if k not in sleutel]
    spells = gefilterd(register.tabel, where, [k for k in register.kolommen if k not in EXCLUSIEF])
    slot = laatste_spells(spells.select(*sleutel, "begin", "einde", *mee), sleutel, mee, gat_dagen=gat_dagen)
    slot = gefilterd(slot.filter((slot.einde > moment.van_dag) & (slot.einde <= moment.tot_dag)), where, slot.columns)
    alle = spells.select(*sleutel, volgend=spells.begin)
    paar = slot.left_join(alle, [*sleutel, slot.einde < alle.volgend])
    groep = [*sleutel, "einde", *mee]
    terug = paar.group_by(groep).agg(volgend=paar.volgend.min())
    volgend = ibis.coalesce(terug.volgend, OPEN)
    grens_dag = ibis.greatest(ibis.literal(grens), terug.einde)
    te_oud = _te_oud(terug, tot_leeftijd)
    eind = ibis.least(volgend, te_oud, grens_dag)
    reden = terug.reden_einde if "reden_einde" in mee else ibis.literal("onbekend")
    soort = reden.cases(("overleden", 2), ("verhuisd", 3), else_=0)
    later = ibis.cases((volgend <= ibis.least(te_oud, grens_dag), 1), (te_oud <= grens_dag, 4), else_=0)
    met = terug.mutate(
        soort=ibis.ifelse(soort > 0, soort, later), tijd=ibis.ifelse(soort > 0, 0, eind - terug.einde),
        weg_dagen=ibis.least(volgend, OPEN) - terug.einde, terug=vlag(volgend <= grens_dag),
        gevolgd_dagen=grens_dag - terug.einde, reden=reden,
    )  # fmt: skip
    tel = [*by, "soort", "tijd", "weg_dagen", "terug", "gevolgd_dagen", "reden"]
    return met.group_by(tel).agg(aantal=met.count().cast("int64"))


def _aanwezig(register: Register, tot_leeftijd: int | None) -> list[str]:
    nodig = ["reden_einde", *(["geboortejaar"] if tot_leeftijd is not None else [])]
    return [kolom for kolom in nodig if kolom in register.kolommen]


def _te_oud(terug: Any, tot_leeftijd: int | None) -> Any:
    """Day number of 1 January of the year in which the age is reached, not before the end of support."""
    import ibis

    if tot_leeftijd is None:
        return ibis.literal(OPEN)
    jaar = (terug.geboortejaar + tot_leeftijd).cast("int64") - 1
    dag = 365 * (jaar - 1969) + _heel(jaar - 1968, 4) - _heel(jaar - 1900, 100) + _heel(jaar - 1600, 400)
    return ibis.greatest(dag, terug.einde)


def _heel(x: Any, deler: int) -> Any:
    """Whole division, downwards."""
    return (x / deler).floor().cast("int64")


def _uitkomst(deel: pd.DataFrame, dagen: int) -> dict[str, Any]:
    tijd, soort, n = (deel[kolom].to_numpy() for kolom in ("tijd", "soort", "aantal"))
    binnen = tijd <= dagen
    aandeel, se = cumulatieve_incidentie(deel, op=dagen)
    geteld = {naam: int(n[binnen & (soort == nummer)].sum()) for nummer, naam in enumerate(SOORTEN) if nummer}
    gevolgd = int(n[(binnen & (soort > 0)) | (tijd >= dagen)].sum())
    uit = {"uitgestroomd": int(n.sum())} | geteld | {"gevolgd": gevolgd}
    te_kort = (soort == 0) & binnen & (tijd < dagen)
    bekend = n.sum() > 0 and (bool((tijd >= dagen).any()) or not te_kort.any())
    return uit | {"aandeel": aandeel if bekend else np.nan, "se": se if bekend else np.nan}


def _tuple(sleutel: Any) -> tuple[Any, ...]:
    return sleutel if isinstance(sleutel, tuple) else (sleutel,)
