"""A standalone Spark cluster of our own: a master and two workers, three processes in a folder that is thrown away."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

DEPLOY = "org.apache.spark.deploy"


@contextmanager
def cluster(map_: Path, *, geheugen: str = "1g") -> Iterator[str]:
    """Start the cluster and yield the address of its master; `geheugen` is that of each worker. Logs lie in `map_`."""
    import pyspark

    poort = _vrije_poort()
    meester = f"127.0.0.1:{poort}"
    thuis = str(Path(pyspark.__file__).parent)  # a worker builds the command of its executors from it
    omgeving = os.environ | {"SPARK_HOME": thuis, "SPARK_WORKER_DIR": str(map_), "SPARK_LOCAL_DIRS": str(map_)}

    with ExitStack() as stapel:

        def start(naam: str, *woorden: str) -> None:
            log = stapel.enter_context((map_ / f"{naam}.log").open("w"))
            script = [f"{thuis}/bin/spark-class", *woorden, "--webui-port", str(_vrije_poort())]  # replaced by java
            proces = subprocess.Popen(script, stdout=log, stderr=log, env=omgeving, cwd=map_)
            stapel.callback(proces.wait, timeout=60)
            stapel.callback(proces.terminate)

        start("master", f"{DEPLOY}.master.Master", "--host", "127.0.0.1", "--port", str(poort))
        _wacht_op(map_ / "master.log", "New state: ALIVE", 1)
        for nummer in (1, 2):
            opties = ["--cores", "1", "--memory", geheugen, "--host", "127.0.0.1", f"spark://{meester}"]
            start(f"worker{nummer}", f"{DEPLOY}.worker.Worker", *opties)
        _wacht_op(map_ / "master.log", "Registering worker", 2)
        yield meester


def instellingen(map_: Path, *, geheugen: str = "700m", delen: int = 2) -> dict[str, str]:
    """Settings of an application on both workers. geheugen : of each executor; delen : partitions of a shuffle."""
    return {
        "spark.executor.memory": geheugen, "spark.executor.cores": "1", "spark.cores.max": "2",
        "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": str(delen), "spark.sql.warehouse.dir": str(map_ / "warehouse"),
        "spark.log.level": "ERROR",
    }  # fmt: skip


def _vrije_poort() -> int:
    with socket.socket() as vrij:
        vrij.bind(("127.0.0.1", 0))
        return int(vrij.getsockname()[1])


def _wacht_op(log: Path, tekst: str, keer: int) -> None:
    for _ in range(240):
        if log.exists() and log.read_text().count(tekst) >= keer:
            return
        time.sleep(0.5)
    raise TimeoutError(f"{tekst!r} not seen {keer} times in {log.name}")
