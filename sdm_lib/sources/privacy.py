"""Privacy at the door: no citizen service number enters, nor a column of names or contact details.

A column is one of citizen service numbers when its name says so, or when at least half of its values of eight or nine
digits pass the eleven test, over twenty or more of them. Random numbers pass once in eleven, so by chance that cannot
happen. The test looks at every column of a file, those outside the schema too.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

import duckdb
import numpy as np

from sdm_lib.errors import Melding
from sdm_lib.sources import woorden
from sdm_lib.sources.levering import Kolom, Schema
from sdm_lib.sources.ruw import Ruw, plat

MINSTENS = 20  # values of eight or nine digits before a share says anything
AANDEEL = 0.5
BSN_NAMEN = frozenset(
    ("bsn", "bsnnummer", "bsn_nummer", "burgerservicenummer", "sofinummer", "sofi", "sofi_nummer", "a_nummer")
)  # fmt: skip
_CONTACT = frozenset(
    (
        "naam", "achternaam", "voornaam", "voornamen", "roepnaam", "geslachtsnaam", "voorletters", "adres", "straat",
        "straatnaam", "huisnummer", "email", "e_mail", "emailadres", "e_mailadres", "telefoon", "telefoonnummer",
        "mobiel", "mobiele_telefoon", "iban", "rekeningnummer",
    )
)  # fmt: skip
_EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z]{2,}"
_TELEFOON = r"(^|\D)(\+31|0031|0)[ -]?6([ -]?\d){8}(\D|$)"
_POSTCODE_NUMMER = r"(^|[^0-9A-Za-z])[1-9]\d{3} ?[A-Za-z]{2}[ ,]*(nr\.? ?)?\d{1,4}([^0-9]|$)"


def eleven_test(getallen: Iterable[int] | np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which whole numbers pass the eleven test of the citizen service number (weights 9..2 and -1).

    A number of eight digits has lost its leading zero. Zero and longer numbers fail.
    Source: Regeling landelijke tabellen, elfproef voor het burgerservicenummer.

    >>> eleven_test([111222333, 123456789, 0]).tolist()
    [True, False, False]
    """
    n = np.asarray(getallen, dtype=np.int64)
    som = -(n % 10)
    rest = n // 10
    for gewicht in range(2, 10):
        som += gewicht * (rest % 10)
        rest //= 10
    uit: np.ndarray[Any, np.dtype[np.bool_]] = (som % 11 == 0) & (n >= 10_000_000) & (n < 1_000_000_000)
    return uit


def _eleven_sql(getal: str) -> str:
    som = " + ".join(f"{gewicht} * (({getal} // {10 ** (gewicht - 1)}) % 10)" for gewicht in range(2, 10))
    return f"({som} - {getal} % 10) % 11 = 0"


def problems(ruw: Ruw, schema: Schema, plaats: dict[str, int]) -> list[Melding]:
    """Everything about persons that may not come in, over all columns of the table `ruw`."""
    doel = {i: naam for naam, i in plaats.items()}
    verdacht = bsn_columns(ruw.con, range(len(ruw.namen)))
    meldingen = []
    for i, naam in enumerate(ruw.namen):
        if plat(naam) in BSN_NAMEN or i in verdacht:
            meldingen.append(_bsn(naam, ruw))
        elif i in doel:
            meldingen += _by_name(doel[i], schema.kolommen[doel[i]], ruw)
    teksten = {naam: i for naam, i in plaats.items() if schema.kolommen[naam].soort == "tekst"}
    return meldingen + _contact_details(ruw, schema, teksten)


def bsn_columns(con: duckdb.DuckDBPyConnection, kolommen: Iterable[int]) -> set[int]:
    """The columns of `woorden` whose values look like citizen service numbers."""
    lijst = ", ".join(map(str, kolommen))
    verdacht = con.execute(f"SELECT k FROM woorden WHERE k IN ({lijst}) AND {_LIKELY} GROUP BY k").fetchall()
    return {k for (k,) in verdacht if _mostly_bsn(con, k)}


def _mostly_bsn(con: duckdb.DuckDBPyConnection, k: int) -> bool:
    """Whether enough of a column's values of eight or nine digits pass the eleven test; a row counts, not a word."""
    getal = f"SELECT id, {_DIGITS} AS n FROM (SELECT id, {_HEEL} AS v FROM woorden WHERE k = {k} AND {_LIKELY})"
    rij = con.execute(
        f"SELECT count(*), count_if({_eleven_sql('n')}) FROM codes JOIN ({getal}) ON id = c{k} "
        "WHERE n BETWEEN 10000000 AND 999999999"
    ).fetchone()
    alle, goede = rij or (0, 0)
    return bool(alle >= MINSTENS and goede >= AANDEEL * alle)


# begins with a digit, has the length, and is no date: cheap to ask of every word
_LIKELY = "(length(v) BETWEEN 8 AND 13 AND v BETWEEN '0' AND ':' AND NOT contains(v, '-'))"
# 123.456.782, 123 456 782 and 123456782.0 are the same number
_HEEL = "CASE WHEN suffix(v, '.0') THEN left(v, -2) ELSE v END"
_DIGITS = "TRY_CAST(replace(replace(v, '.', ''), ' ', '') AS BIGINT)"


def _bsn(naam: str, ruw: Ruw) -> Melding:
    return Melding(
        "SDM-401",
        "deze kolom bevat burgerservicenummers",
        "Vervang de kolom met: sdm pseudonymise. Bewaar het origineel niet bij het project.",
        bestand=ruw.bestand,
        blad=ruw.blad,
        kolom=naam,
        waarom="Een burgerservicenummer mag het onderzoek niet in.",
    )


def _by_name(naam: str, kolom: Kolom, ruw: Ruw) -> list[Melding]:
    if kolom.vergroof:
        return []
    if kolom.soort == "datum" and plat(naam) in ("geboortedatum", "geboren", "geboortedag"):
        herstel = "Zet in het schema vergroof: jaar, of vraag om het geboortejaar."
        return [Melding("SDM-404", "volledige geboortedatum", herstel, bestand=ruw.bestand, blad=ruw.blad, kolom=naam)]
    if plat(naam) in _CONTACT and kolom.soort in ("tekst", "persoonscode"):
        herstel = "Haal de kolom uit het schema; zij wordt dan niet gelezen."
        wat = "namen of contactgegevens mogen het onderzoek niet in"
        return [Melding("SDM-402", wat, herstel, bestand=ruw.bestand, blad=ruw.blad, kolom=naam)]
    return []


def _contact_details(ruw: Ruw, schema: Schema, teksten: dict[str, int]) -> list[Melding]:
    """E-mail, mobile numbers and postcode with number inside a text column."""
    namen = {k: naam for naam, k in teksten.items() if not schema.kolommen[naam].vergroof}
    contact = f"contains(v, '@') AND regexp_matches(v, '{_EMAIL}') OR regexp_matches(v, '{_TELEFOON}')"
    gevonden = [
        (k, code, wat, nummers)
        for code, wat, sql in (
            ("SDM-403", "e-mailadres of telefoonnummer in de tekst", contact),
            ("SDM-405", "postcode met huisnummer in de tekst", f"regexp_matches(v, '{_POSTCODE_NUMMER}')"),
        )
        for k, nummers in woorden.numbers(ruw.con, namen, sql).items()
    ]
    meldingen = []
    for k, code, wat, nummers in sorted(gevonden, key=lambda vondst: vondst[:2]):
        aantal, regels = woorden.rows(ruw.con, k, nummers)
        herstel = "Haal dit uit de tekst, of zet in het schema vergroof: weg."
        if aantal:
            melding = Melding(code, wat, herstel, bestand=ruw.bestand, blad=ruw.blad, kolom=namen[k])
            meldingen.append(dataclasses.replace(melding, regels=regels, aantal=aantal))
    return meldingen


def named_columns(namen: Iterable[str]) -> list[str]:
    """The names that promise a citizen service number or contact details."""
    return [naam for naam in namen if plat(naam) in BSN_NAMEN | _CONTACT]
