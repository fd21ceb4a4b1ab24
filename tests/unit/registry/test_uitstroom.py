from datetime import date

import pytest
from registry_referentie import als_telling, register

from sdm_lib import registry
from sdm_lib.errors import InvoerFout, ParameterFout
from sdm_lib.registry.perioden import dagnummer
from sdm_lib.registry.register import haal, klein
from sdm_lib.registry.uitstroom import _te_oud

LATER = date(2017, 1, 1)


def weg(persoon, einde="2015-02-01", **wat):
    return {"persoon": persoon, "begin": "2015-01-01", "einde": einde, "geboortejaar": 2000} | wat


def test_return_within_a_year_with_competing_events():
    frame = register(
        weg("a"), {"persoon": "a", "begin": "2015-06-01", "einde": None},
        weg("b"), {"persoon": "b", "begin": "2016-06-01", "einde": None},  # back after more than a year
        weg("c", reden_einde="overleden"), weg("d", reden_einde="verhuisd"),
    )  # fmt: skip
    opened = registry.open_register(frame, leverdatum=LATER)
    tabel = registry.terugkeer(opened, periodes="2015K1")
    assert tabel.drop(columns="se").values.tolist() == [["2015K1", 4, 1, 1, 1, 0, 4, 0.25]]


def test_a_youth_who_comes_of_age_cannot_return_to_youth_help():
    frame = register(
        weg("a", geboortejaar=1998), {"persoon": "a", "begin": "2016-01-15", "einde": None, "geboortejaar": 1998},
        weg("b", geboortejaar=2004),
    )  # fmt: skip
    opened = registry.open_register(frame, leverdatum=LATER)
    tabel = registry.terugkeer(opened, periodes="2015K1", tot_leeftijd=18)
    assert tabel[["teruggekeerd", "te_oud", "aandeel"]].values.tolist() == [[0, 1, 0.0]]
    assert registry.terugkeer(opened, periodes="2015K1")["teruggekeerd"].tolist() == [1]


def test_the_first_of_january_is_found_in_every_year():
    jaren = range(1870, 2090)
    tabel = klein(geboortejaar=jaren, einde=[dagnummer(date(1880, 1, 1))] * len(jaren))
    dagen = haal(tabel.select("geboortejaar", dag=_te_oud(tabel, 18))).set_index("geboortejaar")["dag"]
    assert dagen.loc[[*jaren]].tolist() == [dagnummer(max(date(jaar + 18, 1, 1), date(1880, 1, 1))) for jaar in jaren]


def test_nobody_followed_a_year_is_no_share_of_zero_and_one_who_is_makes_it_known():
    frame = register(weg("a"), weg("b"), {"persoon": "b", "begin": "2015-02-03", "einde": None})
    kort = registry.open_register(frame, leverdatum=date(2015, 2, 2))
    tabel = registry.terugkeer(kort, periodes="2015K1")
    assert tabel[["uitgestroomd", "teruggekeerd", "gevolgd"]].values.tolist() == [[2, 0, 0]]
    assert tabel[["aandeel", "se"]].isna().all(axis=None)
    lang = registry.open_register(frame, leverdatum=LATER)
    assert registry.terugkeer(lang, periodes="2015K1")["aandeel"].tolist() == [0.5]


def test_lasting_outflow_to_work():
    bijstand = {"wet": "participatie", "voorziening": "bijstand", "reden_einde": "werk"}
    frame = register(
        weg("a", **bijstand), weg("b", **bijstand), weg("b", **bijstand | {"begin": "2015-04-01", "einde": None}),
        weg("c", **bijstand | {"reden_einde": "verhuisd"}), weg("d", einde="2015-03-30", **bijstand),
        weg("e", **bijstand), weg("e", **bijstand | {"begin": "2015-08-03", "einde": None}),  # back on day 183
        weg("f", **bijstand), weg("f", **bijstand | {"begin": "2015-08-04", "einde": None}),
        weg("g", einde="2015-03-02", **bijstand),  # followed for 183 days
        weg("h", einde="2015-03-30", **bijstand), weg("h", **bijstand | {"begin": "2015-09-02", "einde": None}),
        weg("i", einde="2015-03-30", **bijstand), weg("i", **bijstand | {"begin": "2015-09-01", "einde": None}),
    )  # fmt: skip
    opened = registry.open_register(frame, leverdatum=date(2015, 9, 1))
    tabel = registry.duurzaam(opened, periodes="2015K1", redenen=["werk"], where={"voorziening": "bijstand"})
    assert tabel.drop(columns="periode").to_dict("records") == [
        {"uitstroom": 8, "duurzaam": 3, "teruggekeerd": 3, "overleden": 0, "verhuisd": 0, "nog_onbekend": 2}
    ]
    assert registry.duurzaam(opened, periodes="2015K1")["uitstroom"].tolist() == [9]


def test_who_died_or_moved_did_not_leave_for_good():
    terug = {"begin": "2015-04-01", "einde": None}
    frame = register(
        weg("a"), weg("b", reden_einde="overleden"), weg("c", reden_einde="verhuisd"),
        weg("d", reden_einde="verhuisd"), weg("d", **terug), weg("e"), weg("e", **terug),
    )  # fmt: skip
    tabel = registry.duurzaam(registry.open_register(frame, leverdatum=LATER), periodes="2015K1")
    assert tabel.drop(columns="periode").to_dict("records") == [
        {"uitstroom": 5, "duurzaam": 1, "teruggekeerd": 1, "overleden": 1, "verhuisd": 2, "nog_onbekend": 0}
    ]


def test_moves_between_heavy_and_light_by_hand():
    frame = register(
        {"persoon": "a", "begin": "2015-01-01", "einde": "2015-05-01", "trede": "zwaar"},
        {"persoon": "a", "begin": "2015-05-01", "einde": None, "trede": "basis"},
        {"persoon": "b", "begin": "2015-01-01", "einde": "2015-05-01", "trede": "licht"},
        {"persoon": "c", "begin": "2015-05-01", "einde": None, "trede": "zwaar"},
        {"persoon": "c", "begin": "2015-05-01", "einde": None, "trede": "licht"},
        {"persoon": "d", "begin": "2015-05-01", "einde": "2015-06-01", "trede": "zwaar"},
    )
    tabel = registry.overgangen(registry.open_register(frame), periodes="2015K2")
    assert als_telling(tabel, ["van", "naar"]) == {
        ("zwaar", "basis"): 1, ("licht", "geen"): 1, ("geen", "zwaar"): 1,
    }  # fmt: skip
    assert len(tabel) == 15


def test_who_has_left_is_counted_where_he_was_on_the_first_day():
    frame = register(
        {"begin": "2015-01-01", "einde": "2015-05-10", "stadsdeel": "WK003401"},
        {"begin": "2015-02-01", "einde": "2015-04-20", "stadsdeel": "WK003402"},  # there since last
    )
    tabel = registry.overgangen(registry.open_register(frame), periodes="2015K2", by=["stadsdeel"])
    assert als_telling(tabel, ["stadsdeel", "van", "naar"]) == {("WK003402", "licht", "geen"): 1}


def test_what_cannot_be_asked_is_refused():
    opened = registry.open_register(register(weg("a", trede="ultra")))
    with pytest.raises(InvoerFout, match=r"SDM-865 .*kolom trede: onbekende trede ultra. Kies basis, licht en zwaar"):
        registry.overgangen(opened, periodes="2015K1")
    zonder = registry.open_register(register(weg("a")).drop(columns="trede"))
    with pytest.raises(InvoerFout, match=r"SDM-861 .*kolom 'trede' ontbreekt"):
        registry.overgangen(zonder, periodes="2015K1")
    with pytest.raises(ParameterFout, match=r"SDM-867 .*dit cijfer is er niet per wet\. een client staat"):
        registry.overgangen(opened, periodes="2015K1", by=["wet"])
    with pytest.raises(ParameterFout, match=r"SDM-867 .*niet per leeftijd\. tussen de twee dagen"):
        registry.overgangen(registry.open_register(register(weg("a"))), periodes="2015K1", where={"leeftijd": "0-17"})
    with pytest.raises(ParameterFout, match=r"SDM-867 .*niet per leeftijd\. wie vertrok wordt"):
        registry.terugkeer(opened, periodes="2015K1", where={"leeftijd": "0-17"})
    with pytest.raises(ValueError, match="binnen must be one of"):
        registry.duurzaam(opened, periodes="2015K1", binnen="gezin")
