"""The processes that draw end with the run that opened them, however that ends."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from sdm_lib.runner import tekenen
from sdm_lib.runner.wacht import Wacht


def test_few_pages_are_drawn_without_another_process():
    with tekenen.tekenkamer(SimpleNamespace(wacht=None), pages=tekenen.PARALLEL_FROM - 1, processes=2) as kamer:
        assert kamer is None


def test_a_run_that_stops_before_anybody_is_awake_ends_without_a_traceback():
    kamer = ThreadPoolExecutor(1)
    kamer.shutdown()
    tekenen._wake(kamer, 2)  # an exception in the thread that does this would be printed beside the message of the run


def test_who_draws_knows_the_project_of_now(monkeypatch):
    for project in ("een", "ander"):  # the server that forks is started once
        monkeypatch.setenv("SDM_ROOT", project)
        with tekenen.tekenkamer(SimpleNamespace(wacht=Wacht()), pages=9, processes=2) as kamer:
            assert kamer.submit(os.getenv, "SDM_ROOT").result() == project


@pytest.mark.skipif(sys.platform == "win32", reason="signals and process ids as Linux and macOS have them")
def test_a_run_that_is_killed_leaves_no_process_that_draws(tmp_path):
    script = tmp_path / "opent.py"
    script.write_text(
        textwrap.dedent("""
        import os, sys, time
        from types import SimpleNamespace
        from sdm_lib.runner import tekenen
        from sdm_lib.runner.wacht import Wacht

        if __name__ == "__main__":
            with tekenen.tekenkamer(SimpleNamespace(wacht=Wacht()), pages=9, processes=2) as kamer:
                print(kamer.submit(os.getpid).result(), flush=True)
                time.sleep(600)
        """),
        encoding="utf-8",
    )
    run = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    try:
        tekenaar = int(run.stdout.readline())
        os.kill(tekenaar, 0)  # it is there
    finally:
        run.send_signal(signal.SIGKILL)
        run.wait()
        run.stdout.close()  # not to its end: who draws holds it open
    assert gone(tekenaar)


def gone(process: int) -> bool:
    """Whether a process ends; waits for it."""
    for _ in range(600):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False
