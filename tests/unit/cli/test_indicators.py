"""`sdm indicators` and `sdm new`: a researcher without Python finds, adds and sees an indicator."""

import csv
import io
import json

import pytest

from sdm_lib import indicators


def test_words_find_and_one_id_explains(sdm):
    code, out, _ = sdm("indicators", "eenzaam", "emotioneel")
    assert code == 0
    assert out.startswith("NM05  Emotioneel eenzaam\n")
    assert "Noemer: " in sdm("indicators", "CE01")[1]
    lijst = sdm("indicators", "cliënten", "wijkteam")[1].splitlines()
    assert len(lijst) > 1
    assert all(len(regel.split("  ")) > 1 for regel in lijst)


def test_as_csv_every_indicator_has_one_row_with_its_quality(sdm, catalogus_ids):
    code, out, _ = sdm("indicators", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out), delimiter=";"))
    assert code == 0
    assert [row["id"] for row in rows] == catalogus_ids
    assert {"helderheid", "prikkels", "beschikbaarheid", "teller", "noemer", "relevant_verschil"} <= set(rows[0])


@pytest.fixture
def catalogus_ids():
    return list(indicators.load())


def test_a_broken_block_is_told_and_the_others_are_listed(project, sdm):
    path = project / "params" / "indicatoren" / "clienten.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("minimum_n: 30", "minimum_n: x", 1), encoding="utf-8")
    code, out, err = sdm("indicators", "clienten")
    assert code == 2
    assert "params/indicatoren/clienten.yaml, sleutel CE01.minimum_n, regel 19: 'x' past hier niet" in err
    assert "CE02" in out
    assert "CE01 " not in out


def test_a_new_indicator_is_in_the_catalogue_and_in_the_notebook(project, sdm):
    code, out, err = sdm("new", "indicator", "CE41", "clienten", "--vraag", "brieven_begrijpelijk", "--toon")
    assert (code, err) == (0, "")
    assert "sdm run 2015K2 clienten" in out
    made = indicators.load(project)
    assert made.meldingen == ()
    assert made["CE41"].teller == {"brieven_begrijpelijk": ("helemaal_eens", "eens")}
    bestand, regel = made.plaatsen["CE41"]
    assert f"{bestand}, vanaf regel {regel}." in out
    sources = ["".join(cell["source"]) for cell in notebook(project, "clienten")]
    plek = next(k for k, tekst in enumerate(sources) if 'estimate("CE41")' in tekst)
    assert sources[plek + 1].startswith("## Verantwoording")


def notebook(project, naam):
    return json.loads((project / "notebooks" / f"{naam}.ipynb").read_text(encoding="utf-8"))["cells"]


@pytest.mark.parametrize(
    ("words", "tekst"),
    [
        (["CE01", "clienten"], "SDM-704 fout: params/indicatoren/clienten.yaml, regel 4: indicator 'CE01' bestaat al."),
        (
            ["CE41", "clinten"],
            "SDM-703 fout: params/indicatoren: geen indicatoren voor onderwerp 'clinten'. Bedoelde u 'clienten'?",
        ),
        (["CE41", "clienten", "--vraag", "v66"], "SDM-263 fout: onbekende vraag 'v66'. Bedoelde u 'v06'?"),
        (["CE41", "clienten", "--vraag", "v06", "--telt", "ja"], "antwoord 'ja' bestaat niet bij 'v06'."),
        (["CE41", "clienten", "--als", "CE0"], "onbekende indicator 'CE0'."),
        (["KX41", "kosten"], "SDM-266 fout: geen enkel kwartaal heeft onderwerp 'kosten'"),
    ],
)
def test_what_cannot_be_added_is_refused_and_nothing_is_written(project, sdm, words, tekst):
    folder = project / "params" / "indicatoren"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    code, _, err = sdm("new", "indicator", *words)
    assert code == 2
    assert tekst in err
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_copy_of_an_indicator_loads(project, sdm):
    assert sdm("new", "indicator", "BC41", "basiscijfers", "--als", "BC02")[0] == 0
    assert indicators.load(project)["BC41"].figuur == "per_1000"


def test_a_new_topic_has_its_three_files_and_a_second_one_is_refused(project, sdm):
    code, out, err = sdm("new", "onderwerp", "wonen", "--bron", "clienten")
    assert (code, err) == (0, "")
    assert "sdm run 2015K2 wonen" in out
    assert indicators.load(project)["WO01"].onderwerp == "wonen"
    assert 'start("wonen"' in "".join("".join(cell["source"]) for cell in notebook(project, "wonen"))
    run = (project / "params" / "2015K2" / "wonen.yaml").read_text(encoding="utf-8")
    assert "gebieden: [stad]" in run
    assert "SDM-262 fout: params/indicatoren/wonen.yaml bestaat al" in sdm("new", "onderwerp", "wonen")[2]


@pytest.mark.parametrize(
    ("words", "tekst"),
    [
        (["Wonen 1"], "SDM-261 fout: 'Wonen 1' kan geen onderwerp zijn."),
        (["wonen", "--bron", "register"], "SDM-264 fout: 'register' is geen enquete."),
        (["wonen", "--kwartaal", "2015K1"], "SDM-264 fout: geen onderwerp van 2015K1 gebruikt enquete 'bewoners'."),
    ],
)
def test_a_topic_that_cannot_be_begun_is_refused(project, sdm, words, tekst):
    code, _, err = sdm("new", "onderwerp", *words)
    assert code == 2
    assert tekst in err
    assert not (project / "notebooks" / "wonen.ipynb").exists()


@pytest.mark.parametrize(
    ("woorden", "wat"),
    [
        (["CE99"], "geen indicator met 'CE99'. Bedoelde u 'CE"),
        (["ce0l"], "Bedoelde u 'CE"),
        (["clinten"], "geen indicator met 'clinten'. Bedoelde u 'cli"),
        (["ernstg", "eenzaam"], "geen indicator met 'ernstg'. Bedoelde u 'Ernstig'?"),
        (["qqq"], "geen indicator met 'qqq'. Zoek korter; sdm indicators toont alles."),
        (["CE01", "CE02"], "geen indicator met al deze woorden"),
    ],
)
def test_a_search_that_finds_nothing_offers_the_nearest(project, sdm, woorden, wat):
    code, out, err = sdm("indicators", *woorden)
    assert (code, out) == (2, "")
    assert f"SDM-701 fout: {wat}" in err or wat in err
