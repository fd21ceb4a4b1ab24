"""A delivery as text: one text column a field and the row number an editor or Excel shows, in a DuckDB of its own.

Nothing of a delivery stays behind: the table lives in memory, what does not fit is spilled encrypted with a key that
dies with the process, into a folder (0700) that is removed afterwards, or by the next reader after a crash.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import duckdb
import pyarrow as pa

from sdm_lib.errors import Melding
from sdm_lib.sources import woorden
from sdm_lib.sources.woorden import RIJ, Tekst

GEHEUGEN = os.environ.get("SDM_GEHEUGEN", "2GB")  # what DuckDB may hold before it spills
_VOORVOEGSEL = "sdm-lezen-"


@dataclass(frozen=True, slots=True)
class Ruw:
    """The texts of a delivery; SQL on its connection sees them as the table `ruw`: `_rij`, ``c0``, ``c1``, ...

    canoniek : positions whose numbers and dates came typed (Parquet, SPSS, Excel cells), so need no recognition.
    meldingen : problems and repairs so far; when one blocks, there may be no texts.
    """

    con: duckdb.DuckDBPyConnection
    bestand: str
    namen: tuple[str, ...]
    tekst: Tekst
    blad: str = ""
    canoniek: frozenset[int] = frozenset()
    meldingen: tuple[Melding, ...] = ()

    @property
    def rijen(self) -> int:
        """The number of rows."""
        return len(self.tekst)


@contextmanager
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A private in-memory database without access to files, network or extensions."""
    sweep(Path(tempfile.gettempdir()), _VOORVOEGSEL)
    folder = tempfile.mkdtemp(prefix=f"{_VOORVOEGSEL}{os.getpid()}-")  # 0700 by itself
    con = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "temp_directory": folder,
            "temp_file_encryption": "true",
            "memory_limit": GEHEUGEN,
        },
    )
    try:
        # DuckDB's own cipher: its other one is in an extension, and those are not downloaded. What is spilled is
        # encrypted with a key of this process alone, in a folder that only its owner may open, until it is removed
        con.execute("SET force_mbedtls_unsafe = 'true'")
        con.execute("SET enable_external_access = false")  # refused at connection time beside a temp_directory
        yield con
    finally:
        con.close()
        shutil.rmtree(folder, ignore_errors=True)


def sweep(map_: Path, voorvoegsel: str) -> None:
    """Remove what a process that crashed left in a folder: files and folders named after its number."""
    for rest in map_.glob(f"{voorvoegsel}*"):
        match = re.fullmatch(rf"{re.escape(voorvoegsel)}(\d+)-.*", rest.name)
        if match and not _alive(int(match[1])):
            if rest.is_dir():
                shutil.rmtree(rest, ignore_errors=True)
            else:
                rest.unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    if os.name == "nt":  # no signal 0 there, and os.kill would end the process: leave the folder to Windows
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def fill(con: duckdb.DuckDBPyConnection, reader: pa.RecordBatchReader, *, select: str = "") -> Tekst:
    """Texts from Arrow data with the row number first; they become the table `ruw` as well.

    select : SQL that turns the columns of the data into the row number and texts ``c0, c1, ...``.
    """
    if select:
        con.register("_data", reader)
        reader = con.execute(f"SELECT {select} FROM _data").to_arrow_reader(1 << 17)
    tekst = woorden.collect(reader, breedte=len(reader.schema) - 1)
    woorden.register(con, tekst)
    return tekst


def fill_rows(
    con: duckdb.DuckDBPyConnection, rows: Iterable[tuple[int, Sequence[str | None]]], *, breedte: int
) -> Tekst:
    """Texts from row numbers and the cells of each row."""
    nummers: list[int] = []
    kolommen: list[list[str | None]] = [[] for _ in range(breedte)]
    for nummer, cellen in rows:
        nummers.append(nummer)
        for kolom, cel in zip(kolommen, cellen, strict=True):
            kolom.append(cel)
    return fill_columns(con, nummers, kolommen)


def fill_columns(
    con: duckdb.DuckDBPyConnection, nummers: Sequence[int], kolommen: Sequence[Sequence[str | None]]
) -> Tekst:
    """Texts from row numbers and columns of text."""
    velden = {RIJ: pa.array(nummers, pa.int64())}
    velden |= {f"c{i}": pa.array(kolom, pa.string()) for i, kolom in enumerate(kolommen)}
    return fill(con, pa.table(velden).to_reader())


def ident(naam: str) -> str:
    """A name as SQL wants it.

    >>> ident('a"b')
    '"a""b"'
    """
    return '"' + naam.replace('"', '""') + '"'


def literal(tekst: str) -> str:
    """A text as SQL wants it.

    >>> literal("'s avonds")
    "'''s avonds'"
    """
    return "'" + tekst.replace("'", "''") + "'"


@lru_cache(maxsize=20_000)
def plat(tekst: str) -> str:
    """A name without capitals, accents and punctuation, to compare spellings.

    >>> plat("  Reden-Beëindiging ")
    'reden_beeindiging'
    """
    kaal = unicodedata.normalize("NFKD", tekst.replace("\ufeff", "")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", kaal.casefold()).strip("_")
