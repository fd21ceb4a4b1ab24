"""From texts to values, word by word: what a column's words mean is what its rows hold.

`woorden`  the file's own texts (see `woorden`)
`x`        (k, id, x) the words of the schema's columns: trimmed, empty and declared missing are NULL, numbers cleaned
`t`        the rows with their values, by name

In between, per column: its text under its own name, for numbers its text with a decimal point ("naam.g"), its value
("naam.w"), and which words are wrong.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from sdm_lib.errors import MAX_VOORBEELDEN, Melding
from sdm_lib.sources import codelijst, getallen, woorden
from sdm_lib.sources.getallen import CANONIEK, Schrijfwijze
from sdm_lib.sources.levering import Kolom, Schema
from sdm_lib.sources.ruw import Ruw, ident
from sdm_lib.sources.woorden import RIJ, Nummers

_WOORD = "_woord"  # the number of a word, beside columns that may have any name
_GETALLEN = ("geheel", "getal", "bedrag")
_VERMINKT = r"\d([.,]\d+)?[eE]\+\d+"  # 1,23457E+15: what a spreadsheet makes of a long number


@dataclass(frozen=True, slots=True)
class Conditie:
    """An SQL condition that marks wrong rows, with what the message says of them."""

    code: str
    sql: str
    wat: str
    herstel: str
    kolom: str = ""
    waarom: str = ""
    ernst: str = "fout"


@dataclass(frozen=True, slots=True)
class Getypeerd:
    """A column: the SQL of its value (and of its decimal text), and the conditions on a word that is wrong."""

    naam: str
    kolom: Kolom
    waarde: str
    getal: str = ""
    condities: tuple[Conditie, ...] = ()
    meldingen: tuple[Melding, ...] = ()


@dataclass(frozen=True, slots=True)
class Gelezen:
    """What the words of a column stand for, by their numbers, and per condition the words that meet it."""

    k: int
    waarden: pa.Array
    raak: tuple[tuple[Conditie, Nummers], ...]


def make_x(ruw: Ruw, schema: Schema, plaats: Mapping[str, int], *, leeg_woorden: Sequence[str] = ()) -> None:
    """Make the table `x`: the words of the schema's columns.

    leeg_woorden : words of the questionnaire that mean no answer; in a column of numbers they are empty.
    """
    lagen: dict[tuple[str, str, str], list[int]] = {}
    for naam, k in plaats.items():
        laag = _layers(schema.kolommen[naam], canoniek=k in ruw.canoniek, leeg=leeg_woorden)
        lagen.setdefault(laag, []).append(k)
    delen = [
        f"SELECT k, id, {schoon} AS x FROM (SELECT k, id, {gevuld} AS x FROM "
        f"(SELECT k, id, {tekst} AS x FROM woorden WHERE k IN ({_in(ks)})))"
        for (tekst, gevuld, schoon), ks in lagen.items()
    ]
    ruw.con.execute(f"CREATE OR REPLACE TABLE x AS {' UNION ALL '.join(delen) or 'SELECT k, id, v AS x FROM woorden'}")


def _in(kolommen: Iterable[int]) -> str:
    return ", ".join(map(str, kolommen))


def _layers(kolom: Kolom, *, canoniek: bool, leeg: Sequence[str]) -> tuple[str, str, str]:
    """What happens to a word, one after the other: trimmed, emptied when it means that, cleaned as a number."""
    getal = kolom.soort in _GETALLEN
    weg = (*kolom.ontbrekend, *(leeg if getal and (kolom.ontbrekend or not canoniek) else ()))
    tekst = "v" if canoniek and not kolom.ontbrekend else getallen.trimmed("v")
    return tekst, getallen.without("x", weg), getallen.cleaned("x") if getal and not canoniek else "x"


def typed(ruw: Ruw, schema: Schema, plaats: dict[str, int]) -> list[Getypeerd]:
    """Every column of the schema that is in the file, recognised from all its words in `x`."""
    vormen = _forms(ruw, schema, plaats)
    vreemd = codelijst.with_unknown(ruw.con, schema, plaats)
    return [
        _typed(ruw, schema, (naam, plaats[naam]), vormen.get(naam, Schrijfwijze(CANONIEK)), vreemd=naam in vreemd)
        for naam in plaats
    ]


def values(con: duckdb.DuckDBPyConnection, kolom: Getypeerd, k: int, condities: Sequence[Conditie]) -> Gelezen:
    """The values of a column's words, and the words that meet each condition."""
    bron = f"(SELECT id AS {_WOORD}, x AS {ident(kolom.naam)} FROM x WHERE k = {k})"
    if kolom.getal:
        bron = f"(SELECT *, {kolom.getal} AS {ident(kolom.naam + '.g')} FROM {bron})"
    bron = f"(SELECT *, {kolom.waarde} AS {ident(kolom.naam + '.w')} FROM {bron})"
    velden = [_WOORD, f"{ident(kolom.naam + '.w')} AS w", *(f"({c.sql}) AS f{i}" for i, c in enumerate(condities))]
    tabel = woorden.ordered(con.execute(f"SELECT {', '.join(velden)} FROM {bron}").to_arrow_table(), _WOORD)
    raak = tuple((c, pc.indices_nonzero(tabel[f"f{i}"]).to_numpy().astype("int64")) for i, c in enumerate(condities))
    return Gelezen(k, tabel["w"].combine_chunks(), raak)


def make_t(con: duckdb.DuckDBPyConnection, gelezen: Mapping[str, Gelezen]) -> None:
    """Make table `t` and let go of the text, so that a large delivery is held once."""
    hoe = "CREATE OR REPLACE TABLE t AS"
    for plak in woorden.decode(con, {naam: (kolom.k, kolom.waarden) for naam, kolom in gelezen.items()}):
        con.register("_plak", plak)
        con.execute(f"{hoe} SELECT * FROM _plak")
        con.unregister("_plak")
        hoe = "INSERT INTO t"
    con.execute("DROP TABLE x")
    woorden.drop(con)


def _forms(ruw: Ruw, schema: Schema, plaats: dict[str, int]) -> dict[str, Schrijfwijze]:
    """The way of writing of every column of numbers or dates, in one pass over the words."""
    vormen = {naam: Schrijfwijze(CANONIEK) for naam, k in plaats.items() if k in ruw.canoniek}
    for soorten, klasse, beslis in (
        (_GETALLEN, getallen.number_class, getallen.number_form),
        (("datum",), getallen.date_class, getallen.date_form),
    ):
        namen = {plaats[n]: n for n in plaats if n not in vormen and schema.kolommen[n].soort in soorten}
        if namen:
            gevonden: dict[int, set[str]] = {k: set() for k in namen}
            for k, klassen in ruw.con.execute(
                f"SELECT k, list(DISTINCT {klasse('x')}) FROM x WHERE k IN ({_in(namen)}) GROUP BY k"
            ).fetchall():
                gevonden[k] = {soort for soort in klassen or () if soort}
            vormen |= {namen[k]: beslis(klassen, schema.kolommen[namen[k]]) for k, klassen in gevonden.items()}
    return vormen


def first_rows(con: duckdb.DuckDBPyConnection, condities: Sequence[str]) -> list[woorden.Rijen]:
    """Per condition on `t` the rows that meet it; a condition is worked out once, and clean data cost one pass."""
    if not condities:
        return []
    vragen = ", ".join(f"({sql}) AS v{i}" for i, sql in enumerate(condities))
    velden = ", ".join(
        f"count_if(v{i}), min({RIJ}, {MAX_VOORBEELDEN}) FILTER (WHERE v{i})" for i, _ in enumerate(condities)
    )
    rij = con.execute(f"SELECT {velden} FROM (SELECT {RIJ}, {vragen} FROM t)").fetchone() or ()
    # a column that could not be read compares to nothing
    return [(int(rij[2 * i] or 0), tuple(rij[2 * i + 1] or ())) for i in range(len(condities))]


def _typed(ruw: Ruw, schema: Schema, waar: tuple[str, int], vorm: Schrijfwijze, *, vreemd: bool) -> Getypeerd:
    naam, k = waar
    kolom = schema.kolommen[naam]
    if kolom.soort in _GETALLEN:
        deel = _number(naam, kolom, vorm)
    elif kolom.soort == "datum":
        deel = _date(naam, kolom, vorm)
    elif vreemd:
        deel = _code(ruw, schema, naam, k)
    else:
        deel = _plain(naam, kolom)
    condities = deel.condities
    if kolom.verplicht:
        condities = (Conditie("SDM-320", f"{ident(naam)} IS NULL", *_MISSING, naam), *condities)
    meldingen = tuple(dataclasses.replace(m, bestand=ruw.bestand, blad=ruw.blad) for m in deel.meldingen)
    return dataclasses.replace(deel, condities=condities, meldingen=meldingen)


_MISSING = ("deze waarde is verplicht en ontbreekt", "Vul aan, of vraag de leverancier om de ontbrekende waarden.")
_NO_NUMBER = ("dit is geen getal", "Verbeter de waarde; staat hier een code voor ontbrekend, zet die bij ontbrekend.")
_NOT_WHOLE = ("hier hoort een geheel getal", "Verbeter de waarde, of zet soort: getal in het schema.")
_NO_DATE = (
    f"dit is geen datum tussen {getallen.EERSTE_JAAR} en {getallen.LAATSTE_JAAR}",
    "Lever datums als jjjj-mm-dd; betekent de waarde 'nog lopend', zet die dan bij ontbrekend.",
)
_ROUNDED = ("een nummer dat een rekenblad heeft afgerond (1,2E+15)", "Vraag het bestand als csv of met tekstkolommen.")


def _number(naam: str, kolom: Kolom, vorm: Schrijfwijze) -> Getypeerd:
    if vorm.probleem:
        return Getypeerd(naam, kolom, "CAST(NULL AS DOUBLE)", meldingen=(_number_question(naam, vorm),))
    tekst, getal = ident(naam), ident(f"{naam}.g")
    breuk = f"TRY_CAST({getal} AS DOUBLE)"  # a wider DECIMAL would be exact, and 250 times as slow
    waarde = {
        "geheel": f"CASE WHEN NOT (contains({getal}, '.') OR contains({getal}, 'e')) THEN TRY_CAST({getal} AS BIGINT) "
        f"WHEN abs({breuk}) < 1e15 THEN CAST(trunc({breuk}) AS BIGINT) END",
        "getal": f"CASE WHEN isfinite({breuk}) THEN {breuk} END",
        "bedrag": f"CAST(TRY_CAST({getal} AS DECIMAL(18,2)) * 100 AS BIGINT)",
    }[kolom.soort]
    gelezen = ident(f"{naam}.w")
    condities = [Conditie("SDM-322", f"{tekst} IS NOT NULL AND {gelezen} IS NULL", *_NO_NUMBER, naam)]
    if kolom.soort == "geheel":
        condities.append(Conditie("SDM-325", f"{breuk} != {gelezen}", *_NOT_WHOLE, naam))
    condities += _bounds(naam, kolom, gelezen)
    meldingen = (_read_as(naam, vorm.vorm),) if vorm.herkend else ()
    return Getypeerd(naam, kolom, waarde, getallen.number_text(tekst, vorm.vorm), tuple(condities), meldingen)


def _number_question(naam: str, vorm: Schrijfwijze) -> Melding:
    if vorm.probleem == "SDM-324":
        wat = "Nederlandse en Engelse getallen staan door elkaar (1,5 en 1.5)"
        return Melding("SDM-324", wat, "Laat de leverancier een van beide kiezen.", kolom=naam)
    return Melding(
        "SDM-323",
        "1.234 kan hier ruim duizend zijn of ruim een",
        f"Zet in het schema bij {naam}: getalvorm: nederlands (1.234 is ruim duizend) of engels (1.234 is ruim een).",
        kolom=naam,
        waarom="De twee lezingen schelen een factor duizend.",
    )


def _read_as(naam: str, vorm: str) -> Melding:
    soort = "Nederlandse getallen (decimale komma)" if vorm == "nederlands" else "Engelse getallen (decimale punt)"
    return Melding("SDM-363", f"{soort}; herkend", "U hoeft niets te doen.", kolom=naam, ernst="hersteld")


def _bounds(naam: str, kolom: Kolom, waarde: str) -> list[Conditie]:
    condities = []
    for grens, teken, woord in ((kolom.min, "<", "lager dan"), (kolom.max, ">", "hoger dan")):
        if grens is not None:
            negatief = kolom.soort == "bedrag" and grens == 0 and teken == "<"
            code, wat = ("SDM-354", "negatief bedrag") if negatief else ("SDM-326", f"{woord} {grens:g}")
            herstel = "Verbeter de waarde, of pas de grens in het schema aan."
            maat = 100 * grens if kolom.soort == "bedrag" else grens
            condities.append(Conditie(code, f"{waarde} {teken} {maat!r}", wat, herstel, naam))
    return condities


def _date(naam: str, kolom: Kolom, vorm: Schrijfwijze) -> Getypeerd:
    if vorm.probleem:
        melding = Melding(
            "SDM-328",
            "dag en maand zijn hier niet te onderscheiden, of staan door elkaar",
            f"Zet in het schema bij {naam}: datumvorm: dmj (dag eerst) of mdj (maand eerst), of lever jjjj-mm-dd.",
            kolom=naam,
            waarom="3-4-2015 kan 3 april of 4 maart zijn.",
        )
        return Getypeerd(naam, kolom, "CAST(NULL AS DATE)", meldingen=(melding,))
    tekst, gelezen = ident(naam), ident(f"{naam}.w")
    conditie = Conditie("SDM-327", f"{tekst} IS NOT NULL AND {gelezen} IS NULL", *_NO_DATE, naam)
    meldingen: tuple[Melding, ...] = ()
    if vorm.herkend:
        volgorde = {"dmj": "dag-maand-jaar", "mdj": "maand-dag-jaar"}[vorm.vorm]
        wat = f"datums gelezen als {volgorde} of jjjjmmdd; herkend"
        meldingen = (Melding("SDM-364", wat, "U hoeft niets te doen.", kolom=naam, ernst="hersteld"),)
    waarde = getallen.our_time(ident(f"{naam}.g"))
    return Getypeerd(naam, kolom, waarde, getallen.date_value(tekst, vorm.vorm), (conditie,), meldingen)


def _plain(naam: str, kolom: Kolom) -> Getypeerd:
    """Text, and codes that all stand in their list."""
    condities: tuple[Conditie, ...] = ()
    if kolom.soort == "persoonscode":
        verminkt = getallen.match(ident(naam), _VERMINKT)
        condities = (Conditie("SDM-329", f"contains({ident(naam)}, '+') AND {verminkt}", *_ROUNDED, naam),)
    return Getypeerd(naam, kolom, ident(naam), condities=condities)


def _code(ruw: Ruw, schema: Schema, naam: str, k: int) -> Getypeerd:
    waarde, meldingen = codelijst.restore(ruw.con, schema, naam, k)
    return Getypeerd(naam, schema.kolommen[naam], waarde, meldingen=meldingen)
