from datetime import date

import numpy as np
import pytest
from registry_referentie import als_telling, register, stromen, zonder_nul
from test_tellen import willekeurig

from sdm_lib import registry
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.registry import Periode

KOLOMMEN = ["beginstand", "instroom", "overgang_in", "uitstroom", "overgang_uit", "eindstand"]
K1, K2 = Kwartaal(2015, 1), Kwartaal(2015, 2)


def balans(frame, **wat):
    tabel = registry.stromen(registry.open_register(frame), **wat)
    klopt = tabel["beginstand"] + tabel["instroom"] + tabel["overgang_in"]
    assert (klopt - tabel["uitstroom"] - tabel["overgang_uit"]).equals(tabel["eindstand"])
    return tabel


def cellen(tabel):
    return tabel[KOLOMMEN].values.tolist()


@pytest.mark.parametrize(
    ("begin", "einde", "eerste", "tweede"),
    [
        ("2015-03-30", "2015-03-31", [0, 1, 0, 1, 0, 0], [0, 0, 0, 0, 0, 0]),
        ("2015-03-31", "2015-04-01", [0, 1, 0, 1, 0, 0], [0, 0, 0, 0, 0, 0]),  # last day 31 March: not in the end stock
        ("2015-03-31", "2015-04-02", [0, 1, 0, 0, 0, 1], [1, 0, 0, 1, 0, 0]),
        ("2015-04-01", "2015-04-02", [0, 0, 0, 0, 0, 0], [0, 1, 0, 1, 0, 0]),
        ("2014-12-31", "2015-01-01", [0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]),  # left with the old year
        ("2014-12-31", None, [1, 0, 0, 0, 0, 1], [1, 0, 0, 0, 0, 1]),
    ],
)
def test_the_balance_of_one_spell_around_the_turn_of_a_quarter(begin, einde, eerste, tweede):
    assert cellen(balans(register({"begin": begin, "einde": einde}), periodes=[K1, K2])) == [eerste, tweede]


def test_adjacent_spells_are_one_episode_and_a_break_of_a_day_is_not():
    aan = register({"begin": "2015-01-10", "einde": "2015-04-01"}, {"begin": "2015-04-01", "einde": None})
    los = register({"begin": "2015-01-10", "einde": "2015-03-31"}, {"begin": "2015-04-01", "einde": None})
    assert cellen(balans(aan, periodes=[K1, K2])) == [[0, 1, 0, 0, 0, 1], [1, 0, 0, 0, 0, 1]]
    assert cellen(balans(los, periodes=[K1, K2])) == [[0, 1, 0, 1, 0, 0], [0, 1, 0, 0, 0, 1]]


def test_a_bridged_break_stays_in_stock_as_interrupted():
    frame = register({"begin": "2015-01-10", "einde": "2015-03-20"}, {"begin": "2015-04-10", "einde": None})
    tabel = balans(frame, periodes=[K1, K2], gat_dagen=21)
    assert cellen(tabel) == [[0, 1, 0, 0, 0, 1], [1, 0, 0, 0, 0, 1]]
    assert tabel[["onderbroken_begin", "onderbroken_eind"]].values.tolist() == [[0, 1], [1, 0]]
    assert cellen(balans(frame, periodes=[K1], gat_dagen=20)) == [[0, 1, 0, 1, 0, 0]]


def test_a_move_is_a_transfer_and_the_areas_add_up_to_the_city():
    frame = register(
        {"begin": "2015-01-10", "einde": "2015-04-01", "stadsdeel": "WK003401"},
        {"begin": "2015-04-01", "einde": "2015-05-01", "stadsdeel": "WK003402"},
    )
    per_gebied = balans(frame, periodes=[K1, K2], by=["stadsdeel"])
    assert cellen(per_gebied) == [
        [0, 1, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0], [1, 0, 0, 0, 1, 0], [0, 0, 1, 1, 0, 0],
    ]  # fmt: skip
    stad = balans(frame, periodes=[K1, K2])
    assert cellen(stad) == [[0, 1, 0, 0, 0, 1], [1, 0, 0, 1, 0, 0]]


def test_a_change_of_type_is_a_transfer_only_when_the_episode_is_wider_than_the_type():
    frame = register(
        {"begin": "2015-01-10", "einde": "2015-02-01"},
        {"begin": "2015-02-01", "einde": None, "voorziening": "dagbesteding"},
    )
    breed = balans(frame, periodes=[K1], by=["voorziening"], binnen="wet")
    assert cellen(breed) == [[0, 1, 0, 0, 1, 0], [0, 0, 1, 0, 0, 1]]
    smal = balans(frame, periodes=[K1], by=["voorziening"], binnen="voorziening")
    assert cellen(smal) == [[0, 1, 0, 1, 0, 0], [0, 1, 0, 0, 0, 1]]


def test_recent_ends_are_provisional_and_counted():
    frame = register(
        {"persoon": "a", "begin": "2015-01-10", "einde": "2015-03-20"},
        {"persoon": "b", "begin": "2015-01-10", "einde": "2015-02-20"},
    )
    tabel = balans(frame, periodes=[K1], gat_dagen=28)
    assert tabel[["uitstroom", "uitstroom_voorlopig"]].values.tolist() == [[2, 1]]
    for gat, voorlopig in ((10, 0), (11, 0), (12, 0), (13, 1), (40, 1), (41, 2)):
        assert balans(frame, periodes=[K1], gat_dagen=gat)["uitstroom_voorlopig"].tolist() == [voorlopig]
    laat = registry.open_register(frame, leverdatum=date(2015, 6, 1))
    assert registry.stromen(laat, periodes=[K1], gat_dagen=28)["uitstroom_voorlopig"].tolist() == [0]


@pytest.mark.parametrize("gat", [0, 30])
@pytest.mark.parametrize(
    ("by", "binnen"),
    [((), "alle"), (("stadsdeel",), "alle"), (("wet",), "wet"), (("wet",), "alle"), (("stadsdeel", "wet"), "alle"),
     (("wet", "voorziening", "stadsdeel"), "wet")],
)  # fmt: skip
def test_a_random_register_gives_the_reference_walked_day_by_day(by, binnen, gat):
    frame = willekeurig(np.random.default_rng(8), aantal=160)
    perioden = [Periode.van(Kwartaal(2014, 4) + i) for i in range(4)]
    tabel = balans(frame, periodes=perioden, by=by, binnen=binnen, gat_dagen=gat)
    lang = tabel.melt(id_vars=["periode", *by], value_vars=KOLOMMEN, var_name="stroom", value_name="aantal")
    verwacht = zonder_nul(stromen(frame, perioden, by=by, binnen=binnen, gat=gat))
    assert als_telling(lang, ["periode", *by, "stroom"]) == verwacht


def test_the_areas_add_up_to_the_city_and_transfers_to_zero():
    frame = willekeurig(np.random.default_rng(9), aantal=300)
    stad = balans(frame, periodes=[K1, K2])
    som = balans(frame, periodes=[K1, K2], by=["stadsdeel"]).groupby("periode")[KOLOMMEN].sum()
    for kolom in ("beginstand", "instroom", "uitstroom", "eindstand"):
        assert som[kolom].tolist() == stad[kolom].tolist()
    assert som["overgang_in"].equals(som["overgang_uit"].rename("overgang_in"))
    assert som["overgang_in"].sum() > 0
    assert stad[["overgang_in", "overgang_uit"]].eq(0).all(axis=None)


def test_wrong_use_is_named():
    opened = registry.open_register(register({"begin": "2015-01-10", "einde": None}))
    with pytest.raises(ValueError, match="binnen must be one of"):
        registry.stromen(opened, periodes=K1, binnen="gezin")
    with pytest.raises(ValueError, match="gat_dagen must be 0 or more, got -1"):
        registry.stromen(opened, periodes=K1, gat_dagen=-1)
    with pytest.raises(ValueError, match="do not overlap"):
        registry.stromen(
            opened,
            periodes=[
                Periode("a", date(2015, 1, 1), date(2015, 3, 1)),
                Periode("b", date(2015, 2, 1), date(2015, 4, 1)),
            ],
        )
