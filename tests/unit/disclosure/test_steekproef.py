"""Counts of the sample itself: who was drawn, who answered. They are counts of persons like any other."""

import numpy as np
import pandas as pd
import pytest

from sdm_lib import indicators
from sdm_lib.disclosure import protect
from sdm_lib.disclosure.beleid import beleid_standaard
from sdm_lib.results import Kader, Piece, build

BELEID = beleid_standaard()
STAD = Kader("2015K2", "GM0034", source="clienten")


def trekking(**uitkomsten: tuple[int, int, int, int]) -> pd.DataFrame:
    """A row a person: per stadsdeel so many volledig, gedeeltelijk, geen_respons and niet_in_aanmerking."""
    namen = ("volledig", "gedeeltelijk", "geen_respons", "niet_in_aanmerking")
    rijen = [
        (gebied, naam)
        for gebied, aantallen in uitkomsten.items()
        for naam, aantal in zip(namen, aantallen, strict=True)
        for _ in range(aantal)
    ]
    return pd.DataFrame(rijen, columns=["stadsdeel", "uitkomst"])


def respons(frame: pd.DataFrame, *, policy: str = "steekproef") -> pd.DataFrame:
    """What a quarter shows of it: the city with its areas, and the page of every area."""
    stad = indicators.verantwoording(frame, kader=STAD, strata="stadsdeel")
    delen = [
        indicators.verantwoording(deel, kader=Kader("2015K2", str(gebied), "stadsdeel", source="clienten"))
        for gebied, deel in frame.groupby("stadsdeel")
    ]
    stukken = [Piece(f"clienten/{k}/9", "table", policy, een) for k, een in enumerate([stad, *delen])]  # type: ignore[arg-type]
    return pd.concat([uit.table for uit in protect(stukken, beleid=BELEID).values()], ignore_index=True)


def getoond(tabel: pd.DataFrame, gebied: str) -> set[str]:
    hier = tabel[(tabel["gebied"] == gebied) & (tabel["status"] == "ok")]
    return {naam.removeprefix("respons_") for naam in hier["indicator"]}


GROOT = (60, 15, 80, 20)


@pytest.mark.parametrize("policy", ["steekproef", "kleine_populatie"])
def test_a_response_of_a_few_persons_is_not_shown(policy):
    tabel = respons(trekking(P=(12, 1, 30, 7), H=GROOT, S=GROOT), policy=policy)
    weg = tabel[
        (tabel["gebied"] == "P") & tabel["indicator"].isin(["respons_gedeeltelijk", "respons_niet_in_aanmerking"])
    ]
    assert not weg["status"].isin(["ok"]).any()
    assert weg["value"].isna().all()
    over = tabel.loc[(tabel["status"] == "ok") & (tabel["unit"] == "aantal"), "value"]
    assert not over.between(1, 9).any()


def test_a_small_part_of_the_response_is_not_what_is_left_of_it():
    tabel = respons(trekking(P=(40, 3, 30, 20), H=GROOT, S=GROOT))
    assert "gedeeltelijk" not in getoond(tabel, "P")
    assert {"ingevuld", "aandeel"} <= getoond(tabel, "P")  # of which how many in part, no figure says


def test_who_was_not_eligible_is_not_what_is_left_of_the_drawn():
    tabel = respons(trekking(P=(40, 20, 30, 2), H=GROOT, S=GROOT))
    assert "niet_in_aanmerking" not in getoond(tabel, "P")
    assert not {"getrokken", "aandeel"} <= getoond(tabel, "P")


def test_the_other_areas_do_not_give_a_small_response_away():
    tabel = respons(trekking(P=(40, 3, 30, 20), H=GROOT, S=GROOT))
    gedeeltelijk = tabel[tabel["indicator"] == "respons_gedeeltelijk"]
    assert (gedeeltelijk["status"] != "ok").sum() >= 2


def test_a_response_is_shown_when_nearly_everyone_of_a_small_group_answered():
    tabel = respons(trekking(P=(15, 0, 2, 0), H=GROOT, S=GROOT))
    deel = tabel[(tabel["gebied"] == "P") & (tabel["indicator"] == "respons_aandeel")]
    assert deel["value"].eq(15 / 17).all()


def test_the_response_of_one_survey_says_nothing_of_another():
    tabel = indicators.verantwoording(trekking(H=GROOT, S=GROOT), kader=STAD, strata="stadsdeel")
    ander = indicators.verantwoording(
        trekking(H=GROOT, S=(30, 30, 30, 30)), kader=Kader("2015K2", "GM0034", source="bewoners"), strata="stadsdeel"
    )
    stukken = [Piece("a/GM0034/1", "table", "steekproef", tabel), Piece("b/GM0034/1", "table", "steekproef", ander)]
    assert [p.verborgen for p in protect(stukken, beleid=BELEID).values()] == [0, 0]


def test_an_unweighted_share_counts_persons_and_a_weighted_one_does_not():
    frame = pd.DataFrame({"value": [0.02, 0.02], "lower": [np.nan, 0.01], "upper": [np.nan, 0.03], "n": [200, 200]})
    frame["groep"], frame["method"] = ["weging=ongewogen", "weging=gewogen"], ["ongewogen", "Korn-Graubard"]
    tabel = build(frame, kader=STAD, indicator="CE01", unit="aandeel")
    (uit,) = protect([Piece("clienten/GM0034/8", "table", "steekproef", tabel)], beleid=BELEID).values()
    assert uit.table["status"].tolist() == ["te_klein", "ok"]


def vraag(indicator: str, **antwoorden: int) -> Piece:
    """A question with so many answers in the city (GM) and its areas."""
    frame = pd.DataFrame({"gebied": list(antwoorden), "n": [float(n) for n in antwoorden.values()], "value": 0.5})
    frame["gebied_soort"] = ["gemeente" if gebied == "GM" else "stadsdeel" for gebied in frame["gebied"]]
    table = build(frame.assign(lower=0.45, upper=0.55), kader=STAD, indicator=indicator, unit="aandeel", method="t")
    return Piece(f"clienten/{indicator}/1", "table", "steekproef", table)


def test_a_question_that_everyone_answered_does_not_tell_the_n_that_another_hides():
    # of the first question P is too small and A goes with it; the second has as many answers in A, and would say so
    eerste, tweede = protect(
        [vraag("CE01", GM=200, A=70, B=122, P=8), vraag("CE02", A=70, B=122)], beleid=BELEID
    ).values()
    weg = eerste.table.loc[eerste.table["status"] != "ok", "gebied"]
    assert len(weg) == 2
    assert set(tweede.table.loc[tweede.table["status"] != "ok", "gebied"]) == set(weg) - {"P"}


def test_a_question_with_other_numbers_of_answers_stays():
    _, tweede = protect([vraag("CE01", GM=200, A=70, B=122, P=8), vraag("CE02", A=70, B=121)], beleid=BELEID).values()
    assert (tweede.table["status"] == "ok").all()
