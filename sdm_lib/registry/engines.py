"""The engine that counts: DuckDB by default, PostgreSQL, Spark, or any other Ibis backend by URL.

Only `verbind` differs per engine; every figure is the same expression on all of them, and only aggregates leave them.
A password never stands in a URL: PostgreSQL reads PGPASSWORD or its password file, and a keyring is asked when there
is one (service "sdm", user "name@host").

SQL Server: the SQL of every figure is generated and parsed in a test, but it was never run there.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sdm_lib.errors import Melding, ParameterFout
from sdm_lib.registry.register import GETALLEN, Register, open_register, opgenomen

if TYPE_CHECKING:
    import pandas as pd


def verbind(url: str, *, wachtwoord: str | None = None, **opties: str) -> Any:
    """Connect to an engine: an Ibis backend.

    url : ``duckdb:///data/register.duckdb``, ``postgres://user@host:5432/database``, ``spark://host:7077``,
        ``spark://local[2]``, or any URL that `ibis.connect` knows. wachtwoord : of PostgreSQL, when the caller has it
        from environment or keyring. opties : settings of Spark.
    Raises ParameterFout SDM-877 for a URL with a password in it, SDM-878 when the engine is not installed, SDM-879
    when the DuckDB file is not there.
    """
    import ibis

    soort, rest = url.split("://", 1) if "://" in url else ("", url)
    if soort in ("spark", "pyspark"):
        return _spark(rest, opties)
    deel = urlsplit(url)
    if deel.password:
        raise ParameterFout(
            Melding("SDM-877", "in de URL van de databron staat een wachtwoord", "Zet het in PGPASSWORD of de keyring.")
        )
    if soort == "duckdb":
        pad = Path(deel.netloc + deel.path if deel.netloc else deel.path.removeprefix("/"))
        pad = Path(deel.path) if not deel.netloc and Path(deel.path).exists() else pad
        if not pad.exists():
            raise ParameterFout(Melding("SDM-879", "het DuckDB-bestand bestaat niet", "Noem het bestand.", str(pad)))
        return ibis.duckdb.connect(pad, read_only=True)
    if soort in ("postgres", "postgresql"):
        _aanwezig("psycopg", "PostgreSQL")
        return ibis.postgres.connect(
            host=deel.hostname, port=deel.port or 5432, user=deel.username, database=deel.path.removeprefix("/"),
            password=wachtwoord or _wachtwoord(deel.username, deel.hostname),
        )  # fmt: skip
    return ibis.connect(url)


def open_bron(url: str, *, tabel: str = "voorzieningen", pad: str | None = None, **opties: Any) -> Register:
    """Open the register on an engine: a table there, or the Parquet files `pad` that the engine can reach.

    opties : as `open_register`. Raises what `verbind` and `open_register` raise.
    """
    con = verbind(url)
    try:
        return open_register(con.read_parquet(pad) if pad else con.table(tabel), **opties)
    except Exception:
        con.disconnect()
        raise


def als_geleverd(tabel: Any, *, einddatum: str | None = None) -> Any:
    """A table with the columns of a delivery as `open_register` wants it: half-open ends and whole cents.

    einddatum : what its end date says: ``laatste_dag`` of support, or ``eerste_dag_zonder``.
    """
    kolommen: dict[str, Any] = {}
    if einddatum == "laatste_dag":
        kolommen["einde"] = tabel.einde.cast("date").epoch_days().cast("int64") + 1
    euro = [naam for naam in tabel.columns if f"{naam}_cent" in GETALLEN]
    kolommen |= {f"{naam}_cent": (tabel[naam].cast("decimal(18, 2)") * 100).round().cast("int64") for naam in euro}
    return tabel.mutate(**kolommen).drop(*euro)


def als_tabel(frame: pd.DataFrame, *, naam: str = "voorzieningen") -> Any:
    """A frame as a delivered table in a DuckDB of its own, for who wants to see what a figure asks of such a table."""
    import ibis
    import pyarrow as pa

    return ibis.duckdb.connect().create_table(naam, pa.Table.from_pandas(frame, preserve_index=False))


def to_sql(
    figuur: Callable[..., Any], register: Register, *, dialect: str | None = None, **vraag: Any
) -> tuple[str, ...]:
    """Every SQL statement that a figure sends to the engine, for audit; the figure is computed meanwhile.

    dialect : another engine's SQL, such as "mssql" or "postgres"; by default the register's own.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"persoon": ["a"], "wet": "wmo", "voorziening": "vervoer",
    ...     "begin": pd.to_datetime(["2015-03-31"]), "einde": pd.to_datetime([None])})
    >>> from sdm_lib.registry.tellen import unieke
    >>> to_sql(unieke, open_register(frame), periodes="2015K1")[0].split()[0]
    'SELECT'
    """
    import ibis

    with opgenomen(dialect) as gevraagd:
        figuur(register, **vraag)
    return tuple(str(ibis.to_sql(tabel, dialect=dialect)) for tabel in gevraagd)


def _spark(rest: str, opties: dict[str, str]) -> Any:
    import ibis

    _aanwezig("pyspark", "Spark")
    meester = rest if rest.startswith("local") else f"spark://{rest}"
    bouw = importlib.import_module("pyspark.sql").SparkSession.builder.master(meester).appName("sdm")
    for naam, waarde in ({"spark.ui.enabled": "false", "spark.sql.session.timeZone": "UTC"} | opties).items():
        bouw = bouw.config(naam, waarde)
    return ibis.pyspark.connect(bouw.getOrCreate())


def _aanwezig(module: str, engine: str) -> None:
    if importlib.util.find_spec(module) is None:
        raise ParameterFout(Melding("SDM-878", f"{engine} is niet geinstalleerd", "Voer uit: make engines"))


def _wachtwoord(gebruiker: str | None, host: str | None) -> str | None:
    """From the keyring when there is one; otherwise None, and the engine's own way (PGPASSWORD) is left to it."""
    if os.environ.get("PGPASSWORD") or importlib.util.find_spec("keyring") is None:
        return None
    gevonden: str | None = importlib.import_module("keyring").get_password("sdm", f"{gebruiker}@{host}")
    return gevonden
