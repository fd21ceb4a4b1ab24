"""The catalogue for people: search, explanation, a row each, and a draft that is right as it stands."""

from __future__ import annotations

import csv
import io

from sdm_lib.indicators import aggregates, listing, registered


def test_search_wants_every_word(catalogus):
    assert [i.id for i in listing.search(catalogus, ["Eenzaam", "emotioneel"])] == ["NM05"]
    assert listing.search(catalogus, ["ruimtevaart"]) == ()


def test_the_list_stands_in_columns(catalogus):
    assert listing.lines(catalogus.kies(["CE01", "K01"])).splitlines() == [
        "CE01  Wist waar te zijn met de hulpvraag  procent  clienten",
        "K01   Uitgaven                            euro     kosten",
    ]


def test_an_explanation_says_teller_noemer_and_direction_in_words(catalogus):
    text = listing.explain(catalogus["NM03"])
    assert "Teller: mantelzorg_zwaarte is tamelijk_zwaar, zeer_zwaar of overbelast" in text
    assert "Noemer: mantelzorgers van 18 jaar en ouder, met mantelzorg is ja en antwoord op mantelzorg_zwaarte" in text
    assert "Eenheid: procent; lager is beter; relevant verschil 5 procentpunt" in text


def test_a_registered_figure_is_told_in_words_with_its_limits(catalogus):
    assert listing.above(catalogus["BC01"]) == "verschillende personen; alleen waar wet is wmo"
    assert listing.above(catalogus["PW01"]).startswith("eenpersoonshuishoudens, gedeeld door huishoudens; ")
    assert set(listing.FIGUREN) | {"verhouding", "som", "kloof"} == {*registered.FIGUREN, *aggregates.FIGUREN}


def test_what_says_nothing_is_left_out(catalogus):
    rows = dict(listing.rows(catalogus["BC01"]))
    assert "Noemer" not in rows  # it is the population itself
    assert rows["Bron"] == "register voorzieningen"
    assert rows["Kwaliteit"] == "matig: interpretatie"
    assert "wet wmo / wmo / jeugd" in rows["Voorbeeld"]
    assert "stadsdeel" not in rows["Voorbeeld"]  # the same throughout, and not asked about
    assert " steeds " in dict(listing.rows(catalogus["BC21"]))["Voorbeeld"]
    assert "einde leeg / 2015-05-01" in rows["Voorbeeld"]
    assert rows["Voorbeeld"].endswith("Uitkomst: 1")
    assert dict(listing.rows(catalogus["CE01"]))["Bron"] == "clientervaring-2015; getoond vanaf 30 waarnemingen"


def test_every_indicator_is_explained_and_has_one_row(catalogus):
    rows = list(csv.DictReader(io.StringIO(listing.as_csv(catalogus.values())), delimiter=";"))
    assert [row["id"] for row in rows] == list(catalogus)
    assert all(row["teller"] and row["noemer"] and row["zin"].endswith("?") for row in rows)
    assert all(len(listing.explain(indicator).splitlines()) >= 9 for indicator in catalogus.values())


def test_the_catalogue_covers_what_the_council_asked_for(catalogus):
    assert len(catalogus) >= 110
    assert {"objectief", "subjectief", "financieel"} == {indicator.aard for indicator in catalogus.values()}
    assert set(catalogus.onderwerpen) >= {
        "basiscijfers",
        "nulmeting",
        "stelsel",
        "clienten",
        "kosten",
        "beleidsmonitor",
    }
