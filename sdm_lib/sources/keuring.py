"""Judge one delivery: everything that is wrong with it, and the typed table `t` when nothing blocks reading."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sdm_lib.errors import Melding
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.sources import dubbel, kop, privacy, rules, woorden
from sdm_lib.sources.levering import Schema, Vragenlijst
from sdm_lib.sources.ruw import Ruw, ident, literal
from sdm_lib.sources.typen import Conditie, Gelezen, Getypeerd, first_rows, make_t, make_x, typed, values
from sdm_lib.sources.woorden import Rijen

_SLOT = r"(eind|sub)?tota(al|len)\b.*|total\b.*|som\b.*"
_VOET = r"(bron|noot|toelichting|peildatum|opmerking|\*|\d\)) ?[:. ].*"
STAART = 5  # rows at the end in which totals and footnotes are looked for


@dataclass(frozen=True, slots=True)
class Oordeel:
    """The outcome: messages, typed columns, number of rows, and whether the delivery says it is fictitious."""

    meldingen: tuple[Melding, ...]
    kolommen: tuple[Getypeerd, ...] = ()
    rijen: int = 0
    fictief: bool = False
    sleutel_id: str = ""

    @property
    def geblokkeerd(self) -> bool:
        """Whether something must be mended first."""
        return any(melding.ernst == "fout" for melding in self.meldingen)


def judge(ruw: Ruw, schema: Schema, *, vragenlijst: Vragenlijst | None, kwartaal: Kwartaal | None) -> Oordeel:
    """Check the table `ruw` against its schema; leaves the typed table `t` in the connection."""
    if not ruw.namen or not ruw.rijen:
        return Oordeel(ruw.meldingen)
    koppeling = kop.couple(ruw.namen, schema, bestand=ruw.bestand, blad=ruw.blad)
    meldingen = [*ruw.meldingen, *_tidy(ruw, schema, koppeling.plaats), *koppeling.meldingen]
    meldingen += privacy.problems(ruw, schema, koppeling.plaats)
    meldingen += [*_nameless(ruw), *_coarsened(ruw, schema, koppeling.plaats)]
    fictief, merkfout = _marker(ruw, koppeling.merk)
    sleutel_id, sleutelfout = _key_id(ruw, koppeling.sleutel)
    geen = (*vragenlijst.geen_antwoord, *vragenlijst.niet_van_toepassing) if vragenlijst else ()
    meldingen += _declared_missing(ruw, schema, koppeling.plaats)
    make_x(ruw, schema, koppeling.plaats, leeg_woorden=geen)
    meldingen += _empty_columns(ruw, schema, koppeling.plaats)
    kolommen = typed(ruw, schema, koppeling.plaats)
    meldingen += [*merkfout, *sleutelfout, *(melding for kolom in kolommen for melding in kolom.meldingen)]
    gelezen = _values(
        ruw, schema, kolommen, koppeling.plaats, kwartaal=kwartaal, gewicht=weight_column(schema, vragenlijst)
    )
    meldingen += _wrong_words(ruw, gelezen)
    make_t(ruw.con, gelezen)
    omgeving = rules.Omgeving(schema, vragenlijst, kwartaal, frozenset(koppeling.plaats))
    condities = [*_weight(schema, vragenlijst, koppeling.plaats), *rules.conditions(omgeving)]
    gevonden = first_rows(ruw.con, [conditie.sql for conditie in condities])
    meldingen += [_message(ruw, c, rijen) for c, rijen in zip(condities, gevonden, strict=True) if rijen[0]]
    meldingen += dubbel.problems(ruw, schema, tuple(koppeling.plaats))
    rij = ruw.con.execute("SELECT count(*) FROM t").fetchone()
    return Oordeel(tuple(meldingen), tuple(kolommen), rij[0] if rij else 0, fictief, sleutel_id)


def _values(
    ruw: Ruw,
    schema: Schema,
    kolommen: Sequence[Getypeerd],
    plaats: dict[str, int],
    *,
    kwartaal: Kwartaal | None,
    gewicht: str,
) -> dict[str, Gelezen]:
    """Per column what its words stand for. A weight that is missing is reported by its own rule."""
    uit = {}
    for kolom in kolommen:
        eigen = [c for c in kolom.condities if not (kolom.naam == gewicht and c.code == "SDM-320")]
        uit[kolom.naam] = values(ruw.con, kolom, plaats[kolom.naam], [*eigen, *_expired(kolom, kwartaal)])
    return uit


def _wrong_words(ruw: Ruw, gelezen: dict[str, Gelezen]) -> list[Melding]:
    """The messages about single values, with the rows that hold them."""
    verplicht = [kolom.k for kolom in gelezen.values() if any(c.code == "SDM-320" for c, _ in kolom.raak)]
    leeg = woorden.empties(ruw.con, verplicht)
    meldingen = []
    for kolom in gelezen.values():
        for conditie, nummers in kolom.raak:
            ook_leeg = conditie.code == "SDM-320" and leeg[kolom.k] > 0
            if len(nummers) or ook_leeg:
                rijen = woorden.rows(ruw.con, kolom.k, nummers, leeg=ook_leeg)
                meldingen += [_message(ruw, conditie, rijen)] if rijen[0] else []
    return meldingen


def _message(ruw: Ruw, conditie: Conditie, rijen: Rijen) -> Melding:
    return Melding(
        conditie.code,
        conditie.wat,
        conditie.herstel,
        bestand=ruw.bestand,
        blad=ruw.blad,
        kolom=conditie.kolom,
        regels=rijen[1],
        aantal=rijen[0],
        waarom=conditie.waarom,
        ernst="waarschuwing" if conditie.ernst == "waarschuwing" else "fout",
    )


def weight_column(schema: Schema, vragenlijst: Vragenlijst | None) -> str:
    """The column with weights: as the schema says, or `w0` in the delivery of a survey."""
    return schema.gewicht or ("w0" if vragenlijst and "w0" in schema.kolommen else "")


def _weight(schema: Schema, vragenlijst: Vragenlijst | None, plaats: dict[str, int]) -> list[Conditie]:
    gewicht = weight_column(schema, vragenlijst)
    if gewicht not in plaats:
        return []
    wat = "het gewicht ontbreekt of is niet groter dan nul"
    waarom = "Een respondent zonder gewicht verdwijnt uit elke schatting."
    herstel = "Vraag het gewicht na bij wie de steekproef trok."
    return [Conditie("SDM-337", f"coalesce({ident(gewicht)} <= 0, true)", wat, herstel, gewicht, waarom)]


def _tidy(ruw: Ruw, schema: Schema, plaats: dict[str, int]) -> list[Melding]:
    """Leave out rows without any value, and totals and footnotes below the data; both are reported."""
    meldingen = []
    leeg = _blank_rows(ruw)
    if leeg:
        ruw.con.execute(f"DELETE FROM codes WHERE {leeg}")
        aantal = ruw.rijen - _count(ruw)
        if aantal:
            meldingen.append(_left_out(ruw, "SDM-368", f"{aantal} lege regels overgeslagen", ()))
    slot = _closing_rows(ruw, schema, plaats)
    if slot:
        woorden.forget(ruw.con, slot, breedte=len(ruw.namen))
        meldingen.append(_left_out(ruw, "SDM-367", "totalen of voetnoten onder de gegevens overgeslagen", slot))
    return meldingen


def _count(ruw: Ruw) -> int:
    rij = ruw.con.execute("SELECT count(*) FROM codes").fetchone()
    return int(rij[0]) if rij else 0


def _blank_rows(ruw: Ruw) -> str:
    """SQL: the row holds blanks and nothing in every column; empty when some column is always filled."""
    alle = range(len(ruw.namen))
    wit = woorden.numbers(ruw.con, alle, "trim(v) = ''")
    niets = woorden.empties(ruw.con, alle)
    if any(not niets[k] and k not in wit for k in alle):
        return ""
    delen = [f"c{k} IN ({', '.join(map(str, wit[k]))})" if k in wit else "false" for k in alle]
    return " AND ".join(f"(c{k} IS NULL OR {deel})" for k, deel in zip(alle, delen, strict=True))


def _closing_rows(ruw: Ruw, schema: Schema, plaats: dict[str, int]) -> tuple[int, ...]:
    """Rows at the end that are no records: a total, or a text in the first column alone."""
    if not schema.kolommen or not plaats:
        return ()
    codes = {code.casefold() for kolom in schema.kolommen.values() for code in kolom.codes}
    slot: list[int] = []
    for nummer, cellen in woorden.last_rows(ruw.con, STAART, breedte=len(ruw.namen)):
        if not _closes(cellen, codes):
            break
        slot.append(nummer)
    return tuple(sorted(slot)) if len(slot) < ruw.rijen else ()


def _closes(cellen: Sequence[str], codes: set[str]) -> bool:
    eerste = next((cel for cel in cellen if cel), "").casefold()
    if eerste in codes:
        return False
    alleen = sum(bool(cel) for cel in cellen) == 1 and len(cellen) > 1
    leeg = sum(not cel for cel in cellen)
    totaal = re.fullmatch(_SLOT, eerste) is not None and (leeg > 0 or len(cellen) == 2)
    return totaal or (alleen and re.fullmatch(_VOET, eerste) is not None)


def _left_out(ruw: Ruw, code: str, wat: str, regels: tuple[int, ...]) -> Melding:
    return Melding(
        code, wat, "U hoeft niets te doen.", bestand=ruw.bestand, blad=ruw.blad, regels=regels, ernst="hersteld"
    )


def _nameless(ruw: Ruw) -> list[Melding]:
    """A column without a name that holds values: a shifted header, or a second table beside the first."""
    naamloos = [i for i, naam in enumerate(ruw.namen) if not naam]
    gevuld = woorden.numbers(ruw.con, naamloos, "trim(v) != ''")
    uit = {i: woorden.rows(ruw.con, i, nummers) for i, nummers in gevuld.items()}
    return [
        Melding(
            "SDM-315",
            f"kolom {i + 1} heeft geen naam en wel waarden",
            "Geef de kolom een naam, of maak haar leeg.",
            bestand=ruw.bestand,
            blad=ruw.blad,
            regels=regels,
            aantal=aantal,
            waarom="De kolommen kunnen verschoven zijn.",
        )
        for i, (aantal, regels) in sorted(uit.items())
        if aantal
    ]


def _coarsened(ruw: Ruw, schema: Schema, plaats: dict[str, int]) -> list[Melding]:
    wat = {
        "jaar": "alleen het jaar wordt bewaard",
        "postcode4": "alleen de vier cijfers worden bewaard",
        "postcode6": "alleen de postcode wordt bewaard",
        "weg": "deze kolom wordt niet bewaard",
    }
    return [
        Melding(
            "SDM-370", wat[vergroof], "U hoeft niets te doen.",
            bestand=ruw.bestand, blad=ruw.blad, kolom=naam, ernst="hersteld",
        )
        for naam in plaats
        if (vergroof := schema.kolommen[naam].vergroof)
    ]  # fmt: skip


def _declared_missing(ruw: Ruw, schema: Schema, plaats: dict[str, int]) -> list[Melding]:
    """Values that the schema declares missing, counted before they become empty."""
    meldingen = []
    for naam, k in plaats.items():
        if weg := schema.kolommen[naam].ontbrekend:
            nummers = woorden.numbers(ruw.con, [k], f"trim(v) IN ({', '.join(literal(tekst) for tekst in weg)})")
            aantal = woorden.rows(ruw.con, k, nummers[k])[0] if k in nummers else 0
            if aantal:
                melding = _left_out(ruw, "SDM-369", f"{aantal} ontbrekend gemelde waarden leeg gemaakt", ())
                meldingen.append(dataclasses.replace(melding, kolom=naam))
    return meldingen


def _empty_columns(ruw: Ruw, schema: Schema, plaats: dict[str, int]) -> list[Melding]:
    """A column that nobody filled is more often a failed export than a fact."""
    gevuld = {k for (k,) in ruw.con.execute("SELECT k FROM x GROUP BY k HAVING count(x) > 0").fetchall()}
    return [
        Melding(
            "SDM-338", "deze kolom is helemaal leeg", "Vraag de leverancier of de export volledig is.",
            bestand=ruw.bestand, blad=ruw.blad, kolom=naam, ernst="waarschuwing",
        )
        for naam, k in plaats.items()
        if not schema.kolommen[naam].verplicht and k not in gevuld
    ]  # fmt: skip


def _expired(getypeerd: Getypeerd, kwartaal: Kwartaal | None) -> list[Conditie]:
    """Codes of a list that do not hold in the year of the delivery."""
    jaar = kwartaal.jaar if kwartaal else 0
    oud = [code for code, jaren in getypeerd.kolom.geldig.items() if jaar and not jaren.omvat(jaar)]
    if not oud:
        return []
    sql = f"{ident(getypeerd.naam + '.w')} IN ({', '.join(literal(code) for code in oud)})"
    herstel = "Gebruik de code van dat jaar, of pas geldig in het schema aan."
    return [Conditie("SDM-336", sql, f"code die in {jaar} niet geldt", herstel, getypeerd.naam)]


def _marker(ruw: Ruw, merk: int | None) -> tuple[bool, list[Melding]]:
    if merk is None:
        return False, []
    anders = woorden.numbers(ruw.con, [merk], "coalesce(trim(v), '') != 'ja'")
    aantal, eerste = woorden.rows(ruw.con, merk, anders.get(merk, np.array([], dtype=np.int64)), leeg=True)
    if not aantal:
        return True, []
    melding = Melding(
        "SDM-330",
        "niet elke regel is als fictief gemerkt",
        "Lever fictieve en echte gegevens apart.",
        bestand=ruw.bestand,
        blad=ruw.blad,
        kolom="fictief",
        regels=eerste,
        aantal=aantal,
        waarom="Een rapport mag niet half over verzonnen personen gaan.",
    )
    return True, [melding]


def _key_id(ruw: Ruw, plaats: int | None) -> tuple[str, list[Melding]]:
    """Which key made the pseudonyms; two keys in one file make one person two."""
    if plaats is None:
        return "", []
    vraag = f"SELECT DISTINCT v FROM woorden WHERE k = {plaats} AND v IS NOT NULL ORDER BY 1 LIMIT 2"
    ids = [str(rij[0]) for rij in ruw.con.execute(vraag).fetchall()]
    if len(ids) == 1 and not woorden.empties(ruw.con, [plaats])[plaats]:
        return ids[0], []
    melding = Melding(
        "SDM-409",
        "pseudoniemen van meer dan een sleutel in een bestand",
        "Maak alle pseudoniemen van een project met dezelfde sleutel.",
        bestand=ruw.bestand,
        blad=ruw.blad,
        kolom="sleutel_id",
        waarom="Dezelfde persoon zou twee keer tellen.",
    )
    return "", [melding]
