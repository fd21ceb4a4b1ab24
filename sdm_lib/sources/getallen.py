"""Numbers and dates in text: which way they are written is decided for a whole column, or asked.

A way is *certain* for a text that can be read in no other way (``1.234,5``, ``12.5``), and *double* when two readings
hold (``1.234``). A column is Dutch or English when its certain texts agree; with double texts only it stops with a
question that one line in the schema answers. Whole numbers know no decimals, so there ``1.234`` has one reading.

All of it is SQL for DuckDB on text columns, so that millions of rows stream.
"""

from __future__ import annotations

from dataclasses import dataclass

from sdm_lib.sources.levering import Kolom
from sdm_lib.sources.ruw import literal

NEDERLANDS, ENGELS, CANONIEK = "nederlands", "engels", "canoniek"
_HEEL = r"-?\d+"
_DUBBEL_PUNT = r"-?[1-9]\d{0,2}\.\d{3}"
_DUBBEL_KOMMA = r"-?[1-9]\d{0,2},\d{3}"
_NL = r"-?(\d+(,\d+)?|\d{1,3}(\.\d{3})+(,\d+)?)"
_EN = r"-?(\d+(\.\d+)?|\d{1,3}(,\d{3})+(\.\d+)?)"
_ISO = r"\d{4}-\d{2}-\d{2}([ T]00:00(:00(\.0+)?)?)?"
_JMD = r"\d{4}/\d{1,2}/\d{1,2}"
_PLAK = r"(19|20)\d{6}"
_DM = r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}( 0?0:00(:00)?)?"
_VASTE_SPATIES = "\u00a0\u202f"
_WIT = " \t\r\n" + _VASTE_SPATIES
EERSTE_JAAR, LAATSTE_JAAR = 1880, 2100


def match(waarde: str, patroon: str) -> str:
    """SQL: the whole text has this form."""
    return f"regexp_full_match({waarde}, {literal(patroon)})"


def trimmed(kolom: str, *, ontbrekend: tuple[str, ...] = ()) -> str:
    """SQL: text without blanks around it; NULL when empty or declared missing."""
    rand = " OR ".join(f"suffix({kolom}, {literal(teken)})" for teken in " \t\r\n")
    binnen = " OR ".join(f"contains({kolom}, {literal(teken)})" for teken in _VASTE_SPATIES)
    # trimming every text costs ten times as much as looking whether there is something to trim
    waarde = (
        f"CASE WHEN {kolom} < '!' OR {rand} OR {binnen} "
        f"THEN nullif(trim({kolom}, {literal(_WIT)}), '') ELSE {kolom} END"
    )
    if not ontbrekend:
        return waarde
    lijst = ", ".join(literal(tekst) for tekst in ontbrekend)
    return f"(SELECT CASE WHEN v NOT IN ({lijst}) THEN v END FROM (SELECT {waarde} AS v))"


def cleaned(waarde: str) -> str:
    """SQL: a number without euro sign, thousands blanks, true minus, trailing minus (SAP) or accountant's brackets."""
    kaal = f"replace(translate({waarde}, '\N{MINUS SIGN}\u00a0\u202f', '-  '), '€', '')"
    kaal = f"trim(regexp_replace({kaal}, '^(-?)\\s*EUR\\s*', '\\1'))"
    return (
        f"CASE WHEN {match(waarde, _HEEL)} THEN {waarde} "
        f"WHEN {match(kaal, r'-? ?[1-9][0-9]{0,2}( [0-9]{3})+([.,][0-9]+)?')} THEN replace({kaal}, ' ', '') "
        f"WHEN {match(kaal, r'[0-9.,]+-')} THEN '-' || rtrim({kaal}, '-') "
        f"WHEN {match(kaal, r'[(][0-9.,]+[)]')} THEN '-' || trim({kaal}, '()') "
        f"WHEN {match(kaal, r'- [0-9.,]+')} THEN replace({kaal}, ' ', '') "
        f"WHEN {match(kaal, r'[+][0-9.,]+')} THEN ltrim({kaal}, '+') "
        f"ELSE {kaal} END"
    )


def number_counts(waarde: str) -> dict[str, str]:
    """SQL conditions by which the way of writing is decided, by name."""
    dubbel = f"({match(waarde, _DUBBEL_PUNT)} OR {match(waarde, _DUBBEL_KOMMA)})"
    heel = match(waarde, _HEEL)
    return {
        "nl": f"NOT {dubbel} AND NOT {heel} AND {match(waarde, _NL)}",
        "en": f"NOT {dubbel} AND NOT {heel} AND {match(waarde, _EN)}",
        "punt": match(waarde, _DUBBEL_PUNT),
        "komma": match(waarde, _DUBBEL_KOMMA),
    }


@dataclass(frozen=True, slots=True)
class Schrijfwijze:
    """How a column is written: `vorm`, or the code of the problem (`SDM-323`, `SDM-324`) that stops it."""

    vorm: str
    probleem: str = ""
    herkend: bool = False


def number_form(aantal: dict[str, int], kolom: Kolom) -> Schrijfwijze:
    """Decide from the counts of `number_counts`.

    >>> leeg = {"nl": 0, "en": 0, "punt": 0, "komma": 0}
    >>> number_form(leeg | {"punt": 3}, Kolom("getal")).probleem
    'SDM-323'
    >>> number_form(leeg | {"punt": 3}, Kolom("geheel")).vorm
    'nederlands'
    """
    if kolom.getalvorm:
        return Schrijfwijze(kolom.getalvorm)
    if aantal["nl"] and aantal["en"]:
        return Schrijfwijze(NEDERLANDS, "SDM-324")
    if aantal["nl"] or aantal["en"]:
        return Schrijfwijze(NEDERLANDS if aantal["nl"] else ENGELS, herkend=True)
    if not aantal["punt"] and not aantal["komma"]:
        return Schrijfwijze(NEDERLANDS)
    if aantal["punt"] and aantal["komma"]:
        return Schrijfwijze(NEDERLANDS, "SDM-324")
    if kolom.soort == "geheel":
        return Schrijfwijze(NEDERLANDS if aantal["punt"] else ENGELS, herkend=True)
    return Schrijfwijze(NEDERLANDS, "SDM-323")


def number_text(waarde: str, vorm: str) -> str:
    """SQL: the number with a decimal point and no thousands marks; NULL when it is not written this way."""
    if vorm == CANONIEK:
        return waarde  # it was a number before it became text
    if vorm == ENGELS:
        return f"CASE WHEN {match(waarde, _EN)} THEN replace({waarde}, ',', '') END"
    return f"CASE WHEN {match(waarde, _NL)} THEN replace(replace({waarde}, '.', ''), ',', '.') END"


def date_counts(waarde: str) -> dict[str, str]:
    """SQL conditions by which day-month or month-day is decided, by name."""
    dm = match(waarde, _DM)
    eerste = f"TRY_CAST(split_part(translate({waarde}, '/.', '--'), '-', 1) AS INTEGER)"
    tweede = f"TRY_CAST(split_part(translate({waarde}, '/.', '--'), '-', 2) AS INTEGER)"
    return {
        "dmj": f"{dm} AND {eerste} > 12",
        "mdj": f"{dm} AND {tweede} > 12",
        "dm": dm,
        "streep": f"{dm} AND contains({waarde}, '-')",
        "schuin": f"{dm} AND contains({waarde}, '/')",
        "punt": f"{dm} AND contains({waarde}, '.')",
        "overig": f"{match(waarde, _PLAK)} OR {match(waarde, _JMD)}",
    }


def date_form(aantal: dict[str, int], kolom: Kolom) -> Schrijfwijze:
    """Decide from the counts of `date_counts`. Mixed separators are what a foreign Excel leaves behind: they stop.

    >>> niets = dict.fromkeys(("dmj", "mdj", "dm", "streep", "schuin", "punt", "overig"), 0)
    >>> date_form(niets | {"dm": 2, "streep": 2}, Kolom("datum")).probleem
    'SDM-328'
    """
    if kolom.datumvorm in ("dmj", "mdj"):
        return Schrijfwijze(kolom.datumvorm)
    if not aantal["dm"]:
        return Schrijfwijze("dmj", herkend=bool(aantal["overig"]))
    gemengd = sum(bool(aantal[teken]) for teken in ("streep", "schuin", "punt")) > 1
    if gemengd or bool(aantal["dmj"]) == bool(aantal["mdj"]):
        return Schrijfwijze("dmj", "SDM-328")
    return Schrijfwijze("dmj" if aantal["dmj"] else "mdj", herkend=True)


def date_value(waarde: str, vorm: str) -> str:
    """SQL: the date, or NULL when it is none."""
    if vorm == CANONIEK:
        return f"CASE WHEN length({waarde}) = 10 THEN TRY_CAST({waarde} AS DATE) END"
    volgorde = "%m-%d-%Y" if vorm == "mdj" else "%d-%m-%Y"
    dag = f"split_part({waarde}, ' ', 1)"
    return (
        f"CASE WHEN {match(waarde, _ISO)} THEN TRY_CAST(left({waarde}, 10) AS DATE) "
        f"WHEN {match(waarde, _DM)} THEN CAST(try_strptime(translate({dag}, '/.', '--'), '{volgorde}') AS DATE) "
        f"WHEN {match(waarde, _PLAK)} THEN CAST(try_strptime({waarde}, '%Y%m%d') AS DATE) "
        f"WHEN {match(waarde, _JMD)} THEN CAST(try_strptime({waarde}, '%Y/%m/%d') AS DATE) END"
    )


def our_time(datum: str) -> str:
    """SQL: a date whose year is of our time, else NULL: 9999-12-31 is a code, not a date."""
    return f"CASE WHEN year({datum}) BETWEEN {EERSTE_JAAR} AND {LAATSTE_JAAR} THEN {datum} END"


def coarse_postcode(tekst: str, soort: str) -> str:
    """SQL: the first four or six characters of a postcode; nothing when it is none."""
    lengte = int(soort[-1])
    kaal = f"upper(replace({tekst}, ' ', ''))"
    return f"CASE WHEN regexp_matches({kaal}, '^[1-9][0-9]{{3}}') THEN left({kaal}, {lengte}) END"
