"""The nulmeting beside itself: what an edition said of it, and what the comparison computed again."""

from __future__ import annotations

import pandas as pd
import pytest

from sdm_lib import report, results
from sdm_lib.disclosure import Editie, Publishable
from sdm_lib.results import Kader, Results
from tests.unit.report.stukken import KADER, beschermd, rijen

NAAM = "editie 1 van 15 april 2015"
BEGIN = "De nulmeting (1e kwartaal 2015) is opnieuw berekend uit haar eigen gegevens en bevolking."
STAND = {"indicator": "CE01", "value": 0.65, "lower": 0.6, "upper": 0.7, "se": 0.02, "n": 600.0, "measure": "level"}


def difference(indicator: str = "CE01", *, toen: float = 0.614, n: float = 600.0) -> dict[str, object]:
    return {
        "indicator": indicator, "value": 0.65 - toen, "lower": -0.01, "upper": 0.09, "se": 0.02, "reference": toen,
        "p": 0.1, "p_adj": 0.1, "n": n, "measure": "difference",
    }  # fmt: skip


def piece(*verschillen: dict[str, object], **opties: str) -> Publishable:
    tabel = results.concat(rijen(STAND, unit="aandeel"), rijen(*verschillen, unit="procentpunt"))
    return beschermd(Results(tabel.frame), vorm="kaarten", **({"vergelijking": "nulmeting"} | opties))


def edition(*waarden: tuple[str, float], **anders: str) -> Editie:
    """The released figures of the quarter of the nulmeting."""
    toen = Kader("2015K1", "GM0034", source=KADER.source, gebied_jaar=KADER.gebied_jaar)
    frame = pd.DataFrame([{"indicator": naam, "value": waarde, "n": 500.0} for naam, waarde in waarden])
    table = results.build(frame, kader=toen, measure="level", unit="aandeel").frame
    return Editie("2015K1", 1, "O. Nderzoeker", "2015-04-15", "", table.assign(stuk="clienten/GM0034/1", **anders))


def told(stuk: Publishable, editie: Editie | None) -> report.Herrekend | None:
    return report.herrekend([stuk], kwartaal="2015K1", editie=editie, naam=NAAM)


def test_a_published_value_stands_beside_the_one_that_was_computed_again():
    found = told(piece(difference()), edition(("CE01", 0.612)))
    assert found is not None
    assert found.rijen == (("Weet waar hulp te vinden is, Almere", "gepubliceerd 61,2%, opnieuw berekend 61,4%"),)
    assert found.uitleg == f"{BEGIN} Daarnaast staat wat in {NAAM} stond: het cijfer is anders."


def test_what_is_the_same_is_said_to_be_the_same():
    found = told(piece(difference(), difference("CE02", toen=0.4)), edition(("CE01", 0.614), ("CE02", 0.4)))
    assert found is not None
    assert found.uitleg.endswith("alle cijfers zijn gelijk gebleven.")
    assert [tekst for _, tekst in found.rijen] == [
        "gepubliceerd 61,4%, opnieuw berekend 61,4%",
        "gepubliceerd 40,0%, opnieuw berekend 40,0%",
    ]


def test_what_differs_is_counted():
    found = told(piece(difference(), difference("CE02", toen=0.4)), edition(("CE01", 0.612), ("CE02", 0.4)))
    assert found is not None
    assert found.uitleg.endswith("1 van de 2 cijfers is anders.")


def test_a_figure_that_was_not_in_the_edition_is_counted():
    found = told(piece(difference(), difference("CE02")), edition(("CE01", 0.614)))
    assert found is not None
    assert len(found.rijen) == 1
    assert found.uitleg.endswith("1 cijfer stond daar niet in.")
    leeg = told(piece(difference("CE02")), edition(("CE01", 0.614)))
    assert leeg is not None
    assert (leeg.rijen, leeg.uitleg) == ((), f"{BEGIN} Deze cijfers stonden niet in {NAAM}.")


def test_a_changed_definition_is_named():
    found = told(piece(difference()), edition(("CE01", 0.612), definitie="2014K1"))
    assert found is not None
    assert found.rijen[0][1].endswith("opnieuw berekend 61,4%; de definitie is sindsdien veranderd")


def test_without_an_edition_the_page_says_so():
    found = told(piece(difference()), None)
    assert found is not None
    assert found.uitleg == f"{BEGIN} Er is geen uitgave van dat kwartaal om naast te leggen."


@pytest.mark.parametrize(
    "stuk",
    [
        piece(difference(), vergelijking="vorige"),
        piece(difference(n=3.0)),
        piece(),
    ],
    ids=["another comparison", "too few answers to show", "no comparison"],
)
def test_a_page_without_such_a_comparison_says_nothing(stuk: Publishable):
    assert told(stuk, edition(("CE01", 0.612))) is None


def test_a_strip_names_what_each_row_is_compared_with():
    woorden = {"chart": "strip", "vergelijking": "stand;vorige;nulmeting"}
    found = told(piece(difference(toen=0.5), difference(), **woorden), edition(("CE01", 0.612)))
    assert found is not None
    assert [tekst for _, tekst in found.rijen] == ["gepubliceerd 61,2%, opnieuw berekend 61,4%"]
