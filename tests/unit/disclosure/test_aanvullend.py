import sys

import numpy as np
import pandas as pd
import pytest

from sdm_lib import sources
from sdm_lib.disclosure import protect
from sdm_lib.disclosure.auditor import te_bekend
from sdm_lib.disclosure.beleid import Verband, beleid_standaard, load_beleid
from sdm_lib.disclosure.rijen import verzamel
from sdm_lib.errors import PrivacyFout
from sdm_lib.monitor.tables import STROMEN
from sdm_lib.results import Kader, Piece, build
from tests.unit.disclosure.bouw import STAD, lot, tellingen

BELEID = beleid_standaard()


def bescherm(*pieces: Piece, beleid=BELEID, **opties):
    return list(protect(pieces, beleid=beleid, **opties).values())


def per_gebied(aantallen: dict[str, float], *, id: str = "basiscijfers/GM0034/9", indicator: str = "BC01") -> Piece:
    frame = pd.DataFrame({"gebied": list(aantallen), "value": list(aantallen.values())})
    frame["numerator"] = frame["n"] = frame["value"]
    frame["gebied_soort"] = np.where(frame["gebied"].str.startswith("GM"), "gemeente", "stadsdeel")
    kader = Kader("2015K2", "GM0034", gebied_jaar="2017")
    return Piece(id, "table", "register", build(frame, kader=kader, indicator=indicator, unit="aantal"))


def test_a_single_hidden_part_takes_a_second_one_with_it():
    (uit,) = bescherm(tellingen({"": 100, "wet=a": 4, "wet=b": 36, "wet=c": 60}))
    assert lot(uit) == {"": "ok", "wet=a": "onderdrukt", "wet=b": "onderdrukt", "wet=c": "ok"}
    assert uit.verlies == {"telling": 1, "aanvullend": 1}


def test_a_hidden_count_in_a_sum_is_not_called_below_ten():
    (uit,) = bescherm(tellingen({"": 100, "wet=a": 4, "wet=b": 36, "wet=c": 60}))
    assert "<10" not in uit.legenda
    (los,) = bescherm(tellingen({"wet=a": 4}))
    assert lot(los) == {"wet=a": "te_klein"}


def test_the_partner_must_be_large_enough_to_hide_behind():
    # 3 beside 5: the attacker would know that 3 is at most 7
    (uit,) = bescherm(tellingen({"": 108, "wet=a": 3, "wet=b": 5, "wet=c": 40, "wet=d": 60}))
    assert list(lot(uit).values()).count("onderdrukt") == 3


def test_the_same_sum_on_two_pages_is_one_sum():
    stad = per_gebied({"GM0034": 100, "WK1": 4, "WK2": 36, "WK3": 60})
    los = per_gebied({"WK2": 36, "WK3": 60}, id="basiscijfers-WK2/1")
    een, twee = bescherm(stad, los)
    assert dict(zip(een.table["gebied"], een.table["status"], strict=True)) == {
        "GM0034": "ok", "WK1": "onderdrukt", "WK2": "onderdrukt", "WK3": "ok",
    }  # fmt: skip
    assert twee.table["status"].tolist() == ["onderdrukt", "ok"]


def test_a_rate_is_hidden_with_a_count_that_is_hidden_for_another():
    telling = tellingen({"": 100, "wet=a": 4, "wet=b": 36, "wet=c": 60})
    frame = pd.DataFrame({"groep": ["wet=b", "wet=c"], "value": [3.6, 6.0], "numerator": [36, 60], "n": [36, 60]})
    frame["denominator"] = 1e4
    rate = build(frame, kader=Kader("2015K2", "GM0034"), indicator="BC02", unit="per_1000")
    _, uit = bescherm(telling, Piece("basiscijfers/GM0034/2", "table", "register", rate))
    assert lot(uit) == {"wet=b": "onderdrukt", "wet=c": "ok"}


def test_a_small_rest_is_hidden_although_it_is_in_no_table():
    # three clients live nowhere known: 100 - 40 - 57
    (uit,) = bescherm(per_gebied({"GM0034": 100, "WK1": 40, "WK2": 57}))
    assert (uit.table["status"] == "onderdrukt").sum() >= 1


def test_a_large_rest_is_no_reason_to_hide():
    (uit,) = bescherm(per_gebied({"GM0034": 100, "WK1": 40, "WK2": 45}))
    assert set(uit.table["status"]) == {"ok"}


def test_overlapping_ages_give_no_small_difference_away():
    (uit,) = bescherm(tellingen({"leeftijd=18+": 60, "leeftijd=65+": 56}))
    assert "onderdrukt" in lot(uit).values()


def test_zeros_of_a_small_group_are_hidden_with_it():
    (uit,) = bescherm(tellingen({"": 4, "wet=a": 4, "wet=b": 0}))
    assert lot(uit)["wet=b"] == "onderdrukt"


def verhoudingen(delen: dict[str, tuple[float, float]]) -> Piece:
    teller, noemer = (np.array([deel[k] for deel in delen.values()], dtype=float) for k in (0, 1))
    waarde = np.divide(teller, noemer, out=np.full(len(delen), np.nan), where=noemer > 0)
    frame = pd.DataFrame({"groep": list(delen), "value": waarde, "numerator": teller, "denominator": noemer})
    table = build(frame.assign(n=noemer), kader=STAD, indicator="BC19", unit="aandeel")
    return Piece("basiscijfers/GM0034/7", "table", "register", table)


def test_a_share_of_nobody_does_not_say_so_where_zeros_are_hidden():
    (klein,) = bescherm(verhoudingen({"": (2, 5), "wet=a": (2, 5), "wet=b": (0, 0), "wet=c": (0, 0)}))
    assert set(klein.table["status"]) <= {"te_klein", "onderdrukt"}
    (teller,) = bescherm(verhoudingen({"": (4, 90), "wet=a": (4, 60), "wet=b": (0, 30), "wet=c": (0, 0)}))
    assert lot(teller)["wet=c"] == "onderdrukt"
    (groot,) = bescherm(verhoudingen({"": (40, 90), "wet=a": (20, 60), "wet=b": (20, 30), "wet=c": (0, 0)}))
    assert lot(groot)["wet=c"] == "niet_gemeten"


def test_a_share_of_nobody_is_hidden_beside_a_count_of_nobody_that_is():
    aantallen = tellingen({"": 4, "wet=a": 4, "wet=b": 0})
    (_, verhouding) = bescherm(aantallen, verhoudingen({"wet=b": (0, 0)}))
    assert lot(verhouding) == {"wet=b": "onderdrukt"}


def test_wijken_add_up_to_their_stadsdeel_when_the_parents_are_given():
    frame = pd.DataFrame({"gebied": ["S1", "S2", "W1", "W2", "W3"], "value": [60.0, 50.0, 4.0, 26.0, 30.0]})
    frame["gebied_soort"] = ["stadsdeel", "stadsdeel", "wijk", "wijk", "wijk"]
    frame["gebied_jaar"] = ["2017", "2017", "2022", "2022", "2022"]
    frame["numerator"] = frame["n"] = frame["value"]
    piece = Piece(
        "b/x/1", "table", "register", build(frame, kader=Kader("2015K2", "x"), indicator="BC01", unit="aantal")
    )
    ouders = {("2022", w): ("2017", "S1") for w in ("W1", "W2", "W3")}
    (los,) = bescherm(piece)
    (vast,) = bescherm(piece, ouders=ouders)
    assert (los.table["status"] != "ok").sum() == 1
    assert (vast.table["status"] != "ok").sum() == 2


def test_a_balance_between_indicators_is_a_sum_too():
    def stuk(indicator: str, waarde: float, nummer: int) -> Piece:
        return tellingen({"": waarde}, id=f"basiscijfers/GM0034/{nummer}", indicator=indicator)

    pieces = [stuk("begin", 50, 1), stuk("in", 20, 2), stuk("uit", 4, 3), stuk("eind", 66, 4)]
    balans = Verband({"begin": 1, "in": 1, "uit": -1, "eind": -1})
    beleid = beleid_standaard()
    met = type(beleid)(beleid.register, beleid.steekproef, beleid.kleine_populatie, verbanden={"balans": balans})
    assert sum(p.verborgen for p in bescherm(*pieces)) == 1
    assert sum(p.verborgen for p in bescherm(*pieces, beleid=met)) == 2


def test_the_flows_of_a_quarter_are_a_balance_of_the_house_rules():
    kit = load_beleid(sources.project_root() / "params" / "kit.yaml")
    assert set(kit.verbanden["stromen"].termen) == set(STROMEN)
    waarden = zip(STROMEN, (50, 4, 20, 34), strict=True)
    pieces = [tellingen({"": x}, id=f"basiscijfers/GM0034/{naam}", indicator=naam) for naam, x in waarden]
    assert sum(p.verborgen for p in bescherm(*pieces, beleid=kit)) == 2


def test_combinations_do_not_give_each_other_away_by_totals_of_another_figure():
    """Seen in the demo: all households but those with three laws, and the number of all beside them."""
    combinaties = tellingen(
        {f"combinatie={naam}": x for naam, x in (("jeugd", 363), ("wmo", 1239), ("jeugd+wmo", 6))},
        indicator="combinaties",
    )
    alle = tellingen({"": 1608}, id="basiscijfers/GM0034/2", indicator="BC09")
    per_wet = tellingen({"wet=jeugd": 369, "wet=wmo": 1245}, id="basiscijfers/GM0034/3", indicator="BC08")
    assert bescherm(combinaties)[0].verborgen == 1
    assert sum(p.verborgen for p in bescherm(combinaties, alle)) == 2
    assert sum(p.verborgen for p in bescherm(combinaties, per_wet)) == 3  # one beside it for either law


def test_the_auditor_knows_totals_of_another_figure(monkeypatch):
    module = sys.modules["sdm_lib.disclosure.protect"]
    monkeypatch.setattr(module, "aanvullend", lambda stelsel: np.zeros(len(stelsel.waarde), dtype=bool))
    monkeypatch.setattr(module, "_vangnet", lambda rijen, lot, **rest: (lot, False))
    aantallen = tellingen({"aantal=1": 50, "aantal=2": 20, "aantal=3+": 4}, indicator="stapeling")
    with pytest.raises(PrivacyFout, match=r"te berekenen \(stapeling in GM0034\)"):
        bescherm(aantallen, tellingen({"": 74}, id="basiscijfers/GM0034/2", indicator="BC09"))


PER_WET = {"wet=wmo": 300, "wet=jeugd": 120, "wet=participatie": 5}


@pytest.mark.parametrize(
    "elders",
    [
        per_gebied({"WK1": 200, "WK2": 225}, indicator="BC07"),
        tellingen(
            {"leeftijd=0-17": 120, "leeftijd=18-64": 205, "leeftijd=65+": 100}, id="b/GM0034/8", indicator="BC07"
        ),
    ],
)
def test_a_total_that_only_the_parts_of_another_figure_give_is_a_total(elders):
    wet, andere = bescherm(tellingen(PER_WET, indicator="BC03"), elders)
    assert lot(wet)["wet=participatie"] == "onderdrukt"
    assert wet.verborgen + andere.verborgen > 1
    rijen = verzamel([tellingen(PER_WET, indicator="BC03"), elders], beleid=BELEID)
    verborgen = rijen["groep"].isin({"wet=participatie"})
    status = verborgen.map({True: "onderdrukt", False: "ok"})
    los = pd.DataFrame({"regel": "", "status": status})
    nergens = pd.Series(False, index=rijen.index)
    assert te_bekend(rijen, los, uit=nergens, ouders={})


def test_a_total_that_another_figure_shows_is_the_total_of_areas_too():
    per_deel = per_gebied({"WK1": 200, "WK2": 220, "WK3": 5}, indicator="BC07")
    stad, deel = bescherm(tellingen({"": 425}, indicator="BC03"), per_deel)
    assert (stad.verborgen, deel.verborgen) == (0, 2)
    rijen = verzamel([tellingen({"": 425}, indicator="BC03"), per_deel], beleid=BELEID)
    los = pd.DataFrame({"regel": "", "status": (rijen["gebied"] == "WK3").map({True: "onderdrukt", False: "ok"})})
    assert te_bekend(rijen, los, uit=pd.Series(False, index=rijen.index), ouders={})


def test_parts_of_two_figures_that_differ_give_no_total():
    wet, _ = bescherm(tellingen(PER_WET, indicator="BC03"), per_gebied({"WK1": 200, "WK2": 226}, indicator="BC07"))
    assert lot(wet) == {"wet=wmo": "ok", "wet=jeugd": "ok", "wet=participatie": "te_klein"}


def test_nobody_who_left_is_hidden_beside_a_handful_who_stayed():
    waarden = zip(STROMEN, (3, 1, 0, 4), strict=True)
    pieces = [tellingen({"": x}, id=f"basiscijfers/GM0034/{naam}", indicator=naam) for naam, x in waarden]
    assert [p.verborgen for p in bescherm(*pieces)] == [1, 1, 1, 1]


def test_a_handful_who_stayed_may_be_nobody_under_every_name_of_the_figure():
    """That nobody left follows from the other areas; how many there were, came and stayed does not."""
    kit = load_beleid(sources.project_root() / "params" / "kit.yaml")
    stromen = zip(STROMEN, ((500, 143, 3), (60, 17, 1), (40, 16, 0), (520, 144, 4)), strict=True)
    pieces = [
        per_gebied(
            {"GM0034": sum(delen), **dict(zip(("WK1", "WK2", "WK3"), delen, strict=True))}, id=naam, indicator=naam
        )
        for naam, delen in stromen
    ]
    rijen = verzamel(pieces, beleid=kit)
    verborgen = (rijen["gebied"] == "WK3") | ((rijen["gebied"] == "WK2") & (rijen["value"] != 16))
    lot = pd.DataFrame({"status": np.where(verborgen, "onderdrukt", "ok"), "regel": np.where(verborgen, "telling", "")})
    niets_uit = pd.Series(False, index=rijen.index)
    assert te_bekend(rijen, lot, uit=niets_uit, ouders={}, verbanden=kit.verbanden.values()) == []


def test_the_auditor_knows_the_balances(monkeypatch):
    module = sys.modules["sdm_lib.disclosure.protect"]
    monkeypatch.setattr(module, "aanvullend", lambda stelsel: np.zeros(len(stelsel.waarde), dtype=bool))
    monkeypatch.setattr(module, "_vangnet", lambda rijen, lot, **rest: (lot, False))
    waarden = zip(STROMEN, (50, 4, 20, 34), strict=True)
    pieces = [tellingen({"": x}, id=f"basiscijfers/GM0034/{naam}", indicator=naam) for naam, x in waarden]
    with pytest.raises(
        PrivacyFout, match=r"verborgen cijfers zijn uit de andere cijfers te berekenen \(BC11 in GM0034\)"
    ):
        bescherm(*pieces)


def test_a_balance_needs_two_terms_with_a_sign():
    with pytest.raises(ValueError, match="ten minste twee termen"):
        Verband({"begin": 1})


def test_the_order_of_pieces_and_rows_does_not_matter():
    stad = per_gebied({"GM0034": 100, "WK1": 4, "WK2": 36, "WK3": 60})
    ander = tellingen({"": 100, "wet=a": 8, "wet=b": 32, "wet=c": 60}, id="basiscijfers/GM0034/3")
    heen, terug = protect([stad, ander], beleid=BELEID), protect([ander, stad], beleid=BELEID)
    for naam in heen:
        pd.testing.assert_frame_equal(heen[naam].table, terug[naam].table)


def test_the_auditor_stops_what_the_solver_would_let_through(monkeypatch):
    import sys

    module = sys.modules["sdm_lib.disclosure.protect"]
    monkeypatch.setattr(module, "aanvullend", lambda stelsel: np.zeros(len(stelsel.waarde), dtype=bool))
    monkeypatch.setattr(
        module, "_vangnet", lambda rijen, lot, **rest: (lot, False)
    )  # what would hide it all after that
    with pytest.raises(PrivacyFout) as fout:
        bescherm(tellingen({"": 100, "wet=a": 4, "wet=b": 36, "wet=c": 60}))
    assert "verborgen cijfers zijn uit de andere cijfers te berekenen (BC01 in GM0034)" in str(fout.value)
    assert "4" not in str(fout.value).split("(")[0].replace("SDM-503", "")


def test_when_every_limit_is_reached_the_whole_system_is_hidden(monkeypatch):
    """Limits count rounds and nodes: the same on a slow machine."""
    module = sys.modules["sdm_lib.disclosure.aanvullend"]
    stuk = tellingen({"": 94, "wet=a": 50, "wet=b": 20, "wet=c": 15, "wet=d": 9})
    (gewoon,) = bescherm(stuk)
    monkeypatch.setattr(module, "RONDES", 0)
    monkeypatch.setattr(module, "RONDES_HERSTEL", 0)
    alles = [lot(bescherm(stuk)[0]) for _ in range(2)]
    assert gewoon.verborgen == 2
    assert alles == [dict.fromkeys(lot(gewoon), "onderdrukt")] * 2
