"""A real Spark cluster of our own: a standalone master with two workers gives the figures of DuckDB; `make slow`."""

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sdm_lib import registry

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "registry"))
from registry_motoren import VRAGEN, frame, noemers, ontbreekt, vergelijk

if shutil.which("java") is None or importlib.util.find_spec("pyspark") is None:
    ontbreekt("Spark (java and pyspark)")
from test_engine_spark import pytestmark as _stil
from test_engine_spark import schrijf

pytestmark = [*_stil, pytest.mark.traag]


def _vrije_poort():
    with socket.socket() as vrij:
        vrij.bind(("127.0.0.1", 0))
        return vrij.getsockname()[1]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Master and workers as three processes of their own, in a temporary folder; the address of the master."""
    import pyspark

    map_ = tmp_path_factory.mktemp("cluster")
    poort = _vrije_poort()
    meester = f"127.0.0.1:{poort}"
    thuis = str(Path(pyspark.__file__).parent)  # a worker builds the command of its executors from it
    omgeving = os.environ | {"SPARK_HOME": thuis, "SPARK_WORKER_DIR": str(map_), "SPARK_LOCAL_DIRS": str(map_)}

    def start(naam, *woorden):
        log = (map_ / f"{naam}.log").open("w")
        start_script = [f"{thuis}/bin/spark-class", *woorden]  # it replaces itself by java
        return subprocess.Popen(start_script, stdout=log, stderr=log, env=omgeving, cwd=map_), log

    master = "org.apache.spark.deploy.master.Master"
    worker = "org.apache.spark.deploy.worker.Worker"
    gestart = [
        start("master", master, "--host", "127.0.0.1", "--port", str(poort), "--webui-port", str(_vrije_poort()))
    ]
    _wacht_op(map_ / "master.log", "New state: ALIVE", 1)
    for nummer in (1, 2):
        opties = ["--cores", "1", "--memory", "1g", "--host", "127.0.0.1", "--webui-port", str(_vrije_poort())]
        gestart.append(start(f"worker{nummer}", worker, *opties, f"spark://{meester}"))
    _wacht_op(map_ / "master.log", "Registering worker", 2)
    try:
        yield meester, map_
    finally:
        for proces, log in reversed(gestart):
            proces.terminate()
            proces.wait(timeout=60)
            log.close()


def _wacht_op(log, tekst, keer):
    for _ in range(240):
        if log.exists() and log.read_text().count(tekst) >= keer:
            return
        time.sleep(0.5)
    raise TimeoutError(f"{tekst!r} not seen {keer} times in {log.name}")


def test_the_cluster_gives_the_same_figures(cluster):
    meester, map_ = cluster
    con = registry.verbind(f"spark://{meester}", **{
        "spark.executor.memory": "700m", "spark.executor.cores": "1", "spark.cores.max": "2",
        "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1", "spark.sql.shuffle.partitions": "2",
        "spark.sql.warehouse.dir": str(map_ / "warehouse"), "spark.log.level": "ERROR",
    })  # fmt: skip
    try:
        daar = registry.open_register(con.read_parquet(schrijf(frame(), map_ / "register.parquet")), **noemers())
        hier = registry.open_register(frame(), **noemers())
        for naam in ("unieke", "stapeling", "stromen", "verwijzers", "uitgaven"):
            assert naam in VRAGEN
            vergelijk(naam, hier, daar)
        assert (map_ / "master.log").read_text().count("Launching executor") >= 2
    finally:
        con._session.stop()
