"""Any file with rows, read without a schema: for the guard by hand, which only asks what stands in it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sdm_lib.sources.ontwerp import loose
from sdm_lib.sources.ruw import connection
from sdm_lib.sources.woorden import RIJ


def read_loose(path: Path) -> pd.DataFrame:
    """Every column of a CSV, Excel, SPSS or Parquet file as text; columns of decimal numbers as numbers.

    Raises InvoerFout for a file of another kind or one that cannot be read.
    """
    with connection() as con:
        ruw = loose(con, path)
        kolommen = ", ".join(f"c{k}" for k in range(len(ruw.namen)))
        frame = con.execute(f"SELECT {kolommen} FROM ruw ORDER BY {RIJ}").df()
    frame.columns = pd.Index(ruw.namen)
    return pd.DataFrame({k: _decimalen(frame.iloc[:, k]) for k in range(frame.shape[1])}).set_axis(
        frame.columns, axis=1
    )


def _decimalen(kolom: pd.Series) -> pd.Series:
    """Numbers with a point or a Dutch comma as floats; everything else, codes with leading zeros too, stays text."""
    tekst = kolom.astype("str").where(kolom.notna())
    gevuld = tekst.dropna()
    if gevuld.empty or not gevuld.str.contains(r"[.,]", regex=True).any():
        return tekst
    getallen = pd.to_numeric(tekst.str.replace(",", ".", regex=False), errors="coerce")
    return getallen if getallen.notna().sum() == len(gevuld) else tekst
