"""Reading and checking: all problems at once, dates converted once, hashes kept, the sender's count compared."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd
import pytest

from sdm_lib import sources
from sdm_lib.errors import InvoerFout, Melding, ParameterFout, PrivacyFout
from sdm_lib.kwartaal import Kwartaal
from tests.unit.sources import nasty
from tests.unit.sources.conftest import PROEF, add_schema

SPELLS = """\
levering: spells
label: Voorzieningen
bestand: spells.csv
vorm: csv
sleutel: []
einddatum: {einddatum}
persoonlijk: [persoon, begin, einde]
kolommen:
  persoon: {{soort: persoonscode, verplicht: ja}}
  soort: {{soort: code, codes: [begeleiding, vervoer]}}
  begin: {{soort: datum, verplicht: ja}}
  einde: {{soort: datum}}
  beoogd: {{soort: datum, aanwezig: nee}}
regels:
  - {{regel: volgorde, kolommen: [begin, einde], code: SDM-341}}
  - {{regel: niet_na_kwartaal, kolommen: [begin, einde], code: SDM-345}}
  - {{regel: overlap, kolommen: [persoon, soort, begin, einde], code: SDM-347, ernst: waarschuwing}}
"""
BRIEF = """\
levering: leveringsbrief
label: Leveringsbrief
bestand: leveringsbrief.csv
vorm: csv
sleutel: [bestand]
kolommen:
  bestand: {soort: tekst, verplicht: ja}
  regels: {soort: geheel, verplicht: ja, min: 0}
  controlekolom: {soort: tekst, verplicht: ja}
  controlesom: {soort: getal, verplicht: ja}
"""


def _spells(root: Path, folder: Path, *rijen: str, einddatum: str = "laatste_dag") -> None:
    add_schema(root, SPELLS.format(einddatum=einddatum))
    (folder / "spells.csv").write_text("persoon;soort;begin;einde\n" + "".join(f"{rij}\n" for rij in rijen))


def _codes(meldingen: tuple[Melding, ...], *, ernst: str = "fout") -> list[str]:
    return [melding.code for melding in meldingen if melding.ernst == ernst]


# -- dates -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("laatste", "eerste_zonder"),
    [
        ("2015-03-30", "2015-03-31"),
        ("2015-03-31", "2015-04-01"),
        ("2015-04-01", "2015-04-02"),
        ("2014-12-31", "2015-01-01"),
        ("2012-02-28", "2012-02-29"),
    ],
)
def test_a_last_day_becomes_the_first_day_without(laatste: str, eerste_zonder: str, root: Path, folder: Path):
    _spells(root, folder, f"a;vervoer;2012-01-01;{laatste}")
    frame = sources.read("spells", folder=folder, root=root).frame
    assert frame.loc[0, "einde"] == pd.Timestamp(eerste_zonder)
    assert frame.loc[0, "begin"] == pd.Timestamp("2012-01-01")


def test_a_first_day_without_stays_as_it_is(root: Path, folder: Path):
    _spells(root, folder, "a;vervoer;2015-01-01;2015-03-31", einddatum="eerste_dag_zonder")
    assert sources.read("spells", folder=folder, root=root).frame.loc[0, "einde"] == pd.Timestamp("2015-03-31")


def test_support_of_one_day_lasts_one_day_and_an_open_end_stays_open(root: Path, folder: Path):
    _spells(root, folder, "a;vervoer;2015-03-31;2015-03-31", "b;vervoer;2015-03-31;")
    frame = sources.read("spells", folder=folder, root=root).frame
    assert (frame["einde"] - frame["begin"]).dt.days.tolist()[0] == 1
    assert pd.isna(frame.loc[1, "einde"])


@pytest.mark.parametrize(("einddatum", "overlap"), [("laatste_dag", ["SDM-347"]), ("eerste_dag_zonder", [])])
def test_touching_days_overlap_only_when_the_end_is_a_day_with_support(
    einddatum: str, overlap: list[str], root: Path, folder: Path
):
    _spells(
        root, folder, "a;vervoer;2015-01-01;2015-03-31", "a;vervoer;2015-03-31;", "b;vervoer;2015-03-31;",
        "a;begeleiding;2015-02-01;", einddatum=einddatum,
    )  # fmt: skip
    meldingen = sources.check(folder, ["spells"], root=root)
    assert [melding.code for melding in meldingen if melding.code == "SDM-347"] == overlap


def test_a_date_after_the_quarter_of_the_folder_is_refused(root: Path, folder: Path):
    _spells(root, folder, "a;vervoer;2015-01-01;2015-06-30", "a;begeleiding;2015-07-01;")
    (melding,) = (m for m in sources.check(folder, ["spells"], root=root) if m.code == "SDM-345")
    assert melding.regels == (3,)
    later = sources.check(folder, ["spells"], root=root, kwartaal=Kwartaal(2015, 3))
    assert "SDM-345" not in _codes(later)


# -- all problems at once ----------------------------------------------------------------------------------------------


def test_all_problems_of_a_file_come_at_once_with_column_and_rows(root: Path, folder: Path):
    _spells(root, folder, "a;fiets;2015-01-01;", ";vervoer;2015-13-01;", "c;vervoer;2015-02-01;2015-01-01")
    with pytest.raises(InvoerFout) as fout:
        sources.read("spells", folder=folder, root=root)
    gevonden = {(melding.code, melding.kolom, melding.regels) for melding in fout.value.meldingen}
    assert gevonden == {
        ("SDM-321", "soort", (2,)),
        ("SDM-320", "persoon", (3,)),
        ("SDM-327", "begin", (3,)),
        ("SDM-341", "begin, einde", (4,)),
    }


def test_only_the_first_five_rows_are_shown_and_the_rest_counted(root: Path, folder: Path):
    _spells(root, folder, *[f"p{i};vervoer;;" for i in range(12)])
    with pytest.raises(InvoerFout, match=r"kolom begin, regel 2, 3, 4, 5, 6 en nog 7: deze waarde is verplicht"):
        sources.read("spells", folder=folder, root=root)


def test_row_numbers_are_those_of_an_editor_with_titles_blank_lines_and_line_ends_in_fields(root: Path, folder: Path):
    _spells(root, folder)
    tekst = 'titel\n\npersoon;soort;begin;einde\n"a\nb";vervoer;2015-01-01;\n\n"c\n\nd";vervoer;;\ne;vervoer;x;\n'
    (folder / "spells.csv").write_text(tekst)
    regels = {melding.code: melding.regels for melding in sources.check(folder, ["spells"], root=root)}
    assert (regels["SDM-320"], regels["SDM-327"]) == ((7,), (10,))


def test_check_reports_every_file_and_the_worst_first(root: Path, folder: Path):
    add_schema(root, PROEF.replace("levering: proef", "levering: weg").replace("proef.csv", "weg.csv"))
    (folder / "proef.csv").write_bytes(nasty.CASES["required value missing"][0].decode().encode("cp1252"))
    meldingen = sources.check(folder, ["proef", "weg"], root=root)
    assert [(melding.bestand, melding.ernst) for melding in meldingen][:2] == [
        ("proef.csv", "fout"),
        ("proef.csv", "hersteld"),
    ]
    assert meldingen[-1].code == "SDM-301"


def test_a_missing_file_names_the_one_that_is_there(root: Path, folder: Path):
    (folder / "proefje.csv").write_text("x")
    with pytest.raises(
        InvoerFout, match=r"SDM-301 fout: proef.csv: dit bestand ontbreekt. .* Bedoelde u 'proefje.csv'\?"
    ):
        sources.read("proef", folder=folder, root=root)


def test_a_missing_folder_is_refused(root: Path, folder: Path):
    with pytest.raises(InvoerFout, match=r"SDM-301 .*de map 2015K4 bestaat niet"):
        sources.require(folder.parent / "2015K4", ["proef"], root=root)


def test_a_missing_column_names_the_one_that_looks_like_it(root: Path, folder: Path):
    (folder / "proef.csv").write_bytes(nasty.CASES["column misspelt"][0])
    with pytest.raises(InvoerFout, match=r"kolom einde: deze kolom ontbreekt. Bedoelde u 'eind'\? .*namen: \[naam"):
        sources.read("proef", folder=folder, root=root)


def test_an_optional_column_that_is_absent_is_doubted_and_left_out(root: Path, folder: Path):
    _spells(root, folder, "a;vervoer;2015-01-01;")
    levering = sources.read("spells", folder=folder, root=root)
    twijfel = {melding.code: melding.kolom for melding in levering.meldingen if melding.ernst == "waarschuwing"}
    assert twijfel == {"SDM-310": "beoogd", "SDM-338": "einde"}
    assert "beoogd" not in levering.frame


def test_privacy_wins_over_other_problems_and_shows_both(root: Path, folder: Path):
    (folder / "proef.csv").write_bytes(nasty.CASES["service numbers and an error"][0])
    with pytest.raises(PrivacyFout) as fout:
        sources.read("proef", folder=folder, root=root)
    assert (fout.value.exit_code, [m.code for m in fout.value.meldingen]) == (4, ["SDM-401", "SDM-327"])


def test_require_is_silent_when_only_repairs_were_made(root: Path, folder: Path):
    (folder / "proef.csv").write_bytes(nasty.CASES["windows-1252"][0])
    assert sources.require(folder, ["proef"], root=root) is None


# -- what is kept ------------------------------------------------------------------------------------------------------


def test_a_delivery_knows_its_hash_its_rows_and_whether_it_is_fictitious(root: Path, folder: Path):
    data = nasty.CASES["marked as fictitious"][0]
    (folder / "proef.csv").write_bytes(data)
    levering = sources.read("proef", folder=folder, root=root)
    assert (levering.sha256, levering.rijen, levering.fictief) == (hashlib.sha256(data).hexdigest(), 30, True)
    assert "fictief" not in levering.frame
    assert ("2015K2/proef.csv", levering.sha256) in sources.recorded()


def test_columns_outside_the_schema_are_listed_and_not_kept(root: Path, folder: Path):
    (folder / "proef.csv").write_bytes(nasty.CASES["extra column"][0])
    levering = sources.read("proef", folder=folder, root=root)
    assert list(levering.frame) == [*[n if n != "bedrag" else "bedrag_cent" for n in nasty.KOP]]
    assert [m.wat for m in levering.meldingen if m.code == "SDM-312"] == [
        "kolommen buiten het schema, niet gelezen en niet bewaard: opmerking"
    ]


def test_types_follow_from_the_schema_also_when_nothing_is_filled(root: Path, folder: Path):
    _spells(root, folder, "a;;2015-01-01;")
    frame = sources.read("spells", folder=folder, root=root).frame
    assert frame.dtypes.astype(str).to_dict() == {
        "persoon": "str", "soort": "str", "begin": "datetime64[s]", "einde": "datetime64[s]",
    }  # fmt: skip


# -- the sender's count ------------------------------------------------------------------------------------------------


def _letter(folder: Path, regel: str) -> None:
    (folder / "leveringsbrief.csv").write_text(f"bestand;regels;controlekolom;controlesom\n{regel}\n")


SOM = sum(100 * (1200 + i) + 25 for i in range(1, 31)) / 100


@pytest.mark.parametrize(
    ("regel", "verwacht"),
    [
        (f"proef.csv;30;bedrag;{SOM:.2f}".replace(".", ",").replace("proef,csv", "proef.csv"), []),
        ("proef.csv;30;aantal;1395", []),
        ("proef.csv;31;aantal;1395", ["SDM-333"]),
        ("proef.csv;30;aantal;1396", ["SDM-333"]),
        ("proef.csv;31;bedrag;1,5", ["SDM-333", "SDM-333"]),
        ("ander.csv;30;aantal;1395", ["SDM-334"]),
        ("proef.csv;veel;aantal;1395", ["SDM-322"]),
    ],
)
def test_rows_and_sum_are_compared_with_the_letter(regel: str, verwacht: list[str], root: Path, folder: Path):
    add_schema(root, BRIEF)
    _letter(folder, regel)
    (folder / "proef.csv").write_bytes(nasty.GOED)
    meldingen = sources.check(folder, ["proef"], root=root)
    assert [melding.code for melding in meldingen if melding.ernst != "hersteld"] == verwacht


def test_a_control_column_that_is_absent_is_told_by_its_own_message(root: Path, folder: Path):
    add_schema(root, BRIEF)
    _letter(folder, "proef.csv;30;aantal;1395")
    (folder / "proef.csv").write_bytes(nasty.GOED.replace(b"aantal", b"hoeveel", 1))
    meldingen = sources.check(folder, ["proef"], root=root)
    assert [(m.code, m.kolom) for m in meldingen if m.ernst == "fout"] == [("SDM-310", "aantal")]


def test_a_file_cut_between_two_records_is_found_by_the_letter(root: Path, folder: Path):
    add_schema(root, BRIEF)
    _letter(folder, "proef.csv;30;aantal;1395")
    (folder / "proef.csv").write_bytes(nasty.GOED[: nasty.GOED.rindex(b"\r\n", 0, -2) + 2])
    with pytest.raises(InvoerFout, match=r"29 regels, de leveringsbrief noemt er 30.*afgekapt"):
        sources.read("proef", folder=folder, root=root)


# -- schemas -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("was", "wordt", "verwacht"),
    [
        ("regel: volgorde", "regel: volgorder", r"proef.yaml.*regel 18: onbekende regel 'volgorder'"),
        ("[begin, einde]", "[begin, eind]", r"onbekende kolom 'eind'. Bedoelde u 'einde'\?"),
        ("[begin, einde]", "[begin]", r"regel 'volgorde' vraagt 2 kolommen"),
        ("sleutel: [persoon, begin]", "sleutel: [persoon, begint]", r"kolom 'begint' staat niet bij kolommen"),
        ("regel: volgorde", "regel: dichtbij", r"regel 'dichtbij' vraagt 'grens'"),
        ("soort: tekst", "soort: text", r"onbekende waarde 'text'. Bedoelde u 'tekst'\?"),
    ],
)  # fmt: skip
def test_a_wrong_schema_is_refused_with_its_line(was: str, wordt: str, verwacht: str, root: Path, folder: Path):
    tekst = PROEF.replace(was, wordt, 1) if "sleutel" in was else wordt.join(PROEF.rsplit(was, 1))
    add_schema(root, tekst)
    with pytest.raises(ParameterFout, match=verwacht):
        sources.read("proef", folder=folder, root=root)


def test_an_unknown_delivery_names_the_nearest(root: Path, folder: Path):
    with pytest.raises(ParameterFout, match=r"SDM-251 .*onbekende naam 'proev'.*Bedoelde u 'proef'\?"):
        sources.read("proev", folder=folder, root=root)


def test_the_answer_in_the_schema_decides_what_could_be_read_twice(root: Path, folder: Path):
    (folder / "proef.csv").write_bytes(nasty.CASES["1.234 undecidable"][0])
    for vorm, verwacht in (("nederlands", 1234.0), ("engels", 1.234)):
        add_schema(root, PROEF.replace("score: {soort: getal", f"score: {{soort: getal, getalvorm: {vorm}"))
        assert sources.read("proef", folder=folder, root=root).frame["score"].dropna().eq(verwacht).all()


@pytest.mark.parametrize(("vorm", "dag"), [("dmj", "2015-04-03"), ("mdj", "2015-03-04")])
def test_the_answer_in_the_schema_decides_day_and_month(vorm: str, dag: str, root: Path, folder: Path):
    (folder / "proef.csv").write_bytes(nasty.CASES["dates undecidable"][0])
    add_schema(root, PROEF.replace("begin: {soort: datum", f"begin: {{soort: datum, datumvorm: {vorm}"))
    assert sources.read("proef", folder=folder, root=root).frame["begin"].eq(pd.Timestamp(dag)).all()


def test_the_answer_in_the_schema_decides_the_encoding(root: Path, folder: Path):
    add_schema(root, PROEF.replace("vorm: csv", "vorm: csv\ncodering: mac-roman"))
    (folder / "proef.csv").write_bytes(nasty.CASES["undecidable encoding"][0])
    assert sources.read("proef", folder=folder, root=root).frame["wijknaam"].iloc[-1] == b"\xd7".decode("mac_roman")


def test_codes_can_expire_and_areas_follow_their_division(root: Path, folder: Path):
    vervallen = PROEF.replace('"0599"]', '"0599"], geldig: {"0518": 2000-2014}')
    add_schema(root, vervallen)
    (folder / "proef.csv").write_bytes(nasty.GOED)
    (melding,) = (m for m in sources.check(folder, ["proef"], root=root) if m.ernst == "fout")
    assert (melding.code, melding.kolom, melding.aantal) == ("SDM-336", "gemeente", 10)
    assert sources.read("proef", folder=folder, root=root, kwartaal=Kwartaal(2014, 4)).rijen == 30
    indeling = "indelingen: [{jaar: 2015, niveau: gemeente, geldig_van: 2015, gebieden: {'0034': {naam: Almere}}}]"
    (root / "params" / "gebieden.yaml").write_text(indeling)
    add_schema(root, PROEF.replace('codes: ["0034", "0518", "0599"]', "indeling: 2015"))
    with pytest.raises(InvoerFout, match=r"SDM-321 fout: proef.csv, kolom gemeente, .* onbekende code"):
        sources.read("proef", folder=folder, root=root)


def test_a_column_that_nobody_filled_is_doubted(root: Path, folder: Path):
    (folder / "proef.csv").write_bytes(nasty.write(nasty.change("score", lambda _: "")))
    twijfel = [m for m in sources.check(folder, ["proef"], root=root) if m.ernst == "waarschuwing"]
    assert [(m.code, m.kolom) for m in twijfel] == [("SDM-338", "score")]


def test_declared_missing_values_and_own_spellings_are_read(root: Path, folder: Path):
    tekst = PROEF.replace("einde: {soort: datum", "einde: {soort: datum, ontbrekend: ['9999-12-31']")
    add_schema(root, tekst.replace('"0599"]', '"0599"], schrijfwijzen: {Almere: "0034"}'))
    rijen = nasty.change(
        "gemeente", lambda c: "almere" if c == "0034" else c, rijen=nasty.put("einde", 0, "9999-12-31")
    )
    (folder / "proef.csv").write_bytes(nasty.write(rijen))
    levering = sources.read("proef", folder=folder, root=root)
    frame = levering.frame
    assert [melding.kolom for melding in levering.meldingen if melding.code == "SDM-369"] == ["einde"]
    assert pd.isna(frame.loc[0, "einde"])
    assert set(frame["gemeente"]) == {"0034", "0518", "0599"}
