"""People's words in a whole run: what contradicts the figures or was not released stops it, and the last page stays."""

import json
import re

import pytest

from sdm_lib.stemmen.segmenten import segmenten


@pytest.fixture
def made(project, sdm):
    code, _, err = sdm("run", "2015K2")
    assert code == 0, err
    return project / "reports" / "2015K2"


def bytes_of(made):
    return {path.name: path.read_bytes() for path in made.iterdir()}


def test_a_typed_number_that_contradicts_the_result_stops_the_run(made, project, sdm):
    goed = bytes_of(made)
    path = project / "params" / "2015K2" / "duiding" / "clienten.md"
    tekst = path.read_text(encoding="utf-8")
    assert "{{clienten.CE01}}" in tekst
    path.write_text(tekst.replace("{{clienten.CE01}}", "{{clienten.CE01}}, dus 99%,", 1), encoding="utf-8")
    code, _, err = sdm("run", "2015K2")
    assert code == 1
    assert re.search(r"SDM-912.*'99%' is met de hand getypt en spreekt het cijfer tegen", err)
    assert "Traceback" not in err
    assert bytes_of(made) == goed
    path.write_text(tekst, encoding="utf-8")
    code, _, err = sdm("run", "2015K2")
    assert code == 0, err
    assert bytes_of(made) == goed


def typed(project, tekst):
    path = project / "notebooks" / "clienten.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    [kort] = [cel for cel in notebook["cells"] if "## In het kort" in "".join(cel["source"])]
    kort["source"] = f"## In het kort\n\n{tekst}"
    path.write_text(json.dumps(notebook), encoding="utf-8")


def test_what_was_said_cannot_be_typed_into_a_notebook(made, project, sdm):
    goed = (made / "clienten.html").read_bytes()
    gezegd = next(een for een in segmenten(project / "data/demo/2015K2") if "wakker van" in een.tekst).tekst
    for tekst in (f"Een cliënt zei: *{gezegd}*", "Cliënten liggen er wakker van of zij hun hulp mogen houden."):
        typed(project, tekst)
        code, _, err = sdm("run", "2015K2")
        letterlijk = gezegd in tekst
        assert (code, "SDM-480" in err) == ((4, True) if letterlijk else (0, False)), err
        assert "wakker" not in err
        assert ((made / "clienten.html").read_bytes() == goed) is letterlijk
    typed(project, "Zij liggen er wakker van of ik mijn hulp nog mag houden, zei iemand.")
    vorige = (made / "clienten.html").read_bytes()
    code, _, err = sdm("run", "2015K2")
    assert code == 4
    assert "woorden uit een gesprek" in err
    assert (made / "clienten.html").read_bytes() == vorige
