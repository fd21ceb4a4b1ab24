from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from registry_referentie import register
from test_tellen import willekeurig

from sdm_lib import registry
from sdm_lib.errors import InvoerFout, ParameterFout
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.registry import aansluiting, concentratie, kosten_per_client, kostendelen, ontleding
from sdm_lib.registry.ontleding import FACTOREN, hele_centen


def tabel(*regels):
    return pd.DataFrame(regels, columns=["soort", "clienten", "eenheden", "bedrag_cent"])


def delen(eerder, nu, **wat):
    return ontleding(eerder, nu, **wat).set_index("factor")["bedrag_cent"]


def test_when_one_factor_changes_it_takes_the_whole_difference():
    basis = tabel(("a", 100, 1000, 50_000), ("b", 50, 100, 90_000))
    duurder = tabel(("a", 100, 1000, 55_000), ("b", 50, 100, 99_000))
    wat = {"inwoners": (1000, 1000), "clienten": (120, 120)}
    assert delen(basis, duurder, **wat).to_dict() == dict.fromkeys(FACTOREN, 0) | {
        "prijs": 14_000, "nieuwe soorten": 0, "vervallen soorten": 0, "late rekeningen": 0,
    }  # fmt: skip
    dubbel = tabel(("a", 200, 2000, 100_000), ("b", 100, 200, 180_000))
    assert delen(basis, dubbel, inwoners=(1000, 2000), clienten=(120, 240))["inwoners"] == 140_000
    assert delen(basis, dubbel, inwoners=(1000, 1000), clienten=(120, 240))["bereik"] == 140_000


def test_two_factors_share_their_joint_effect_by_hand():
    eerder, nu = tabel(("a", 10, 10, 100)), tabel(("a", 10, 20, 400))  # volume x2 and price x2: 100 -> 400
    uit = delen(eerder, nu, inwoners=(10, 10), clienten=(10, 10))
    assert (uit["volume"], uit["prijs"]) == (150, 150)


def test_new_and_vanished_types_stand_apart():
    uit = delen(tabel(("weg", 5, 5, 700)), tabel(("nieuw", 5, 5, 900)), inwoners=(10, 10), clienten=(5, 5))
    anders = {"nieuwe soorten": 900, "vervallen soorten": -700, "late rekeningen": 0}
    assert uit.to_dict() == dict.fromkeys(FACTOREN, 0) | anders


def test_late_bills_of_a_type_that_nobody_uses_stand_apart():
    eerder = tabel(("a", 10, 10, 100), ("gestopt", 5, 5, 700), ("oud", 0, 0, 40))
    nu = tabel(("a", 10, 10, 130), ("gestopt", 0, 0, 60), ("oud", 0, 0, -15))
    uit = delen(eerder, nu, inwoners=(20, 20), clienten=(10, 10))
    anders = {"prijs": 30, "nieuwe soorten": 0, "vervallen soorten": -700, "late rekeningen": 60 - 15 - 40}
    assert uit.to_dict() == dict.fromkeys(FACTOREN, 0) | anders
    assert uit.sum() == nu["bedrag_cent"].sum() - eerder["bedrag_cent"].sum()


def test_the_parts_of_a_register_with_late_bills_add_up():
    lopend = {"persoon": "a", "begin": "2014-01-01", "einde": None, "bedrag_betaald_cent": 500}
    gestopt = {"begin": "2014-01-01", "einde": "2014-12-01", "voorziening": "vervoer", "bedrag_betaald_cent": 70}
    eerder, nu = (
        kostendelen(registry.open_register(register(lopend, gestopt), kwartaal=kwartaal), periodes=kwartaal)
        for kwartaal in (Kwartaal(2014, 4), Kwartaal(2015, 1))
    )
    uit = delen(eerder, nu, inwoners=(20, 20), clienten=(2, 1))
    assert (uit["vervallen soorten"], uit["late rekeningen"], uit.sum()) == (-70, 70, 0)


def test_random_decompositions_add_up_to_the_cent_and_are_antisymmetric():
    rng = np.random.default_rng(7)
    for _ in range(40):
        k = int(rng.integers(1, 6))
        soorten = rng.choice(list("abcdefgh"), (2, k))
        paar = [
            tabel(
                *(
                    (s, int(rng.integers(1, 90)), int(rng.integers(1, 999)), int(rng.integers(1, 10**8)))
                    for s in sorted(set(rij))
                )
            )
            for rij in soorten
        ]
        wat = {"inwoners": (1000, 1100), "clienten": (150, 140)}
        heen = ontleding(paar[0], paar[1], **wat)
        assert heen["bedrag_cent"].sum() == paar[1]["bedrag_cent"].sum() - paar[0]["bedrag_cent"].sum()
        terug = ontleding(paar[1], paar[0], inwoners=(1100, 1000), clienten=(140, 150))
        assert (heen["bedrag_cent"][:5] + terug["bedrag_cent"][:5]).abs().max() <= 1  # rounding to whole cents


def test_wrong_parts_are_refused():
    goed = tabel(("a", 1, 1, 1))
    with pytest.raises(ValueError, match="a type occurs twice in 'nu'"):
        ontleding(goed, pd.concat([goed, goed]), inwoners=(1, 1), clienten=(1, 1))
    with pytest.raises(ValueError, match=r"\['a'\] in 'eerder' have clients and spend but no units"):
        ontleding(tabel(("a", 1, 0, 5)), goed, inwoners=(1, 1), clienten=(1, 1))
    with pytest.raises(ValueError, match=r"clients need inhabitants, got \(0, 1\)"):
        ontleding(goed, goed, inwoners=(0, 1), clienten=(1, 1))
    with pytest.raises(ValueError, match="the parts add up to 1/2, not to 1"):
        hele_centen([Fraction(1, 2)], totaal=1)


def test_the_largest_remainders_get_the_cents_that_are_left():
    assert hele_centen([Fraction(1, 3), Fraction(2, 3)], totaal=1) == [0, 1]
    assert hele_centen([Fraction(5, 4), Fraction(-7, 4), Fraction(5, 2)], totaal=2) == [1, -2, 3]


def test_from_register_to_ledger_every_line_adds_up():
    uit = aansluiting(
        register_cent=9_000, grootboek_cent=10_000, pgb_cent=800, overhead_cent=400, eigen_bijdrage_cent=300
    )
    posten = uit.set_index("post")["bedrag_cent"]
    assert posten["onverklaard"] == 100
    assert posten.drop("grootboek").sum() == posten["grootboek"]
    assert kosten_per_client(uit, clienten=30) == 3.0


def test_above_two_percent_unexplained_there_is_no_cost_per_client():
    uit = aansluiting(register_cent=9_799, grootboek_cent=10_000)
    with pytest.raises(InvoerFout, match="SDM-876 fout: 2,0 % van het grootboek"):
        kosten_per_client(uit, clienten=30)
    assert kosten_per_client(aansluiting(register_cent=9_800, grootboek_cent=10_000), clienten=1) == 98.0
    with pytest.raises(
        InvoerFout, match="SDM-876 fout: 2,1 % van het grootboek"
    ):  # more in the register than was booked
        kosten_per_client(aansluiting(register_cent=10_210, grootboek_cent=10_000), clienten=30)
    with pytest.raises(ValueError, match="clienten must be above 0"):
        kosten_per_client(uit, clienten=0)
    with pytest.raises(ValueError, match="grootboek_cent must be above 0"):
        aansluiting(register_cent=1, grootboek_cent=0)


def test_the_parts_of_a_register_explain_its_spend_by_tariff():
    frame = willekeurig(np.random.default_rng(30), aantal=300)
    opened = registry.open_register(frame)
    perioden = [Kwartaal(2015, 1), Kwartaal(2016, 1)]
    paar = [kostendelen(opened, periodes=p, by=["wet", "voorziening"], grondslag="tarief") for p in perioden]
    totalen = registry.uitgaven(opened, periodes=perioden, grondslag="tarief")["bedrag_cent"].tolist()
    clienten = tuple(registry.unieke(opened, periodes=perioden)["aantal"])
    assert [deel["bedrag_cent"].sum() for deel in paar] == totalen
    assert ontleding(*paar, inwoners=(900, 950), clienten=clienten)["bedrag_cent"].sum() == totalen[1] - totalen[0]


def test_the_units_of_a_type_are_days_of_support():
    opened = registry.open_register(register({"begin": "2015-03-30", "einde": "2015-04-03", "bedrag_betaald_cent": 70}))
    assert kostendelen(opened, periodes="2015K1").values.tolist() == [["begeleiding", 1, 2, 70]]


def test_the_top_share_of_spend_by_hand():
    regels = [{"persoon": f"p{i}", "begin": "2015-01-01", "einde": None, "bedrag_betaald_cent": 100} for i in range(38)]
    regels += [{"persoon": "duur", "begin": "2015-01-01", "einde": None, "bedrag_betaald_cent": 3_000}]
    regels += [{"persoon": "duur", "begin": "2015-02-01", "einde": None, "bedrag_betaald_cent": 200}]
    regels += [{"persoon": "niets", "begin": "2015-02-01", "einde": None, "bedrag_betaald_cent": 0}]
    opened = registry.open_register(register(*regels), kwartaal=Kwartaal(2015, 1))
    uit = concentratie(opened, periodes="2015K1")
    assert uit.values.tolist() == [["2015K1", 39, 2, 7_000, 3_300, 3_300 / 7_000]]
    assert concentratie(opened, periodes="2015K1", by=["wet"])["top"].tolist() == [2]
    with pytest.raises(ParameterFout, match=r"SDM-867 .*niet per stadsdeel\. wie verhuist"):
        concentratie(opened, periodes="2015K1", by=["stadsdeel"])
    with pytest.raises(ParameterFout, match=r"SDM-868 .*het register heeft de rekeningen van 2015K1, niet van 2015K2"):
        concentratie(opened, periodes="2015K2")
    with pytest.raises(ValueError, match="between 0 and 1"):
        concentratie(opened, periodes="2015K1", deel=5)
    with pytest.raises(
        ParameterFout, match=r"SDM-867 .*niet per leeftijd\. het gaat over clienten van alle leeftijden"
    ):
        concentratie(opened, periodes="2015K1", where={"leeftijd": "0-17"})
    zonder = registry.open_register(register(*regels).drop(columns="bedrag_betaald_cent"))
    with pytest.raises(InvoerFout, match=r"SDM-875.*geen kolom 'bedrag_betaald_cent'"):
        concentratie(zonder, periodes="2015K1")
