"""Replace whoever can be found by whoever cannot: a keyed HMAC in place of a person's number.

A plain hash of a citizen service number is undone in minutes, for there are fewer than a thousand million of them; a
keyed one is not, as long as the key lies elsewhere. The key file therefore may not lie in the project, each project
has its own, and its id (never the key) goes along in the column `sleutel_id` to the provenance.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from sdm_lib.errors import InvoerFout, Melding, ParameterFout, PrivacyFout
from sdm_lib.sources import kop, privacy
from sdm_lib.sources.getallen import coarse_postcode, trimmed
from sdm_lib.sources.levering import SLEUTEL, Kolom, Schema, load_schema, load_vragenlijst
from sdm_lib.sources.paths import project_root
from sdm_lib.sources.reading import load_text
from sdm_lib.sources.ruw import RIJ, Ruw, connection, ident, literal, plat

LENGTE = 16  # hexadecimals: 64 bits, a collision among 3 million persons once in four million times
MINSTENS_BYTES = 32
_ID = b"sdm key id"


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
        meldingen = [_replace(ruw, plaats[kolom], key) for kolom in kolommen if kolom in plaats]
        velden = [_field(schema.kolommen[k], k, i) for k, i in plaats.items() if schema.kolommen[k].vergroof != "weg"]
        merk = [f"c{koppeling.merk} AS fictief"] if koppeling.merk is not None else []
        select = ", ".join([*velden, *merk, f"{literal(key.id)} AS {SLEUTEL}"])
        _write(con.execute(f"SELECT {select} FROM ruw ORDER BY {RIJ}").to_arrow_reader(1 << 16), doel)
    gedaan = tuple(kolom for kolom in kolommen if kolom in plaats)
    return Pseudoniemen(doel, gedaan, ruw.rijen, key.id, tuple(m for m in meldingen if m is not None))


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


def _replace(ruw: Ruw, i: int, key: Sleutel) -> Melding | None:
    """Put pseudonyms in a column of `ruw`; each distinct value is hashed once."""
    is_bsn = plat(ruw.namen[i]) in privacy.BSN_NAMEN or i in privacy.bsn_columns(ruw.con, {i: f"c{i}"}, tabel="ruw")
    waarden = [rij[0] for rij in ruw.con.execute(f"SELECT DISTINCT c{i} FROM ruw WHERE c{i} IS NOT NULL").fetchall()]
    kaal = [_nine_digits(waarde) if is_bsn else waarde.strip() for waarde in waarden]
    codes = [pseudonym(waarde, key) if waarde else None for waarde in kaal]
    ruw.con.register("_paren", pa.table({"v": pa.array(waarden, pa.string()), "p": pa.array(codes, pa.string())}))
    ruw.con.execute(f"UPDATE ruw SET c{i} = _paren.p FROM _paren WHERE ruw.c{i} = _paren.v")
    ruw.con.unregister("_paren")
    return _failing(kaal, ruw, i) if is_bsn else None


def _nine_digits(waarde: str) -> str:
    """A citizen service number without points and blanks, with the zero that a spreadsheet dropped."""
    kaal = waarde.strip().removesuffix(".0").replace(".", "").replace(" ", "")
    return kaal.zfill(9) if kaal.isdigit() and len(kaal) >= 8 else kaal


def _failing(waarden: list[str], ruw: Ruw, i: int) -> Melding | None:
    getallen = np.array([int(w) if w.isdigit() and len(w) == 9 else 0 for w in waarden if w], dtype=np.int64)
    fout = int((~privacy.eleven_test(getallen)).sum())
    if not fout:
        return None
    return Melding(
        "SDM-408",
        f"{fout} verschillende nummers halen de elfproef niet",
        "Vraag de leverancier na of dit typefouten zijn; zij zijn wel vervangen.",
        bestand=ruw.bestand,
        kolom=ruw.namen[i],
        ernst="waarschuwing",
        waarom="Wie met een typefout staat, wordt niet als dezelfde persoon herkend.",
    )


def _field(kolom: Kolom, naam: str, i: int) -> str:
    tekst = trimmed(f"c{i}")
    if kolom.vergroof == "jaar":
        tekst = f"regexp_extract({tekst}, '(18|19|20)[0-9]{{2}}')"
    elif kolom.vergroof in ("postcode4", "postcode6"):
        tekst = coarse_postcode(tekst, kolom.vergroof)
    return f"{tekst} AS {ident(naam)}"


def _write(reader: Any, doel: Path) -> None:
    """Write beside the target and move it into place, so that half a file never has its name."""
    handle, tijdelijk = tempfile.mkstemp(prefix=".sdm-", suffix=doel.suffix, dir=doel.parent)
    os.close(handle)
    try:
        if doel.suffix == ".parquet":
            _write_parquet(reader, Path(tijdelijk))
        else:
            opties = pacsv.WriteOptions(delimiter=";", quoting_style="needed")
            with pacsv.CSVWriter(tijdelijk, reader.schema, write_options=opties) as writer:
                for batch in reader:
                    writer.write_batch(batch)
        os.replace(tijdelijk, doel)
    finally:
        Path(tijdelijk).unlink(missing_ok=True)


def _write_parquet(reader: Any, path: Path) -> None:
    import pyarrow.parquet as pq

    with pq.ParquetWriter(path, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)
