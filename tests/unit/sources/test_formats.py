"""Excel, SPSS and Parquet come in as words, dates and cents, or are refused."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest

from sdm_lib import sources
from sdm_lib.errors import InvoerFout
from tests.unit.sources.conftest import PROEF, add_schema

RIJEN = [
    ("00a1", "0034", "Haven", 3, 1.5, 1234.25, date(2015, 1, 2), date(2015, 3, 31)),
    ("00a2", "0518", None, 0, None, 10.0, date(2015, 4, 1), None),
]
KOP = ["persoon", "gemeente", "wijknaam", "aantal", "score", "bedrag", "begin", "einde"]

ENQUETE = """\
levering: enquete
label: Enquete
bestand: enquete.sav
vorm: sav
sleutel: [respondent]
vragenlijst: enquete
persoonlijk: [respondent]
kolommen:
  respondent: {soort: persoonscode, verplicht: ja}
  w0: {soort: getal, verplicht: ja}
  hulp: {soort: code, codes: ["ja", "nee", geen_antwoord, niet_van_toepassing]}
  cijfer: {soort: geheel, min: 1, max: 10}
  zwaar: {soort: code, codes: [licht, zwaar, geen_antwoord]}
  ingevuld: {soort: datum}
"""
VRAGENLIJST = """\
vragenlijst: enquete
versie: 2015-1
bron: eigen
schalen:
  ja_nee:
    label: Ja of nee
    antwoorden: {"ja": "ja", "nee": "nee", geen_antwoord: geen antwoord, niet_van_toepassing: n.v.t.}
    spss: {1: "ja", 2: "nee", 9: geen_antwoord}
  cijfer: {label: Cijfer, min: 1, max: 10, spss: {99: geen_antwoord}}
  zwaarte: {label: Zwaarte, antwoorden: {licht: niet zo zwaar, zwaar: heel zwaar, geen_antwoord: geen antwoord}}
items:
  hulp: {onderwerp: Krijgt hulp, schaal: ja_nee}
  cijfer: {onderwerp: Cijfer, schaal: cijfer}
  zwaar: {onderwerp: Hoe zwaar, schaal: zwaarte, filter: {hulp: ["ja"]}}
geen_antwoord: [geen_antwoord]
niet_van_toepassing: [niet_van_toepassing]
"""


def _proef(root: Path, bestand: str, vorm: str, extra: str = "") -> None:
    tekst = PROEF.replace("proef.csv", bestand).replace("vorm: csv", f"vorm: {vorm}\n{extra}".rstrip())
    add_schema(root, tekst)


def _book(path: Path, rijen: list[list[object]], *, blad: str = "data") -> openpyxl.Workbook:
    boek = openpyxl.Workbook()
    assert boek.active is not None
    boek.active.title = blad
    for rij in rijen:
        boek.active.append(rij)
    boek.save(path)
    return boek


def _expected() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "persoon": ["00a1", "00a2"],
            "gemeente": ["0034", "0518"],
            "wijknaam": ["Haven", None],
            "aantal": [3, 0],
            "score": [1.5, None],
            "bedrag_cent": [123425, 1000],
            "begin": pd.to_datetime(["2015-01-02", "2015-04-01"]).astype("datetime64[s]"),
            "einde": pd.to_datetime(["2015-04-01", None]).astype("datetime64[s]"),
        }
    ).astype({"persoon": "str", "gemeente": "str", "wijknaam": "str"})


# -- Parquet -----------------------------------------------------------------------------------------------------------


def test_parquet_with_typed_columns_reads_as_the_same_frame(root: Path, folder: Path):
    _proef(root, "proef.parquet", "parquet")
    frame = pd.DataFrame(RIJEN, columns=KOP)
    frame["begin"], frame["einde"] = pd.to_datetime(frame["begin"]), pd.to_datetime(frame["einde"])
    frame.to_parquet(folder / "proef.parquet")
    pd.testing.assert_frame_equal(sources.read("proef", folder=folder, root=root).frame, _expected())


def test_parquet_with_days_and_categories_reads_as_the_same_frame(root: Path, folder: Path):
    _proef(root, "proef.parquet", "parquet")
    tabel = pa.Table.from_pandas(pd.DataFrame(RIJEN, columns=KOP).astype({"gemeente": "category"}))
    pq.write_table(tabel, folder / "proef.parquet")
    pd.testing.assert_frame_equal(sources.read("proef", folder=folder, root=root).frame, _expected())


@pytest.mark.parametrize(
    ("data", "code"), [(b"PAR1 and nothing more", "SDM-305"), (b"", "SDM-305"), (b"a;b\n1;2\n", "SDM-305")]
)
def test_broken_parquet_is_refused(data: bytes, code: str, root: Path, folder: Path):
    _proef(root, "proef.parquet", "parquet")
    (folder / "proef.parquet").write_bytes(data)
    with pytest.raises(InvoerFout, match=code):
        sources.read("proef", folder=folder, root=root)


@pytest.mark.parametrize("categorie", [False, True])
def test_parquet_with_text_that_is_no_utf8_is_refused(categorie: bool, root: Path, folder: Path):
    _proef(root, "proef.parquet", "parquet")
    frame = pd.DataFrame(RIJEN, columns=KOP)
    frame["wijknaam"] = "Almere Buiten-Oostvaarders"
    pq.write_table(
        pa.Table.from_pandas(frame.astype({"wijknaam": "category" if categorie else "str"})),
        folder / "proef.parquet",
        compression="none",
        use_dictionary=False,
    )
    bytes_ = (folder / "proef.parquet").read_bytes()
    assert bytes_.count(b"Almere Buiten-Oost") >= 1
    (folder / "proef.parquet").write_bytes(bytes_.replace(b"Almere Buiten-Oost", b"Almere Buiten\xc5Oost"))
    with pytest.raises(InvoerFout, match=r"SDM-305.*beschadigd"):
        sources.read("proef", folder=folder, root=root)


def test_parquet_with_lists_is_refused(root: Path, folder: Path):
    _proef(root, "proef.parquet", "parquet")
    pq.write_table(pa.table({"persoon": [["a"]]}), folder / "proef.parquet")
    with pytest.raises(InvoerFout, match=r"SDM-304.*kolommen met lijsten of bytes: persoon"):
        sources.read("proef", folder=folder, root=root)


def test_a_time_of_day_is_no_date(root: Path, folder: Path):
    _proef(root, "proef.parquet", "parquet")
    frame = pd.DataFrame(RIJEN, columns=KOP)
    frame["begin"] = pd.to_datetime(["2015-01-02 10:30", "2015-04-01 00:00"])
    frame.to_parquet(folder / "proef.parquet")
    with pytest.raises(InvoerFout, match=r"SDM-327 fout: proef.parquet, kolom begin, regel 1"):
        sources.read("proef", folder=folder, root=root)


# -- Excel -------------------------------------------------------------------------------------------------------------


def test_excel_with_titles_blank_rows_totals_and_footnotes_reads_as_the_same_frame(root: Path, folder: Path):
    _proef(root, "proef.xlsx", "xlsx")
    totaal = ["Totaal", None, None, 3, None, 1244.25]
    rijen = [["Levering 2e kwartaal"], [], KOP, *map(list, RIJEN), [], totaal, ["Bron: eigen registratie"]]
    _book(folder / "proef.xlsx", rijen)
    levering = sources.read("proef", folder=folder, root=root)
    pd.testing.assert_frame_equal(levering.frame, _expected())
    assert {melding.code for melding in levering.meldingen} == {"SDM-367", "SDM-368"}


def test_excel_numbers_get_their_leading_zeros_back(root: Path, folder: Path):
    _proef(root, "proef.xlsx", "xlsx")
    _book(folder / "proef.xlsx", [KOP, *[[rij[0], int(rij[1]), *rij[2:]] for rij in RIJEN]])
    levering = sources.read("proef", folder=folder, root=root)
    assert levering.frame["gemeente"].tolist() == ["0034", "0518"]


def test_merged_header_over_two_rows_is_joined(root: Path, folder: Path):
    _proef(root, "proef.xlsx", "xlsx")
    schema = (root / "params/leveringen/proef.yaml").read_text()
    (root / "params/leveringen/proef.yaml").write_text(schema.replace("einde: {", "einde: {namen: [periode tot], "))
    boven = ["persoon", "gemeente", "wijknaam", "aantal", "score", "bedrag", "periode", None]
    onder = [None, None, None, None, None, None, "begin", "tot"]
    _book(folder / "proef.xlsx", [boven, onder, *map(list, RIJEN)])
    tekst = (root / "params/leveringen/proef.yaml").read_text()
    (root / "params/leveringen/proef.yaml").write_text(tekst.replace("begin: {", "begin: {namen: [periode begin], "))
    pd.testing.assert_frame_equal(sources.read("proef", folder=folder, root=root).frame, _expected())


def test_the_sheet_with_the_columns_is_found_among_others(root: Path, folder: Path):
    _proef(root, "proef.xlsx", "xlsx")
    boek = _book(folder / "proef.xlsx", [["Toelichting"], ["Dit is een proef"]], blad="lees mij")
    blad = boek.create_sheet("cijfers")
    for rij in (KOP, *RIJEN):
        blad.append(list(rij))
    boek.save(folder / "proef.xlsx")
    pd.testing.assert_frame_equal(sources.read("proef", folder=folder, root=root).frame, _expected())


def test_two_sheets_with_the_columns_are_a_question(root: Path, folder: Path):
    _proef(root, "proef.xlsx", "xlsx")
    boek = _book(folder / "proef.xlsx", [KOP, *map(list, RIJEN)], blad="K1")
    boek.copy_worksheet(boek["K1"]).title = "K2"
    boek.save(folder / "proef.xlsx")
    with pytest.raises(InvoerFout, match=r"SDM-313 .* 2 werkbladen hebben deze kolommen: K1, K2"):
        sources.read("proef", folder=folder, root=root)


def test_a_named_sheet_must_exist(root: Path, folder: Path):
    _proef(root, "proef.xlsx", "xlsx", "blad: respons")
    _book(folder / "proef.xlsx", [KOP, *map(list, RIJEN)], blad="response")
    with pytest.raises(InvoerFout, match=r"SDM-313 .*werkblad 'respons' ontbreekt. Bedoelde u 'response'\?"):
        sources.read("proef", folder=folder, root=root)


def test_a_formula_without_outcome_is_refused(root: Path, folder: Path):
    _proef(root, "proef.xlsx", "xlsx")
    _book(folder / "proef.xlsx", [KOP, [*RIJEN[0][:3], "=1+2", *RIJEN[0][4:]]])
    with pytest.raises(InvoerFout, match=r"SDM-318 .*regel 2"):
        sources.read("proef", folder=folder, root=root)


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "SDM-302"), (b"PK\x03\x04 broken", "SDM-305"), (b"a;b", "SDM-304"), (b"\xd0\xcf\x11\xe0\xa1", "SDM-305")],
)
def test_a_file_that_is_no_workbook_is_refused(data: bytes, code: str, root: Path, folder: Path):
    _proef(root, "proef.xlsx", "xlsx")
    (folder / "proef.xlsx").write_bytes(data)
    with pytest.raises(InvoerFout, match=code):
        sources.read("proef", folder=folder, root=root)


def test_a_sheet_with_only_a_header_is_refused(root: Path, folder: Path):
    _proef(root, "proef.xlsx", "xlsx")
    _book(folder / "proef.xlsx", [KOP])
    with pytest.raises(InvoerFout, match=r"SDM-303 .*blad data"):
        sources.read("proef", folder=folder, root=root)


def test_numbers_as_text_among_number_cells_are_read_when_they_can_mean_one_thing(root: Path, folder: Path):
    _proef(root, "proef.xlsx", "xlsx")
    _book(folder / "proef.xlsx", [KOP, [*RIJEN[0][:5], "1.234,25", *RIJEN[0][6:]], list(RIJEN[1])])
    pd.testing.assert_frame_equal(sources.read("proef", folder=folder, root=root).frame, _expected())


# -- SPSS --------------------------------------------------------------------------------------------------------------


def _sav(folder: Path, frame: pd.DataFrame, **meta: object) -> None:
    pyreadstat.write_sav(frame, str(folder / "enquete.sav"), **meta)  # type: ignore[arg-type]


def _answers() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "respondent": ["r1", "r2", "r3", "r4"],
            "w0": [10.5, 2.0, 3.0, 4.0],
            "hulp": [1.0, 2.0, 9.0, None],
            "cijfer": [7.0, 99.0, None, 10.0],
            "zwaar": [2.0, None, 8.0, 1.0],
            "ingevuld": [date(2015, 5, 1), None, date(2015, 6, 30), None],
        }
    )


LABELS = {
    "hulp": {1.0: "Ja", 2.0: "Nee", 9.0: "Geen antwoord"},
    "zwaar": {1.0: "Niet zo zwaar", 2.0: "Heel zwaar", 8.0: "Wil niet zeggen"},
}
MISSING = {"hulp": [9], "cijfer": [99], "zwaar": [{"lo": 8, "hi": 9}]}


@pytest.fixture
def enquete(root: Path) -> Path:
    add_schema(root, ENQUETE)
    (root / "params" / "vragenlijsten" / "enquete.yaml").write_text(VRAGENLIJST, encoding="utf-8")
    return root


def test_spss_codes_become_words_and_user_missing_the_word_for_no_answer(enquete: Path, folder: Path):
    _sav(folder, _answers(), variable_value_labels=LABELS, missing_ranges=MISSING)
    frame = sources.read("enquete", folder=folder, root=enquete).frame
    leeg = float("nan")
    assert frame["hulp"].tolist()[:3] == ["ja", "nee", "geen_antwoord"]
    assert frame["hulp"].isna().tolist() == [False, False, False, True]
    assert frame["zwaar"].fillna("leeg").tolist() == ["zwaar", "leeg", "geen_antwoord", "licht"]
    pd.testing.assert_series_equal(frame["cijfer"], pd.Series([7.0, leeg, leeg, 10.0], name="cijfer"))
    assert frame["w0"].tolist() == [10.5, 2.0, 3.0, 4.0]
    assert frame["ingevuld"].tolist()[::2] == [datetime(2015, 5, 1), datetime(2015, 6, 30)]  # noqa: DTZ001


def test_spss_compressed_reads_the_same(enquete: Path, folder: Path):
    _sav(folder, _answers(), variable_value_labels=LABELS, missing_ranges=MISSING, compress=True)
    assert sources.read("enquete", folder=folder, root=enquete).rijen == 4


def test_labels_that_contradict_the_questionnaire_are_refused(enquete: Path, folder: Path):
    omgekeerd = LABELS | {"hulp": {1.0: "Nee", 2.0: "Ja"}}
    _sav(folder, _answers(), variable_value_labels=omgekeerd, missing_ranges=MISSING)
    with pytest.raises(InvoerFout, match=r"SDM-335 fout: enquete.sav, kolom hulp: het label van code 1, 2 noemt"):
        sources.read("enquete", folder=folder, root=enquete)


def test_a_code_without_label_and_outside_the_questionnaire_is_unknown(enquete: Path, folder: Path):
    frame = _answers()
    frame.loc[1, "hulp"] = 7.0
    _sav(folder, frame, variable_value_labels=LABELS, missing_ranges=MISSING)
    with pytest.raises(InvoerFout, match=r"SDM-321 fout: enquete.sav, kolom hulp, regel 2: onbekende code"):
        sources.read("enquete", folder=folder, root=enquete)


def test_a_missing_code_that_was_not_declared_is_outside_the_bounds(enquete: Path, folder: Path):
    frame = _answers()
    frame.loc[1, "cijfer"] = 98.0
    _sav(folder, frame, variable_value_labels=LABELS, missing_ranges=MISSING)
    with pytest.raises(InvoerFout, match=r"SDM-326 fout: enquete.sav, kolom cijfer, regel 2: hoger dan 10"):
        sources.read("enquete", folder=folder, root=enquete)


@pytest.mark.parametrize("gewicht", [0.0, -1.0, None])
def test_a_weight_that_is_missing_or_not_positive_is_refused(gewicht: float | None, enquete: Path, folder: Path):
    frame = _answers()
    frame.loc[2, "w0"] = gewicht
    _sav(folder, frame, variable_value_labels=LABELS, missing_ranges=MISSING)
    with pytest.raises(
        InvoerFout, match=r"SDM-337 fout: enquete.sav, kolom w0, regel 3: het gewicht ontbreekt"
    ) as fout:
        sources.read("enquete", folder=folder, root=enquete)
    assert len(fout.value.meldingen) == 1


def test_an_answer_against_the_filter_is_doubted(enquete: Path, folder: Path):
    frame = _answers()
    frame.loc[1, "zwaar"] = 1.0
    _sav(folder, frame, variable_value_labels=LABELS, missing_ranges=MISSING)
    levering = sources.read("enquete", folder=folder, root=enquete)
    twijfel = [melding for melding in levering.meldingen if melding.code == "SDM-357"]
    assert [(melding.regels, melding.aantal) for melding in twijfel] == [((2,), 1)]


def test_truncated_spss_is_refused(enquete: Path, folder: Path):
    _sav(folder, _answers())
    data = (folder / "enquete.sav").read_bytes()
    (folder / "enquete.sav").write_bytes(data[: len(data) // 2])
    with pytest.raises(InvoerFout, match="SDM-305"):
        sources.read("enquete", folder=folder, root=enquete)
