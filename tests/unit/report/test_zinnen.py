"""Sentences as a table: direction, difference, certainty and status in, text out."""

import math

import pytest

from sdm_lib.report.figures import cijfers
from sdm_lib.report.words import ONGETOETST, oordeel, regels, richting, zin_verschil
from tests.unit.report.stukken import beschermd, rijen

LEEG = math.nan
# value, lower, upper, p_adj, status of the row; comparison; verdict, words of a card, sentence
TABEL = [
    (0.06, 0.02, 0.10, 0.001, "ok", "nulmeting", "hoger", "gestegen met 6 procentpunt",
     "Dat is 6 procentpunt hoger dan bij de nulmeting (marge +2 tot +10 procentpunt)."),
    (-0.06, -0.10, -0.02, 0.001, "ok", "vorige", "lager", "gedaald met 6 procentpunt",
     "Dat is 6 procentpunt lager dan in het vorige kwartaal (marge −10 tot −2 procentpunt)."),
    (0.06, 0.02, 0.10, 0.001, "ok", "rest", "hoger", "6 procentpunt hoger",
     "Dat is 6 procentpunt hoger dan in de rest van de stad (marge +2 tot +10 procentpunt)."),
    (-0.06, -0.10, -0.02, 0.001, "ok", "jaar_eerder", "lager", "gedaald met 6 procentpunt",
     "Dat is 6 procentpunt lager dan een jaar eerder (marge −10 tot −2 procentpunt)."),
    # proven but smaller than matters: no fall; the whole interval within what matters: remained equal
    (0.01, 0.005, 0.015, 0.001, "ok", "nulmeting", "gelijk", "gelijk gebleven",
     "Dat is gelijk gebleven, vergeleken met de nulmeting."),
    (0.01, 0.005, 0.015, 0.001, "ok", "rest", "gelijk", "vrijwel gelijk",
     "Dat is vrijwel gelijk, vergeleken met de rest van de stad."),
    (0.02, 0.002, 0.038, 0.03, "ok", "nulmeting", "onduidelijk", "geen aantoonbaar verschil",
     "Er is geen aantoonbaar verschil met de nulmeting (marge 0 tot +4 procentpunt)."),
    # large but not proven; proven before correction only
    (0.06, -0.02, 0.14, 0.15, "ok", "vorige", "onduidelijk", "geen aantoonbaar verschil",
     "Er is geen aantoonbaar verschil met het vorige kwartaal (marge −2 tot +14 procentpunt)."),
    # a full count is judged on its size alone
    (0.06, LEEG, LEEG, LEEG, "ok", "vorige", "hoger", "gestegen met 6 procentpunt",
     "Dat is 6 procentpunt hoger dan in het vorige kwartaal."),
    (0.00, LEEG, LEEG, LEEG, "ok", "vorige", "gelijk", "gelijk gebleven",
     "Dat is gelijk gebleven, vergeleken met het vorige kwartaal."),
    # hidden, not measured, not published: nothing is said but that it cannot be shown
    (0.06, 0.02, 0.10, 0.001, "te_klein", "nulmeting", "verborgen", "niet te vergelijken",
     "Een vergelijking met de nulmeting is niet te tonen."),
    (LEEG, LEEG, LEEG, LEEG, "niet_gemeten", "nulmeting", "verborgen", "niet te vergelijken",
     "Een vergelijking met de nulmeting is niet te tonen."),
    (LEEG, LEEG, LEEG, LEEG, "niet_gepubliceerd", "referentie", "verborgen", "niet te vergelijken",
     "Een vergelijking met vergelijkbare gemeenten is niet te tonen."),
]  # fmt: skip


def verschil(value, lower, upper, p, status, met, method="t"):
    tabel = rijen(
        {"value": value, "lower": lower, "upper": upper, "p": p, "p_adj": p, "reference": 0.5, "n": 400},
        indicator="CE01", unit="procentpunt", measure="difference", status=status, method=method,
    )  # fmt: skip
    stuk = beschermd(tabel, vorm="table", vergelijking=met, relevant_verschil="0.03")
    return cijfers(stuk)[0], regels(stuk.opties)


@pytest.mark.parametrize(("rij", "oordeel_", "woorden", "zin"), [(r[:6], *r[6:]) for r in TABEL])
def test_a_difference_in_words(rij, oordeel_, woorden, zin):
    cijfer, hoe = verschil(*rij)
    assert oordeel(cijfer, hoe.grens(cijfer)) == oordeel_
    assert richting(cijfer, hoe) == woorden
    assert zin_verschil(cijfer, hoe).replace("\N{NO-BREAK SPACE}", " ") == zin


@pytest.mark.parametrize(
    ("value", "woorden"),
    [(-0.10, "10 procentpunt lager, niet te toetsen"), (0.10, "10 procentpunt hoger, niet te toetsen"),
     (0.0, "even hoog, niet te toetsen")],
)  # fmt: skip
def test_what_has_no_published_margin_gets_no_test_and_no_colour(value, woorden):
    method = f"{ONGETOETST}, grens door afronding"
    cijfer, hoe = verschil(value, value - 0.01, value + 0.01, LEEG, "ok", "referentie", method=method)
    assert oordeel(cijfer, hoe.grens(cijfer)) == "geen"
    assert richting(cijfer, hoe) == woorden
    assert zin_verschil(cijfer, hoe).startswith(f"Vergeleken met vergelijkbare gemeenten: {woorden}; door afronding ")
