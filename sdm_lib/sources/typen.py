"""From text columns to typed ones, in layers of SQL so that each text is looked at once.

`ruw`   the file's own columns (c0, c1, ...), text as it came
`x`     the columns of the schema by name: trimmed, empty and declared missing are NULL, numbers cleaned of signs
`y`     `x` with beside each column its value ("naam.w") and, for numbers, its text with a decimal point ("naam.g")
`t`     the values alone, by name
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from sdm_lib.errors import MAX_VOORBEELDEN, Melding
from sdm_lib.sources import codelijst, getallen
from sdm_lib.sources.getallen import CANONIEK, Schrijfwijze
from sdm_lib.sources.levering import Kolom, Schema
from sdm_lib.sources.ruw import RIJ, Ruw, ident

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
    """A column: the SQL of its value over `x` (and of its decimal text), and what can be wrong with it over `y`."""

    naam: str
    kolom: Kolom
    waarde: str
    getal: str = ""
    condities: tuple[Conditie, ...] = ()
    meldingen: tuple[Melding, ...] = ()


def make_x(ruw: Ruw, schema: Schema, plaats: dict[str, int], *, leeg_woorden: Sequence[str] = ()) -> None:
    """Make the view `x`: the columns of the schema by name.

    leeg_woorden : words of the questionnaire that mean no answer; in a column of numbers they are empty.
    """
    velden = [RIJ]
    for naam, i in plaats.items():
        velden.append(
            f"{_text(schema.kolommen[naam], i, canoniek=i in ruw.canoniek, leeg=leeg_woorden)} AS {ident(naam)}"
        )
    ruw.con.execute(f"CREATE OR REPLACE VIEW x AS SELECT {', '.join(velden)} FROM ruw")


def _text(kolom: Kolom, i: int, *, canoniek: bool, leeg: Sequence[str]) -> str:
    if canoniek and not kolom.ontbrekend:
        return f"c{i}"
    getal = kolom.soort in _GETALLEN
    tekst = getallen.trimmed(f"c{i}", ontbrekend=(*kolom.ontbrekend, *(leeg if getal else ())))
    return f"(SELECT {getallen.cleaned('v')} FROM (SELECT {tekst} AS v))" if getal and not canoniek else tekst


def typed(ruw: Ruw, schema: Schema, plaats: dict[str, int]) -> list[Getypeerd]:
    """Every column of the schema that is in the file, recognised from all rows of `x`; makes the view `y`."""
    vormen = _forms(ruw, schema, plaats)
    vreemd = codelijst.with_unknown(ruw.con, schema, plaats)
    kolommen = [
        _typed(ruw, schema, naam, vormen.get(naam, Schrijfwijze(CANONIEK)), vreemd=naam in vreemd) for naam in plaats
    ]
    getal = ", ".join(["*", *(f"{k.getal} AS {ident(k.naam + '.g')}" for k in kolommen if k.getal)])
    waarde = ", ".join(["*", *(f"{k.waarde} AS {ident(k.naam + '.w')}" for k in kolommen)])
    ruw.con.execute(f"CREATE OR REPLACE VIEW y AS SELECT {waarde} FROM (SELECT {getal} FROM x)")
    return kolommen


def make_t(ruw: Ruw, kolommen: Sequence[Getypeerd]) -> None:
    """Make table `t` and let go of the text, so that a large delivery is held once."""
    velden = ", ".join([RIJ, *(f"{ident(kolom.naam + '.w')} AS {ident(kolom.naam)}" for kolom in kolommen)])
    ruw.con.execute(f"CREATE OR REPLACE TABLE t AS SELECT {velden} FROM y")
    ruw.con.execute("DROP VIEW y")
    ruw.con.execute("DROP VIEW x")
    ruw.con.execute("DROP TABLE ruw")


def _forms(ruw: Ruw, schema: Schema, plaats: dict[str, int]) -> dict[str, Schrijfwijze]:
    """The way of writing of every column of numbers or dates, in one pass over the rows."""
    vormen = {naam: Schrijfwijze(CANONIEK) for naam, i in plaats.items() if i in ruw.canoniek}
    vragen = {
        naam: (getallen.date_class if schema.kolommen[naam].soort == "datum" else getallen.number_class)(ident(naam))
        for naam in plaats
        if naam not in vormen and schema.kolommen[naam].soort in (*_GETALLEN, "datum")
    }
    if not vragen:
        return vormen
    velden = ", ".join(f"list(DISTINCT {sql})" for sql in vragen.values())
    klassen = ruw.con.execute(f"SELECT {velden} FROM x").fetchone() or ()
    for naam, gevonden in zip(vragen, klassen, strict=True):
        kolom = schema.kolommen[naam]
        beslis = getallen.date_form if kolom.soort == "datum" else getallen.number_form
        vormen[naam] = beslis({klasse for klasse in gevonden or () if klasse}, kolom)
    return vormen


def counts(con: duckdb.DuckDBPyConnection, condities: Sequence[str], *, tabel: str) -> list[int]:
    """How many rows meet each condition, in one pass."""
    if not condities:
        return []
    rij = con.execute(f"SELECT {', '.join(f'count_if({sql})' for sql in condities)} FROM {tabel}").fetchone() or ()
    return [int(aantal or 0) for aantal in rij]  # a column that could not be read compares to nothing


def first_rows(con: duckdb.DuckDBPyConnection, condities: Sequence[str], *, tabel: str) -> list[tuple[int, list[int]]]:
    """Per condition the number of rows that meet it and the first five row numbers; clean data costs one pass."""
    aantallen = counts(con, condities, tabel=tabel)
    raak = [i for i, aantal in enumerate(aantallen) if aantal]
    velden = ", ".join(f"min({RIJ}, {MAX_VOORBEELDEN}) FILTER (WHERE {condities[i]})" for i in raak)
    rij = (con.execute(f"SELECT {velden} FROM {tabel}").fetchone() or ()) if raak else ()
    regels = dict(zip(raak, rij, strict=True))
    return [(aantal, list(regels.get(i) or ())) for i, aantal in enumerate(aantallen)]


def _typed(ruw: Ruw, schema: Schema, naam: str, vorm: Schrijfwijze, *, vreemd: bool) -> Getypeerd:
    kolom = schema.kolommen[naam]
    if kolom.soort in _GETALLEN:
        deel = _number(naam, kolom, vorm)
    elif kolom.soort == "datum":
        deel = _date(naam, kolom, vorm)
    elif vreemd:
        deel = _code(ruw, schema, naam)
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


def _code(ruw: Ruw, schema: Schema, naam: str) -> Getypeerd:
    waarde, meldingen = codelijst.restore(ruw.con, schema, naam)
    return Getypeerd(naam, schema.kolommen[naam], waarde, meldingen=meldingen)
