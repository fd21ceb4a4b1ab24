"""Privacy at the door: no citizen service number enters, nor a column of names or contact details.

A column is one of citizen service numbers when its name says so, or when at least half of its values of eight or nine
digits pass the eleven test, over twenty or more of them. Random numbers pass once in eleven, so by chance that cannot
happen; but one date fills a whole column and may pass, so what reads as a date is left out. The test looks at every
column of a file, those outside the schema too.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sdm_lib.errors import Melding
from sdm_lib.sources.levering import Kolom, Schema
from sdm_lib.sources.ruw import Ruw, plat
from sdm_lib.sources.woorden import Tekst, matching, rows, rows_with

MINSTENS = 20  # values of eight or nine digits before a share says anything
AANDEEL = 0.5
KLEINSTE = 10_000_000  # of eight digits, a leading zero lost
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
_NUMMER = r"^[\s\pZ]*[0-9][0-9. -]*[\s\pZ]*$"
_DATUM = (  # eight digits that are a day of this century or the last, as one in seven hundred such numbers is
    r"^((19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])|(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])(19|20)\d\d)$"
)
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
    uit: np.ndarray[Any, np.dtype[np.bool_]] = (som % 11 == 0) & (n >= KLEINSTE) & (n < 1_000_000_000)
    return uit


def problems(ruw: Ruw, schema: Schema, plaats: dict[str, int]) -> list[Melding]:
    """Everything about persons that may not come in, over all columns of a delivery."""
    doel = {i: naam for naam, i in plaats.items()}
    verdacht = bsn_columns(ruw.tekst, range(len(ruw.namen)))
    meldingen = []
    for i, naam in enumerate(ruw.namen):
        if plat(naam) in BSN_NAMEN or i in verdacht:
            meldingen.append(_bsn(naam, ruw, schema.kolommen.get(doel.get(i, ""))))
        elif i in doel:
            meldingen += _by_name(doel[i], schema.kolommen[doel[i]], ruw)
    teksten = {naam: i for naam, i in plaats.items() if schema.kolommen[naam].soort == "tekst"}
    return meldingen + _contact_details(ruw, schema, teksten)


def bsn_columns(tekst: Tekst, kolommen: Iterable[int]) -> set[int]:
    """The columns whose values look like citizen service numbers."""
    return {k for k in kolommen if _mostly_bsn(tekst, k)}


def _mostly_bsn(tekst: Tekst, k: int) -> bool:
    """Whether enough of a column's values of eight or nine digits pass the eleven test; a row counts, not a word."""
    woorden = tekst.woorden[k]
    lang = pc.binary_length(woorden)
    # most words are too short or too long, or do not begin with a digit: what is dear is asked of the rest
    kort = pc.and_(pc.and_(pc.greater_equal(lang, 8), pc.less_equal(lang, 34)), pc.less(woorden, ":"))
    plaatsen = matching(kort)
    plaatsen = plaatsen[matching(pc.match_substring_regex(woorden.take(pa.array(plaatsen)), _NUMMER))]
    if not len(plaatsen):
        return False
    kaal = pc.utf8_trim_whitespace(woorden.take(pa.array(plaatsen)))
    kaal = pc.replace_substring_regex(pc.replace_substring_regex(kaal, r"\.0$", ""), "[. -]", "")
    cijfers = pc.and_not(pc.match_substring_regex(kaal, "^[0-9]{8,9}$"), pc.match_substring_regex(kaal, _DATUM))
    cijfers = pc.fill_null(cijfers, False)
    getallen = pc.cast(kaal.filter(cijfers), pa.int64()).to_numpy()
    nummers = plaatsen[np.asarray(cijfers)][getallen >= KLEINSTE]
    getallen = getallen[getallen >= KLEINSTE]
    alle = np.count_nonzero(rows_with(tekst, k, nummers))
    if alle < MINSTENS:
        return False
    goede = np.count_nonzero(rows_with(tekst, k, nummers[eleven_test(getallen)]))
    return bool(goede >= AANDEEL * alle)


def _bsn(naam: str, ruw: Ruw, kolom: Kolom | None) -> Melding:
    """The message about a column of citizen service numbers; what helps depends on what the schema makes of it."""
    if kolom is None:
        herstel = "Het schema vraagt deze kolom niet: haal haar uit het bestand, of laat sdm pseudonymise dat doen."
    elif kolom.soort == "persoonscode":
        herstel = "Vervang de kolom met: sdm pseudonymise."
    else:
        herstel = "Zet in het schema soort: persoonscode en vervang de kolom met: sdm pseudonymise."
    return Melding(
        "SDM-401",
        "deze kolom bevat burgerservicenummers",
        f"{herstel} Bewaar het origineel niet bij het project.",
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
    gevonden = [
        (k, code, wat, matching(pc.match_substring_regex(ruw.tekst.woorden[k], patroon)))
        for code, wat, patroon in (
            ("SDM-403", "e-mailadres of telefoonnummer in de tekst", f"{_EMAIL}|{_TELEFOON}"),
            ("SDM-405", "postcode met huisnummer in de tekst", _POSTCODE_NUMMER),
        )
        for k in namen
    ]
    meldingen = []
    for k, code, wat, nummers in sorted(gevonden, key=lambda vondst: vondst[:2]):
        aantal, regels = rows(ruw.tekst, k, nummers)
        herstel = "Haal dit uit de tekst, of zet in het schema vergroof: weg."
        if aantal:
            melding = Melding(code, wat, herstel, bestand=ruw.bestand, blad=ruw.blad, kolom=namen[k])
            meldingen.append(dataclasses.replace(melding, regels=regels, aantal=aantal))
    return meldingen


def named_columns(namen: Iterable[str]) -> list[str]:
    """The names that promise a citizen service number or contact details."""
    return [naam for naam in namen if plat(naam) in BSN_NAMEN | _CONTACT]
