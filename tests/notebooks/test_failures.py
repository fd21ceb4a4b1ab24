"""What goes wrong in a notebook: the last good page stays, the index says so, and nothing half-made is anywhere."""

import json

import pytest

from sdm_lib.runner import execute

GEHEIM = "123456782"


def change_cell(project, source, *, cell=-2):
    path = project / "notebooks" / "clienten.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    code = [c for c in notebook["cells"] if c["cell_type"] == "code"]
    code[cell]["source"] = source
    path.write_text(json.dumps(notebook), encoding="utf-8")


@pytest.fixture
def made(project, sdm):
    code, out, err = sdm("run", "2015K2")
    assert code == 0, err
    assert out.strip().endswith("reports/2015K2/index.html")
    return project / "reports" / "2015K2"


@pytest.mark.parametrize(
    ("source", "exit_code", "words"),
    [
        (f"raise ValueError('{GEHEIM}')", 1, ("cel ", "stopte met ValueError")),
        ("import sys; sys.exit(0)", 1, ("is niet uitgevoerd: het notebook stopte halverwege",)),
        ("import os; os._exit(0)", 1, ("de kernel is gestopt",)),
        ("run.publish(run.estimate('CE01'), chart='dots', titel='Taart')", 2, ("Bedoelde u 'dot'?",)),
        (
            "import pandas as pd\npd.read_csv(run.folder / 'clienten.csv')",
            1,
            ("SDM-107", "een cel leest 'clienten.csv' buiten de kit om"),
        ),
        (
            "open(run.root / 'params' / 'kit.yaml', 'a').write('#')",
            1,
            ("SDM-107", "een cel schrijft 'kit.yaml' buiten de kit om"),
        ),
        (
            "from sdm_lib.survey.errors import survey_error as e\nraise e('SDM-830', 'te weinig', 'x', kolom='sekse')",
            3,
            ("SDM-830 fout: kolom sekse: te weinig",),
        ),
        ("raise OSError(28, 'No space left on device')", 1, ("SDM-110", "kan niet schrijven: de schijf is vol")),
        ("while True: pass", 1, ("SDM-102", "een cel liep langer dan 20 seconden", "Zoek de cel die blijft hangen")),
        (f"while True: print('{GEHEIM}' * 1000)", 1, ("SDM-111", "meer dan 5 MB uitvoer", "uit de lus")),
        (f"from IPython.display import display\nwhile True: display('{GEHEIM}')", 1, ("SDM-111", "uit de lus")),
        (
            "import numpy as np; alles = [np.empty(10**9) for _ in range(10**5)]",
            1,
            ("SDM-103", "vraagt meer geheugen", "--kernels 1"),
        ),
    ],
    ids=[
        "error",
        "exit",
        "kernel death",
        "unknown chart",
        "reads by itself",
        "writes",
        "weighting",
        "full disk",
        "hangs",
        "prints for ever",
        "displays for ever",
        "eats memory",
    ],
)
def test_a_failed_notebook_leaves_the_last_good_page(made, project, sdm, monkeypatch, source, exit_code, words):
    monkeypatch.setattr(execute, "CELL_TIMEOUT_SECONDEN", 20)
    goed = (made / "clienten.html").read_bytes()
    change_cell(project, source)
    code, _, err = sdm("run", "2015K2")
    assert code == exit_code
    assert "notebooks/clienten.ipynb" in err
    assert [word for word in words if word not in err] == [], err
    assert GEHEIM not in err
    assert "Traceback" not in err
    assert (made / "clienten.html").read_bytes() == goed
    index = (made / "index.html").read_text(encoding="utf-8")
    assert "niet gemaakt" in index
    assert GEHEIM not in index
    assert sorted(path.name for path in made.parent.iterdir()) == ["2015K2"]
    change_cell(project, "1 + 1")
    code, _, err = sdm("run", "2015K2")
    assert code == 0, err
    assert "niet gemaakt" not in (made / "index.html").read_text(encoding="utf-8")


def test_what_a_cell_displays_otherwise_never_reaches_the_page(made, project, sdm):
    change_cell(
        project, "from IPython.display import HTML, display\ndisplay(HTML('<b>" + GEHEIM + "</b>'))\nprint('los')"
    )
    code, _, err = sdm("run", "2015K2")
    assert code == 0
    assert "Niet op de pagina: clienten, cel" in err
    assert GEHEIM not in (made / "clienten.html").read_text(encoding="utf-8")


def test_text_that_holds_a_person_is_stopped_by_the_guard(made, project, sdm):
    goed = (made / "clienten.html").read_bytes()
    path = project / "notebooks" / "clienten.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    [kort] = [cel for cel in notebook["cells"] if "## In het kort" in "".join(cel["source"])]
    kort["source"] = f"## In het kort\n\nZie dossier {GEHEIM}."
    path.write_text(json.dumps(notebook), encoding="utf-8")
    code, _, err = sdm("run", "2015K2")
    assert code == 4
    assert "SDM-480" in err
    assert GEHEIM not in err
    assert (made / "clienten.html").read_bytes() == goed


def test_a_guard_that_breaks_down_keeps_the_page_out(made, project, sdm, monkeypatch):
    goed = (made / "clienten.html").read_bytes()
    change_cell(project, "1 + 1")

    def broken(inhoud, *, soort, **given):
        raise RuntimeError(f"over {GEHEIM}")

    monkeypatch.setattr("sdm_lib.runner.wacht.disclosure.guard", broken)
    code, _, err = sdm("run", "2015K2")
    assert code == 4
    assert "SDM-481" in err
    assert GEHEIM not in err
    assert "Traceback" not in err
    assert (made / "clienten.html").read_bytes() == goed
    assert sorted(path.name for path in made.parent.iterdir()) == ["2015K2"]


def test_a_download_that_is_stopped_leaves_the_last_good_one(made, project, sdm, monkeypatch):
    goed = (made / "cijfers.csv").read_bytes()
    change_cell(project, "run.publish(run.estimate('CE02'), titel='Erbij')")
    from sdm_lib import report

    eigen = report.cijfers_csv
    monkeypatch.setattr(report, "cijfers_csv", lambda getoond: eigen(getoond) + f"bsn {GEHEIM};".encode())
    code, _, err = sdm("run", "2015K2")
    assert code == 4
    assert "cijfers.csv" in err
    assert GEHEIM not in err
    assert (made / "cijfers.csv").read_bytes() == goed
    index = (made / "index.html").read_text(encoding="utf-8")
    assert "van een eerdere run" in index
    assert GEHEIM not in index


def test_a_page_is_not_made_of_two_states(made, project, sdm, monkeypatch):
    """Somebody saves what a notebook read while it runs: the last good page stays, and the run says why."""
    vorige = (made / "clienten.html").read_bytes()
    echt, gelezen = execute.execute, project / "params" / "vragenlijsten" / "clienten.yaml"

    def en_bewaar(*taken, **hoe):
        uitkomsten = echt(*taken, **hoe)
        gelezen.write_text(gelezen.read_text(encoding="utf-8") + "\n# later\n", encoding="utf-8")
        return uitkomsten

    change_cell(project, "'eerst'")
    monkeypatch.setattr(execute, "execute", en_bewaar)
    code, _, err = sdm("run", "2015K2")
    assert code == 1
    assert "SDM-106" in err
    assert "iets waar deze pagina op rust (params/vragenlijsten/clienten.yaml veranderde)" in err
    assert (made / "clienten.html").read_bytes() == vorige
    monkeypatch.setattr(execute, "execute", echt)
    assert sdm("run", "2015K2")[0] == 0
