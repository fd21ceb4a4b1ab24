"""The people of the demo against the public figures they are calibrated on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sdm_lib.sources import project_root
from sdm_lib.synthetic.population import NOOIT, PEILDATUM, STADSDELEN, whole_years
from sdm_lib.synthetic.streams import day, pseudonyms, stream, top_weighted

REFERENTIE = project_root() / "data" / "reference"


def test_stadsdelen_have_the_published_numbers_of_inhabitants(world):
    aantallen = np.bincount(world.pop.stadsdeel[world.pop.present(PEILDATUM)])
    los = pd.read_csv(REFERENTIE / "losse_cijfers.csv").query("indicator == 'inwoners' and periode == '2015'")
    wijken = pd.read_csv(REFERENTIE / "kwb2020_almere_haven.csv", na_values=".").set_index("regio")
    assert aantallen[STADSDELEN.index("WK003403")] == los.set_index("gebied").loc["GM0034 Almere Buiten", "waarde"]
    assert aantallen[STADSDELEN.index("WK003401")] == wijken.loc["Wijk 01 Almere Haven", "inwoners"]
    assert aantallen[STADSDELEN.index("WK003405")] == 2_060
    assert aantallen[STADSDELEN.index("WK003406")] == 50


@pytest.mark.parametrize(("dag", "inwoners"), [(day(2015, 4), 197_500), (day(2016, 12, 31), 201_000)])
def test_the_city_grows_as_it_did(world, dag, inwoners):
    assert int(world.pop.present(dag).sum()) == pytest.approx(inwoners, rel=0.003)


def test_a_quarter_of_the_people_is_under_eighteen(world):
    leeftijd = world.pop.age(PEILDATUM)[world.pop.present(PEILDATUM)]
    assert (leeftijd < 18).mean() == pytest.approx(0.26, abs=0.01)  # programme plan 2012
    assert leeftijd.min() >= 0
    assert leeftijd.max() <= 105


def test_households_have_the_mean_size_of_the_city(world):
    hier = world.pop.present(PEILDATUM)
    huishoudens = len(np.unique(world.pop.huishouden[hier]))
    assert hier.sum() / huishoudens == pytest.approx(2.38, abs=0.06)  # CBS 84799NED: 2.3 and 2.4
    stadsdelen = pd.DataFrame({"hh": world.pop.huishouden, "sd": world.pop.stadsdeel}).groupby("hh")["sd"].nunique()
    assert (stadsdelen == 1).all()


def test_everyone_is_born_before_they_come_and_comes_before_they_go(world):
    assert (world.pop.geboren <= world.pop.sinds).all()
    assert (world.pop.sinds < world.pop.tot).all()
    assert (world.pop.tot <= NOOIT).all()
    assert len(set(world.pop.persoon)) == len(world.pop.persoon)


@pytest.mark.parametrize(
    ("geboren", "dag", "jaren"),
    [
        (day(2000, 1, 1), day(2014, 12, 31), 14),
        (day(2000, 1, 1), day(2015, 1, 1), 15),
        (day(2004, 2, 29), day(2015, 2, 28), 10),
        (day(2004, 2, 29), day(2015, 3, 1), 11),
        (day(2003, 3, 1), day(2016, 2, 29), 12),
        (day(2003, 2, 28), day(2016, 2, 29), 13),
        (day(2015, 6, 1), day(2015, 5, 31), -1),
    ],
)
def test_age_counts_birthdays(geboren, dag, jaren):
    assert whole_years(np.array([geboren]), dag).tolist() == [jaren]


def test_a_weighted_sample_takes_the_heavy_and_nobody_twice():
    keuze = top_weighted(stream(1, "proef"), np.array([0.0, 100.0, 0.0, 100.0]), 2)
    assert sorted(keuze.tolist()) == [1, 3]


def test_pseudonyms_are_distinct_and_start_with_a_letter():
    codes = pseudonyms(stream(1, "codes"), 1000)
    assert len(set(codes)) == 1000
    assert all(len(code) == 16 and code[0] in "abcdef" for code in codes)
