"""Words for verdicts, trends and signals, as a table."""

from __future__ import annotations

import typing

import pytest

from sdm_lib.indicators.series import Trend, u_chart, xmr_chart
from sdm_lib.indicators.verdicts import Uitspraak
from sdm_lib.indicators.wording import UITSPRAKEN, colour, signal_sentence, trend_sentence, verdict_sentence

RUSTIG = [100, 103, 98, 101, 99, 102, 97, 100, 104, 99, 101, 100]


@pytest.mark.parametrize(
    ("uitspraak", "zin"),
    [
        ("gehaald", "Het doel (> 34 %) is gehaald."),
        ("waarschijnlijk gehaald", "Het doel (> 34 %) is waarschijnlijk gehaald."),
        ("niet te zeggen", "Of het doel (> 34 %) is gehaald, is niet te zeggen: de marge is daarvoor te groot."),
        ("waarschijnlijk niet gehaald", "Het doel (> 34 %) is waarschijnlijk niet gehaald."),
        ("niet gehaald", "Het doel (> 34 %) is niet gehaald."),
        ("niet gemeten", "Of het doel (> 34 %) is gehaald, is nu niet te beoordelen."),
    ],
)
def test_every_verdict_has_its_sentence(uitspraak, zin):
    assert verdict_sentence(uitspraak, doel="> 34 %") == zin


def test_no_verdict_is_without_words():
    assert set(UITSPRAKEN) == set(typing.get_args(Uitspraak))


@pytest.mark.parametrize(
    ("trend", "zin"),
    [
        (Trend("stijgend", 0.01, 5), "De laatste 5 metingen laten een stijging zien."),
        (Trend("dalend", 0.01, 5), "De laatste 5 metingen laten een daling zien."),
        (Trend("geen trend", 0.4, 5), "De laatste 5 metingen laten geen trend zien."),
        (Trend("reeks te kort", float("nan"), 3), "Met 3 metingen is de reeks te kort voor een trend."),
    ],
)
def test_every_trend_has_its_sentence(trend, zin):
    assert trend_sentence(trend) == zin


@pytest.mark.parametrize(
    ("kaart", "zin"),
    [
        (xmr_chart([*RUSTIG, 100]), "Het laatste cijfer past bij de gewone schommelingen."),
        (xmr_chart([*RUSTIG, 130]), "Het laatste cijfer is duidelijk hoger dan toeval kan verklaren."),
        (xmr_chart([*RUSTIG, 70]), "Het laatste cijfer is duidelijk lager dan toeval kan verklaren."),
        (xmr_chart([*RUSTIG[:4], *[98, 97] * 4]), "De cijfers liggen al acht keer op rij onder het gemiddelde."),
        (u_chart([5, 6], [10, 10]), "De reeks is te kort om bijzondere uitschieters te herkennen."),
    ],
)
def test_every_signal_has_its_sentence(kaart, zin):
    assert signal_sentence(kaart) == zin


@pytest.mark.parametrize(
    ("richting", "gunstig", "kleur"),
    [
        ("hoger", "hoger", "gunstig"), ("lager", "hoger", "ongunstig"), ("hoger", "lager", "ongunstig"),
        ("lager", "lager", "gunstig"), ("hoger", "geen", "neutraal"), ("lager", "geen", "neutraal"),
        ("gelijk", "hoger", "geen"), ("onduidelijk", "geen", "geen"),
    ],
)  # fmt: skip
def test_without_a_direction_a_difference_is_blue(richting, gunstig, kleur):
    assert colour(richting, gunstig=gunstig) == kleur
