"""Every figure on a PostgreSQL server of our own, started in a temporary folder and stopped afterwards."""

import getpass
import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pyarrow as pa
import pytest
from registry_motoren import VRAGEN, frame, noemers, ontbreekt, vergelijk

from sdm_lib import registry
from sdm_lib.errors import InvoerFout

BINNEN = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
PG_CTL = shutil.which("pg_ctl") or (str(BINNEN[-1] / "pg_ctl") if BINNEN else None)
if PG_CTL is None or importlib.util.find_spec("psycopg") is None:
    ontbreekt("PostgreSQL with psycopg")


def _voer_uit(*woorden):
    """As user postgres when we are root: the server refuses to run as root."""
    als = ["runuser", "-u", "postgres", "--"] if getpass.getuser() == "root" else []
    subprocess.run([*als, *woorden], check=True, capture_output=True, cwd="/", timeout=120)


@pytest.fixture(scope="module")
def server():
    map_ = Path(tempfile.mkdtemp(prefix="sdm-pg-"))
    if getpass.getuser() == "root":
        shutil.chown(map_, "postgres", "postgres")
    with socket.socket() as vrij:
        vrij.bind(("127.0.0.1", 0))
        poort = vrij.getsockname()[1]
    data = str(map_ / "data")
    _voer_uit(PG_CTL, "initdb", "-D", data, "-o", "-A trust -U sdm --no-sync -E UTF8 --locale=C")
    opties = f"-k {map_} -p {poort} -c listen_addresses=127.0.0.1 -c fsync=off"
    _voer_uit(PG_CTL, "start", "-w", "-D", data, "-l", str(map_ / "log"), "-o", opties)
    try:
        yield f"postgres://sdm@127.0.0.1:{poort}/postgres"
    finally:
        _voer_uit(PG_CTL, "stop", "-w", "-m", "immediate", "-D", data)
        shutil.rmtree(map_, ignore_errors=True)


@pytest.fixture(scope="module")
def paar(server):
    con = registry.verbind(server)
    con.create_table("voorzieningen", pa.Table.from_pandas(frame(), preserve_index=False))
    con.disconnect()
    daar = registry.open_bron(server, **noemers())
    yield registry.open_register(frame(), **noemers()), daar
    daar.tabel.get_backend().disconnect()


@pytest.mark.parametrize("naam", VRAGEN)
def test_the_registry_gives_the_same_figure_on_postgres(paar, naam):
    vergelijk(naam, *paar)


def test_the_registry_refuses_a_dirty_table_on_postgres(server):
    con = registry.verbind(server)
    vuil = frame().assign(einde=lambda f: f["begin"])
    con.create_table("vuil", pa.Table.from_pandas(vuil, preserve_index=False))
    con.disconnect()
    with pytest.raises(InvoerFout, match="SDM-863 fout: vuil, kolom einde"):
        registry.open_bron(server, tabel="vuil")


def test_the_password_of_postgres_comes_from_the_environment(server, monkeypatch):
    monkeypatch.setitem(os.environ, "PGPASSWORD", "niet-nodig-bij-trust")
    con = registry.verbind(server)
    assert "voorzieningen" in con.list_tables()
    con.disconnect()
