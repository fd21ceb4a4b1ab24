"""A delivery's schema is data: `params/leveringen/<naam>.yaml` and `params/vragenlijsten/<naam>.yaml`.

A column that the schema names must be in the file (unless ``aanwezig: nee``); ``verplicht: ja`` says that every row
fills it. Columns outside the schema are listed and never kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal, cast

from sdm_lib import nl, schema
from sdm_lib.aanroep import helpful
from sdm_lib.errors import Melding, ParameterFout, bedoelde_u
from sdm_lib.project import project_root

Soort = Literal["tekst", "code", "geheel", "getal", "bedrag", "datum", "persoonscode"]
Vorm = Literal["parquet", "sav", "xlsx", "xls", "csv", "database", "swing", "grenzen"]

ANDERE_VORMEN: tuple[Vorm, ...] = ("csv", "xlsx", "xls", "parquet")  # in which one table may come as well
MERK = "fictief"  # the marker column of the demo: stripped on reading, it makes every page say so
SLEUTEL = "sleutel_id"  # the column in which the id of the pseudonyms' key goes along; stripped on reading
LEGE_JAREN = (1, 9999)


@dataclass(frozen=True, slots=True)
class Jaren:
    """Years in which a code is valid: ``2015-2017``, ``2015-`` or ``-2014``.

    >>> Jaren.parse("2015-").omvat(2020), Jaren.parse("-2014").omvat(2015)
    (True, False)
    """

    van: int
    tot: int

    @classmethod
    def parse(cls, tekst: str) -> Jaren:
        """Raises ValueError when it is not a range of years."""
        van, streep, tot = tekst.partition("-")
        delen = [deel for deel in (van, tot) if deel]
        if not streep or not delen or any(len(deel) != 4 or not deel.isdigit() for deel in delen):
            raise ValueError(f"not a range of years: {tekst!r}")
        return cls(int(van or LEGE_JAREN[0]), int(tot or LEGE_JAREN[1]))

    def omvat(self, jaar: int) -> bool:
        """Whether a year lies within."""
        return self.van <= jaar <= self.tot


@dataclass(frozen=True, slots=True)
class Kolom:
    """One column. `namen` are other names that this party uses, `schrijfwijzen` its own spelling of our codes.

    ontbrekend : texts that mean "no value" here, such as ``99`` or ``onbekend``.
    getalvorm, datumvorm : the answer to the question that SDM-323 or SDM-328 asks.
    geldig : years of validity of single codes; a code without years is always valid.
    indeling, niveau : the division of areas (its year, and one of its levels) whose codes this column holds; a level
    without a year is the division that holds in the year of the delivery, and there is no column when none does.
    vergroof : what is kept of a value that says too much about a person.
    noembaar : a text of the researchers themselves, such as a code of an analysis, that may stand on a page.
    """

    soort: Soort
    verplicht: bool = False
    aanwezig: bool = True
    label: str = ""
    toelichting: str = ""
    meeteenheid: str = ""
    codes: tuple[str, ...] = ()
    geldig: dict[str, Jaren] = field(default_factory=dict)
    schrijfwijzen: dict[str, str] = field(default_factory=dict)
    namen: tuple[str, ...] = ()
    ontbrekend: tuple[str, ...] = ()
    min: float | None = None
    max: float | None = None
    getalvorm: Literal["nederlands", "engels"] | None = None
    datumvorm: Literal["dmj", "mdj", "jmd"] | None = None
    indeling: int | None = None
    niveau: Literal["gemeente", "stadsdeel", "wijk", "buurt", "wijkteam"] | None = None
    vergroof: Literal["jaar", "postcode4", "postcode6", "weg"] | None = None
    noembaar: bool = False

    def __post_init__(self) -> None:
        vreemd = [code for code in (*self.geldig, *self.schrijfwijzen.values()) if code not in self.codes]
        if vreemd:
            raise ValueError(f"code '{vreemd[0]}' staat niet bij codes")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min is groter dan max")


@dataclass(frozen=True, slots=True)
class Regel:
    """A registered rule (`rules.REGELS`) on columns of this delivery, with its severity, code, reason and origin."""

    regel: str
    code: str
    kolommen: tuple[str, ...] = ()
    waarden: dict[str, tuple[str, ...]] = field(default_factory=dict)
    grenzen: dict[str, float] = field(default_factory=dict)
    grens: float | None = None
    levering: str = ""
    ernst: Literal["fout", "waarschuwing"] = "fout"
    waarom: str = ""
    herstel: str = ""
    herkomst: str = ""


@dataclass(frozen=True, slots=True)
class Schema:
    """How one delivery should look. `sleutel` names the columns that together are unique.

    jaarkolom : the column with the year of a row, by which codes are valid; without it the year of the delivery counts.
    ook : other names under which the same columns may come; a name ends in the form of its file.
    """

    levering: str
    label: str
    bestand: str
    vorm: Vorm
    sleutel: tuple[str, ...]
    kolommen: dict[str, Kolom]
    ook: tuple[str, ...] = ()
    blad: str = ""
    kop_regel: int | None = None
    codering: Literal["utf-8", "windows-1252", "mac-roman"] | None = None
    vragenlijst: str = ""
    gewicht: str = ""
    einddatum: Literal["laatste_dag", "eerste_dag_zonder"] | None = None
    persoonlijk: tuple[str, ...] = ()
    regels: tuple[Regel, ...] = ()
    query: str = ""
    jaarkolom: str = ""
    toelichting: str = ""

    def __post_init__(self) -> None:
        if not self.kolommen:
            raise ValueError("een levering heeft minstens een kolom")
        genoemd = (*self.sleutel, *self.persoonlijk, *(naam for naam in (self.gewicht, self.jaarkolom) if naam))
        for kolom in genoemd:
            if kolom not in self.kolommen:
                raise ValueError(f"kolom '{kolom}' staat niet bij kolommen. {bedoelde_u(kolom, self.kolommen)}")
        for naam in self.ook:
            if _vorm(naam) not in ANDERE_VORMEN:
                raise ValueError(f"bestand '{naam}' bij ook eindigt niet op {nl.lijst(ANDERE_VORMEN, 'of')}")
        if self.einddatum and "einde" not in self.kolommen:
            raise ValueError("einddatum zegt iets over kolom 'einde', en die is er niet")


@dataclass(frozen=True, slots=True)
class Schaal:
    """The answers of a scale in words, or its range; `spss` holds the numeric codes of a .sav file."""

    label: str
    antwoorden: dict[str, str] = field(default_factory=dict)
    spss: dict[str, str] = field(default_factory=dict)
    min: float | None = None
    max: float | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One question: its subject (never the text of a protected scale), its scale, and whom it is asked."""

    onderwerp: str
    schaal: str
    filter: dict[str, tuple[str, ...]] = field(default_factory=dict)
    omgekeerd: bool = False
    universum: str = ""


@dataclass(frozen=True, slots=True)
class Vragenlijst:
    """A version of a questionnaire; `universum` says to whom it was put, and an item may narrow that."""

    vragenlijst: str
    versie: str
    bron: str
    schalen: dict[str, Schaal]
    items: dict[str, Item]
    geen_antwoord: tuple[str, ...] = ()
    niet_van_toepassing: tuple[str, ...] = ()
    universum: str = ""

    def __post_init__(self) -> None:
        for naam, item in self.items.items():
            if item.schaal not in self.schalen:
                raise ValueError(f"vraag '{naam}': schaal '{item.schaal}' bestaat niet")


@helpful
def load_schema(naam: str, *, root: Path | None = None, folder: Path | None = None) -> Schema:
    """The schema of a delivery. Raises ParameterFout with file and line when it does not exist or is wrong.

    folder : where the delivery lies; `bestand` and `vorm` are then those of the name under which it came (``ook``).

    In a notebook: ``sources.load_schema("clienten").kolommen``
    """
    path = _path("leveringen", naam, root)
    gelezen = _schema(path, path.stat().st_mtime_ns)
    gevonden = () if folder is None else found(gelezen, folder)
    if not gevonden or gevonden[0] == gelezen.bestand:
        return gelezen
    return replace(gelezen, bestand=gevonden[0], vorm=_vorm(gevonden[0]))


def found(levering: Schema, folder: Path) -> tuple[str, ...]:
    """The names of a delivery under which a file lies in a folder; two of them are two answers to one question."""
    namen = dict.fromkeys((levering.bestand, *levering.ook))
    return tuple(naam for naam in namen if (folder / naam).is_file())


def _vorm(naam: str) -> Vorm:
    return cast("Vorm", Path(naam).suffix[1:].lower())


def load_vragenlijst(naam: str, *, root: Path | None = None) -> Vragenlijst:
    """A questionnaire. Raises ParameterFout when it does not exist or is wrong."""
    path = _path("vragenlijsten", naam, root)
    return _vragenlijst(path, path.stat().st_mtime_ns)


def schema_names(*, root: Path | None = None) -> tuple[str, ...]:
    """The deliveries that have a schema, in alphabetical order."""
    return tuple(sorted(path.stem for path in ((root or project_root()) / "params" / "leveringen").glob("*.yaml")))


@lru_cache(maxsize=64)  # a run asks for the same few schemas again and again; the time stamp notices an edit
def _schema(path: Path, stamp: int) -> Schema:
    from sdm_lib.sources.rules import check_regels

    loaded = schema.load(path, Schema, bestand=f"params/leveringen/{path.name}")
    meldingen = check_regels(loaded)
    if meldingen:
        raise ParameterFout(*meldingen)
    return loaded.value


@lru_cache(maxsize=64)
def _vragenlijst(path: Path, stamp: int) -> Vragenlijst:
    return schema.load(path, Vragenlijst, bestand=f"params/vragenlijsten/{path.name}").value


def _path(soort: str, naam: str, root: Path | None) -> Path:
    folder = (root or project_root()) / "params" / soort
    path = folder / f"{naam}.yaml"
    if not path.is_file():
        bekend = [kandidaat.stem for kandidaat in folder.glob("*.yaml")]
        raise ParameterFout(Melding("SDM-251", f"onbekende naam '{naam}' in params/{soort}", bedoelde_u(naam, bekend)))
    return path
