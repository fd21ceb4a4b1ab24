"""Indicators from the register: named figures on top of what `registry` counts.

A register is a full count, so a level has no margin; ``method`` says "volledige telling". Each figure below turns the
counts of one registry function into value, numerator, denominator and n.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from sdm_lib import registry, results
from sdm_lib.errors import Melding, ParameterFout, bedoelde_u
from sdm_lib.indicators import courses
from sdm_lib.indicators.definition import Indicator
from sdm_lib.registry.noemers import BEVOLKING
from sdm_lib.results import Kader

if TYPE_CHECKING:
    from sdm_lib.indicators.compute import Where
    from sdm_lib.registry import Register

TELLING = "volledige telling"
VOLGENS_PLAN = ("volgens_plan", "werk")  # who leaves assistance for work does what was planned


@dataclass(frozen=True, slots=True)
class Vraag:
    """What a figure is asked: breakdown, period, conditions, and the arguments of the block."""

    by: tuple[str, ...]
    periode: str
    where: Mapping[str, Collection[str]]
    argumenten: Mapping[str, str]

    def text(self, naam: str, default: str = "") -> str:
        """An argument as text."""
        return self.argumenten.get(naam, default)

    def number(self, naam: str, default: int) -> int:
        """An argument as a whole number."""
        return int(self.argumenten.get(naam, default))

    @property
    def call(self) -> dict[str, Any]:
        """The keyword arguments that every registry function takes."""
        return {"periodes": self.periode, "by": self.by, "where": self.where or None}


Figuur = Callable[["Register", Vraag], pd.DataFrame]


def levels(
    indicator: Indicator, register: Register, *, by: tuple[str, ...], where: Where, kader: Kader
) -> pd.DataFrame:
    """The figure of an indicator on a register, with the `by` columns and names of the result table.

    Raises ParameterFout (SDM-721) for an unknown figure, and (SDM-722) when `where` contradicts the definition.
    """
    if indicator.figuur not in FIGUREN:
        raise ParameterFout(
            Melding("SDM-721", f"indicator {indicator.id} noemt onbekende figuur '{indicator.figuur}'",
                    bedoelde_u(indicator.figuur, FIGUREN))
        )  # fmt: skip
    vraag = Vraag(by, kader.periode, _occurring(conditions(indicator, where), register), indicator.argumenten)
    return FIGUREN[indicator.figuur](register, vraag)


def conditions(indicator: Indicator, where: Where) -> dict[str, Collection[str]]:
    """What the definition and the question both ask; raises ParameterFout when they leave nothing."""
    both: dict[str, Collection[str]] = dict(indicator.waar)
    for kolom, waarden in (where or {}).items():
        asked = [waarden] if isinstance(waarden, str) else list(waarden)
        if kolom not in both:
            both[kolom] = asked
            continue
        left = [waarde for waarde in asked if waarde in both[kolom]]
        if not left:
            wat = f"{indicator.id} gaat over {kolom} {', '.join(both[kolom])}, niet over {', '.join(asked)}"
            raise ParameterFout(Melding("SDM-722", wat, "Laat deze voorwaarde weg of kies een andere indicator."))
        both[kolom] = left
    return both


def _occurring(asked: dict[str, Collection[str]], register: Register) -> dict[str, Collection[str]]:
    # a type that nobody uses this quarter is absent from the register: the others are then the whole answer
    kept: dict[str, Collection[str]] = {}
    for kolom, waarden in asked.items():
        known = set() if kolom not in register.kolommen else set(register.combinaties([kolom])[kolom])
        present = [waarde for waarde in waarden if waarde in known]
        kept[kolom] = present or list(waarden)
    return kept


def _keep(frame: pd.DataFrame, vraag: Vraag, **columns: Any) -> pd.DataFrame:
    return frame[list(vraag.by)].assign(**({"method": TELLING} | columns))


def _share(frame: pd.DataFrame, vraag: Vraag, above: pd.Series, below: pd.Series, *, per: float = 1.0) -> pd.DataFrame:
    filled = below.astype("float64").where(below > 0, np.nan)  # nobody in the denominator: no share, not zero
    return _keep(frame, vraag, value=per * above / filled, numerator=above, denominator=below, n=below)


def unieke(register: Register, vraag: Vraag) -> pd.DataFrame:
    """Different clients (or eenheid: huishoudens, voorzieningen) in the period."""
    table = registry.unieke(register, eenheid=cast("Any", vraag.text("eenheid", "clienten")), **vraag.call)
    return _keep(table, vraag, value=table["aantal"], numerator=table["aantal"], n=table["aantal"])


def stand(register: Register, vraag: Vraag) -> pd.DataFrame:
    """Clients (or another eenheid) in use on the last day of the period."""
    table = registry.stand(register, eenheid=cast("Any", vraag.text("eenheid", "clienten")), **vraag.call)
    return _keep(table, vraag, value=table["aantal"], numerator=table["aantal"], n=table["aantal"])


def per_1000(register: Register, vraag: Vraag) -> pd.DataFrame:
    """Clients per 1,000 inhabitants; `per: 1` for a share, `op: laatste_dag` for the stock, eenheid huishoudens."""
    eenheid = cast("Any", vraag.text("eenheid", "clienten"))
    if vraag.text("op") == "laatste_dag":
        dag = registry.Periode.van(vraag.periode).laatste_dag
        table = registry.per_1000(
            register, dag=dag, eenheid=eenheid, by=vraag.by, where=vraag.where or None, per=vraag.number("per", 1000)
        )
    else:
        table = registry.per_1000(register, eenheid=eenheid, per=vraag.number("per", 1000), **vraag.call)
    return _keep(table, vraag, value=table["waarde"], numerator=table["aantal"], denominator=table["noemer"],
                 n=table["aantal"])  # fmt: skip


def gestandaardiseerd(register: Register, vraag: Vraag) -> pd.DataFrame:
    """Clients per 1,000 inhabitants as if every area had the ages and sexes of the whole municipality.

    The interval is of the process that makes clients, not of a sample; numerator and denominator are the crude ones.
    """
    table = registry.gestandaardiseerd(register, per=vraag.number("per", 1000), **vraag.call)
    se = (table["boven"] - table["onder"]) / (2 * 1.959963984540054)
    return _keep(table, vraag, value=table["waarde"], lower=table["onder"], upper=table["boven"], se=se,
                 numerator=table["aantal"], denominator=table["noemer"], n=table["aantal"],
                 method="rechtstreeks gestandaardiseerd naar leeftijd en geslacht")  # fmt: skip


def stapeling(register: Register, vraag: Vraag) -> pd.DataFrame:
    """Share of clients or households with at least `minstens` provisions, of those with any."""
    table = registry.stapeling(register, eenheid=cast("Any", vraag.text("eenheid", "clienten")), **vraag.call)
    level = table["voorzieningen"].str.rstrip("+").astype("int64")
    wide = _per_group(table.assign(hoog=table["aantal"].where(level >= vraag.number("minstens", 2), 0)), vraag)
    return _share(wide, vraag, wide["hoog"], wide["aantal"])


def wetten_samen(register: Register, vraag: Vraag) -> pd.DataFrame:
    """Households (or clients) with provisions from at least `minstens` wetten, per 1,000 of all households."""
    eenheid = cast("Any", vraag.text("eenheid", "clienten"))
    table = registry.combinaties(register, eenheid=eenheid, over="wet", **vraag.call)
    several = table["aantal"].where(table["delen"] >= vraag.number("minstens", 2), 0)
    wide = _per_group(table.assign(samen=several), vraag)
    everyone = registry.per_1000(register, eenheid=eenheid, **vraag.call)
    wide = _merge(wide, everyone[[*vraag.by, "noemer"]], vraag)
    return _share(wide, vraag, wide["samen"], wide["noemer"], per=vraag.number("per", 1000)).assign(n=wide["samen"])


def deel_van_clienten(register: Register, vraag: Vraag) -> pd.DataFrame:
    """Share of clients with `waarde` in `kolom`; `omgekeerd: ja` for those without it."""
    eigen = {vraag.argumenten["kolom"]: [vraag.argumenten["waarde"]]}
    everyone = registry.unieke(register, **vraag.call)
    some = registry.unieke(register, periodes=vraag.periode, by=vraag.by, where={**vraag.where, **eigen})
    # a group in which nobody has this value is absent from the narrower grid, and there it is a true zero
    wide = _merge(everyone, some[[*vraag.by, "aantal"]].rename(columns={"aantal": "met"}), vraag).fillna({"met": 0})
    above = wide["aantal"] - wide["met"] if vraag.text("omgekeerd") == "ja" else wide["met"]
    return _share(wide, vraag, above, wide["aantal"])


def aanbieders_per_huishouden(register: Register, vraag: Vraag) -> pd.DataFrame:
    """Mean number of different providers of a household with support."""
    table = registry.aanbieders_per_huishouden(register, **vraag.call)
    wide = _per_group(table, vraag)
    return _share(wide, vraag, wide["totaal"], wide["aantal"])


def stroom(register: Register, vraag: Vraag) -> pd.DataFrame:
    """One flow or stock of the balance: `wat: instroom` and so on; `binnen` and `gat_dagen` as in the registry."""
    table = flows(register, vraag)
    counts = table[vraag.argumenten["wat"]]
    return _keep(table, vraag, value=counts, numerator=counts, n=counts)


def flows(register: Register, vraag: Vraag) -> pd.DataFrame:
    """Begin stock, in, out, moves and end stock per group, by the arguments of the block."""
    return registry.stromen(
        register,
        eenheid=vraag.text("eenheid", "clienten"),
        binnen=vraag.text("binnen", "alle"),
        gat_dagen=vraag.number("gat_dagen", 0),
        **vraag.call,
    )


def verwijzers(register: Register, vraag: Vraag) -> pd.DataFrame:
    """Share of each referrer in the trajects that began; groups ``verwijzer=...`` add up to 1."""
    outer = tuple(kolom for kolom in vraag.by if kolom != "verwijzer")
    wide = Vraag((*outer, "verwijzer"), vraag.periode, vraag.where, vraag.argumenten)
    table = registry.gestart(register, **wide.call)
    total = (
        table.groupby(list(outer))["aantal"].transform("sum")
        if outer
        else pd.Series(table["aantal"].sum(), index=table.index)
    )
    return _share(table, wide, table["aantal"], total)


def volgens_plan(register: Register, vraag: Vraag) -> pd.DataFrame:
    """Share of endings by plan, of the trajects that ended with a known reason."""
    table = registry.redenen_einde(register, **vraag.call)
    known = table[table["reden_einde"] != "onbekend"]
    wide = _per_group(known.assign(hoog=known["aantal"].where(known["reden_einde"].isin(VOLGENS_PLAN), 0)), vraag)
    return _share(wide, vraag, wide["hoog"], wide["aantal"])


def uitgaven_register(register: Register, vraag: Vraag) -> pd.DataFrame:
    """Euro billed and paid for the quarter; n is the number of provisions in use, with the providers behind it.

    The register holds the bills of one quarter: for a year it has no amount, and says so.
    """
    if "K" not in vraag.periode:
        return _geen_bedrag(vraag)
    table = registry.uitgaven(register, **vraag.call)
    euro = table["bedrag_cent"] / 100
    achter = _merge(table[list(vraag.by)], registry.bijdragen(register, **vraag.call), vraag)
    feiten = {kolom: achter[kolom] / (1 if kolom == "aanbieders" else 100) for kolom in results.BIJDRAGEN}
    return _keep(table, vraag, value=euro, numerator=euro, n=table["regels"], **feiten)


def concentratie(register: Register, vraag: Vraag) -> pd.DataFrame:
    """Share of what was paid that went to the `procent` percent of clients with the highest amount; n is their number.

    The register holds the bills of one quarter: for a year it has no amount, and says so.
    """
    if "K" not in vraag.periode:
        return _geen_bedrag(vraag)
    table = registry.concentratie(register, deel=vraag.number("procent", 5) / 100, **vraag.call)
    return _keep(table, vraag, value=table["aandeel"], n=table["top"])


def _geen_bedrag(vraag: Vraag) -> pd.DataFrame:
    empty = {"value": [np.nan], "n": [np.nan], "status": "niet_gemeten", "method": "het register kent een kwartaal"}
    return pd.DataFrame(empty) if not vraag.by else pd.DataFrame(columns=[*vraag.by, *empty])


def gebruikersgroepen(register: Register, vraag: Vraag) -> pd.DataFrame:
    """Share of households (or clients) in user group `groep`; by ``gebruikersgroep`` all six add up to 1.

    The group that also uses provisions outside the three laws is not measured: the register has no such flag.
    """
    outer = tuple(kolom for kolom in vraag.by if kolom != "gebruikersgroep")
    wide = Vraag((*outer, "gebruikersgroep"), vraag.periode, vraag.where, vraag.argumenten)
    call = vraag.call | {"by": outer}
    table = registry.gebruikersgroepen(register, eenheid=vraag.text("eenheid", "huishoudens"), **call)
    table = table.assign(gebruikersgroep=table["groep"].str.replace(" ", "_"))
    total = table.groupby(list(outer))["aantal"].transform("sum") if outer else _everyone(table)
    shares = _share(table, wide, table["aantal"], total).assign(n=table["aantal"], status=table["status"])
    if "gebruikersgroep" in vraag.by:
        return shares
    return shares[shares["gebruikersgroep"] == vraag.text("groep")].drop(columns="gebruikersgroep")


def _everyone(table: pd.DataFrame) -> pd.Series:
    return pd.Series(table["aantal"].sum(), index=table.index)  # the group that is not measured is in no other


def inwoners(register: Register, vraag: Vraag) -> pd.DataFrame:
    """Inhabitants on the first day of the period; over a breakdown that the population does not know, in all."""
    known = tuple(kolom for kolom in vraag.by if kolom in BEVOLKING)
    table = registry.per_1000(register, periodes=vraag.periode, by=known, where=vraag.where or None)
    number = table["noemer"]
    return table[list(known)].assign(value=number, numerator=number, n=number, method=TELLING)


def _per_group(table: pd.DataFrame, vraag: Vraag) -> pd.DataFrame:
    """Sums of the counts over the classes, one row per group of `by`."""
    counts = [kolom for kolom in ("aantal", "hoog", "samen", "totaal") if kolom in table]
    if not vraag.by:
        return table[counts].sum().to_frame().T
    return table.groupby(list(vraag.by), as_index=False, observed=True)[counts].sum()


def _merge(left: pd.DataFrame, right: pd.DataFrame, vraag: Vraag) -> pd.DataFrame:
    if not vraag.by:
        return left.reset_index(drop=True).join(right.reset_index(drop=True))
    return left.merge(right, on=list(vraag.by), how="left", validate="1:1")


FIGUREN: dict[str, Figuur] = {
    "unieke": unieke,
    "stand": stand,
    "per_1000": per_1000,
    "gestandaardiseerd": gestandaardiseerd,
    "stapeling": stapeling,
    "wetten_samen": wetten_samen,
    "deel_van_clienten": deel_van_clienten,
    "aanbieders_per_huishouden": aanbieders_per_huishouden,
    "stroom": stroom,
    "verwijzers": verwijzers,
    "volgens_plan": volgens_plan,
    "uitgaven_register": uitgaven_register,
    "concentratie": concentratie,
    "gebruikersgroepen": gebruikersgroepen,
    "inwoners": inwoners,
    "duur": courses.duur,
    "wachttijd": courses.wachttijd,
    "terugkeer": courses.terugkeer,
    "verschuiving": courses.verschuiving,
    "intensiteit": courses.intensiteit,
    "aanmeldingen": courses.aanmeldingen,
}
