"""Replace whoever can be found by whoever cannot: a keyed HMAC in place of a person's number.

A plain hash of a citizen service number is undone in minutes, for there are fewer than a thousand million of them; a
keyed one is not, as long as the key lies elsewhere. The key file therefore may not lie in the project, each project
has its own, and its id (never the key) goes along in the column `sleutel_id` to the provenance.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import os
import re
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from sdm_lib.errors import InvoerFout, Melding, ParameterFout, PrivacyFout
from sdm_lib.project import project_root
from sdm_lib.sources import kop, privacy
from sdm_lib.sources.getallen import coarse_postcode, trimmed
from sdm_lib.sources.levering import SLEUTEL, Kolom, Schema, load_schema, load_vragenlijst
from sdm_lib.sources.reading import load_text
from sdm_lib.sources.ruw import Ruw, connection, plat, sweep
from sdm_lib.sources.woorden import Tekst, asked

LENGTE = 16  # hexadecimals: 64 bits, a collision among 3 million persons once in four million times
MINSTENS_BYTES = 32
_ID = b"sdm key id"
_PLAK = 1 << 18  # rows written at a time
_VOORVOEGSEL = ".sdm-"  # of a file that is being written


@dataclass(frozen=True, slots=True)
class Sleutel:
    """A secret key and its public id."""

    geheim: bytes
    id: str

    def __repr__(self) -> str:
        return f"Sleutel(id={self.id!r})"


@dataclass(frozen=True, slots=True)
class Pseudoniemen:
    """What was done: columns replaced, rows written, and which key was used."""

    doel: Path
    kolommen: tuple[str, ...]
    rijen: int
    sleutel_id: str
    meldingen: tuple[Melding, ...] = ()


def new_key(path: Path, *, root: Path | None = None) -> Sleutel:
    """Make a key file outside the project, readable by its owner alone. Raises ParameterFout when it exists."""
    _outside(path, root)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        wat = "dit sleutelbestand bestaat al"
        raise ParameterFout(
            Melding("SDM-407", wat, "Kies een andere naam: met een andere sleutel past niets meer op elkaar.")
        ) from None
    with os.fdopen(handle, "w", encoding="ascii") as bestand:
        bestand.write(secrets.token_hex(MINSTENS_BYTES) + "\n")
    return load_key(path, root=root)


def load_key(path: Path, *, root: Path | None = None) -> Sleutel:
    """Read a key file. Raises PrivacyFout when it lies in the project, is missing, or is too short."""
    _outside(path, root)
    geheim = path.read_bytes().strip() if path.is_file() else b""
    if len(geheim) < MINSTENS_BYTES:
        wat = "het sleutelbestand ontbreekt of is te kort"
        herstel = f"Maak er een met minstens {MINSTENS_BYTES} tekens, en bewaar het buiten het project."
        raise PrivacyFout(Melding("SDM-407", wat, herstel))
    return Sleutel(geheim, hmac.digest(geheim, _ID, "sha256").hex()[:8])


def _outside(path: Path, root: Path | None) -> None:
    if path.resolve().is_relative_to((root or project_root()).resolve()):
        wat = "het sleutelbestand ligt in het project"
        herstel = "Bewaar het elders: wie project en sleutel heeft, kan personen terugvinden."
        raise PrivacyFout(Melding("SDM-406", wat, herstel))


def pseudonym(waarde: str, sleutel: Sleutel) -> str:
    """The pseudonym of one value: the first sixteen hexadecimals of HMAC-SHA-256 (RFC 2104).

    >>> pseudonym("111222333", Sleutel(b"k" * 32, "demo"))
    'c38bb4ee1ad9fecc'
    """
    return hmac.digest(sleutel.geheim, waarde.encode(), hashlib.sha256).hex()[:LENGTE]


def pseudonymise(naam: str, *, bron: Path, doel: Path, sleutel: Path, root: Path | None = None) -> Pseudoniemen:
    """Write a delivery again with a pseudonym in every column of soort ``persoonscode``.

    Only columns of the schema are written, under the schema's names, as text; what the schema coarsens is coarsened.
    doel : .csv (UTF-8, semicolon) or .parquet; it appears when it is complete.
    Raises InvoerFout for a file that cannot be read, PrivacyFout when another column holds citizen service numbers.
    """
    schema = load_schema(naam, root=root)
    key = load_key(sleutel, root=root)
    kolommen = tuple(kolom for kolom, k in schema.kolommen.items() if k.soort == "persoonscode")
    vragenlijst = load_vragenlijst(schema.vragenlijst, root=root) if schema.vragenlijst else None
    with connection() as con:
        ruw = load_text(con, bron, schema, vragenlijst=vragenlijst)
        koppeling = kop.couple(ruw.namen, schema, bestand=bron.name, blad=ruw.blad)
        _require_readable(ruw, koppeling)
        plaats = koppeling.plaats
        _require_no_other(ruw, schema, plaats, kolommen)
        meldingen, velden = _columns(ruw, schema, plaats, key)
        if koppeling.merk is not None:
            velden["fictief"] = (koppeling.merk, ruw.tekst.woorden[koppeling.merk])
        kaal = not any(_needs_quotes(woorden) for _, woorden in velden.values())
        _write(_delivery(ruw.tekst, velden, key), doel, kaal=kaal)
    gedaan = tuple(kolom for kolom in kolommen if kolom in plaats)
    return Pseudoniemen(doel, gedaan, ruw.rijen, key.id, tuple(meldingen))


def _require_readable(ruw: Ruw, koppeling: kop.Koppeling) -> None:
    meldingen = ruw.meldingen if not ruw.rijen else (*ruw.meldingen, *koppeling.meldingen)
    fouten = [melding for melding in meldingen if melding.ernst == "fout"]
    if fouten:
        raise InvoerFout(*fouten)


def _require_no_other(ruw: Ruw, schema: Schema, plaats: dict[str, int], kolommen: Iterable[str]) -> None:
    """A citizen service number in a column that is kept and not replaced would go along."""
    eigen = {plaats[kolom] for kolom in kolommen if kolom in plaats}
    gehouden = {i for i in plaats.values() if i not in eigen}
    fouten = [
        melding
        for melding in privacy.problems(ruw, schema, plaats)
        if melding.kolom in {ruw.namen[i] for i in gehouden} | (set(plaats) - set(kolommen))
    ]
    if fouten:
        raise PrivacyFout(*fouten)


def _columns(
    ruw: Ruw, schema: Schema, plaats: dict[str, int], key: Sleutel
) -> tuple[list[Melding], dict[str, tuple[int, pa.Array]]]:
    """Per column of the schema what is written for each of its words, and what is doubted about numbers."""
    meldingen: list[Melding] = []
    velden = {}
    for naam, k in plaats.items():
        kolom = schema.kolommen[naam]
        if kolom.vergroof == "weg":
            continue
        vraag = f"SELECT id, {_field(kolom)} AS x FROM _woorden"
        woorden = asked(ruw.con, ruw.tekst.woorden[k], vraag)["x"].combine_chunks()
        if kolom.soort == "persoonscode":
            woorden, twijfel = _replaced(ruw, k, woorden, key, kolom)
            meldingen += twijfel
        velden[naam] = (k, woorden)
    return meldingen, velden


def _replaced(ruw: Ruw, k: int, woorden: pa.Array, key: Sleutel, kolom: Kolom) -> tuple[pa.Array, list[Melding]]:
    """Pseudonyms for words; each different one is hashed once. What means that nobody is known stays."""
    is_bsn = plat(ruw.namen[k]) in privacy.BSN_NAMEN or k in privacy.bsn_columns(ruw.tekst, [k])
    paar = woorden.dictionary_encode()
    waarden = paar.dictionary.to_pylist()
    kaal = [_nine_digits(waarde) if is_bsn else waarde for waarde in waarden]
    codes = [waarde if waarde in kolom.ontbrekend else pseudonym(waarde, key) for waarde in kaal]
    personen = [waarde for waarde in kaal if waarde not in kolom.ontbrekend]
    return pa.array(codes, pa.string()).take(paar.indices), _failing(personen, ruw, k) if is_bsn else []


def _nine_digits(waarde: str) -> str:
    """A citizen service number without points, dashes and blanks, with the zero that a spreadsheet dropped."""
    kaal = re.sub("[. -]", "", waarde.removesuffix(".0"))
    return kaal.zfill(9) if kaal.isdecimal() and len(kaal) >= 8 else kaal


def _failing(waarden: list[str], ruw: Ruw, i: int) -> list[Melding]:
    getallen = np.array([int(w) if w.isdecimal() and len(w) == 9 else 0 for w in waarden], dtype=np.int64)
    fout = int((~privacy.eleven_test(getallen)).sum())
    if not fout:
        return []
    melding = Melding(
        "SDM-408",
        f"{fout} verschillende nummers halen de elfproef niet",
        "Vraag de leverancier na of dit typefouten zijn; zij zijn wel vervangen.",
        bestand=ruw.bestand,
        kolom=ruw.namen[i],
        ernst="waarschuwing",
        waarom="Wie met een typefout staat, wordt niet als dezelfde persoon herkend.",
    )
    return [melding]


def _field(kolom: Kolom) -> str:
    """SQL: what is kept of a word."""
    tekst = trimmed("v")
    if kolom.vergroof == "jaar":
        jaar = f"nullif(regexp_extract({tekst}, '(18|19|20)[0-9]{{2}}'), '')"
        return f"{jaar} || '-01-01'" if kolom.soort == "datum" else jaar  # a date again, of which the year is kept
    return coarse_postcode(tekst, kolom.vergroof) if kolom.vergroof else tekst


def _delivery(tekst: Tekst, velden: dict[str, tuple[int, pa.Array]], key: Sleutel) -> Iterator[pa.Table]:
    """The rows as they are written, in slices."""
    for begin in range(0, len(tekst), _PLAK):
        plak = {naam: pc.take(woorden, tekst.codes[k].slice(begin, _PLAK)) for naam, (k, woorden) in velden.items()}
        aantal = min(_PLAK, len(tekst) - begin)
        yield pa.table(plak | {SLEUTEL: pa.repeat(pa.scalar(key.id), aantal)})


def _needs_quotes(woorden: pa.Array) -> bool:
    return bool(pc.any(pc.match_substring_regex(woorden, "[;\"'\r\n]")).as_py())


def _write(plakken: Iterator[pa.Table], doel: Path, *, kaal: bool) -> None:
    """Write beside the target and move it into place, so that half a file never has its name.

    kaal : no text needs quotes, so none are written: the file is smaller and read faster.
    """
    sweep(doel.parent, _VOORVOEGSEL)
    handle, tijdelijk = tempfile.mkstemp(prefix=f"{_VOORVOEGSEL}{os.getpid()}-", suffix=doel.suffix, dir=doel.parent)
    os.close(handle)
    try:
        eerste = next(plakken)
        with _writer(tijdelijk, eerste.schema, kaal=kaal) as writer:
            for plak in itertools.chain((eerste,), plakken):
                writer.write_table(plak)
        os.replace(tijdelijk, doel)
    finally:
        Path(tijdelijk).unlink(missing_ok=True)


def _writer(pad: str, velden: pa.Schema, *, kaal: bool) -> Any:
    if pad.endswith(".parquet"):
        import pyarrow.parquet as pq

        return pq.ParquetWriter(pad, velden)
    opties = pacsv.WriteOptions(delimiter=";", quoting_style="none" if kaal else "needed")
    return pacsv.CSVWriter(pad, velden, write_options=opties)
