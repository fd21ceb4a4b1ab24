"""Social assistance on the demo, against plain pandas on the delivered register."""

from datetime import date

import pandas as pd
import pytest

from sdm_lib import monitor, registry
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.monitor import inkomen
from sdm_lib.results import Kader

LAATSTE = pd.Timestamp("2015-06-30")


@pytest.fixture(scope="module")
def run(demo):
    return monitor.start("basiscijfers", kwartaal="2015K2")


@pytest.fixture(scope="module")
def nu(run):
    """Spells in use on the last day; an end in the frame is the first day without."""
    frame = run.frame("register")
    return frame[(frame["begin"] <= LAATSTE) & (frame["einde"].isna() | (frame["einde"] > LAATSTE))]


def test_households_persons_and_who_is_under_27(run, nu):
    lijst = run.bijstand().frame.set_index("indicator")["value"]
    bijstand = nu[nu["voorziening"] == "bijstand"]
    assert lijst["bijstand_huishoudens"] == bijstand["huishouden"].nunique()
    assert lijst["bijstand_personen"] == bijstand["persoon"].nunique()
    assert lijst["bijstand_jonger_dan_27"] == bijstand[2015 - bijstand["geboortejaar"] < 27]["persoon"].nunique()
    for soort in ("re_integratie", "beschut_werk", "schuldhulp"):
        assert lijst[soort] == nu[nu["voorziening"] == soort]["persoon"].nunique()


def test_reasons_add_up_to_who_left(run):
    lijst = run.bijstand().frame.set_index("indicator")["value"]
    assert run.einde_bijstand().frame["value"].sum() == lijst["bijstand_uitstroom"]


def test_to_work_and_who_stayed_off_benefit_half_a_year(run):
    """Of this quarter who left for work; of two quarters before who of them was not back within 183 days."""
    lijst = run.bijstand().frame.set_index("indicator")
    frame = run.frame("register").query("voorziening == 'bijstand'").sort_values(["persoon", "begin"])
    later = frame.groupby("persoon")["begin"].shift(-1)
    echt = frame["einde"].notna() & (later != frame["einde"])  # an end in the frame is the first day without
    weg = frame[echt & (frame["reden_einde"] == "werk")].assign(dagen=(later - frame["einde"]).dt.days)
    nu = weg["einde"].between("2015-04-02", "2015-07-01")
    assert lijst.loc["bijstand_naar_werk", "value"] == weg.loc[nu, "persoon"].nunique() > 100
    toen = weg[weg["einde"].between("2014-10-02", "2015-01-01")]
    terug = (toen["dagen"] <= 183).sum()
    blijvend = lijst.loc["bijstand_werk_blijvend"]
    assert (blijvend["numerator"], blijvend["denominator"]) == (len(toen) - terug, len(toen))
    assert 0.75 < blijvend["value"] < 0.95


def test_who_left_for_work_is_among_the_reasons(run):
    redenen = run.einde_bijstand().frame.set_index("groep")["value"]
    lijst = run.bijstand().frame.set_index("indicator")["value"]
    assert redenen["reden_einde=werk"] == lijst["bijstand_naar_werk"]


def uitkeringen():
    regels = [
        ("a", "2014-01-01", "2014-11-01", "werk"), ("a", "2015-02-01", None, None),  # back within half a year
        ("b", "2014-01-01", "2014-11-01", "werk"), ("c", "2014-01-01", "2014-11-01", "verhuisd"),
        ("d", "2014-01-01", "2015-06-15", "werk"), ("e", "2014-01-01", "2014-12-01", "overleden"),
    ]  # fmt: skip
    frame = pd.DataFrame(regels, columns=["persoon", "begin", "einde", "reden_einde"])
    return frame.assign(
        begin=pd.to_datetime(frame["begin"]), einde=pd.to_datetime(frame["einde"]), huishouden=frame["persoon"],
        wet="participatie", voorziening="bijstand", geboortejaar=1980,
    )  # fmt: skip


def lijst_van(frame, *, leverdatum=date(2015, 7, 15)):
    register = registry.open_register(frame, leverdatum=leverdatum)
    return inkomen._lijst(register, Kwartaal(2015, 2), Kader("2015K2", "GM0034")).frame.set_index("indicator")


def test_to_work_and_still_off_benefit_after_half_a_year():
    waarde = lijst_van(uitkeringen())["value"]
    assert waarde["bijstand_naar_werk"] == 1
    assert waarde["bijstand_werk_blijvend"] == 1 / 2
    assert waarde["bijstand_blijvend"] == 1 / 4, "c moved and e died: among who left, and not among who stays off"
    for zonder in (uitkeringen().assign(reden_einde="overig"), uitkeringen().drop(columns="reden_einde")):
        status = lijst_van(zonder)["status"]
        assert set(status[["bijstand_naar_werk", "bijstand_werk_blijvend"]]) == {"niet_gemeten"}, "no such reason"
    assert status["bijstand_blijvend"] == "niet_gemeten", "nobody knows who died"


def test_the_definition_of_who_stays_off_benefit_stands_in_label_and_method():
    methode = lijst_van(uitkeringen())["method"]
    assert methode["bijstand_uitstroom"] == "volledige telling"
    assert methode["bijstand_blijvend"].endswith("door overlijden of verhuizing vertrokken is niet blijvend zonder")
    assert "overleden en verhuisd niet meegeteld" in inkomen.INKOMEN["bijstand_blijvend"]


def test_nobody_knows_who_stays_off_benefit_before_everyone_was_followed_half_a_year():
    vroeg = lijst_van(uitkeringen(), leverdatum=date(2015, 4, 15))  # a is back, of b and c the half year is not over
    blijvend = vroeg.loc[["bijstand_werk_blijvend", "bijstand_blijvend"]]
    assert set(blijvend["status"]) == {"niet_gemeten"}
    assert blijvend[["value", "numerator", "n"]].isna().all(axis=None)
    niemand = lijst_van(uitkeringen().iloc[[4]])
    assert niemand.loc["bijstand_blijvend", "status"] == "niet_gemeten", "nobody left then"


def test_on_the_page_of_an_area_the_list_is_that_of_the_city(run, demo):
    haven = monitor.start("basiscijfers", kwartaal="2015K2", gebied="WK003401")
    assert haven.bijstand().equals(run.bijstand())
    assert haven.heel("BC16").equals(run.estimate("BC16"))


def test_what_is_counted_once_a_year_stands_with_its_last_measurement(run):
    [rij] = run.jongste("EW02").frame.to_dict("records")
    assert (rij["periode"], rij["meetperiode"], rij["status"]) == ("2015K2", "2014K4", "ok")
    assert rij["value"] == run.reeks("EW02").frame["value"].iloc[-1]
