"""A figure for every wijk: which are measured, which modelled, which not, and what they add up to."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sdm_lib import indicators, survey
from sdm_lib.indicators.modelled import (
    GEMETEN,
    GEMODELLEERD,
    NIET_PUBLICEERBAAR,
    Grenzen,
    Nauwkeurig,
    label_of,
    model_areas,
)
from sdm_lib.results import Kader
from sdm_lib.survey.area_error import mean_square_error

KADER = Kader("2022K2", "GM0034", gebied_soort="wijk", gebied_jaar="2022", source="bewoners")


def _limits(**anders):
    ruim = {
        "gemeten": Nauwkeurig(5.0, 0.05), "gemodelleerd": Nauwkeurig(25.0, 0.2), "minimum_antwoorden": 10,
        "minimum_inwoners": 100, "kenmerken": {"x": ("a", "b")},
    }  # fmt: skip
    return Grenzen(**(ruim | anders))


@pytest.fixture(scope="module")
def indicator():
    return indicators.load()["PW06"]


@pytest.fixture(scope="module")
def world():
    """Twelve wijken in two stadsdelen; the first has many answers, the last five, the one but last none."""
    rng = np.random.default_rng(5)
    wijken = [f"W{k:02d}" for k in range(12)]
    x = np.linspace(-1, 1, 12)
    n = np.array([900, *[60] * 9, 0, 5])
    cell = np.repeat(np.arange(12), n)
    gezond = rng.random(len(cell)) < (0.6 + 0.2 * x)[cell]
    frame = pd.DataFrame(
        {"wijk": np.array(wijken)[cell], "gezondheid": np.where(gezond, "goed", "slecht"), "w": 20.0, "stratum": "s"}
    )
    design = survey.design(frame, weights="w", strata="stratum", lonely="adjust")
    areas = pd.DataFrame({"area": wijken, "group": ["N"] * 6 + ["Z"] * 6, "people": 1000.0, "x": x})
    return design, areas


def _model(world, indicator, limits=None, published=None):
    design, areas = world
    return model_areas(
        indicator, design, by="wijk", areas=areas, features=["x"],
        published=published or {"": (0.6, 0.01), "N": (0.50, 0.02), "Z": (0.70, 0.02)}, limits=limits or _limits(),
    )  # fmt: skip


def test_many_answers_are_measured_few_are_modelled_and_too_few_are_neither(world, indicator):
    label = _model(world, indicator).table.set_index("area")["label"]
    assert label["W00"] == GEMETEN
    assert set(label["W01":"W09"]) == {GEMODELLEERD}
    assert set(label["W10":"W11"]) == {NIET_PUBLICEERBAAR}


def test_a_measured_figure_is_the_direct_estimate_to_the_last_digit(world, indicator):
    design, _ = world
    found = _model(world, indicator).results(kader=KADER).where(gebied="W00").frame.iloc[0]
    direct = indicators.compute(indicator, design, kader=KADER, by="wijk").where(gebied="W00").frame.iloc[0]
    assert (found["value"], found["lower"], found["upper"]) == (direct["value"], direct["lower"], direct["upper"])


def test_wijken_add_up_to_their_stadsdeel_and_the_stadsdelen_to_the_city(world, indicator):
    table = _model(world, indicator).table
    assert table.groupby("group")["estimate"].mean().to_dict() == pytest.approx({"N": 0.50, "Z": 0.70})
    assert table["estimate"].mean() == pytest.approx(0.60)


def test_wijken_of_a_stadsdeel_that_is_too_uncertain_are_held_to_what_the_city_leaves(world, indicator):
    table = _model(world, indicator, published={"": (0.6, 0.01), "N": (0.5, 0.02)}).table
    assert table.groupby("group")["estimate"].mean()["Z"] == pytest.approx(0.70)


def test_what_the_benchmark_moves_widens_the_margin(world, indicator):
    ver = _model(world, indicator, published={"": (0.65, 0.01), "N": (0.60, 0.02), "Z": (0.70, 0.02)}).table
    model = _model(world, indicator).model.estimates()
    plek = ver["area"] == "W03"
    assert ver.loc[plek, "shift"].abs().iloc[0] > 0.02
    eigen = model.loc[model["area"] == "W03", "se"].iloc[0]
    assert ver.loc[plek, "se"].iloc[0] == pytest.approx(np.hypot(eigen, ver.loc[plek, "shift"].iloc[0]))


def test_a_margin_above_the_limit_is_not_fit_to_be_published(world, indicator):
    streng = _limits(gemodelleerd=Nauwkeurig(1.0, 0.01))
    found = _model(world, indicator, limits=streng).results(kader=KADER).frame.set_index("gebied")
    assert set(found.loc["W01":"W09", "status"]) == {"te_onzeker"}
    assert found.loc["W00", "status"] == "ok"


def test_every_row_says_how_it_was_made_and_counts_its_own_answers(world, indicator):
    found = _model(world, indicator).results(kader=KADER).frame.set_index("gebied")
    assert [label_of(tekst) for tekst in found.loc[["W00", "W01", "W10"], "method"]] == [
        GEMETEN, GEMODELLEERD, NIET_PUBLICEERBAAR,
    ]  # fmt: skip
    assert found.loc[["W00", "W01", "W10"], "n"].tolist() == [900, 60, 0]
    assert found["numerator"].isna().all(), "a modelled figure gives no count away"


def test_a_wijk_is_compared_with_the_city_that_it_is_part_of(world, indicator):
    found = _model(world, indicator).against(0.6, 0.01, kader=KADER).frame.set_index("gebied")
    assert "W10" not in found.index
    assert found["reference"].unique().tolist() == [0.6]
    table = _model(world, indicator).table.set_index("area")
    assert found.loc["W05", "value"] == pytest.approx(table.loc["W05", "estimate"] - 0.6)
    alone = table.loc["W05", "se"]
    assert found.loc["W05", "se"] == pytest.approx(np.sqrt((1 - 2 / 12) * alone**2 + 0.01**2))
    assert (found["p_adj"] >= found["p"] - 1e-12).all()


@pytest.mark.parametrize(
    ("anders", "tekst"),
    [
        ({"kenmerken": {"x": ("a",)}}, "elk kenmerk heeft twee kolommen"),
        ({"kenmerken": {}}, "elk kenmerk heeft twee kolommen"),
        ({"minimum_antwoorden": 0}, "minimum_antwoorden is 1 of meer"),
    ],
)
def test_limits_that_make_no_sense_are_refused(anders, tekst):
    with pytest.raises(ValueError, match=tekst):
        _limits(**anders)


def test_a_limit_of_nothing_is_refused():
    with pytest.raises(ValueError, match="een grens is meer dan nul"):
        Nauwkeurig(0.0, 0.1)


def test_two_modelled_wijken_are_compared_with_the_error_they_share(world, indicator):
    model = _model(world, indicator)
    found = model.between_areas([("W04", "W05"), ("W00", "W04"), ("W04", "W10")], kader=KADER).frame
    assert found["gebied"].tolist() == ["W05", "W04"], "no pair with a wijk that has no figure"
    table = model.table.set_index("area")
    assert found["value"].iloc[0] == pytest.approx(table.loc["W05", "estimate"] - table.loc["W04", "estimate"])
    pair = survey.area_differences(model.model, [("W04", "W05")]).iloc[0]
    joint = pair["se"]
    assert found["p"].iloc[0] == pytest.approx(pair["p"])
    assert (found["lower"].iloc[0], found["upper"].iloc[0]) == pytest.approx((pair["ci_low"], pair["ci_high"]))
    assert found["se"].iloc[0] == pytest.approx(np.hypot(joint, table.loc["W04", "shift"] - table.loc["W05", "shift"]))
    apart = np.hypot(table.loc["W04", "se"], table.loc["W05", "se"])
    assert found["se"].iloc[0] < apart, "errors of neighbours on the line of covariates go together"
    assert found["se"].iloc[1] == pytest.approx(np.hypot(table.loc["W00", "se"], table.loc["W04", "se"]))


def test_a_wijk_without_answers_has_the_margin_of_the_model_alone(world, indicator):
    model = _model(world, indicator).model
    plain = model.estimates().set_index("area").loc["W10"]
    t = 2.2621572  # 97.5 % of Student's t with 11 - 2 = 9 degrees of freedom, from a printed table
    place = list(model.areas).index("W10")
    error = np.sqrt(mean_square_error(model)[place])
    assert plain["ci_high"] == pytest.approx(np.sin(model.predicted[place] + t * error) ** 2, rel=1e-6)


def test_the_margin_of_a_modelled_wijk_is_that_of_its_own_answers_placed_by_the_others(world, indicator):
    found = _model(world, indicator, published={"": (0.65, 0.01), "N": (0.50, 0.02), "Z": (0.80, 0.02)})
    own = found.model.estimates().set_index("area").loc["W01":"W09"]
    table = found.table.set_index("area").loc["W01":"W09"]
    assert (table["ci_low"] <= own["ci_low"]).all(), "the benchmark moves the estimate, never into the bounds"
    assert (table["ci_high"] >= own["ci_high"]).all()
    assert table["estimate"].between(table["ci_low"], table["ci_high"]).all()


def test_a_modelled_wijk_differs_from_the_city_when_its_margin_says_so(world, indicator):
    """With a city known for sure and a wijk that is no part of it, the test is that of the wijk's own margin."""
    found = _model(world, indicator)
    own = found.model.estimates().set_index("area").loc["W03"]
    alone = replace(found, table=found.table.assign(people=np.where(found.table["area"] == "W03", 1e-9, 1e9)))
    for edge, p in ((own["ci_low"], 0.05), (own["ci_high"], 0.05)):
        rij = alone.against(edge, 1e-9, kader=KADER).frame.set_index("gebied").loc["W03"]
        assert rij["p"] == pytest.approx(p, abs=1e-6)
        assert 0.0 in (pytest.approx(rij["lower"], abs=1e-9), pytest.approx(rij["upper"], abs=1e-9))
