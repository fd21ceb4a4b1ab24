"""Parquet: typed columns become the text that a careful export would hold (ISO dates, decimal points)."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from sdm_lib.errors import Melding
from sdm_lib.sources.lees_csv import header_only
from sdm_lib.sources.levering import Schema
from sdm_lib.sources.ruw import Ruw, fill, ident
from sdm_lib.sources.woorden import NIETS, RIJ


def read(con: duckdb.DuckDBPyConnection, path: Path, schema: Schema) -> Ruw:
    """Fill the table `ruw`; row numbers count records from 1."""
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as bestand:
            velden = bestand.schema_arrow
            vreemd = [veld.name for veld in velden if not _scalar(veld.type)]
            if vreemd:
                return Ruw(con, path.name, (), NIETS, meldingen=(_nested(vreemd, path.name),))
            lokaal = _local(velden)
            delen = (_at_home(deel, lokaal) for deel in bestand.iter_batches(batch_size=1 << 17))
            batches = pa.RecordBatchReader.from_batches(lokaal, delen)
            rijen = fill(con, batches, select=_select(lokaal)) if bestand.metadata.num_rows else NIETS
    except (pa.ArrowInvalid, OSError, duckdb.Error):
        wat = "dit Parquet-bestand is beschadigd, afgekapt of versleuteld"
        fout = Melding("SDM-305", wat, "Vraag de leverancier het opnieuw te sturen.", bestand=path.name)
        return Ruw(con, path.name, (), NIETS, meldingen=(fout,))
    namen = tuple(velden.names)
    canoniek = frozenset(i for i, veld in enumerate(velden) if not _is_text(veld.type))
    meldingen = () if rijen else (header_only(path.name),)
    return Ruw(con, path.name, namen, rijen, canoniek=canoniek, meldingen=meldingen)


def _local(velden: pa.Schema) -> pa.Schema:
    """The same columns, of which moments have the time on the clock of their own zone."""
    soorten = [pa.timestamp(v.type.unit) if pa.types.is_timestamp(v.type) else v.type for v in velden]
    return pa.schema([veld.with_type(soort) for veld, soort in zip(velden, soorten, strict=True)])


def _at_home(deel: pa.RecordBatch, velden: pa.Schema) -> pa.RecordBatch:
    """Midnight in Almere is 22:00 or 23:00 the day before in UTC: a date is what the sender's clock said.

    Raises ArrowInvalid when bytes in the file are no text, which Parquet itself does not look at.
    """
    deel.validate(full=True)
    kolommen = [
        pc.local_timestamp(kolom) if pa.types.is_timestamp(kolom.type) and kolom.type.tz else kolom
        for kolom in deel.columns
    ]
    return pa.RecordBatch.from_arrays(kolommen, schema=velden)


def _scalar(soort: pa.DataType) -> bool:
    return not pa.types.is_nested(soort) and not pa.types.is_binary(soort)


def _is_text(soort: pa.DataType) -> bool:
    if pa.types.is_dictionary(soort):
        return _is_text(soort.value_type)
    return bool(pa.types.is_string(soort) or pa.types.is_large_string(soort))


def _nested(namen: list[str], bestand: str) -> Melding:
    wat = f"kolommen met lijsten of bytes: {', '.join(namen)}"
    return Melding("SDM-304", wat, "Lever een platte tabel.", bestand=bestand)


def _select(velden: pa.Schema) -> str:
    kolommen = [f"{as_text(ident(veld.name), veld.type)} AS c{i}" for i, veld in enumerate(velden)]
    return ", ".join([f"row_number() OVER () AS {RIJ}", *kolommen])


def as_text(kolom: str, soort: pa.DataType) -> str:
    """A typed column as text; a date and time stays one unless the time is midnight."""
    if pa.types.is_boolean(soort):
        return f"CASE WHEN {kolom} THEN 'ja' WHEN NOT {kolom} THEN 'nee' END"
    if pa.types.is_timestamp(soort):
        dag, tijd = f"CAST({kolom} AS DATE)", f"CAST({kolom} AS TIMESTAMP)"
        return f"CASE WHEN {tijd} = {dag} THEN CAST({dag} AS VARCHAR) ELSE CAST({tijd} AS VARCHAR) END"
    if pa.types.is_floating(soort):
        heel = f"{kolom} = trunc({kolom}) AND abs({kolom}) < 1e15"
        getal = f"CASE WHEN {heel} THEN CAST(CAST({kolom} AS BIGINT) AS VARCHAR) ELSE CAST({kolom} AS VARCHAR) END"
        return f"CASE WHEN NOT isnan({kolom}) THEN {getal} END"
    return f"CAST({kolom} AS VARCHAR)"
