"""An interpretation is signed, its figures are references, and a typed figure that contradicts stops the run."""

import pytest

from sdm_lib.errors import ParameterFout, RapportFout
from sdm_lib.stemmen import Verwijzing, load_duiding, vul_in

KOP = "---\nauteur: O&S\ndatum: 2015-07-13\nstatus: {status}\ntitel: Een titel\n{erbij}---\n\n"


def lees(tmp_path, tekst="Het is {{clienten.CE01}}.\n\nTwee.", *, status="hypothese", erbij=""):
    path = tmp_path / "clienten.md"
    path.write_text(KOP.format(status=status, erbij=erbij) + tekst, encoding="utf-8")
    return load_duiding(path, bestand="duiding/clienten.md")


def test_head_and_paragraphs_are_read(tmp_path):
    wat = lees(tmp_path)
    assert (wat.auteur, wat.tekst_status, wat.alineas) == ("O&S", "Hypothese", ("Het is {{clienten.CE01}}.", "Twee."))


def test_consensus_names_its_partners(tmp_path):
    assert (
        lees(tmp_path, status="consensus", erbij="partners: [a, b]\n").tekst_status == "Consensus met partners: a en b"
    )
    with pytest.raises(ParameterFout, match=r"SDM-210.*noem hen bij partners"):
        lees(tmp_path, status="consensus")


@pytest.mark.parametrize(
    ("van", "naar", "melding"),
    [
        ("auteur: O&S", 'auteur: ""', "SDM-210.*een duiding is ondertekend"),
        ("datum: 2015-07-13\n", "", "SDM-209.*'datum' ontbreekt"),
        ("status: hypothese", "status: mening", "SDM-212.*onbekende waarde 'mening'"),
        ("---\nauteur", "auteur", "SDM-910.*geen kop"),
        ("Het is {{clienten.CE01}}.", "Het is {{CE01}}.", "SDM-911.*'{{CE01}}' is geen verwijzing"),
    ],
)
def test_what_an_interpretation_must_have_is_asked_for(tmp_path, van, naar, melding):
    path = tmp_path / "x.md"
    path.write_text(
        (KOP.format(status="hypothese", erbij="") + "Het is {{clienten.CE01}}.").replace(van, naar), encoding="utf-8"
    )
    with pytest.raises(ParameterFout, match=melding):
        load_duiding(path, bestand="x.md")


def test_an_empty_interpretation_is_refused(tmp_path):
    with pytest.raises(ParameterFout, match=r"SDM-910.*geen tekst"):
        lees(tmp_path, "\n\n")


def test_a_reference_names_an_area_or_a_group():
    assert Verwijzing.parse("clienten.CE01 gebied=WK003401") == Verwijzing("clienten", "CE01", "WK003401", "")
    assert Verwijzing.parse("stelsel.ST01 b=2 a=1") == Verwijzing("stelsel", "ST01", "", "a=1;b=2")


def cijfer(**waarden):
    return lambda wat: waarden[wat.indicator]


def test_references_follow_a_correction_by_themselves():
    alinea = "Van de cliënten weet {{clienten.CE01}} de weg; het cijfer is {{clienten.CE16}}."
    assert vul_in(alinea, cijfer(CE01="68%", CE16="7,3"), bestand="x") == {
        "{{clienten.CE01}}": "68%",
        "{{clienten.CE16}}": "7,3",
    }
    assert vul_in(alinea, cijfer(CE01="64%", CE16="7,1"), bestand="x")["{{clienten.CE01}}"] == "64%"


@pytest.mark.parametrize("getypt", ["70%", "70 procent", "70 %", "68,5%"])
def test_a_typed_figure_that_contradicts_stops_the_run(getypt):
    with pytest.raises(RapportFout, match=r"SDM-912.*spreekt het cijfer tegen: \{\{clienten.CE01\}\} is 68%"):
        vul_in(f"Ruim {getypt} weet de weg ({{{{clienten.CE01}}}}).", cijfer(CE01="68%"), bestand="x")


@pytest.mark.parametrize("getypt", ["68%", "68 procent"])
def test_a_typed_figure_that_says_the_same_may_stand_until_it_does_not(getypt):
    alinea = f"{getypt} weet de weg, zie {{{{clienten.CE01}}}}."
    assert vul_in(alinea, cijfer(CE01="68%"), bestand="x")
    with pytest.raises(RapportFout, match=r"SDM-912"):
        vul_in(alinea, cijfer(CE01="67%"), bestand="x")


@pytest.mark.parametrize(
    "zin",
    ["Het is 70%.", "Gemiddeld een 7,3.", "Het kostte € 1.200.", "Van de 1.340 mensen.", "12 van de 29 zeggen dit."],
)
def test_a_typed_figure_without_a_reference_is_refused(zin):
    with pytest.raises(RapportFout, match=r"SDM-913.*zonder verwijzing"):
        vul_in(zin, cijfer(), bestand="x")


@pytest.mark.parametrize(
    "zin",
    [
        "Sinds 2015 geldt artikel 2.5.1 van de wet.",
        "Op 1 juli 2015 begon het.",
        "Wie 65 jaar of ouder is.",
        "In 2015K2 en het 2e kwartaal.",
        "Drie van de vier partners zijn het eens.",
        "Zij vulden 3 formulieren in.",
    ],
)
def test_years_dates_ages_articles_and_small_counts_may_be_typed(zin):
    assert vul_in(zin, cijfer(), bestand="x") == {}
