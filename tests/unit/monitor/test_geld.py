"""Register beside ledger on the demo: every line against plain pandas on the deliveries."""

from dataclasses import replace

import pandas as pd
import pytest

from sdm_lib import monitor, registry
from sdm_lib.errors import ParameterFout
from sdm_lib.monitor import geld
from sdm_lib.results import parse_groep


@pytest.fixture(scope="module")
def run(demo):
    return monitor.start("kosten", kwartaal="2015K2")


@pytest.fixture(scope="module")
def jaar(demo):
    return monitor.start("kosten", kwartaal="2015")


def booked(demo, levering):
    """What a ledger says of each quarter of its year, in euro, read without the kit."""
    boek = pd.read_csv(
        demo / levering / "grootboek.csv",
        sep=";",
        decimal=",",
        thousands=".",
        encoding="cp1252",
        dtype={"bedrag": float},
    )
    return boek[boek["soort"] == "realisatie"].groupby("kwartaal")["bedrag"].sum()


def met_posten(run, *posten, sleutel="zonder_clienten"):
    return replace(run, bestand=replace(run.bestand, value=replace(run.bestand.value, **{sleutel: posten})))


def per_groep(tabel):
    return {tuple(parse_groep(rij.groep).values()): rij.value for rij in tabel.frame.itertuples()}


def geboekt(run, kwartaal, over):
    boek = monitor.start("kosten", kwartaal=kwartaal).frame("grootboek") if kwartaal != str(run.kwartaal) else (
        run.frame("grootboek"))  # fmt: skip
    deel = boek[
        (boek["soort"] == "realisatie") & (boek["jaar"].astype(str) + "K" + boek["kwartaal"].astype(str) == over)
    ]
    return deel["bedrag_cent"].sum() / 100


def test_the_lines_from_register_to_ledger_add_up_to_the_ledger(run):
    regels = per_groep(run.aansluiting().where(indicator="aansluiting"))
    betaald = run.frame("register").groupby("leveringsvorm")["bedrag_betaald_cent"].sum() / 100
    assert regels["1_natura",] == betaald["zin"]
    assert regels["2_pgb",] == betaald["pgb"]
    assert regels[()] == geboekt(run, "2015K2", "2015K2")
    delen = [regels[naam,] for naam in ("1_natura", "2_pgb", "3_overhead", "4_eigen_bijdrage", "5_onverklaard")]
    assert sum(delen) == pytest.approx(regels[()], abs=0.001)  # cents as floats
    [deel] = run.aansluiting().where(indicator="onverklaard").frame["value"]
    assert deel == pytest.approx(regels["5_onverklaard",] / regels[()])


def test_own_contributions_are_income_that_the_ledger_books_below_zero(run):
    boek = run.frame("grootboek").query("post == 'Eigen bijdragen Wmo' and soort == 'realisatie' and kwartaal == 2")
    regels = per_groep(run.aansluiting().where(indicator="aansluiting"))
    assert regels["4_eigen_bijdrage",] == boek["bedrag_cent"].sum() / 100 < 0
    [deel] = run.aansluiting().where(indicator="onverklaard").frame["value"]
    assert abs(deel) < 0.02, "so there is an amount per client"


def test_what_nobody_delivered_is_not_measured(run):
    frame = geld.aansluiting(met_posten(run, sleutel="eigen_bijdragen")).frame.set_index("groep")
    assert frame.loc["aansluiting=4_eigen_bijdrage", "status"] == "niet_gemeten"


def test_amounts_of_the_register_carry_who_is_behind_them(run):
    frame = run.aansluiting().frame
    assert frame.loc[frame["source"] == "register", "aanbieders"].ge(3).all()


def test_a_post_that_is_not_booked_is_refused(run):
    with pytest.raises(ParameterFout, match=r"SDM-271.*'Cliëntondersteunig'.*Bedoelde u 'Cliëntondersteuning'"):
        geld.aansluiting(met_posten(run, "Cliëntondersteunig"))
    with pytest.raises(ParameterFout, match=r"SDM-271.*eigen_bijdragen.*'CAK'"):
        geld.aansluiting(met_posten(run, "CAK", sleutel="eigen_bijdragen"))


def test_with_too_much_unexplained_there_is_no_cost_per_client(run):
    hoog = met_posten(run)  # all overhead unexplained
    uit = hoog.per_client("K03", by="wet").frame
    assert uit["value"].isna().all()
    assert set(uit["status"]) == {"te_onzeker"}
    assert run.per_client("K03", by="wet").equals(run.estimate("K03", by="wet"))


def test_the_causes_add_up_to_the_change_of_the_register(run):
    frame = run.ontleding().frame
    toen = run.eerder("vorige").frame("register")["bedrag_betaald_cent"].sum()
    nu = run.frame("register")["bedrag_betaald_cent"].sum()
    assert round(100 * frame["value"].sum()) == nu - toen
    assert set(frame["reference"]) == {toen / 100}


def test_a_new_type_for_few_clients_hides_the_whole_change(run, monkeypatch):
    toen, nu = (
        pd.DataFrame({"soort": ["a", *nieuw], "clienten": 50, "eenheden": 70, "bedrag_cent": 900})
        for nieuw in ([], ["b"])
    )
    nu.loc[nu["soort"] == "b", "clienten"] = 9
    delen = {"2015K1": toen, "2015K2": nu}
    monkeypatch.setattr(registry, "kostendelen", lambda register, *, periodes: delen[periodes])
    eerder, kader = run.eerder("vorige"), run.frame_of("register")
    assert set(geld._ontleding(run, eerder, kader, drempel=10).frame["status"]) == {"te_klein"}
    nu.loc[len(nu)] = ["c", 9, 70, 900]  # the same nine people, as far as anybody knows
    assert set(geld._ontleding(run, eerder, kader, drempel=10).frame["status"]) == {"te_klein"}
    nu.loc[nu["soort"].isin(["b", "c"]), "clienten"] = 10
    assert set(geld._ontleding(run, eerder, kader, drempel=10).frame["status"]) == {"ok"}


def test_late_bills_of_few_clients_hide_the_whole_change(run, monkeypatch):
    toen, nu = (pd.DataFrame({"soort": ["a", "b"], "clienten": [50, 0], "eenheden": [70, 0], "bedrag_cent": cent})
                for cent in ([900, 0], [900, 40]))  # fmt: skip
    delen = {"2015K1": toen, "2015K2": nu}
    monkeypatch.setattr(registry, "kostendelen", lambda register, *, periodes: delen[periodes])
    eerder, kader = run.eerder("vorige"), run.frame_of("register")
    for mensen, status in ((9, "te_klein"), (0, "te_klein"), (10, "ok")):  # none : corrections alone
        per = pd.DataFrame({"voorziening": ["a", "b"], "clienten": [50, mensen]})
        monkeypatch.setattr(registry, "concentratie", lambda register, per=per, **vraag: per)
        frame = geld._ontleding(run, eerder, kader, drempel=10).frame.set_index("groep")
        assert set(frame["status"]) == {status}
    assert frame.loc["factor=late_rekeningen", "value"] == 0.4


def test_a_year_before_is_no_quarter_to_compare_bills_with(run, jaar):
    anders = replace(run.bestand.value, vergelijking={"vorige": jaar.kwartaal})
    assert len(geld.ontleding(replace(run, bestand=replace(run.bestand, value=anders), _gelezen={}))) == 0


def zonder_boekingen(run, monkeypatch, waar):
    boek = run.frame("grootboek")
    monkeypatch.setattr(type(run), "frame", lambda self, naam: boek.query(waar))
    return replace(run, _gelezen={"register": run.register})


def test_a_quarter_that_is_not_booked_yet_has_nothing_to_set_the_register_beside(run, monkeypatch):
    leeg = zonder_boekingen(run, monkeypatch, "kwartaal != 2 or soort != 'realisatie'")
    frame = geld._aansluiting(leeg, run.frame_of("grootboek")).frame
    assert set(frame["status"]) == {"niet_gemeten"}
    assert frame["value"].isna().all()
    assert set(frame["indicator"]) == {"aansluiting", "onverklaard"}


def test_a_post_without_bookings_in_the_quarter_is_nothing_and_not_unknown(run, monkeypatch):
    minder = zonder_boekingen(run, monkeypatch, "kwartaal != 2 or post != 'Cliëntondersteuning'")
    boek = geld._realisatie(minder.frame("grootboek"), run.kwartaal)
    assert geld._geboekt(met_posten(minder, "Cliëntondersteuning"), boek, "zonder_clienten") == 0


def test_without_a_quarter_before_and_of_a_year_there_is_no_change_to_explain(jaar):
    assert len(jaar.ontleding()) == 0


def test_what_was_said_first_stands_beside_what_is_booked_now(run):
    cellen = per_groep(run.revisie())
    assert cellen["2015K1", "1_eerst"] == geboekt(run, "2015K1", "2015K1")
    assert cellen["2015K1", "2_nu"] == geboekt(run, "2015K2", "2015K1")
    assert cellen["2015K2", "1_eerst"] == cellen["2015K2", "2_nu"]
    verwacht = run.revisie().frame.query("groep.str.contains('verwacht')")
    assert set(verwacht["status"]) == {"niet_gemeten"}  # two deliveries are no triangle


def test_a_quarter_whose_own_delivery_is_not_there_has_no_first_value(run, tmp_path):
    alleen = replace(run, folder=tmp_path / "2015K2", _gelezen={})
    alleen.folder.symlink_to(run.folder)
    frame = alleen.revisie().frame.set_index("groep")
    assert frame.loc["kwartaal=2015K1;moment=1_eerst", "status"] == "niet_gemeten"
    assert frame.loc["kwartaal=2015K1;moment=2_nu", "value"] == geboekt(run, "2015K2", "2015K1")


def test_without_the_first_delivery_of_the_year_there_is_no_triangle(jaar, tmp_path):
    map_ = tmp_path / jaar.folder.name
    for naam in ("2015K2", "2015K3", "2015K4"):
        (tmp_path / naam).symlink_to(jaar.folder.parent / naam)
    frame = replace(jaar, folder=map_, _gelezen={}).revisie().frame.set_index("groep")
    assert set(frame.loc[frame.index.str.contains("verwacht"), "status"]) == {"niet_gemeten"}
    assert frame.loc["kwartaal=2015K2;moment=1_eerst", "value"] == geboekt(jaar, "2015K2", "2015K2")


def test_of_a_quarter_without_bookings_no_amount_is_known(run, monkeypatch):
    heel = geld._realisatie
    monkeypatch.setattr(geld, "_realisatie", lambda boek, over: heel(boek, over)[: None if over == run.kwartaal else 0])
    frame = geld._revisie(run, run.frame_of("grootboek")).frame.set_index("groep")
    assert set(frame.loc[frame.index.str.contains("2015K1"), "status"]) == {"niet_gemeten"}
    assert frame.loc["kwartaal=2015K2;moment=2_nu", "value"] == geboekt(run, "2015K2", "2015K2")


def test_from_the_third_delivery_on_the_final_value_is_expected_by_chain_ladder(jaar):
    cellen = per_groep(jaar.revisie())
    stapels = [f"2015K{i}" for i in (1, 2, 3)]
    eerste = [monitor.start("kosten", kwartaal="2015K1"), monitor.start("kosten", kwartaal="2015K2")]
    assert geboekt(eerste[1], "2015K2", "2015K1") == cellen["2015K1", "2_nu"]  # the rest came within a quarter
    groei = sum(cellen[k, "2_nu"] for k in stapels) / sum(cellen[k, "1_eerst"] for k in stapels)
    assert cellen["2015K4", "3_verwacht"] == pytest.approx(groei * cellen["2015K4", "2_nu"], rel=1e-12)
    rij = jaar.revisie().frame.set_index("groep").loc["kwartaal=2015K4;moment=3_verwacht"]
    assert rij["lower"] < rij["value"] < rij["upper"]


def test_the_year_follows_the_year_before_with_an_interval(demo):
    """Late bills and the second half of 2016 as in 2015, by plain arithmetic; and 2016 ended within the interval."""
    [rij] = monitor.start("kosten", kwartaal="2016K2").jaareinde().frame.to_dict("records")
    toen = {nummer: booked(demo, f"2015K{nummer}") for nummer in (1, 2, 3, 4)}
    laat = sum(toen[i + 1][i] for i in (1, 2, 3)) / sum(toen[i][i] for i in (1, 2, 3))
    vorig = [toen[4][1], toen[4][2], toen[4][3], laat * toen[4][4]]
    nu = booked(demo, "2016K2") * [1, laat]
    groei = nu.sum() / sum(vorig[:2])
    assert rij["value"] == pytest.approx(nu.sum() + groei * sum(vorig[2:]), rel=1e-9)
    werkelijk = (booked(demo, "2016K4") * [1, 1, 1, laat]).sum()
    assert rij["lower"] < werkelijk < rij["upper"]
    assert rij["upper"] - rij["lower"] < 0.2 * rij["value"]


def test_without_the_four_ledgers_of_last_year_no_year_is_foretold(run, jaar):
    assert {(*uit.frame["status"], *uit.frame["value"].isna()) for uit in (run.jaareinde(), jaar.jaareinde())} == {
        ("niet_gemeten", True)
    }
