"""Register figures on the course of support: how long, how soon, back again, lighter or heavier, how much.

These follow trajects over time. The first four rest on the survival estimates of `registry`, with their interval
(running trajects and waiting clients are censored, not left out); the others are full counts.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sdm_lib import registry
from sdm_lib.registry.noemers import BEVOLKING

if TYPE_CHECKING:
    from sdm_lib.indicators.registered import Vraag
    from sdm_lib.registry import Register

KM = "Kaplan-Meier, lopende gevallen gecensureerd"
HEEL = "het wordt over alle leeftijden samen geteld"
LICHTER = {"geen": 0, "basis": 1, "licht": 2, "zwaar": 3}


def duur(register: Register, vraag: Vraag) -> pd.DataFrame:
    """Median duration of trajects in days; `administratief` is a begin date that is no true start."""
    dagen = tuple(date.fromisoformat(dag) for dag in vraag.text("administratief").split() if dag)
    table = registry.duur(register, gat_dagen=vraag.number("gat_dagen", 0), administratief=dagen, **vraag.call)
    return _survival(table, vraag, value="mediaan", n="trajecten")


def wachttijd(register: Register, vraag: Vraag) -> pd.DataFrame:
    """Median wait from registration to start in days; `maat: p90` for how long nine out of ten wait at most, `maat:
    wachtend` for how many still wait at the end."""
    table = registry.wachttijd(register, **vraag.call)
    if vraag.text("maat") == "wachtend":
        wachtend = table["wachtend"]
        return table[list(vraag.by)].assign(value=wachtend, numerator=wachtend, n=wachtend, method="volledige telling")
    n = table["gestart"] + table["wachtend"]
    if vraag.text("maat") == "p90":
        table = table.assign(mediaan=table["p90"], onder=np.nan, boven=np.nan)
    return _survival(table.assign(n=n), vraag, value="mediaan", n="n")


def terugkeer(register: Register, vraag: Vraag) -> pd.DataFrame:
    """Share of those who left that came back within `dagen` days (365); `jaar_terug: 1` follows who left a year before.

    Of those who leave in the period itself nobody knows yet: then there is no share.
    """
    eerder = vraag.number("jaar_terug", 0)
    periode = f"{int(vraag.periode[:4]) - eerder}{vraag.periode[4:]}"
    table = registry.terugkeer(register, dagen=vraag.number("dagen", 365), **(vraag.call | {"periodes": periode}))
    half = 1.959963984540054 * table["se"]
    return table[list(vraag.by)].assign(
        value=table["aandeel"], lower=(table["aandeel"] - half).clip(0, 1), upper=(table["aandeel"] + half).clip(0, 1),
        se=table["se"], n=table["uitgestroomd"], method="cumulatieve incidentie",
    )  # fmt: skip


def verschuiving(register: Register, vraag: Vraag) -> pd.DataFrame:
    """Clients with a lighter step than at the begin minus those with a heavier one, of all in support on both days."""
    table = registry.overgangen(register, **vraag.call)
    both = table[(table["van"] != "geen") & (table["naar"] != "geen")]
    step = both["naar"].map(LICHTER) - both["van"].map(LICHTER)
    return _net(both.assign(netto=-np.sign(step) * both["aantal"]), vraag)


def intensiteit(register: Register, vraag: Vraag) -> pd.DataFrame:
    """Mean of `intensiteit` over the provisions in use in the period that are counted in unit `eenheid_van`."""
    import ibis

    from sdm_lib.registry.register import check_kolommen, check_mag, check_uitsplitsing, haal

    check_kolommen(register, "intensiteit", "eenheid")
    check_uitsplitsing(register, vraag.by, vraag.where)
    check_mag([*vraag.by, *vraag.where], ["leeftijd"], waarom=HEEL)
    spells = _in_use(register, vraag)
    spells = spells.filter((spells.eenheid == vraag.argumenten["eenheid_van"]) & spells.intensiteit.notnull())
    made = {"som": spells.intensiteit.sum(), "aantal": ibis._.count().cast("int64")}
    table = haal(spells.group_by(list(vraag.by)).agg(**made) if vraag.by else spells.aggregate(**made))
    table = table.sort_values(list(vraag.by), ignore_index=True) if vraag.by else table  # an engine has no order
    below = table["aantal"].astype("float64").where(table["aantal"] > 0)
    return table[list(vraag.by)].assign(
        value=table["som"] / below, numerator=table["som"], denominator=below, n=table["aantal"],
        method="volledige telling",
    )  # fmt: skip


def aanmeldingen(register: Register, vraag: Vraag) -> pd.DataFrame:
    """Registrations in the period per 1,000 inhabitants (`per`)."""
    import ibis

    from sdm_lib.registry.register import check_kolommen, check_mag, check_uitsplitsing, haal

    check_kolommen(register, "datum_aanmelding")
    check_uitsplitsing(register, vraag.by, vraag.where)
    check_mag([*vraag.by, *vraag.where], ["leeftijd"], waarom=HEEL)
    periode = registry.Periode.van(vraag.periode)
    parts = [register.tabel] if register.wachtend is None else [register.tabel, register.wachtend]
    names = [kolom for kolom in parts[0].columns if all(kolom in part.columns for part in parts)]
    spells = ibis.union(*(part.select(*names) for part in parts)) if len(parts) > 1 else parts[0]
    day = spells.datum_aanmelding
    spells = _where(spells.filter((day >= periode.van_dag) & (day < periode.tot_dag)), vraag)
    made = {"aantal": ibis._.count().cast("int64")}
    counted = haal(spells.group_by(list(vraag.by)).agg(**made) if vraag.by else spells.aggregate(**made))
    people = registry.per_1000(register, by=vraag.by, periodes=vraag.periode, where=_people(vraag))
    table = (
        people.merge(counted, on=list(vraag.by), how="left", suffixes=("_clienten", ""), validate="1:1")
        if (vraag.by)
        else people.assign(aantal=counted["aantal"])
    )
    number = table["aantal"].fillna(0)  # a group without registrations is a true zero
    per = vraag.number("per", 1000)
    return table[list(vraag.by)].assign(
        value=per * number / table["noemer"].where(table["noemer"] > 0), numerator=number, denominator=table["noemer"],
        n=number, method="volledige telling",
    )  # fmt: skip


def _survival(table: pd.DataFrame, vraag: Vraag, *, value: str, n: str) -> pd.DataFrame:
    se = (table["boven"] - table["onder"]) / (2 * 1.959963984540054)  # of the interval, for the test of a change
    known = table[value].notna()  # a curve that does not come so far tells too little; it was measured
    return table[list(vraag.by)].assign(
        value=table[value], lower=table["onder"], upper=table["boven"], se=se, n=table[n], method=KM,
        status=np.where(known, "ok", "te_onzeker"),
    )  # fmt: skip


def _net(both: pd.DataFrame, vraag: Vraag) -> pd.DataFrame:
    """Net share; se of a difference of two shares of the same people, who moved by themselves."""
    counts = ["netto", "bewogen", "aantal"]
    both = both.assign(bewogen=both["netto"].abs())
    table = both.groupby(list(vraag.by), as_index=False)[counts].sum() if vraag.by else both[counts].sum().to_frame().T
    below = table["aantal"].astype("float64").where(table["aantal"] > 0)
    share = table["netto"] / below
    return table[list(vraag.by)].assign(
        value=share, se=np.sqrt((table["bewogen"] / below - share**2) / below), numerator=table["netto"],
        denominator=below, n=table["aantal"], method="volledige telling",
    )  # fmt: skip


def _in_use(register: Register, vraag: Vraag) -> Any:
    periode = registry.Periode.van(vraag.periode)
    table = register.tabel
    return _where(table.filter((table.begin < periode.tot_dag) & (table.einde > periode.van_dag)), vraag)


def _where(table: Any, vraag: Vraag) -> Any:
    for kolom, waarden in vraag.where.items():
        table = table.filter(table[kolom].isin([waarden] if isinstance(waarden, str) else list(waarden)))
    return table


def _people(vraag: Vraag) -> dict[str, Any] | None:
    """The conditions that the inhabitants in the denominator meet too."""
    found = {kolom: waarden for kolom, waarden in vraag.where.items() if kolom in BEVOLKING}
    return found or None
