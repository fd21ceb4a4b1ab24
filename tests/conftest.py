"""Fixtures that more rooms share: functions that return fresh objects, and a project of its own to break things in."""

import os
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "data" / "demo"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Every test begins in the project itself, whatever one before it left behind."""
    os.environ.pop("SDM_ROOT", None)
    os.chdir(ROOT)


@pytest.fixture(scope="session")
def demo():
    """The folder with the demo's deliveries; made when it is not there yet."""
    from sdm_lib.cli.demo import make_demo

    make_demo(opnieuw=False)
    return DEMO


@pytest.fixture
def project(tmp_path, demo, monkeypatch):
    """A project with one topic and one area, and its own copy of everything a researcher edits."""
    root = tmp_path / "project"
    for naam in ("params", "notebooks"):
        shutil.copytree(ROOT / naam, root / naam, ignore=shutil.ignore_patterns("verkenning", "handleiding"))
    for naam in ("pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / naam, root / naam)
    for folder in (root / "params").iterdir():
        if folder.name[:1].isdigit() and folder.name not in ("2015K1", "2015K2"):
            shutil.rmtree(folder)
    (root / "data").mkdir()
    (root / "data" / "demo").mkdir()
    for kwartaal in ("2015K1", "2015K2"):
        shutil.copytree(demo / kwartaal, root / "data" / "demo" / kwartaal)
        for path in (root / "params" / kwartaal).glob("*.yaml"):
            if path.stem != "clienten":
                path.unlink()
        run = root / "params" / kwartaal / "clienten.yaml"
        tekst = run.read_text(encoding="utf-8")
        run.write_text(
            tekst.replace("[stad, WK003401, WK003402, WK003403, WK003404, WK003405, WK003406]", "[stad]"),
            encoding="utf-8",
        )
    (root / "data" / "reference").symlink_to(ROOT / "data" / "reference")
    (root / "sdm_lib").symlink_to(ROOT / "sdm_lib")
    monkeypatch.setenv("SDM_ROOT", str(root))
    return root


@pytest.fixture
def sdm(monkeypatch, capsys):
    """Run a command; gives exit code, what was printed, and what went to stderr."""
    from sdm_lib import cli

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["sdm", *words])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        out, err = capsys.readouterr()
        return stop.value.code, out, err

    return run
