"""Which edition of the nulmeting a page is laid beside."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

from sdm_lib.kwartaal import Kwartaal
from sdm_lib.runner import context
from tests.unit.report.test_herrekend import difference, edition, piece

EERSTE = edition(("CE01", 0.612))
TWEEDE = dataclasses.replace(edition(("CE01", 0.618)), nummer=2, datum="2015-05-02", reden="Een bestand kwam later.")
ANDER = dataclasses.replace(edition(("CE01", 0.5)), kwartaal="2014K4")


def test_the_last_edition_of_that_quarter_counts():
    bestand = SimpleNamespace(vergelijking={"nulmeting": Kwartaal(2015, 1), "vorige": Kwartaal(2014, 4)})
    found = context._baseline([piece(difference())], bestand, [ANDER, EERSTE, TWEEDE])
    assert found is not None
    assert found.rijen[0][1] == "gepubliceerd 61,8%, opnieuw berekend 61,4%"
    assert "wat in editie 2 van 2 mei 2015 stond" in found.uitleg


def test_the_page_of_the_nulmeting_itself_says_nothing():
    assert context._baseline([piece()], SimpleNamespace(vergelijking={}), [EERSTE]) is None
