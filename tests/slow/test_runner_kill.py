"""A run killed at any moment: never a mixed or half site, no process left, and the next run finishes the work."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [pytest.mark.traag, pytest.mark.skipif(os.name != "posix", reason="kill -9 is a thing of POSIX")]

ROOT = Path(__file__).parents[2]
KEREN = 100


def start(project):
    env = dict(os.environ) | {"SDM_ROOT": str(project), "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-m", "sdm_lib", "run", "2015K2"]
    return subprocess.Popen(words, env=env, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def finish(project):
    running = start(project)
    _, err = running.communicate(timeout=300)
    assert running.returncode == 0, err.decode()


def site(project):
    return {path.name: path.read_bytes() for path in (project / "reports" / "2015K2").iterdir()}


def edit(project, versie):
    """Make the notebook say another word, so that the site of before and the site of after differ."""
    path = project / "notebooks" / "clienten.ipynb"
    tekst = path.read_text(encoding="utf-8")
    for oud in ("In het kort", "In het langer"):
        tekst = tekst.replace(f"## {oud}", f"## {versie}")
    path.write_text(tekst, encoding="utf-8")


def started_by(project):
    """Processes that name this project in their environment: what a killed run may have left behind."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            omgeving, staat = (folder / "environ").read_bytes(), (folder / "stat").read_text()
        except OSError:
            continue
        if f"SDM_ROOT={project}\0".encode() in omgeving and staat.rsplit(")", 1)[1].split()[0] != "Z":
            found.append(int(folder.name))
    return sorted(set(found) - {os.getpid()})


def test_a_run_that_is_killed_leaves_the_site_whole(project, monkeypatch):
    monkeypatch.delenv("SDM_ROOT")
    heel = {}
    for versie in ("In het kort", "In het langer"):
        edit(project, versie)
        begin = time.monotonic()
        finish(project)
        duur = time.monotonic() - begin
        heel[versie] = site(project)
    assert heel["In het kort"] != heel["In het langer"]
    rng = random.Random(20150702)
    gezien = []
    for keer in range(KEREN):
        edit(project, ("In het kort", "In het langer")[keer % 2])
        running = start(project)
        try:
            running.wait(timeout=rng.uniform(0, duur * 1.1))
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGKILL)
        running.communicate()
        nu = site(project) if (project / "reports" / "2015K2").is_dir() else "tussen twee namen"
        if nu != "tussen twee namen":
            assert nu in heel.values(), f"killed {keer}: a mixed or half site"
        gezien.append(running.returncode)
        for _ in range(200):
            if not started_by(project):
                break
            time.sleep(0.1)
        assert started_by(project) == [], f"killed {keer}: processes are left"
    print(f"\n{gezien.count(-signal.SIGKILL)} of {KEREN} runs were killed, {gezien.count(0)} had ended")
    edit(project, "In het kort")
    finish(project)
    assert site(project) == heel["In het kort"]
