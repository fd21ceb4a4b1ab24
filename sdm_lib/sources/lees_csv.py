"""CSV in any mix of separator, quote, encoding and line end: recognised and reported, or refused with the rows.

Arrow parses the stream strictly (a row with another number of fields is collected, never repaired), and the stream
is watched for what a parser lets pass: an open quote, a quote inside a field, text that was converted wrongly.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from sdm_lib.errors import Melding
from sdm_lib.sources import codering, kop
from sdm_lib.sources.codering import Codering
from sdm_lib.sources.levering import Schema
from sdm_lib.sources.ruw import Ruw, fill
from sdm_lib.sources.stroom import Stroom
from sdm_lib.sources.woorden import NIETS, RIJ, Tekst

SCHEIDINGEN = {";": "puntkomma", ",": "komma", "\t": "tab", "|": "verticale streep"}
CODECS = {"utf-8": "utf-8", "windows-1252": "cp1252", "mac-roman": "mac_roman"}
NAMEN = {"utf-8": "UTF-8", "cp1252": "Windows-1252", "mac_roman": "Mac", "utf-16": "UTF-16"}
MONSTER = 1 << 17  # characters looked at to recognise separator and header
_WOORD = pa.dictionary(pa.int32(), pa.string())
BLOK = 1 << 22  # Arrow's block: a record must fit, one of 4 MB is a file with a quote that never closes
_MAX_VELDEN = 5_000


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file was written: separator, quote, the header and the physical line after it.

    uiteenlopend : the columns of which the first records hold mostly different texts.
    """

    scheiding: str
    quote: str
    namen: tuple[str, ...]
    kop_rij: int
    vanaf: int
    uiteenlopend: frozenset[int] = frozenset()


def read(con: duckdb.DuckDBPyConnection, path: Path, schema: Schema) -> Ruw:
    """Fill the table `ruw`; problems are in the result, none is raised."""
    code = codering.detect(path)
    if not code.naam and schema.codering and not code.soort:
        code = Codering(CODECS[schema.codering], aanhalingstekens=code.aanhalingstekens)
    fout = _not_text(code, path.name, schema)
    if fout:
        return Ruw(con, path.name, (), NIETS, meldingen=(fout,))
    monster = sample(path, code.naam)
    dialect = recognise(monster, schema)
    if dialect is None:
        return Ruw(con, path.name, (), NIETS, meldingen=(_no_header(path.name),))
    return _parse(con, path, code, dialect)


def _not_text(code: Codering, bestand: str, schema: Schema) -> Melding | None:
    if code.soort == "leeg":
        return Melding("SDM-302", "dit bestand is leeg", "Vraag de leverancier het opnieuw te sturen.", bestand=bestand)
    if code.soort == "gemengd":
        wat = "twee coderingen in een bestand: een deel is UTF-8 en een deel niet"
        return Melding("SDM-307", wat, "Vraag een nieuwe export in een keer.", bestand=bestand)
    if code.soort:
        wat = f"dit is geen csv maar {code.soort}"
        return Melding("SDM-304", wat, "Sla het op als csv, of pas vorm aan in het schema.", bestand=bestand)
    if not code.naam:
        return Melding(
            "SDM-306",
            "de letters met accenten kunnen op twee manieren gelezen worden",
            f"Zet in params/leveringen/{schema.levering}.yaml: codering: windows-1252, of mac-roman.",
            bestand=bestand,
        )
    return None


def _no_header(bestand: str) -> Melding:
    return Melding(
        "SDM-310",
        f"de kolomnamen van het schema staan niet in de eerste {kop.ZOEK_REGELS} regels",
        "Controleer of dit het goede bestand is en of de kopregel is meegestuurd.",
        bestand=bestand,
    )


def sample(path: Path, codec: str, *, alles: bool = False) -> str:
    """The beginning of a file as text, up to a line end; `alles` for a small file as a whole."""
    with path.open(encoding="utf-8-sig" if codec == "utf-8" else codec, newline="") as handle:
        tekst = handle.read(-1 if alles else MONSTER)
    if alles or len(tekst) < MONSTER:
        return tekst
    return tekst[: max(tekst.rfind("\n"), tekst.rfind("\r")) + 1] or tekst


def recognise(monster: str, schema: Schema) -> Dialect | None:
    """Separator, quote and header: the combination in which most columns of the schema are found."""
    beste: tuple[tuple[int, int, int], Dialect] | None = None
    for scheiding in SCHEIDINGEN:
        for quote in ('"', "'"):
            records, regels = _records(monster, scheiding, quote)
            gevonden = kop.find(records, schema)
            if gevonden.rij < 0:
                continue
            breedte = len(records[gevonden.rij])
            volgende = records[gevonden.rij + 1 : gevonden.rij + 50]
            gelijk = sum(len(record) == breedte for record in volgende)
            namen, vanaf = _full(gevonden.namen, breedte), regels[gevonden.rij] + 1
            dialect = Dialect(scheiding, quote, namen, gevonden.rij, vanaf, _varied(volgende, breedte))
            maat = (gevonden.score, gelijk - _wrapped(volgende, quote), int(quote == '"'))
            if beste is None or maat > beste[0]:
                beste = (maat, dialect)
    return beste[1] if beste else None


def _records(monster: str, scheiding: str, quote: str) -> tuple[list[list[str]], list[int]]:
    reader = csv.reader(io.StringIO(monster, newline=""), delimiter=scheiding, quotechar=quote)
    records: list[list[str]] = []
    regels: list[int] = []
    try:
        for record in reader:
            records.append(record)
            regels.append(reader.line_num)
            if len(records) == kop.ZOEK_REGELS + 100:
                break
    except csv.Error:  # a field beyond csv's limit: what was read until here is enough to judge
        pass
    return records, regels


def _wrapped(records: list[list[str]], quote: str) -> int:
    """Fields that still wear the other quote on both sides: a sign that this is the wrong one."""
    ander = "'" if quote == '"' else '"'
    return sum(len(cel) > 1 and cel[0] == ander == cel[-1] for record in records for cel in record)


def _full(namen: tuple[str, ...], breedte: int) -> tuple[str, ...]:
    return namen + ("",) * (breedte - len(namen))


def _varied(records: list[list[str]], breedte: int) -> frozenset[int]:
    """The columns in which more than half of the records hold a text of their own."""
    heel = [record for record in records if len(record) == breedte]
    return frozenset(k for k in range(breedte) if 2 * len({record[k] for record in heel}) > len(heel))


def _parse(con: duckdb.DuckDBPyConnection, path: Path, code: Codering, dialect: Dialect) -> Ruw:
    if len(dialect.namen) > _MAX_VELDEN:
        wat = f"dit bestand heeft {len(dialect.namen)} kolommen"
        fout = Melding("SDM-316", wat, "Controleer het scheidingsteken.", bestand=path.name)
        return Ruw(con, path.name, (), NIETS, meldingen=(fout,))
    scheiding, quote = dialect.scheiding, dialect.quote
    with Stroom(path, codec=code.naam, scheiding=scheiding, quote=quote, vanaf=dialect.vanaf) as stroom:
        parser = _Parser(stroom, dialect, multiline=code.aanhalingstekens)
        try:
            rijen = parser.fill(con)
        except pa.ArrowInvalid:
            parser.te_lang = True
            rijen = NIETS
        meldingen = [*_recognised(code, dialect, path.name), *parser.problems(path.name)]
    if not rijen and not any(melding.ernst == "fout" for melding in meldingen):
        meldingen.append(header_only(path.name))
    return Ruw(con, path.name, dialect.namen, rijen, meldingen=tuple(meldingen))


def blank_lines(aantal: int) -> str:
    """What is said of lines without any value.

    >>> blank_lines(1)
    '1 lege regel overgeslagen'
    """
    return f"{aantal} lege {'regel' if aantal == 1 else 'regels'} overgeslagen"


def header_only(bestand: str, *, blad: str = "") -> Melding:
    """The message for a delivery with column names and nothing else."""
    herstel = "Vraag de leverancier het opnieuw te sturen."
    return Melding("SDM-303", "er staat alleen een kopregel in", herstel, bestand=bestand, blad=blad)


def _recognised(code: Codering, dialect: Dialect, bestand: str) -> list[Melding]:
    meldingen = []
    if code.naam != "utf-8" or code.bom:
        bom = " met bytevolgorde-teken" if code.bom and code.naam == "utf-8" else ""
        meldingen.append(_repaired("SDM-361", f"opgeslagen als {NAMEN[code.naam]}{bom}; herkend", bestand))
    if dialect.scheiding != ";" or dialect.quote != '"':
        aanhaling = " en enkele aanhalingstekens" if dialect.quote == "'" else ""
        naam = SCHEIDINGEN[dialect.scheiding]
        meldingen.append(_repaired("SDM-362", f"{naam} als scheidingsteken{aanhaling}; herkend", bestand))
    if dialect.kop_rij:
        meldingen.append(_repaired("SDM-367", f"{dialect.kop_rij} regels boven de kolomnamen overgeslagen", bestand))
    return meldingen


def _repaired(code: str, wat: str, bestand: str) -> Melding:
    return Melding(code, wat, "U hoeft niets te doen.", bestand=bestand, ernst="hersteld")


class _Parser:
    """Arrow's streaming reader with the line number of every record."""

    def __init__(self, stroom: Stroom, dialect: Dialect, *, multiline: bool) -> None:
        self.stroom = stroom
        self.dialect = dialect
        self.multiline = multiline
        self.overgeslagen: list[int] = []  # record numbers that Arrow left out, blank lines included
        self.leeg: list[int] = []
        self.fout: list[int] = []
        self.te_lang = False
        self.extra = 0  # line ends inside fields so far
        self.regels: dict[int, int] = {}

    def fill(self, con: duckdb.DuckDBPyConnection) -> Tekst:
        breedte = len(self.dialect.namen)
        # a dictionary holds each different text once; where most differ that is work for nothing
        kolommen = {f"c{k}": pa.string() if k in self.dialect.uiteenlopend else _WOORD for k in range(breedte)}
        if not (eerste := self.stroom.read(1)):
            return NIETS
        reader = pacsv.open_csv(
            _Prefixed(eerste, self.stroom),
            read_options=pacsv.ReadOptions(use_threads=False, block_size=BLOK, column_names=list(kolommen)),
            parse_options=pacsv.ParseOptions(
                delimiter=self.dialect.scheiding,
                quote_char=self.dialect.quote,
                newlines_in_values=self.multiline,
                ignore_empty_lines=False,
                invalid_row_handler=self._invalid,
            ),
            convert_options=pacsv.ConvertOptions(column_types=kolommen, strings_can_be_null=True, null_values=[""]),
        )
        velden = pa.schema([(RIJ, pa.int64()), *kolommen.items()])
        return fill(con, pa.RecordBatchReader.from_batches(velden, self._numbered(reader, velden)))

    def _invalid(self, rij: Any) -> str:
        (self.leeg if not rij.text.strip() else self.fout).append(rij.number)
        self.overgeslagen.append(rij.number)
        return "skip"

    def _numbered(self, reader: Any, velden: pa.Schema) -> Iterator[pa.RecordBatch]:
        volgende = 1
        for batch in reader:
            records, volgende = self._records(volgende, batch.num_rows)
            regels = self._lines(records, batch)
            yield pa.RecordBatch.from_arrays([pa.array(regels), *batch.columns], schema=velden)

    def _records(self, volgende: int, aantal: int) -> tuple[np.ndarray[Any, Any], int]:
        """The record numbers of a batch: consecutive, but for those that were left out."""
        weg = np.array([nummer for nummer in self.overgeslagen if nummer >= volgende], dtype=np.int64)
        records = np.arange(volgende, volgende + aantal + len(weg), dtype=np.int64)
        records = records[~np.isin(records, weg)][:aantal]
        return records, int(records[-1]) + 1 if aantal else volgende

    def _lines(self, records: np.ndarray[Any, Any], batch: pa.RecordBatch) -> np.ndarray[Any, Any]:
        """Record numbers as line numbers: a record after one with line ends inside a field stands lower."""
        eerste = records + self.dialect.vanaf - 1
        if not self.multiline:
            return eerste
        binnen = np.zeros(batch.num_rows, dtype=np.int64)
        for kolom in batch.columns:
            los = pa.types.is_string(kolom.type)
            per_woord = pc.count_substring(kolom if los else kolom.dictionary, "\n")
            if pc.max(per_woord).as_py():
                per_rij = per_woord if los else per_woord.take(kolom.indices)
                binnen += pc.fill_null(per_rij, 0).to_numpy(zero_copy_only=False)
        schuif = self.extra + np.concatenate([[0], np.cumsum(binnen)])
        self.extra = int(schuif[-1])
        regels: np.ndarray[Any, Any] = eerste + schuif[:-1]
        return regels

    def problems(self, bestand: str) -> list[Melding]:
        stroom = self.stroom
        meldingen: list[Melding] = []
        if stroom.oneven or stroom.los or self.te_lang:
            wat = "een aanhalingsteken is niet gesloten" if not stroom.los else "een aanhalingsteken midden in een veld"
            herstel = "Laat de leverancier aanhalingstekens in tekst verdubbelen en elk veld sluiten."
            waarom = "Vanaf daar kunnen velden en regels in elkaar lopen."
            regels = tuple(stroom.los)
            meldingen.append(Melding("SDM-308", wat, herstel, bestand=bestand, regels=regels, waarom=waarom))
        if stroom.verminkt:
            wat = "letters met accenten zijn eerder verkeerd omgezet (zoals Ã© voor é)"
            herstel = "Vraag een nieuwe export, of open het origineel als UTF-8 en sla het opnieuw op."
            meldingen.append(Melding("SDM-307", wat, herstel, bestand=bestand))
        if self.fout:
            meldingen.append(self._wrong_width(bestand))
        if self.leeg:
            meldingen.append(_repaired("SDM-368", blank_lines(len(self.leeg)), bestand))
        if stroom.afgekapt:
            meldingen.append(_cut(bestand))
        return meldingen

    def _wrong_width(self, bestand: str) -> Melding:
        regels = tuple(nummer + self.dialect.vanaf - 1 for nummer in self.fout[:5])
        return Melding(
            "SDM-309",
            f"deze regels hebben niet de {len(self.dialect.namen)} velden van de kopregel",
            "Zet tekst met een scheidingsteken tussen aanhalingstekens, of vraag het hele bestand opnieuw.",
            bestand=bestand,
            regels=regels,
            aantal=len(self.fout),
            waarom="Waarden zouden in een verkeerde kolom komen.",
        )


def _cut(bestand: str) -> Melding:
    return Melding(
        "SDM-314",
        "de laatste regel heeft geen regeleinde",
        "Vergelijk het aantal regels en de som met die van de afzender, of vraag een leveringsbrief.",
        bestand=bestand,
        ernst="waarschuwing",
        waarom="Het bestand kan zijn afgekapt.",
    )


class _Prefixed(io.RawIOBase):
    """A stream whose first byte was already looked at."""

    def __init__(self, eerste: bytes, rest: Stroom) -> None:
        super().__init__()
        self._eerste = eerste
        self._rest = rest

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._eerste and size:
            eerste, self._eerste = self._eerste, b""
            return eerste + (self._rest.read() if size < 0 else self._rest.read(size - 1))
        return self._rest.read(size)
