"""Judge one delivery: everything that is wrong with it, and the typed table `t` when nothing blocks reading."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sdm_lib.errors import Melding
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.sources import codelijst, dubbel, kop, lees_csv, privacy, rules, woorden
from sdm_lib.sources.levering import Schema, Vragenlijst
from sdm_lib.sources.ruw import Ruw, ident, literal
from sdm_lib.sources.typen import Conditie, Gelezen, Getypeerd, Woorden, first_rows, make_t, typed, values, words
from sdm_lib.sources.woorden import Rijen

_SLOT = r"(eind|sub)?tota(al|len)\b.*|total\b.*|som\b.*"
_VOET = r"(bron|noot|toelichting|peildatum|opmerking|\*|\d\)) ?[:. ].*"
STAART = 5  # rows at the end in which totals and footnotes are looked for


def _no_rows() -> pa.Table:
    return pa.table({})


@dataclass(frozen=True, slots=True)
class Oordeel:
    """The outcome: messages, typed columns, the rows with their values, and whether the delivery is fictitious."""

    meldingen: tuple[Melding, ...]
    kolommen: tuple[Getypeerd, ...] = ()
    tabel: pa.Table = field(default_factory=_no_rows)
    fictief: bool = False
    sleutel_id: str = ""

    @property
    def rijen(self) -> int:
        """The number of rows."""
        return len(self.tabel)

    @property
    def geblokkeerd(self) -> bool:
        """Whether something must be mended first."""
        return any(melding.ernst == "fout" for melding in self.meldingen)


def judge(ruw: Ruw, schema: Schema, *, vragenlijst: Vragenlijst | None, kwartaal: Kwartaal | None) -> Oordeel:
    """Check the table `ruw` against its schema; leaves the typed table `t` in the connection."""
    if not ruw.namen or not ruw.rijen:
        return Oordeel(ruw.meldingen)
    koppeling = kop.couple(ruw.namen, schema, bestand=ruw.bestand, blad=ruw.blad)
    plaats = koppeling.plaats
    meldingen = [*ruw.meldingen]
    ruw, opgeruimd = _tidy(ruw, schema, plaats)
    meldingen += [*opgeruimd, *koppeling.meldingen, *privacy.problems(ruw, schema, plaats)]
    meldingen += [*_nameless(ruw), *_coarsened(ruw, schema, plaats)]
    fictief, merkfout = _marker(ruw, koppeling.merk)
    sleutel_id, sleutelfout = _key_id(ruw, koppeling.sleutel)
    geen = (*vragenlijst.geen_antwoord, *vragenlijst.niet_van_toepassing) if vragenlijst else ()
    x = words(ruw, schema, plaats, leeg_woorden=geen)
    meldingen += [*_declared_missing(ruw, schema, plaats), *_empty_columns(ruw, schema, x)]
    hersteld = {naam: codelijst.restore(ruw.tekst, schema, naam, woord, plaats[naam]) for naam, woord in x.items()}
    x = {naam: woord for naam, (woord, _) in hersteld.items()}
    kolommen = typed(ruw, schema, plaats, x)
    meldingen += [*merkfout, *sleutelfout]
    over_kolommen = [m for kolom in kolommen for m in (*kolom.meldingen, *hersteld[kolom.naam][1])]
    meldingen += [dataclasses.replace(melding, bestand=ruw.bestand, blad=ruw.blad) for melding in over_kolommen]
    gewicht = weight_column(schema, vragenlijst)
    leverjaar = None if schema.jaarkolom else kwartaal  # a row with a year of its own is judged by that
    gelezen = {k.naam: values(ruw.con, k, x[k.naam], plaats[k.naam], _own(k, gewicht, leverjaar)) for k in kolommen}
    meldingen += _wrong_words(ruw, gelezen)
    tabel = make_t(ruw, gelezen)
    omgeving = rules.Omgeving(schema, vragenlijst, kwartaal, frozenset(plaats))
    condities = [*_weight(gewicht, plaats), *rules.conditions(omgeving)]
    gevonden = first_rows(ruw.con, [conditie.sql for conditie in condities])
    meldingen += [_message(ruw, c, raak) for c, raak in zip(condities, gevonden, strict=True) if raak[0]]
    meldingen += dubbel.problems(ruw, schema, tuple(plaats))
    return Oordeel(tuple(meldingen), tuple(kolommen), tabel, fictief, sleutel_id)


def _own(kolom: Getypeerd, gewicht: str, kwartaal: Kwartaal | None) -> list[Conditie]:
    """What can be wrong with a word of a column. A weight that is missing is reported by its own rule."""
    eigen = [c for c in kolom.condities if not (kolom.naam == gewicht and c.code == "SDM-320")]
    return [*eigen, *_expired(kolom, kwartaal)]


def _wrong_words(ruw: Ruw, gelezen: dict[str, Gelezen]) -> list[Melding]:
    """The messages about single values, with the rows that hold them."""
    meldingen = []
    for kolom in gelezen.values():
        for conditie, nummers in kolom.raak:
            rijen = woorden.rows(ruw.tekst, kolom.k, nummers, leeg=conditie.code == "SDM-320")
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


def _weight(gewicht: str, plaats: dict[str, int]) -> list[Conditie]:
    if gewicht not in plaats:
        return []
    wat = "het gewicht ontbreekt of is niet groter dan nul"
    waarom = "Een respondent zonder gewicht verdwijnt uit elke schatting."
    herstel = "Vraag het gewicht na bij wie de steekproef trok."
    return [Conditie("SDM-337", f"coalesce({ident(gewicht)} <= 0, true)", wat, herstel, gewicht, waarom)]


def _tidy(ruw: Ruw, schema: Schema, plaats: dict[str, int]) -> tuple[Ruw, list[Melding]]:
    """Leave out rows without any value, and totals and footnotes below the data; both are reported."""
    meldingen = []
    leeg = _blank_rows(ruw)
    if aantal := int(np.count_nonzero(leeg)):
        ruw = dataclasses.replace(ruw, tekst=woorden.keep(ruw.tekst, ~leeg))
        meldingen.append(_left_out(ruw, "SDM-368", lees_csv.blank_lines(aantal), ()))
    slot = _closing_rows(ruw, schema, plaats)
    if slot:
        ruw = dataclasses.replace(ruw, tekst=woorden.forget(ruw.tekst, slot))
        meldingen.append(_left_out(ruw, "SDM-367", "totalen of voetnoten onder de gegevens overgeslagen", slot))
    return ruw, meldingen


def _blank_rows(ruw: Ruw) -> woorden.Masker:
    """Which rows hold blanks or nothing in every column; most files have a column that is always filled."""
    leeg = np.ones(ruw.rijen, dtype=np.bool_)
    for k, lijst in enumerate(ruw.tekst.woorden):
        if not leeg.any():
            break
        leeg &= woorden.rows_with(ruw.tekst, k, np.flatnonzero(woorden.blank(lijst)), leeg=True)
    return leeg


def _closing_rows(ruw: Ruw, schema: Schema, plaats: dict[str, int]) -> tuple[int, ...]:
    """Rows at the end that are no records: a total, or a text in the first column alone."""
    if not schema.kolommen or not plaats:
        return ()
    codes = {code.casefold() for kolom in schema.kolommen.values() for code in kolom.codes}
    slot: list[int] = []
    for nummer, cellen in woorden.last_rows(ruw.tekst, STAART):
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
    naamloos = [k for k, naam in enumerate(ruw.namen) if not naam]
    gevuld = {k: np.flatnonzero(~woorden.blank(ruw.tekst.woorden[k])) for k in naamloos}
    uit = {k: woorden.rows(ruw.tekst, k, nummers) for k, nummers in gevuld.items()}
    return [
        Melding(
            "SDM-315",
            f"kolom {k + 1} heeft geen naam en wel waarden",
            "Geef de kolom een naam, of maak haar leeg.",
            bestand=ruw.bestand,
            blad=ruw.blad,
            regels=regels,
            aantal=aantal,
            waarom="De kolommen kunnen verschoven zijn.",
        )
        for k, (aantal, regels) in uit.items()
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
            kaal = pc.utf8_trim(ruw.tekst.woorden[k], " ")
            nummers = woorden.matching(pc.is_in(kaal, pa.array(weg, pa.string())))
            if aantal := woorden.rows(ruw.tekst, k, nummers)[0]:
                melding = _left_out(ruw, "SDM-369", f"{aantal} ontbrekend gemelde waarden leeg gemaakt", ())
                meldingen.append(dataclasses.replace(melding, kolom=naam))
    return meldingen


def _empty_columns(ruw: Ruw, schema: Schema, x: Woorden) -> list[Melding]:
    """A column that nobody filled is more often a failed export than a fact."""
    return [
        Melding(
            "SDM-338", "deze kolom is helemaal leeg", "Vraag de leverancier of de export volledig is.",
            bestand=ruw.bestand, blad=ruw.blad, kolom=naam, ernst="waarschuwing",
        )
        for naam, woord in x.items()
        if not schema.kolommen[naam].verplicht and woord.null_count == len(woord)
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
    kaal = pc.utf8_trim(ruw.tekst.woorden[merk], " ")
    anders = woorden.matching(pc.fill_null(pc.not_equal(kaal, "ja"), True))
    aantal, eerste = woorden.rows(ruw.tekst, merk, anders, leeg=True)
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
    ids = ruw.tekst.woorden[plaats].unique().drop_null().to_pylist()
    if len(ids) == 1 and not ruw.tekst.codes[plaats].null_count:
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
