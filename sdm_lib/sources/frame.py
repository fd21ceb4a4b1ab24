"""The typed rows of a delivery as a pandas frame, with the conversions that happen once."""

from __future__ import annotations

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sdm_lib.sources.getallen import coarse_postcode
from sdm_lib.sources.keuring import Oordeel
from sdm_lib.sources.levering import Kolom, Schema
from sdm_lib.sources.woorden import asked

_DAG = pa.scalar(86_400, pa.duration("s"))


def to_frame(con: duckdb.DuckDBPyConnection, oordeel: Oordeel, schema: Schema) -> pd.DataFrame:
    """The rows in the order of the file, the columns in that of the schema.

    An amount is whole cents under ``<kolom>_cent``; the last day with support becomes the first day without.
    """
    velden = {}
    for naam in (naam for naam in schema.kolommen if naam in oordeel.tabel.column_names):
        kolom, reeks = schema.kolommen[naam], oordeel.tabel[naam]
        if kolom.vergroof == "weg":
            continue
        reeks = _coarse(con, reeks, kolom) if kolom.vergroof else _values(reeks, kolom)
        if naam == "einde" and schema.einddatum == "laatste_dag":
            reeks = pc.add(reeks, _DAG)
        velden[_name(naam, kolom)] = reeks
    frame: pd.DataFrame = pa.table(velden).to_pandas()
    return _dtypes(frame, oordeel)


def _name(naam: str, kolom: Kolom) -> str:
    return f"{naam}_cent" if kolom.soort == "bedrag" and not kolom.vergroof else naam


def _values(reeks: pa.ChunkedArray, kolom: Kolom) -> pa.ChunkedArray:
    if kolom.soort == "datum":
        return reeks.cast(pa.timestamp("s"))
    return reeks.cast(pa.string()) if pa.types.is_dictionary(reeks.type) else reeks


def _coarse(con: duckdb.DuckDBPyConnection, reeks: pa.ChunkedArray, kolom: Kolom) -> pa.ChunkedArray:
    """What the schema lets through of values that say too much about a person."""
    if kolom.vergroof == "jaar":
        return pc.year(reeks)
    vraag = f"SELECT id, {coarse_postcode('v', str(kolom.vergroof))} AS x FROM _woorden"
    return asked(con, reeks.cast(pa.string()), vraag)["x"]


def _dtypes(frame: pd.DataFrame, oordeel: Oordeel) -> pd.DataFrame:
    """Types that follow from the schema alone, so that they do not change with the data."""
    soorten: dict[str, str] = {}
    for getypeerd in oordeel.kolommen:
        if getypeerd.kolom.vergroof == "weg":
            continue
        verplicht = getypeerd.kolom.verplicht
        soort = "geheel" if getypeerd.kolom.vergroof == "jaar" else getypeerd.kolom.soort
        naam = f"{getypeerd.naam}_cent" if soort == "bedrag" else getypeerd.naam
        soorten[naam] = {
            "geheel": "int64" if verplicht else "float64",
            "getal": "float64",
            "bedrag": "int64" if verplicht else "Int64",
            "datum": "datetime64[s]",
        }.get(soort, "str")
    return frame.astype(soorten)
