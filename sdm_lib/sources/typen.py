"""From texts to values, word by word: what a column's words mean is what its rows hold.

Words of the schema's columns are trimmed, emptied when they mean that nothing is known, and as numbers cleaned of
signs; then their way of writing is recognised over the whole column, and SQL gives each its value and says which are
wrong. Rows come in at the end only, as the table `t` with the values under the schema's names.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from sdm_lib.errors import MAX_VOORBEELDEN, Melding
from sdm_lib.sources import getallen, woorden
from sdm_lib.sources.getallen import CANONIEK, Schrijfwijze
from sdm_lib.sources.levering import Kolom, Schema
from sdm_lib.sources.ruw import Ruw, ident
from sdm_lib.sources.woorden import RIJ, Nummers

_GETALLEN = ("geheel", "getal", "bedrag")
_WOORD = "_woord"  # the number of a word, beside columns that may have any name
_ALLE = bytes(range(256))
_CIJFERS = b"0123456789"
_DRUKBAAR = bytes(range(0x21, 0x7F))
_VERMINKT = r"\d([.,]\d+)?[eE]\+\d+"  # 1,23457E+15: what a spreadsheet makes of a long number


@dataclass(frozen=True, slots=True)
class Conditie:
    """An SQL condition that marks wrong rows, with what the message says of them.

    teken : a character without which no word meets it, so that most columns need not be asked.
    """

    code: str
    sql: str
    wat: str
    herstel: str
    kolom: str = ""
    waarom: str = ""
    ernst: str = "fout"
    teken: str = ""


@dataclass(frozen=True, slots=True)
class Getypeerd:
    """A column: the SQL of its value, and the conditions on a word that is wrong.

    vorm : how its numbers are written; of one they are read as decimal text first, which `waarde` finds as ``naam.g``.
    gelezen : the SQL that reads a word for `waarde`, of a column that holds no numbers.
    """

    naam: str
    kolom: Kolom
    waarde: str
    vorm: str = ""
    gelezen: str = ""
    condities: tuple[Conditie, ...] = ()
    meldingen: tuple[Melding, ...] = ()


@dataclass(frozen=True, slots=True)
class Gelezen:
    """What the words of a column stand for, and per condition the words that meet it."""

    k: int
    waarden: pa.Array
    raak: tuple[tuple[Conditie, Nummers], ...]


Woorden = dict[str, pa.Array]  # per column of the schema its words, trimmed and cleaned


def words(ruw: Ruw, schema: Schema, plaats: Mapping[str, int], *, leeg_woorden: Sequence[str] = ()) -> Woorden:
    """The words of the schema's columns: trimmed, empty and declared missing are null, numbers cleaned of signs.

    leeg_woorden : words of the questionnaire that mean no answer; in a column of numbers they are empty.
    """
    uit = {naam: ruw.tekst.woorden[k] for naam, k in plaats.items()}
    lagen: dict[tuple[str, str, str], list[str]] = {}
    for naam, k in plaats.items():
        laag = _layers(schema.kolommen[naam], canoniek=k in ruw.canoniek, leeg=leeg_woorden)
        if laag != ("v", "x", "x") and not _tidy(uit[naam], laag):
            lagen.setdefault(laag, []).append(naam)
    for (tekst, gevuld, schoon), namen in lagen.items():
        delen = [uit[naam] for naam in namen]
        sql = f"SELECT id, {schoon} AS x FROM (SELECT id, {gevuld} AS x FROM (SELECT id, {tekst} AS x FROM _woorden))"
        anders = woorden.asked(ruw.con, pa.chunked_array(delen, pa.string()), sql)["x"]
        uit |= dict(zip(namen, _split(anders, delen), strict=True))
    return uit


def _tidy(lijst: pa.Array, laag: tuple[str, str, str]) -> bool:
    """Whether words are written so plainly that trimming and cleaning would change none of them."""
    _, gevuld, schoon = laag
    tekens = _DRUKBAAR if schoon == "x" else _CIJFERS + b",."
    return gevuld == "x" and woorden.only(lijst, tekens) and not woorden.blank(lijst).any()


def _split(samen: pa.ChunkedArray, delen: Sequence[pa.Array]) -> list[pa.Array]:
    uit, begin = [], 0
    for deel in delen:
        uit.append(samen.slice(begin, len(deel)).combine_chunks())
        begin += len(deel)
    return uit


def _layers(kolom: Kolom, *, canoniek: bool, leeg: Sequence[str]) -> tuple[str, str, str]:
    """What happens to a word, one after the other: trimmed, emptied when it means that, cleaned as a number."""
    getal = kolom.soort in _GETALLEN
    weg = (*kolom.ontbrekend, *(leeg if getal and (kolom.ontbrekend or not canoniek) else ()))
    tekst = "v" if canoniek and not kolom.ontbrekend else getallen.trimmed("v")
    return tekst, getallen.without("x", weg), getallen.cleaned("x") if getal and not canoniek else "x"


def typed(ruw: Ruw, schema: Schema, plaats: Mapping[str, int], x: Woorden) -> list[Getypeerd]:
    """Every column of the schema that is in the file, recognised from all its words."""
    vormen = _forms(ruw, schema, plaats, x)
    return [_typed(ruw, schema, naam, vormen.get(naam, Schrijfwijze(CANONIEK))) for naam in plaats]


def values(
    con: duckdb.DuckDBPyConnection, kolom: Getypeerd, x: pa.Array, k: int, condities: Sequence[Conditie]
) -> Gelezen:
    """The values of a column's words, and the words that meet each condition."""
    naam, waarde = ident(kolom.naam), ident(kolom.naam + ".w")
    condities = [c for c in condities if not c.teken or not woorden.only(x, _ALLE.replace(c.teken.encode(), b""))]
    zelf = kolom.waarde == naam  # a text is its own value
    if zelf and all(c.sql == f"{naam} IS NULL" for c in condities):
        leeg = woorden.matching(pc.is_null(x))
        return Gelezen(k, x, tuple((c, leeg) for c in condities))
    getal, tussen = decimal(con, x, kolom.vorm) if kolom.vorm else None, ident(kolom.naam + ".g")
    bron = f"(SELECT id AS {_WOORD}, v AS {naam}{f', g AS {tussen}' if kolom.vorm else ''} FROM _woorden)"
    if kolom.gelezen:
        bron = f"(SELECT *, {kolom.gelezen} AS {tussen} FROM {bron})"
    bron = f"(SELECT *, {kolom.waarde} AS {waarde} FROM {bron})"
    velden = [
        f"{_WOORD} AS id",
        *([] if zelf else [f"{waarde} AS w"]),
        *(f"({c.sql}) AS f{i}" for i, c in enumerate(condities)),
    ]
    tabel = woorden.asked(con, x, f"SELECT {', '.join(velden)} FROM {bron}", getal=getal)
    raak = tuple((c, woorden.matching(tabel[f"f{i}"])) for i, c in enumerate(condities))
    return Gelezen(k, x if zelf else tabel["w"].combine_chunks(), raak)


def decimal(con: duckdb.DuckDBPyConnection, x: pa.Array, vorm: str) -> pa.Array:
    """Words as numbers with a decimal point and no thousands marks; null for what is not written in this way.

    Whether a word is a number shows in its shape, and there are few of those.
    """
    if vorm == CANONIEK or woorden.only(x, _CIJFERS):
        return x
    vormen = woorden.shapes(x).dictionary_encode()
    goed = woorden.asked(con, vormen.dictionary, f"SELECT id, {getallen.is_number('v', vorm)} AS x FROM _woorden")["x"]
    duizend, komma = (".", ",") if vorm == getallen.NEDERLANDS else (",", ".")
    kaal = x if woorden.only(x, _CIJFERS + komma.encode()) else pc.replace_substring(x, duizend, "")
    kaal = woorden.respelled(kaal, komma, ".")
    if pc.all(goed).as_py():
        return kaal
    return pc.if_else(goed.take(vormen.indices).combine_chunks(), kaal, pa.scalar(None, pa.string()))


def make_t(ruw: Ruw, gelezen: Mapping[str, Gelezen]) -> pa.Table:
    """Make table `t`: the rows with, in every column of the schema, the value of their word."""
    tabel = woorden.as_table(ruw.tekst, {naam: (kolom.k, kolom.waarden) for naam, kolom in gelezen.items()})
    ruw.con.register("t", tabel)
    return tabel


def _forms(ruw: Ruw, schema: Schema, plaats: Mapping[str, int], x: Woorden) -> dict[str, Schrijfwijze]:
    """The way of writing of every column of numbers or dates, from all its words."""
    vormen = {naam: Schrijfwijze(CANONIEK) for naam, k in plaats.items() if k in ruw.canoniek}
    for naam in (naam for naam in plaats if naam not in vormen):
        kolom = schema.kolommen[naam]
        if kolom.soort in _GETALLEN:
            vormen[naam] = getallen.number_form(
                _classes(ruw.con, woorden.shapes(x[naam]), getallen.number_class), kolom
            )
        elif kolom.soort == "datum":
            vormen[naam] = getallen.date_form(_classes(ruw.con, x[naam], getallen.date_class), kolom)
    return vormen


def _classes(con: duckdb.DuckDBPyConnection, lijst: pa.Array, klasse: Callable[[str], str]) -> set[str]:
    """The classes that occur among words."""
    tabel = woorden.asked(con, lijst.unique(), f"SELECT id, {klasse('v')} AS x FROM _woorden")
    return set(tabel["x"].unique().drop_null().to_pylist())


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


def _typed(ruw: Ruw, schema: Schema, naam: str, vorm: Schrijfwijze) -> Getypeerd:
    kolom = schema.kolommen[naam]
    if kolom.soort in _GETALLEN:
        deel = _number(naam, kolom, vorm)
    elif kolom.soort == "datum":
        deel = _date(naam, kolom, vorm)
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
_PART_CENT = ("delen van centen, afgerond op hele", "Controleer of dit een bedrag is, of een tarief: soort: getal.")
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
        heel = f"contains({getal}, '.') OR contains({getal}, 'e')"
        condities.append(Conditie("SDM-325", f"CASE WHEN {heel} THEN {breuk} != {gelezen} END", *_NOT_WHOLE, naam))
    if kolom.soort == "bedrag":
        lang = f"contains({getal}, 'e') OR length({getal}) - strpos({getal}, '.') BETWEEN 3 AND length({getal}) - 1"
        deel = f"CASE WHEN {lang} THEN abs({breuk} * 100 - {gelezen}) > 0.01 END"
        condities.append(Conditie("SDM-325", deel, *_PART_CENT, naam, ernst="waarschuwing"))
    condities += _bounds(naam, kolom, gelezen)
    meldingen = (_read_as(naam, vorm.vorm),) if vorm.herkend else ()
    return Getypeerd(naam, kolom, waarde, vorm.vorm, condities=tuple(condities), meldingen=meldingen)


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
    dag = getallen.date_value(tekst, vorm.vorm)
    return Getypeerd(naam, kolom, waarde, gelezen=dag, condities=(conditie,), meldingen=meldingen)


def _plain(naam: str, kolom: Kolom) -> Getypeerd:
    """Text and codes."""
    condities: tuple[Conditie, ...] = ()
    if kolom.soort == "persoonscode":
        verminkt = getallen.match(ident(naam), _VERMINKT)
        condities = (Conditie("SDM-329", verminkt, *_ROUNDED, naam, teken="+"),)
    return Getypeerd(naam, kolom, ident(naam), condities=condities)
