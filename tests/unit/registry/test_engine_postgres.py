"""Every figure on a PostgreSQL server of our own, started in a temporary folder and stopped afterwards."""

import getpass
import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from registry_motoren import VRAGEN, frame, noemers, ontbreekt, vergelijk

from sdm_lib import monitor, registry
from sdm_lib.errors import InvoerFout, ParameterFout
from sdm_lib.monitor import warenhuis

ROOT = Path(__file__).parents[3]
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


WACHTWOORD = "geheim-van-de-test"


@pytest.fixture
def runs(server, demo, tmp_path, monkeypatch):
    """The topic on the delivered file, and on PostgreSQL by a kit.yaml that names only where its URL is."""
    con = registry.verbind(server)
    geleverd = pq.read_table(demo / "2015K2" / "register.parquet")
    con.create_table("voorzieningen_2015K2", geleverd, overwrite=True)
    con.disconnect()
    root = tmp_path / "project"
    shutil.copytree(ROOT / "params", root / "params")
    for naam in ("notebooks", "pyproject.toml", "data", "sdm_lib"):
        (root / naam).symlink_to(ROOT / naam)
    kit = root / "params" / "kit.yaml"
    tekst = kit.read_text(encoding="utf-8")
    assert 'url: ""' in tekst
    kit.write_text(tekst.replace('url: ""', "url: env:SDM_PROEF_DATABRON"), encoding="utf-8")
    monkeypatch.setenv("SDM_PROEF_DATABRON", server.replace("sdm@", f"sdm:{WACHTWOORD}@"))
    hier = monitor.start("basiscijfers", kwartaal="2015K2")
    monkeypatch.setenv("SDM_ROOT", str(root))
    daar = monitor.start("basiscijfers", kwartaal="2015K2")
    yield hier, daar
    warenhuis.table(daar).get_backend().disconnect()


def test_a_run_on_postgres_gives_the_figures_of_the_pages_and_keeps_no_rows(runs):
    hier, daar = runs
    eigen = [naam for naam in hier.catalogue if hier.catalogue[naam].bron == "register"]
    assert len(eigen) > 30
    for namen, by in ((eigen, None), (["BC01", "BC09", "BC11", "BC14", "BC28"], "stadsdeel")):
        pd.testing.assert_frame_equal(daar.estimate(namen, by=by).frame, hier.estimate(namen, by=by).frame)
    for tabel in ("stapeling", "stromen", "combinaties"):
        pd.testing.assert_frame_equal(getattr(daar, tabel)().frame, getattr(hier, tabel)().frame)
    assert daar.register.tabel.get_backend().name == "postgres"
    assert daar.fictief is hier.fictief is True
    assert daar.levering("register").rijen == hier.levering("register").rijen
    with pytest.raises(ParameterFout, match=r"SDM-257 fout: params/kit\.yaml: de regels van het register blijven"):
        daar.frame("register")


def test_the_url_of_the_source_shows_no_password(runs, monkeypatch):
    _, daar = runs
    assert "voorzieningen_2015K2" in warenhuis.table(daar).get_name()
    url, wachtwoord = warenhuis.databron(daar).adres(daar.root)
    assert (WACHTWOORD in url, wachtwoord) == (False, WACHTWOORD)
    assert WACHTWOORD not in repr(daar)
    monkeypatch.delenv("SDM_PROEF_DATABRON")
    with pytest.raises(ParameterFout, match=r"SDM-256 fout: sleutel databron\.url: de omgevingsvariabele .* is leeg"):
        warenhuis.databron(daar).adres(daar.root)
