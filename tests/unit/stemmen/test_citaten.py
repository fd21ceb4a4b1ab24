"""Quotes and profiles: consent, release by name, said like that, and no rare combination."""

from datetime import date

import pandas as pd
import pytest

from sdm_lib.errors import ParameterFout, PrivacyFout
from sdm_lib.stemmen import Segment, load_citaten, load_profielen, telt
from sdm_lib.stemmen.citaten import check_gesprekken
from sdm_lib.stemmen.profielen import Telbron

CITAAT = """\
K1:
  document: Gesprek C01
  tekst: Die brieven lees ik drie keer en dan snap ik ze nog niet.
  pseudoniem: respondent een
  wie: een client
  hoofdstuk: informatie
  themas: [brieven]
  toestemming: {datum: 2015-05-19, wijze: schriftelijk}
  vrijgegeven: {door: O&S, datum: 2015-07-13, reden: nagelezen}
"""
GEZEGD = (
    Segment(
        1, "Gesprek C01", "Informatie", "Die brieven lees ik drie keer en dan snap ik ze nog niet. Vraag het Fatima."
    ),
)


def lees(tmp_path, woorden, tekst):
    path = tmp_path / "clienten.yaml"
    path.write_text(tekst, encoding="utf-8")
    return load_citaten(path, lijst=woorden, bestand="citaten/clienten.yaml")


def test_a_released_quote_is_read_as_it_stands(tmp_path, woorden):
    citaat = lees(tmp_path, woorden, CITAAT)["K1"]
    assert (citaat.vrijgegeven.door, citaat.toestemming.datum) == ("O&S", date(2015, 5, 19))


def test_a_quote_without_a_release_is_refused(tmp_path, woorden):
    zonder = "\n".join(regel for regel in CITAAT.splitlines() if "vrijgegeven" not in regel)
    with pytest.raises(PrivacyFout, match=r"SDM-903.*regel 1.*citaat K1 is nog niet vrijgegeven.*naam, datum en reden"):
        lees(tmp_path, woorden, zonder)


@pytest.mark.parametrize(
    ("van", "naar", "melding"),
    [
        ("door: O&S", 'door: ""', "SDM-210.*een handtekening heeft een naam en een reden"),
        ("reden: nagelezen", 'reden: ""', "SDM-210.*een handtekening heeft een naam en een reden"),
        ("  toestemming: {datum: 2015-05-19, wijze: schriftelijk}\n", "", "SDM-209.*'toestemming' ontbreekt"),
        ("  pseudoniem: respondent een\n", "", "SDM-209.*'pseudoniem' ontbreekt"),
        ("datum: 2015-07-13, ", "", "SDM-210.*een vrijgave heeft een datum"),
        ("[brieven]", "[]", "SDM-210.*minstens een thema"),
        ("  document: Gesprek C01\n", "", "SDM-210.*een citaat noemt bij document zijn gesprek"),
        ("  wie: een client\n", "", "SDM-210.*in brede woorden wie het zei"),
        ("hoofdstuk:", "hoofstuk:", "SDM-208.*Bedoelde u 'hoofdstuk'"),
    ],
)
def test_what_a_quote_must_have_is_asked_for(tmp_path, woorden, van, naar, melding):
    with pytest.raises(ParameterFout, match=melding):
        lees(tmp_path, woorden, CITAAT.replace(van, naar))


def test_a_quote_needs_the_consent_of_the_list(tmp_path, woorden):
    citaten = lees(tmp_path, woorden, CITAAT)
    for lijst in ({"Gesprek C01": "nee"}, {}):
        with pytest.raises(PrivacyFout, match=r"SDM-905.*geen toestemming"):
            check_gesprekken(citaten, GEZEGD, toestemming=lijst, bestand="x")
    check_gesprekken(citaten, GEZEGD, toestemming={"Gesprek C01": "ja"}, bestand="x")


@pytest.mark.parametrize(
    ("tekst", "gezegd"),
    [
        ("Die brieven lees ik drie keer (...) Vraag het [naam].", True),
        ("die brieven lees ik drie keer", True),
        ("Die brieven lees ik vier keer en dan snap ik ze nog niet.", False),
        ("[alles weg]", False),
        ("Vraag het", False),
    ],
)
def test_a_quote_was_said_like_that_apart_from_redactions(tmp_path, woorden, tekst, gezegd):
    oud = "Die brieven lees ik drie keer en dan snap ik ze nog niet."
    citaten = lees(tmp_path, woorden, CITAAT.replace(oud, f'"{tekst}"'))
    if gezegd:
        check_gesprekken(citaten, GEZEGD, toestemming={"Gesprek C01": "ja"}, bestand="x")
        return
    with pytest.raises(ParameterFout, match=r"SDM-906.*sleutel K1.*niet zo gezegd") as fout:
        check_gesprekken(citaten, GEZEGD, toestemming={"Gesprek C01": "ja"}, bestand="x")
    assert "Fatima" not in str(fout.value)


PROFIEL = """\
P1:
  pseudoniem: respondent een
  kenmerken: {stadsdeel: WK003401, leeftijd: 75-, voorziening: vervoer}
  tekst: Zij is boven de zeventig en gaat met de taxi naar de dagbesteding.
  hoofdstuk: effect
  themas: [meedoen]
  toestemming: {datum: 2015-05-19, wijze: schriftelijk}
  vrijgegeven: {door: O&S, datum: 2015-07-13, reden: nagelezen}
"""
DAG = date(2015, 7, 1)


def register(*rijen):
    frame = pd.DataFrame(rijen, columns=["persoon", "stadsdeel", "geboortejaar", "voorziening", "begin", "einde"])
    return frame.assign(begin=pd.to_datetime(frame["begin"]), einde=pd.to_datetime(frame["einde"]))


def ouderen(n, *, voorziening="vervoer", stadsdeel="WK003401", begin="2015-01-01", einde=None):
    return [(f"{voorziening}{stadsdeel}{k}", stadsdeel, 1935, voorziening, begin, einde) for k in range(n)]


def profielen(tmp_path, woorden, frame, *, tekst=PROFIEL, drempel=10):
    path = tmp_path / "p.yaml"
    path.write_text(tekst, encoding="utf-8")
    return load_profielen(
        path, lijst=woorden, bronnen=(Telbron("Register", frame),), peildatum=DAG, drempel=drempel, bestand="p.yaml"
    )


def test_a_profile_that_ten_people_share_is_let_through(tmp_path, woorden):
    assert profielen(tmp_path, woorden, register(*ouderen(10)))["P1"].pseudoniem == "respondent een"


def test_a_rare_combination_is_refused_and_says_what_to_widen(tmp_path, woorden):
    frame = register(*ouderen(9), *ouderen(40, voorziening="begeleiding"))
    with pytest.raises(
        PrivacyFout, match=r"SDM-907.*zeldzame combinatie.*minder dan 10 mensen.*Maak voorziening ruimer"
    ) as fout:
        profielen(tmp_path, woorden, frame)
    assert "9" not in str(fout.value).replace("SDM-907", "").replace("SDM-909", "")


def test_a_combination_that_no_single_step_mends_says_so(tmp_path, woorden):
    with pytest.raises(PrivacyFout, match="Laat meer dan een kenmerk weg"):
        profielen(tmp_path, woorden, register(*ouderen(3)))


def test_who_stopped_or_has_two_spells_counts_as_it_should():
    frame = register(
        *ouderen(4), *ouderen(4), *ouderen(5, stadsdeel="WK003402"), *ouderen(6, voorziening="x", einde="2015-07-01")
    )
    assert telt(frame, {"stadsdeel": "WK003401"}, peildatum=DAG) == 4
    assert telt(frame, {"stadsdeel": "WK003401"}, peildatum=date(2015, 6, 30)) == 10
    assert telt(frame, {"leeftijd": "80-80"}, peildatum=DAG) == 9


def test_a_survey_counts_who_answered():
    frame = pd.DataFrame({"opleiding": ["laag"] * 3, "uitkomst": ["volledig", "gedeeltelijk", "geen_respons"]})
    assert telt(frame, {"opleiding": "laag"}, peildatum=DAG) == 2


def test_characteristics_that_nobody_can_count_are_refused(tmp_path, woorden):
    with pytest.raises(ParameterFout, match=r"SDM-908.*woonplats"):
        profielen(tmp_path, woorden, register(*ouderen(20)), tekst=PROFIEL.replace("voorziening", "woonplats"))


def test_an_age_that_is_no_class_is_refused():
    with pytest.raises(ValueError, match="written 65-74 or 75-, got 'oud'"):
        telt(register(*ouderen(1)), {"leeftijd": "oud"}, peildatum=DAG)


def test_a_quote_among_the_profiles_is_refused_and_the_other_way_round(tmp_path, woorden):
    with pytest.raises(ParameterFout, match=r"SDM-916.*sleutel K1.*dit is geen profiel"):
        profielen(tmp_path, woorden, register(*ouderen(20)), tekst=CITAAT)
    with pytest.raises(ParameterFout, match=r"SDM-916.*sleutel P1.*dit is geen citaat"):
        lees(tmp_path, woorden, PROFIEL)


def test_a_profile_is_read_for_names_and_released_by_name_too(tmp_path, woorden):
    tekst = PROFIEL.replace("met de taxi", "met Fatima")
    with pytest.raises(PrivacyFout, match=r"SDM-904.*sleutel P1.tekst.*1 keer naam"):
        profielen(tmp_path, woorden, register(*ouderen(20)), tekst=tekst)
    zonder = "\n".join(regel for regel in PROFIEL.splitlines() if "vrijgegeven" not in regel)
    with pytest.raises(PrivacyFout, match=r"SDM-903.*profiel P1"):
        profielen(tmp_path, woorden, register(*ouderen(20)), tekst=zonder)
