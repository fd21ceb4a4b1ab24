"""The register of provisions: opened once, checked, and from then on only counted.

A row is a spell: one client, one provision, ``[begin, einde)``. The frame has half-open ends already (the schema of
the delivery says what its end date means, `sources` converts it once); an open end is empty in the delivery and
becomes the day number `OPEN` here, once. Inside, dates are day numbers and texts are never missing.

A person or a household is never shown: ids stay in the engine, only aggregates leave it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from sdm_lib import nl
from sdm_lib.errors import InvoerFout, Melding, ParameterFout, bedoelde_u
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.registry.controle import controleer
from sdm_lib.registry.perioden import OPEN

VERPLICHT = ("persoon", "begin", "einde", "wet", "voorziening")
DATUMS = ("begin", "einde", "datum_aanmelding", "beoogd_begin", "beoogd_einde")
GETALLEN = ("geboortejaar", "bedrag_betaald_cent", "tarief_cent", "intensiteit")
CODES_PERSOON = ("persoon", "huishouden")
GEBIEDEN = ("gemeente", "stadsdeel", "wijk")  # nested levels; a person counts in one area of each
NIET_TELBAAR = (*CODES_PERSOON, *DATUMS, *GETALLEN, "doel")  # no column to break down by
SAMEN = (("wet", "voorziening"), GEBIEDEN)  # columns whose combinations are those that occur

# the data set of the VNG: a code of it that nobody uses this quarter is a zero, any other unknown value is a mistake
VOORZIENINGEN: Mapping[str, tuple[str, ...]] = {
    "wmo": ("hulp_bij_huishouden", "begeleiding", "dagbesteding", "kortdurend_verblijf", "hulpmiddelen", "vervoer",
            "beschermd_wonen"),
    "jeugd": ("wijkteam", "ambulant", "daghulp", "netwerk", "pleegzorg", "gezinsgericht", "gesloten",
              "overig_verblijf", "ots", "voogdij", "jeugdreclassering"),
    "participatie": ("bijstand", "re_integratie", "beschut_werk", "schuldhulp"),
}  # fmt: skip
CODES: Mapping[str, tuple[str, ...]] = {
    "trede": ("basis", "licht", "zwaar"),
    "leveringsvorm": ("zin", "pgb"),
    "geslacht": ("man", "vrouw"),
    "reden_einde": ("volgens_plan", "voortijdig_client", "voortijdig_aanbieder", "verhuisd", "overleden", "overig",
                    "werk"),
    "verwijzer": ("wijkteam", "huisarts", "jeugdarts", "gecertificeerde_instelling", "medisch_specialist", "rechter",
                  "geen", "onbekend"),
}  # fmt: skip

_OPNAME: ContextVar[list[Any] | None] = ContextVar("opname", default=None)  # set only inside `opgenomen`
_DIALECT: ContextVar[str | None] = ContextVar("dialect", default=None)

IN_GEHEUGEN = 2_000_000  # spells up to which a file is read whole into the engine; a larger one is read per question
Where = Mapping[str, "str | Collection[str]"]


@dataclass(frozen=True, eq=False)
class Register:
    """An opened register. Treat it as read-only; make it with `open_register`.

    tabel : Ibis table of spells with day numbers in begin and einde.
    groepen : per set of columns that belong together, the combinations that occur.
    bevolking : columns peildatum, stadsdeel, leeftijd, geslacht, inwoners; huishoudens : peildatum, stadsdeel,
    huishoudens; both may be None. kwartaal : the quarter whose bills `bedrag_betaald_cent` holds.
    leverdatum : the day until which the register knows what happened.
    """

    tabel: Any
    kolommen: tuple[str, ...]
    groepen: Mapping[tuple[str, ...], pd.DataFrame] = field(repr=False)
    bevolking: pd.DataFrame | None = field(default=None, repr=False)
    huishoudens: pd.DataFrame | None = field(default=None, repr=False)
    kwartaal: Kwartaal | None = None
    leverdatum: date | None = None
    wachtend: Any = field(default=None, repr=False)

    @property
    def uitsplitsingen(self) -> tuple[str, ...]:
        """The columns that `by` and `where` may name."""
        eigen = tuple(kolom for kolom in self.kolommen if kolom not in NIET_TELBAAR)
        return (*eigen, "leeftijd") if "geboortejaar" in self.kolommen else eigen

    def combinaties(self, kolommen: Sequence[str], where: Where | None = None) -> pd.DataFrame:
        """Every group of `kolommen` (without leeftijd) that can occur: the grid of a figure, before any period."""
        rooster = pd.DataFrame(index=[0])
        gehad: set[str] = set()
        for kolom in kolommen:
            if kolom in gehad:
                continue
            bron = next(paar for paar in self.groepen if kolom in paar)
            samen = [k for k in kolommen if k in bron]
            gehad |= set(samen)
            waarden = self._gevraagd(bron, where or {})
            rooster = rooster.merge(waarden[samen].drop_duplicates(), how="cross", validate="m:m")
        return rooster.loc[:, list(kolommen)].sort_values(list(kolommen), ignore_index=True) if kolommen else rooster

    def _gevraagd(self, bron: tuple[str, ...], where: Where) -> pd.DataFrame:
        """The combinations that occur and meet the conditions, and the known codes that were asked for by name."""
        waarden = self.groepen[bron]
        voorwaarden = {naam: _lijst(keuze) for naam, keuze in where.items() if naam in waarden}
        if voorwaarden:
            waarden = pd.concat([waarden, _bekend(bron)]).drop_duplicates()
        for naam, keuze in voorwaarden.items():
            waarden = waarden[waarden[naam].isin(keuze)]
        return waarden


def _bekend(bron: tuple[str, ...]) -> pd.DataFrame:
    """The codes of the VNG data set for columns that belong together."""
    if bron == ("wet", "voorziening"):
        return pd.DataFrame([(wet, een) for wet, alle in VOORZIENINGEN.items() for een in alle], columns=list(bron))
    rijen = [(code,) for code in CODES.get(bron[0], ())] if len(bron) == 1 else []
    return pd.DataFrame(rijen, columns=list(bron), dtype="str")


def open_register(
    bron: pd.DataFrame | Path | str | Any,
    *,
    bevolking: pd.DataFrame | None = None,
    huishoudens: pd.DataFrame | None = None,
    kwartaal: Kwartaal | None = None,
    leverdatum: date | None = None,
    codes: Mapping[str, Collection[str]] | None = None,
    gecontroleerd: bool = False,
) -> Register:
    """Open a register of provisions, or refuse it.

    bron : a frame with columns persoon, begin, einde, wet, voorziening and any of huishouden, geboortejaar, geslacht,
        stadsdeel, trede, leveringsvorm, aanbieder, verwijzer, reden_einde, datum_aanmelding, bedrag_betaald_cent,
        tarief_cent (a day, and of one unit of intensiteit if there is such a column) and further text columns, but no
        other column of another kind; or the path of a Parquet file with them; or an Ibis table on any engine. Dates are
        half-open, an open end is empty. A row without begin and einde but with datum_aanmelding is a client who waits.
    codes : allowed values per column, for a table that did not come through `sources`.
    gecontroleerd : this same table was checked before (a warehouse of 100 million rows is not read twice).

    Raises InvoerFout (exit 3) with every kind of problem at once: SDM-861 missing column, SDM-862 missing id, year of
    birth or begin, SDM-863 end not after begin, SDM-864 exact duplicates, SDM-865 unknown code, SDM-866 no rows,
    SDM-869 a column that is neither known nor text.

    >>> frame = pd.DataFrame({"persoon": ["a", "b"], "wet": "wmo", "voorziening": "vervoer",
    ...     "begin": pd.to_datetime(["2015-03-31", "2015-04-01"]), "einde": pd.to_datetime(["2015-04-01", None])})
    >>> open_register(frame).uitsplitsingen
    ('wet', 'voorziening')
    """
    ruw, bestand, vast = _lees(bron)
    _check_kolommen(ruw.schema(), bestand)
    tabel = _genormaliseerd(ruw)
    if vast:
        tabel = ruw.get_backend().create_table("voorzieningen", tabel, overwrite=True)
        _verkort(tabel)
    if not gecontroleerd:
        controleer(tabel, bestand=bestand, codes=codes or {})
    wachtend = tabel.filter(tabel.begin.isnull()) if "datum_aanmelding" in tabel.columns else None
    spells = tabel if wachtend is None else tabel.filter(tabel.begin.notnull())  # no begin is a client who waits
    kolommen = tuple(kolom for kolom in tabel.columns if kolom != "rij")
    return Register(
        tabel=spells, kolommen=kolommen, groepen=_groepen(spells, kolommen, bevolking), bevolking=bevolking,
        huishoudens=huishoudens, kwartaal=kwartaal, leverdatum=leverdatum, wachtend=wachtend,
    )  # fmt: skip


def check_uitsplitsing(register: Register, by: Sequence[str], where: Where | None) -> None:
    """Refuse a breakdown or a condition that the register cannot answer (ParameterFout, exit 2).

    SDM-870: the column is not there. SDM-871: the value does not occur in the register.
    """
    meldingen = []
    for kolom in [*by, *(where or {})]:
        if kolom not in register.uitsplitsingen:
            herstel = bedoelde_u(kolom, register.uitsplitsingen)
            meldingen.append(Melding("SDM-870", f"het register heeft geen uitsplitsing '{kolom}'", herstel))
    for kolom, keuze in (where or {}).items():
        if kolom not in register.uitsplitsingen or kolom == "leeftijd":
            continue
        bekend = set(register.combinaties([kolom], {kolom: _lijst(keuze)})[kolom]) | set(
            register.combinaties([kolom])[kolom]
        )
        for waarde in sorted(set(_lijst(keuze)) - bekend):
            melding = f"waarde '{waarde}' van '{kolom}' komt in het register niet voor"
            meldingen.append(Melding("SDM-871", melding, bedoelde_u(waarde, bekend), sleutel=kolom))
    if meldingen:
        raise ParameterFout(*meldingen)


def check_kolommen(register: Register, *kolommen: str) -> None:
    """Raise InvoerFout (SDM-861) for every column that a figure needs and the register lacks."""
    if mist := [kolom for kolom in kolommen if kolom not in register.kolommen]:
        raise InvoerFout(*(_kolom_ontbreekt(kolom, "register", register.kolommen) for kolom in mist))


def check_mag(gevraagd: Collection[str], niet: Collection[str], *, waarom: str) -> None:
    """Raise ParameterFout (SDM-867) for breakdowns and conditions that a figure cannot answer; waarom : in Dutch."""
    if fout := [kolom for kolom in gevraagd if kolom in niet]:
        wat = f"dit cijfer is er niet per {nl.lijst(fout)}"
        raise ParameterFout(Melding("SDM-867", wat, "Laat die uitsplitsing of voorwaarde weg.", waarom=waarom))


def gefilterd(tabel: Any, where: Where | None, kolommen: Collection[str]) -> Any:
    """The rows that meet the conditions on `kolommen`; other conditions are for later."""
    for kolom, keuze in (where or {}).items():
        if kolom in kolommen:
            tabel = tabel.filter(tabel[kolom].isin(_lijst(keuze)))
    return tabel


def haal(tabel: Any) -> pd.DataFrame:
    """The rows of an expression as pandas; this is where the engine works, and only aggregates come out."""
    if (lijst := _OPNAME.get()) is not None:
        lijst.append(tabel)
    frame: pd.DataFrame = tabel.to_pyarrow().to_pandas()
    return frame


def vlag(voorwaarde: Any) -> Any:
    """1 where a condition holds, 0 elsewhere: not every engine turns a truth value into a number."""
    import ibis

    return ibis.ifelse(voorwaarde, 1, 0).cast("int64")


@contextmanager
def opgenomen(dialect: str | None = None) -> Iterator[list[Any]]:
    """Collect every expression that is fetched within the block, for audit, written for `dialect`."""
    lijst: list[Any] = []
    vorige, vorig_doel = _OPNAME.set(lijst), _DIALECT.set(dialect)
    try:
        yield lijst
    finally:
        _OPNAME.reset(vorige)
        _DIALECT.reset(vorig_doel)


def doel_dialect() -> str | None:
    """The dialect that the SQL is written for, when that is another engine's."""
    return _DIALECT.get()


def klein(**kolommen: Iterable[int | str]) -> Any:
    """A small table of whole numbers and texts for the engine."""
    import ibis
    import pyarrow as pa

    lijsten = {naam: list(waarden) for naam, waarden in kolommen.items()}
    soort = {
        naam: pa.string() if lijst and isinstance(lijst[0], str) else pa.int64() for naam, lijst in lijsten.items()
    }
    return ibis.memtable(pa.table({naam: pa.array(lijst, soort[naam]) for naam, lijst in lijsten.items()}))


def _lijst(keuze: str | Collection[str]) -> list[str]:
    return [keuze] if isinstance(keuze, str) else list(keuze)


def _lees(bron: pd.DataFrame | Path | str | Any) -> tuple[Any, str, bool]:
    """The source as an Ibis table, its file name, and whether it should be stored in the engine."""
    import ibis
    import pyarrow as pa

    if not isinstance(bron, (pd.DataFrame, str, Path)):
        return bron, getattr(bron.op(), "name", "register"), False  # an expression on a table has no name of its own
    con = ibis.duckdb.connect()
    if isinstance(bron, pd.DataFrame):
        naam, regels = "register", pa.Table.from_pandas(bron, preserve_index=False)
    else:
        naam, bestand = Path(bron).name, con.read_parquet(str(bron))
        if bestand.count().to_pyarrow().as_py() > IN_GEHEUGEN:
            return bestand, naam, False
        regels = bestand.to_pyarrow()
    return con.create_table("levering", _met_nummers(regels), temp=True), naam, True


def _met_nummers(regels: Any) -> Any:
    """An Arrow table with row numbers, and whole numbers for pseudonyms: an engine sorts those faster than texts."""
    import pyarrow as pa

    for kolom in CODES_PERSOON:
        if kolom in regels.column_names:
            nummers = pa.chunked_array([regels[kolom].combine_chunks().dictionary_encode().indices.cast("int64")])
            regels = regels.set_column(regels.column_names.index(kolom), kolom, nummers)
    return regels.append_column("rij", pa.array(range(1, regels.num_rows + 1), pa.int64()))


def _verkort(tabel: Any) -> None:
    """Let DuckDB keep whole numbers in half the bytes and each text as the number of its value, which sorts in half the
    time; in every question and answer they are what they were. The numbers follow the order of the texts."""
    con = tabel.get_backend()
    for naam, soort in tabel.schema().items():
        if naam in (*DATUMS, *CODES_PERSOON):
            con.raw_sql(f'alter table voorzieningen alter column "{naam}" set data type integer')
        elif soort.is_string() and naam not in NIET_TELBAAR:
            con.raw_sql(f'create type "soort_{naam}" as enum (select distinct "{naam}" from voorzieningen order by 1)')
            con.raw_sql(f'alter table voorzieningen alter column "{naam}" set data type "soort_{naam}"')


def _genormaliseerd(ruw: Any) -> Any:
    """Dates as day numbers, open ends as OPEN, missing texts as 'onbekend'."""
    import ibis

    kolommen: dict[str, Any] = {}
    for naam, soort in ruw.schema().items():
        kolom = ruw[naam]
        if naam in DATUMS:
            dag = kolom if soort.is_integer() else kolom.cast("date").epoch_days()
            kolommen[naam] = dag.cast("int64")
        elif naam in GETALLEN and soort.is_floating():  # whole numbers with gaps arrive as floats
            heel = kolom if naam == "intensiteit" else kolom.round().cast("int64")
            kolommen[naam] = ibis.ifelse(kolom.isnan(), ibis.null(heel.type()), heel)
        elif naam in CODES_PERSOON or naam in GETALLEN or naam == "rij":
            kolommen[naam] = kolom
        elif soort.is_string():
            leeg = ibis.ifelse(ruw.einde.isnull(), "lopend", "onbekend") if naam == "reden_einde" else "onbekend"
            kolommen[naam] = ibis.coalesce(kolom, leeg)
    wacht = kolommen["begin"].isnull()
    kolommen["einde"] = ibis.ifelse(wacht, kolommen["einde"], ibis.coalesce(kolommen["einde"], OPEN))
    return ruw.select(**kolommen)


def _groepen(
    tabel: Any, kolommen: tuple[str, ...], bevolking: pd.DataFrame | None
) -> dict[tuple[str, ...], pd.DataFrame]:
    telbaar = [kolom for kolom in kolommen if kolom not in NIET_TELBAAR]
    sets = [tuple(kolom for kolom in paar if kolom in telbaar) for paar in SAMEN]
    los = [(kolom,) for kolom in telbaar if not any(kolom in paar for paar in sets)]
    groepen = _combinaties(tabel, [paar for paar in [*sets, *los] if paar])
    gebied = tuple(kolom for kolom in GEBIEDEN if kolom in telbaar)
    if (
        bevolking is not None and gebied and set(gebied) <= set(bevolking)
    ):  # an area with inhabitants and no clients is a zero
        gebieden = pd.concat([groepen[gebied], bevolking[list(gebied)]])
        groepen[gebied] = gebieden.drop_duplicates(ignore_index=True)
    return groepen


def _combinaties(tabel: Any, sets: list[tuple[str, ...]]) -> dict[tuple[str, ...], pd.DataFrame]:
    """The combinations that occur, of every set of columns, in one query."""
    import ibis

    breed = max(len(paar) for paar in sets)
    delen = [
        tabel.select(
            nr=ibis.literal(nr),
            **{f"k{i}": tabel[paar[i]] if i < len(paar) else ibis.literal("") for i in range(breed)},
        )
        for nr, paar in enumerate(sets)
    ]
    alles = haal(ibis.union(*delen, distinct=True))
    uit = {}
    for nr, paar in enumerate(sets):
        deel = alles.loc[alles["nr"] == nr, [f"k{i}" for i in range(len(paar))]].set_axis(list(paar), axis=1)
        uit[paar] = deel.sort_values(list(paar), ignore_index=True)
    return uit


def _check_kolommen(soorten: Mapping[str, Any], bestand: str) -> None:
    meldingen = [_kolom_ontbreekt(kolom, bestand, soorten) for kolom in VERPLICHT if kolom not in soorten]
    bekend = (*CODES_PERSOON, *DATUMS, *GETALLEN, "rij")
    for kolom in [naam for naam, soort in soorten.items() if naam not in bekend and not soort.is_string()]:
        wat = f"kolom '{kolom}' is geen tekst, en geen datum of getal dat het register kent"
        herstel = f"Laat haar weg, of lever haar als tekst. {bedoelde_u(kolom, [*DATUMS, *GETALLEN])}".rstrip()
        meldingen.append(Melding("SDM-869", wat, herstel, bestand=bestand, kolom=kolom))
    if meldingen:
        raise InvoerFout(*meldingen)


def _kolom_ontbreekt(kolom: str, bestand: str, aanwezig: Iterable[str]) -> Melding:
    herstel = f"Lever de kolom aan. {bedoelde_u(kolom, aanwezig)}"
    return Melding("SDM-861", f"kolom '{kolom}' ontbreekt", herstel, bestand=bestand, kolom=kolom)
