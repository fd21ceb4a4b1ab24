"""Drafts of indicators: they load, their example comes out, and what cannot be is refused with the nearest."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdm_lib import indicators
from sdm_lib.errors import ParameterFout
from sdm_lib.indicators import drafts
from sdm_lib.kwartaal import Kwartaal

ROOT = Path(__file__).resolve().parents[3]
SINDS = Kwartaal(2015, 2)
EENS5 = ("helemaal_eens", "eens", "neutraal", "oneens", "helemaal_oneens", "niet_van_toepassing", "geen_antwoord")
VRAAG = drafts.Vraag("clienten", "v06", "Kwaliteit is goed", EENS5)
JA_NEE = drafts.Vraag("bewoners", "burenhulp", "Helpt buren", ("ja", "nee", "geen_antwoord"))


def loaded(tmp_path, blok):
    folder = tmp_path / "params" / "indicatoren"
    folder.mkdir(parents=True)
    (folder / "proef.yaml").write_text(blok, encoding="utf-8")
    made = indicators.load(tmp_path)
    assert made.meldingen == ()
    return made


@pytest.mark.parametrize(
    ("vraag", "telt"),
    [(VRAAG, ("helemaal_eens", "eens")), (JA_NEE, ("ja",))],
)
def test_a_draft_counts_agreement_or_the_first_answer_and_its_example_comes_out(catalogus, tmp_path, vraag, telt):
    made = loaded(tmp_path, drafts.from_question("ZZ01", vraag, catalogue=catalogus, sinds=SINDS))
    assert made["ZZ01"].teller == {vraag.kolom: telt}
    assert indicators.check_examples(made) == ()
    assert indicators.check_definitions(made, root=ROOT) == ()


def test_a_draft_counts_the_answers_that_were_named(catalogus, tmp_path):
    blok = drafts.from_question("ZZ01", VRAAG, catalogue=catalogus, sinds=SINDS, telt=["oneens"])
    assert loaded(tmp_path, blok)["ZZ01"].teller == {"v06": ("oneens",)}


def test_a_draft_of_a_subject_with_a_colon_and_quotes_is_still_yaml(catalogus, tmp_path):
    vraag = drafts.Vraag("bewoners", "burenhulp", 'Helpt: "de buren"', ("ja", "nee"))
    made = loaded(tmp_path, drafts.from_question("ZZ01", vraag, catalogue=catalogus, sinds=SINDS))
    assert made["ZZ01"].label == 'Helpt: "de buren"'


@pytest.mark.parametrize("ander", ["BC02", "K04", "NM04", "CJ03", "SG03"])
def test_a_copy_differs_in_id_and_label_only(catalogus, tmp_path, ander):
    tekst = (ROOT / catalogus.plaatsen[ander][0]).read_text(encoding="utf-8")
    made = loaded(tmp_path, drafts.copy_of("ZZ01", ander, catalogue=catalogus, tekst=tekst))["ZZ01"]
    origineel = catalogus[ander]
    assert made.label == f"{origineel.label} (kopie)"
    for naam in ("zin", "figuur", "argumenten", "schaal", "kwaliteit", "voorbeeld", "relevant_verschil"):
        assert getattr(made, naam) == getattr(origineel, naam), naam


@pytest.mark.parametrize(
    ("id", "telt", "tekst"),
    [
        ("CE01", (), r"SDM-704 .*indicator 'CE01' bestaat al\. Kies een andere code"),
        ("CE 1: x", (), "SDM-705 .*'CE 1: x' kan geen code zijn"),
        ("ZZ01", ("ens",), r"SDM-732 .*antwoord 'ens' bestaat niet bij 'v06'\. Bedoelde u '"),
        ("ZZ01", EENS5[:5], "SDM-706 .*alle antwoorden van 'v06' tellen mee"),
    ],
)
def test_a_draft_that_cannot_be_is_refused(catalogus, id, telt, tekst):
    with pytest.raises(ParameterFout, match=tekst):
        drafts.from_question(id, VRAAG, catalogue=catalogus, sinds=SINDS, telt=telt)


def test_a_copy_of_an_unknown_indicator_names_the_nearest(catalogus):
    with pytest.raises(ParameterFout, match=r"onbekende indicator 'BC0Z'\. Bedoelde u 'BC"):
        drafts.copy_of("ZZ01", "BC0Z", catalogue=catalogus, tekst="")
