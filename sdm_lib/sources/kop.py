"""Find the header among the first rows, and the columns of the schema in it.

Title rows above the header and a second header row with merged cells are common in spreadsheets; the header is the
row that holds most of the schema's names. A row that holds too few is not a header: its cells may be personal data,
so they are never shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sdm_lib.errors import Melding, bedoelde_u
from sdm_lib.sources.levering import MERK, SLEUTEL, Schema
from sdm_lib.sources.ruw import plat

ZOEK_REGELS = 30  # rows among which the header is looked for


@dataclass(frozen=True, slots=True)
class Kop:
    """A header: its row (0-based, in the rows given), its names, and how many columns of the schema it holds."""

    rij: int
    namen: tuple[str, ...]
    score: int


def find(rijen: Sequence[Sequence[str]], schema: Schema) -> Kop:
    """The row that looks most like the header; the first of equals. `score` 0 when there is none."""
    gezocht = _spellings(schema)
    beste = Kop(-1, (), 0)
    for i, rij in enumerate(rijen[:ZOEK_REGELS]):
        kandidaten = [tuple(rij)]
        if i:
            kandidaten.append(_merged(rijen[i - 1], rij))
        for namen in kandidaten:
            score = len({gezocht[plat(naam)] for naam in namen if plat(naam) in gezocht})
            if score > beste.score:
                beste = Kop(i, namen, score)
    if beste.score * 3 < len(schema.kolommen):
        return Kop(-1, (), 0)
    breedte = max((i + 1 for i, naam in enumerate(beste.namen) if naam.strip()), default=0)
    return Kop(beste.rij, tuple(naam.strip().lstrip("\ufeff") for naam in beste.namen[:breedte]), beste.score)


def _spellings(schema: Schema) -> dict[str, str]:
    namen = {plat(alias): naam for naam, kolom in schema.kolommen.items() for alias in kolom.namen}
    return namen | {plat(naam): naam for naam in schema.kolommen}


def _merged(boven: Sequence[str], onder: Sequence[str]) -> tuple[str, ...]:
    """Two header rows as one: a merged cell above goes before the name below, and stands alone over an empty one."""
    namen: list[str] = []
    groep = ""
    for i, naam in enumerate(onder):
        eigen = boven[i].strip() if i < len(boven) else ""
        groep = eigen or groep
        namen.append(f"{groep} {naam}".strip() if naam.strip() else eigen)
    return tuple(namen)


@dataclass(frozen=True, slots=True)
class Koppeling:
    """Where each column of the schema lies in the file; absent optional columns are left out."""

    plaats: dict[str, int]
    merk: int | None
    sleutel: int | None
    buiten: tuple[str, ...]
    meldingen: tuple[Melding, ...]


def couple(namen: Sequence[str], schema: Schema, *, bestand: str, blad: str = "") -> Koppeling:
    """Match the names in a file with the schema: exactly, else by spelling, else by the names this party uses."""
    gezocht = _spellings(schema)
    plaatsen: dict[str, list[int]] = {}
    for i, naam in enumerate(namen):
        doel = naam if naam in schema.kolommen else gezocht.get(plat(naam), "")
        if doel:
            plaatsen.setdefault(doel, []).append(i)
    merk, sleutel = (_marker(namen, naam, schema) for naam in (MERK, SLEUTEL))
    bekend = {i for lijst in plaatsen.values() for i in lijst} | {merk, sleutel}
    buiten = tuple(naam for i, naam in enumerate(namen) if i not in bekend and naam)
    meldingen = [
        *_twice(namen, plaatsen, bestand, blad),
        *_absent(schema, plaatsen, buiten, bestand, blad),
        *_renamed(namen, plaatsen, bestand, blad),
    ]
    if buiten:
        meldingen.append(_outside(buiten, bestand, blad))
    return Koppeling({naam: lijst[0] for naam, lijst in plaatsen.items()}, merk, sleutel, buiten, tuple(meldingen))


def _marker(namen: Sequence[str], gezocht: str, schema: Schema) -> int | None:
    """Where a column stands that the kit itself adds to deliveries, unless the schema claims its name."""
    if gezocht in schema.kolommen:
        return None
    return next((i for i, naam in enumerate(namen) if plat(naam) == gezocht), None)


def _twice(namen: Sequence[str], plaatsen: dict[str, list[int]], bestand: str, blad: str) -> list[Melding]:
    dubbel = {naam: len(lijst) for naam, lijst in plaatsen.items() if len(lijst) > 1}
    aantallen = Counter(naam for naam in namen if naam)
    dubbel |= {naam: aantal for naam, aantal in aantallen.items() if aantal > 1 and naam not in dubbel}
    return [
        Melding(
            "SDM-311",
            f"deze kolom staat er {aantal} keer",
            "Verwijder of hernoem de kolom die niet bedoeld is.",
            bestand=bestand,
            blad=blad,
            kolom=naam,
            waarom="Welke van de twee telt is niet te zien.",
        )
        for naam, aantal in dubbel.items()
    ]


def _absent(
    schema: Schema, plaatsen: dict[str, list[int]], buiten: tuple[str, ...], bestand: str, blad: str
) -> list[Melding]:
    meldingen = []
    for naam, kolom in schema.kolommen.items():
        if naam in plaatsen:
            continue
        verder = f"Of zet in params/leveringen/{schema.levering}.yaml bij {naam}: namen: [naam in het bestand]"
        meldingen.append(
            Melding(
                "SDM-310",
                "deze kolom ontbreekt",
                f"{bedoelde_u(naam, buiten)} {verder}" if buiten else "Vraag de leverancier om deze kolom.",
                bestand=bestand,
                blad=blad,
                kolom=naam,
                ernst="fout" if kolom.aanwezig else "waarschuwing",
            )
        )
    return meldingen


def _renamed(namen: Sequence[str], plaatsen: dict[str, list[int]], bestand: str, blad: str) -> list[Melding]:
    return [
        Melding(
            "SDM-366",
            f"kolom '{namen[lijst[0]]}' gelezen als '{doel}'",
            "U hoeft niets te doen.",
            bestand=bestand,
            blad=blad,
            kolom=doel,
            ernst="hersteld",
        )
        for doel, lijst in plaatsen.items()
        if namen[lijst[0]] != doel
    ]


def _outside(buiten: tuple[str, ...], bestand: str, blad: str) -> Melding:
    getoond = ", ".join(buiten[:20]) + (f" en nog {len(buiten) - 20}" if len(buiten) > 20 else "")
    return Melding(
        "SDM-312",
        f"kolommen buiten het schema, niet gelezen en niet bewaard: {getoond}",
        "Neem op in het schema wat nodig is; vraag de leverancier de rest weg te laten.",
        bestand=bestand,
        blad=blad,
        ernst="hersteld",
    )
