"""Deliveries as files, the same bytes each time: semicolon CSV, SPSS with user-missing, Excel, Parquet.

Two formats carry a clock: an SPSS file its making, an Excel file its properties. Both get the delivery date instead.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

MERK = ("fictief", "ja")  # in every row of every file: nobody can mistake the demo for people
_MAANDEN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SYSMIS = -sys.float_info.max  # how SPSS itself stores system-missing; pyreadstat is slow on NaN
_SAV_DATUM, _SAV_TIJD = slice(92, 101), slice(101, 109)  # creation date and time in the file header record


def codes(namen: Sequence[str], positie: Any) -> Any:
    """Words for positions, an object array."""
    return np.array(namen, dtype=object)[positie]


def write_parquet(frame: pd.DataFrame, pad: Path) -> None:
    """Parquet without pandas metadata; dates become timestamps."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    tabel = pa.Table.from_pandas(_marked(frame), preserve_index=False).replace_schema_metadata(None)
    schema = pa.schema([pa.field(veld.name, _plain(veld.type)) for veld in tabel.schema])
    pq.write_table(tabel.cast(schema), pad, compression="zstd")


def _plain(soort: Any) -> Any:
    """Text for coded text, milliseconds for seconds: what every reader understands."""
    import pyarrow as pa

    if pa.types.is_dictionary(soort) or pa.types.is_large_string(soort):
        return pa.string()
    return pa.timestamp("ms") if pa.types.is_timestamp(soort) else soort


def write_csv(frame: pd.DataFrame, pad: Path, *, codering: str = "utf-8") -> None:
    """Semicolons and decimal commas; amounts must come in as text."""
    tekst = _marked(frame).to_csv(None, sep=";", decimal=",", index=False, lineterminator="\r\n")
    pad.write_bytes(str(tekst).encode(codering))


def write_xlsx(frame: pd.DataFrame, pad: Path, *, blad: str, titel: str, leverdatum: date) -> None:
    """One sheet with a title row above the header."""
    import xlsxwriter

    gemerkt = _marked(frame)
    with xlsxwriter.Workbook(str(pad)) as boek:
        boek.set_properties({"created": datetime(leverdatum.year, leverdatum.month, leverdatum.day)})  # noqa: DTZ001 a date
        werkblad = boek.add_worksheet(blad)
        werkblad.write_string(0, 0, titel, boek.add_format({"bold": True}))
        werkblad.write_row(1, 0, list(gemerkt.columns))
        for rij, waarden in enumerate(gemerkt.itertuples(index=False), start=2):
            for kolom, waarde in enumerate(waarden):
                if not pd.isna(waarde):  # empty cells stay empty
                    werkblad.write(rij, kolom, waarde)


@dataclass(frozen=True, slots=True)
class Spss:
    """What SPSS keeps beside the data: labels of columns, words of codes, codes that mean missing."""

    labels: Mapping[str, str]
    antwoorden: Mapping[str, Mapping[int | float, str]]
    missing: Mapping[str, int]


def write_sav(frame: pd.DataFrame, pad: Path, *, spss: Spss, leverdatum: date) -> None:
    """SPSS with value labels and user-missing values; text columns must be filled."""
    import pyreadstat

    gemerkt = _marked(frame).fillna(_SYSMIS)
    gemerkt = gemerkt.astype({kolom: object for kolom, soort in gemerkt.dtypes.items() if soort == "str"})
    pyreadstat.write_sav(
        gemerkt,
        str(pad),
        column_labels=[spss.labels.get(str(kolom), "") for kolom in gemerkt.columns],
        variable_value_labels={naam: {**woorden} for naam, woorden in spss.antwoorden.items()},
        row_compress=True,
        missing_ranges={naam: [code] for naam, code in spss.missing.items()},
    )
    inhoud = bytearray(pad.read_bytes())
    if inhoud[:4] != b"$FL2":
        raise ValueError(f"write_sav: no SPSS header in {pad.name}, got {bytes(inhoud[:4])!r}")
    datum = f"{leverdatum.day:02d} {_MAANDEN[leverdatum.month - 1]} {leverdatum.year % 100:02d}"
    inhoud[_SAV_DATUM], inhoud[_SAV_TIJD] = datum.encode("ascii"), b"00:00:00"
    pad.write_bytes(bytes(inhoud))


def bedrag_tekst(cent: int) -> str:
    """An amount as a ledger prints it.

    >>> bedrag_tekst(123456789), bedrag_tekst(-5)
    ('1.234.567,89', '-0,05')
    """
    euro, rest = divmod(abs(cent), 100)
    return f"{'-' if cent < 0 else ''}{euro:,}".replace(",", ".") + f",{rest:02d}"


def _marked(frame: pd.DataFrame) -> pd.DataFrame:
    naam, waarde = MERK
    return frame.assign(**{naam: waarde})
