import dataclasses

import numpy as np
import pandas as pd
import pytest

from sdm_lib.disclosure import Editie, protect
from sdm_lib.disclosure.auditor import te_bekend_afgerond
from sdm_lib.disclosure.beleid import Regels, beleid_standaard
from sdm_lib.disclosure.rijen import verzamel
from sdm_lib.results import Kader, Piece, build
from tests.unit.disclosure.bouw import STAD, lot, tellingen

BELEID = beleid_standaard()
ROND = BELEID.verscherp({"register": {"afronden_op": 5}})


def bescherm(*pieces: Piece, beleid=ROND, **opties):
    return list(protect(pieces, beleid=beleid, **opties).values())


def editie(rijen: pd.DataFrame) -> Editie:
    velden = {"kwartaal": "2015K2", "nummer": 1, "door": "O&S", "datum": "2015-09-01", "reden": "", "rijen": rijen}
    return Editie(**{veld.name: velden[veld.name] for veld in dataclasses.fields(Editie) if veld.name in velden})


def waarden(publishable) -> dict[str, float]:
    return dict(zip(publishable.table["groep"], publishable.table["value"], strict=True))


def test_small_counts_are_rounded_and_add_up_and_nothing_is_hidden():
    (uit,) = bescherm(tellingen({"": 100, "wet=a": 4, "wet=b": 36, "wet=c": 60}))
    assert set(lot(uit).values()) == {"ok"}
    assert uit.verlies == {}
    cijfers = waarden(uit)
    assert cijfers[""] == cijfers["wet=a"] + cijfers["wet=b"] + cijfers["wet=c"] == 100
    assert cijfers["wet=a"] in (0, 5)
    assert all(x % 5 == 0 for x in cijfers.values())
    assert uit.legenda == {
        "afgerond": "aantallen zijn afgerond op een veelvoud van 5; optellingen kloppen, verhoudingen horen erbij"
    }
    assert set(uit.table["method"]) == {"afgerond op 5"}


def test_the_same_count_is_rounded_the_same_everywhere_and_rates_follow():
    frame = pd.DataFrame({"groep": ["wet=a", "wet=b"], "value": [0.4, 3.6], "numerator": [4, 36], "n": [4, 36]})
    rate = build(frame.assign(denominator=1e4), kader=STAD, indicator="BC02", unit="per_1000")
    telling = tellingen({"": 100, "wet=a": 4, "wet=b": 36, "wet=c": 60})
    aantal, uit = bescherm(telling, Piece("basiscijfers/GM0034/2", "table", "register", rate))
    assert (uit.table["value"] * 10).tolist() == pytest.approx([waarden(aantal)[g] for g in ("wet=a", "wet=b")])
    assert uit.table["numerator"].tolist() == uit.table["n"].tolist()


def test_a_rounded_part_is_no_more_than_its_rounded_group():
    frame = pd.DataFrame({"groep": [f"wet={k}" for k in range(40)], "numerator": [6 + k % 4 for k in range(40)]})
    frame = frame.assign(denominator=frame["numerator"] + 1, n=frame["numerator"] + 1)
    frame["value"] = frame["numerator"] / frame["denominator"]
    (uit,) = bescherm(Piece("b/x/1", "table", "register", build(frame, kader=STAD, indicator="BC19", unit="aandeel")))
    assert (uit.table["value"] <= 1).all()
    assert (uit.table["value"] == uit.table["numerator"] / uit.table["denominator"]).all()


def test_one_topic_may_round_and_takes_the_same_counts_of_others_along():
    kosten = BELEID.verscherp({"register": {"afronden_op": 5}}, onderwerp="kosten")
    zelfde = {"": 100, "wet=a": 4, "wet=b": 36, "wet=c": 60}
    hier, daar, los = bescherm(
        tellingen(zelfde, id="kosten/GM0034/1"), tellingen(zelfde),
        tellingen({"wet=d": 7}, indicator="BC09", id="basiscijfers/GM0034/2"), beleid=kosten,
    )  # fmt: skip
    assert waarden(hier) == waarden(daar)
    assert lot(los) == {"wet=d": "te_klein"}


def test_a_difference_of_rounded_counts_is_hidden_by_a_rule_of_its_own():
    nu = pd.DataFrame({"value": [80.0], "numerator": [80.0], "n": [80.0]})
    frame = pd.concat([nu.assign(measure="level"), nu.assign(measure="difference", value=2.0, reference=78.0)])
    (uit,) = bescherm(Piece("b/x/1", "table", "register", build(frame, kader=STAD, indicator="BC01", unit="aantal")))
    assert uit.table["status"].tolist() == ["ok", "onderdrukt"]
    assert uit.verlies == {"afronding": 1}


def test_margins_of_the_true_count_go():
    frame = pd.DataFrame({"value": [83.0], "numerator": [83.0], "n": [83.0], "lower": [80.0], "upper": [86.0]})
    (uit,) = bescherm(Piece("b/x/1", "table", "register", build(frame, kader=STAD, indicator="BC01", unit="aantal")))
    assert uit.table.loc[0, "value"] == 85
    assert uit.table.loc[0, ["lower", "upper"]].isna().all()


def test_a_second_edition_rounds_the_same_way_where_it_can():
    # twelve of 12 and 13: which are 10 and which 15 is free, so another choice that was published is kept
    delen = {f"wet={k}": float(12 + k % 2) for k in range(12)}
    stuk = tellingen({"": sum(delen.values()), **delen})
    (eerst,) = bescherm(stuk)
    waarde = eerst.table["value"]
    hoog, laag = waarde[waarde == 15].index[0], waarde[waarde == 10].index[0]
    anders = waarde.mask(waarde.index == hoog, 10.0).mask(waarde.index == laag, 15.0)
    assert anders.tolist() != waarde.tolist()
    rijen = eerst.table.assign(stuk=eerst.id, value=anders, numerator=anders, n=anders)
    (later,) = bescherm(stuk, released=[editie(rijen)])
    assert later.table["value"].tolist() == anders.tolist()


def test_other_figures_of_few_persons_stay_hidden():
    frame = pd.DataFrame({"value": [12.0], "n": [4.0]})
    duur = Piece("b/x/1", "table", "register", build(frame, kader=STAD, indicator="BC20", unit="dagen"))
    (uit,) = bescherm(duur)
    assert uit.table.loc[0, "status"] == "te_klein"


def test_the_auditor_finds_a_rounding_that_tells_too_much():
    stuk = tellingen({"": 18.0, "wet=a": 9.0, "wet=b": 9.0})
    rijen = verzamel([stuk], beleid=ROND)
    # both parts shown as 5 and their sum as 20: the parts are at most 9, the sum at least 16, so each is 7 or more
    getoond = rijen.assign(numerator=[20.0, 5.0, 5.0], n=[20.0, 5.0, 5.0])
    basis = pd.Series([5.0] * 3)
    assert te_bekend_afgerond(rijen, getoond, basis, ouders={}) == [1, 2]
    goed = rijen.assign(numerator=[20.0, 10.0, 10.0], n=[20.0, 10.0, 10.0])
    assert te_bekend_afgerond(rijen, goed, basis, ouders={}) == []


def test_the_auditor_of_rounded_counts_knows_the_balances():
    # begin and in shown as 0, out as 10, end as 5: what was there is 8 at most, and 7 of it is out and end at least
    standen = {"BC13B": 3.0, "BC11": 4.0, "BC12": 6.0, "BC13": 1.0}
    rijen = verzamel([tellingen({"": x}, indicator=i, id=f"b/x/{i}") for i, x in standen.items()], beleid=ROND)
    basis, verbanden = pd.Series([5.0] * 4), BELEID.verbanden.values()

    def bekend(*getoond: float) -> list[int]:
        return te_bekend_afgerond(
            rijen, rijen.assign(numerator=getoond, n=getoond), basis, ouders={}, verbanden=verbanden
        )

    assert bekend(0.0, 0.0, 10.0, 5.0) == [0, 1, 2, 3]
    assert bekend(5.0, 5.0, 5.0, 5.0) == []


def test_what_cannot_be_rounded_safely_is_hidden_instead(monkeypatch):
    import sys

    beurten = [[1], []]
    module = sys.modules["sdm_lib.disclosure.protect"]
    monkeypatch.setattr(module, "te_bekend_afgerond", lambda *args, **kwargs: beurten.pop(0))
    (uit,) = bescherm(tellingen({"": 100, "wet=a": 4, "wet=b": 36, "wet=c": 60}))
    assert lot(uit) == {"": "ok", "wet=a": "onderdrukt", "wet=b": "onderdrukt", "wet=c": "ok"}


def test_a_base_of_two_is_refused():
    with pytest.raises(ValueError, match="'afronden_op' is minstens 3"):
        Regels(10, afronden_op=2)
    assert dataclasses.replace(BELEID.register, afronden_op=5).afronden_op == 5


def test_a_table_of_areas_and_groups_is_additive_both_ways():
    rng = np.random.default_rng(4)
    x = rng.poisson(6, (6, 5))
    vol = np.block([[x, x.sum(1, keepdims=True)], [x.sum(0, keepdims=True), x.sum(keepdims=True)]])
    plekken, groepen = [*(f"WK{k}" for k in range(6)), "GM0034"], [*(f"wet={k}" for k in range(5)), ""]
    rijen = [
        {
            "gebied": g,
            "gebied_soort": "gemeente" if g == "GM0034" else "stadsdeel",
            "groep": w,
            "value": float(vol[i, j]),
        }
        for i, g in enumerate(plekken)
        for j, w in enumerate(groepen)
    ]
    frame = pd.DataFrame(rijen).assign(numerator=lambda f: f["value"], n=lambda f: f["value"])
    kader = Kader("2015K2", "x", gebied_jaar="2017")
    stuk = Piece("b/x/1", "table", "register", build(frame, kader=kader, indicator="BC01", unit="aantal"))
    (uit,) = bescherm(stuk)
    y = uit.table["value"].to_numpy().reshape(vol.shape)
    assert (y[:-1].sum(0) == y[-1]).all()
    assert (y[:, :-1].sum(1) == y[:, -1]).all()
    assert np.abs(y - vol).max() < 5


def test_a_share_of_a_group_that_was_rounded_to_nobody_is_too_small():
    frame = pd.DataFrame({"value": [0.5], "numerator": [1.0], "denominator": [2.0], "n": [2.0]})
    (uit,) = bescherm(Piece("b/x/1", "table", "register", build(frame, kader=STAD, indicator="BC19", unit="aandeel")))
    assert uit.table["status"].tolist() == ["te_klein"]
    assert uit.verlies == {"telling": 1}
