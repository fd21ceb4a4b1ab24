"""The desk as its users have it: JupyterLab that runs at once, and the page that renews itself on every save."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sdm_lib.cli import preview
from tests.browser.test_pages import axe
from tests.unit.cli.test_desk import shorten

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C cannot be sent to one child on Windows")
ALLES_GELOPEN = (
    "(() => { const cells = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')];"
    "return cells.length > 3 && cells.every(cell => /\\[\\d+\\]/.test(cell.textContent)) })()"
)


@contextlib.contextmanager
def started(words: list[str], *, cwd: Path, **env: str) -> Iterator[Any]:
    """A command with its lines to read; ended with Ctrl+C, and what it started with it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sdm_lib", *words], cwd=cwd, text=True, start_new_session=True,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"} | env,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def address(process: Any, pattern: str) -> str:
    """The first address that a command prints."""
    told = []
    for line in process.stdout:
        told.append(line)
        if found := re.search(pattern, line):
            return found[0]
    raise AssertionError("".join(told))


@pytest.fixture
def lab(project: Path, demo: Path, tmp_path: Path) -> Iterator[str]:
    """The address of `sdm lab` in a project of its own, that touches no settings of who runs the tests."""
    shutil.copy(demo / ".gemaakt-uit", project / "data" / "demo")
    for kwartaal in ("2015K1", "2015K2"):
        shutil.copy(ROOT / "params" / kwartaal / "nulmeting.yaml", project / "params" / kwartaal)
    (project / "notebooks" / "handleiding").mkdir()
    places = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    env = {naam: str(tmp_path / "jupyter" / naam.lower()) for naam in (*places, "IPYTHONDIR")}
    config = Path(env["JUPYTER_CONFIG_DIR"]) / "jupyter_server_config.json"
    config.parent.mkdir(parents=True)
    config.write_text(json.dumps({"ServerApp": {"allow_root": True}}), encoding="utf-8")  # where tests run as root
    with started(["lab", "--geen-browser"], cwd=project, SDM_ROOT=str(project), **env) as process:
        yield address(process, r"http://(?:localhost|127\.0\.0\.1):\d+/lab\S*token=\w+")


def test_lab_opens_on_a_notebook_that_runs_at_once_and_draws_what_may_be_seen(browser, lab, project):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    outside: list[str] = []
    here = re.compile(r"(?:https?|wss?)://(?:localhost|127\.0\.0\.1)[:/]|data:|blob:")
    page.on("request", lambda request: outside.append(request.url) if not here.match(request.url) else None)
    page.goto(lab)
    page.wait_for_selector(".jp-Notebook .jp-MarkdownCell h1", timeout=300_000)
    assert "Vrij rondkijken" in page.locator(".jp-Notebook h1").first.inner_text()
    page.get_by_text(re.compile(r"Python 3 \(ipykernel\) . Idle")).wait_for(timeout=300_000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(ALLES_GELOPEN, timeout=300_000)
    figure = page.locator(".jp-OutputArea-output .sdm .stuk")
    figure.locator("svg").wait_for(timeout=60_000)
    tekst = figure.inner_text()
    assert "Ernstig eenzaam, per stadsdeel" in tekst
    assert "<10" in tekst  # an area with too few answers
    assert page.locator(".jp-OutputArea-output [data-mime-type*='error']").count() == 0
    breedte = figure.locator("svg").first.bounding_box()["width"]
    assert 300 < breedte < 800
    assert outside == []
    assert not (project / "reports").exists()


@pytest.mark.parametrize("breedte", [320, 1280])
def test_the_frame_around_a_preview_is_accessible_and_fits(browser, tmp_path, breedte):
    (tmp_path / "voorbeeld.html").write_bytes(preview.frame("clienten, 2015K2"))
    page = browser.new_page(viewport={"width": breedte, "height": 800}, bypass_csp=True)
    page.goto((tmp_path / "voorbeeld.html").as_uri())
    assert [regel["id"] for regel in axe(page)["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= breedte


def test_preview_shows_the_page_and_renews_it_when_the_notebook_is_saved(browser, project):
    notebook = project / "notebooks" / "clienten.ipynb"
    shorten(notebook, "Eerste versie.")
    words = ["preview", "clienten", "--kwartaal", "2015K2", "--geen-browser"]
    with started(words, cwd=project, SDM_ROOT=str(project)) as process:
        page = browser.new_page(viewport={"width": 1280, "height": 900}, bypass_csp=True)
        page.goto(address(process, r"http://127\.0\.0\.1:\d+/"))
        frame = page.frame_locator("iframe")
        frame.get_by_text("Eerste versie.").wait_for(timeout=300_000)
        assert "CONCEPT" in frame.locator("body").inner_text()
        assert "Voorbeeld van deze pagina alleen" in page.locator("#stand").inner_text()
        shorten(notebook, "Tweede versie.")
        frame.get_by_text("Tweede versie.").wait_for(timeout=300_000)
        assert frame.get_by_text("Eerste versie.").count() == 0
        tekst = notebook.read_text(encoding="utf-8")
        notebook.write_text(tekst.replace("van=[", "vn=["), encoding="utf-8")
        page.get_by_text("SDM-101").wait_for(timeout=300_000)
        assert frame.get_by_text("Tweede versie.").count() == 1  # the last good page stays
