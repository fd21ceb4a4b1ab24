"""The truth, recomputed from words one person at a time."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from sdm_lib.synthetic import bewoners, clienten, professionals
from sdm_lib.synthetic.bewoners import make_wave
from sdm_lib.synthetic.clienten import make_client_wave
from sdm_lib.synthetic.professionals import make_staff_wave
from sdm_lib.synthetic.streams import of_date, stream
from sdm_lib.synthetic.truth import client_measures, resident_measures, staff_measures, truth

from .conftest import K2

MHI = {"altijd": 0, "meestal": 1, "vaak": 2, "soms": 3, "zelden": 4, "nooit": 5}
EENS = {"helemaal_eens": 1, "eens": 2, "neutraal": 3, "oneens": 4, "helemaal_oneens": 5}


@pytest.fixture(scope="module")
def waarheid(demo):
    return json.loads((demo / "waarheid/2015K2.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def golf(world):
    return make_wave(stream(world.seed, "bewoners 2015K2"), world.pop, world.residents, dag=of_date(K2.begin), tijd=1)


def _woorden(golf, items) -> pd.DataFrame:
    return pd.DataFrame({i.naam: np.array([*i.antwoorden, "nvt"], dtype=object)[golf[i.naam]] for i in items})


def _een_voor_een(rij) -> dict[str, float | None]:
    """The scores of one resident by the published rules."""
    emotioneel = sum(rij[f"eenz{n}"] in ("ja", "min_of_meer") for n in (1, 2, 3))
    sociaal = sum(rij[f"eenz{n}"] in ("nee", "min_of_meer") for n in (4, 5, 6))
    mhi = sum(MHI[rij[f"mhi{n}"]] for n in (1, 2, 4)) + sum(5 - MHI[rij[f"mhi{n}"]] for n in (3, 5))
    cohesie = EENS[rij["cohesie1"]] - 1 + sum(5 - EENS[rij[f"cohesie{n}"]] for n in (2, 3, 4))
    regie = sum(EENS[rij[f"regie{n}"]] for n in range(1, 6)) + sum(6 - EENS[rij[f"regie{n}"]] for n in (6, 7))
    zwaar = rij["mantelzorg_zwaarte"] in ("tamelijk_zwaar", "zeer_zwaar", "overbelast")
    mee = ("werk", "opleiding_volgt", "vrijwilligerswerk", "vereniging", "dagbesteding")
    return {
        "NM01": rij["vrijwilligerswerk"] == "ja",
        "NM02": rij["mantelzorg"] == "ja",
        "NM03": zwaar if rij["mantelzorg"] == "ja" else None,
        "NM04": emotioneel + sociaal >= 5,
        "NM04_matig": 2 <= emotioneel + sociaal <= 4,
        "NM04_niet": emotioneel + sociaal < 2,
        "NM05": emotioneel >= 1,
        "NM06": sociaal >= 1,
        "NM07": cohesie * 10 / 16,
        "NM08": 4 * mhi < 60,
        "NM08_ggd": 4 * mhi <= 60,
        "NM09": regie >= 20,
        "NM11": rij["gezondheid"] in ("zeer_goed", "goed"),
        "NM12": int(rij["cijfer_leven"]),
        "NM13": rij["rondkomen"] in ("enige_moeite", "grote_moeite"),
        "NM14": rij["netwerk"] in ("helemaal_eens", "eens"),
        "NM15": rij["burenhulp"] == "ja",
        "NM16": any(rij[naam] == "ja" for naam in mee),
        "ST13": rij["kent_wijkteam"] in ("kent", "gehoord"),
        "ST14": rij["weet_de_weg"] == "ja",
        "redzaam_zelf": rij["redzaam"] == "zelf",
        "redzaam_zonder_instelling": rij["redzaam"] in ("zelf", "met_hulp_netwerk"),
    }


def test_scores_of_residents_equal_a_count_by_hand(golf):
    antwoorden = {naam: waarden[:1500] for naam, waarden in golf.antwoorden.items()}
    met_hand = [_een_voor_een(rij) for rij in _woorden(antwoorden, bewoners.ITEMS).to_dict("records")]
    maten = resident_measures(antwoorden)
    assert set(maten) == set(met_hand[0])
    for naam, (waarde, telt) in maten.items():
        hand = [rij[naam] for rij in met_hand]
        assert telt.tolist() == [w is not None for w in hand]
        assert waarde[telt].tolist() == [float(w) for w in hand if w is not None]


def test_the_file_holds_the_population_means_of_these_scores(world, golf, waarheid):
    waar = world.pop.stadsdeel[golf.kader]
    for naam, (waarde, telt) in resident_measures(golf.antwoorden).items():
        gebieden = waarheid["bewoners"][naam]
        assert gebieden["GM0034"] == pytest.approx(waarde[telt].mean(), abs=1e-9)
        assert gebieden["WK003404"] == pytest.approx(waarde[telt & (waar == 3)].mean(), abs=1e-9)
        assert set(gebieden) == {"GM0034", *(f"WK00340{n}" for n in range(1, 7))}


def test_loneliness_classes_add_up(waarheid):
    klassen = [waarheid["bewoners"][naam]["GM0034"] for naam in ("NM04", "NM04_matig", "NM04_niet")]
    assert sum(klassen) == pytest.approx(1, abs=1e-9)
    assert klassen[0] == pytest.approx(0.12, abs=0.03)


def test_client_truth_leaves_not_applicable_out(world, waarheid):
    dagen = (of_date(K2.begin), of_date(K2.einde))
    rng = stream(world.seed, "clienten 2015K2")
    golf = make_client_wave(rng, world.pop, world.clients, world.register, dagen=dagen, tijd=1).golf
    woorden = _woorden(golf.antwoorden, clienten.ITEMS)
    geldig = woorden.loc[woorden["v08"] != "nvt", "v08"]
    assert len(geldig) < len(woorden)
    assert waarheid["clienten"]["CE08"]["GM0034"] == pytest.approx(geldig.isin(["helemaal_eens", "eens"]).mean())
    assert waarheid["clienten"]["CE05"]["GM0034"] == pytest.approx((woorden["v05"] == "ja").mean())
    assert waarheid["clienten"]["CE16"]["GM0034"] == pytest.approx(woorden["cijfer_ondersteuning"].astype(int).mean())


def test_a_theme_needs_half_of_its_items():
    antwoorden = {item.naam: np.array([0, 5, 5, 1]) for item in clienten.ITEMS}
    antwoorden["v06"] = np.array([2, 2, 5, 1])
    waarde, telt = client_measures(antwoorden)["CE11_kwaliteit_schaal"]  # v06 and v07
    assert telt.tolist() == [True, True, False, True]
    assert waarde[telt].tolist() == [75.0, 50.0, 75.0]


def test_staff_truth_is_a_count_of_the_whole_list(world, waarheid):
    golf = make_staff_wave(stream(world.seed, "professionals 2015K2"), world.staff, tijd=1)
    woorden = _woorden(golf.antwoorden, professionals.ITEMS)
    ervaren = woorden.loc[woorden["p05"] != "nvt", "p05"]
    assert waarheid["professionals"]["ST06"] == pytest.approx(ervaren.isin(["helemaal_eens", "eens"]).mean())
    assert waarheid["professionals"]["ST02"] == pytest.approx(golf.een_plan.sum() / golf.meer.sum())
    assert waarheid["professionals"]["ST10"] == pytest.approx(
        woorden["netwerk_betrokken"].isin(["vaak", "altijd"]).mean()
    )
    assert set(waarheid["professionals"]) == set(staff_measures(golf))


def test_truth_without_anyone_in_an_area_is_empty_not_zero(world, golf):
    dagen = (of_date(K2.begin), of_date(K2.einde))
    clienten_golf = make_client_wave(stream(1, "c"), world.pop, world.clients, world.register, dagen=dagen, tijd=1)
    staf = make_staff_wave(stream(1, "p"), world.staff, tijd=1)
    waar = truth(K2, pop=world.pop, register=world.register, golf=golf, clienten=clienten_golf, staf=staf)
    gevuld = {naam: gebieden["WK003406"] for naam, gebieden in waar["clienten"].items()}
    in_pampus = (world.pop.stadsdeel[clienten_golf.golf.kader] == 5).any()
    assert all((waarde is None) != in_pampus for naam, waarde in gevuld.items() if naam == "CE05")
