"""What check says on screen and on paper, and what a draft holds."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from sdm_lib import sources
from sdm_lib.errors import InvoerFout, Melding
from tests.unit.sources import nasty
from tests.unit.sources.conftest import add_schema

MELDINGEN = [
    Melding("SDM-361", "herkend", "Niets.", bestand="a.csv", ernst="hersteld"),
    Melding("SDM-321", "onbekende code '<b>'", "Kies.", bestand="a.csv", kolom="wet", regels=(2, 3), aantal=9),
    Melding("SDM-301", "ontbreekt", "=Zet het erbij.", bestand="b.csv"),
]


# -- the page and the csv ----------------------------------------------------------------------------------------------


class _Reader(HTMLParser):
    def __init__(self, pagina: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.tekst = ""
        self.feed(pagina)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.tekst += f" {data}"


def test_page_has_language_headings_captions_and_no_script_or_outside_request():
    lezer = _Reader(sources.as_html(MELDINGEN, titel="Controle 2015K2"))
    namen = [tag for tag, _ in lezer.tags]
    assert dict(lezer.tags)["html"] == {"lang": "nl"}
    assert (namen.count("h1"), namen.count("h2"), namen.count("h3"), namen.count("h4")) == (1, 2, 3, 2)
    assert not {"script", "img", "link", "iframe"} & set(namen)
    assert all("src" not in kenmerken and "href" not in kenmerken for _, kenmerken in lezer.tags)


def test_page_explains_its_codes_and_no_others():
    uitleg = {code: sources.uitleg()[code] for code in ("SDM-321", "SDM-320")}
    pagina = sources.as_html(MELDINGEN, titel="Controle", uitleg=uitleg)
    assert '<a href="#SDM-321">SDM-321</a>' in pagina
    assert '<dt id="SDM-321">SDM-321: onbekende code</dt>' in pagina
    assert "SDM-320" not in pagina
    assert pagina.count("href=") == 1  # a code without an explanation is no link


def test_a_message_without_a_reason_gets_that_of_the_handbook():
    uit = sources.explained(MELDINGEN, sources.uitleg())
    assert [m.waarom == sources.uitleg()[m.code].uitleg for m in uit] == [
        False,
        True,
        True,
    ]  # what is repaired needs none
    eigen = Melding("SDM-321", "x", "y", waarom="eigen reden")
    assert sources.explained([eigen], sources.uitleg()) == [eigen]


def test_screen_is_grouped_by_file_with_the_worst_first():
    assert sources.as_text(MELDINGEN).splitlines() == [
        "a.csv",
        "  Eerst te herstellen: 1",
        "    SDM-321 kolom wet, regel 2, 3 en nog 7: onbekende code '<b>'. Kies.",
        "  Herkend en hersteld: 1",
        "    SDM-361 herkend. Niets.",
        "b.csv",
        "  Eerst te herstellen: 1",
        "    SDM-301 ontbreekt. =Zet het erbij.",
    ]


def test_page_shows_the_worst_first_escapes_and_says_how_many_more():
    pagina = sources.as_html(MELDINGEN, titel="Controle")
    assert "<b>" not in pagina
    tekst = _Reader(pagina).tekst
    assert "Onbekende code '<b>'" in tekst
    assert "kolom wet, regel 2, 3 en nog 7" in tekst
    assert tekst.index("SDM-321") < tekst.index("SDM-361") < tekst.index("SDM-301")
    assert "2 eerst te herstellen; 0 te controleren; 1 herkend en hersteld" in tekst


def test_page_without_messages_says_that_all_is_well():
    assert "Alle bestanden zijn in orde" in sources.as_html([], titel="Controle")


def test_csv_opens_in_a_dutch_spreadsheet_and_holds_no_formula():
    data = sources.as_csv(MELDINGEN)
    assert data.startswith(b"\xef\xbb\xbf")
    rijen = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert [(rij["code"], rij["aantal"], rij["regels"]) for rij in rijen] == [
        ("SDM-321", "9", "2 3"),
        ("SDM-361", "", ""),
        ("SDM-301", "", ""),
    ]
    assert rijen[2]["herstel"] == "'=Zet het erbij."


# -- drafts ------------------------------------------------------------------------------------------------------------


def test_a_drafted_schema_reads_the_file_it_was_drafted_from(root: Path, folder: Path):
    (folder / "nieuw.csv").write_bytes(nasty.GOED)
    tekst = sources.draft_schema(folder / "nieuw.csv", naam="nieuw")
    add_schema(root, tekst)
    schema = sources.load_schema("nieuw", root=root)
    soorten = {naam: kolom.soort for naam, kolom in schema.kolommen.items()}
    assert soorten == {
        "persoon": "persoonscode", "gemeente": "code", "wijknaam": "code", "aantal": "geheel", "score": "getal",
        "bedrag": "getal", "begin": "datum", "einde": "datum",
    }  # fmt: skip
    assert schema.kolommen["gemeente"].codes == ("0034", "0518", "0599")
    assert sources.read("nieuw", folder=folder, root=root).rijen == 30


def test_a_draft_asks_what_it_cannot_know_and_holds_no_rare_word(folder: Path):
    rijen = nasty.put("wijknaam", 0, "Jansen")
    rijen = nasty.change("score", lambda cel: "1.234" if cel else "", rijen=rijen)
    (folder / "nieuw.csv").write_bytes(nasty.write(nasty.change("begin", lambda cel: "03-04-2015", rijen=rijen)))
    tekst = sources.draft_schema(folder / "nieuw.csv")
    assert "Jansen" not in tekst
    assert re.search(r'"wijknaam": .*# \d zeldzame waarden niet opgenomen', tekst)
    assert re.search(r'"score": .*# getalvorm: nederlands of engels\?', tekst)
    assert re.search(r'"begin": .*# datumvorm: dmj of mdj\?', tekst)


def test_a_draft_advises_to_pseudonymise_and_to_drop_names(folder: Path):
    rijen = [(nasty.bsn(i), f"Persoon {i}", "wmo") for i in range(30)]
    (folder / "nieuw.csv").write_bytes(nasty.write(rijen, kop=("nummer", "achternaam", "wet")))
    tekst = sources.draft_schema(folder / "nieuw.csv")
    assert re.search(r'"nummer": \{soort: persoonscode.*# burgerservicenummers: eerst sdm pseudonymise', tekst)
    assert re.search(r'"achternaam": .*# namen of contactgegevens: haal deze kolom weg', tekst)
    assert "Persoon 1" not in tekst
    assert nasty.bsn(1) not in tekst


def test_a_draft_of_a_spreadsheet_finds_the_table_below_its_title(folder: Path):
    with pd.ExcelWriter(folder / "nieuw.xlsx", engine="openpyxl") as writer:
        frame = pd.DataFrame({"wet": ["wmo", "jeugd"] * 5, "aantal": range(10)})
        frame.to_excel(writer, sheet_name="cijfers", startrow=3, index=False)
        writer.sheets["cijfers"]["A1"] = "Levering tweede kwartaal"
    tekst = sources.draft_schema(folder / "nieuw.xlsx")
    assert 'blad: "cijfers"' in tekst
    assert '"wet": {soort: code, verplicht: ja, codes: ["jeugd", "wmo"]}' in tekst
    assert '"aantal": {soort: geheel, verplicht: ja}' in tekst


def test_a_draft_of_spss_takes_the_labels(folder: Path):
    frame = pd.DataFrame({"hulp": [1.0, 2.0] * 5})
    pyreadstat.write_sav(frame, str(folder / "nieuw.sav"), variable_value_labels={"hulp": {1.0: "Ja", 2.0: "Nee"}})
    assert '"hulp": {soort: code, verplicht: ja, codes: ["Ja", "Nee"]}' in sources.draft_schema(folder / "nieuw.sav")


@pytest.mark.parametrize(("naam", "code"), [("x.docx", "SDM-304"), ("x.csv", "SDM-302"), ("x.sav", "SDM-302")])
def test_a_draft_of_what_cannot_be_read_is_refused(naam: str, code: str, folder: Path):
    (folder / naam).write_bytes(b"")
    with pytest.raises(InvoerFout, match=code):
        sources.draft_schema(folder / naam)


@pytest.mark.parametrize("naam", ["=1+1.csv", " =1+1.csv", "%0A=1.csv", "|calc.csv", "\uff1d1+1.csv", "\u00a0@x.csv"])
def test_no_file_name_begins_a_formula_in_the_list_for_the_supplier(naam):
    regel = sources.as_csv([Melding("SDM-302", "dit bestand is leeg", "Vraag het opnieuw.", bestand=naam)]).decode(
        "utf-8-sig"
    )
    assert f";'{naam};" in regel
