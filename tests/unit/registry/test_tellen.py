from datetime import date

import numpy as np
import pandas as pd
import pytest
from registry_referentie import als_telling, register, tellingen

from sdm_lib import registry
from sdm_lib.errors import InvoerFout, ParameterFout
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.registry import Periode

K1, K2 = Kwartaal(2015, 1), Kwartaal(2015, 2)


def een(frame, **wat):
    """The counts of the city, period after period."""
    return registry.unieke(registry.open_register(frame), **wat)["aantal"].tolist()


@pytest.mark.parametrize(
    ("begin", "einde", "verwacht"),
    [
        ("2015-03-30", "2015-03-31", [1, 0]),  # last day of support 30 March
        ("2015-03-31", "2015-04-01", [1, 0]),  # last day 31 March: not in the second quarter
        ("2015-03-31", "2015-04-02", [1, 1]),  # last day 1 April
        ("2015-04-01", "2015-04-02", [0, 1]),  # one day, the first of April
        ("2015-06-30", "2015-07-01", [0, 1]),
        ("2015-07-01", None, [0, 0]),
        ("2014-12-31", "2015-01-01", [0, 0]),  # ended with the year
        ("2014-12-31", "2015-01-02", [1, 0]),
        ("2014-12-31", None, [1, 1]),
    ],
)
def test_a_quarter_counts_who_was_in_use_on_at_least_one_of_its_days(begin, einde, verwacht):
    assert een(register({"begin": begin, "einde": einde}), periodes=[K1, K2]) == verwacht


def test_a_stock_counts_the_last_day_of_support_and_not_the_day_after():
    opened = registry.open_register(register({"begin": "2015-03-30", "einde": "2015-04-01"}))
    dagen = [date(2015, 3, 29), date(2015, 3, 30), date(2015, 3, 31), date(2015, 4, 1)]
    tabel = registry.stand(opened, dag=dagen)
    assert tabel["dag"].tolist() == ["2015-03-29", "2015-03-30", "2015-03-31", "2015-04-01"]
    assert tabel["aantal"].tolist() == [0, 1, 1, 0]


def test_a_stock_by_period_is_taken_on_its_last_day():
    opened = registry.open_register(register({"begin": "2015-03-31", "einde": "2015-06-30"}))
    assert registry.stand(opened, periodes=[K1, K2])["aantal"].tolist() == [1, 0]


def test_clients_provisions_and_households_are_three_counts():
    frame = register(
        {"persoon": "a", "huishouden": "h", "begin": "2015-01-01", "einde": None},
        {"persoon": "a", "huishouden": "h", "begin": "2015-02-01", "einde": None, "voorziening": "vervoer"},
        {"persoon": "b", "huishouden": "h", "begin": "2015-01-01", "einde": None},
        {"persoon": "b", "huishouden": "h", "begin": "2015-01-01", "einde": None, "wet": "jeugd"},  # another wet
    )
    tellingen_ = {e: een(frame, periodes=K1, eenheid=e) for e in ("clienten", "voorzieningen", "huishoudens")}
    assert tellingen_ == {"clienten": [2], "voorzieningen": [4], "huishoudens": [1]}


def test_a_reindication_of_the_same_type_is_no_second_provision():
    frame = register({"begin": "2015-01-01", "einde": "2015-03-01"}, {"begin": "2015-02-01", "einde": None})
    assert een(frame, periodes=[K1, K2], eenheid="voorzieningen") == [1, 1]


def test_a_mover_counts_once_where_he_last_used_support():
    frame = register(
        {"begin": "2015-01-01", "einde": "2015-02-01", "stadsdeel": "WK003402"},
        {"begin": "2015-02-01", "einde": "2015-05-01", "stadsdeel": "WK003401"},
        {"begin": "2015-05-01", "einde": "2015-07-01", "stadsdeel": "WK003402"},
    )
    tabel = registry.unieke(registry.open_register(frame), periodes=[K1, K2], by=["stadsdeel"])
    assert tabel.to_dict("list") == {
        "periode": ["2015K1", "2015K1", "2015K2", "2015K2"],
        "stadsdeel": ["WK003401", "WK003402"] * 2,
        "aantal": [1, 0, 0, 1],
    }
    assert een(frame, periodes=[K1, K2], where={"stadsdeel": "WK003402"}) == [0, 1]


@pytest.mark.parametrize(
    ("begin", "einde"),
    [
        ("2014-10-01", "2015-01-01"),  # until the first window
        ("2015-05-01", "2015-06-01"),  # between the two
        ("2015-10-01", "2015-11-01"),  # from the end of the last on
        ("2014-10-01", "2014-11-01"),  # long before
    ],
)
def test_a_place_outside_the_windows_is_no_move(begin, einde):
    hier = {"begin": "2015-02-01", "einde": "2015-03-01", "stadsdeel": "WK003401"}
    frame = register(hier, {"begin": begin, "einde": einde, "stadsdeel": "WK003402"})
    opened = registry.open_register(frame)
    tabel = registry.unieke(opened, periodes=[K1, Kwartaal(2015, 3)], by=["stadsdeel"])
    assert als_telling(tabel, ["periode", "stadsdeel"]) == {("2015K1", "WK003401"): 1}
    tabel = registry.stand(opened, dag=[date(2015, 2, 1), date(2015, 9, 30)], by=["stadsdeel"])
    assert als_telling(tabel, ["dag", "stadsdeel"]) == {("2015-02-01", "WK003401"): 1}


def test_the_grid_holds_zeros_and_only_types_of_their_own_wet():
    frame = register(
        {"begin": "2015-01-01", "einde": "2015-02-01"},
        {"begin": "2015-04-01", "einde": None, "wet": "jeugd", "voorziening": "pleegzorg"},
    )
    tabel = registry.unieke(registry.open_register(frame), periodes=[K1, K2], by=["wet", "voorziening"])
    assert tabel.values.tolist() == [
        ["2015K1", "jeugd", "pleegzorg", 0],
        ["2015K1", "wmo", "begeleiding", 1],
        ["2015K2", "jeugd", "pleegzorg", 1],
        ["2015K2", "wmo", "begeleiding", 0],
    ]
    assert tabel["aantal"].dtype == np.int64


def test_age_is_the_age_reached_in_the_year_of_the_period():
    frame = register(
        {"persoon": "a", "begin": "2014-01-01", "einde": None, "geboortejaar": 1997},
        {"persoon": "b", "begin": "2014-01-01", "einde": None, "geboortejaar": 1998},
    )
    opened = registry.open_register(frame)
    jaren = [Kwartaal(2014, 4), K1, Kwartaal(2016, 1)]
    tabel = registry.unieke(opened, periodes=jaren, by=["leeftijd"])
    breed = tabel.pivot(index="periode", columns="leeftijd", values="aantal")
    assert breed["12-17"].tolist() == [2, 1, 0]
    assert breed["18-22"].tolist() == [0, 1, 2]
    assert registry.unieke(opened, periodes=jaren, where={"leeftijd": "0-17"})["aantal"].tolist() == [2, 1, 0]


def test_periods_of_more_than_a_year_have_no_age():
    opened = registry.open_register(register({"begin": "2014-01-01", "einde": None}))
    lang = Periode("2014-2015", date(2014, 1, 1), date(2016, 1, 1))
    with pytest.raises(ValueError, match="within one calendar year"):
        registry.unieke(opened, periodes=lang, by=["leeftijd"])


@pytest.mark.parametrize("by", [(), ("wet",), ("stadsdeel",), ("geslacht", "wet"), ("voorziening", "stadsdeel")])
@pytest.mark.parametrize("eenheid", ["clienten", "voorzieningen"])
def test_a_random_register_gives_the_reference_cell_by_cell(by, eenheid):
    frame = willekeurig(np.random.default_rng(20), aantal=400)
    vensters = [Periode.van(Kwartaal(2014, 3) + i) for i in range(8)]
    tabel = registry.unieke(registry.open_register(frame), periodes=vensters, eenheid=eenheid, by=by)
    assert als_telling(tabel, ["periode", *by]) == tellingen(frame, vensters, eenheid=eenheid, by=by)


@pytest.mark.parametrize("by", [("wet",), ("stadsdeel", "wet")])
def test_bits_in_pieces_and_the_sweep_give_the_same_numbers(by, monkeypatch):
    frame = willekeurig(np.random.default_rng(21), aantal=300)
    opened = registry.open_register(frame)
    maanden = [f"{jaar}-{maand:02d}" for jaar in (2014, 2015) for maand in range(1, 13)]
    heel = registry.unieke(opened, periodes=maanden, by=by)
    assert als_telling(heel, ["periode", *by]) == tellingen(
        frame, [Periode.van(m) for m in maanden], eenheid="clienten", by=by
    )
    monkeypatch.setattr("sdm_lib.registry.vegen.MAX_BITS", 7)
    pd.testing.assert_frame_equal(registry.unieke(opened, periodes=maanden, by=by), heel)
    monkeypatch.setattr("sdm_lib.registry.vegen.BITS", ())
    pd.testing.assert_frame_equal(registry.unieke(opened, periodes=maanden, by=by), heel)


def test_rates_use_the_population_of_the_same_area_age_and_day():
    opened = registry.open_register(
        register({"begin": "2015-01-01", "einde": None, "geboortejaar": 2005}), bevolking=bevolking()
    )
    kinderen = registry.per_1000(opened, periodes=K1, by=["stadsdeel"], where={"leeftijd": "0-17"})
    assert kinderen.loc[0, ["aantal", "noemer", "waarde"]].tolist() == [1, 300.0, 1000 / 300]
    assert registry.per_1000(opened, periodes=K1, noemer="gemiddeld")["noemer"].tolist() == [1050.0]
    assert registry.per_1000(opened, dag=date(2015, 3, 31), per=10_000)["waarde"].tolist() == [10_000 / 1100]
    eerder = bevolking().replace({"peildatum": {pd.Timestamp("2015-01-01"): pd.Timestamp("2015-03-31")}})
    opened = registry.open_register(register({"begin": "2015-01-01", "einde": None}), bevolking=eerder)
    assert registry.per_1000(opened, dag=date(2015, 3, 31))["noemer"].tolist() == [1000]  # not of the day after


def test_a_group_that_is_there_on_one_of_the_two_days_counts_for_half():
    twee = bevolking()
    nieuw = twee[twee["peildatum"] == twee["peildatum"].max()].assign(stadsdeel="SD9", wijk="WK9")
    opened = registry.open_register(
        register({"begin": "2015-01-01", "einde": None, "stadsdeel": "SD9", "wijk": "WK9"}),
        bevolking=pd.concat([twee, nieuw], ignore_index=True),
    )
    per = registry.per_1000(opened, periodes=K1, by=["stadsdeel"], noemer="gemiddeld").set_index("stadsdeel")
    assert per.loc["SD9", "noemer"] == nieuw["inwoners"].sum() / 2


def test_each_municipality_of_a_region_is_divided_by_its_own_inhabitants():
    twee = pd.concat([bevolking().assign(gemeente="GM1"), bevolking().assign(gemeente="GM2", stadsdeel="S2")])
    frame = register({"begin": "2015-01-01", "einde": None}).assign(gemeente="GM1")
    tabel = registry.per_1000(registry.open_register(frame, bevolking=twee), periodes=K1, by=["gemeente"])
    assert tabel[["aantal", "noemer"]].values.tolist() == [[1, 1000], [0, 1000]]
    een = registry.per_1000(registry.open_register(frame, bevolking=twee), periodes=K1, where={"gemeente": "GM1"})
    assert een["noemer"].tolist() == [1000]
    with pytest.raises(InvoerFout, match=r"SDM-873 .*kolom gemeente ontbreekt in bevolking"):
        registry.per_1000(registry.open_register(frame, bevolking=bevolking()), periodes=K1, by=["gemeente"])


def test_rates_refuse_an_age_range_that_the_population_does_not_have():
    opened = registry.open_register(register({"begin": "2015-01-01", "einde": None}), bevolking=bevolking())
    with pytest.raises(InvoerFout, match=r"SDM-873.*12-17 van bevolking valt maar gedeeltelijk in 0-15"):
        registry.per_1000(opened, periodes=K1, where={"leeftijd": "0-15"})
    with pytest.raises(InvoerFout, match=r"SDM-873.*geen peildatum 2015-07-01"):
        registry.per_1000(opened, periodes=Kwartaal(2015, 3))
    with pytest.raises(InvoerFout, match="huishoudens is niet geleverd"):
        registry.per_1000(opened, periodes=K1, eenheid="huishoudens")


def test_what_the_register_cannot_answer_is_refused():
    opened = registry.open_register(register({"begin": "2015-01-01", "einde": None}))
    with pytest.raises(ParameterFout, match=r"SDM-870.*'wijkk'") as fout:
        registry.unieke(opened, periodes=K1, by=["wijkk"], where={"wet": "wmmo"})
    assert "SDM-871" in str(fout.value)
    assert "Bedoelde u 'wmo'?" in str(fout.value)
    with pytest.raises(ParameterFout, match="SDM-872 fout: 'jong' is geen leeftijdsgroep"):
        registry.unieke(opened, periodes=K1, where={"leeftijd": "jong"})
    with pytest.raises(ParameterFout, match=r"SDM-867 .*niet per .*een huishouden heeft er meer dan een"):
        registry.unieke(opened, periodes=K1, eenheid="huishoudens", by=["geslacht"])
    with pytest.raises(ValueError, match="eenheid must be one of"):
        registry.unieke(opened, periodes=K1, eenheid="personen")
    with pytest.raises(ValueError, match="overlap wholly"):
        registry.unieke(opened, periodes=["2015K1", "2015"])
    with pytest.raises(ValueError, match="give either dag or periodes"):
        registry.stand(opened)


def willekeurig(rng, *, aantal):
    """A register with overlaps, moves, one-day spells and open ends; many dates lie at the turn of a quarter."""
    turn = pd.date_range("2014-01-01", "2018-01-01", freq="QS").to_numpy()
    turn = np.sort(np.concatenate([turn + np.timedelta64(dag, "D") for dag in (-1, 0, 1)]))
    begin = np.datetime64("2014-01-01", "us") + rng.integers(0, 900, aantal).astype("timedelta64[D]")
    begin = np.where(rng.random(aantal) < 0.4, rng.choice(turn[:30], aantal), begin)
    einde = begin + np.where(rng.random(aantal) < 0.2, 1, rng.integers(1, 300, aantal)).astype("timedelta64[D]")
    einde = np.where(rng.random(aantal) < 0.4, turn[np.searchsorted(turn, einde)], einde)
    einde = pd.Series(einde).where(rng.random(aantal) > 0.2)
    persoon = rng.integers(0, aantal // 4, aantal)
    wet = rng.choice(["wmo", "jeugd"], aantal)
    frame = register(*({"begin": "2014-01-01", "einde": None} for _ in range(aantal)))
    return frame.assign(
        persoon=[f"p{i}" for i in persoon], huishouden=[f"h{i // 2}" for i in persoon], begin=begin, einde=einde,
        wet=wet, voorziening=[f"{w}{i}" for w, i in zip(wet, rng.integers(0, 3, aantal), strict=True)],
        stadsdeel=[f"WK00340{1 + (i % 3 if rng.random() < 0.8 else 2)}" for i in persoon],
        geslacht=[["man", "vrouw"][i % 2] for i in persoon], tarief_cent=rng.integers(1, 999, aantal),
        aanbieder=rng.choice(["A01", "A02", "A03"], aantal), verwijzer=rng.choice(["huisarts", "wijkteam"], aantal),
    ).drop_duplicates()  # fmt: skip


def bevolking():
    """Two dates, one area: 300 and 700 inhabitants, a hundred adults more at the end."""
    regels = [("2015-01-01", "12-17", 300), ("2015-01-01", "30-44", 700), ("2015-04-01", "12-17", 300),
              ("2015-04-01", "30-44", 800)]  # fmt: skip
    frame = pd.DataFrame(regels, columns=["peildatum", "leeftijd", "inwoners"])
    return frame.assign(peildatum=pd.to_datetime(frame["peildatum"]), stadsdeel="WK003401", geslacht="vrouw")


def test_a_known_type_that_nobody_uses_is_zero_and_an_area_without_clients_too():
    twee = pd.concat([bevolking(), bevolking().assign(stadsdeel="WK003406")])
    opened = registry.open_register(register({"begin": "2015-01-01", "einde": None}), bevolking=twee)
    tabel = registry.unieke(opened, periodes=K1, by=["voorziening"], where={"voorziening": ["gesloten", "begeleiding"]})
    assert tabel.values.tolist() == [["2015K1", "begeleiding", 1], ["2015K1", "gesloten", 0]]
    assert registry.unieke(opened, periodes=K1, where={"wet": "jeugd"})["aantal"].tolist() == [0]
    assert registry.unieke(opened, periodes=K1, by=["stadsdeel"]).values.tolist() == [
        ["2015K1", "WK003401", 1],
        ["2015K1", "WK003406", 0],
    ]
