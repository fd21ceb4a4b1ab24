"""The desk: JupyterLab on free ground, one page that renews itself, and pages on paper."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from sdm_lib.cli import lab, preview
from sdm_lib.cli import pdf as pdf_cli
from sdm_lib.errors import Melding, ParameterFout, RapportFout

ROOT = Path(__file__).parents[3]


# -- lab -------------------------------------------------------------------------------------------------------------


def test_lab_opens_the_free_ground_and_keeps_what_somebody_made_there(tmp_path):
    begin = lab.free_ground(tmp_path)
    assert begin == tmp_path / "notebooks" / "verkenning" / "begin.ipynb"
    begin.write_text("eigen werk", encoding="utf-8")
    assert lab.free_ground(tmp_path).read_text(encoding="utf-8") == "eigen werk"


def test_the_first_notebook_runs_at_once_and_shows_a_protected_figure(tmp_path, demo):
    import nbclient
    import nbformat

    notebook = nbformat.read(lab.free_ground(tmp_path), as_version=4)
    nbformat.validate(notebook)
    nbclient.NotebookClient(notebook, kernel_name="python3", timeout=120).execute(cwd=str(ROOT))
    last = notebook.cells[5].outputs[0].data
    assert "Ernstig eenzaam, per stadsdeel" in last["text/html"]
    assert "&lt;10" in last["text/html"]  # an area with too few answers


@pytest.mark.parametrize(("naam", "plek"), [("clienten", "clienten.ipynb"), ("5_weging", "handleiding/5_weging.ipynb")])
def test_lab_finds_a_notebook_by_its_name(naam, plek):
    assert lab.find_notebook(ROOT, naam) == ROOT / "notebooks" / plek


def test_lab_offers_the_nearest_notebook():
    with pytest.raises(ParameterFout, match=r"SDM-213.*geen notebook 'clinten'\. Bedoelde u 'clienten'\?"):
        lab.find_notebook(ROOT, "clinten")


def test_lab_starts_jupyterlab_on_this_computer_only(project, sdm, monkeypatch):
    started = []
    monkeypatch.setattr("sdm_lib.cli.demo.make_demo", lambda opnieuw: None)
    monkeypatch.setattr(lab, "trust", lambda paths: started.append([path.stem for path in paths]))

    class Jupyter:
        """Answers Ctrl+C with a question, so that it ends at the second."""

        def __init__(self, opdracht):
            started.append(opdracht)
            self.gedrukt = 0

        def wait(self):
            self.gedrukt += 1
            if self.gedrukt < 3:
                raise KeyboardInterrupt
            return 0

    monkeypatch.setattr(lab.subprocess, "Popen", Jupyter)
    code, out, _ = sdm("lab", "--geen-browser")
    assert code == 0
    assert "JupyterLab opent notebooks/verkenning/begin.ipynb" in out
    signed, opdracht = started
    assert signed == ["begin"]
    assert opdracht[1:3] == ["-m", "jupyterlab"]
    assert not any("--ip" in word for word in opdracht)  # the default of Jupyter: localhost, with a token
    assert "--LabApp.default_url=/lab/tree/notebooks/verkenning/begin.ipynb" in opdracht
    assert lab.STIL in opdracht  # it asks nothing of another computer
    assert opdracht[-1] == "--no-browser"


# -- nothing of the free ground is published -------------------------------------------------------------------------


@pytest.mark.parametrize("naam", ["begin", "verkenning/begin", "../verkenning/begin"])
def test_a_run_knows_no_notebook_of_the_free_ground(project, sdm, naam):
    lab.free_ground(project)
    code, _, err = sdm("run", "2015K2", naam)
    assert code == 2
    assert f"onbekend onderwerp '{naam}'" in err
    assert not (project / "reports").exists()


def test_a_run_file_cannot_reach_into_the_free_ground(project, sdm):
    lab.free_ground(project)
    run = project / "params" / "2015K2"
    (run / "begin.yaml").write_text((run / "clienten.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    code, _, err = sdm("run", "2015K2", "begin")
    assert code == 2
    assert "SDM-230 fout: notebooks/begin.ipynb: dit notebook bestaat niet" in err


def test_nbconvert_makes_no_page_of_the_free_ground(tmp_path):
    from sdm_lib.report.exporter import SdmExporter

    with pytest.raises(RapportFout, match=r"SDM-613.*verkenning.*nooit een pagina"):
        SdmExporter().from_filename(str(lab.free_ground(tmp_path)))


# -- preview ---------------------------------------------------------------------------------------------------------


def get(adres, **headers):
    with urllib.request.urlopen(urllib.request.Request(adres, headers=headers), timeout=60) as answer:
        return answer.read().decode(), answer.headers


def test_the_frame_tells_and_the_page_is_the_page():
    toestand = preview.Toestand(pagina=b"<p>pagina</p>")
    with preview.serving(toestand, titel="<clienten>") as adres:
        frame, headers = get(adres)
        assert get(adres + "pagina?3")[0] == "<p>pagina</p>"
        assert "Voorbeeld: &lt;clienten&gt;" in frame
        assert "http" not in frame.replace("http-equiv", "")
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        with pytest.raises(urllib.error.HTTPError, match="404"):
            get(adres + "params/kit.yaml")
        with pytest.raises(urllib.error.HTTPError, match="403"):
            get(adres, Host="elders.nl")
    with pytest.raises(urllib.error.URLError):
        get(adres)


def test_who_waits_hears_of_a_new_page_and_of_a_problem():
    toestand = preview.Toestand()
    gehoord = []
    with preview.serving(toestand, titel="x") as adres:
        stroom = urllib.request.urlopen(adres + "stand", timeout=60)
        lezer = threading.Thread(target=lambda: gehoord.extend(regel for regel in stroom if regel.startswith(b"data")))
        lezer.start()

        def heard(tekst):
            """Wait for it: who listens hears the last state, so the next may not come before this one was heard."""
            einde = time.monotonic() + 60
            while not any(tekst in regel for regel in gehoord):
                assert time.monotonic() < einde, gehoord
                lezer.join(0.05)

        preview.renew(lambda: b"nieuw", toestand)
        heard(b"data")

        def mislukt():
            raise RapportFout(Melding("SDM-101", "cel 3 stopte met KeyError", "Open het notebook."))

        preview.renew(mislukt, toestand)
        heard(b"SDM-101")
        assert get(adres + "pagina")[0] == "nieuw"  # the last good page stays
    lezer.join(5)
    assert not lezer.is_alive()
    assert json.loads(gehoord[-1][5:])["tekst"].startswith("SDM-101 fout: cel 3 stopte met KeyError")


def test_a_wrong_topic_or_area_is_told_before_anything_is_served(project, sdm):
    code, _, err = sdm("preview", "clinten")
    assert (code, "onbekend onderwerp 'clinten'. Bedoelde u 'clienten'?" in err) == (2, True)
    assert preview.latest_quarter(project, "clienten") == "2015K2"


def shorten(path, cell):
    """Keep the first four code cells of a notebook, and `cell` as one more paragraph."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"] = notebook["cells"][:5]
    notebook["cells"].append({"cell_type": "markdown", "id": "zin", "metadata": {}, "source": cell})
    path.write_text(json.dumps(notebook), encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C cannot be sent to one child on Windows")
def test_preview_renews_on_save_and_ends_with_ctrl_c(project):
    notebook = project / "notebooks" / "clienten.ipynb"
    shorten(notebook, "Eerste versie.")
    env = os.environ | {"PYTHONPATH": str(ROOT), "SDM_ROOT": str(project), "PYTHONUNBUFFERED": "1"}
    words = [sys.executable, "-m", "sdm_lib", "preview", "clienten", "--kwartaal", "2015K2", "--geen-browser"]
    # a shell that starts its jobs in the background lets them ignore Ctrl+C, and a child inherits that
    process = subprocess.Popen(
        words, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    with process, contextlib.ExitStack() as stack:
        stack.callback(process.kill)  # whatever fails below, nobody waits for it for ever
        adres = re.match(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())[0]
        stroom = urllib.request.urlopen(adres + "stand", timeout=120)

        def until(tekst):
            while tekst not in (html := get(adres + "pagina")[0]):
                assert b"SDM-" not in stroom.readline()
            return html

        html = until("Eerste versie.")
        assert "CONCEPT" in html
        assert "default-src 'none'" in html
        shorten(notebook, "Tweede versie.")
        assert "Eerste versie." not in until("Tweede versie.")
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: every process of the command hears it
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Het voorbeeld is gestopt." in out
    assert "Traceback" not in err
    with pytest.raises(urllib.error.URLError):
        get(adres)


# -- paper -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def rapporten(tmp_path):
    for naam in ("index", "clienten", "clienten-WK003401", "kosten"):
        (tmp_path / f"{naam}.html").write_text(naam, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("onderwerpen", "namen"),
    [
        ([], ["clienten", "clienten-WK003401", "kosten"]),
        (["clienten"], ["clienten", "clienten-WK003401"]),
        (["clienten-WK003401"], ["clienten-WK003401"]),
    ],
)
def test_pages_are_chosen_by_topic_or_by_name(rapporten, onderwerpen, namen):
    assert [path.stem for path in pdf_cli.choose(rapporten, onderwerpen)] == namen


def test_what_cannot_be_printed_is_named(rapporten, tmp_path):
    with pytest.raises(ParameterFout, match=r"SDM-217.*geen rapport over 'clienen'\. Bedoelde u 'clienten'\?"):
        pdf_cli.choose(rapporten, ["clienen"])
    with pytest.raises(ParameterFout, match=r"SDM-216.*hier staan geen rapporten"):
        pdf_cli.choose(tmp_path / "leeg", [])


def test_printing_says_how_many_sheets_each_page_takes(rapporten, sdm, monkeypatch):
    monkeypatch.setattr("sdm_lib.report.require_browser", lambda: Path("edge"))
    monkeypatch.setattr("sdm_lib.report.print_pdf", lambda page, browser: b"<</Type /Page>>" * len(page.stem))
    code, out, err = sdm("pdf", "2015K2", "kosten", "--reports", str(rapporten))
    assert code == 0
    assert "kosten.pdf, 6 bladzijden" in err
    assert (rapporten / "pdf" / "kosten.pdf").read_bytes().count(b"/Page") == 6
    assert out.strip() == str(rapporten / "pdf")
