"""Kernels forked from a warm parent, looked at from outside."""

import json
import os
import shutil
import signal
import time
import uuid
from pathlib import Path

import pytest

from sdm_lib.runner import execute, warm

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.skipif(not warm.available(), reason="forks warm kernels on Linux only")


@pytest.fixture(scope="module")
def parent(tmp_path_factory):
    with warm.WarmParent(tmp_path_factory.mktemp("warm")) as started:
        started.wait_until_ready()
        yield started


def kernel(parent, folder):
    """Fork a kernel with a connection file of its own, over ipc as the runner does."""
    bestand = folder / f"k{uuid.uuid4().hex[:8]}.json"
    poorten = {f"{naam}_port": nummer for nummer, naam in enumerate(("shell", "iopub", "stdin", "control", "hb"), 1)}
    inhoud = poorten | {"ip": f"{bestand}-ipc", "transport": "ipc", "key": "", "signature_scheme": "hmac-sha256"}
    bestand.write_text(json.dumps(inhoud))
    env = dict(os.environ) | {"IPYTHONDIR": str(folder)}
    return warm.Forked(str(parent.socket), {"argv": ["-f", str(bestand)], "env": env, "cwd": str(folder)})


def gone(pid, *, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text():
            return True
        time.sleep(0.1)
    return False


def test_a_kernel_ends_when_it_is_told_to(parent, tmp_path):
    forked = kernel(parent, tmp_path)
    assert forked.poll() is None
    forked.kill()
    assert forked.wait() == -signal.SIGKILL


def test_no_kernel_stays_when_the_warm_parent_is_killed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("warm")
    owner = warm.WarmParent(folder)
    owner.wait_until_ready()
    forked = kernel(owner, folder)
    deadline = time.monotonic() + 20
    while not any(folder.glob("k*-ipc-*")) and time.monotonic() < deadline:
        time.sleep(0.05)  # until the kernel listens, and so watches its parent
    owner._process.send_signal(signal.SIGKILL)
    owner._process.wait()
    owner._process.stdin.close()
    assert gone(forked.pid)
    forked.poll()  # closes its end of the socket


def test_no_kernel_stays_when_the_lifeline_ends(tmp_path_factory):
    folder = tmp_path_factory.mktemp("warm")
    with warm.WarmParent(folder) as owner:
        owner.wait_until_ready()
        forked = kernel(owner, folder)
        assert forked.poll() is None
    assert gone(forked.pid)
    forked.poll()


def test_a_workshop_starts_its_parent_once_for_all_that_is_executed_in_it(monkeypatch):
    gestart = []
    echt = warm.WarmParent
    monkeypatch.setattr(warm, "WarmParent", lambda folder: gestart.append(folder) or echt(folder))
    with execute.workshop(warm=True):
        for _ in range(2):
            with execute.workshop(warm=True):
                assert os.environ[warm.SOCKET] == str(gestart[0] / "warm.sock")
    assert len(gestart) == 1
    assert warm.SOCKET not in os.environ


def test_a_kernel_forked_after_the_kit_was_saved_runs_what_was_saved(tmp_path, monkeypatch):
    kit = Path(
        shutil.copytree(ROOT / "sdm_lib", tmp_path / "kit" / "sdm_lib", ignore=shutil.ignore_patterns("__pycache__"))
    )
    monkeypatch.setenv("PYTHONPATH", str(kit.parent))
    monkeypatch.chdir(kit.parent)
    with warm.WarmParent(tmp_path) as owner:
        owner.wait_until_ready()
        assert told(
            owner, tmp_path, "import sdm_lib.monitor.labels as l; print(l.__file__, getattr(l, 'NIEUW', 1))"
        ) == (f"{kit}/monitor/labels.py 1")
        with (kit / "monitor" / "labels.py").open("a", encoding="utf-8") as module:
            module.write("\nNIEUW = 2\n")
        assert told(owner, tmp_path, "import sdm_lib.monitor.labels as l; print(l.NIEUW)") == "2"


def test_the_parent_hands_out_the_kit_and_the_first_use_of_duckdb(parent, tmp_path):
    vraag = "import sys, duckdb; print('sdm_lib.monitor' in sys.modules, '_duckdb' in sys.modules, duckdb.__name__)"
    assert told(parent, tmp_path, vraag) == "True False duckdb"
    assert told(parent, tmp_path, "import duckdb; print(duckdb.sql('select 1 + 1').fetchone())") == "(2,)"


def test_forks_do_not_share_their_randomness(parent, tmp_path):
    vraag = "import random, numpy as np; print(random.random(), np.random.random())"
    een, ander = (told(parent, tmp_path, vraag).split() for _ in range(2))
    assert len({*een, *ander}) == 4


def test_the_parent_has_one_thread_before_and_after_a_fork(parent, tmp_path):
    assert told(parent, tmp_path, "print(1 + 1)") == "2"
    assert len(list(Path(f"/proc/{parent._process.pid}/task").iterdir())) == 1


def test_a_kernel_of_the_runner_draws_nothing_and_loads_nothing_to_draw_with(parent, tmp_path, demo, monkeypatch):
    monkeypatch.setenv("SDM_RUNNER", "1")
    monkeypatch.setenv("SDM_ROOT", str(ROOT))
    vraag = """import sys
from sdm_lib import monitor
run = monitor.start("clienten", kwartaal="2015K2")
run.publish(run.estimate("CE01"), chart="dot", titel="Toegang")
print([naam for naam in ("matplotlib", "seaborn", "statsmodels") if naam in sys.modules], len(run.getoond))"""
    assert told(parent, tmp_path, vraag) == "[] 0"


def told(parent, folder, code):
    """What a cell prints in a kernel forked now."""
    from jupyter_client import BlockingKernelClient

    forked, printed = kernel(parent, folder), []
    client = BlockingKernelClient()
    client.load_connection_file(str(max(folder.glob("k*.json"), key=lambda path: path.stat().st_mtime_ns)))
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        client.execute_interactive(
            code,
            timeout=60,
            output_hook=lambda m: printed.append(m["content"].get("text", m["content"].get("evalue", ""))),
        )
    finally:
        client.stop_channels()
        client.context.destroy()
        forked.kill()
        forked.wait()
    return "".join(printed).strip()
