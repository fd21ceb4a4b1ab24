"""From text columns to typed ones: an SQL expression a column, with the conditions under which it is wrong."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import duckdb

from sdm_lib.errors import MAX_VOORBEELDEN, Melding, bedoelde_u
from sdm_lib.sources import getallen
from sdm_lib.sources.getallen import CANONIEK, Schrijfwijze
from sdm_lib.sources.levering import Kolom, Schema
from sdm_lib.sources.ruw import RIJ, Ruw, literal

_GETALLEN = ("geheel", "getal", "bedrag")
_VERMINKT = r"\d([.,]\d+)?[eE]\+?\d+"  # 1,23457E+15: what a spreadsheet makes of a long number
MAX_CODES = 2_000  # unknown spellings looked at in one column


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
    """A column: its trimmed text, its typed value, and what can be wrong with it."""

    naam: str
    kolom: Kolom
    tekst: str
    waarde: str
    condities: tuple[Conditie, ...] = ()
    meldingen: tuple[Melding, ...] = field(default=())


def typed(ruw: Ruw, schema: Schema, plaats: dict[str, int], *, leeg_woorden: Sequence[str] = ()) -> list[Getypeerd]:
    """Every column of the schema that is in the file, recognised from all its rows.

    leeg_woorden : words of the questionnaire that mean no answer; in a column of numbers they are empty.
    """
    teksten = {naam: _text(naam, schema.kolommen[naam], i, leeg_woorden) for naam, i in plaats.items()}
    vormen = _forms(ruw, schema, plaats, teksten)
    return [_typed(ruw, schema, naam, teksten[naam], vormen.get(naam)) for naam in plaats]


def _text(naam: str, kolom: Kolom, i: int, leeg_woorden: Sequence[str]) -> str:
    leeg = tuple(woord for woord in leeg_woorden if kolom.soort in _GETALLEN)
    tekst = getallen.trimmed(f"c{i}", ontbrekend=(*kolom.ontbrekend, *leeg))
    return getallen.cleaned(tekst) if kolom.soort in _GETALLEN else tekst


def _forms(ruw: Ruw, schema: Schema, plaats: dict[str, int], teksten: dict[str, str]) -> dict[str, Schrijfwijze]:
    """The way of writing of every column of numbers or dates, in one pass over the rows."""
    vormen = {naam: Schrijfwijze(CANONIEK) for naam, i in plaats.items() if i in ruw.canoniek}
    vragen: dict[tuple[str, str], str] = {}
    for naam in plaats:
        soort = schema.kolommen[naam].soort
        if naam not in vormen and soort in (*_GETALLEN, "datum"):
            tellers = getallen.date_counts if soort == "datum" else getallen.number_counts
            vragen |= {(naam, vraag): sql for vraag, sql in tellers(teksten[naam]).items()}
    antwoorden = counts(ruw.con, vragen)
    for naam in {naam for naam, _ in vragen}:
        kolom = schema.kolommen[naam]
        beslis = getallen.date_form if kolom.soort == "datum" else getallen.number_form
        vormen[naam] = beslis({vraag: aantal for (van, vraag), aantal in antwoorden.items() if van == naam}, kolom)
    return vormen


def counts(con: duckdb.DuckDBPyConnection, condities: dict[tuple[str, str], str]) -> dict[tuple[str, str], int]:
    """How many rows meet each condition, in one pass."""
    if not condities:
        return {}
    rij = con.execute(f"SELECT {', '.join(f'count_if({sql})' for sql in condities.values())} FROM ruw").fetchone()
    return dict(zip(condities, rij or (), strict=True))


def first_rows(con: duckdb.DuckDBPyConnection, condities: Sequence[str], *, tabel: str) -> list[tuple[int, list[int]]]:
    """Per condition the number of rows that meet it and the first five row numbers, in one pass."""
    if not condities:
        return []
    velden = [f"count_if({sql}), min({RIJ}, {MAX_VOORBEELDEN}) FILTER (WHERE {sql})" for sql in condities]
    rij = con.execute(f"SELECT {', '.join(velden)} FROM {tabel}").fetchone() or ()
    return [(int(rij[2 * i]), list(rij[2 * i + 1] or ())) for i in range(len(condities))]


def _typed(ruw: Ruw, schema: Schema, naam: str, tekst: str, vorm: Schrijfwijze | None) -> Getypeerd:
    kolom = schema.kolommen[naam]
    if kolom.soort in _GETALLEN:
        deel = _number(naam, kolom, tekst, vorm or Schrijfwijze(CANONIEK))
    elif kolom.soort == "datum":
        deel = _date(naam, kolom, tekst, vorm or Schrijfwijze(CANONIEK))
    elif kolom.codes:
        deel = _code(ruw, schema, naam, tekst)
    else:
        deel = _plain(naam, kolom, tekst)
    verplicht = Conditie("SDM-320", f"({tekst}) IS NULL", "deze waarde is verplicht en ontbreekt", _VUL_AAN, naam)
    extra = (verplicht,) if kolom.verplicht else ()
    meldingen = tuple(_placed(melding, ruw) for melding in deel.meldingen)
    return Getypeerd(naam, kolom, deel.tekst, deel.waarde, (*extra, *deel.condities), meldingen)


_VUL_AAN = "Vul aan, of vraag de leverancier om de ontbrekende waarden."


def _placed(melding: Melding, ruw: Ruw) -> Melding:

    return dataclasses.replace(melding, bestand=ruw.bestand, blad=ruw.blad)


def _number(naam: str, kolom: Kolom, tekst: str, vorm: Schrijfwijze) -> Getypeerd:
    if vorm.probleem:
        return Getypeerd(naam, kolom, tekst, "CAST(NULL AS DOUBLE)", meldingen=(_number_question(naam, vorm),))
    getal = getallen.number_text(tekst, vorm.vorm)
    waarde = {
        "geheel": f"TRY_CAST(TRY_CAST({getal} AS DECIMAL(38,6)) AS BIGINT)",
        "getal": f"TRY_CAST({getal} AS DOUBLE)",
        "bedrag": f"CAST(round(TRY_CAST({getal} AS DECIMAL(38,6)) * 100) AS BIGINT)",
    }[kolom.soort]
    decimaal = f"TRY_CAST({getal} AS DECIMAL(38,6))"
    condities = [Conditie("SDM-322", f"({tekst}) IS NOT NULL AND ({waarde}) IS NULL", *_NO_NUMBER, naam)]
    if kolom.soort == "geheel":
        condities.append(Conditie("SDM-325", f"{decimaal} != trunc({decimaal})", *_NOT_WHOLE, naam))
    condities += _bounds(naam, kolom, f"TRY_CAST({getal} AS DOUBLE)")
    meldingen = (_read_as(naam, vorm.vorm),) if vorm.herkend else ()
    return Getypeerd(naam, kolom, tekst, waarde, tuple(condities), meldingen)


_NO_NUMBER = ("dit is geen getal", "Verbeter de waarde; staat hier een code voor ontbrekend, zet die bij ontbrekend.")
_NOT_WHOLE = ("hier hoort een geheel getal", "Verbeter de waarde, of zet soort: getal in het schema.")


def _number_question(naam: str, vorm: Schrijfwijze) -> Melding:
    if vorm.probleem == "SDM-324":
        wat = "Nederlandse en Engelse getallen staan door elkaar (1,5 en 1.5)"
        return Melding("SDM-324", wat, "Laat de leverancier een van beide kiezen.", kolom=naam)
    return Melding(
        "SDM-323",
        "1.234 kan hier duizend zijn of een getal met drie decimalen",
        f"Zet in het schema bij {naam}: getalvorm: nederlands (1.234 is ruim duizend) of engels (1.234 is ruim een).",
        kolom=naam,
        waarom="De twee lezingen schelen een factor duizend.",
    )


def _read_as(naam: str, vorm: str) -> Melding:
    soort = (
        "Nederlandse getallen (komma voor decimalen)" if vorm == "nederlands" else "Engelse getallen (decimale punt)"
    )
    return Melding("SDM-363", f"{soort}; herkend", "U hoeft niets te doen.", kolom=naam, ernst="hersteld")


def _bounds(naam: str, kolom: Kolom, waarde: str) -> list[Conditie]:
    condities = []
    for grens, teken, woord in ((kolom.min, "<", "lager dan"), (kolom.max, ">", "hoger dan")):
        if grens is not None:
            code = "SDM-354" if kolom.soort == "bedrag" and grens == 0 and teken == "<" else "SDM-326"
            wat = "negatief bedrag" if code == "SDM-354" else f"{woord} {grens:g}"
            herstel = "Verbeter de waarde, of pas de grens in het schema aan."
            condities.append(Conditie(code, f"{waarde} {teken} {grens!r}", wat, herstel, naam))
    return condities


def _date(naam: str, kolom: Kolom, tekst: str, vorm: Schrijfwijze) -> Getypeerd:
    if vorm.probleem:
        melding = Melding(
            "SDM-328",
            "dag en maand zijn hier niet te onderscheiden, of staan door elkaar",
            f"Zet in het schema bij {naam}: datumvorm: dmj (dag eerst) of mdj (maand eerst), of lever jjjj-mm-dd.",
            kolom=naam,
            waarom="3-4-2015 kan 3 april of 4 maart zijn.",
        )
        return Getypeerd(naam, kolom, tekst, "CAST(NULL AS DATE)", meldingen=(melding,))
    waarde = getallen.date_value(tekst, vorm.vorm)
    conditie = Conditie("SDM-327", f"({tekst}) IS NOT NULL AND ({waarde}) IS NULL", *_NO_DATE, naam)
    meldingen: tuple[Melding, ...] = ()
    if vorm.herkend:
        volgorde = {"dmj": "dag-maand-jaar", "mdj": "maand-dag-jaar"}[vorm.vorm]
        wat = f"datums gelezen als {volgorde} of jjjjmmdd; herkend"
        meldingen = (Melding("SDM-364", wat, "U hoeft niets te doen.", kolom=naam, ernst="hersteld"),)
    return Getypeerd(naam, kolom, tekst, waarde, (conditie,), meldingen)


_NO_DATE = (
    f"dit is geen datum tussen {getallen.EERSTE_JAAR} en {getallen.LAATSTE_JAAR}",
    "Lever datums als jjjj-mm-dd; betekent de waarde 'nog lopend', zet die dan bij ontbrekend.",
)


def _plain(naam: str, kolom: Kolom, tekst: str) -> Getypeerd:
    condities: tuple[Conditie, ...] = ()
    if kolom.soort == "persoonscode":
        wat, herstel = "een nummer dat een rekenblad heeft afgerond (1,2E+15)", "Vraag het bestand als csv of tekst."
        condities = (Conditie("SDM-329", getallen.match(tekst, _VERMINKT), wat, herstel, naam),)
    return Getypeerd(naam, kolom, tekst, tekst, condities)


def _code(ruw: Ruw, schema: Schema, naam: str, tekst: str) -> Getypeerd:
    """A column with a code list: other spellings of a code are restored, anything else is unknown."""
    kolom = schema.kolommen[naam]
    bekend = ", ".join(literal(code) for code in kolom.codes)
    rijen = ruw.con.execute(
        f"SELECT {tekst} AS v, count(*), min({RIJ}, {MAX_VOORBEELDEN}) FROM ruw "
        f"WHERE {tekst} IS NOT NULL AND {tekst} NOT IN ({bekend}) GROUP BY v ORDER BY min({RIJ}) LIMIT {MAX_CODES + 1}"
    ).fetchall()
    spelling = _spellings(kolom)
    hersteld = {waarde: code for waarde, _, _ in rijen if (code := _restore(waarde, spelling))}
    onbekend = [(waarde, aantal, eerste) for waarde, aantal, eerste in rijen if waarde not in hersteld]
    tak = " ".join(f"WHEN {literal(waarde)} THEN {literal(code)}" for waarde, code in hersteld.items())
    waarde = f"CASE {tekst} {tak} ELSE {tekst} END" if tak else tekst
    meldingen = []
    if hersteld:
        aantal = sum(aantal for waarde, aantal, _ in rijen if waarde in hersteld)
        wat = f"{aantal} keer een andere schrijfwijze van een code gelezen (hoofdletters, voorloopnullen of eigen naam)"
        meldingen.append(Melding("SDM-365", wat, "U hoeft niets te doen.", kolom=naam, ernst="hersteld"))
    if onbekend:
        meldingen.append(_unknown(naam, schema, onbekend))
    return Getypeerd(naam, kolom, tekst, waarde, meldingen=tuple(meldingen))


def _spellings(kolom: Kolom) -> dict[str, str]:
    """Every spelling that can only mean one code: capitals, and a number without its leading zeros."""
    namen: dict[str, set[str]] = {}
    for code in kolom.codes:
        for vorm in {code.casefold(), code.casefold().lstrip("0") if code.isdigit() else code.casefold()}:
            namen.setdefault(vorm, set()).add(code)
    enig = {vorm: next(iter(codes)) for vorm, codes in namen.items() if len(codes) == 1 and vorm}
    return enig | {tekst.casefold(): code for tekst, code in kolom.schrijfwijzen.items()}


def _restore(waarde: str, spelling: dict[str, str]) -> str:
    kaal = waarde.casefold()
    if kaal in spelling:
        return spelling[kaal]
    return spelling.get(kaal.lstrip("0"), "") if kaal.isdigit() else ""


def _unknown(naam: str, schema: Schema, onbekend: Iterable[tuple[str, int, list[int]]]) -> Melding:
    lijst = list(onbekend)
    regels = sorted({regel for _, _, eerste in lijst for regel in eerste})[:MAX_VOORBEELDEN]
    getoond = _shown(naam, schema, [waarde for waarde, _, _ in lijst])
    meer = len(lijst) - len(getoond)
    rest = f" en nog {meer} andere" if getoond and meer else ""
    wat = f"onbekende code {', '.join(repr(waarde) for waarde in getoond)}{rest}" if getoond else "onbekende code"
    codes = schema.kolommen[naam].codes
    return Melding(
        "SDM-321",
        wat,
        f"{bedoelde_u(getoond[0] if getoond else '', codes)} Of neem de code op in het schema.",
        kolom=naam,
        regels=tuple(regels),
        aantal=sum(aantal for _, aantal, _ in lijst),
    )


def _shown(naam: str, schema: Schema, waarden: Sequence[str]) -> list[str]:
    """Unknown codes that may be shown: in a delivery about persons a shifted column can hold a name or a number.

    Shown are codes near a known one; in a delivery without personal columns any short one.
    """
    import difflib

    kolom = schema.kolommen[naam]
    if naam in schema.persoonlijk:
        return []
    kort = [waarde for waarde in waarden if len(waarde) <= 30][:MAX_VOORBEELDEN]
    if not personal(schema):
        return kort
    return [
        waarde
        for waarde in kort
        if not any(teken.isdigit() for teken in waarde) and difflib.get_close_matches(waarde, kolom.codes, cutoff=0.75)
    ]


def personal(schema: Schema) -> frozenset[str]:
    """The columns of which no value is ever shown."""
    codes = {naam for naam, kolom in schema.kolommen.items() if kolom.soort == "persoonscode"}
    return frozenset(codes | set(schema.persoonlijk))
