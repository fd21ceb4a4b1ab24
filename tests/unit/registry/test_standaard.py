from datetime import date

import pandas as pd
import pytest
from registry_referentie import register

from sdm_lib import registry
from sdm_lib.errors import InvoerFout, ParameterFout
from sdm_lib.registry.standaard import byar

OUD, JONG = 1940, 1990  # 75 and 25 in 2015


def bevolking():
    """Area 1 is old (80 old, 20 young), area 2 is young (20 old, 80 young)."""
    regels = [("WK003401", "75+", 80), ("WK003401", "23-29", 20), ("WK003402", "75+", 20), ("WK003402", "23-29", 80)]
    frame = pd.DataFrame(regels, columns=["stadsdeel", "leeftijd", "inwoners"])
    return frame.assign(peildatum=pd.Timestamp("2015-01-01"), geslacht="vrouw")


def clienten(gebied, geboortejaar, aantal):
    return [
        {"persoon": f"{gebied}{geboortejaar}{i}", "huishouden": f"{gebied}{geboortejaar}{i}", "stadsdeel": gebied,
         "geboortejaar": geboortejaar, "begin": "2015-01-01", "einde": None}
        for i in range(aantal)
    ]  # fmt: skip


def test_two_areas_with_the_same_risk_per_age_have_the_same_standardised_rate():
    regels = [*clienten("WK003401", OUD, 40), *clienten("WK003401", JONG, 2), *clienten("WK003402", OUD, 10),
              *clienten("WK003402", JONG, 8)]  # fmt: skip
    opened = registry.open_register(register(*regels), bevolking=bevolking())
    uit = registry.gestandaardiseerd(opened, periodes="2015K1")
    assert uit["ruw"].tolist() == [420.0, 180.0]
    assert uit["waarde"].tolist() == pytest.approx([300.0, 300.0])  # half old at 500, half young at 100 per 1,000
    assert (uit["onder"] < 300).all()
    assert (uit["boven"] > 300).all()
    een = registry.gestandaardiseerd(opened, periodes="2015K1", where={"stadsdeel": ["WK003401"]})
    assert een["waarde"].tolist() == pytest.approx([300.0])  # the composition of the city, not that of the area
    stad = registry.gestandaardiseerd(opened, periodes="2015K1", by=())
    assert stad["waarde"].tolist() == pytest.approx(stad["ruw"].tolist())


def test_the_interval_of_dobson_by_hand():
    opened = registry.open_register(register(*clienten("WK003401", OUD, 10)), bevolking=bevolking())
    tabel = registry.gestandaardiseerd(opened, periodes="2015K1").set_index("stadsdeel")
    nul = 1000 / 100 * float(byar(pd.Series([0.0]).to_numpy())[1][0])  # without clients: that of the crude rate
    assert tabel.loc["WK003402", ["waarde", "onder", "boven"]].tolist() == pytest.approx([0, 0, nul])
    uit = tabel.loc["WK003401"]
    gewicht = 0.5  # half of the city is old
    onder, boven = (float(grens[0]) for grens in byar(pd.Series([10.0]).to_numpy()))
    assert uit["waarde"] == pytest.approx(1000 * gewicht * 10 / 80)
    assert uit["boven"] == pytest.approx(1000 * gewicht / 80 * boven)
    assert uit["onder"] == pytest.approx(1000 * gewicht / 80 * onder)


def test_where_nobody_lives_there_is_no_rate():
    [vertrokken] = clienten("WK003403", OUD, 1)
    weg = vertrokken | {"begin": "2014-01-01", "einde": "2014-06-30"}
    opened = registry.open_register(register(*clienten("WK003401", OUD, 3), weg), bevolking=bevolking())
    leeg = registry.gestandaardiseerd(opened, periodes="2015K1", by=(), where={"stadsdeel": ["WK003403"]})
    assert leeg["noemer"].tolist() == [0]
    assert leeg[["ruw", "waarde", "onder", "boven"]].isna().all(axis=None)
    per_gebied = registry.gestandaardiseerd(opened, periodes="2015K1").set_index("stadsdeel")
    assert per_gebied["noemer"].to_dict() == {"WK003401": 100, "WK003402": 100, "WK003403": 0}
    assert per_gebied["waarde"].isna().tolist() == [False, False, True]


def test_clients_in_a_group_without_inhabitants_are_refused():
    opened = registry.open_register(register(*clienten("WK003401", 1970, 3)), bevolking=bevolking())
    with pytest.raises(InvoerFout, match=r"SDM-874 fout: bevolking\.csv: 1 groepen hebben clienten en geen inwoners"):
        registry.gestandaardiseerd(opened, periodes="2015K1")
    with pytest.raises(ParameterFout, match=r"SDM-867 .*de bevolking kent die uitsplitsing niet"):
        registry.gestandaardiseerd(opened, periodes="2015K1", by=["wet"])
    with pytest.raises(ParameterFout, match=r"SDM-867 .*het is juist op leeftijd en geslacht gestandaardiseerd"):
        registry.gestandaardiseerd(opened, periodes="2015K1", by=["geslacht"])


def test_the_six_user_groups_and_what_is_not_measured():
    regels = [
        *clienten("WK003401", OUD, 3),
        *({**regel, "wet": "jeugd", "voorziening": "ambulant"} for regel in clienten("WK003401", OUD, 1)),
        *({**regel, "wet": "participatie", "voorziening": "bijstand"} for regel in clienten("WK003402", JONG, 2)),
    ]
    opened = registry.open_register(register(*regels), bevolking=bevolking())
    uit = registry.gebruikersgroepen(opened, periodes="2015K1", eenheid="clienten").set_index("groep")
    assert uit["aantal"].fillna(-1).tolist() == [2, 0, 2, 1, -1, 195]
    assert uit["status"].tolist() == ["ok"] * 4 + ["niet_gemeten", "ok"]
    frame = register(*regels).assign(wlz=["ja", "nee", "nee", "ja", "nee", "nee"])
    gemeten = registry.gebruikersgroepen(
        registry.open_register(frame, bevolking=bevolking()), periodes="2015K1", eenheid="clienten", erbuiten="wlz",
        by=["stadsdeel"],
    )  # fmt: skip
    assert gemeten.groupby("stadsdeel")["aantal"].sum().tolist() == [100, 100]
    assert gemeten.loc[gemeten["groep"] == "ook voorzieningen erbuiten", "aantal"].tolist() == [1, 0]
    assert gemeten["status"].eq("ok").all()


def test_more_users_than_inhabitants_are_refused_and_no_negative_group():
    opened = registry.open_register(register(*clienten("WK003401", OUD, 101)), bevolking=bevolking())
    with pytest.raises(InvoerFout, match=r"SDM-874 .*in 1 groepen zijn meer clienten met een voorziening dan er wonen"):
        registry.gebruikersgroepen(opened, periodes="2015K1", eenheid="clienten", by=["stadsdeel"])
    with pytest.raises(ParameterFout, match=r"SDM-867 .*niet per wet\. de bevolking kent die uitsplitsing niet"):
        registry.gebruikersgroepen(opened, periodes="2015K1", eenheid="clienten", by=["wet"])


def test_users_where_the_population_knows_nobody_are_refused_and_not_left_out():
    opened = registry.open_register(register(*clienten("WK003409", OUD, 2)), bevolking=bevolking())
    with pytest.raises(InvoerFout, match=r"SDM-874 .*: 2 clienten .* zijn in een gebied zonder inwoners"):
        registry.gebruikersgroepen(opened, periodes="2015K1", eenheid="clienten", by=["stadsdeel"])


def test_a_household_of_which_one_member_uses_provisions_outside_is_in_no_other_group():
    wonen = [("a", "h", "wmo", "ja"), ("b", "h", "jeugd", "nee"), ("c", "i", "wmo", "nee"), ("d", "k", "jeugd", "nee"),
             ("e", "m", "jeugd", "ja"), ("f", "m", "wmo", "nee")]  # fmt: skip
    regels = [
        {"persoon": persoon, "huishouden": huis, "wet": wet, "wlz": wlz, "begin": "2015-01-01", "einde": None}
        for persoon, huis, wet, wlz in wonen
    ]
    huishoudens = pd.DataFrame({"peildatum": [pd.Timestamp("2015-01-01")], "huishoudens": [10]})
    opened = registry.open_register(register(*regels), huishoudens=huishoudens)
    uit = registry.gebruikersgroepen(opened, periodes="2015K1", erbuiten="wlz")
    assert uit["aantal"].tolist() == [1, 1, 0, 0, 2, 6]
    with pytest.raises(InvoerFout, match=r"SDM-865 .*kolom geslacht: onbekende code vrouw. Zeg van iedereen ja of nee"):
        registry.gebruikersgroepen(opened, periodes="2015K1", erbuiten="geslacht")


def test_social_assistance_as_households_and_persons():
    uitkering = {"wet": "participatie", "voorziening": "bijstand", "huishouden": "h", "begin": "2014-01-01"}
    frame = register(
        uitkering | {"persoon": "a", "einde": None, "geboortejaar": 1990},
        uitkering | {"persoon": "b", "einde": None, "geboortejaar": 1970},
        uitkering | {"persoon": "c", "huishouden": "k", "einde": "2015-02-01", "reden_einde": "werk"},
        uitkering | {"persoon": "d", "huishouden": "m", "begin": "2015-03-01", "einde": None, "geboortejaar": 1988},
    )
    uit = registry.bijstand(registry.open_register(frame), periodes="2015K1").iloc[0]
    assert uit.drop("periode").to_dict() == {
        "huishoudens": 2, "personen": 3, "jonger_dan_27": 1, "instroom": 1, "uitstroom": 1, "naar_werk": 1,
        "duurzaam_naar_werk": 0, "nog_onbekend": 1,
    }  # fmt: skip
    terug = register(uitkering | {"persoon": "c", "huishouden": "k", "begin": "2015-10-01", "einde": None})
    later = registry.open_register(pd.concat([frame, terug]), leverdatum=date(2016, 6, 1))
    assert registry.bijstand(later, periodes="2015K1")["duurzaam_naar_werk"].tolist() == [1]  # back after eight months
