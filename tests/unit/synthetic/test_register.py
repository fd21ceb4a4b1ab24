"""The register against its calibration targets, the law and the calendar."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from sdm_lib.sources import project_root
from sdm_lib.synthetic import KWARTALEN
from sdm_lib.synthetic.jeugd import HULPVORM, TOTAAL_ZONDER_VERBLIJF, ZONDER_VERBLIJF, first_chances
from sdm_lib.synthetic.spells import REDENEN, number
from sdm_lib.synthetic.streams import day, of_date
from sdm_lib.synthetic.truth import register_truth

REFERENTIE = project_root() / "data" / "reference"


@pytest.fixture(scope="module")
def waarheid(world):
    return {str(kw): register_truth(world.pop, world.register, kw) for kw in KWARTALEN}


@pytest.fixture(scope="module")
def levering(demo):
    return pd.read_parquet(demo / "2015K2/register.parquet")


@pytest.fixture(scope="module")
def stapeling_almere():
    tabel = pd.read_csv(REFERENTIE / "wmo_stapeling_83264NED_fragment.csv")
    almere = tabel.query("gemeente == 'Almere' and periode == '2022-H1'").set_index("aantal_voorzieningen")["clienten"]
    return almere.drop("totaal") / almere.drop("totaal").sum()


@pytest.mark.parametrize("kwartaal", [str(kwartaal) for kwartaal in KWARTALEN])
def test_as_many_provisions_at_once_as_in_almere(waarheid, stapeling_almere, kwartaal):
    demo = pd.Series(waarheid[kwartaal]["wmo_stapeling"])
    aandeel = demo / demo.sum()
    assert 1 - aandeel["1"] == pytest.approx(0.423, abs=0.01)
    assert aandeel.to_numpy() == pytest.approx(stapeling_almere[aandeel.index].to_numpy(), abs=0.01)


@pytest.mark.parametrize("kwartaal", [str(kwartaal) for kwartaal in KWARTALEN])
def test_about_nine_thousand_wmo_clients(waarheid, kwartaal):
    wmo = waarheid[kwartaal]["per_wet"]["wmo"]
    assert wmo["stand_einde"] == pytest.approx(9_000, rel=0.05)


@pytest.mark.parametrize("kwartaal", KWARTALEN[::3])
def test_about_6500_households_on_assistance(world, kwartaal):
    spells = world.register.spells
    van, tot = of_date(kwartaal.begin), of_date(kwartaal.einde)
    bijstand = (spells.voorziening == number("bijstand")) & (spells.begin < tot) & (spells.einde > van)
    assert len(np.unique(world.pop.huishouden[spells.persoon[bijstand]])) == pytest.approx(6_500, rel=0.06)


@pytest.mark.parametrize("kwartaal", KWARTALEN)
def test_forms_of_youth_help_have_the_national_proportions(world, kwartaal):
    spells = world.register.spells
    van, tot = of_date(kwartaal.begin), of_date(kwartaal.einde)
    actief = spells.take((spells.begin < tot) & (spells.einde > van))
    jongeren = {naam: set(actief.persoon[actief.voorziening == number(naam)]) for naam in ZONDER_VERBLIJF}
    totaal = len(set().union(*jongeren.values()))
    for naam, landelijk in HULPVORM.items():
        assert len(jongeren[naam]) / totaal == pytest.approx(landelijk / TOTAAL_ZONDER_VERBLIJF, abs=0.025)


def test_the_national_numbers_are_those_of_the_reference_file():
    tabel = pd.read_csv(REFERENTIE / "jeugdhulp_nl_hulpvorm_2016_2019.csv").query("jaar == 2016").set_index("hulpvorm")
    assert tabel["jongeren"].to_dict() == {
        "Totaal zonder verblijf": TOTAAL_ZONDER_VERBLIJF,
        "Ambulant op locatie aanbieder": HULPVORM["ambulant"],
        "Netwerk jongere": HULPVORM["netwerk"],
        "Wijkteam": HULPVORM["wijkteam"],
        "Daghulp": HULPVORM["daghulp"],
    }


@pytest.mark.parametrize(("naam", "titel"), [("ots", "Ondertoezichtstelling"), ("voogdij", "Voogdij")])
def test_protection_flows_in_half_a_year_in_the_national_proportions(world, naam, titel):
    landelijk = pd.read_csv(REFERENTIE / "jeugdbescherming_nl_2023h1.csv").set_index("maatregel").loc[titel]
    spells = world.register.spells.take(world.register.spells.voorziening == number(naam))
    eigen = spells.take(~spells.vervolg)  # a re-indication is not an inflow
    van, tot = day(2015, 7), day(2016)
    stand = len(set(spells.persoon[(spells.begin <= van) & (spells.einde > van)]))
    instroom = int(((eigen.begin > van) & (eigen.begin <= tot)).sum())
    laatste = pd.Series(spells.einde).groupby(spells.persoon).max()
    uitstroom = int(((laatste > van) & (laatste <= tot)).sum())
    assert instroom == pytest.approx(stand * landelijk["instroom"] / landelijk["beginstand"], abs=1)
    assert uitstroom == pytest.approx(stand * landelijk["uitstroom"] / landelijk["beginstand"], abs=4)


def test_first_chances_reach_the_shares_by_simulation():
    aandelen = np.array([0.7, 0.3, 0.2])
    p, rng = first_chances(aandelen), np.random.default_rng(3)
    vormen = [vorm for i in range(20_000) for vorm in rng.choice(3, size=2 if i % 5 == 0 else 1, replace=False, p=p)]
    telling = np.bincount(vormen) / 20_000
    assert telling == pytest.approx(aandelen, abs=0.015)


def test_only_assistance_ends_for_work_and_some_come_back(world):
    spells = world.register.spells
    werk, bijstand = spells.reden == REDENEN.index("werk"), spells.voorziening == number("bijstand")
    assert bijstand[werk].all()
    frame = pd.DataFrame({"persoon": spells.persoon, "begin": spells.begin, "einde": spells.einde, "werk": werk})
    frame = frame[bijstand].sort_values(["persoon", "begin"])
    gat = (frame.groupby("persoon")["begin"].shift(-1) - frame["einde"])[frame["werk"]]
    assert (gat.dropna() >= 30).all(), "who found work was without assistance for a month or more"
    assert 0.15 < gat.notna().mean() < 0.35
    assert (gat <= 183).sum() > 150


def test_nothing_later_than_the_quarter_is_visible(levering):
    laatste = pd.Timestamp("2015-06-30")
    assert levering[["datum_aanmelding", "begin", "einde"]].max().max() <= laatste
    assert (levering["einde"].isna() == levering["reden_einde"].isna()).all()
    assert (levering["datum_aanmelding"] <= levering["begin"]).all()


def test_an_end_appears_when_its_quarter_is_delivered(demo):
    sleutel = ["persoon", "voorziening", "begin"]
    eerder = pd.read_parquet(demo / "2015K1/register.parquet").set_index(sleutel)
    later = pd.read_parquet(demo / "2015K2/register.parquet").set_index(sleutel)
    assert eerder.index.isin(later.index).all()
    nieuw = later.loc[eerder.index, "einde"][eerder["einde"].isna()].dropna()
    assert len(nieuw) > 1_000
    assert nieuw.min() >= pd.Timestamp("2015-04-01")
    stabiel = eerder["einde"].notna()
    pd.testing.assert_series_equal(later.loc[eerder.index[stabiel], "einde"], eerder.loc[stabiel, "einde"])


def test_before_2015_only_old_provisions_exist_and_many_begin_administratively(levering):
    oud = levering[levering["begin"] < "2015-01-01"]
    assert set(oud["voorziening"]) == {
        "hulp_bij_huishouden", "hulpmiddelen", "vervoer", "bijstand", "re_integratie", "schuldhulp",
    }  # fmt: skip
    nieuw = levering[~levering["voorziening"].isin(oud["voorziening"])]
    assert (nieuw["begin"] == "2015-01-01").mean() > 0.5
    assert oud["begin"].min() == pd.Timestamp("2012-01-01")


def test_one_in_eight_bills_is_late_and_what_ended_before_costs_nothing(levering):
    loopt = levering["einde"].isna() | (levering["einde"] >= "2015-04-01")
    zorg = levering["wet"] != "participatie"
    assert levering.loc[loopt & zorg, "bedrag_betaald"].isna().mean() == pytest.approx(0.12, abs=0.01)
    assert levering.loc[~zorg, "bedrag_betaald"].notna().all()
    assert (levering.loc[~loopt, "bedrag_betaald"] == 0).all()
    assert (levering.loc[loopt, "bedrag_betaald"].dropna() > 0).all()


def test_youths_are_young_and_household_members_share_a_stadsdeel(levering):
    jeugd = levering[levering["wet"] == "jeugd"]
    assert (jeugd["begin"].dt.year - jeugd["geboortejaar"] <= 18).all()
    assert (levering.groupby("huishouden")["stadsdeel"].nunique() == 1).all()
    assert (levering.groupby("persoon")["huishouden"].nunique() == 1).all()


def _runs(spells: list[tuple[pd.Timestamp, pd.Timestamp]]) -> list[list[pd.Timestamp]]:
    """Spells of one person joined where they touch, one by one."""
    runs: list[list[pd.Timestamp]] = []
    for begin, einde in sorted(spells):
        if runs and begin <= runs[-1][1]:
            runs[-1][1] = max(runs[-1][1], einde)
        else:
            runs.append([begin, einde])
    return runs


@pytest.mark.parametrize("wet", ["wmo", "jeugd", "participatie"])
def test_the_truth_of_the_register_equals_a_count_of_the_delivery(levering, waarheid, wet):
    van, tot = pd.Timestamp("2015-04-01"), pd.Timestamp("2015-07-01")
    deel = levering[levering["wet"] == wet]
    zonder = (deel["einde"] + pd.Timedelta(days=1)).fillna(pd.Timestamp("2200-01-01"))
    per_persoon: dict[str, list[tuple[pd.Timestamp, pd.Timestamp]]] = {}
    for persoon, begin, einde in zip(deel["persoon"], deel["begin"], zonder, strict=True):
        per_persoon.setdefault(persoon, []).append((begin, einde))
    runs = [run for spells in per_persoon.values() for run in _runs(spells)]
    assert waarheid["2015K2"]["per_wet"][wet] == {
        "clienten": deel.loc[zonder > van, "persoon"].nunique(),
        "stand_begin": sum(begin < van < einde for begin, einde in runs),
        "instroom": sum(begin >= van for begin, einde in runs),
        "uitstroom": sum(van < einde <= tot for begin, einde in runs),
        "stand_einde": sum(einde > tot for begin, einde in runs),
    }


@pytest.mark.parametrize("wet", ["wmo", "jeugd", "participatie"])
def test_stock_and_flow_balance_and_chain_over_the_quarters(waarheid, wet):
    reeks = [waarheid[str(kwartaal)]["per_wet"][wet] for kwartaal in KWARTALEN]
    assert all(k["stand_begin"] + k["instroom"] - k["uitstroom"] == k["stand_einde"] for k in reeks)
    for eerder, later in pairwise(reeks):  # a re-indication on the first morning is known a quarter later
        assert 0 <= later["stand_begin"] - eerder["stand_einde"] <= 0.003 * eerder["stand_einde"]


def test_clients_are_few_in_pampus(waarheid):
    per_stadsdeel = waarheid["2015K2"]["wmo_clienten_per_stadsdeel"]
    assert per_stadsdeel["WK003406"] < 10  # the area that protection must hide
    assert sum(per_stadsdeel.values()) == waarheid["2015K2"]["per_wet"]["wmo"]["clienten"]
