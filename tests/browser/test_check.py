"""The page of `sdm check` in a real browser: accessible, readable on a phone, nothing from outside."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sdm_lib import sources
from sdm_lib.errors import Melding
from tests.browser.test_pages import axe, open_page

MELDINGEN = [
    Melding("SDM-321", "onbekende code 'x'", "Verbeter haar.", bestand="a.csv", kolom="wet", regels=(2, 3), aantal=9),
    Melding("SDM-333", "de som is een andere", "Vraag opnieuw.", bestand="a.csv", waarom="Het kan zijn afgekapt."),
    Melding("SDM-314", "geen regeleinde", "Tel na.", bestand="een-heel-lange-naam-van-een-levering-2015.csv",
            ernst="waarschuwing"),
    Melding("SDM-361", "opgeslagen als Windows-1252; herkend", "Niets.", bestand="a.csv", ernst="hersteld"),
]  # fmt: skip

PAPIER = {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 24, 30)"}


@pytest.fixture(scope="module")
def pagina(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("controle") / "controle.html"
    uitleg = sources.uitleg()
    tekst = sources.as_html(sources.explained(MELDINGEN, uitleg), titel="Controle 2015K2", uitleg=uitleg)
    path.write_text(tekst, encoding="utf-8")
    return path


@pytest.mark.parametrize("schema", ["light", "dark"])
def test_axe_finds_nothing(browser, pagina, schema):
    page = open_page(browser, pagina, bypass_csp=True, color_scheme=schema)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == PAPIER[schema]
    uitslag = axe(page)
    assert [(regel["id"], [node["html"][:120] for node in regel["nodes"]]) for regel in uitslag["violations"]] == []
    assert uitslag["incomplete"] == []
    assert len(uitslag["passes"]) > 15


@pytest.mark.parametrize("breedte", [320, 1280])
def test_the_page_fits_its_width_and_asks_nothing_from_outside(browser, pagina, breedte):
    page = open_page(browser, pagina, viewport={"width": breedte, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= breedte
    assert page.problems == []


def test_on_paper_it_is_tagged_and_numbered(browser, pagina):
    inhoud = open_page(browser, pagina).pdf(prefer_css_page_size=True, tagged=True, outline=True)
    assert len(re.findall(rb"/Type\s*/Page\b", inhoud)) <= 2
    for kenmerk in (rb"/StructTreeRoot", rb"/Outlines", rb"/Lang\s*\(nl\)"):
        assert re.search(kenmerk, inhoud), kenmerk


def test_the_keyboard_reaches_every_link_and_shows_where_it_is(browser, pagina):
    page = open_page(browser, pagina)
    for tekst in page.locator("a").all_inner_texts():
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == tekst
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_code_leads_to_its_explanation(browser, pagina):
    page = open_page(browser, pagina)
    page.get_by_role("link", name="SDM-321").click()
    assert page.url.endswith("#SDM-321")
    assert page.locator("dt:target").inner_text() == "SDM-321: onbekende code"


def test_severity_is_not_told_by_colour_alone(browser, pagina):
    page = open_page(browser, pagina)
    koppen = page.locator("h3").all_inner_texts()
    assert koppen == ["Eerst te herstellen (2)", "Herkend en hersteld (1)", "Te controleren (1)"]
