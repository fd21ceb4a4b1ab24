import copy
import dataclasses
import pickle
import sys

import numpy as np
import pandas as pd
import pytest

from sdm_lib import report
from sdm_lib.disclosure import Doelbinding, Publishable, load_beleid, niet_getoond, protect
from sdm_lib.disclosure.beleid import beleid_standaard
from sdm_lib.results import NUMBERS, TELLING, Kader, Piece, build
from tests.unit.disclosure.bouw import STAD, enquete, lot, tellingen

BELEID = beleid_standaard()


def bescherm(*pieces: Piece, beleid=BELEID) -> list[Publishable]:
    return list(protect(pieces, beleid=beleid).values())


def test_counts_of_one_to_nine_are_hidden_and_zero_is_shown():
    (uit,) = bescherm(tellingen({"wet=a": 0, "wet=b": 1, "wet=c": 9, "wet=d": 10}))
    assert lot(uit) == {"wet=a": "ok", "wet=b": "te_klein", "wet=c": "te_klein", "wet=d": "ok"}
    assert uit.table.loc[0, "value"] == 0
    assert uit.verlies == {"telling": 2}
    assert uit.legenda == {"<10": "minder dan 10 personen of antwoorden: te weinig om te tonen"}


def test_a_hidden_row_loses_every_number_also_its_n():
    (uit,) = bescherm(tellingen({"wet=b": 4}))
    assert uit.table.loc[0, list(NUMBERS)].isna().all()


def test_how_a_hidden_figure_was_computed_is_not_told():
    """Of nobody there is no answer, of one no spread, and where all say the same an interval of another kind."""
    methoden = ["geen antwoorden", "geen vrijheidsgraden", "Wilson", "logit"]
    frame = pd.DataFrame({"value": [np.nan, 1.0, 0.4, 0.4], "n": [0, 1, 5, 500], "method": methoden})
    frame["status"] = ["te_klein", "ok", "ok", "ok"]
    (uit,) = bescherm(enquete(frame.assign(groep=["a=1", "a=2", "a=3", "a=4"])))
    assert uit.table["method"].tolist() == ["", "", "", "logit"]
    assert uit.table.loc[:2].drop(columns="groep").drop_duplicates().shape[0] == 1
    assert "geen antwoorden" not in report.cijfers_csv({uit.id: uit}).decode()


def test_that_a_hidden_count_is_a_count_of_the_sample_is_told():
    (uit,) = bescherm(enquete(pd.DataFrame({"value": [4.0], "n": [4]}), unit="aantal", method=TELLING))
    assert uit.table.loc[0, ["status", "method"]].tolist() == ["te_klein", TELLING]


def test_the_complement_of_a_share_is_a_count_too():
    frame = pd.DataFrame({"value": [0.96, 0.5], "numerator": [96, 50], "denominator": [100, 100], "n": [100, 100]})
    results = build(frame.assign(groep=["wet=wmo", "wet=jeugd"]), kader=STAD, indicator="BC19", unit="aandeel")
    (uit,) = bescherm(Piece("basiscijfers/GM0034/1", "table", "register", results))
    assert lot(uit) == {"wet=wmo": "te_klein", "wet=jeugd": "ok"}


def test_a_share_of_a_mean_population_is_still_a_count_of_persons():
    frame = pd.DataFrame({"value": [4 / 900.5], "numerator": [4], "denominator": [900.5], "n": [4]})
    (uit,) = bescherm(
        Piece("basiscijfers/x/1", "table", "register", build(frame, kader=STAD, indicator="BC03", unit="aandeel"))
    )
    assert uit.table.loc[0, "status"] == "te_klein"


def test_a_survey_figure_needs_ten_answers_and_a_known_n():
    frame = pd.DataFrame({"groep": ["a=1", "a=2", "a=3"], "value": [0.5] * 3, "n": [9, 10, np.nan]})
    assert lot(bescherm(enquete(frame))[0]) == {"a=1": "te_klein", "a=2": "ok", "a=3": "te_klein"}


def test_a_share_with_a_margin_over_ten_points_is_too_uncertain():
    frame = pd.DataFrame({"value": [0.5, 0.5], "lower": [0.39, 0.41], "upper": [0.61, 0.59], "n": [60, 80]})
    (uit,) = bescherm(enquete(frame.assign(groep=["a=1", "a=2"])))
    assert lot(uit) == {"a=1": "te_onzeker", "a=2": "ok"}
    assert "meer dan 10 procentpunt" in uit.legenda["te onzeker"]


def test_a_mean_is_judged_by_its_coefficient_of_variation():
    frame = pd.DataFrame({"groep": ["a=1", "a=2"], "value": [5.0, 5.0], "se": [1.1, 0.9], "n": [60, 60]})
    assert lot(bescherm(enquete(frame, unit="score"))[0]) == {"a=1": "te_onzeker", "a=2": "ok"}


def test_everyone_the_same_in_a_small_group_is_hidden():
    frame = pd.DataFrame({"groep": ["f=1", "f=2", "f=3"], "value": [1.0, 0.0, 1.0], "n": [19, 15, 20]})
    (uit,) = bescherm(enquete(frame, policy="kleine_populatie", source="professionals"))
    assert lot(uit) == {"f=1": "onderdrukt", "f=2": "onderdrukt", "f=3": "ok"}


def test_professionals_are_not_crossed():
    frame = pd.DataFrame({"groep": ["f=1", "f=1;o=2"], "value": [0.5, 0.5], "n": [60, 40]})
    (uit,) = bescherm(enquete(frame, policy="kleine_populatie", source="professionals"))
    assert lot(uit) == {"f=1": "ok", "f=1;o=2": "onderdrukt"}
    assert uit.verlies == {"kruising": 1}


def test_youth_experience_is_never_shown_per_provider():
    regel = Doelbinding(bronnen=("clienten",), nooit_naar=("aanbieder",), groep=("wet=jeugd",), waarom="toestemming")
    beleid = dataclasses.replace(BELEID, doelbinding={"jeugd": regel})
    frame = pd.DataFrame(
        {
            "groep": ["aanbieder=A01;wet=jeugd", "aanbieder=A01;wet=wmo", "wet=jeugd", "aanbieder=A01"],
            "value": [0.5] * 4,
            "n": [90, 90, 300, 180],
        }
    )
    (uit,) = bescherm(enquete(frame), beleid=beleid)
    # a provider of whom it is not said which law may serve nobody but youth
    assert list(lot(uit).values()) == ["onderdrukt", "ok", "ok", "onderdrukt"]


def test_the_house_rules_keep_youth_experience_from_every_provider():
    from sdm_lib.sources import project_root

    huis = load_beleid(project_root() / "params" / "kit.yaml")
    groepen = ["aanbieder=A1;voorziening_soort=jeugdhulp", "instelling=A1;wet=jeugd", "organisatie=A1", "wet=jeugd"]
    frame = pd.DataFrame({"groep": groepen, "value": [0.5] * 4, "n": [90.0, 80.0, 70.0, 300.0]})
    (uit,) = bescherm(enquete(frame, source="clienten"), beleid=huis)
    assert list(lot(uit).values()) == ["onderdrukt"] * 3 + ["ok"]
    assert uit.verlies == {"doelbinding": 3}


def test_a_source_status_is_kept_and_its_number_goes():
    frame = pd.DataFrame(
        {"groep": ["a=1", "a=2"], "value": [0.5, 0.4], "n": [50, 50], "status": ["niet_gemeten", "te_klein"]}
    )
    (uit,) = bescherm(enquete(frame))
    assert lot(uit) == {"a=1": "niet_gemeten", "a=2": "te_klein"}
    assert uit.table["value"].isna().all()
    assert uit.verlies == {"aantal_antwoorden": 1}


def test_no_gap_goes_without_a_word():
    (uit,) = bescherm(enquete(pd.DataFrame({"value": [np.nan], "n": [50]})))
    assert uit.table.loc[0, "status"] == "niet_gemeten"
    assert uit.legenda == {"niet gemeten": "over deze groep of periode is niets gemeten"}


def test_of_a_full_count_that_tells_too_little_no_sample_is_blamed():
    frame = pd.DataFrame({"value": [np.nan], "n": [50], "status": ["te_onzeker"]})
    (uit,) = bescherm(enquete(frame, policy="register", source="register"))
    assert uit.legenda == {"te onzeker": "er is te weinig bekend voor een bruikbaar cijfer"}


def test_that_nobody_answered_is_one_of_too_few_answers():
    (uit,) = bescherm(enquete(pd.DataFrame({"value": [np.nan, 0.4], "n": [0, 3], "groep": ["a=1", "a=2"]})))
    assert uit.table["status"].tolist() == ["te_klein", "te_klein"]


def test_a_ledger_has_no_persons_to_protect():
    frame = pd.DataFrame({"value": [5.0], "numerator": [5.0], "n": [3]})
    results = build(frame, kader=STAD, indicator="K01", unit="euro", source="grootboek")
    (uit,) = bescherm(Piece("kosten/GM0034/1", "table", "register", results))
    assert uit.table.loc[0, "status"] == "ok"


def test_a_cell_has_one_fate_on_every_page_and_the_strictest_topic_decides():
    beleid = BELEID.verscherp({"register": {"drempel": 20}}, onderwerp="kosten")
    een, twee = bescherm(tellingen({"wet=a": 15}), tellingen({"wet=a": 15}, id="kosten/GM0034/1"), beleid=beleid)
    assert een.table.loc[0, "status"] == twee.table.loc[0, "status"] == "te_klein"


def test_a_rate_is_hidden_with_its_count():
    telling = tellingen({"wet=a": 6, "wet=b": 60})
    frame = pd.DataFrame(
        {"groep": ["wet=a", "wet=b"], "value": [0.6, 6.0], "numerator": [6, 60], "denominator": [1e4, 1e4]}
    )
    rate = Piece(
        "basiscijfers/GM0034/2", "table", "register", build(frame, kader=STAD, indicator="BC02", unit="per_1000")
    )
    _, uit = bescherm(telling, rate)
    assert lot(uit) == {"wet=a": "te_klein", "wet=b": "ok"}


def test_a_difference_is_hidden_with_its_level():
    nu = pd.DataFrame({"groep": ["a=1", "a=2"], "value": [0.5, 0.6], "n": [8, 50], "measure": "level"})
    verschil = nu.assign(value=[0.1, 0.2], reference=[0.4, 0.4], n=[80, 80], measure="difference")
    (uit,) = bescherm(enquete(pd.concat([nu, verschil])))
    assert uit.table["status"].tolist() == ["te_klein", "ok", "onderdrukt", "ok"]
    assert uit.verlies == {"aantal_antwoorden": 1, "samenhang": 1}


def test_a_difference_with_a_small_earlier_count_is_hidden():
    frame = pd.DataFrame(
        {"value": [14.0], "reference": [6.0], "numerator": [20.0], "n": [20], "measure": ["difference"]}
    )
    (uit,) = bescherm(
        Piece("basiscijfers/GM0034/1", "table", "register", build(frame, kader=STAD, indicator="BC01", unit="aantal"))
    )
    assert uit.table.loc[0, "status"] == "onderdrukt"


def test_a_difference_with_an_earlier_period_that_is_hidden_goes_with_it():
    nu = tellingen({"": 80})
    frame = pd.DataFrame({"value": [0.02], "n": [9], "numerator": [3.0], "denominator": [150.0]})
    vorige = build(frame, kader=Kader("2015K1", "GM0034"), indicator="BC19", unit="aandeel")
    verschil = build(
        pd.DataFrame({"value": [0.5], "reference": [0.02], "n": [80], "measure": ["difference"]}),
        kader=STAD, indicator="BC19", unit="procentpunt",
    )  # fmt: skip
    uit = bescherm(nu, Piece("b/x/2", "chart", "register", vorige), Piece("b/x/3", "chart", "register", verschil))
    assert [p.table.loc[0, "status"] for p in uit] == ["ok", "te_klein", "onderdrukt"]


def test_piece_ids_must_be_unique():
    with pytest.raises(ValueError, match=r"unique within a quarter, twice: \['basiscijfers/GM0034/1'\]"):
        bescherm(tellingen({"": 20}), tellingen({"": 30}))


def test_nothing_in_is_nothing_out():
    assert protect([], beleid=BELEID) == {}
    (uit,) = bescherm(tellingen({}))
    assert len(uit.table) == 0
    assert uit.verlies == {}


def test_a_publishable_survives_pickle_and_cannot_be_forged():
    (uit,) = bescherm(tellingen({"wet=b": 4, "wet=c": 44}))
    terug = pickle.loads(pickle.dumps(uit))
    pd.testing.assert_frame_equal(terug.table, uit.table)
    assert terug.verlies == uit.verlies
    assert copy.copy(uit).id == uit.id
    velden = {veld.name: getattr(uit, veld.name) for veld in dataclasses.fields(uit)}
    with pytest.raises(TypeError, match="made by disclosure"):
        Publishable(**velden, token=object())
    with pytest.raises((TypeError, ValueError), match="token"):
        dataclasses.replace(uit, id="anders")
    with pytest.raises(dataclasses.FrozenInstanceError):
        uit.table = pd.DataFrame()  # type: ignore[misc]


def flags(monkeypatch, *rounds):
    """Let the auditor find these rows too well known, round by round, and then nothing."""
    beurten = [*rounds, *([[]] * 9)]
    module = sys.modules["sdm_lib.disclosure.protect"]  # the name in the package is the function
    monkeypatch.setattr(module, "te_bekend", lambda *args, **kwargs: beurten.pop(0))


def test_what_the_auditor_still_finds_loses_the_table_around_it(monkeypatch):
    flags(monkeypatch, [1])
    een, ander = bescherm(
        tellingen({"wet=a": 40, "wet=b": 4, "wet=c": 50}),
        tellingen({"wet=a": 60}, indicator="BC02", id="basiscijfers/GM0034/2"),
    )
    assert lot(een) == {"wet=a": "onderdrukt", "wet=b": "onderdrukt", "wet=c": "onderdrukt"}
    assert lot(ander) == {"wet=a": "ok"}


def test_a_second_finding_takes_the_indicator_in_every_area_of_its_kind(monkeypatch):
    flags(monkeypatch, [0], [0])
    (uit,) = bescherm(tellingen({"wet=a": 40, "wet=b": 50}))
    assert set(lot(uit).values()) == {"onderdrukt"}


def test_at_last_all_of_that_delivery_goes(monkeypatch):
    flags(monkeypatch, *[[0]] * 4)
    een, ander = bescherm(
        tellingen({"wet=a": 40, "wet=b": 50}),
        tellingen({"wet=a": 60}, indicator="BC02", id="basiscijfers/GM0034/2"),
    )
    assert {*lot(een).values(), *lot(ander).values()} == {"onderdrukt"}


def test_two_deliveries_that_count_as_many_in_one_place_are_not_taken_for_one():
    # the response of six out of six says nothing of six clients in the register, and does not stop the page
    frame = pd.DataFrame({"value": [1.0], "numerator": [6.0], "denominator": [6.0], "n": [6.0], "method": [TELLING]})
    respons = build(frame, kader=STAD, indicator="respons_aandeel", unit="aandeel", source="professionals")
    een, ander = bescherm(tellingen({"": 6}), Piece("stelsel/1", "table", "kleine_populatie", respons))
    assert lot(een) == {"": "te_klein"}
    assert ander.table.loc[0, "status"] == "te_klein"


def test_a_hidden_group_does_not_bound_what_else_counts_as_many():
    # two clients, and two of three households: the three are hidden too, so nobody knows that there are at most three
    frame = pd.DataFrame({"value": [2 / 3], "numerator": [2.0], "denominator": [3.0], "n": [3.0]})
    deel = build(frame, kader=STAD, indicator="BC09", unit="aandeel")
    een, ander = bescherm(tellingen({"": 2}), Piece("basiscijfers/GM0034/2", "table", "register", deel))
    assert een.table.loc[0, "status"] != "ok"
    assert ander.table.loc[0, "status"] != "ok"


def test_a_page_says_how_many_figures_are_gone_and_by_which_rule():
    een = tellingen({"": 100, "wet=a": 4, "wet=b": 36, "wet=c": 60})
    ander = tellingen({"wet=a": 5}, indicator="BC02", id="basiscijfers/GM0034/2")
    uit = protect([een, ander], beleid=BELEID)
    assert niet_getoond(uit) == (
        "3 van de 5 cijfers op deze pagina zijn niet te zien.",
        "te klein aantal: 2",
        "anders is een verborgen cijfer uit te rekenen: 1",
    )
    assert niet_getoond(protect([tellingen({"": 100})], beleid=BELEID)) == ()
    assert niet_getoond(protect([tellingen({"": 4})], beleid=BELEID))[0].startswith("Een van de 1 cijfers")


def test_the_order_of_the_pieces_does_not_choose_between_patterns_that_cost_as_much():
    stukken = [
        tellingen({"": 100, "wet=a": 4}),
        tellingen({"wet=b": 48}, id="b/x/1"),
        tellingen({"wet=c": 48}, id="c/x/1"),
    ]
    eerst, daarna = (protect(lijst, beleid=BELEID) for lijst in (stukken, stukken[::-1]))
    assert [*daarna] == [piece.id for piece in stukken[::-1]]
    assert {naam: lot(uit) for naam, uit in daarna.items()} == {naam: lot(uit) for naam, uit in eerst.items()}
    assert sum(uit.verborgen for uit in eerst.values()) == 2
