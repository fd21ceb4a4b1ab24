"""What a difference may be called."""

from __future__ import annotations

import math
import re

import pytest

from sdm_lib.report.stuk import stuk
from sdm_lib.report.words import bevindingen, oordeel, regels, richting, zin_verschil
from tests.unit.report.stukken import beschermd, rijen, standen, voorbeelden


def verschil(value: float, *, half: float = 0.02, p: float = math.nan, status: str = "ok", **tekst: str):
    rij = {"value": value, "lower": value - half, "upper": value + half, "p": p, "p_adj": p, "reference": 0.5, "n": 400}
    tabel = rijen(rij | {"status": status}, indicator="CE01", unit="aandeel", measure="difference", **tekst)
    return stuk(beschermd(tabel)).rijen[0]


@pytest.mark.parametrize(
    ("value", "half", "p", "grens", "verwacht"),
    [
        (0.05, 0.03, 0.001, 0.03, "hoger"),
        (-0.05, 0.03, 0.001, 0.03, "lager"),
        (0.05, 0.06, 0.10, 0.03, "onduidelijk"),  # not proven
        (0.02, 0.015, 0.01, 0.03, "onduidelijk"),  # proven but smaller than what matters, and may be larger
        (0.01, 0.008, 0.01, 0.03, "gelijk"),  # proven, and surely smaller than what matters
        (0.0, 0.02, 0.9, 0.03, "gelijk"),
        (0.0, 0.04, 0.9, 0.03, "onduidelijk"),  # no proof of a difference is no proof of equality
        (0.05, 0.03, 0.001, math.nan, "hoger"),
        (0.0, 0.01, 0.9, math.nan, "onduidelijk"),  # without a limit there is no equality
    ],
)
def test_verdict(value, half, p, grens, verwacht):
    assert oordeel(verschil(value, half=half, p=p), grens) == verwacht


def test_a_hidden_difference_has_no_verdict():
    rij = verschil(0.3, status="niet_gemeten")
    assert oordeel(rij, 0.03) == "verborgen"
    assert richting(rij, regels({})) == "niet te vergelijken"


@pytest.mark.parametrize(
    ("opties", "zin"),
    [
        (
            {"vergelijking": "nulmeting"},
            "Dat is 5 procentpunt hoger dan bij de nulmeting (marge +3 tot +7 procentpunt).",
        ),
        (
            {"vergelijking": "rest"},
            "Dat is 5 procentpunt hoger dan in de rest van de stad (marge +3 tot +7 procentpunt).",
        ),
        ({"vergelijking": "in 2013"}, "Dat is 5 procentpunt hoger dan in 2013 (marge +3 tot +7 procentpunt)."),
    ],
)
def test_sentence_names_what_it_is_compared_with(opties, zin):
    assert zin_verschil(verschil(0.05, p=0.001), regels(opties | {"relevant_verschil": "0.03"})) == zin


def test_a_relative_limit_is_a_part_of_the_reference():
    assert regels({"relevant_verschil.CE01": "5%"}).grens(verschil(0.1)) == pytest.approx(0.025)


def test_no_rise_is_claimed_without_proof():
    zin = zin_verschil(
        verschil(0.05, half=0.08, p=0.2), regels({"relevant_verschil": "0.03", "vergelijking": "vorige"})
    )
    assert zin == "Er is geen aantoonbaar verschil met het vorige kwartaal (marge −3 tot +13 procentpunt)."


def test_sentences_are_short():
    for publishable in voorbeelden().values():
        view = stuk(publishable)
        for bevinding in bevindingen(view.rijen, view.regels, maximum=20):
            for zin in bevinding.zinnen:
                assert len(re.findall(r"\w+", zin)) <= 20, zin


def test_findings_keep_the_order_of_the_table_within_a_rank():
    view = stuk(beschermd(standen(("CE02", 0.4, "aandeel"), ("CE01", 0.6, "aandeel")), vorm="bevindingen"))
    assert [een.kop.split(":")[0] for een in bevindingen(view.rijen, view.regels)] == [
        "Wordt snel geholpen",
        "Weet waar hulp te vinden is",
    ]
