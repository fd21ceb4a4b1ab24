"""The catalogue: what is read, what is refused, and that every worked example comes out."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdm_lib import indicators
from sdm_lib.errors import ParameterFout

ROOT = Path(__file__).resolve().parents[3]
CATALOGUS = indicators.load(ROOT)
BLOK = """
{id}:
  label: Weet waar hulp te vinden is
  zin: Welk deel weet waar hulp te vinden is?
  soort: aandeel
  teller: {{v12: [eens, helemaal_eens]}}
  noemer: {{v12: beantwoord}}
  eenheid: procent
  gunstig: hoger
  relevant_verschil: 0.03
  populatie: inwoners
  bron: bewoners
  instrument: proef
  aard: subjectief
  niveau: proces
  minimum_n: 30
  sinds: 2015K2
  kwaliteit:
    {{helderheid: goed, onderbouwing: goed, relevantie: goed, toewijsbaarheid: goed, interpretatie: goed,
      validiteit: goed, opbouw: goed, prikkels: goed, beschikbaarheid: goed}}
  voorbeeld: {{gegeven: {{v12: [eens, oneens, geen_antwoord, helemaal_eens]}}, uitkomst: 2/3}}
"""


def project(tmp_path: Path, **bestanden: str) -> Path:
    map_ = tmp_path / "params" / "indicatoren"
    map_.mkdir(parents=True)
    for naam, tekst in bestanden.items():
        (map_ / f"{naam}.yaml").write_text(tekst, encoding="utf-8")
    return tmp_path


def test_the_catalogue_of_the_kit_has_no_broken_block():
    assert CATALOGUS.meldingen == ()


@pytest.mark.parametrize("id", list(CATALOGUS))
def test_the_worked_example_comes_out(id):
    assert indicators.check_examples(CATALOGUS, ids=[id]) == ()


def test_a_wrong_example_is_reported_with_its_place(tmp_path):
    root = project(tmp_path, proef=BLOK.format(id="P1").replace("2/3", "3/4"))
    [melding] = indicators.check_examples(indicators.load(root))
    assert str(melding) == (
        "SDM-731 fout: params/indicatoren/proef.yaml, sleutel P1, regel 2: het voorbeeld van P1 geeft 0.666667, "
        "niet 0.75. Verbeter de definitie, of het voorbeeld."
    )


def test_an_example_that_cannot_be_computed_says_why(tmp_path):
    root = project(tmp_path, proef=BLOK.format(id="P1").replace("gegeven: {v12", "gegeven: {v13"))
    [melding] = indicators.check_examples(indicators.load(root))
    assert "kolom 'v12' ontbreekt voor indicator P1" in melding.wat
    assert "Bedoelde u 'v13'?" in melding.wat


def test_a_broken_block_is_reported_and_the_others_load(tmp_path):
    root = project(
        tmp_path, proef=BLOK.format(id="P1").replace("gunstig: hoger", "gunstig: omhoog") + BLOK.format(id="P2")
    )
    catalogus = indicators.load(root)
    assert list(catalogus) == ["P2"]
    assert "onbekende waarde 'omhoog'" in catalogus.meldingen[0].wat
    assert catalogus.meldingen[0].regels == (9,)
    assert catalogus["P2"].onderwerp == "proef"
    assert catalogus.plaatsen["P2"] == ("params/indicatoren/proef.yaml", 23)


@pytest.mark.parametrize(
    ("oud", "nieuw", "melding"),
    [
        (
            "  teller: {v12: [eens, helemaal_eens]}\n",
            "",
            "geef precies een van teller, waarde, schaal, figuur",
        ),
        ("  noemer: {v12: beantwoord}\n", "", "noem v12 ook in 'noemer', bijvoorbeeld {v12: beantwoord}"),
        ("soort: aandeel", "soort: gemiddelde", "soort gemiddelde heeft geen 'teller'"),
        ("bron: bewoners", "bron: register", "bron register en 'teller' passen niet bij elkaar"),
        ("minimum_n: 30", "minimum_n: 0", "minimum_n moet 1 of meer zijn"),
        ("opbouw: goed", "opbouw: zwak", "leg onder 'toelichting' uit waarom opbouw niet voldoende is"),
        ("sinds: 2015K2", "sinds: 2015K2\n  tot: 2015K1", "tot ligt voor sinds"),
        ("uitkomst: 2/3", "uitkomst: 2/3, gewicht: [1, 2]", "de kolommen van het voorbeeld zijn niet even lang"),
        ("minimum_n: 30", "minimum_n: 30\n  id: P9", "onbekende sleutel 'id'"),
    ],
)
def test_a_block_that_contradicts_itself_is_refused(tmp_path, oud, nieuw, melding):
    tekst = BLOK.format(id="P1")
    assert oud in tekst
    catalogus = indicators.load(project(tmp_path, proef=tekst.replace(oud, nieuw)))
    assert list(catalogus) == []
    assert melding in catalogus.meldingen[0].wat


def test_an_id_used_twice_is_reported_with_the_first_place(tmp_path):
    catalogus = indicators.load(project(tmp_path, een=BLOK.format(id="P1"), twee=BLOK.format(id="P1")))
    assert catalogus["P1"].onderwerp == "een"
    assert "indicator 'P1' bestaat al in params/indicatoren/een.yaml regel 2" in str(catalogus.meldingen[0])


def test_an_unknown_id_is_answered_with_the_nearest_one():
    with pytest.raises(ParameterFout) as fout:
        CATALOGUS.kies(["CE01", "CE0l"], bestand="notebooks/clienten.ipynb", regels={"CE0l": 7})
    assert str(fout.value).startswith(
        "SDM-701 fout: notebooks/clienten.ipynb, regel 7: onbekende indicator 'CE0l'. Bedoelde u 'CE"
    )


def test_an_id_asked_for_twice_is_refused():
    with pytest.raises(ParameterFout, match="SDM-702 fout: indicator 'CE01' staat er meer dan een keer"):
        CATALOGUS.kies(["CE01", "CE01"])


def test_a_broken_indicator_that_is_asked_for_points_at_its_block(tmp_path):
    catalogus = indicators.load(project(tmp_path, proef=BLOK.format(id="P1").replace("sinds: 2015K2", "sinds: 2015")))
    with pytest.raises(
        ParameterFout, match=r"\'P1\' staat met een fout in de catalogus\. Verbeter params/indicatoren/proef"
    ):
        catalogus.kies(["P1"])


def test_an_unknown_topic_is_answered_with_the_nearest_one():
    with pytest.raises(ParameterFout, match=r"geen indicatoren voor onderwerp 'kosen'\. Bedoelde u 'kosten'"):
        indicators.load(ROOT, onderwerpen=["kosen"])


def test_only_the_topics_asked_for_are_read():
    assert indicators.load(ROOT, onderwerpen=["kosten"]).onderwerpen == ("kosten",)
