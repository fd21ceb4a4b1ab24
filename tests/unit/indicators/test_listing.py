"""The catalogue for people: search, explanation, a row each, and a draft that is right as it stands."""

from __future__ import annotations

import csv
import io

from sdm_lib.indicators import listing


def test_search_wants_every_word(catalogus):
    assert [i.id for i in listing.search(catalogus, ["Eenzaam", "emotioneel"])] == ["NM05"]
    assert listing.lines(listing.search(catalogus, ["ruimtevaart"])) == "Geen indicator gevonden."


def test_the_list_stands_in_columns(catalogus):
    assert listing.lines(catalogus.kies(["CE01", "K01"])).splitlines() == [
        "CE01  Wist waar te zijn met de hulpvraag  procent  clienten",
        "K01   Uitgaven                            euro     kosten",
    ]


def test_an_explanation_says_teller_noemer_and_direction_in_words(catalogus):
    text = listing.explain(catalogus["NM03"])
    assert "Teller: mantelzorg_zwaarte is tamelijk_zwaar, zeer_zwaar of overbelast" in text
    assert "Noemer: mantelzorgers van 18 jaar en ouder, met mantelzorg is ja en antwoord op mantelzorg_zwaarte" in text
    assert "lager is beter" in text
    assert "Kleinste verschil dat telt: 5 procentpunt" in text


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
