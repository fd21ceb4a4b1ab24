import sys
import types

import pandas as pd
import pytest
import sqlglot
from registry_motoren import VRAGEN, frame, noemers, vergelijk
from registry_referentie import register

from sdm_lib import registry
from sdm_lib.errors import ParameterFout
from sdm_lib.registry.engines import _wachtwoord


@pytest.fixture(scope="module")
def opened():
    return registry.open_register(frame(), **noemers())


def test_every_figure_has_a_question_for_the_engines():
    assert set(VRAGEN) == set(registry.FIGUREN)


@pytest.mark.parametrize("naam", VRAGEN)
def test_the_sql_for_other_engines_is_generated_and_parses_and_that_of_sql_server_is_never_run(opened, naam):
    for dialect, taal in (("mssql", "tsql"), ("pyspark", "spark"), ("postgres", "postgres")):
        for tekst in registry.to_sql(registry.FIGUREN[naam], opened, dialect=dialect, **VRAGEN[naam]):
            assert isinstance(sqlglot.parse_one(tekst, dialect=taal), sqlglot.exp.Query)


def test_a_duckdb_file_gives_the_same_figures(opened, tmp_path):
    import duckdb

    bestand = tmp_path / "register.duckdb"
    regels = frame()
    with duckdb.connect(str(bestand)) as con:
        con.register("regels", regels)
        con.execute("create table voorzieningen as select * from regels")
    daar = registry.open_bron(f"duckdb://{bestand}", **noemers())
    for naam in ("unieke", "stromen", "uitgaven"):
        vergelijk(naam, opened, daar)


@pytest.mark.parametrize(("einddatum", "verwacht"), [("laatste_dag", [1, 1]), ("eerste_dag_zonder", [1, 0])])
def test_a_delivered_table_gets_half_open_ends_and_whole_cents(einddatum, verwacht):
    regels = register({"begin": "2015-03-01", "einde": "2015-04-01"}).drop(columns="bedrag_betaald_cent")
    tabel = registry.als_tabel(regels.assign(bedrag_betaald=0.29))
    geopend = registry.open_register(registry.als_geleverd(tabel, einddatum=einddatum))
    assert registry.unieke(geopend, periodes=["2015K1", "2015K2"])["aantal"].tolist() == verwacht
    assert registry.uitgaven(geopend, periodes="2015K1")["bedrag_cent"].tolist() == [29]


def test_the_sql_of_a_figure_can_be_read_and_holds_no_id(opened):
    (tekst,) = registry.to_sql(registry.unieke, opened, periodes="2015K1", by=["wet"])
    assert "GROUP BY" in tekst
    assert '"wet"' in tekst


def test_a_password_in_the_url_is_refused():
    with pytest.raises(ParameterFout, match=r"SDM-877.*wachtwoord") as fout:
        registry.verbind("postgres://sdm:geheim@host/db")
    assert "geheim" not in str(fout.value)


def test_an_engine_or_file_that_is_not_there_is_named(monkeypatch, tmp_path):
    with pytest.raises(ParameterFout, match=r"SDM-879 fout: .*weg.duckdb: het DuckDB-bestand bestaat niet"):
        registry.verbind(f"duckdb://{tmp_path}/weg.duckdb")
    monkeypatch.setattr("importlib.util.find_spec", lambda naam: None)
    with pytest.raises(ParameterFout, match=r"SDM-878 fout: Spark is niet geinstalleerd. Voer uit: make engines"):
        registry.verbind("spark://local[2]")
    with pytest.raises(ParameterFout, match=r"SDM-878 fout: PostgreSQL"):
        registry.verbind("postgres://sdm@host/db")


def test_the_keyring_is_asked_only_without_a_password_in_the_environment(monkeypatch):
    nep = types.ModuleType("keyring")
    nep.get_password = lambda dienst, wie: f"{dienst}:{wie}"
    nep.__spec__ = types.SimpleNamespace(name="keyring")
    monkeypatch.setitem(sys.modules, "keyring", nep)
    monkeypatch.delenv("PGPASSWORD", raising=False)
    assert _wachtwoord("anna", "db") == "sdm:anna@db"
    monkeypatch.setenv("PGPASSWORD", "x")
    assert _wachtwoord("anna", "db") is None


def test_only_aggregates_leave_the_engine(opened):
    from sdm_lib.registry.register import opgenomen

    for naam, vraag in VRAGEN.items():
        with opgenomen() as gevraagd:
            registry.FIGUREN[naam](opened, **vraag)
        for tabel in gevraagd:
            assert not {"persoon", "huishouden"} & set(tabel.columns)
    assert isinstance(opened.groepen["wet", "voorziening"], pd.DataFrame)
