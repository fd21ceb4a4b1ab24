"""Words on a page: text and never markup, an illustration and no proof, and references that follow the figures."""

import re

import pytest

from sdm_lib import report, results
from sdm_lib.errors import RapportFout
from sdm_lib.report.charts.verzadiging import laatst_nieuw
from sdm_lib.report.verwijzing import verwijzingen
from tests.unit.report.stukken import DUIDING, KADER, aandelen, beschermd, paginas, rijen, standen, voorbeelden

STUKKEN = voorbeelden()


def duiding(*alineas):
    tekst = {f"alinea.{nummer:02d}": alinea for nummer, alinea in enumerate(alineas, start=1)}
    kop = {naam: waarde for naam, waarde in DUIDING.items() if not naam.startswith("alinea.")}
    return beschermd(results.empty(), vorm="duiding", naam="clienten/90", **kop, **tekst)


def cijfers(waarde=0.65):
    return beschermd(standen(("CE01", waarde, "aandeel")), naam="clienten/01")


def test_a_quote_is_text_with_who_said_it_and_no_proof():
    html = report.fragment(STUKKEN["citaten"])
    assert "“Die brieven lees ik drie keer &amp; dan snap ik ze &lt;nog&gt; niet, zo&#x27;n brief.”" in html
    assert '<p class="wie">Mevrouw A, cliënt Wmo</p>' in html
    assert "Het zegt niet hoe vaak dat zo is." in html
    assert "Deze woorden zijn verzonnen: niemand heeft dit gezegd." in html


def test_a_profile_is_no_quotation():
    html = report.fragment(STUKKEN["profielen"])
    assert "<blockquote>" not in html
    assert "Zij is boven de zeventig" in html
    assert "verzonnen" not in html  # the demo's own notice comes with the demo's own deliveries


def test_a_chapter_without_words_shows_nothing():
    assert report.fragment(beschermd(results.empty(), vorm="citaten", titel="In eigen woorden")) == ""


def test_an_interpretation_says_status_author_and_that_it_is_no_finding():
    html = report.fragment(STUKKEN["duiding"])
    plekken = [
        html.index(deel)
        for deel in ("Hypothese", "De weg loopt langs mensen", "Adviesraad, 13 juli 2015", "geen uitkomst")
    ]
    assert plekken == sorted(plekken)


def test_a_topic_without_an_interpretation_says_so():
    leeg = beschermd(results.empty(), vorm="duiding", titel="Duiding")
    assert "Bij dit onderwerp heeft niemand een duiding gegeven." in report.fragment(leeg)
    elders = beschermd(results.empty(), vorm="duiding", titel="Duiding", elders="ja")
    assert "op de pagina van heel Almere" in report.fragment(elders)


def test_on_the_page_a_reference_has_become_the_figure():
    boek, stukken, page = paginas()
    html = report.render_page(boek, stukken, page)
    assert "Van de cliënten weet 65% de weg." in html
    assert "{{" not in html.split("<body>")[1]


def test_a_reference_follows_a_correction_by_itself():
    tekst = duiding("Van de cliënten weet {{clienten.CE01}} de weg.")
    assert verwijzingen([tekst], [tekst, cijfers()]) == {"{{clienten.CE01}}": "65%"}
    assert verwijzingen([tekst], [tekst, cijfers(0.61)]) == {"{{clienten.CE01}}": "61%"}


def test_a_reference_finds_an_area_a_group_and_the_latest_period():
    per_gebied = beschermd(aandelen(), naam="clienten/02")
    tekst = duiding("In Haven {{clienten.CE01 gebied=WK003401}}.")
    assert verwijzingen([tekst], [per_gebied]) == {"{{clienten.CE01 gebied=WK003401}}": "72%"}
    groep = rijen(
        {"periode": "2015K1", "value": 0.5}, {"periode": "2015K2", "value": 0.6},
        indicator="CE09", groep="wet=wmo", unit="aandeel", lower=0.55, upper=0.65, n=200,
    )  # fmt: skip
    tekst = duiding("Wmo {{clienten.CE09 wet=wmo}}.")
    assert verwijzingen([tekst], [beschermd(groep, naam="clienten/03")]) == {"{{clienten.CE09 wet=wmo}}": "60%"}


@pytest.mark.parametrize(
    ("alinea", "melding"),
    [
        ("Ruim {{clienten.CE1}}.", "SDM-914.*clienten.CE1 is geen gepubliceerd cijfer.*Bedoelde u 'CE01'"),
        ("Ruim {{kosten.K01}}.", "SDM-914.*Maak eerst het onderwerp kosten"),
        ("Ruim {{clienten.CE01 wet=wmo}}.", "SDM-914.*niet voor dit gebied of deze groep"),
        ("Ruim {{clienten.CE01}}, dat is 70%.", "SDM-912.*'70%' is met de hand getypt en spreekt het cijfer tegen"),
        ("Dat is 70%.", "SDM-913.*'70%' is met de hand getypt, zonder verwijzing"),
    ],
)
def test_what_cannot_be_looked_up_or_contradicts_stops_the_run(alinea, melding):
    with pytest.raises(RapportFout, match=melding) as fout:
        verwijzingen([duiding(alinea)], [cijfers()])
    assert "params/2015K2/duiding/clienten.md" in str(fout.value)


def test_a_hidden_figure_stays_hidden_in_an_interpretation():
    per_gebied = beschermd(aandelen(), naam="clienten/02")
    with pytest.raises(RapportFout, match=r"SDM-915.*clienten\.CE01 is niet te tonen \(onderdrukt\)"):
        verwijzingen([duiding("In Hout {{clienten.CE01 gebied=WK003405}}.")], [per_gebied])


def test_all_problems_of_a_text_come_at_once():
    with pytest.raises(RapportFout) as fout:
        verwijzingen([duiding("{{clienten.X}}", "Dat is 70%.", "{{clienten.CE01}} is 64%.")], [cijfers()])
    assert [melding.code for melding in fout.value.meldingen] == ["SDM-914", "SDM-913", "SDM-912"]


def test_three_voices_are_named_in_the_title_and_never_ranked_or_tested():
    html = report.fragment(STUKKEN["stemmen"])
    assert re.search(r'class="boodschap">Inwoners 52%, professionals 61% en .*65%<', html)
    assert "de verschillen zijn niet getoetst" in html
    assert "Weet waar men moet zijn als hulp nodig is" in html
    assert not re.search(r"hoger|lager|meer dan|minder dan", re.sub(r"<details.*", "", html))


def test_saturation_says_after_which_interview_nothing_new_came():
    html = report.fragment(STUKKEN["verzadiging"])
    assert (
        "Cliënten Wmo: na gesprek 3 niets nieuws meer; Ouders, jeugdhulp: tot het laatste gesprek kwam er iets bij"
        in html
    )
    assert (laatst_nieuw([1]), laatst_nieuw([1, 1]), laatst_nieuw([1, 2])) == (1, 1, 2)


def test_the_words_belong_to_the_quarter_of_the_figures():
    assert KADER.periode == "2015K2"
    assert all(STUKKEN[naam].table.empty for naam in ("citaten", "profielen", "duiding"))
