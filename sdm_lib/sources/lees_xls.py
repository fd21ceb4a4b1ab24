"""Legacy .xls: its sheets in the shape that openpyxl gives those of .xlsx, so that one reader does for both.

Read with xlrd, the reader that says of every cell what it holds: an error in a cell stays an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OUD = b"\xd0\xcf\x11\xe0"  # the compound file that holds a legacy workbook, or an encrypted new one

_PAKKET = "EncryptedPackage".encode("utf-16-le")  # [MS-OFFCRYPTO]: the stream that holds an encrypted workbook


class Beveiligd(Exception):
    """The workbook has a password."""


@dataclass(frozen=True, slots=True)
class Blad:
    """A sheet; `iter_rows` counts rows from 1 and gives None for an empty cell, as openpyxl does."""

    bron: Any
    datemode: int

    @property
    def title(self) -> str:
        """The name on its tab."""
        return str(self.bron.name)

    def iter_rows(
        self, *, min_row: int = 1, max_row: int | None = None, values_only: bool = True
    ) -> Iterator[tuple[object, ...]]:
        """The values of its rows."""
        for nummer in range(min_row - 1, min(self.bron.nrows, max_row or self.bron.nrows)):
            yield tuple(self._value(cel) for cel in self.bron.row(nummer))

    def _value(self, cel: Any) -> object:
        import xlrd

        if cel.ctype == xlrd.XL_CELL_TEXT:
            return cel.value
        if cel.ctype == xlrd.XL_CELL_NUMBER:
            return float(cel.value)
        if cel.ctype == xlrd.XL_CELL_BOOLEAN:
            return bool(cel.value)
        if cel.ctype == xlrd.XL_CELL_ERROR:
            return xlrd.error_text_from_code.get(cel.value, "#N/A")
        if cel.ctype == xlrd.XL_CELL_DATE:
            return xlrd.xldate_as_datetime(cel.value, self.datemode)
        return None


@dataclass(frozen=True, slots=True)
class Boek:
    """A workbook."""

    worksheets: tuple[Blad, ...]


@contextmanager
def book(path: Path) -> Iterator[Boek]:
    """An open legacy workbook. Raises Beveiligd when it has a password, XLRDError when it is no workbook."""
    import xlrd

    inhoud = path.read_bytes()
    try:
        boek = xlrd.open_workbook(file_contents=inhoud, on_demand=True, logfile=_Stil())
    except xlrd.XLRDError as fout:
        if "encrypted" in str(fout) or _PAKKET in inhoud:  # a legacy one, and a new one in its envelope
            raise Beveiligd from None
        raise
    try:
        bladen = (boek.sheet_by_index(i) for i in range(boek.nsheets))
        yield Boek(tuple(Blad(blad, boek.datemode) for blad in bladen))
    finally:
        boek.release_resources()


class _Stil:
    """Where warnings of xlrd go."""

    def write(self, tekst: str) -> None:
        """Nothing: what matters is raised."""

    def flush(self) -> None:
        """Nothing."""
