"""Words on a finished page: quotes read as quotations, an interpretation stands apart, and nothing runs off a phone."""

from __future__ import annotations

from typing import Any

import pytest

from .test_pages import open_page


def page(browser: Any, site: Any, breedte: int = 1280) -> Any:
    return open_page(browser, site / "clienten.html", viewport={"width": breedte, "height": 900}, bypass_csp=True)


def test_a_quote_is_a_quotation_with_its_speaker_and_a_warning(browser, site):
    blad = page(browser, site)
    assert blad.locator(".citaten blockquote").count() == 1
    assert blad.locator(".citaten li").first.locator(".wie").inner_text() == "Mevrouw A, cliënt Wmo"
    assert "niet hoe vaak" in blad.locator(".woorden .lezen").first.inner_text()
    assert blad.locator(".citaten script, .citaten nog").count() == 0


def test_an_interpretation_has_a_border_of_its_own_and_shows_status_author_and_figures(browser, site):
    blok = page(browser, site).locator(".duiding")
    assert blok.evaluate("e => getComputedStyle(e).borderTopWidth") == "3px"
    tekst = blok.inner_text()
    assert [deel for deel in ("Hypothese", "65%", "Adviesraad, 13 juli 2015") if deel not in tekst] == []
    assert "{{" not in tekst


@pytest.mark.parametrize("breedte", [320, 1280])
def test_words_and_pictures_of_interviews_stay_within_the_page(browser, site, breedte):
    blad = page(browser, site, breedte)
    buiten = blad.evaluate(
        "w => [...document.querySelectorAll('.woorden, .duiding, [id$=-verzadiging], [id$=-gm0034-stemmen]')]"
        ".filter(e => [e, ...e.querySelectorAll('p, blockquote, svg')].some(deel => "
        "deel.getBoundingClientRect().right > w + 1 || deel.getBoundingClientRect().left < -1)).map(e => e.id)",
        breedte,
    )
    assert buiten == []


def test_words_are_printed_whole(browser, site):
    blad = page(browser, site)
    blad.emulate_media(media="print")
    assert blad.locator(".duiding").is_visible()
    assert blad.locator(".citaten").first.is_visible()
