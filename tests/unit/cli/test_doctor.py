"""`sdm doctor`: each thing that can be wrong is seen, and says how to mend it."""

import datetime as dt
import os
import sys

import pytest

from sdm_lib.cli import doctor

NU = dt.datetime(2016, 1, 20, tzinfo=dt.UTC)


@pytest.fixture
def root(tmp_path):
    for map_ in ("data/raw/2015K2", "data/demo", "reports/2015K2"):
        (tmp_path / map_).mkdir(parents=True)
    for naam in ("pyproject.toml", "requirements.lock"):
        (tmp_path / naam).write_text("", encoding="utf-8")
        os.utime(tmp_path / naam, (NU.timestamp(), NU.timestamp()))
    return tmp_path


def one(found):
    [bevinding] = list(found)
    return bevinding


def test_everything_of_the_issue_is_looked_at(root):
    woorden = " ".join(bevinding.wat for bevinding in doctor.findings(root))
    for wat in ("Python", "console", "getallen", "klok", "pakketten", "kernel", "GB vrij", "reports/", "data/", "Excel",
                "demogemeente", "browser"):  # fmt: skip
        assert wat in woorden


def test_what_is_not_fine_says_how_to_mend_it(root):
    assert all(bevinding.herstel for bevinding in doctor.findings(root) if bevinding.oordeel != "goed")


def test_a_clock_that_runs_behind_is_seen(root):
    assert one(doctor._clock(root, now=NU)).oordeel == "goed"
    achter = one(doctor._clock(root, now=NU - dt.timedelta(days=30)))
    assert (achter.oordeel, "zet datum en tijd" in achter.herstel) == ("let op", True)
    assert one(doctor._clock(root, now=NU - dt.timedelta(hours=3))).oordeel == "goed"


def test_a_package_that_is_absent_or_another_version_is_named():
    regels = ["numpy==0.0.1 \\", "bestaat-niet==1.0", "pywin32==1 ; sys_platform == 'geen'", "    --hash=sha256:abc"]
    anders = list(doctor._other_versions(regels))
    assert [regel.split()[0] for regel in anders] == ["numpy", "bestaat-niet"]
    assert anders[1] == "bestaat-niet 1.0 (niet aanwezig)"


def test_a_workbook_that_excel_has_open_is_named(root):
    assert one(doctor._locked(root)).oordeel == "goed"
    (root / "data" / "raw" / "2015K2" / "~$professionals.xlsx").touch()
    vast = one(doctor._locked(root))
    assert vast.wat == "in gebruik bij een ander programma: professionals.xlsx"
    assert "Sluit het bestand in Excel" in vast.herstel


def test_a_locked_workbook_of_a_report_is_named(root, monkeypatch):
    path = root / "reports" / "2015K2" / "tabellen.xlsx"
    path.touch()
    assert one(doctor._locked(root)).oordeel == "goed"

    def locked(self, mode):
        raise PermissionError(13, "in gebruik")

    monkeypatch.setattr(type(path), "open", locked)
    assert "tabellen.xlsx" in one(doctor._locked(root)).wat


@pytest.mark.parametrize(("codering", "oordeel"), [("utf-8", "goed"), ("UTF8", "goed"), ("cp1252", "let op")])
def test_a_console_without_all_signs_is_told(codering, oordeel):
    assert one(doctor._console(codering)).oordeel == oordeel


@pytest.mark.parametrize(("taal", "oordeel"), [("C", "goed"), ("nl_NL.UTF-8", "let op")])
def test_a_locale_that_somebody_set_is_told(taal, oordeel):
    assert one(doctor._locale(taal)).oordeel == oordeel


def test_an_old_python_is_wrong(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 1, "final", 0))
    assert one(doctor._python()).oordeel == "fout"


def test_no_browser_is_told(monkeypatch):
    monkeypatch.setattr("sdm_lib.report.pdf.find_browser", lambda: None)
    assert one(doctor._browser()).oordeel == "let op"


def test_no_right_to_write_is_wrong(root):
    (root / "reports" / ".schrijfproef").mkdir()  # a folder in the way: nothing can be written there
    oordelen = {bevinding.wat: bevinding.oordeel for bevinding in doctor._disk(root)}
    assert oordelen["kan niet schrijven in reports/"] == "fout"
