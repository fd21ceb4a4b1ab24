from pathlib import Path

import pandas as pd
import pytest

from sdm_lib.disclosure import Bevinding, Vrijgave, bevries, lees_edities, protect
from sdm_lib.disclosure.beleid import beleid_standaard
from sdm_lib.errors import InvoerFout, ParameterFout
from tests.unit.disclosure.bouw import lot, tellingen

BELEID = beleid_standaard()
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
    gelezen = editie.rijen.drop(columns="stuk")
    pd.testing.assert_frame_equal(gelezen, uit["basiscijfers/GM0034/1"].table, check_dtype=False)


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
    (tmp_path / "2015K2" / "1" / "index.html").write_bytes(b"<p>y</p>")
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


def test_a_cell_that_is_out_is_never_hidden_for_another(tmp_path):
    uitgebracht(tmp_path, {"": 100.0, "wet=b": 36.0, "wet=c": 60.0})
    uit = protect([tellingen(EERST)], beleid=BELEID, released=lees_edities(tmp_path))["basiscijfers/GM0034/1"]
    assert lot(uit)[""] == "ok"
