"""A clean example of any shipped delivery, and one wrong row for each of its rules, made from the schema's own words.

What a rule forbids is worked out here from what the rule means, not from how the kit checks it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat

from sdm_lib import sources
from sdm_lib.sources import Kolom, Regel, Schema, Vragenlijst

Rij = dict[str, str]
JAAR = 2015
AANTAL = 4
DAGEN = {
    "datum_aanmelding": "2015-01-05", "beoogd_begin": "2015-02-01", "begin": "2015-02-03",
    "contract_begin": "2015-01-01",
    "beoogd_einde": "2015-05-31", "einde": "2015-05-20", "contract_einde": "2015-12-31", "geboortedatum": "2001-04-01",
    "overdracht_uit": "2015-04-01", "overdracht_in": "2015-03-01",
}  # fmt: skip
# values that belong together, where the first code of each list would not
VAST: dict[str, Rij] = {
    "register": {"geboortejaar": "1960", "voorziening": "begeleiding", "wet": "wmo", "intensiteit": "4",
                 "eenheid": "uren_week"},
    "wmo_voorzieningen": {"geboortejaar": "1960", "intensiteit": "4"},
    "participatie_voorzieningen": {"geboortejaar": "1980"},
    "vektis": {"verzekerden": "1000", "gebruikers": "100", "mannen": "40", "vrouwen": "60"},
    "algemene_voorzieningen": {"bezoekers": "50", "waarvan_nieuw": "10", "contacten": "120"},
    "jeugdhulp": {"postcode": "1315 AB"},
    "jeugdbescherming": {"maatregel": "ots", "soort_maatregel": "bescherming"},
    "clientervaring_jeugd": {"leeftijd": "12-17", "versie": "ouders"},
    "professionals": {"casussen_meer": "9", "casussen_een_plan": "4"},
    "leveringsbrief": {"controlekolom": "aantal"},
}  # fmt: skip


def vragenlijst(schema: Schema) -> Vragenlijst | None:
    return sources.load_vragenlijst(schema.vragenlijst) if schema.vragenlijst else None


def clean(schema: Schema) -> list[Rij]:
    """A few rows in which everything is filled and nothing is wrong."""
    kolommen = {naam: kolom for naam, kolom in schema.kolommen.items() if not kolom.niveau or _codes(schema, kolom)}
    rijen = [{naam: _value(schema, naam, kolom, i) for naam, kolom in kolommen.items()} for i in range(AANTAL)]
    lijst = vragenlijst(schema)
    for i, rij in enumerate(rijen):
        rij |= VAST.get(schema.levering, {})
        if schema.sleutel and not any(schema.kolommen[k].soort == "persoonscode" for k in schema.sleutel):
            _distinct(schema, rij, i)
        for naam, item in (lijst.items if lijst else {}).items():
            rij |= {vraag: antwoorden[0] for vraag, antwoorden in item.filter.items() if rij[naam]}
    return rijen


def jaar_van(schema: Schema) -> int:
    """The year of an example: that of all others, unless its key is an area of a level that came later."""
    [eerste, *rest] = schema.sleutel or [""]
    niveau = schema.kolommen[eerste].niveau if eerste and not rest else None
    return JAAR if niveau is None or sources.gebieden().geldende_codes(JAAR, niveau=niveau) else 2022


def _codes(schema: Schema, kolom: Kolom) -> tuple[str, ...]:
    """The codes of a column; of a level of areas those of the year of the example."""
    if kolom.codes or not (kolom.indeling or kolom.niveau):
        return kolom.codes
    areas = sources.gebieden()
    if kolom.indeling:
        return areas.codes_van(kolom.indeling)
    return areas.geldende_codes(jaar_van(schema), niveau=kolom.niveau or "")


def _value(schema: Schema, naam: str, kolom: Kolom, i: int) -> str:
    if kolom.soort == "persoonscode":
        return f"{naam[:4].encode().hex()}{i:08x}"
    if codes := _codes(schema, kolom):
        geldig = [code for code in codes if code not in kolom.geldig or kolom.geldig[code].omvat(JAAR)]
        item = naam in (lijst.items if (lijst := vragenlijst(schema)) else {})
        return geldig[(i + list(schema.kolommen).index(naam)) % 2] if item else geldig[0]
    if kolom.soort == "datum":
        return DAGEN.get(naam, "2015-04-01")
    if kolom.soort in ("geheel", "getal"):
        return str(int(max(kolom.min or 1, 1))) if naam != "jaar" else str(JAAR)
    return "10.00" if kolom.soort == "bedrag" else "A01"


def _distinct(schema: Schema, rij: Rij, i: int) -> None:
    """Give a row of counts a key of its own."""
    for naam in reversed(schema.sleutel):
        kolom = schema.kolommen[naam]
        codes = _codes(schema, kolom)
        free = naam in rij and naam not in VAST.get(schema.levering, {}) and naam not in _grouped(schema)
        if free and len(codes) >= AANTAL:
            rij[naam] = codes[i]
            return
        if kolom.soort in ("tekst", "datum"):
            rij[naam] = f"2015-04-0{i + 1}" if kolom.soort == "datum" else f"A0{i + 1}"
            return
    raise ValueError(f"no key to vary in {schema.levering}")


def _grouped(schema: Schema) -> set[str]:
    return {kolom for regel in schema.regels if regel.regel == "hoort_bij" for kolom in regel.kolommen}


# -- files -------------------------------------------------------------------------------------------------------------


def write(folder: Path, schema: Schema, rijen: list[Rij]) -> None:
    """Write rows in the form that the schema asks."""
    folder.mkdir(parents=True, exist_ok=True)
    _WRITERS[schema.vorm](folder / schema.bestand, schema, rijen)


def _csv(path: Path, schema: Schema, rijen: list[Rij]) -> None:
    regels = [";".join(rijen[0]), *(";".join(rij.values()) for rij in rijen)]
    path.write_text("\n".join(regels) + "\n", encoding="utf-8")


def _xlsx(path: Path, schema: Schema, rijen: list[Rij]) -> None:
    boek = openpyxl.Workbook()
    assert boek.active is not None
    boek.active.title = schema.blad or "cijfers"
    for _ in range((schema.kop_regel or 1) - 1):
        boek.active.append(["Een titel"])
    boek.active.append(list(rijen[0]))
    for rij in rijen:
        boek.active.append([cel or None for cel in rij.values()])
    boek.save(path)


def _parquet(path: Path, schema: Schema, rijen: list[Rij]) -> None:
    kolommen = {naam: [rij[naam] or None for rij in rijen] for naam in rijen[0]}
    pq.write_table(pa.table({naam: pa.array(cellen, pa.string()) for naam, cellen in kolommen.items()}), path)


def _sav(path: Path, schema: Schema, rijen: list[Rij]) -> None:
    lijst = vragenlijst(schema)
    data = {}
    for naam in rijen[0]:
        kolom, cellen = schema.kolommen[naam], [rij[naam] for rij in rijen]
        item = lijst.items.get(naam) if lijst else None
        nummers = {woord: code for code, woord in lijst.schalen[item.schaal].spss.items()} if lijst and item else {}
        if nummers or kolom.soort in ("geheel", "getal"):
            data[naam] = [float(nummers.get(cel, cel)) if cel else float("nan") for cel in cellen]
        else:
            data[naam] = cellen
    pyreadstat.write_sav(pd.DataFrame(data), str(path))


_WRITERS: dict[str, Callable[[Path, Schema, list[Rij]], None]] = {
    "csv": _csv, "xlsx": _xlsx, "parquet": _parquet, "sav": _sav,
}  # fmt: skip


def first_line(schema: Schema) -> int:
    """The row number of the first record, as a message counts it."""
    return {"csv": 2, "xlsx": (schema.kop_regel or 1) + 1}.get(schema.vorm, 1)


# -- one wrong row for each rule ---------------------------------------------------------------------------------------


def violate(schema: Schema, regel: Regel, rijen: list[Rij]) -> list[Rij]:
    """Rows of which the first (for an overlap the last) breaks this rule."""
    uit = copy.deepcopy(rijen)
    if regel.regel != "hoort_bij":
        uit[0] |= {kolom: waarden[0] for kolom, waarden in regel.waarden.items()}
    if regel.regel == "overlap":
        return [*uit, {**uit[0], regel.kolommen[-2]: "2015-02-10"}]
    uit[0] |= _BROKEN[regel.regel](schema, regel, uit[0])
    return uit


def _late(schema: Schema, regel: Regel, rij: Rij) -> Rij:
    return {regel.kolommen[0]: "2015-07-01"}


def _swapped(schema: Schema, regel: Regel, rij: Rij) -> Rij:
    eerst, dan = regel.kolommen
    if schema.kolommen[eerst].soort == "datum":
        return {eerst: "2015-06-02", dan: "2015-06-01"}
    return {eerst: "9", dan: "8"}


def _elsewhere(schema: Schema, regel: Regel, rij: Rij) -> Rij:
    waarde, groep = regel.kolommen
    vreemd = [code for code in schema.kolommen[waarde].codes if code not in regel.waarden[rij[groep]]]
    return {waarde: vreemd[0]}


def _other_code(schema: Schema, regel: Regel, rij: Rij) -> Rij:
    (kolom,) = regel.kolommen
    return {kolom: next(code for code in schema.kolommen[kolom].codes if code not in regel.waarden[kolom])}


def _too_high(schema: Schema, regel: Regel, rij: Rij) -> Rij:
    eenheid, grens = next(iter(regel.grenzen.items()))
    return dict(zip(regel.kolommen, (str(int(grens) + 1), eenheid), strict=True))


def _far(schema: Schema, regel: Regel, rij: Rij) -> Rij:
    eerst, dan = regel.kolommen
    dag = date.fromisoformat(rij[dan]) - timedelta(days=int(regel.grens or 0) + 1)
    return {eerst: dag.isoformat()}


def _not_answered(schema: Schema, regel: Regel, rij: Rij) -> Rij:
    return {
        kolom: next(code for code in schema.kolommen[kolom].codes if code not in waarden)
        for kolom, waarden in regel.waarden.items()
    }


def _born(jaren: Callable[[float], int]) -> Callable[[Schema, Regel, Rij], Rij]:
    def born(schema: Schema, regel: Regel, rij: Rij) -> Rij:
        geboren, dag = regel.kolommen
        jaar = date.fromisoformat(rij[dag]).year - jaren(regel.grens or 0)
        return {geboren: f"{jaar}-01-01" if schema.kolommen[geboren].soort == "datum" else str(jaar)}

    return born


def _straight(schema: Schema, regel: Regel, rij: Rij) -> Rij:
    return dict.fromkeys(regel.kolommen, "eens")


_BROKEN: dict[str, Callable[[Schema, Regel, Rij], Rij]] = {
    "volgorde": _swapped,
    "samen_gevuld": lambda schema, regel, rij: {regel.kolommen[1]: ""},
    "niet_na_kwartaal": _late,
    "hoort_bij": _elsewhere,
    "alleen": _other_code,
    "aannemelijk": _too_high,
    "dichtbij": _far,
    "leeg_tenzij": _not_answered,
    "leeftijd_hoogstens": _born(lambda grens: int(grens) + 1),
    "leeftijd_minstens": _born(lambda grens: int(grens) - 1),
    "jaren_hoogstens": _born(lambda grens: int(grens) + 2),
    "jaren_minstens": _born(lambda grens: int(grens) - 1),
    "rechtlijnig": _straight,
    "telt_op": lambda schema, regel, rij: {regel.kolommen[0]: str(int(rij[regel.kolommen[0]]) + 500)},
    "gevuld_als": lambda schema, regel, rij: dict.fromkeys(regel.kolommen, ""),
    "komt_voor_in": lambda schema, regel, rij: dict.fromkeys(regel.kolommen, "ZZZ"),
}


def many(schema: Schema, rijen: list[Rij], keer: int) -> list[Rij]:
    """The rows again and again, each time about others."""
    persoon = next(naam for naam, kolom in schema.kolommen.items() if kolom.soort == "persoonscode")
    return [{**rij, persoon: f"{rij[persoon]}{k:04x}"} for k in range(keer) for rij in rijen]
