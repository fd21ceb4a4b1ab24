"""What was said in an interview is found when it is typed over, a word changed or not; ordinary sentences are not."""

import pytest

from sdm_lib.disclosure import Kanaries, guard
from sdm_lib.disclosure.gezegd import Gezegd

GEZEGD = "Mijn zus wees ons toen gelukkig de weg naar het wijkteam in de bibliotheek, en daar werd echt geluisterd."
KORT = "Niemand heeft ons gebeld."
WEG = [
    GEZEGD,
    "Een cliënt vertelde: mijn zus wees ons toen gelukkig de weg naar het wijkteam.",
    "Mijn zus wees ons gelukkig de weg naar het wijkteam.",  # a word left out
    "Mijn zus wees ons toen gelukkig een weg naar het wijkteam.",  # a word changed
    "Mijn zus wees ons toen heel gelukkig de weg naar dat wijkteam.",  # one put in, one changed
    "de weg naar het wijkteam in de bibliotheek",  # a part of it
    "MIJN ZUS wees ons toen, gelukkig, de weg",  # written otherwise
]
BLIJFT = [
    "De weg naar het wijkteam is bij veel cliënten niet bekend.",
    "Cliënten vinden de weg naar hulp vaak via bekenden, zoals een zus.",
    "Mijn zus heeft ons toen verteld dat er een wijkteam was.",  # in other words
    "In de bibliotheek was een bijeenkomst, en daar werd over de brieven gesproken.",
    "Mijn buurman wist de weg.",
]


def vondsten(tekst, *, gezegd=(GEZEGD,), toegestaan=frozenset()):
    gevonden = guard(tekst.encode(), soort="html", canaries=Kanaries.van((), gezegd=gezegd), toegestaan=toegestaan)
    return {een.categorie for een in gevonden}


@pytest.mark.parametrize("tekst", WEG)
def test_what_was_said_is_found_in_the_same_words_or_nearly(tekst):
    assert vondsten(f"<p>{tekst}</p>") == {"woorden uit een gesprek"}


@pytest.mark.parametrize("tekst", BLIJFT)
def test_an_ordinary_sentence_on_the_same_subject_is_not(tekst):
    assert vondsten(f"<p>{tekst}</p>") == set()


def test_markup_within_the_sentence_hides_nothing():
    assert vondsten("<p>Mijn <em>zus</em> wees ons <strong>toen</strong> gelukkig de weg.</p>")


def test_what_was_released_may_stand_there():
    vrij = "Mijn zus wees ons toen gelukkig de weg"
    assert vondsten(f"<p>“{vrij}.”</p>", toegestaan=frozenset({vrij})) == set()


def test_a_remark_of_few_words_is_left_to_the_search_for_the_very_words():
    assert Gezegd.van([KORT.lower().rstrip(".").split()]).nodig == ()
    assert guard(f"<p>{KORT}</p>".encode(), soort="html", canaries=Kanaries.van([KORT], gezegd=[KORT]))


def test_a_page_that_repeats_a_remark_is_told_how_often():
    (een,) = guard(f"<p>{GEZEGD[:56]}</p>{'<p>los woord</p>' * 9}<p>{GEZEGD[:56]}</p>".encode(), soort="html",
                   canaries=Kanaries.van((), gezegd=[GEZEGD]))  # fmt: skip
    assert (een.categorie, een.aantal) == ("woorden uit een gesprek", 2)
    assert "zus" not in str(een)


def test_two_indexes_together_find_what_each_finds():
    ander = "Zij kwamen elke week een uur te laat en niemand zei waarom."
    beide = Kanaries.van((), gezegd=[GEZEGD]) | Kanaries.van((), gezegd=[ander])
    for tekst in (GEZEGD, ander):
        assert list(beide.zoek_gezegd(tekst))
    assert not list(Kanaries.van((), gezegd=[GEZEGD]).zoek_gezegd(ander))
