"""Privacy at the door: no citizen service number enters, nor a column of names or contact details.

A column is one of citizen service numbers when its name says so, or when at least half of its values of eight or nine
digits pass the eleven test, over twenty or more of them. Random numbers pass once in eleven, so by chance that cannot
happen. The test looks at every column of a file, those outside the schema too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import duckdb
import numpy as np

from sdm_lib.errors import MAX_VOORBEELDEN, Melding
from sdm_lib.sources.levering import Kolom, Schema
from sdm_lib.sources.ruw import Ruw, plat
from sdm_lib.sources.typen import counts, first_rows

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
    verdacht = _bsn_columns(ruw)
    meldingen = []
    for i, naam in enumerate(ruw.namen):
        if plat(naam) in BSN_NAMEN or i in verdacht:
            meldingen.append(_bsn(naam, ruw))
        elif i in doel:
            meldingen += _by_name(doel[i], schema.kolommen[doel[i]], ruw)
    teksten = {naam: i for naam, i in plaats.items() if schema.kolommen[naam].soort == "tekst"}
    return meldingen + _contact_details(ruw, schema, teksten)


def bsn_columns(con: duckdb.DuckDBPyConnection, kolommen: dict[int, str], *, tabel: str) -> set[int]:
    """The columns (by key) of a table whose values look like citizen service numbers."""
    lang = counts(con, [_LIKELY.format(sql) for sql in kolommen.values()], tabel=tabel)
    kandidaten = [i for i, aantal in zip(kolommen, lang, strict=True) if aantal >= MINSTENS]
    if not kandidaten:
        return set()
    teksten = ", ".join(
        f"CASE WHEN length({kolommen[i]}) BETWEEN 8 AND 13 THEN {kolommen[i]} END AS v{i}" for i in kandidaten
    )
    getallen = ", ".join(f"{_DIGITS.format(f'v{i}')} AS n{i}" for i in kandidaten)
    goed = ", ".join(f"CASE WHEN n{i} BETWEEN 10000000 AND 999999999 THEN n{i} END AS g{i}" for i in kandidaten)
    velden = ", ".join(f"count(g{i}), count_if({_eleven_sql(f'g{i}')})" for i in kandidaten)
    lagen = f"(SELECT {goed} FROM (SELECT {getallen} FROM (SELECT {teksten} FROM {tabel})))"
    rij = con.execute(f"SELECT {velden} FROM {lagen}").fetchone() or ()
    aantallen = {i: (rij[2 * k], rij[2 * k + 1]) for k, i in enumerate(kandidaten)}
    return {i for i, (alle, goede) in aantallen.items() if alle >= MINSTENS and goede >= AANDEEL * alle}


# begins with a digit, has the length, and is no date: cheap to ask of every column
_LIKELY = "(length({0}) BETWEEN 8 AND 13 AND {0} BETWEEN '0' AND ':' AND NOT contains({0}, '-'))"
# 123.456.782, 123 456 782 and 123456782.0 are the same number
_HEEL = "CASE WHEN suffix({0}, '.0') THEN left({0}, -2) ELSE {0} END"
_DIGITS = f"TRY_CAST(replace(replace({_HEEL}, '.', ''), ' ', '') AS BIGINT)"


def _bsn_columns(ruw: Ruw) -> set[int]:
    return bsn_columns(ruw.con, {i: f"c{i}" for i in range(len(ruw.namen))}, tabel="ruw")


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
    vragen = []
    for naam, i in teksten.items():
        if schema.kolommen[naam].vergroof:
            continue
        contact = f"contains(c{i}, '@') AND regexp_matches(c{i}, '{_EMAIL}') OR regexp_matches(c{i}, '{_TELEFOON}')"
        vragen += [("SDM-403", naam, contact), ("SDM-405", naam, f"regexp_matches(c{i}, '{_POSTCODE_NUMMER}')")]
    uit = first_rows(ruw.con, [sql for _, _, sql in vragen], tabel="ruw")
    meldingen = []
    for (code, naam, _), (aantal, regels) in zip(vragen, uit, strict=True):
        if aantal:
            wat = (
                "e-mailadres of telefoonnummer in de tekst"
                if code == "SDM-403"
                else "postcode met huisnummer in de tekst"
            )
            herstel = "Haal dit uit de tekst, of zet in het schema vergroof: weg."
            meldingen.append(
                Melding(
                    code, wat, herstel, bestand=ruw.bestand, blad=ruw.blad, kolom=naam,
                    regels=tuple(regels[:MAX_VOORBEELDEN]), aantal=aantal,
                )
            )  # fmt: skip
    return meldingen


def named_columns(namen: Iterable[str]) -> list[str]:
    """The names that promise a citizen service number or contact details."""
    return [naam for naam in namen if plat(naam) in BSN_NAMEN | _CONTACT]
