"""Judge one delivery: everything that is wrong with it, and the typed table `t` when nothing blocks reading."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sdm_lib.errors import MAX_VOORBEELDEN, Melding
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.sources import kop, privacy, rules
from sdm_lib.sources.levering import Schema, Vragenlijst
from sdm_lib.sources.ruw import RIJ, Ruw, count, ident, literal
from sdm_lib.sources.typen import Conditie, Getypeerd, counts, first_rows, make_t, make_x, typed

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
    condities = [*_own_conditions(schema, vragenlijst, kolommen), *_expired(schema, koppeling.plaats, kwartaal)]
    meldingen += _messages(ruw, condities, tabel="y")
    make_t(ruw, kolommen)
    omgeving = rules.Omgeving(schema, vragenlijst, kwartaal, frozenset(koppeling.plaats))
    meldingen += _messages(
        ruw, [*_weight(schema, vragenlijst, koppeling.plaats), *rules.conditions(omgeving)], tabel="t"
    )
    meldingen += _doubles(ruw, schema, koppeling.plaats)
    rijen = count(ruw.con, "true", tabel="t")
    return Oordeel(tuple(meldingen), tuple(kolommen), rijen, fictief, sleutel_id)


def _own_conditions(schema: Schema, vragenlijst: Vragenlijst | None, kolommen: Sequence[Getypeerd]) -> list[Conditie]:
    gewicht = weight_column(schema, vragenlijst)
    return [c for kolom in kolommen for c in kolom.condities if not (kolom.naam == gewicht and c.code == "SDM-320")]


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
    leeg = " AND ".join(f"coalesce(trim(c{i}), '') = ''" for i in range(len(ruw.namen)))
    aantal = count(ruw.con, leeg)
    meldingen = []
    if aantal:
        ruw.con.execute(f"DELETE FROM ruw WHERE {leeg}")
        meldingen.append(_left_out(ruw, "SDM-368", f"{aantal} lege regels overgeslagen", ()))
    slot = _closing_rows(ruw, schema, plaats)
    if slot:
        ruw.con.execute(f"DELETE FROM ruw WHERE {RIJ} IN ({', '.join(map(str, slot))})")
        meldingen.append(_left_out(ruw, "SDM-367", "totalen of voetnoten onder de gegevens overgeslagen", slot))
    return meldingen


def _closing_rows(ruw: Ruw, schema: Schema, plaats: dict[str, int]) -> tuple[int, ...]:
    """Rows at the end that are no records: a total, or a text in the first column alone."""
    if not schema.kolommen or not plaats:
        return ()
    velden = ", ".join(f"c{i}" for i in range(len(ruw.namen)))
    rijen = ruw.con.execute(f"SELECT {RIJ}, {velden} FROM ruw ORDER BY {RIJ} DESC LIMIT {STAART}").fetchall()
    codes = {code.casefold() for kolom in schema.kolommen.values() for code in kolom.codes}
    slot: list[int] = []
    for nummer, *cellen in rijen:
        if not _closes([(cel or "").strip() for cel in cellen], codes):
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
    uit = first_rows(ruw.con, [f"coalesce(trim(c{i}), '') != ''" for i in naamloos], tabel="ruw")
    return [
        Melding(
            "SDM-315",
            f"kolom {i + 1} heeft geen naam en wel waarden",
            "Geef de kolom een naam, of maak haar leeg.",
            bestand=ruw.bestand,
            blad=ruw.blad,
            regels=tuple(regels),
            aantal=aantal,
            waarom="De kolommen kunnen verschoven zijn.",
        )
        for i, (aantal, regels) in zip(naamloos, uit, strict=True)
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
    namen = [naam for naam in plaats if schema.kolommen[naam].ontbrekend]
    teksten = {naam: ", ".join(literal(tekst) for tekst in schema.kolommen[naam].ontbrekend) for naam in namen}
    aantallen = counts(ruw.con, [f"trim(c{plaats[naam]}) IN ({teksten[naam]})" for naam in namen], tabel="ruw")
    return [
        dataclasses.replace(
            _left_out(ruw, "SDM-369", f"{aantal} ontbrekend gemelde waarden leeg gemaakt", ()), kolom=naam
        )
        for naam, aantal in zip(namen, aantallen, strict=True)
        if aantal
    ]


def _empty_columns(ruw: Ruw, schema: Schema, plaats: dict[str, int]) -> list[Melding]:
    """A column that nobody filled is more often a failed export than a fact."""
    namen = [naam for naam in plaats if not schema.kolommen[naam].verplicht]
    gevuld = counts(ruw.con, [f"{ident(naam)} IS NOT NULL" for naam in namen], tabel="x")
    return [
        Melding(
            "SDM-338", "deze kolom is helemaal leeg", "Vraag de leverancier of de export volledig is.",
            bestand=ruw.bestand, blad=ruw.blad, kolom=naam, ernst="waarschuwing",
        )
        for naam, aantal in zip(namen, gevuld, strict=True)
        if not aantal
    ]  # fmt: skip


def _expired(schema: Schema, plaats: dict[str, int], kwartaal: Kwartaal | None) -> list[Conditie]:
    """Codes of a list that do not hold in the year of the delivery."""
    if kwartaal is None:
        return []
    condities = []
    for naam in plaats:
        oud = [code for code, jaren in schema.kolommen[naam].geldig.items() if not jaren.omvat(kwartaal.jaar)]
        if oud:
            sql = f"{ident(naam + '.w')} IN ({', '.join(literal(code) for code in oud)})"
            wat = f"code die in {kwartaal.jaar} niet geldt"
            herstel = "Gebruik de code van dat jaar, of pas geldig in het schema aan."
            condities.append(Conditie("SDM-336", sql, wat, herstel, naam))
    return condities


def _marker(ruw: Ruw, merk: int | None) -> tuple[bool, list[Melding]]:
    if merk is None:
        return False, []
    ((ja, eerste),) = first_rows(ruw.con, [f"coalesce(trim(c{merk}), '') != 'ja'"], tabel="ruw")
    if not ja:
        return True, []
    melding = Melding(
        "SDM-330",
        "niet elke regel is als fictief gemerkt",
        "Lever fictieve en echte gegevens apart.",
        bestand=ruw.bestand,
        blad=ruw.blad,
        kolom="fictief",
        regels=tuple(eerste),
        aantal=ja,
        waarom="Een rapport mag niet half over verzonnen personen gaan.",
    )
    return True, [melding]


def _key_id(ruw: Ruw, plaats: int | None) -> tuple[str, list[Melding]]:
    """Which key made the pseudonyms; two keys in one file make one person two."""
    if plaats is None:
        return "", []
    ids = [str(rij[0]) for rij in ruw.con.execute(f"SELECT DISTINCT c{plaats} FROM ruw ORDER BY 1 LIMIT 2").fetchall()]
    if len(ids) == 1:
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


def _messages(ruw: Ruw, condities: Sequence[Conditie], *, tabel: str) -> list[Melding]:
    uit = first_rows(ruw.con, [conditie.sql for conditie in condities], tabel=tabel)
    return [
        Melding(
            conditie.code,
            conditie.wat,
            conditie.herstel,
            bestand=ruw.bestand,
            blad=ruw.blad,
            kolom=conditie.kolom,
            regels=tuple(regels),
            aantal=aantal,
            waarom=conditie.waarom,
            ernst="waarschuwing" if conditie.ernst == "waarschuwing" else "fout",
        )
        for conditie, (aantal, regels) in zip(condities, uit, strict=True)
        if aantal
    ]


def _doubles(ruw: Ruw, schema: Schema, plaats: dict[str, int]) -> list[Melding]:
    """Rows that are exactly the same, and rows that share a key but differ."""
    if not plaats:
        return []
    alles = [ident(naam) for naam in plaats]
    zelfde = _repeated(ruw, alles)
    meldingen = []
    if zelfde:
        ernst = "fout" if schema.sleutel else "waarschuwing"
        meldingen.append(_double("SDM-332", "deze regel staat er precies dubbel", ruw, schema, zelfde, ernst))
    if schema.sleutel and set(schema.sleutel) <= set(plaats):
        gelijk = _repeated(ruw, [ident(naam) for naam in schema.sleutel])
        if gelijk and gelijk[0] > (zelfde[0] if zelfde else 0):
            wat = f"dezelfde {', '.join(schema.sleutel)} komt vaker voor"
            meldingen.append(_double("SDM-331", wat, ruw, schema, gelijk, "fout"))
    return meldingen


def _repeated(ruw: Ruw, kolommen: Sequence[str]) -> tuple[int, tuple[int, ...]] | None:
    """How many rows repeat an earlier one in these columns, and the first of them."""
    groep = ", ".join(kolommen)
    dubbel = ruw.con.execute(f"SELECT count(*) FROM (SELECT 1 FROM t GROUP BY {groep} HAVING count(*) > 1)").fetchone()
    if not dubbel or not dubbel[0]:
        return None
    rij = ruw.con.execute(
        f"SELECT count(*), min({RIJ}, {MAX_VOORBEELDEN}) FROM "
        f"(SELECT {RIJ}, row_number() OVER (PARTITION BY {groep} ORDER BY {RIJ}) AS keer FROM t) WHERE keer > 1"
    ).fetchone()
    return (int(rij[0]), tuple(rij[1])) if rij else None


def _double(
    code: str, wat: str, ruw: Ruw, schema: Schema, gevonden: tuple[int, tuple[int, ...]], ernst: str
) -> Melding:
    return Melding(
        code,
        wat,
        "Verwijder wat dubbel is, of pas sleutel in het schema aan.",
        bestand=ruw.bestand,
        blad=ruw.blad,
        kolom=", ".join(schema.sleutel) if code == "SDM-331" else "",
        regels=gevonden[1],
        aantal=gevonden[0],
        waarom="Wat dubbel staat telt dubbel mee.",
        ernst="fout" if ernst == "fout" else "waarschuwing",
    )
