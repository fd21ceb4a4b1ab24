"""Contrast and colour blindness, as numbers."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from sdm_lib.report import palette
from sdm_lib.report.palette import DONKER, LICHT, contrast

# Machado, Oliveira and Fernandes (2009), IEEE TVCG 15, table 1, severity 1.0; on linear RGB.
ZICHT = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}

TEKST = ("inkt", "zacht", "blauw", "oranje", "groen")  # of text on page and card; on a map the steps have their own


@pytest.mark.parametrize("schema", [LICHT, DONKER], ids=["licht", "donker"])
@pytest.mark.parametrize("token", TEKST)
def test_text_colours_have_contrast_on_page_and_card(schema, token):
    assert contrast(schema[token], schema["papier"]) >= 4.5
    assert contrast(schema[token], schema["vlak"]) >= 4.5


@pytest.mark.parametrize("schema", [LICHT, DONKER], ids=["licht", "donker"])
def test_lines_and_marks_have_contrast_with_the_page(schema):
    for token in palette.REEKS:
        assert contrast(schema[token], schema["papier"]) >= 3, token


@pytest.mark.parametrize("schema", [LICHT, DONKER], ids=["licht", "donker"])
def test_the_outline_of_answer_bars_has_contrast_with_the_page(schema):
    assert contrast(schema["inkt"], schema["papier"]) >= 3
    assert all(contrast(schema["inkt"], schema[tint.token]) >= 1.5 for tint in palette.SCHAAL5)


@pytest.mark.parametrize("schema", [LICHT, DONKER], ids=["licht", "donker"])
def test_the_band_is_readable(schema):
    assert contrast(schema["bandtekst"], schema["band"]) >= 7


@pytest.mark.parametrize("schema", [LICHT, DONKER], ids=["licht", "donker"])
def test_text_is_readable_on_every_step_of_a_map_and_steps_stay_apart(schema):
    for trap, tekst in zip(palette.TRAP, palette.TRAPTEKST, strict=True):
        assert contrast(schema[trap], schema[tekst]) >= 4.5, trap
    licht = [palette.luminance(schema[trap]) for trap in palette.TRAP]
    stappen = [contrast(schema[a], schema[b]) for a, b in itertools.pairwise(palette.TRAP)]
    assert licht in (sorted(licht), sorted(licht, reverse=True))
    assert min(stappen) >= 1.3


def _lab(hex_kleur: str, zicht: str | None) -> np.ndarray:
    srgb = np.array([int(hex_kleur[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    lineair = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    if zicht:
        lineair = np.clip(np.array(ZICHT[zicht]) @ lineair, 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ lineair
    t = xyz / np.array([0.9505, 1.0, 1.089])
    f = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("zicht", [None, *ZICHT])
@pytest.mark.parametrize("schema", [LICHT, DONKER], ids=["licht", "donker"])
def test_the_first_four_series_stay_apart_for_every_eye(schema, zicht):
    for een, ander in itertools.combinations(palette.REEKS[:4], 2):
        assert np.linalg.norm(_lab(schema[een], zicht) - _lab(schema[ander], zicht)) > 12, (een, ander)


def test_series_differ_without_colour():
    tekens = list(zip(map(str, palette.STREEP), palette.TEKEN, strict=True))
    assert len(tekens) == len(set(tekens)) == len(palette.REEKS)


def test_every_scheme_has_every_token():
    assert set(LICHT) == set(DONKER) == set(palette.SYSTEEM)
    assert len(set(LICHT.values())) == len(LICHT)


@pytest.mark.parametrize("schema", [LICHT, DONKER], ids=["licht", "donker"])
def test_in_grey_every_pair_of_answers_differs_in_lightness_or_in_hatch(schema):
    for een, ander in itertools.combinations(palette.SCHAAL5, 2):
        licht = contrast(schema[een.token], schema[ander.token])
        assert licht >= 1.3 or een.arcering != ander.arcering, (een, ander, licht)


@pytest.mark.parametrize("schema", [LICHT, DONKER], ids=["licht", "donker"])
def test_a_hatch_is_seen_on_its_own_ground(schema):
    gearceerd = [tint for tint in palette.SCHAAL5 if tint.arcering]
    assert len(gearceerd) == 2
    assert all(contrast(schema[tint.lijn], schema[tint.token]) >= 3 for tint in gearceerd)
    for trap, inkt in zip(palette.TRAP, palette.TRAPTEKST, strict=True):  # dots on a map
        assert contrast(schema[trap], schema[inkt]) >= 3
    assert contrast(schema["grijs"], schema["papier"]) >= 3  # what is not shown
