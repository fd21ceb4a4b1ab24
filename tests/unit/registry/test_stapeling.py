from collections import Counter
from datetime import date

import numpy as np
import pytest
from registry_referentie import als_telling, klassen, register
from test_tellen import willekeurig

from sdm_lib import registry
from sdm_lib.registry import Periode

DAG = date(2015, 3, 31)


def gezin():
    """One household: a mother with three types in two wetten, a child with one, which ends on 31 March."""
    moeder = {"persoon": "m", "begin": "2015-01-01", "einde": None}
    return register(
        moeder | {"voorziening": "begeleiding", "aanbieder": "A01"},
        moeder | {"voorziening": "begeleiding", "aanbieder": "A02", "begin": "2015-03-01"},
        moeder | {"voorziening": "vervoer", "aanbieder": "A02"},
        moeder | {"voorziening": "bijstand", "wet": "participatie", "aanbieder": "A03"},
        {"persoon": "k", "begin": "2015-01-01", "einde": "2015-04-01", "wet": "jeugd", "voorziening": "ambulant"},
    )


def waarden(tabel, naam):
    return {regel[naam]: regel["aantal"] for regel in tabel.to_dict("records") if regel["aantal"]}


def test_concurrent_provisions_of_clients_and_households():
    opened = registry.open_register(gezin())
    assert waarden(registry.stapeling(opened, dag=DAG), "voorzieningen") == {"1": 1, "3": 1}
    assert waarden(registry.stapeling(opened, dag=DAG, eenheid="huishoudens"), "voorzieningen") == {"4": 1}
    assert waarden(registry.stapeling(opened, dag=date(2015, 4, 1)), "voorzieningen") == {"3": 1}
    assert len(registry.stapeling(opened, dag=DAG)) == 6


def test_stapeling_within_a_wet_counts_that_wet_only():
    tabel = registry.stapeling(registry.open_register(gezin()), dag=DAG, by=["wet"])
    assert als_telling(tabel, ["wet", "voorzieningen"]) == {
        ("wmo", "2"): 1, ("participatie", "1"): 1, ("jeugd", "1"): 1,
    }  # fmt: skip


def test_more_than_six_is_six_or_more():
    frame = register(*({"begin": "2015-01-01", "einde": None, "voorziening": f"v{i}"} for i in range(8)))
    assert waarden(registry.stapeling(registry.open_register(frame), dag=DAG), "voorzieningen") == {"6+": 1}
    acht = registry.open_register(frame.assign(aanbieder=[f"A{i}" for i in range(8)]))
    tabel = registry.aanbieders_per_huishouden(acht, dag=DAG)
    assert tabel.iloc[-1].tolist() == [DAG.isoformat(), "6+", 1, 8]


def test_combinations_of_wetten_add_up_to_the_clients():
    opened = registry.open_register(gezin())
    tabel = registry.combinaties(opened, dag=DAG)
    assert tabel[["combinatie", "delen", "aantal"]].values.tolist() == [["jeugd", 1, 1], ["participatie+wmo", 2, 1]]
    samen = registry.combinaties(opened, periodes="2015K1", eenheid="huishoudens", over="voorziening")
    assert samen["combinatie"].tolist() == ["ambulant+begeleiding+bijstand+vervoer"]


def test_providers_per_household_count_each_provider_once():
    tabel = registry.aanbieders_per_huishouden(registry.open_register(gezin()), dag=DAG)
    assert tabel.loc[tabel["aantal"] > 0, ["aanbieders", "aantal", "totaal"]].values.tolist() == [["3", 1, 3]]


@pytest.mark.parametrize("by", [(), ("stadsdeel",), ("wet",)])
def test_a_random_register_gives_the_reference(by):
    frame = willekeurig(np.random.default_rng(4), aantal=300)
    opened = registry.open_register(frame)
    for vraag, venster in (
        ({"dag": DAG}, Periode.van(DAG)),
        ({"periodes": "2015K1"}, Periode.van("2015K1")),
    ):
        tabel = registry.stapeling(opened, eenheid="clienten", by=by, **vraag)
        verwacht = klassen(frame, venster, eenheid="clienten", wat=["persoon", "wet", "voorziening"], by=by)
        assert als_telling(tabel, [*by, "voorzieningen"]) == naar_klasse(verwacht)


def naar_klasse(telling):
    uit = Counter()
    for (*groep, aantal), keer in telling.items():
        uit[(*groep, str(aantal) if aantal < 6 else "6+")] += keer
    return uit


def test_provisions_have_no_stapeling():
    with pytest.raises(ValueError, match="per client or household"):
        registry.stapeling(registry.open_register(gezin()), dag=DAG, eenheid="voorzieningen")
