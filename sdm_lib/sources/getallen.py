"""Numbers and dates in text: which way they are written is decided for a whole column, or asked.

A way is *certain* for a text that can be read in no other way (``1.234,5``, ``12.5``), and *double* when two readings
hold (``1.234``). A column is Dutch or English when its certain texts agree; with double texts only it stops with a
question that one line in the schema answers. Whole numbers know no decimals, so there ``1.234`` has one reading.

All of it is SQL for DuckDB on text columns, so that millions of rows stream.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from sdm_lib.sources.levering import Kolom
from sdm_lib.sources.ruw import literal

NEDERLANDS, ENGELS, CANONIEK = "nederlands", "engels", "canoniek"
_DUBBEL_PUNT = r"-?[1-9]\d{0,2}\.\d{3}"
_DUBBEL_KOMMA = r"-?[1-9]\d{0,2},\d{3}"
_NL = r"-?(\d+(,\d+)?|\d{1,3}(\.\d{3})+(,\d+)?)"
_EN = r"-?(\d+(\.\d+)?|\d{1,3}(,\d{3})+(\.\d+)?)"
_ISO = r"\d{4}-\d{2}-\d{2}([ T]00:00(:00(\.0+)?)?)?"
_JMD = r"\d{4}/\d{1,2}/\d{1,2}"
_PLAK = r"(19|20)\d{6}"
_DM = r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}( 0?0:00(:00)?)?"
# hard and narrow blanks, byte order marks, zero widths and marks of direction: none of them shows on a screen
_ONZICHTBAAR = "\u00a0\u202f\ufeff\u200b\u200e\u200f\u2060\u202a\u202b\u202c\u202d\u202e"
_WIT = " \t\r\n" + _ONZICHTBAAR
EERSTE_JAAR, LAATSTE_JAAR = 1880, 2100


def match(waarde: str, patroon: str) -> str:
    """SQL: the whole text has this form."""
    return f"regexp_full_match({waarde}, {literal(patroon)})"


def trimmed(kolom: str) -> str:
    """SQL: text without blanks around it, its accents written in one way (é, not e and ´); NULL when empty."""
    rand = " OR ".join(f"suffix({kolom}, {literal(teken)})" for teken in " \t\r\n")
    # trimming every text costs ten times as much as looking whether there is something to trim
    return (
        f"CASE WHEN {kolom} < '!' OR {rand} OR strlen({kolom}) != length({kolom}) "
        f"THEN nullif(trim(nfc_normalize({kolom}), {literal(_WIT)}), '') ELSE {kolom} END"
    )


def without(waarde: str, teksten: Sequence[str]) -> str:
    """SQL: NULL for texts that mean that nothing is known."""
    lijst = ", ".join(literal(tekst) for tekst in teksten)
    return f"CASE WHEN {waarde} NOT IN ({lijst}) THEN {waarde} END" if teksten else waarde


def cleaned(waarde: str) -> str:
    """SQL: a number without euro sign, thousands blanks, true minus, trailing minus (SAP) or accountant's brackets."""
    kaal = f"replace(translate({waarde}, '\N{MINUS SIGN}\u00a0\u202f', '-  '), '€', '')"
    kaal = f"trim(regexp_replace({kaal}, '^(-?)\\s*EUR\\s*', '\\1'))"
    return (
        f"CASE WHEN {match(waarde, '-?[0-9.,]+')} THEN {waarde} "
        f"WHEN {match(kaal, r'-? ?[1-9][0-9]{0,2}( [0-9]{3})+([.,][0-9]+)?')} THEN replace({kaal}, ' ', '') "
        f"WHEN {match(kaal, r'[0-9.,]+-')} THEN '-' || rtrim({kaal}, '-') "
        f"WHEN {match(kaal, r'[(][0-9.,]+[)]')} THEN '-' || trim({kaal}, '()') "
        f"WHEN {match(kaal, r'- [0-9.,]+')} THEN replace({kaal}, ' ', '') "
        f"WHEN {match(kaal, r'[+][0-9.,]+')} THEN ltrim({kaal}, '+') "
        f"ELSE {kaal} END"
    )


def number_class(waarde: str) -> str:
    """SQL: how a number is written: nl, en, or double (punt, komma); NULL when it does not matter.

    Texts without a separator, most of them, cost no regular expression.
    """
    return (
        f"CASE WHEN NOT (contains({waarde}, '.') OR contains({waarde}, ',')) THEN NULL "
        f"WHEN {match(waarde, _DUBBEL_PUNT)} THEN 'punt' WHEN {match(waarde, _DUBBEL_KOMMA)} THEN 'komma' "
        f"WHEN {match(waarde, _NL)} THEN 'nl' WHEN {match(waarde, _EN)} THEN 'en' END"
    )


@dataclass(frozen=True, slots=True)
class Schrijfwijze:
    """How a column is written: `vorm`, or the code of the problem (`SDM-323`, `SDM-324`) that stops it."""

    vorm: str
    probleem: str = ""
    herkend: bool = False


def number_form(klassen: Set[str], kolom: Kolom) -> Schrijfwijze:
    """Decide from the classes of `number_class` that occur.

    >>> number_form({"punt"}, Kolom("getal")).probleem, number_form({"punt"}, Kolom("geheel")).vorm
    ('SDM-323', 'nederlands')
    """
    if kolom.getalvorm:
        return Schrijfwijze(kolom.getalvorm)
    if {"nl", "en"} <= klassen or ({"punt", "komma"} <= klassen and not klassen & {"nl", "en"}):
        return Schrijfwijze(NEDERLANDS, "SDM-324")
    if klassen & {"nl", "en"}:
        return Schrijfwijze(NEDERLANDS if "nl" in klassen else ENGELS, herkend=True)
    if not klassen:
        return Schrijfwijze(NEDERLANDS)
    if kolom.soort == "geheel":
        return Schrijfwijze(NEDERLANDS if "punt" in klassen else ENGELS, herkend=True)
    return Schrijfwijze(NEDERLANDS, "SDM-323")


def is_number(waarde: str, vorm: str) -> str:
    """SQL: whether a text is a number as the Dutch or the English write it."""
    return match(waarde, _EN if vorm == ENGELS else _NL)


def date_class(waarde: str) -> str:
    """SQL: how a date is written: NULL for ISO, ``overig`` for another clear form, else its separator and what the
    first two parts tell: day first (dmj), month first (mdj), both (fout) or nothing (dm), as in ``streep dmj``.
    """
    eerste = f"TRY_CAST(split_part(translate({waarde}, '/.', '--'), '-', 1) AS INTEGER)"
    tweede = f"TRY_CAST(split_part(translate({waarde}, '/.', '--'), '-', 2) AS INTEGER)"
    teken = (
        f"CASE WHEN contains({waarde}, '-') THEN 'streep' WHEN contains({waarde}, '/') THEN 'schuin' ELSE 'punt' END"
    )
    orde = (
        f"CASE WHEN {eerste} > 12 AND {tweede} > 12 THEN 'fout' WHEN {eerste} > 12 THEN 'dmj' "
        f"WHEN {tweede} > 12 THEN 'mdj' ELSE 'dm' END"
    )
    return (
        f"CASE WHEN {_plain_iso(waarde)} IS NOT NULL THEN NULL WHEN {match(waarde, _DM)} THEN {teken} || ' ' || {orde} "
        f"WHEN {match(waarde, _PLAK)} OR {match(waarde, _JMD)} THEN 'overig' END"
    )


def _plain_iso(waarde: str) -> str:
    return f"CASE WHEN length({waarde}) = 10 THEN TRY_CAST({waarde} AS DATE) END"


def date_form(klassen: Set[str], kolom: Kolom) -> Schrijfwijze:
    """Decide from the classes of `date_class` that occur. Mixed separators are what a foreign Excel leaves: they stop.

    >>> date_form({"streep dm"}, Kolom("datum")).probleem, date_form({"streep dm", "streep dmj"}, Kolom("datum")).vorm
    ('SDM-328', 'dmj')
    """
    if kolom.datumvorm in ("dmj", "mdj"):
        return Schrijfwijze(kolom.datumvorm)
    delen = [klasse.split() for klasse in klassen if klasse != "overig"]
    if not delen:
        return Schrijfwijze("dmj", herkend="overig" in klassen)
    tekens, orde = {teken for teken, _ in delen}, {orde for _, orde in delen}
    if len(tekens) > 1 or len(orde & {"dmj", "mdj"}) != 1:
        return Schrijfwijze("dmj", "SDM-328")
    return Schrijfwijze("dmj" if "dmj" in orde else "mdj", herkend=True)


def date_value(waarde: str, vorm: str) -> str:
    """SQL: the date, or NULL when it is none."""
    if vorm == CANONIEK:
        return _plain_iso(waarde)
    volgorde = "%m-%d-%Y" if vorm == "mdj" else "%d-%m-%Y"
    dag = f"split_part({waarde}, ' ', 1)"
    return (
        f"CASE WHEN {_plain_iso(waarde)} IS NOT NULL THEN {_plain_iso(waarde)} "
        f"WHEN {match(waarde, _ISO)} THEN TRY_CAST(left({waarde}, 10) AS DATE) "
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
