"""A real Spark cluster of our own: a standalone master with two workers gives the figures of DuckDB; `make slow`.

That it gives the same numbers on ten million rows is measured by ``python -m tests.benchmarks.registry --large``.
"""

import importlib.util
import shutil
import sys
from pathlib import Path

import pytest

from sdm_lib import registry

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "registry"))
from registry_cluster import cluster, instellingen
from registry_motoren import VRAGEN, frame, noemers, ontbreekt, vergelijk

if shutil.which("java") is None or importlib.util.find_spec("pyspark") is None:
    ontbreekt("Spark (java and pyspark)")
from test_engine_spark import pytestmark as _stil
from test_engine_spark import schrijf

pytestmark = [*_stil, pytest.mark.traag]


def test_the_cluster_gives_the_same_figures(tmp_path):
    with cluster(tmp_path) as meester:
        con = registry.verbind(f"spark://{meester}", **instellingen(tmp_path))
        try:
            daar = registry.open_register(
                con.read_parquet(schrijf(frame(), tmp_path / "register.parquet")), **noemers()
            )
            hier = registry.open_register(frame(), **noemers())
            for naam in ("unieke", "stapeling", "stromen", "verwijzers", "uitgaven"):
                assert naam in VRAGEN
                vergelijk(naam, hier, daar)
            assert (tmp_path / "master.log").read_text().count("Launching executor") >= 2
        finally:
            con._session.stop()
