"""What is executed again after an edit: all that depends on it, and nothing else."""

import re
import shutil
from pathlib import Path

import pytest

from sdm_lib import monitor
from sdm_lib.runner import ongewijzigd

ROOT = Path(__file__).parents[2]


@pytest.fixture
def made(project, sdm, monkeypatch):
    """A quarter with two topics, a survey and the ledger, in a project with a copy of the kit that may be edited."""
    for kwartaal in ("2015K1", "2015K2"):
        path = project / "params" / kwartaal / "kosten.yaml"
        tekst = (ROOT / "params" / kwartaal / "kosten.yaml").read_text(encoding="utf-8")
        path.write_text(re.sub(r"gebieden: \[.*\]", "gebieden: [stad]", tekst), encoding="utf-8")
    (project / "sdm_lib").unlink()
    shutil.copytree(ROOT / "sdm_lib", project / "sdm_lib", ignore=shutil.ignore_patterns("__pycache__"))
    code, _, err = sdm("run", "2015K2")
    assert code == 0, err
    for room in (monitor, ongewijzigd):
        monkeypatch.setattr(room, "PACKAGE", project / "sdm_lib")
    assert again(sdm) == {}
    return project


def again(sdm):
    """What a run would execute now, with why."""
    code, out, err = sdm("run", "2015K2", "--plan")
    assert code == 0, err
    return dict(re.findall(r"uitvoeren  (\S+)  \((.*)\)", out))


def change(path, old, new):
    inhoud = path.read_bytes()
    assert old.encode() in inhoud, path
    path.write_bytes(inhoud.replace(old.encode(), new.encode(), 1))


SAME = ""  # the reason names the file
EDITS = [
    ("data/demo/2015K2/clienten.csv", "WK003401", "WK003402", ["clienten"], SAME),
    ("data/demo/2015K1/grootboek.csv", "wmo", "jeugd", ["kosten"], SAME),
    ("data/demo/2015K2/bewoners.sav", "a", "b", ["clienten"], SAME),
    ("notebooks/kosten.ipynb", "In het kort", "Heel kort", ["kosten"], "het notebook"),
    ("params/2015K2/clienten.yaml", "lonely: adjust", "lonely: certainty", ["clienten"], SAME),
    ("params/indicatoren/kosten.yaml", "K04:\n  label: ", "K04:\n  label: Nieuw ", ["kosten"], "K04"),
    ("params/vragenlijsten/clienten.yaml", "\n", "\n# nieuw\n", ["clienten"], SAME),
    ("params/begrippen.yaml", "\n", "\n# nieuw\n", [], SAME),
    ("params/kit.yaml", "\n", "\n# nieuw\n", [], SAME),
    ("params/kit.yaml", "bewaren_dagen: ", "bewaren_dagen: 1", [], SAME),
    ("params/kit.yaml", "drempel: 10 ", "drempel: 11 ", ["clienten", "kosten"], "bescherming"),
    ("params/2015K2/duiding/clienten.md", "vermoeden", "denken", ["clienten"], SAME),
    ("sdm_lib/report/style.py", '"""', '"""X ', [], SAME),
    ("sdm_lib/disclosure/primair.py", '"""', '"""X ', ["clienten", "kosten"], SAME),
    ("sdm_lib/survey/weighting.py", '"""', '"""X ', ["clienten", "kosten"], SAME),  # tests of differences stand on it
    ("sdm_lib/registry/tellen.py", '"""', '"""X ', ["clienten", "kosten"], SAME),
    ("sdm_lib/results.py", '"""', '"""X ', ["clienten", "kosten"], SAME),
]


def test_only_what_depends_on_an_edit_is_executed_again(made, sdm):
    wrong = []
    for naam, old, new, onderwerpen, reden in EDITS:
        path = made / naam
        before = path.read_bytes()
        change(path, old, new)
        if (found := again(sdm)) != dict.fromkeys(onderwerpen, f"{reden or naam} veranderde"):
            wrong.append((naam, found))
        path.write_bytes(before)
    assert wrong == []
    assert again(sdm) == {}


def test_one_edited_notebook_gives_one_new_page_and_the_same_others(made, sdm):
    site = made / "reports" / "2015K2"
    before = {path.name: path.read_bytes() for path in site.glob("*.html")}
    change(made / "notebooks" / "kosten.ipynb", "In het kort", "Heel kort")
    code, _, err = sdm("run", "2015K2")
    assert code == 0, err
    assert "uitgevoerd kosten" in err
    assert "uitgevoerd clienten" not in err
    after = {path.name: path.read_bytes() for path in site.glob("*.html")}
    assert after["kosten.html"] != before["kosten.html"]
    assert after["clienten.html"] == before["clienten.html"]
