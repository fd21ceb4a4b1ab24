"""Chromium for the tests of finished pages; without one they are skipped by name."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sdm_lib import report
from sdm_lib.cli.preview import one_page
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.runner.plan import make_plan
from tests.unit.report.stukken import paginas

ROOT = Path(__file__).parents[2]
WIJK = "WK003459"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    """A headless Chromium, for as long as the tests of this folder last."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install it with 'apt-get install chromium'")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture
def browser(chromium: Any) -> Iterator[Any]:
    """The same browser for every test, with nothing left open by the one before: open pages go on taking time."""
    yield chromium
    for context in chromium.contexts:
        context.close()


def _wijkprofiel() -> bytes:
    """The page of a wijk of the demo, as a run makes it: the heaviest kind, with two maps of all wijken."""
    plan = make_plan(ROOT, kwartaal=Kwartaal(2022, 2), gevraagd=["wijkprofiel"])
    [taak] = [taak for taak in plan.taken if taak.gebied == WIJK]
    return one_page(replace(plan, taken=(taak,)))


@pytest.fixture(scope="session")
def kwartaal(demo: Path) -> Path:
    """The site of the demo's quarter as `make report` leaves it; made now when it is not there by this very code."""
    subprocess.run([sys.executable, "-m", "sdm_lib", "run", "2015K2"], cwd=ROOT, check=True, capture_output=True)
    return ROOT / "reports" / "2015K2"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, kwartaal: Path) -> Path:
    """A small site: a page with every form and chart kind, that of a wijk, the index, cijfers.csv and the workbook;
    and as ``2015K2/`` the whole quarter of the demo.
    """
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(kwartaal, folder / kwartaal.name)
    boek, stukken, page = paginas()
    (folder / "clienten.html").write_text(report.render_page(boek, stukken, page), encoding="utf-8")
    area = replace(page, gebied="Almere Haven", links=(report.Link("Almere", "clienten.html"), *page.links))
    (folder / "clienten-WK003401.html").write_text(report.render_page(boek, stukken, area), encoding="utf-8")
    definities = {"Cliënten": page.definities, "Kosten": (replace(page.definities[0], id="K01", label="Lasten"),)}
    (folder / "catalogus.html").write_text(report.render_catalogue(definities, page), encoding="utf-8")
    pages = [
        report.Pagina("Cliënten", "Almere", href="clienten.html", stukken=tuple(stukken.values())),
        report.Pagina("Cliënten", "Almere Haven", href="clienten.html"),
        report.Pagina("Kosten", "Almere", reden="kolom bedrag ontbreekt in grootboek.csv"),
    ]
    downloads = [report.Link("Alle cijfers (CSV)", "cijfers.csv"), report.Link("Alle cijfers (Excel)", "tabellen.xlsx")]
    (folder / "index.html").write_text(report.render_index(pages, page, downloads=downloads), encoding="utf-8")
    (folder / "cijfers.csv").write_bytes(report.cijfers_csv(stukken))
    (folder / "wijkprofiel.html").write_bytes(_wijkprofiel())
    (folder / "tabellen.xlsx").write_bytes(report.workbook(stukken, titel="Monitor", kwartaal=page.kwartaal))
    return folder
