"""Notebooks executed by workers of a scheduler, started by hand over TLS on this machine."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="the extra `cluster` is not installed: make engines")

ROOT = Path(__file__).parents[2]
OPENSSL = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout sleutel.pem -out cert.pem"


def certificates(folder):
    """A certificate of our own for everybody, and the environment in which dask finds it."""
    folder.mkdir()
    subprocess.run(OPENSSL.split(), cwd=folder, check=True, capture_output=True)
    cert, sleutel = str(folder / "cert.pem"), str(folder / "sleutel.pem")
    gegeven = {"CA_FILE": cert}
    for rol in ("CLIENT", "SCHEDULER", "WORKER"):
        gegeven |= {f"{rol}__CERT": cert, f"{rol}__KEY": sleutel}
    return {f"DASK_DISTRIBUTED__COMM__TLS__{naam}": waarde for naam, waarde in gegeven.items()}


@pytest.fixture
def tls(tmp_path, monkeypatch):
    import dask.config

    for naam, waarde in certificates(tmp_path / "tls").items():
        monkeypatch.setenv(naam, waarde)
    dask.config.refresh()
    yield
    monkeypatch.undo()
    dask.config.refresh()


@pytest.fixture
def start(tmp_path, project):
    """Start `dask scheduler` or `dask worker` as a user would, each in a group of its own that ends with the test."""
    bezig = []

    def start(*words, root=project):
        env = dict(os.environ) | {"SDM_ROOT": str(root), "PYTHONPATH": str(ROOT)}
        with (tmp_path / "dask.log").open("ab") as log:
            bezig.append(
                subprocess.Popen(
                    [sys.executable, "-m", "dask", *words],
                    env=env,
                    cwd=root,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )
        return bezig[-1]

    yield start
    for proces in bezig:
        kill(proces)


def kill(proces):
    """Worker, nanny and kernels at once, as when a machine loses its power."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(proces.pid, signal.SIGKILL)
    proces.wait()


@pytest.fixture
def planner(tls, start):
    with socket.socket() as vrij:
        vrij.bind(("127.0.0.1", 0))
        poort = vrij.getsockname()[1]
    start("scheduler", "--protocol", "tls", "--host", "127.0.0.1", "--port", str(poort), "--no-dashboard")
    return f"tls://127.0.0.1:{poort}"


def work(start, planner, **waar):
    return start("worker", planner, "--nthreads", "1", "--no-dashboard", "--name", f"w{time.monotonic_ns()}", **waar)


def site(project):
    return {path.name: path.read_bytes() for path in (project / "reports" / "2015K2").iterdir()}


def test_a_worker_makes_the_same_site(project, sdm, start, planner):
    work(start, planner)
    assert sdm("run", "2015K2", "--scheduler", planner)[0] == 0
    daar = site(project)
    assert sdm("run", "2015K2", "--force")[0] == 0
    assert site(project) == daar


def test_a_worker_with_other_libraries_is_refused_before_anything_runs(project, sdm, start, planner, tmp_path):
    ander = shutil.copytree(project, tmp_path / "ander", symlinks=True)
    with (ander / "requirements.lock").open("a", encoding="utf-8") as lock:
        lock.write("# another\n")
    work(start, planner, root=ander)
    code, _, err = sdm("run", "2015K2", "--scheduler", planner)
    assert code == 1
    assert re.search(r"SDM-108.*werker tls://127.*requirements\.lock verschilt", err)
    assert not (project / "reports" / "2015K2").exists()


def test_a_worker_with_other_deliveries_makes_no_page(project, sdm, start, planner, tmp_path):
    ander = shutil.copytree(project, tmp_path / "ander", symlinks=True)
    path = ander / "params" / "2015K2" / "clienten.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("titel: ", "titel: Andere "), encoding="utf-8")
    work(start, planner, root=ander)
    code, _, err = sdm("run", "2015K2", "--scheduler", planner)
    assert code == 1
    assert "SDM-106" in err
    assert not (project / "reports" / "2015K2" / "clienten.html").exists()


def test_a_scheduler_without_certificates_or_answer_is_told(project, sdm, tls, monkeypatch):
    import dask.config

    from sdm_lib.runner import verdeeld

    monkeypatch.setattr(verdeeld, "WACHT_SECONDEN", 1)
    code, _, err = sdm("run", "2015K2", "--scheduler", "tls://127.0.0.1:9")
    assert code == 1
    assert re.search(r"SDM-109.*de planner antwoordt niet", err)
    monkeypatch.delenv("DASK_DISTRIBUTED__COMM__TLS__CA_FILE")
    dask.config.refresh()
    code, _, err = sdm("run", "2015K2", "--scheduler", "tls://127.0.0.1:9")
    assert code == 2
    assert re.search(r"SDM-260.*geen certificaten.*CA_FILE", err)


@pytest.mark.traag
def test_a_worker_that_is_killed_half_way_loses_nothing(project, sdm, start, planner, monkeypatch):
    for kwartaal in ("2015K1", "2015K2"):
        run = project / "params" / kwartaal / "clienten.yaml"
        gebieden = "gebieden: [stad, WK003401, WK003402, WK003403, WK003404, WK003405]"
        run.write_text(
            re.sub(r"^gebieden: .*$", gebieden, run.read_text(encoding="utf-8"), flags=re.M), encoding="utf-8"
        )
    eerste, _ = work(start, planner), work(start, planner)
    from sdm_lib.runner import verdeeld

    echt, gestopt = verdeeld._outcome, []

    def daarna(*delen):
        if not gestopt:
            gestopt.append(eerste.pid)
            kill(eerste)
        return echt(*delen)

    monkeypatch.setattr(verdeeld, "_outcome", daarna)
    code, _, err = sdm("run", "2015K2", "--scheduler", planner)
    assert (code, bool(gestopt)) == (0, True), err
    daar = site(project)
    assert sdm("run", "2015K2", "--force")[0] == 0
    assert site(project) == daar
