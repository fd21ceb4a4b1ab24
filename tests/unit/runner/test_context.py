"""What the runner sets around a page."""

from pathlib import Path

import pytest

from sdm_lib.results import Piece
from sdm_lib.runner.context import glossary
from tests.unit.report.stukken import aandelen

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("titel", "woorden"),
    [
        ("Cliënten per wijk", {"cliënt", "wijk"}),  # of a plural its singular, with its diacritics
        ("Het grootste deel van de afstand, bij een wijkteam", {"wijkteam"}),  # no ots, stand or wijk
        ("Hulp in de eerste lijn", {"eerste_lijn"}),
    ],
)
def test_the_glossary_tells_words_that_stand_on_the_page_and_no_parts_of_them(titel, woorden):
    piece = Piece("proef/stad/1", "chart", "register", aandelen(), {"titel": titel})
    assert {naam for naam, _ in glossary(ROOT, [piece])} == {"register", *woorden}


def test_the_glossary_stands_in_the_order_of_the_alphabet():
    titel = "Wmo, zorg in natura en cliëntervaring van een cliënt met aanmelding"
    piece = Piece("proef/stad/1", "chart", "register", aandelen(), {"titel": titel})
    namen = [naam for naam, _ in glossary(ROOT, [piece])]
    assert namen[:3] == ["aanmelding", "cliënt", "cliëntervaring"]
    assert namen.index("Wmo") > namen.index("register")
