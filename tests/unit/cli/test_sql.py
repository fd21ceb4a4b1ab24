"""`sdm sql`: the SQL of a figure for audit, per engine; that of SQL Server parses, and says that it never ran."""

import pytest
import sqlglot

from sdm_lib import indicators, sources
from sdm_lib.cli.sql import register_van_codes
from sdm_lib.kwartaal import Kwartaal

TALEN = {"duckdb": "duckdb", "postgres": "postgres", "spark": "spark", "mssql": "tsql"}
UIT_REGISTER = [naam for naam, een in indicators.load().indicatoren.items() if een.bron == "register"]


@pytest.mark.parametrize("dialect", TALEN)
def test_every_dialect_is_one_that_its_own_parser_reads(sdm, dialect):
    code, out, err = sdm("sql", "BC01", "--dialect", dialect, "--per", "stadsdeel")
    assert (code, err) == (0, "")
    koppen = [regel for regel in out.splitlines() if regel.startswith("--")]
    assert koppen[0].startswith(f"-- BC01 Wmo-cliënten, 2015K2, {dialect}. ")
    assert ("NIET UITGEVOERD" in out) is (dialect == "mssql")
    (zin,) = sqlglot.parse(out, dialect=TALEN[dialect])
    assert {"voorzieningen"} <= {tabel.name for tabel in zin.find_all(sqlglot.exp.Table)}
    assert [kolom.name for kolom in zin.expressions if kolom.name in ("persoon", "huishouden")] == []


@pytest.mark.parametrize("naam", UIT_REGISTER)
def test_the_sql_server_text_of_every_figure_of_the_register_is_generated_and_parses(sdm, naam):
    code, out, err = sdm("sql", naam, "--dialect", "mssql")
    assert (code, err) == (0, "")
    assert "NIET UITGEVOERD" in out
    zinnen = sqlglot.parse(out, dialect="tsql")
    assert all(isinstance(zin, sqlglot.exp.Query) for zin in zinnen if zin is not None)


def test_a_condition_is_in_the_sql_with_every_code_it_names(sdm):
    out = sdm("sql", "BC03")[1]
    assert all(f"'{soort}'" in out for soort in ("wijkteam", "pleegzorg", "gesloten", "overig_verblijf"))


def test_a_figure_of_a_survey_has_no_sql(sdm):
    code, _, err = sdm("sql", "NM04")
    assert code == 2
    assert "SDM-270 fout: indicator NM04 komt niet uit het register en heeft geen SQL" in err


def test_the_register_that_the_sql_is_written_for_has_every_code_of_the_delivery():
    register = register_van_codes(sources.load_schema("register"), Kwartaal(2015, 2))
    soorten = register.combinaties(["voorziening"])["voorziening"].tolist()
    assert soorten == sorted(sources.load_schema("register").kolommen["voorziening"].codes)
