import numpy as np
import pandas as pd
import pytest
from registry_referentie import als_telling, kosten, register, rijen, trajecten
from test_tellen import willekeurig

from sdm_lib import registry
from sdm_lib.errors import InvoerFout, ParameterFout
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.registry import Periode

K1, K2 = Kwartaal(2015, 1), Kwartaal(2015, 2)


def test_a_reindication_is_no_new_start_and_keeps_its_first_referrer():
    frame = register(
        {"begin": "2015-01-10", "einde": "2015-04-01", "verwijzer": "huisarts", "reden_einde": "overig"},
        {"begin": "2015-04-01", "einde": "2015-06-30", "verwijzer": "wijkteam", "reden_einde": "volgens_plan"},
    )
    opened = registry.open_register(frame)
    gestart = registry.verwijzers(opened, periodes=[K1, K2])
    assert als_telling(gestart, ["periode", "verwijzer"]) == {("2015K1", "huisarts"): 1}
    assert len(gestart) == 4
    geeindigd = registry.redenen_einde(opened, periodes=[K1, K2])
    assert als_telling(geeindigd, ["periode", "reden_einde"]) == {("2015K2", "volgens_plan"): 1}


@pytest.mark.parametrize(("einde", "verwacht"), [("2015-04-01", [1, 0]), ("2015-04-02", [0, 1]), (None, [0, 0])])
def test_an_end_belongs_to_the_period_of_the_last_day_of_support(einde, verwacht):
    opened = registry.open_register(register({"begin": "2015-01-10", "einde": einde}))
    assert registry.beeindigd(opened, periodes=[K1, K2])["aantal"].tolist() == verwacht


def test_an_end_without_reason_is_unknown_and_an_open_spell_has_none():
    frame = register(
        {"begin": "2015-01-10", "einde": "2015-02-01", "reden_einde": None},
        {"persoon": "p2", "begin": "2015-01-10", "einde": None, "reden_einde": None},
    )
    tabel = registry.redenen_einde(registry.open_register(frame), periodes=K1)
    assert tabel.values.tolist() == [["2015K1", "onbekend", 1]]


@pytest.mark.parametrize("by", [(), ("stadsdeel",), ("wet", "verwijzer")])
def test_a_random_register_gives_the_reference(by):
    frame = willekeurig(np.random.default_rng(5), aantal=300)
    opened = registry.open_register(frame)
    perioden = [Periode.van(Kwartaal(2014, 3) + i) for i in range(6)]
    for kant, figuur in (("eerste", registry.gestart), ("laatste", registry.beeindigd)):
        for gat in (0, 40):
            tabel = figuur(opened, periodes=perioden, by=by, gat_dagen=gat)
            assert als_telling(tabel, ["periode", *by]) == trajecten(frame, perioden, by=by, kant=kant, gat=gat)


def test_spend_by_tariff_counts_every_day_of_support_once():
    frame = register({"begin": "2015-03-30", "einde": "2015-04-02", "tarief_cent": 1001})
    tabel = registry.uitgaven(registry.open_register(frame), periodes=[K1, K2], grondslag="tarief")
    assert tabel["bedrag_cent"].tolist() == [2 * 1001, 1001]


def test_a_tariff_is_that_of_one_unit_of_intensity():
    frame = register(
        {"persoon": "a", "begin": "2015-03-30", "einde": "2015-04-03", "tarief_cent": 700, "intensiteit": 2.5},
        {"persoon": "b", "begin": "2015-03-31", "einde": None, "tarief_cent": 7, "intensiteit": 0.5},
        {"persoon": "c", "begin": "2015-01-01", "einde": None, "tarief_cent": 7, "intensiteit": None},
    )
    tabel = registry.uitgaven(registry.open_register(frame), periodes=K1, grondslag="tarief")
    assert tabel.values.tolist() == [["2015K1", 2 * 1750 + 4, 3, 1]], "whole cents a day; of c it is not known"
    zonder = registry.open_register(frame.drop(columns="intensiteit"))
    assert registry.uitgaven(zonder, periodes=K1, grondslag="tarief")["bedrag_cent"].tolist() == [1400 + 7 + 7 * 90]


@pytest.mark.parametrize("by", [(), ("wet", "stadsdeel")])
def test_spend_by_tariff_of_a_random_register_gives_the_reference(by):
    frame = willekeurig(np.random.default_rng(6), aantal=300)
    perioden = [Periode.van(t) for t in ("2014-02", "2014-03", "2014-07")]
    tabel = registry.uitgaven(registry.open_register(frame), periodes=perioden, by=by, grondslag="tarief")
    verwacht = kosten(frame, perioden, by=by)
    assert als_telling(tabel, ["periode", *by], "bedrag_cent") == {c: n for c, n in verwacht.items() if n}


def test_the_lines_of_spend_are_the_spells_in_use_and_no_amount_is_not_zero():
    frame = willekeurig(np.random.default_rng(7), aantal=300)
    nummer = np.arange(len(frame))
    frame["tarief_cent"] = frame["tarief_cent"].where(nummer % 5 > 0).where(nummer % 7 > 0, 0)
    perioden = [Periode.van(Kwartaal(2014, 4) + i) for i in range(3)]
    tabel = registry.uitgaven(registry.open_register(frame), periodes=perioden, by=["wet"], grondslag="tarief")
    for p in perioden:
        for wet in ("jeugd", "wmo"):
            hier = [s for s in rijen(frame) if s["wet"] == wet and s["begin"] < p.einde and s["einde"] > p.begin]
            [rij] = tabel[(tabel["periode"] == p.label) & (tabel["wet"] == wet)].to_dict("records")
            assert rij["regels"] == len(hier) > 0
            assert rij["zonder_bedrag"] == sum(pd.isna(s["tarief_cent"]) for s in hier) > 0


def test_spend_as_paid_is_of_one_quarter_and_shows_what_is_not_billed_yet():
    frame = register(
        {"persoon": "a", "begin": "2015-01-10", "einde": None, "bedrag_betaald_cent": 12_345},
        {"persoon": "b", "begin": "2015-01-10", "einde": None, "bedrag_betaald_cent": None},
    )
    opened = registry.open_register(frame, kwartaal=K1)
    assert registry.uitgaven(opened, periodes=K1).values.tolist() == [["2015K1", 12_345, 2, 1]]
    zweef = registry.open_register(frame.astype({"bedrag_betaald_cent": "float64"}), kwartaal=K1)
    assert registry.uitgaven(zweef, periodes=K1).values.tolist() == [["2015K1", 12_345, 2, 1]]
    with pytest.raises(ParameterFout, match=r"SDM-868 .*het register heeft de rekeningen van 2015K1, niet van 2015K2"):
        registry.uitgaven(opened, periodes=K2)
    with pytest.raises(InvoerFout, match="SDM-875 fout: het register heeft geen kolom 'tarief_cent'"):
        registry.uitgaven(registry.open_register(frame.drop(columns="tarief_cent")), periodes=K1, grondslag="tarief")
    with pytest.raises(ValueError, match="grondslag must be"):
        registry.uitgaven(opened, periodes=K1, grondslag="geschat")


def test_a_bill_for_a_spell_that_ended_before_the_quarter_is_still_spend():
    frame = register({"begin": "2014-01-10", "einde": "2014-12-20", "bedrag_betaald_cent": -500})
    tabel = registry.uitgaven(registry.open_register(frame, kwartaal=K1), periodes=K1)
    assert tabel.values.tolist() == [["2015K1", -500, 0, 0]]
