"""The whole quarter of the demo as it is made: what leads where, what comes first, and what a picture says in words."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

VOLGORDE = ("h1", ".bevindingen", ".kaarten", ".beeld", "#definities", "#begrippen", "#toegankelijkheid", "#herkomst")
ONDERWERPEN = ("basiscijfers", "nulmeting", "stelsel", "clienten", "kosten")
WOORDEN = 30  # in a sentence that the kit makes; B1 asks for short ones


@cache
def boom(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_bytes(), "html.parser")


@cache
def ids(path: Path) -> frozenset[str]:
    return frozenset(str(element["id"]) for element in boom(path).select("[id]"))


def hrefs(path: Path) -> set[str]:
    return {str(element["href"]) for element in boom(path).select("a[href]")}


def pages(site: Path) -> list[Path]:
    return sorted((site / "2015K2").glob("*.html"))


def test_every_link_within_the_quarter_leads_to_a_file_and_to_a_place_in_it(site):
    links = {(path, href) for path in pages(site) for href in hrefs(path) if not href.startswith("data:")}
    assert len(links) > 500
    assert [href for _, href in links if "//" in href] == []  # from a stick or out of a mail: nothing outside
    fout = []
    for path, href in links:
        bestand, _, anker = href.partition("#")
        doel = path.parent / bestand if bestand else path
        if not doel.is_file() or (anker and anker not in ids(doel)):
            fout.append((path.name, href))
    assert fout == []


def test_no_page_is_an_orphan(site):
    gevonden: set[Path] = set()
    wachtrij = [site / "2015K2" / "index.html"]
    while wachtrij:
        path = wachtrij.pop()
        if path not in gevonden:
            gevonden.add(path)
            namen = {href.partition("#")[0] for href in hrefs(path)}
            wachtrij += [path.parent / naam for naam in namen if naam.endswith(".html")]
    assert gevonden == set(pages(site))


@pytest.mark.parametrize("onderwerp", ONDERWERPEN)
def test_the_conclusion_comes_first_and_the_account_last(site, onderwerp):
    pagina = boom(site / "2015K2" / f"{onderwerp}.html")
    plek = {id(element): nummer for nummer, element in enumerate(pagina.find_all())}
    eerste = [min(plek[id(element)] for element in pagina.select(keuze)) for keuze in VOLGORDE]
    assert eerste == sorted(eerste)
    assert "CONCEPT" in pagina.select_one("header").get_text()


def test_every_picture_says_in_words_what_is_seen_with_its_figures(site):
    beelden = [
        (path.name, str(svg["aria-label"])) for path in pages(site) for svg in boom(path).select("svg[role=img]")
    ]
    assert len(beelden) > 200
    for naam, alt in beelden:
        assert len(alt) > 40, (naam, alt)
        assert re.search(r"\d|niet getoond|te onzeker|\bx\b", alt), (naam, alt)
        assert not re.search(r"No description|[a-z]_[a-z]|\bnan\b|[?.]\.|: \.|  ", alt), (naam, alt)
    zonder = [path.name for path in pages(site) if boom(path).select("img, svg:not([role], [aria-hidden])")]
    assert zonder == []


def test_sentences_that_the_kit_makes_are_short(site):
    keuze = ".bevindingen li > div, p.zin, p.uitkomst, p.boodschap"
    teksten = [(path.name, " ".join(e.get_text().split())) for path in pages(site) for e in boom(path).select(keuze)]
    assert len(teksten) > 300
    lang = [
        (naam, zin)
        for naam, tekst in teksten
        for zin in re.split(r"(?<=[.?!]) (?=[A-Z0-9])", tekst)
        if len(zin.split()) > WOORDEN
    ]
    assert lang == []


def read_by_people(path: Path) -> set[str]:
    """The texts of a page but for the names of files that it was made from, and downloads."""
    hoofd = boom(path).select_one("main")
    assert isinstance(hoofd, Tag)
    weg = {id(tekst) for deel in hoofd.select("[aria-labelledby=herkomst]") for tekst in deel.find_all(string=True)}
    return {str(tekst).strip() for tekst in hoofd.find_all(string=True) if id(tekst) not in weg}


def test_no_name_of_the_code_stands_on_a_page(site):
    """Quarters, sources and groups in words: 2015K1, clientervaring-2015 or geen_antwoord say nothing to a reader."""
    fout = [
        (path.name, tekst[:80])
        for path in pages(site)
        if path.name != "catalogus.html"  # its worked examples show answers as they are delivered
        for tekst in read_by_people(path)
        if re.search(r"\b\d{4}K[1-4]\b|\b[a-z]+_[a-z]+\b|\b[a-z]+-20\d\d\b|\bNone\b|NaN", tekst)
    ]
    assert fout == []
