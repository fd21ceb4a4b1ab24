import json

import pytest

from sdm_lib import indicators, sources
from sdm_lib.results import MIME
from sdm_lib.runner.herkomst import Toestand, keep, lookup

BASIS = {"het notebook": "a", "requirements.lock": "b", "Python": "3.11"}


@pytest.fixture
def root(tmp_path, demo):
    (tmp_path / "params" / "indicatoren").mkdir(parents=True)
    for naam in ("clienten", "stelsel"):
        bron = sources.project_root() / "params" / "indicatoren" / f"{naam}.yaml"
        (tmp_path / "params" / "indicatoren" / bron.name).write_bytes(bron.read_bytes())
    (tmp_path / "levering.csv").write_text("een")
    (tmp_path / "uitgevoerd").mkdir()
    return tmp_path


def now(root):
    return Toestand(root, indicators.load(root))


def executed(root, namen):
    """Keep a notebook that read these things as they are now."""
    nu = now(root)
    bezig = root / "bezig.ipynb"
    bezig.write_text("{}")
    gelezen = [{naam: nu[naam]} for naam in namen]
    outputs = [{"metadata": {MIME: {"gelezen": deel}}} for deel in gelezen]
    notebook = {"cells": [{"cell_type": "markdown"}, {"cell_type": "code", "outputs": outputs}]}
    return keep(root / "uitgevoerd", id="clienten-1", basis=BASIS, bezig=bezig, notebook=notebook)


def found(root, **anders):
    return lookup(root / "uitgevoerd", id="clienten-1", basis=BASIS | anders, nu=now(root))


NAMEN = ("bestand:levering.csv", "indicator:CE01", "onderwerp:clienten", "module:sdm_lib/results.py", "bestand:weg.csv")


def test_what_did_not_change_is_not_executed_again(root):
    path = executed(root, NAMEN)
    herkomst = found(root)
    assert (herkomst.reden, path.read_text()) == ("", "{}")
    assert len(herkomst.sleutel) == 64
    assert not (root / "bezig.ipynb").exists()
    assert list(herkomst.invoer) == ["levering.csv"]


@pytest.mark.parametrize(
    ("path", "old", "new", "reden"),
    [
        ("levering.csv", "een", "twee", "levering.csv veranderde"),
        ("params/indicatoren/clienten.yaml", "CE01:\n  label: ", "CE01:\n  label: Nieuw ", "CE01 veranderde"),
        ("params/indicatoren/clienten.yaml", "CE04:", "CE94:", "clienten veranderde"),
    ],
)
def test_the_reason_names_what_changed(root, path, old, new, reden):
    executed(root, NAMEN)
    tekst = (root / path).read_text(encoding="utf-8")
    assert old in tekst
    (root / path).write_text(tekst.replace(old, new, 1), encoding="utf-8")
    assert found(root).reden == reden


def test_a_definition_that_was_not_used_changes_nothing(root):
    executed(root, NAMEN)
    path = root / "params" / "indicatoren" / "stelsel.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("label: ", "label: Nieuw ", 1), encoding="utf-8")
    assert found(root).sleutel


def test_a_file_that_was_looked_for_in_vain_counts_when_it_comes(root):
    executed(root, NAMEN)
    (root / "weg.csv").write_text("er")
    assert found(root).reden == "weg.csv veranderde"


def test_a_module_that_changed_counts(root):
    executed(root, NAMEN)
    record = root / "uitgevoerd" / "clienten-1.json"
    inhoud = json.loads(record.read_text())
    inhoud["gelezen"]["module:sdm_lib/results.py"] = "0"
    record.write_text(json.dumps(inhoud))
    assert found(root).reden == "sdm_lib/results.py veranderde"


def test_the_basis_and_the_notebook_itself_count(root):
    assert found(root).reden == "nog niet uitgevoerd"
    executed(root, NAMEN)
    assert found(root, Python="3.12").reden == "Python veranderde"
    (root / "uitgevoerd" / "clienten-1.ipynb").unlink()
    assert found(root).reden == "het uitgevoerde notebook is weg"


def test_many_reasons_are_counted_and_a_place_outside_the_project_is_not_told(root, tmp_path_factory):
    elders = tmp_path_factory.mktemp("naam_van_iemand") / "map"
    elders.mkdir()
    for naam in ("a.csv", "b.csv", "c.csv"):
        (elders / naam).write_text("1")
    executed(root, [f"bestand:{elders / naam}" for naam in ("a.csv", "b.csv", "c.csv")])
    for path in elders.iterdir():
        path.write_text("2")
    assert found(root).reden == "map/a.csv, map/b.csv en 1 andere veranderden"


def test_an_answer_of_a_server_is_asked_again(root):
    executed(root, ["server:SDM_DB_REGISTER"])
    record = root / "uitgevoerd" / "clienten-1.json"
    inhoud = json.loads(record.read_text())
    inhoud["gelezen"]["server:SDM_DB_REGISTER"] = "a" * 64
    record.write_text(json.dumps(inhoud))
    assert found(root).reden == "SDM_DB_REGISTER veranderde"
    net_gedraaid = Toestand(root, indicators.load(root), zojuist=True)
    herkomst = lookup(root / "uitgevoerd", id="clienten-1", basis=BASIS, nu=net_gedraaid)
    assert herkomst.sleutel
    assert herkomst.server
