"""A delivery that is a table on a PostgreSQL server; its files are those of the engine tests of the registry."""

from __future__ import annotations

import getpass
import importlib.util
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy

from sdm_lib import sources
from sdm_lib.errors import InvoerFout
from tests.unit.sources.conftest import PROEF, add_schema
from tests.unit.sources.test_formats import KOP, RIJEN

BINNEN = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
PG_CTL = shutil.which("pg_ctl") or (str(BINNEN[-1] / "pg_ctl") if BINNEN else "")
if not PG_CTL or importlib.util.find_spec("psycopg") is None:
    pytest.skip("no PostgreSQL with psycopg on this machine: make engines", allow_module_level=True)


def _run(*woorden: str) -> None:
    """As user postgres when we are root: the server refuses to run as root."""
    als = ["runuser", "-u", "postgres", "--"] if getpass.getuser() == "root" else []
    subprocess.run([*als, *woorden], check=True, capture_output=True, cwd="/", timeout=120)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of a server of our own with the table `proef`, and a password that is in the URL."""
    map_ = Path(tempfile.mkdtemp(prefix="sdm-pg-"))
    if getpass.getuser() == "root":
        shutil.chown(map_, "postgres", "postgres")
    with socket.socket() as vrij:
        vrij.bind(("127.0.0.1", 0))
        poort = vrij.getsockname()[1]
    data = str(map_ / "data")
    _run(PG_CTL, "initdb", "-D", data, "-o", "-A trust -U sdm --no-sync -E UTF8 --locale=C")
    opties = f"-k {map_} -p {poort} -c listen_addresses=127.0.0.1 -c fsync=off"
    _run(PG_CTL, "start", "-w", "-D", data, "-l", str(map_ / "log"), "-o", opties)
    url = f"postgresql+psycopg://sdm:geheim@127.0.0.1:{poort}/postgres"
    try:
        motor = sqlalchemy.create_engine(url)
        pd.DataFrame(RIJEN, columns=KOP).to_sql("proef", motor, index=False)
        motor.dispose()
        yield url
    finally:
        _run(PG_CTL, "stop", "-w", "-m", "immediate", "-D", data)
        shutil.rmtree(map_, ignore_errors=True)


@pytest.fixture
def schema(root: Path, server: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PROEF_URL", server)
    _ask(root, "SELECT * FROM proef ORDER BY persoon")
    return root


def _ask(root: Path, query: str) -> None:
    tekst = PROEF.replace("proef.csv", "env:PROEF_URL").replace("vorm: csv", f"vorm: database\nquery: {query}")
    add_schema(root, tekst)


def test_a_table_on_postgresql_equals_its_csv_twin(schema: Path, folder: Path):
    daar = sources.read("proef", folder=folder, root=schema).frame
    add_schema(schema, PROEF)
    regels = [";".join("" if cel is None else str(cel) for cel in rij) for rij in [KOP, *RIJEN]]
    (folder / "proef.csv").write_text("\n".join(regels) + "\n")
    pd.testing.assert_frame_equal(daar, sources.read("proef", folder=folder, root=schema).frame)


def test_a_query_cannot_write(schema: Path, folder: Path):
    _ask(schema, "WITH weg AS (DELETE FROM proef RETURNING *) SELECT * FROM weg")
    with pytest.raises(InvoerFout, match="SDM-305") as fout:
        sources.read("proef", folder=folder, root=schema)
    assert "geheim" not in str(fout.value)
    _ask(schema, "SELECT * FROM proef ORDER BY persoon")
    assert sources.read("proef", folder=folder, root=schema).rijen == 2
