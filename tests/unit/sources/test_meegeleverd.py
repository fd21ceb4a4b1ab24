"""Every shipped schema reads a clean example without a word, and finds one violation of each of its rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdm_lib import sources
from sdm_lib.errors import Melding
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.sources import Regel
from tests.unit.sources.proeflevering import JAAR, clean, first_line, jaar_van, many, violate, vragenlijst, write

NAMEN = sources.schema_names()
REGELS = [(naam, i) for naam in NAMEN for i in range(len(sources.load_schema(naam).regels))]
PARTIJEN = {
    "register", "wmo_voorzieningen", "participatie_voorzieningen", "jeugdhulp", "jeugdbescherming", "aanbieders",
    "algemene_voorzieningen", "vektis", "grootboek", "bewoners", "professionals", "clienten", "clientervaring_wmo",
    "clientervaring_jeugd", "bevolking", "huishoudens", "wijkteambezoekers", "leveringsbrief",
}  # fmt: skip


@pytest.fixture
def levering(tmp_path: Path) -> Path:
    """A folder of a quarter, with the list of providers that others look at."""
    folder = tmp_path / "2015K2"
    write(folder, schema := sources.load_schema("aanbieders"), clean(schema))
    return folder


def _place(levering: Path, naam: str) -> Path:
    """The folder that a delivery of this kind lies in: a later one when it did not exist in the year of the others."""
    jaar = jaar_van(sources.load_schema(naam))
    return levering if jaar == JAAR else levering.parent / f"{jaar}K2"


def _problems(folder: Path, naam: str) -> list[Melding]:
    return [melding for melding in sources.check(folder, [naam]) if melding.ernst != "hersteld"]


def test_there_is_a_schema_for_every_party():
    assert set(NAMEN) >= PARTIJEN


@pytest.mark.parametrize("naam", NAMEN)
def test_a_clean_example_is_read_without_a_word(naam: str, levering: Path):
    schema, levering = sources.load_schema(naam), _place(levering, naam)
    write(levering, schema, clean(schema))
    assert [str(melding) for melding in _problems(levering, naam)] == []
    assert sources.read(naam, folder=levering).rijen == 4


@pytest.mark.parametrize(("naam", "i"), REGELS, ids=lambda deel: str(deel))
def test_each_rule_finds_its_violation_and_says_why(naam: str, i: int, levering: Path):
    schema = sources.load_schema(naam)
    regel = schema.regels[i]
    if regel.regel == "sprong":
        write(levering.parent / "2015K1", schema, many(schema, clean(schema), 50))
        write(levering, schema, clean(schema))
    else:
        write(levering, schema, violate(schema, regel, clean(schema)))
    gevonden = [m for m in _problems(levering, naam) if m.code == regel.code and m.ernst == regel.ernst]
    assert gevonden, [str(melding) for melding in _problems(levering, naam)]
    assert regel.waarom in {melding.waarom for melding in gevonden}
    if regel.regel != "sprong":
        rij = first_line(schema) + (4 if regel.regel == "overlap" else 0)
        assert rij in {nummer for melding in gevonden for nummer in melding.regels}
    assert all(", ".join(regel.kolommen) in melding.kolom for melding in gevonden if melding.waarom == regel.waarom)


@pytest.mark.parametrize("naam", NAMEN)
def test_rules_say_why_and_where_they_come_from(naam: str):
    for regel in sources.load_schema(naam).regels:
        assert regel.waarom.endswith("."), regel
        assert regel.herkomst, regel
        assert regel.code in sources.uitleg(), regel


@pytest.mark.parametrize("naam", NAMEN)
def test_every_column_has_a_label_and_every_number_a_unit(naam: str):
    schema = sources.load_schema(naam)
    assert schema.toelichting
    for kolom, soort in schema.kolommen.items():
        assert soort.label, kolom
        assert soort.meeteenheid or soort.soort not in ("geheel", "getal", "bedrag"), kolom
        assert soort.soort != "persoonscode" or kolom in schema.persoonlijk, kolom


def _with(sleutel: str) -> list[tuple[str, str]]:
    """Columns of which the schema says this, as (schema, column)."""
    leeg = (None, {}, ())
    return [
        (n, k)
        for n in NAMEN
        for k, kolom in sources.load_schema(n).kolommen.items()
        if getattr(kolom, sleutel) not in leeg
    ]


def _broken(levering: Path, naam: str, kolom: str, waarde: str) -> list[Melding]:
    schema, levering = sources.load_schema(naam), _place(levering, naam)
    rijen = clean(schema)
    rijen[0][kolom] = waarde
    write(levering, schema, rijen)
    return [melding for melding in _problems(levering, naam) if kolom in melding.kolom.split(", ")]


@pytest.mark.parametrize("naam", NAMEN)
def test_an_unknown_code_is_named_with_its_row(naam: str, levering: Path):
    schema = sources.load_schema(naam)
    lijst = vragenlijst(schema)
    vragen = set(lijst.items) if lijst and schema.vorm == "sav" else set()  # in SPSS these are numbers
    met_codes = [k for k, kolom in schema.kolommen.items() if kolom.codes or kolom.niveau == "stadsdeel"]
    kolommen = [k for k in met_codes if k not in vragen]
    if not kolommen:
        assert naam in ("leveringsbrief", "interviews_maxqda", "interviews_atlasti")
        return
    assert ("SDM-321", (first_line(schema),)) in {
        (m.code, m.regels) for m in _broken(levering, naam, kolommen[0], "bestaat_niet")
    }


@pytest.mark.parametrize(("naam", "kolom"), _with("min"))
def test_a_value_below_its_minimum_is_named(naam: str, kolom: str, levering: Path):
    grens = sources.load_schema(naam).kolommen[kolom].min or 0
    codes = {m.code for m in _broken(levering, naam, kolom, str(int(grens) - 1))}
    assert codes & {"SDM-326", "SDM-354"}


@pytest.mark.parametrize(("naam", "kolom"), _with("geldig"))
def test_a_code_outside_its_years_is_named(naam: str, kolom: str, levering: Path):
    geldig = sources.load_schema(naam).kolommen[kolom].geldig
    oud = [code for code, jaren in geldig.items() if not jaren.omvat(2015)]
    for code in oud:
        assert "SDM-336" in {m.code for m in _broken(levering, naam, kolom, code)}
    assert all(jaren.van <= jaren.tot for jaren in geldig.values())


def test_a_code_is_judged_by_the_year_of_its_own_row(levering: Path):
    schema = sources.load_schema("vektis")
    rijen = clean(schema)
    rijen[0] |= {"jaar": "2014", "wet": "awbz"}
    write(levering, schema, rijen)
    assert _problems(levering, "vektis") == []  # delivered in 2015, about a year in which it held
    rijen[1] |= {"jaar": "2014", "wet": "wlz"}
    write(levering, schema, rijen)
    assert [(m.code, m.kolom, m.regels, m.wat) for m in _problems(levering, "vektis")] == [
        ("SDM-336", "wet", (3,), "code die in het jaar van de regel (jaar) niet geldt")
    ]


@pytest.mark.parametrize(("naam", "kolom"), _with("schrijfwijzen"))
def test_a_party_s_own_spelling_is_read_as_our_code(naam: str, kolom: str, levering: Path):
    schema = sources.load_schema(naam)
    schrijfwijze, code = next(iter(schema.kolommen[kolom].schrijfwijzen.items()))
    zelf = [(m.code, m.wat) for m in _broken(levering, naam, kolom, code)]
    assert [(m.code, m.wat) for m in _broken(levering, naam, kolom, schrijfwijze)] == zelf
    assert "SDM-321" not in {melding[0] for melding in zelf}
    assert "SDM-365" in {m.code for m in sources.check(levering, [naam]) if m.kolom == kolom}


@pytest.mark.parametrize("naam", [n for n in NAMEN if sources.load_schema(n).vragenlijst])
def test_a_filter_question_that_is_contradicted_is_named(naam: str, levering: Path):
    schema = sources.load_schema(naam)
    lijst = vragenlijst(schema)
    assert lijst is not None
    gefilterd = {vraag: item.filter for vraag, item in lijst.items.items() if item.filter}
    for vraag, filters in gefilterd.items():
        rijen = clean(schema)
        for filtervraag, antwoorden in filters.items():
            uitsluitend = [code for code in schema.kolommen[filtervraag].codes if code not in antwoorden]
            rijen[0][filtervraag] = uitsluitend[0]
        write(levering, schema, rijen)
        assert (vraag, (first_line(schema),)) in {
            (m.kolom, m.regels) for m in _problems(levering, naam) if m.code == "SDM-357"
        }


@pytest.mark.parametrize("naam", [n for n in NAMEN if "w0" in sources.load_schema(n).kolommen])
@pytest.mark.parametrize("gewicht", ["", "0", "-1"])
def test_a_weight_that_is_missing_or_not_positive_is_named(naam: str, gewicht: str, levering: Path):
    gevonden = [m for m in _broken(levering, naam, "w0", gewicht) if m.code == "SDM-337"]
    assert [m.regels for m in gevonden] == [(first_line(sources.load_schema(naam)),)]


@pytest.mark.parametrize("naam", [n for n in NAMEN if sources.load_schema(n).sleutel])
def test_the_same_key_twice_and_the_same_row_twice_are_told_apart(naam: str, levering: Path):
    schema, levering = sources.load_schema(naam), _place(levering, naam)
    rijen = clean(schema)
    write(levering, schema, [*rijen, rijen[0]])
    assert [(m.code, m.regels) for m in _problems(levering, naam) if m.code in ("SDM-331", "SDM-332")] == [
        ("SDM-332", (first_line(schema) + 4,))
    ]
    anders = next(
        (k for k in schema.kolommen if k not in schema.sleutel and schema.kolommen[k].soort in ("tekst", "geheel")), ""
    )
    if anders:
        soort = schema.kolommen[anders].soort
        write(levering, schema, [*rijen, {**rijen[0], anders: "B77" if soort == "tekst" else "1987"}])
        assert "SDM-331" in {m.code for m in _problems(levering, naam)}


@pytest.mark.parametrize("naam", NAMEN)
def test_questionnaires_say_to_whom_and_every_item_has_a_column(naam: str):
    schema = sources.load_schema(naam)
    lijst = vragenlijst(schema)
    if lijst is None:
        return
    assert lijst.universum
    assert lijst.versie
    assert set(lijst.items) <= set(schema.kolommen)
    for vraag, item in lijst.items.items():
        woorden = set(lijst.schalen[item.schaal].antwoorden)
        codes = set(schema.kolommen[vraag].codes)
        assert not codes or not woorden or codes <= woorden, vraag


def test_a_rule_that_asks_a_column_or_code_that_is_not_there_is_refused(root: Path):
    from sdm_lib.errors import ParameterFout
    from tests.unit.sources.conftest import PROEF, add_schema

    for waarden, tekst in (
        ("{gemente: [x]}", "onbekende kolom 'gemente'. Bedoelde u 'gemeente'?"),
        ('{gemeente: ["0035"]}', "waarde '0035' is geen code van kolom 'gemeente'"),
    ):
        regel = f"  - {{regel: gevuld_als, kolommen: [score], waarden: {waarden}, code: SDM-340}}\n"
        add_schema(root, PROEF + regel)
        with pytest.raises(ParameterFout, match=tekst):
            sources.load_schema("proef", root=root)


def test_a_rule_on_a_column_that_the_file_lacks_is_left_to_the_message_about_the_column(levering: Path):
    schema = sources.load_schema("jeugdbescherming")
    rijen = [{k: v for k, v in rij.items() if k != "soort_maatregel"} for rij in clean(schema)]
    tekst = [";".join(rijen[0]), *(";".join(rij.values()) for rij in rijen)]
    (levering / schema.bestand).write_text("\n".join(tekst) + "\n")
    assert {m.code for m in _problems(levering, "jeugdbescherming")} == {"SDM-310"}


@pytest.mark.parametrize(
    ("geboren", "begin", "code"),
    [
        ("1992-12-31", "2015-01-01", ""),  # 22 years: youth help
        ("1992-01-01", "2015-01-01", ""),  # 23 years on the day itself: the year alone cannot tell, so no word
        ("1991-12-31", "2015-12-31", "SDM-348"),
    ],
)
def test_nobody_is_judged_by_a_birthday_that_is_not_kept(geboren: str, begin: str, code: str, levering: Path):
    schema = sources.load_schema("jeugdhulp")
    rijen = clean(schema)
    rijen[0] |= {"geboortedatum": geboren, "begin": begin, "einde": "", "reden_einde": ""}
    write(levering, schema, rijen)
    gevonden = {m.code for m in sources.check(levering, ["jeugdhulp"], kwartaal=Kwartaal(2015, 4)) if m.ernst == "fout"}
    assert gevonden == ({code} if code else set())


def test_what_was_pseudonymised_is_judged_as_the_original(levering: Path, tmp_path: Path):
    schema = sources.load_schema("jeugdhulp")
    rijen = [{**rij, "persoon": f"{100000009 + i}"} for i, rij in enumerate(clean(schema))]
    rijen[0]["geboortedatum"] = "1990-05-05"
    write(tmp_path / "bron", schema, rijen)
    sources.new_key(tmp_path / "sleutel")
    sources.pseudonymise(
        "jeugdhulp",
        bron=tmp_path / "bron" / schema.bestand,
        doel=levering / schema.bestand,
        sleutel=tmp_path / "sleutel",
    )
    tekst = (levering / schema.bestand).read_text(encoding="utf-8")
    assert "1990-05-05" not in tekst
    assert "100000009" not in tekst
    assert {m.code for m in _problems(levering, "jeugdhulp")} == {"SDM-348"}
    rijen[0]["geboortedatum"] = "2001-04-01"
    write(tmp_path / "bron", schema, rijen)
    sources.pseudonymise(
        "jeugdhulp",
        bron=tmp_path / "bron" / schema.bestand,
        doel=levering / schema.bestand,
        sleutel=tmp_path / "sleutel",
    )
    assert sources.read("jeugdhulp", folder=levering).frame["geboortedatum"].tolist() == [2001.0] * 4


def test_every_rule_of_the_kit_is_used_by_a_shipped_schema():
    from sdm_lib.sources.rules import REGELS as SOORTEN

    gebruikt = {regel.regel for naam in NAMEN for regel in sources.load_schema(naam).regels}
    assert set(SOORTEN) == gebruikt
    assert all(isinstance(regel, Regel) for naam in NAMEN for regel in sources.load_schema(naam).regels)
