"""The demo in 2022: the same people, older, more of them, and each in a wijk of that year."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from sdm_lib import sources
from sdm_lib.errors import InvoerFout
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.synthetic import demo as maken
from sdm_lib.synthetic.demo import World, grown_world
from sdm_lib.synthetic.streams import day

DAG = day(2022, 4)


@pytest.fixture(scope="session")
def later(world: World) -> World:
    return grown_world(world)


@pytest.fixture(scope="session")
def map_2022(later: World, tmp_path_factory: pytest.TempPathFactory):
    out = tmp_path_factory.mktemp("demo2022")
    (out / "waarheid").mkdir()
    maken.write_quarter(later, Kwartaal(2022, 2), out)
    return out


def test_who_is_still_there_is_the_same_person_seven_years_older(world, later):
    toen, nu = world.pop, later.pop
    _, een, twee = np.intersect1d(toen.persoon.astype("U16"), nu.persoon.astype("U16"), return_indices=True)
    assert len(een) > 100_000
    assert (toen.geboren[een] == nu.geboren[twee]).all()
    assert (toen.vrouw[een] == nu.vrouw[twee]).all()
    assert (toen.stadsdeel[een] == nu.stadsdeel[twee]).all()
    assert (toen.sinds[een] == nu.sinds[twee]).all()


def test_the_city_has_grown_to_about_its_true_size(world, later):
    toen, nu = world.pop.present(day(2015)).sum(), later.pop.present(day(2022)).sum()
    assert toen == 197_000
    assert 214_000 < nu < 222_000


def test_nobody_lives_in_a_wijk_of_another_stadsdeel(later):
    pop = later.pop
    assert pop.wijk is not None
    assert (np.array(pop.wijk_in)[pop.wijk] == pop.stadsdeel).all()
    almere = sources.gebieden()
    for wijk, deel in zip(pop.wijken, pop.wijk_in, strict=True):
        assert almere.gebied(wijk, jaar=2022).hoort_bij == pop.stadsdelen[deel]


def test_nothing_of_the_register_lies_outside_a_life_or_before_the_law(later):
    spells, pop = later.register.spells, later.pop
    assert (spells.begin >= pop.geboren[spells.persoon]).all()
    assert (spells.begin < spells.einde).all()
    assert (spells.begin >= day(2012)).all()
    naad = np.mean(spells.begin == day(2022))
    assert naad < 0.01, "the first day of the shortened clock must not be a seam"


def test_the_deliveries_of_2022_obey_their_schemas_with_the_codes_of_2022(map_2022):
    map_ = map_2022 / "2022K2"
    namen = ("register", "bewoners", "bevolking", "huishoudens", "clienten", "professionals", "vroegsignalen")
    assert [m for m in sources.check(map_, (*namen, "kerncijfers_wijken")) if m.ernst == "fout"] == []
    bevolking = sources.read("bevolking", folder=map_).frame
    assert set(bevolking["stadsdeel"]) == set(sources.gebieden().codes(jaar=2022, niveau="stadsdeel"))
    assert set(bevolking["wijk"]) == set(sources.gebieden().codes(jaar=2022, niveau="wijk"))


def test_the_truth_of_the_wijken_adds_up_to_their_stadsdeel(map_2022):
    waar = json.loads((map_2022 / "waarheid/2022K2.json").read_text())["bewoners"]["NM04"]
    volwassen = sources.read("bevolking", folder=map_2022 / "2022K2").frame
    volwassen = volwassen[(volwassen["peildatum"] == "2022-04-01") & ~volwassen["leeftijd"].isin(["0-11", "12-17"])]
    tel = volwassen.groupby(["stadsdeel", "wijk"])["inwoners"].sum().reset_index()
    tel = tel[tel["inwoners"] > 0].assign(waar=lambda t: t["wijk"].map(waar))
    som = tel.assign(som=tel["waar"] * tel["inwoners"]).groupby("stadsdeel")[["som", "inwoners"]].sum()
    assert (som["som"] / som["inwoners"]).to_dict() == pytest.approx({k: waar[k] for k in som.index}, abs=1e-9)


def test_key_figures_are_counts_of_the_same_people_rounded_to_five(map_2022):
    cijfers = sources.read("kerncijfers_wijken", folder=map_2022 / "2022K2").frame
    bevolking = sources.read("bevolking", folder=map_2022 / "2022K2").frame
    begin = bevolking[bevolking["peildatum"] == bevolking["peildatum"].min()].groupby("wijk")["inwoners"].sum()
    assert (cijfers.set_index("wijk")["inwoners"] - begin).abs().max() <= 2
    assert (cijfers["inwoners"] % 5 == 0).all()
    assert (cijfers["eenpersoonshuishoudens"] <= cijfers["huishoudens"]).all()


def test_a_wijk_column_before_2022_is_no_column_of_the_schema(map_2022, tmp_path):
    toen = tmp_path / "2021K4"
    toen.mkdir()
    frame = pd.DataFrame({"peildatum": ["2021-10-01"], "stadsdeel": ["WK003401"], "huishoudens": [7]})
    frame.to_csv(toen / "huishoudens.csv", sep=";", index=False)
    gelezen = sources.read("huishoudens", folder=toen)
    assert list(gelezen.frame) == ["peildatum", "stadsdeel", "huishoudens"]
    assert [m for m in gelezen.meldingen if m.ernst != "hersteld"] == []
    frame.assign(stadsdeel="SD003401").to_csv(toen / "huishoudens.csv", sep=";", index=False)
    with pytest.raises(InvoerFout, match="SD003401"):
        sources.read("huishoudens", folder=toen)
