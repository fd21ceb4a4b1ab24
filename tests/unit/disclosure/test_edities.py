import dataclasses
import hashlib
from pathlib import Path

import pandas as pd
import pytest

from sdm_lib.disclosure import Bevinding, Vrijgave, bevries, lees_edities, protect
from sdm_lib.disclosure.beleid import beleid_standaard
from sdm_lib.disclosure.edities import DECIMALEN, patroon
from sdm_lib.disclosure.edities import uitgebracht as constraints
from sdm_lib.disclosure.rijen import verzamel
from sdm_lib.errors import InvoerFout, ParameterFout
from sdm_lib.report.tables import CSV_DECIMALEN
from sdm_lib.results import ONGEWOGEN, TELLING, Piece, Results, concat
from tests.unit.disclosure.bouw import enquete, lot, tellingen

BELEID = beleid_standaard()
EERSTE = Vrijgave("2015K2", "afdeling Onderzoek", "2015-07-15")
EERST = {"": 100.0, "wet=a": 4.0, "wet=b": 36.0, "wet=c": 60.0}


def uitgebracht(tmp_path: Path, aantallen=EERST, **opties):
    uit = protect([tellingen(aantallen)], beleid=BELEID, released=lees_edities(tmp_path))
    vrijgave = Vrijgave("2015K2", "afdeling Onderzoek", "2015-09-01", **opties)
    bevries(
        tmp_path, uit, vrijgave=vrijgave, bestanden={"index.html": b"<p>x</p>"}, bevindingen=[Bevinding("a", "b", 1)]
    )
    return uit


def test_an_edition_comes_back_as_it_went_out(tmp_path):
    uit = uitgebracht(tmp_path)
    (editie,) = lees_edities(tmp_path)
    assert (editie.kwartaal, editie.nummer, editie.door, editie.reden) == ("2015K2", 1, "afdeling Onderzoek", "")
    eruit = uit["basiscijfers/GM0034/1"].table
    gelijk = ["indicator", "groep", "status", "source", "value", "numerator"]
    pd.testing.assert_frame_equal(editie.rijen[gelijk], eruit[gelijk], check_dtype=False)
    assert editie.rijen.loc[eruit["status"] != "ok", ["value", "numerator"]].isna().all(axis=None)


def test_the_pattern_is_no_more_precise_than_the_downloads(tmp_path):
    assert DECIMALEN == CSV_DECIMALEN
    frame = pd.DataFrame({"groep": ["", "a=b"], "value": [0.6512345, 0.5], "lower": 0.4, "upper": 0.6, "n": 600.0})
    frame["se"] = frame["numerator"] = frame["denominator"] = 123.456789
    uit = protect([enquete(frame)], beleid=BELEID)
    (rij, _) = patroon(uit).decode().splitlines()[1:]
    velden = dict(zip(patroon(uit).decode().splitlines()[0].split(";"), rij.split(";"), strict=True))
    assert velden["value"] == "0.6512"
    assert {velden[naam] for naam in ("lower", "upper", "se", "numerator", "denominator", "n")} == {""}


def test_a_share_that_reads_the_same_is_the_same(tmp_path):
    frame = pd.DataFrame(
        {"groep": [""], "value": [0.65121], "lower": 0.6, "upper": 0.7, "n": 600.0, "numerator": 391.0}
    )
    bevries(tmp_path, protect([enquete(frame)], beleid=BELEID), vrijgave=EERSTE, bestanden={})
    rijen = verzamel([enquete(frame.assign(value=0.65119, n=601.0))], beleid=BELEID)
    assert constraints(rijen, lees_edities(tmp_path)).gelijk.tolist() == [True]
    rijen = verzamel([enquete(frame.assign(value=0.6522))], beleid=BELEID)
    assert constraints(rijen, lees_edities(tmp_path)).gelijk.tolist() == [False]


def test_an_edition_knows_what_it_was_made_of_and_is_read_only(tmp_path):
    wat = Vrijgave("2015K2", "x", "2015-07-15", fictief=True, sleutel="abc")
    folder = bevries(tmp_path, {}, vrijgave=wat, bestanden={"index.html": b""})
    (editie,) = lees_edities(tmp_path)
    assert (editie.fictief, editie.sleutel) == (True, "abc")
    assert editie.patroon == hashlib.sha256(patroon({})).hexdigest()
    assert {path.stat().st_mode & 0o222 for path in folder.iterdir()} == {0}


def test_a_second_edition_needs_a_reason_and_a_name(tmp_path):
    uitgebracht(tmp_path)
    with pytest.raises(ParameterFout, match="2015K2 is al uitgebracht; editie 2 heeft geen reden"):
        uitgebracht(tmp_path)
    uitgebracht(tmp_path, reden="late meldingen")
    assert [editie.nummer for editie in lees_edities(tmp_path, kwartaal="2015K2")] == [1, 2]
    with pytest.raises(ParameterFout, match="geen naam van wie haar uitbrengt"):
        bevries(tmp_path, {}, vrijgave=Vrijgave("2015K3", " ", "2015-12-01"), bestanden={})


def test_a_changed_file_is_noticed(tmp_path):
    uitgebracht(tmp_path)
    page = tmp_path / "2015K2" / "1" / "index.html"
    page.chmod(0o644)
    page.write_bytes(b"<p>y</p>")
    with pytest.raises(InvoerFout, match=r"index\.html: editie 2015K2/1 is na het uitbrengen gewijzigd"):
        lees_edities(tmp_path)


def test_a_file_cannot_be_written_outside_the_edition(tmp_path):
    with pytest.raises(ValueError, match="would be written outside the edition"):
        bevries(tmp_path, {}, vrijgave=Vrijgave("2015K2", "x", "2015-09-01"), bestanden={"../../x": b""})


def test_the_same_data_give_the_same_pattern_again(tmp_path):
    eerst = uitgebracht(tmp_path)["basiscijfers/GM0034/1"]
    opnieuw = protect([tellingen(EERST)], beleid=BELEID, released=lees_edities(tmp_path))["basiscijfers/GM0034/1"]
    assert lot(opnieuw) == lot(eerst)


def test_what_was_hidden_before_stays_hidden_and_a_small_correction_does_not_show(tmp_path):
    uitgebracht(tmp_path)
    gewijzigd = {"": 120.0, "wet=a": 14.0, "wet=b": 43.0, "wet=c": 63.0}
    uit = protect([tellingen(gewijzigd)], beleid=BELEID, released=lees_edities(tmp_path))["basiscijfers/GM0034/1"]
    assert lot(uit) == {"": "ok", "wet=a": "onderdrukt", "wet=b": "onderdrukt", "wet=c": "onderdrukt"}
    assert uit.verlies["editie"] == 3


def test_a_difference_does_not_refer_to_what_an_edition_of_another_quarter_hides(tmp_path):
    uitgebracht(tmp_path)
    standen = {"": 120.0, "wet=a": 24.0, "wet=b": 50.0, "wet=c": 46.0}
    nu = tellingen(standen).results.frame.assign(periode="2015K3")
    verschil = nu.assign(measure="difference", reference=list(EERST.values()), value=nu["value"] - list(EERST.values()))
    stuk = dataclasses.replace(tellingen(standen), results=concat(Results(nu), Results(verschil)))
    uit = protect([stuk], beleid=BELEID, released=lees_edities(tmp_path))["basiscijfers/GM0034/1"].table
    assert uit[uit["measure"] == "level"]["status"].eq("ok").all()
    verschillen = uit[uit["measure"] == "difference"].set_index("groep")["status"]
    assert verschillen[["", "wet=b"]].tolist() == ["ok", "onderdrukt"]


def test_a_cell_that_is_out_is_never_hidden_for_another(tmp_path):
    uitgebracht(tmp_path, {"": 100.0, "wet=b": 36.0, "wet=c": 60.0})
    uit = protect([tellingen(EERST)], beleid=BELEID, released=lees_edities(tmp_path))["basiscijfers/GM0034/1"]
    assert lot(uit)[""] == "ok"


@pytest.mark.parametrize(("waarvan", "opties"), [("register", {"bescherming.register": "register"}), ("clienten", {})])
def test_a_small_correction_of_a_share_does_not_show_in_a_piece_of_a_sample(tmp_path, waarvan, opties):
    """Counts beside a sample, and of who was drawn for it: 40 of 400 becomes 43 of 403."""

    def stuk(teller: float, noemer: float) -> Piece:
        telling = {} if waarvan == "register" else {"method": TELLING}
        getallen = {"value": teller / noemer, "numerator": teller, "denominator": noemer, "n": noemer}
        return dataclasses.replace(enquete(pd.DataFrame([getallen | telling]), source=waarvan), opties=opties)

    bevries(tmp_path, protect([stuk(40.0, 400.0)], beleid=BELEID), vrijgave=EERSTE, bestanden={})
    (uit,) = protect([stuk(43.0, 403.0)], beleid=BELEID, released=lees_edities(tmp_path)).values()
    assert uit.verlies == {"editie": 1}
    (uit,) = protect([stuk(60.0, 420.0)], beleid=BELEID, released=lees_edities(tmp_path)).values()
    assert lot(uit) == {"": "ok"}


def per_inwoner(clienten: float, inwoners: float, *, groep: str = "") -> Piece:
    getallen = {"groep": groep, "value": 1000 * clienten / inwoners, "numerator": clienten, "denominator": inwoners}
    return enquete(pd.DataFrame([getallen | {"n": clienten}]), policy="register", indicator="BC02", unit="per_1000")


@pytest.mark.parametrize(
    ("teller", "noemer", "verlies"), [(50, 403, {"editie": 1}), (80, 403, {"editie": 1}), (50, 415, {}), (50, 400, {})]
)
def test_the_group_behind_a_share_does_not_move_by_a_few_persons(tmp_path, teller, noemer, verlies):
    def stuk(teller: float, noemer: float) -> Piece:
        getallen = {"value": teller / noemer, "numerator": teller, "denominator": noemer, "n": noemer}
        return enquete(pd.DataFrame([getallen]), policy="register", indicator="BC19", source="register")

    bevries(tmp_path, protect([stuk(50.0, 400.0)], beleid=BELEID), vrijgave=EERSTE, bestanden={})
    (uit,) = protect([stuk(teller, noemer)], beleid=BELEID, released=lees_edities(tmp_path)).values()
    assert uit.verlies == verlies


def test_a_mean_over_a_few_persons_more_does_not_show(tmp_path):
    def stuk(n: float) -> Piece:
        frame = pd.DataFrame([{"value": 210.0, "n": n}])
        return enquete(frame, policy="register", indicator="BC12D", unit="dagen", source="register")

    bevries(tmp_path, protect([stuk(120.0)], beleid=BELEID), vrijgave=EERSTE, bestanden={})
    for n, verlies in ((123.0, {"editie": 1}), (140.0, {}), (120.0, {})):
        (uit,) = protect([stuk(n)], beleid=BELEID, released=lees_edities(tmp_path)).values()
        assert uit.verlies == verlies, n


def test_a_population_that_moves_by_a_few_hides_the_rate_and_not_the_count(tmp_path):
    telling = tellingen({"": 50.0}, id="basiscijfers/GM0034/2", indicator="BC01")
    eerst = protect([per_inwoner(50.0, 1000.0), telling], beleid=BELEID)
    bevries(tmp_path, eerst, vrijgave=EERSTE, bestanden={})
    for inwoners, status in ((1004.0, "onderdrukt"), (1040.0, "ok"), (1000.0, "ok")):
        daarna = [per_inwoner(50.0, inwoners), telling]
        (rate, count) = protect(daarna, beleid=BELEID, released=lees_edities(tmp_path)).values()
        assert (lot(rate), lot(count)) == ({"": status}, {"": "ok"}), inwoners


def test_an_unweighted_share_of_an_edition_tells_the_count(tmp_path):
    frame = pd.DataFrame({"value": [0.1], "n": [400.0], "method": [ONGEWOGEN]})
    bevries(tmp_path, protect([enquete(frame)], beleid=BELEID), vrijgave=EERSTE, bestanden={})
    assert lees_edities(tmp_path)[0].rijen["numerator"].tolist() == [40.0]
    (uit,) = protect(
        [enquete(frame.assign(value=43 / 403, n=403.0))], beleid=BELEID, released=lees_edities(tmp_path)
    ).values()
    assert uit.verlies == {"editie": 1}


def voorraad(standen: dict[str, float], *, indicator: str, periode: str) -> Piece:
    stuk = tellingen(standen, indicator=indicator, id=f"basiscijfers/{indicator}/{periode}")
    return dataclasses.replace(stuk, results=Results(stuk.results.frame.assign(periode=periode)))


def test_a_begin_stand_is_the_end_stand_that_an_edition_of_the_quarter_before_hides_or_shows(tmp_path):
    eerst = protect([voorraad(EERST, indicator="BC13", periode="2015K1")], beleid=BELEID)
    weg = {groep for groep, status in lot(next(iter(eerst.values()))).items() if status != "ok"}
    assert weg == {"wet=a", "wet=b"}
    bevries(tmp_path, eerst, vrijgave=dataclasses.replace(EERSTE, kwartaal="2015K1"), bestanden={})
    nu = voorraad({groep: EERST[groep] for groep in ("wet=b", "wet=c")}, indicator="BC13B", periode="2015K2")
    (uit,) = protect([nu], beleid=BELEID, released=lees_edities(tmp_path)).values()
    assert lot(uit) == {"wet=b": "onderdrukt", "wet=c": "ok"}
    gelijk = constraints(verzamel([nu], beleid=BELEID), lees_edities(tmp_path), standen=BELEID.standen).gelijk
    assert gelijk.tolist() == [False, True]
    later = voorraad({"": 103.0}, indicator="BC13B", periode="2015K2")
    (uit,) = protect([later], beleid=BELEID, released=lees_edities(tmp_path)).values()
    assert uit.verlies == {"editie": 1}  # three who were registered late


def test_a_begin_stand_and_the_end_stand_before_it_have_one_fate_in_one_quarter():
    toen = voorraad({"": 100.0, "wet=a": 4.0, "wet=b": 36.0, "wet=c": 60.0}, indicator="BC13", periode="2015K1")
    nu = voorraad({"wet=b": 36.0, "wet=c": 60.0}, indicator="BC13B", periode="2015K2")
    zonder = dataclasses.replace(BELEID, verbanden={})
    assert lot(protect([toen, nu], beleid=zonder)[nu.id])["wet=b"] == "ok"  # and so the hidden one is out
    assert lot(protect([toen, nu], beleid=BELEID)[nu.id]) == {"wet=b": "onderdrukt", "wet=c": "ok"}


def test_a_difference_does_not_refer_to_a_hidden_begin_stand():
    begin = voorraad(EERST, indicator="BC13B", periode="2015K2")  # of which b is hidden for a
    eind = voorraad({"wet=b": 56.0, "wet=c": 90.0}, indicator="BC13", periode="2015K2")
    verschil = eind.results.frame.assign(measure="difference", value=[20.0, 30.0], reference=[36.0, 60.0])
    stuk = dataclasses.replace(eind, results=concat(eind.results, Results(verschil)))
    uit = protect([begin, stuk], beleid=BELEID)[eind.id].table
    assert uit.loc[uit["measure"] == "difference", "status"].tolist() == ["onderdrukt", "ok"]
