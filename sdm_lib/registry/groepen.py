"""The six user groups of the national monitor, and social assistance as households and as persons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from sdm_lib import nl
from sdm_lib.errors import InvoerFout, Melding
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.registry.noemers import bestand_van, check_bevolking, noemer
from sdm_lib.registry.perioden import Periode, vensters
from sdm_lib.registry.register import Register, Where, check_mag, check_uitsplitsing
from sdm_lib.registry.stapeling import combinaties
from sdm_lib.registry.stromen import stromen
from sdm_lib.registry.tellen import stand
from sdm_lib.registry.uitstroom import duurzaam

SECTOREN = ("wmo", "jeugd", "participatie")
SECTOR, OOK = "sector", " ook erbuiten"
GROEPEN = ("alleen wmo", "alleen jeugd", "alleen participatie", "meer sectoren", "ook voorzieningen erbuiten", "geen")


def gebruikersgroepen(
    register: Register,
    *,
    periodes: Sequence[Kwartaal | Periode | str] | Kwartaal | Periode | str,
    eenheid: str = "huishoudens",
    by: Sequence[str] = (),
    where: Where | None = None,
    erbuiten: str | None = None,
) -> pd.DataFrame:
    """Households (or clients) by user group: one sector only (three), more sectors, also related provisions, none.

    erbuiten : a text column with ja/nee that says at person level whether related provisions outside the three laws
    (Wlz, Zvw) are used; a household uses them when one of its members with support does. Without it the fifth group is
    not measured and the others leave it out of account.
    by : columns that the population knows (areas). "geen" is the population less the users.

    Returns periode, the columns of `by`, groep, aantal (NaN where not measured), status (ok or niet_gemeten).
    Raises InvoerFout when the population was not delivered (SDM-873), is smaller than the users or absent where they
    are (SDM-874), and when `erbuiten` says anything else (SDM-865).
    """
    check_bevolking(by)
    bron, over = (register, "wet") if erbuiten is None else (_met_sector(register, erbuiten), SECTOR)
    sets = combinaties(bron, periodes=periodes, eenheid=eenheid, by=by, where=where, over=over)
    sleutel = ["periode", *by]
    telling = sets.assign(groep=sets["combinatie"].map(_groep)).groupby([*sleutel, "groep"])["aantal"].sum()
    totaal = _bevolking(register, periodes, eenheid, by, where)
    uit = totaal.merge(pd.DataFrame({"groep": list(GROEPEN)}), how="cross", validate="m:m")
    uit = uit.merge(telling.reset_index(), on=[*sleutel, "groep"], how="left", validate="1:1")
    uit["aantal"] = uit["aantal"].astype(float).fillna(0.0)  # a group that nobody is in is a true zero
    if zonder := int(telling.sum() - uit["aantal"].sum()):
        raise _te_veel(f"{zonder} {eenheid} met een voorziening zijn in een gebied zonder inwoners", eenheid)
    if erbuiten is None:
        uit.loc[uit["groep"] == GROEPEN[4], "aantal"] = float("nan")
    gebruikers = uit.groupby(sleutel)["aantal"].transform("sum")
    geen = uit["groep"] == GROEPEN[5]
    uit.loc[geen, "aantal"] = (uit["noemer"] - gebruikers)[geen]
    if meer := int((uit["aantal"] < 0).sum()):
        raise _te_veel(f"in {meer} groepen zijn meer {eenheid} met een voorziening dan er wonen", eenheid)
    status = uit["aantal"].isna().map({True: "niet_gemeten", False: "ok"})
    return uit.assign(status=status)[[*sleutel, "groep", "aantal", "status"]]


def _te_veel(wat: str, eenheid: str) -> InvoerFout:
    return InvoerFout(Melding("SDM-874", wat, "Vul de bevolking aan.", bestand=f"{bestand_van(eenheid)[0]}.csv"))


def _met_sector(register: Register, erbuiten: str) -> Register:
    """The register with a column that says of a spell its wet, and whether its client uses provisions outside it."""
    import ibis

    check_uitsplitsing(register, [erbuiten], None)
    if vreemd := sorted(set(register.combinaties([erbuiten])[erbuiten]) - {"ja", "nee"}):
        herstel = "Zeg van iedereen ja of nee."
        raise InvoerFout(Melding("SDM-865", f"onbekende code {nl.lijst(vreemd)}", herstel, "register", kolom=erbuiten))
    tabel = register.tabel
    sector = ibis.ifelse(tabel[erbuiten] == "ja", tabel.wet.cast("string") + OOK, tabel.wet.cast("string"))
    waarden = [wet + ook for wet in register.combinaties(["wet"])["wet"] for ook in ("", OOK)]
    groepen = {**register.groepen, (SECTOR,): pd.DataFrame({SECTOR: waarden})}
    return replace(
        register, tabel=tabel.mutate(**{SECTOR: sector}), kolommen=(*register.kolommen, SECTOR), groepen=groepen
    )


def _groep(combinatie: str) -> str:
    """The user group of a set of sectors.

    >>> _groep("wmo"), _groep("jeugd+wmo"), _groep("jeugd+wmo ook erbuiten")
    ('alleen wmo', 'meer sectoren', 'ook voorzieningen erbuiten')
    """
    if OOK in combinatie:
        return GROEPEN[4]
    return f"alleen {combinatie}" if combinatie in SECTOREN else GROEPEN[3]


def bijstand(
    register: Register,
    *,
    periodes: Sequence[Kwartaal | Periode | str] | Kwartaal | Periode | str,
    by: Sequence[str] = (),
    where: Where | None = None,
    naar_werk: Sequence[str] = ("werk",),
    dagen: int = 183,
) -> pd.DataFrame:
    """Social assistance at the end of each period and its flows, as households and as persons.

    naar_werk : reasons of ending that mean work. by : areas.
    Returns periode, the columns of `by`, huishoudens, personen, jonger_dan_27 (all three on the last day), instroom,
    uitstroom, naar_werk, duurzaam_naar_werk (still off benefit after `dagen` days), nog_onbekend (of naar_werk: not
    followed that long yet). Raises ParameterFout (SDM-867) on a condition on another voorziening.
    """
    keuze = (where or {}).get("voorziening", "bijstand")
    if set([keuze] if isinstance(keuze, str) else keuze) != {"bijstand"}:
        check_mag(["voorziening"], ["voorziening"], waarom="het gaat over de bijstand alleen")
    waar = {**(where or {}), "voorziening": "bijstand"}
    sleutel = ["periode", *by]
    vraag: dict[str, Any] = {"periodes": periodes, "by": by}
    uit = stand(register, eenheid="huishoudens", where=waar, **vraag).rename(columns={"aantal": "huishoudens"})
    personen = stand(register, where=waar, **vraag).rename(columns={"aantal": "personen"})
    jong = stand(register, where={**waar, "leeftijd": "0-26"}, **vraag).rename(columns={"aantal": "jonger_dan_27"})
    stroom = stromen(register, where=waar, **vraag)[[*sleutel, "instroom", "uitstroom"]]
    werk = duurzaam(register, where=waar, redenen=naar_werk, dagen=dagen, **vraag)
    werk = werk.rename(columns={"uitstroom": "naar_werk", "duurzaam": "duurzaam_naar_werk"})
    laatste = ["naar_werk", "duurzaam_naar_werk", "nog_onbekend"]
    for deel in (personen, jong, stroom, werk[[*sleutel, *laatste]]):
        uit = uit.merge(deel, on=sleutel, how="left", validate="1:1")
    return uit.fillna(dict.fromkeys(laatste, 0)).astype(dict.fromkeys(laatste, "int64"))  # nobody left to work: zero


def _bevolking(
    register: Register,
    periodes: Sequence[Kwartaal | Periode | str] | Kwartaal | Periode | str,
    eenheid: str,
    by: Sequence[str],
    where: Where | None,
) -> pd.DataFrame:
    return pd.concat(
        [
            noemer(register, m, eenheid=eenheid, by=by, where=where, hoe="begin", dag=False).assign(periode=m.label)
            for m in vensters(periodes)
        ],
        ignore_index=True,
    )
