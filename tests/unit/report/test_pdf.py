"""Printing without a browser; with one, see tests/browser."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sdm_lib import report
from sdm_lib.errors import RapportFout
from sdm_lib.report import pdf


def test_no_browser_is_said_plainly(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf, "find_browser", lambda: None)
    with pytest.raises(RapportFout, match=r"SDM-630.*geen Edge, Chrome of Chromium gevonden"):
        report.print_pdf(tmp_path / "a.html")


def test_a_browser_outside_the_path_is_found(tmp_path):
    edge = tmp_path / "msedge.exe"
    edge.touch()
    assert pdf.find_browser(namen=(), plekken=(str(tmp_path / "geen"), str(edge))) == edge
    assert pdf.find_browser(namen=("bestaat_niet",), plekken=()) is None


@pytest.mark.parametrize("browser", [Path(sys.executable), Path("/bestaat/niet")])
def test_a_program_that_makes_no_pdf_is_named(tmp_path, browser):
    with pytest.raises(RapportFout, match=rf"SDM-631.*a\.html.*{browser.name} maakte geen PDF"):
        report.print_pdf(tmp_path / "a.html", browser=browser)
