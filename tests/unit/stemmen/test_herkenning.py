"""What points at a person is found, what points at nobody is left alone, and nothing found reaches a page unsigned."""

import itertools

import pytest

from sdm_lib.errors import PrivacyFout
from sdm_lib.stemmen import herken, load_citaten, redigeer
from sdm_lib.synthetic import gesprekken as verzonnen
from tests.unit.stemmen import herkenbaar

KOP = """\
X1:
  document: Gesprek C01
  tekst: {tekst}
  pseudoniem: respondent een
  wie: een client
  hoofdstuk: toegang
  themas: [toegang]
  toestemming: {{datum: 2015-05-19, wijze: schriftelijk}}
  vrijgegeven: {{door: O&S, datum: 2015-07-13, reden: nagelezen}}
"""


def citaat(tmp_path, tekst, *, erbij=""):
    import json

    path = tmp_path / "clienten.yaml"
    path.write_text(KOP.format(tekst=json.dumps(tekst, ensure_ascii=False)) + erbij, encoding="utf-8")
    return path


def test_at_least_sixty_segments_are_planted_and_all_are_different():
    assert len(set(herkenbaar.GEPLANT)) == len(herkenbaar.GEPLANT) >= 60


@pytest.mark.parametrize("tekst", herkenbaar.GEPLANT)
def test_a_planted_segment_is_no_quote_however_it_was_released(woorden, tmp_path, tekst):
    with pytest.raises(PrivacyFout, match=r"SDM-904.*iemand misschien te herkennen") as fout:
        load_citaten(citaat(tmp_path, tekst), lijst=woorden, bestand="citaten/clienten.yaml")
    kaal = str(fout.value)
    assert not any(tekst[vondst.begin : vondst.eind] in kaal for vondst in herken(tekst, woorden))


@pytest.mark.parametrize("tekst", herkenbaar.GEPLANT)
def test_a_redacted_segment_holds_nothing_any_more(woorden, tmp_path, tekst):
    schoon = redigeer(tekst, herken(tekst, woorden))
    assert load_citaten(citaat(tmp_path, schoon), lijst=woorden, bestand="x")["X1"].tekst == schoon


@pytest.mark.parametrize("tekst", [*herkenbaar.GEWOON, *(zin for thema in verzonnen.THEMAS for zin in thema.zinnen)])
def test_ordinary_words_are_left_alone(woorden, tekst):
    assert [tekst[vondst.begin : vondst.eind] for vondst in herken(tekst, woorden)] == []


@pytest.mark.parametrize(
    ("tekst", "soort", "woord"),
    [
        ("Dat zei Fatima van hiernaast.", "naam", "Fatima"),
        ("Wij wonen in de Zwaluwbeekstraat 14.", "adres", "Zwaluwbeekstraat 14"),
        ("Op basisschool De Zonnewijzer ging het mis.", "school", "basisschool De Zonnewijzer"),
        ("Ik werkte bij garage Van Dam.", "werkgever", "garage Van Dam"),
        ("Sinds de diagnose ALS is alles anders.", "zeldzame ziekte", "ALS"),
        ("Bel mij op 06 12345678.", "telefoonnummer", "06 12345678"),
        ("We komen uit Lelystad.", "eigennaam", "Lelystad"),
    ],
)
def test_the_whole_of_what_points_at_somebody_is_found(woorden, tekst, soort, woord):
    assert [(v.soort, tekst[v.begin : v.eind]) for v in herken(tekst, woorden)] == [(soort, woord)]


def test_age_place_and_condition_are_reported_together_only(woorden):
    samen = "Ik ben 43 jaar en heb reuma, hier in Haven."
    assert {v.soort for v in herken(samen, woorden)} == {"combinatie"}
    for weg in ("43 jaar", "reuma", "Haven"):
        assert herken(samen.replace(weg, "iets"), woorden) == ()


def test_a_word_that_was_let_stand_needs_its_own_signature(woorden, tmp_path):
    tekst = "We komen uit Lelystad en mijn buurvrouw heet Fatima."
    with pytest.raises(PrivacyFout, match=r"1 keer (naam en 1 keer eigennaam|eigennaam en 1 keer naam)"):
        load_citaten(citaat(tmp_path, tekst), lijst=woorden, bestand="x")
    een = "  afgetekend: {Lelystad: een hele stad}\n"
    with pytest.raises(PrivacyFout, match="te herkennen: 1 keer naam"):
        load_citaten(citaat(tmp_path, tekst, erbij=een), lijst=woorden, bestand="x")
    beide = "  afgetekend: {Lelystad: een hele stad, Fatima: een verzonnen naam}\n"
    assert load_citaten(citaat(tmp_path, tekst, erbij=beide), lijst=woorden, bestand="x")


def test_finds_do_not_overlap_and_lie_in_order(woorden):
    for tekst in herkenbaar.GEPLANT:
        gevonden = herken(tekst, woorden)
        assert all(een.eind <= ander.begin for een, ander in itertools.pairwise(gevonden))
        assert all(0 <= vondst.begin < vondst.eind <= len(tekst) for vondst in gevonden)


def test_every_list_of_words_says_where_it_comes_from(woorden):
    for naam in ("voornamen", "straten", "zeldzame_ziekten", "bekend"):
        assert len(getattr(woorden, naam).herkomst) > 10
