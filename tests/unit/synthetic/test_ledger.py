"""The ledger against the register, and its calendar."""

from __future__ import annotations

import pandas as pd
import pytest

from sdm_lib.kwartaal import Kwartaal
from sdm_lib.synthetic.deliveries import due_cents
from sdm_lib.synthetic.ledger import POSTEN, ledger_table


def _grootboek(demo, kwartaal: str) -> pd.DataFrame:
    return pd.read_csv(demo / kwartaal / "grootboek.csv", sep=";", decimal=",", thousands=".", encoding="cp1252")


def test_spending_is_the_register_within_a_few_percent_plus_overhead(demo):
    register = pd.read_parquet(demo / "2015K2/register.parquet")
    betaald = register.groupby("wet")["bedrag_betaald"].sum()
    grootboek = _grootboek(demo, "2015K2").query("soort == 'realisatie' and kwartaal == 2")
    overhead = {post.naam for post in POSTEN if post.euro}
    eigen = grootboek.set_index("post")["bedrag"]["Eigen bijdragen Wmo"]
    assert eigen == pytest.approx(-800_000, rel=0.02), "income"
    zorg = grootboek[~grootboek["post"].isin(overhead)].groupby("wet")["bedrag"].sum()
    assert zorg[betaald.index].to_numpy() == pytest.approx(betaald.to_numpy(), rel=0.02)
    assert (grootboek.groupby("wet")["bedrag"].sum() > zorg).all()


def test_late_bills_have_come_a_quarter_later(demo):
    toen = _grootboek(demo, "2015K1").query("soort == 'realisatie'").set_index("post")["bedrag"]
    nu = _grootboek(demo, "2015K2").query("soort == 'realisatie' and kwartaal == 1").set_index("post")["bedrag"]
    zorg = [post.naam for post in POSTEN if post.voorzieningen and post.wet != "participatie"]
    vast = [post.naam for post in POSTEN if post.naam not in zorg]
    assert (nu[zorg] / toen[zorg]).median() == pytest.approx(1 / 0.88, abs=0.03)
    assert nu[vast].to_dict() == toen[vast].to_dict()


def test_budget_covers_the_year_and_spending_stops_at_the_quarter(demo):
    k1, k2 = _grootboek(demo, "2015K1"), _grootboek(demo, "2015K2")
    pd.testing.assert_frame_equal(k1.query("soort == 'begroting'"), k2.query("soort == 'begroting'"))
    assert set(k2.query("soort == 'begroting'")["kwartaal"]) == {1, 2, 3, 4}
    assert set(k2.query("soort == 'realisatie'")["kwartaal"]) == {1, 2}
    assert (k2.groupby(["soort", "kwartaal"]).size() == len(POSTEN)).all()


def test_every_provision_is_booked_on_one_post(world):
    tabel = ledger_table(world.seed, world.register, Kwartaal(2016, 4))
    geboekt = [naam for post in POSTEN for naam in post.voorzieningen]
    assert len(geboekt) == len(set(geboekt)) == 22
    assert set(tabel["jaar"]) == {2016}


def test_a_spell_costs_its_days_within_the_quarter(world):
    register, kwartaal = world.register, Kwartaal(2015, 2)
    heel = (register.spells.begin < 16_526) & (register.spells.einde > 16_618)  # around 1 April to 30 June 2015
    kosten = due_cents(register, kwartaal)[heel] / 100
    assert kosten == pytest.approx((91 * register.euro_dag)[heel], abs=0.006)
