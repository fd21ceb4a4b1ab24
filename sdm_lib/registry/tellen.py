"""Use of provisions: how many clients, provisions or households, in a period or on a day, and per 1,000 inhabitants.

Three counts that are never mixed and never summed over periods. Age is the calendar year minus the year of birth
(the age reached in that year): the register knows no birthday.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from sdm_lib.errors import InvoerFout, Melding
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.registry.noemers import noemer as noemer_van
from sdm_lib.registry.perioden import Periode, vensters
from sdm_lib.registry.register import Register, Where
from sdm_lib.registry.rooster import op_rooster
from sdm_lib.registry.vegen import reeks


def unieke(
    register: Register,
    *,
    periodes: Sequence[Kwartaal | Periode | str] | Kwartaal | Periode | str,
    eenheid: str = "clienten",
    by: Sequence[str] = (),
    where: Where | None = None,
) -> pd.DataFrame:
    """Unique clients, provisions or households that used support on at least one day of each period.

    eenheid : clienten, huishoudens, or voorzieningen (distinct client, wet and type: a re-indication is no new one).
    by : columns of the register or leeftijd. where : conditions, a value or several, on any of them;
    leeftijd as ``0-17`` or ``65+``.

    Returns periode, the columns of `by`, aantal: a row for every period and group, zeros included.
    Raises ParameterFout on an unknown column or value, ValueError on periods that lie inside each other.
    """
    tabel = geteld(register, vensters(periodes), eenheid=eenheid, by=by, where=where)
    return tabel.rename(columns={"venster": "periode"})


def stand(
    register: Register,
    *,
    dag: Sequence[date] | date | None = None,
    periodes: Sequence[Kwartaal | Periode | str] | Kwartaal | Periode | str | None = None,
    eenheid: str = "clienten",
    by: Sequence[str] = (),
    where: Where | None = None,
) -> pd.DataFrame:
    """Unique clients, provisions or households in use on a day, or on the last day of each period.

    Returns dag (ISO date) or periode, the columns of `by`, aantal; zeros included. The last day of support counts.
    Raises as `unieke`, and ValueError unless exactly one of dag and periodes is given.
    """
    naam, momenten = meetdagen(dag, periodes)
    return geteld(register, momenten, eenheid=eenheid, by=by, where=where).rename(columns={"venster": naam})


def per_1000(
    register: Register,
    *,
    periodes: Sequence[Kwartaal | Periode | str] | Kwartaal | Periode | str | None = None,
    dag: Sequence[date] | date | None = None,
    eenheid: str = "clienten",
    by: Sequence[str] = (),
    where: Where | None = None,
    per: int = 1000,
    noemer: str = "begin",
) -> pd.DataFrame:
    """`unieke` (periodes) or `stand` (dag) per 1,000 inhabitants, or per 1,000 households.

    The denominator is the population of the same area, sex and age range: on the first day of the period
    (noemer="begin"), or the mean of begin and end (noemer="gemiddeld"); for a day, on that day or the day after.

    Returns periode or dag, the columns of `by`, aantal, noemer, waarde (NaN when the denominator is 0).
    Raises InvoerFout SDM-873 when the population was not delivered, or not for that day, area or age range.
    """
    if noemer not in ("begin", "gemiddeld"):
        raise ValueError(f"noemer must be 'begin' or 'gemiddeld', got {noemer!r}")
    if dag is not None:
        momenten = meetdagen(dag, None)[1]
        tabel = stand(register, dag=dag, eenheid=eenheid, by=by, where=where)
    else:
        momenten = vensters(periodes) if periodes is not None else meetdagen(None, None)[1]
        tabel = unieke(register, periodes=momenten, eenheid=eenheid, by=by, where=where)
    moment = str(tabel.columns[0])
    noemers = pd.concat(
        noemer_van(register, m, eenheid=eenheid, by=by, where=where, hoe=noemer, dag=moment == "dag").assign(
            **{moment: m.label}
        )
        for m in momenten
    )
    samen = [kolom for kolom in noemers.columns if kolom != "noemer"]
    uit = tabel.merge(noemers, on=samen, how="left", validate="m:1")
    if uit["noemer"].isna().any():
        raise InvoerFout(_geen_noemer("niet voor elke groep van het register"))
    waarde = per * uit["aantal"] / uit["noemer"].where(uit["noemer"] > 0, np.nan)
    return uit.assign(waarde=waarde)


def geteld(
    register: Register, momenten: Sequence[Periode], *, eenheid: str, by: Sequence[str], where: Where | None
) -> pd.DataFrame:
    """Columns venster, by, aantal on the full grid."""
    groepen, aantallen = reeks(register, eenheid=eenheid, vensters=momenten, by=by, where=where)
    return op_rooster(register, groepen, {"aantal": aantallen}, momenten, by=by, where=where)


def meetdagen(
    dag: Sequence[date] | date | None,
    periodes: Sequence[Kwartaal | Periode | str] | Kwartaal | Periode | str | None,
) -> tuple[str, tuple[Periode, ...]]:
    """Name of the time column and windows of one day: the days asked for, or the last day of each period."""
    if (dag is None) == (periodes is None):
        raise ValueError("give either dag or periodes")
    if dag is not None:
        return "dag", vensters(dag)
    rij = vensters(periodes or ())
    return "periode", tuple(Periode(p.label, p.laatste_dag, p.einde) for p in rij)


def _geen_noemer(wat: str) -> Melding:
    return Melding("SDM-873", f"de bevolking is geleverd, maar {wat}", "Vul de bevolking aan.", bestand="bevolking.csv")
