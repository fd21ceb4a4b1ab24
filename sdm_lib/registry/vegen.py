"""Unique clients, provisions or households reached in each of many periods, without exploding a row.

The periods that a spell touches are one run of bits in a whole number; the bits of a unit's spells are merged by one
aggregation, and then counted bit by bit. An engine that cannot merge bits sweeps instead: the touched periods are
merged with a running maximum, a spell adds +1 in its first new period and -1 after its last, and a cumulative sum
gives the same integers. Neither grows with the number of periods by more than the counting of bits.

Who counts where: a person counts in one area, with one sex and one year of birth, those of the last day of use in
the period (of the spells that are counted). Two spells in use on that day: the one that began last decides, then the
highest code. Units whose spells disagree ("movers") are few; only they are looked at period by period.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from sdm_lib.registry.perioden import Periode
from sdm_lib.registry.register import (
    GEBIEDEN,
    Register,
    Where,
    check_kolommen,
    check_mag,
    check_uitsplitsing,
    doel_dialect,
    gefilterd,
    haal,
    klein,
    vlag,
)
from sdm_lib.registry.rooster import genummerd

Eenheid = Literal["clienten", "voorzieningen", "huishoudens"]
SLEUTEL: dict[str, tuple[str, ...]] = {
    "clienten": ("persoon",),
    "voorzieningen": ("persoon", "wet", "voorziening"),
    "huishoudens": ("huishouden",),
}
BITS = ("duckdb", "postgres", "snowflake", "clickhouse", "mysql")  # Ibis writes bit_or for these, not for Spark
MAX_BITS = 60  # windows in one whole number of 64 bits
EXCLUSIEF = (*GEBIEDEN, "geslacht", "geboortejaar")  # one value per person: these breakdowns add up to the whole


def sleutel_van(register: Register, eenheid: str) -> tuple[str, ...]:
    """The columns that identify what is counted. Raises ValueError on another unit, InvoerFout without its column."""
    if eenheid not in SLEUTEL:
        raise ValueError(f"eenheid must be one of {sorted(SLEUTEL)}, got {eenheid!r}")
    check_kolommen(register, *SLEUTEL[eenheid])
    return SLEUTEL[eenheid]


def verdeeld(
    register: Register, eenheid: str, by: Sequence[str], where: Where | None
) -> tuple[tuple[str, ...], list[str], list[str]]:
    """Split what is asked in (key of the unit, exclusive columns, other columns); leeftijd becomes geboortejaar.

    Raises ParameterFout on an unknown breakdown (SDM-870) and on one of households by person (SDM-867).
    """
    check_uitsplitsing(register, by, where)
    sleutel = sleutel_van(register, eenheid)
    gevraagd = ["geboortejaar" if kolom == "leeftijd" else kolom for kolom in [*by, *(where or {})]]
    eigen = sorted({kolom for kolom in gevraagd if kolom in EXCLUSIEF})
    if eenheid == "huishoudens":
        check_mag([*by, *(where or {})], ["geslacht", "leeftijd"], waarom="een huishouden heeft er meer dan een")
    return sleutel, eigen, [kolom for kolom in dict.fromkeys(by) if kolom not in EXCLUSIEF and kolom != "leeftijd"]


def reeks(
    register: Register, *, eenheid: str, vensters: Sequence[Periode], by: Sequence[str], where: Where | None
) -> tuple[pd.DataFrame, np.ndarray]:
    """Groups (other and exclusive columns) and their counts per window, shape (groups, windows), before the grid."""
    sleutel, eigen, dims = verdeeld(register, eenheid, by, where)
    spells = gefilterd(register.tabel, where, [kolom for kolom in register.kolommen if kolom not in EXCLUSIEF])
    vraag: dict[str, Any] = {"sleutel": sleutel, "eigen": eigen, "dims": dims}
    if len(vensters) > 1 and kan_bits(spells):
        namen = {kolom: register.combinaties([kolom])[kolom].tolist() for kolom in eigen if kolom != "geboortejaar"}
        return _met_bits(spells, vensters, namen, **vraag)
    stappen = haal(stappen_expr(spells, vensters=vensters, **vraag))
    groepen, nummer = genummerd(stappen, [*dims, *eigen])
    teller = np.zeros((len(groepen), len(vensters) + 1), dtype=np.int64)
    np.add.at(teller, (nummer, stappen["venster"].to_numpy(np.int64)), stappen["aantal"].to_numpy(np.int64))
    return groepen, teller[:, :-1].cumsum(axis=1)


def kan_bits(spells: Any) -> bool:
    """Whether the engine (or the dialect that is asked for) can merge bits."""
    return (doel_dialect() or spells.get_backend().name) in BITS


def _met_bits(
    spells: Any, vensters: Sequence[Periode], namen: Mapping[str, list[str]], *,
    sleutel: Sequence[str], eigen: Sequence[str], dims: Sequence[str],
) -> tuple[pd.DataFrame, np.ndarray]:  # fmt: skip
    """Counts per group and window: units in one place by their bits, movers window by window."""
    entiteit, groep = list(dict.fromkeys([*sleutel, *dims])), [*dims, *eigen]
    delen = []
    for vanaf in range(0, len(vensters), MAX_BITS):
        stuk = vensters[vanaf : vanaf + MAX_BITS]
        breed = haal(bits_expr(spells, entiteit, eigen, groep, stuk, namen))
        vast = breed[breed["verhuisd"] == 0]
        delen.append(_lang(_met_namen(vast, namen), groep, len(stuk), vanaf))
        if (breed["verhuisd"] > 0).any():
            bereikt = _met_vensters(spells, stuk).select(*entiteit, *eigen, "begin", "einde", "eerste", "laatste")
            bereikt = bereikt.semi_join(_verhuisden(bereikt, entiteit, eigen), entiteit)
            los = haal(_standen(bereikt, entiteit, eigen, dims, stuk))
            delen.append(los.assign(venster=los["venster"] + vanaf)[[*groep, "venster", "aantal"]])
    alles = pd.concat(delen, ignore_index=True)
    groepen, nummer = genummerd(alles, groep)
    teller = np.zeros((len(groepen), len(vensters)), dtype=np.int64)
    np.add.at(teller, (nummer, alles["venster"].to_numpy(np.int64)), alles["aantal"].to_numpy(np.int64))
    return groepen, teller


def _lang(breed: pd.DataFrame, groep: list[str], aantal: int, vanaf: int) -> pd.DataFrame:
    """From a column per window to a row per group and window."""
    lang = breed[groep].loc[breed.index.repeat(aantal)].reset_index(drop=True)
    waarden = breed[[f"v{i}" for i in range(aantal)]].to_numpy(dtype=float, na_value=0.0).astype(np.int64)
    return lang.assign(venster=np.tile(np.arange(aantal), len(breed)) + vanaf, aantal=waarden.ravel())


def bits_expr(
    spells: Any, entiteit: list[str], eigen: Sequence[str], groep: list[str], vensters: Sequence[Periode],
    namen: Mapping[str, list[str]],
) -> Any:  # fmt: skip
    """Ibis table with a row per group and a column v0, v1, ... per window: units that touch it.

    namen : per text column of `eigen` its values; the column comes back as their numbers, -1 for any other.
    verhuisd : 1 on the one group of units whose exclusive columns differ between spells; its counts do not count.
    """
    import ibis

    ruim = _genummerde_namen(_met_run(spells, [*entiteit, *eigen], vensters), namen)
    uitersten = {f"{kant}_{kolom}": getattr(ruim[kolom], kant)() for kolom in eigen for kant in ("min", "max")}
    per = ruim.group_by(entiteit).agg(bits=ruim.bits.bit_or(), **uitersten)
    if eigen:
        weg = ibis.or_(*(per[f"min_{kolom}"] != per[f"max_{kolom}"] for kolom in eigen))
        per = per.mutate(verhuisd=vlag(weg), **{kolom: per[f"min_{kolom}"] for kolom in eigen})
    else:
        per = per.mutate(verhuisd=ibis.literal(0, type="int64"))
    tel = {f"v{i}": ((per.bits >> i) & 1).sum().cast("int64") for i in range(len(vensters))}
    return per.group_by([*groep, "verhuisd"]).agg(**tel)


def _genummerde_namen(ruim: Any, namen: Mapping[str, list[str]]) -> Any:
    """Texts as the numbers of their values: the smallest and largest of numbers cost an engine a fraction."""
    import ibis

    for kolom, waarden in namen.items():
        lijst = klein(**{kolom: waarden}, nummer=range(len(waarden)))
        met = ruim.left_join(lijst, kolom)
        ruim = met.select(**{k: ruim[k] for k in ruim.columns} | {kolom: ibis.coalesce(lijst.nummer, -1)})
    return ruim


def _met_namen(breed: pd.DataFrame, namen: Mapping[str, list[str]]) -> pd.DataFrame:
    """The numbers of `_genummerde_namen` as values again. Raises RuntimeError for a value that was not known."""
    for kolom, waarden in namen.items():
        if (breed[kolom] < 0).any():
            raise RuntimeError(f"the register holds a {kolom} that was not there when it was opened")
        breed = breed.assign(**{kolom: np.array(waarden, dtype=object)[breed[kolom].to_numpy(np.int64)]})
    return breed.astype(dict.fromkeys(namen, "str"))


def _met_run(spells: Any, kolommen: Sequence[str], vensters: Sequence[Periode]) -> Any:
    """Spells with the run of bits of the windows they touch, looked up by day: 2^(last + 1) - 2^first.

    A spell that touches no window is left out, or it would tell of a move that no window saw.
    """
    import ibis

    van, tot = vensters[0].van_dag, vensters[-1].tot_dag
    dagen = np.arange(van, tot + 1)
    eerste = np.searchsorted([v.tot_dag for v in vensters], dagen, side="right")
    laatste = np.searchsorted([v.van_dag for v in vensters], dagen, side="left")
    begin = klein(begin_dag=dagen.tolist(), onder=(1 << eerste.astype(np.int64)).tolist())
    einde = klein(eind_dag=dagen.tolist(), boven=(1 << laatste.astype(np.int64)).tolist())
    s = spells.select(*kolommen, begin_dag=ibis.greatest(spells.begin, van), eind_dag=ibis.least(spells.einde, tot))
    met = s.join(begin, "begin_dag").join(einde, "eind_dag")
    return met.filter(met.boven > met.onder).select(*kolommen, bits=met.boven - met.onder)


def stappen_expr(
    spells: Any, *, sleutel: Sequence[str], eigen: Sequence[str], dims: Sequence[str], vensters: Sequence[Periode]
) -> Any:
    """Ibis table with a row per group and window: by how much the count changes there (column aantal)."""
    import ibis

    entiteit = list(dict.fromkeys([*sleutel, *dims]))
    bereikt = _met_vensters(spells, vensters).select(*entiteit, *eigen, "begin", "einde", "eerste", "laatste")
    if len(vensters) == 1:
        een = winnaar(bereikt, entiteit, eigen, vensters[0].tot_dag) if eigen else bereikt.select(*entiteit).distinct()
        per = een.group_by([*dims, *eigen]) if [*dims, *eigen] else een
        return per.agg(aantal=een.count().cast("int64")).mutate(venster=ibis.literal(0))
    if not eigen:
        return _stappen(bereikt, entiteit, list(dims))
    verhuisd = _verhuisden(bereikt, entiteit, eigen)
    vast = _stappen(bereikt.anti_join(verhuisd, entiteit), entiteit, [*dims, *eigen])
    los = _los(bereikt.semi_join(verhuisd, entiteit), entiteit, eigen, dims, vensters)
    alle = vast.union(los.select(*vast.columns))
    return alle.group_by([*dims, *eigen, "venster"]).agg(aantal=alle.aantal.sum().cast("int64"))


def winnaar(spells: Any, entiteit: Sequence[str], eigen: Sequence[str], tot: Any) -> Any:
    """One spell per unit: the one in use last before day `tot`, then begun last, then with the highest code."""
    import ibis

    laatst = ibis.least(spells.einde, tot)
    volgorde = [ibis.desc(laatst), ibis.desc(spells.begin), *(ibis.desc(spells[kolom]) for kolom in eigen)]
    rang = ibis.row_number().over(ibis.window(group_by=list(entiteit), order_by=volgorde))
    return spells.mutate(rang=rang).filter(ibis._.rang == 0).drop("rang")


def rang(dag: Any, grenzen: Sequence[int], al: int = 0) -> Any:
    """How many of the sorted bounds are at most `dag`: a balanced tree of comparisons, the same on every engine."""
    import ibis

    if not grenzen:
        return ibis.literal(al, type="int64")
    midden = len(grenzen) // 2
    hoog = rang(dag, grenzen[midden + 1 :], al + midden + 1)
    return ibis.ifelse(dag >= grenzen[midden], hoog, rang(dag, grenzen[:midden], al))


def _met_vensters(spells: Any, vensters: Sequence[Periode]) -> Any:
    """First and last window that each spell touches; spells that touch none are left out."""
    eerste = rang(spells.begin, [venster.tot_dag for venster in vensters])
    laatste = rang(spells.einde, [venster.van_dag + 1 for venster in vensters]) - 1
    ruim = spells.filter((spells.begin < vensters[-1].tot_dag) & (spells.einde > vensters[0].van_dag))
    met = ruim.mutate(eerste=eerste, laatste=laatste)
    return met.filter(met.eerste <= met.laatste)


def _stappen(bereikt: Any, entiteit: list[str], groep: list[str]) -> Any:
    import ibis

    eerder = ibis.window(group_by=entiteit, order_by=["eerste", "laatste"], preceding=(None, 1))
    nieuw = bereikt.mutate(
        vanaf=ibis.greatest(bereikt.eerste, ibis.coalesce(bereikt.laatste.max().over(eerder) + 1, 0))
    )
    nieuw = nieuw.filter(nieuw.vanaf <= nieuw.laatste)
    samen = nieuw.group_by([*groep, "vanaf", "laatste"]).agg(aantal=ibis._.count().cast("int64"))
    erbij = samen.select(*groep, venster=samen.vanaf, aantal=samen.aantal)
    eraf = samen.select(*groep, venster=samen.laatste + 1, aantal=-samen.aantal)
    alle = erbij.union(eraf)
    return alle.group_by([*groep, "venster"]).agg(aantal=alle.aantal.sum().cast("int64"))


def _verhuisden(bereikt: Any, entiteit: list[str], eigen: Sequence[str]) -> Any:
    import ibis

    uitersten = {f"{kant}_{kolom}": getattr(bereikt[kolom], kant)() for kolom in eigen for kant in ("min", "max")}
    per = bereikt.group_by(entiteit).agg(**uitersten)
    anders = [per[f"min_{kolom}"] != per[f"max_{kolom}"] for kolom in eigen]
    return per.filter(ibis.or_(*anders)).select(*entiteit)


def _los(
    bereikt: Any, entiteit: list[str], eigen: Sequence[str], dims: Sequence[str], vensters: Sequence[Periode]
) -> Any:
    """The movers as steps."""
    stand = _standen(bereikt, entiteit, eigen, dims, vensters)
    na = stand.mutate(venster=stand.venster + 1, aantal=-stand.aantal)
    return stand.union(na.select(*stand.columns))


def _standen(
    bereikt: Any, entiteit: list[str], eigen: Sequence[str], dims: Sequence[str], vensters: Sequence[Periode]
) -> Any:
    """The movers, counted window by window."""
    kalender = klein(venster=range(len(vensters)), tot=[venster.tot_dag for venster in vensters])
    per = bereikt.join(kalender, [bereikt.eerste <= kalender.venster, bereikt.laatste >= kalender.venster])
    een = winnaar(per, [*entiteit, "venster"], eigen, per.tot)
    groep = [*dims, *eigen]
    return een.group_by([*groep, "venster"]).agg(aantal=een.count().cast("int64"))
