"""A table or query in a database: an embedded DuckDB or SQLite file in the delivery's folder, or a server by its URL.

A file is opened read-only. The URL of a server holds a password, so it never stands in a schema: `bestand: env:NAME`
names the environment variable that holds it, `bestand: keyring:service/name` the entry in the password store of this
desk (`keyring set service name`). No message shows what it holds, and SQLAlchemy is asked for only then.
"""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from sdm_lib.errors import Melding
from sdm_lib.sources.lees_csv import header_only
from sdm_lib.sources.lees_excel import as_text
from sdm_lib.sources.levering import Schema
from sdm_lib.sources.ruw import Ruw, fill
from sdm_lib.sources.woorden import NIETS, RIJ

OMGEVING, SLEUTELBOS = "env:", "keyring:"
SERVERS = (OMGEVING, SLEUTELBOS)  # how `bestand` begins when it is no file
_VRAAG = re.compile(r"\s*(select|with)\b[^;]*;?\s*", re.IGNORECASE | re.DOTALL)
DEEL = 50_000  # rows asked at a time
Antwoord = tuple[Sequence[str], Iterable[Sequence[Sequence[Any]]]]


def read(con: duckdb.DuckDBPyConnection, path: Path, schema: Schema) -> Ruw:
    """Fill the table `ruw` with the answer to the schema's query; row numbers count records from 1."""
    if not _VRAAG.fullmatch(schema.query):
        herstel = "Zet in het schema query: met een enkele SELECT."
        return _failed(con, schema, "SDM-256", "zonder een enkele SELECT is er niets te lezen", herstel)
    try:
        with _connect(path, schema) as vraag:
            namen, delen = vraag(schema.query)
            getypeerd = [True] * len(namen)
            aantal = fill(con, _batches(delen, getypeerd))
    except ZonderAdres as fout:
        return _failed(
            con, schema, "SDM-256", str(fout), "Zet de URL, en installeer zo nodig: pip install sdm-lib[database]."
        )
    except Exception as oorzaak:  # every driver has exceptions of its own, and their texts can hold a password
        if isinstance(oorzaak, MemoryError):
            raise
        herstel = "Controleer de verbinding, de tabel en de kolommen in query."
        return _failed(con, schema, "SDM-305", "de database geeft geen antwoord op de query", herstel)
    meldingen = () if aantal else (header_only(schema.bestand),)
    canoniek = frozenset(i for i, soort in enumerate(getypeerd) if soort)
    return Ruw(con, schema.bestand, tuple(namen), aantal, canoniek=canoniek, meldingen=meldingen)


def _batches(delen: Iterable[Sequence[Sequence[Any]]], getypeerd: list[bool]) -> pa.RecordBatchReader:
    """The answer part by part as text, so that a large table streams; `getypeerd` learns which columns are typed."""
    velden = pa.schema([(RIJ, pa.int64()), *((f"c{i}", pa.string()) for i in range(len(getypeerd)))])

    def parts() -> Iterator[pa.RecordBatch]:
        vanaf = 1
        for deel in delen:
            kolommen = list(zip(*deel, strict=True))
            for i, kolom in enumerate(kolommen):
                getypeerd[i] = getypeerd[i] and not any(isinstance(waarde, str) for waarde in kolom)
            nummers = pa.array(range(vanaf, vanaf + len(deel)), pa.int64())
            teksten = [pa.array([as_text(waarde) for waarde in kolom], pa.string()) for kolom in kolommen]
            vanaf += len(deel)
            yield pa.RecordBatch.from_arrays([nummers, *teksten], schema=velden)

    return pa.RecordBatchReader.from_batches(velden, parts())


class ZonderAdres(Exception):
    """The server cannot be reached for want of a URL or a package."""


def _failed(con: duckdb.DuckDBPyConnection, schema: Schema, code: str, wat: str, herstel: str) -> Ruw:
    return Ruw(con, schema.bestand, (), NIETS, meldingen=(Melding(code, wat, herstel, bestand=schema.bestand),))


@contextmanager
def _connect(path: Path, schema: Schema) -> Iterator[Any]:
    """A function from a query to names and rows."""
    if schema.bestand.startswith(SERVERS):
        with _server(secret_url(schema.bestand)) as vraag:
            yield vraag
    elif path.suffix in (".sqlite", ".db"):
        import sqlite3

        bron = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            yield lambda query: _answer(bron.execute(query))
        finally:
            bron.close()
    else:
        with duckdb.connect(str(path), read_only=True, config=_GESLOTEN) as duck:
            yield lambda query: _answer(duck.execute(query))


_GESLOTEN: dict[str, Any] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "enable_external_access": "false",
}


def _answer(cursor: Any) -> Antwoord:
    delen = iter(lambda: cursor.fetchmany(DEEL), [])
    return [str(kolom[0]) for kolom in cursor.description], delen


def secret_url(bestand: str) -> str:
    """The URL of a server, from the environment or the password store; never from a file of the project.

    Raises ZonderAdres, with what is missing.
    """
    if bestand.startswith(OMGEVING):
        url = os.environ.get(bestand.removeprefix(OMGEVING), "")
        if not url:
            raise ZonderAdres("de omgevingsvariabele met de URL van de database is leeg")
        return url
    try:
        keyring: Any = importlib.import_module("keyring")  # not every desk has a password store
    except ImportError:
        raise ZonderAdres("voor de sleutelbos is het pakket keyring nodig") from None
    dienst, _, naam = bestand.removeprefix(SLEUTELBOS).partition("/")
    url = keyring.get_password(dienst, naam)
    if not url:
        raise ZonderAdres("in de sleutelbos staat geen URL onder deze naam")
    return str(url)


@contextmanager
def _server(url: str) -> Iterator[Any]:
    import sqlalchemy  # half a second: only who has a server waits for it

    motor = sqlalchemy.create_engine(url, hide_parameters=True)
    try:
        with motor.connect() as bron:
            bron = bron.execution_options(stream_results=True)
            if motor.dialect.name == "postgresql":
                bron = bron.execution_options(postgresql_readonly=True)
            yield lambda query: _rows(bron.execute(sqlalchemy.text(query)))
    finally:
        motor.dispose()


def _rows(resultaat: Any) -> Antwoord:
    return [str(naam) for naam in resultaat.keys()], resultaat.partitions(DEEL)  # noqa: SIM118 - a result, no mapping
