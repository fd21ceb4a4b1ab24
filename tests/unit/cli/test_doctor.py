"""`sdm doctor`: each thing that can be wrong is seen, and says how to mend it."""

import datetime as dt
import os
import shutil
import sys
import types
from pathlib import Path

import pytest
from jupyter_client.kernelspec import NoSuchKernel

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


# -- what is wrong, and the words with which it is mended -------------------------------------------------------------


def old_python(root, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 1, "final", 0))
    return doctor._python()


def other_packages(root, monkeypatch):
    (root / "requirements.lock").write_text("numpy==0.0.1 \\\n    --hash=sha256:abc\n", encoding="utf-8")
    return doctor._packages(root)


def no_kernel(root, monkeypatch):
    monkeypatch.setattr("jupyter_client.kernelspec.KernelSpecManager.get_kernel_spec", raising(NoSuchKernel("python3")))
    return doctor._kernel()


def foreign_kernel(root, monkeypatch):
    elders = types.SimpleNamespace(resource_dir=str(root / "kernels" / "python3"))
    monkeypatch.setattr("jupyter_client.kernelspec.KernelSpecManager.get_kernel_spec", lambda self, naam: elders)
    return doctor._kernel()


def full_disk(root, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: types.SimpleNamespace(free=3e8))
    return (bevinding for bevinding in doctor._disk(root) if "vrij" in bevinding.wat)


def no_right_to_write(root, monkeypatch):
    monkeypatch.setattr(Path, "touch", raising(PermissionError(13, "Permission denied")))
    return (bevinding for bevinding in doctor._disk(root) if "reports" in bevinding.wat)


def no_browser(root, monkeypatch):
    monkeypatch.setattr("sdm_lib.report.pdf.find_browser", lambda: None)
    return doctor._browser()


def late_clock(root, monkeypatch):
    return doctor._clock(root, now=NU - dt.timedelta(days=30))


def set_locale(root, monkeypatch):
    return doctor._locale("nl_NL.UTF-8")


def old_console(root, monkeypatch):
    return doctor._console("cp1252")


def open_in_excel(root, monkeypatch):
    (root / "reports" / "2015K2" / "~$tabellen.xlsx").touch()
    return doctor._locked(root)


def open_csv(root, monkeypatch):
    (root / "reports" / "2015K2" / "cijfers.csv").touch()
    monkeypatch.setattr(Path, "open", raising(PermissionError(13, "in gebruik")))
    return doctor._locked(root)


def no_demo(root, monkeypatch):
    (root / "data" / "demo").rmdir()
    return doctor._deliveries(root)


def raising(fout):
    def fail(*args, **kwargs):
        raise fout

    return fail


@pytest.mark.parametrize(
    ("case", "oordeel", "wat", "herstel"),
    [
        (old_python, "fout", "Python 3.9.1", "Installeer Python 3.11 of nieuwer."),
        (other_packages, "fout", "1 pakketten wijken af: numpy 0.0.1", "pip install --require-hashes -r req"),
        (no_kernel, "fout", "geen kernel 'python3'", "pip install --require-hashes -r req"),
        (foreign_kernel, "let op", "kernel python3", "verwijder hem met jupyter kernelspec remove"),
        (full_disk, "fout", "0,3 GB vrij", "Maak schijfruimte vrij: minstens 2 GB."),
        (no_right_to_write, "fout", "kan niet schrijven in reports/", "Vraag schrijfrechten"),
        (no_browser, "let op", "browser voor sdm pdf: niet gevonden", "sdm pdf heeft Edge, Chrome of Chromium nodig"),
        (late_clock, "let op", "klok: 2015-12-21", "zet datum en tijd van de computer goed"),
        (set_locale, "let op", "getallen van Python: nl_NL.UTF-8", "Haal locale.setlocale weg"),
        (old_console, "let op", "tekencodering van de console: cp1252", "zet PYTHONUTF8=1"),
        (open_in_excel, "let op", "in gebruik bij een ander programma: tabellen.xlsx", "Sluit het bestand in Excel"),
        (open_csv, "let op", "in gebruik bij een ander programma: cijfers.csv", "Sluit het bestand in Excel"),
        (no_demo, "let op", "demogemeente", "Draai: sdm demo"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_how_to_mend_it(root, monkeypatch, case, oordeel, wat, herstel):
    bevinding = one(case(root, monkeypatch))
    assert (bevinding.oordeel, wat in bevinding.wat, herstel in bevinding.herstel) == (oordeel, True, True), bevinding


def test_a_project_that_was_never_run_can_be_written_in(root):
    (root / "reports" / "2015K2").rmdir()
    (root / "reports").rmdir()
    assert {bevinding.oordeel for bevinding in doctor._disk(root)} == {"goed"}
    assert not (root / "reports").exists()


def test_a_folder_in_the_way_is_seen(root):
    (root / "reports" / ".schrijfproef").mkdir()
    oordelen = {bevinding.wat: bevinding.oordeel for bevinding in doctor._disk(root)}
    assert oordelen["kan niet schrijven in reports/"] == "fout"


def test_the_command_ends_with_one_when_something_is_wrong(sdm, monkeypatch):
    monkeypatch.setattr(doctor, "findings", lambda root: [doctor.Bevinding("klok", "goed")])
    assert sdm("doctor")[0] == 0
    monkeypatch.setattr(doctor, "findings", lambda root: [doctor.Bevinding("kernel", "fout", "Draai dit.")])
    code, out, _ = sdm("doctor")
    assert (code, out) == (1, "fout    kernel  -> Draai dit.\n")
