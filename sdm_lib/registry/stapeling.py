"""Stapeling: how many provisions a client or household has at once, which wetten together, how many providers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from sdm_lib.kwartaal import Kwartaal
from sdm_lib.registry.perioden import Periode, vensters
from sdm_lib.registry.register import Register, Where, check_kolommen, gefilterd, haal
from sdm_lib.registry.rooster import met_leeftijd, voldoet, volledig
from sdm_lib.registry.tellen import meetdagen
from sdm_lib.registry.vegen import EXCLUSIEF, verdeeld, winnaar

KLASSEN = ("1", "2", "3", "4", "5", "6+")


def stapeling(
    register: Register,
    *,
    dag: Sequence[date] | date | None = None,
    periodes: Sequence[Kwartaal | Periode | str] | Kwartaal | Periode | str | None = None,
    eenheid: str = "clienten",
    by: Sequence[str] = (),
    where: Where | None = None,
) -> pd.DataFrame:
    """Clients or households by their number of different provisions: in use at once on a day, or within a period.

    Two spells of one type are one provision. A household counts the provisions of its members: two members with the
    same type are two. Returns dag or periode, the columns of `by`, voorzieningen (1..5, 6+), aantal.
    Raises ValueError unless exactly one of dag and periodes is given, and for eenheid voorzieningen.
    """
    per_lid = ["persoon", "wet", "voorziening"]
    return _verdeling(register, dag, periodes, eenheid, by, where, wat=per_lid, naam="voorzieningen").drop(
        columns="totaal"
    )


def aanbieders_per_huishouden(
    register: Register,
    *,
    dag: Sequence[date] | date | None = None,
    periodes: Sequence[Kwartaal | Periode | str] | Kwartaal | Periode | str | None = None,
    eenheid: str = "huishoudens",
    by: Sequence[str] = (),
    where: Where | None = None,
) -> pd.DataFrame:
    """Households (or clients) by their number of different providers, on a day or within a period.

    Returns dag or periode, the columns of `by`, aanbieders (1..5, 6+), aantal, totaal (providers of those households
    together, so that sum of totaal / sum of aantal is the mean). What is counted is providers, not people who help.
    """
    check_kolommen(register, "aanbieder")
    return _verdeling(register, dag, periodes, eenheid, by, where, wat=["aanbieder"], naam="aanbieders")


def combinaties(
    register: Register,
    *,
    dag: Sequence[date] | date | None = None,
    periodes: Sequence[Kwartaal | Periode | str] | Kwartaal | Periode | str | None = None,
    eenheid: str = "clienten",
    by: Sequence[str] = (),
    where: Where | None = None,
    over: str = "wet",
) -> pd.DataFrame:
    """Clients or households by the exact set of wetten (over="wet") or types (over="voorziening") they use.

    Returns dag or periode, the columns of `by`, combinatie (``jeugd+wmo``, alphabetical), delen (how many), aantal.
    The rows of one group add up to its clients. Only combinations that occur are in the grid.
    Raises ValueError unless exactly one of dag and periodes is given.
    """
    tijd, momenten = _momenten(dag, periodes)
    waarden = sorted(register.combinaties([over])[over])
    ruw = [
        _ruw(register, eenheid, m, by, where, [over], waarden, over).assign(venster=i) for i, m in enumerate(momenten)
    ]
    lang = pd.concat(ruw, ignore_index=True)
    namen = ["+".join(een for bit, een in enumerate(waarden) if int(masker) >> bit & 1) for masker in lang["klasse"]]
    lang["combinatie"] = pd.Series(namen, dtype="str")
    lang["delen"] = pd.Series([int(masker).bit_count() for masker in lang["klasse"]], dtype="int64")
    klassen = lang[["combinatie", "delen"]].drop_duplicates().sort_values(["delen", "combinatie"], ignore_index=True)
    return _op_klassen(register, lang, klassen, momenten, tijd, by=by, where=where).drop(columns="totaal")


def _verdeling(
    register: Register,
    dag: Sequence[date] | date | None,
    periodes: Any,
    eenheid: str,
    by: Sequence[str],
    where: Where | None,
    *,
    wat: list[str],
    naam: str,
) -> pd.DataFrame:
    if eenheid == "voorzieningen":
        raise ValueError(f"{naam} are counted per client or household, not per provision")
    tijd, momenten = _momenten(dag, periodes)
    lang = _onder_elkaar([_ruw(register, eenheid, moment, by, where, wat, None, "") for moment in momenten])
    lang[naam] = pd.Series([KLASSEN[min(int(klasse), 6) - 1] for klasse in lang["klasse"]], dtype="str")
    lang["totaal"] = lang["klasse"] * lang["aantal"]
    klassen = pd.DataFrame({naam: list(KLASSEN)})
    return _op_klassen(register, lang, klassen, momenten, tijd, by=by, where=where)


def _momenten(dag: Sequence[date] | date | None, periodes: Any) -> tuple[str, tuple[Periode, ...]]:
    if dag is None and periodes is not None:
        return "periode", vensters(periodes)
    return meetdagen(dag, periodes)


def _onder_elkaar(ruw: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([deel.assign(venster=i) for i, deel in enumerate(ruw)], ignore_index=True)


def _ruw(
    register: Register,
    eenheid: str,
    moment: Periode,
    by: Sequence[str],
    where: Where | None,
    wat: list[str],
    bits: list[str] | None,
    over: str,
) -> pd.DataFrame:
    """Group columns, klasse (a number, or a bit mask over `bits`) and aantal in one window."""
    sleutel, eigen, dims = verdeeld(register, eenheid, by, where)
    spells = gefilterd(register.tabel, where, [kolom for kolom in register.kolommen if kolom not in EXCLUSIEF])
    spells = spells.filter((spells.begin < moment.tot_dag) & (spells.einde > moment.van_dag))
    entiteit = list(dict.fromkeys([*sleutel, *dims]))
    klasse = klasse_expr(spells, entiteit, wat, bits, over)
    if eigen:
        een = winnaar(spells, entiteit, eigen, moment.tot_dag).select(*entiteit, *eigen)
        klasse = klasse.join(een, entiteit).select(*entiteit, *eigen, "klasse")
    groep = [*dims, *eigen, "klasse"]
    return haal(klasse.group_by(groep).agg(aantal=klasse.count().cast("int64")))


def klasse_expr(spells: Any, entiteit: list[str], wat: list[str], bits: list[str] | None, over: str) -> Any:
    """Per unit: its number of different `wat`, or the set of `over` it uses as a bit mask."""
    import ibis

    kolommen = list(dict.fromkeys([*entiteit, *wat]))
    anders = spells.select(*kolommen).distinct()
    if bits is None:
        return anders.group_by(entiteit).agg(klasse=ibis._.count().cast("int64"))
    per = [(waarde, 2**bit) for bit, waarde in enumerate(bits)]
    gewicht = anders[over].cases(*per, else_=0) if per else ibis.literal(0)  # nobody uses anything
    return anders.mutate(gewicht=gewicht).group_by(entiteit).agg(klasse=ibis._.gewicht.sum().cast("int64"))


def _op_klassen(
    register: Register,
    lang: pd.DataFrame,
    klassen: pd.DataFrame,
    momenten: Sequence[Periode],
    tijd: str,
    *,
    by: Sequence[str],
    where: Where | None,
) -> pd.DataFrame:
    if "totaal" not in lang:
        lang["totaal"] = lang["aantal"]
    lang = met_leeftijd(lang, momenten, by=by, where=where)
    lang = voldoet(lang, where)
    namen = [*by, "venster", *klassen.columns]
    som = lang.groupby(namen)[["aantal", "totaal"]].sum().reset_index()
    rooster = volledig(register, len(momenten), by=by, where=where).merge(klassen, how="cross", validate="m:m")
    uit = rooster.merge(som, on=namen, how="left", validate="1:1")
    uit = uit.fillna({"aantal": 0, "totaal": 0}).astype({"aantal": "int64", "totaal": "int64"})  # true zeros
    if int(uit["aantal"].sum()) != int(som["aantal"].sum()):
        raise RuntimeError(f"the grid of {by} misses groups that were counted")
    labels = {i: m.label for i, m in enumerate(momenten)}
    uit[tijd] = uit["venster"].map(labels).astype("str")
    return uit[[tijd, *by, *klassen.columns, "aantal", "totaal"]]
