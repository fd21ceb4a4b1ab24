"""Deliveries that were read and checked before, kept by content: a quarter reads each file once, not once a notebook.

What is kept is the typed frame with pseudonymised schema columns only, in a private folder (0700, files 0600). The key
is a hash of the file, its control letter, its schema and questionnaire, and of this very room: when any of them
changes, the file is read and checked again.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from functools import lru_cache
from pathlib import Path

import pandas as pd

from sdm_lib.errors import Melding
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.project import project_root
from sdm_lib.sources import hashes
from sdm_lib.sources.levering import load_schema
from sdm_lib.sources.reading import Levering, read

VERSLAG = b"sdm"  # key of our own part of the Parquet metadata
BRIEF = "leveringsbrief.csv"


def read_kept(
    naam: str, *, folder: Path, cache: Path, root: Path | None = None, kwartaal: Kwartaal | None = None
) -> Levering:
    """As `read`, from what was kept when nothing has changed since. Raises as `read`, and keeps nothing then."""
    root = root or project_root()
    path = folder / load_schema(naam, root=root, folder=folder).bestand
    if not path.is_file():
        return read(naam, folder=folder, root=root, kwartaal=kwartaal)
    bewaard = cache / f"{naam}-{_key(naam, path, root=root, kwartaal=kwartaal)}.parquet"
    if bewaard.is_file():
        return _load(bewaard)
    levering = read(naam, folder=folder, root=root, kwartaal=kwartaal)
    _store(levering, bewaard)
    return levering


@dataclasses.dataclass(frozen=True, slots=True)
class Bekend:
    """What is known of a kept delivery without opening it: the key of its content, and what a page says of it."""

    sleutel: str
    bestand: str
    fictief: bool
    sleutel_id: str


def known(
    naam: str, *, folder: Path, cache: Path, root: Path | None = None, kwartaal: Kwartaal | None = None
) -> Bekend:
    """The content of a delivery as a key; it is read and checked first when it was not yet. Raises as `read`."""
    import pyarrow.parquet as pq

    root = root or project_root()
    path = folder / load_schema(naam, root=root, folder=folder).bestand
    if not path.is_file():  # an answer of a server: its content is known only by asking
        levering = read(naam, folder=folder, root=root, kwartaal=kwartaal)
        return Bekend(levering.sha256, levering.bestand, levering.fictief, levering.sleutel_id)
    sleutel = _key(naam, path, root=root, kwartaal=kwartaal)
    bewaard = cache / f"{naam}-{sleutel}.parquet"
    if not bewaard.is_file():
        read_kept(naam, folder=folder, cache=cache, root=root, kwartaal=kwartaal)
    verslag = json.loads(pq.read_schema(bewaard).metadata[VERSLAG])
    return Bekend(sleutel, verslag["bestand"], verslag["fictief"], verslag["sleutel_id"])


def _key(naam: str, path: Path, *, root: Path, kwartaal: Kwartaal | None) -> str:
    schema = load_schema(naam, root=root)
    params = root / "params"
    bestanden = [path, path.parent / BRIEF, params / "leveringen" / f"{naam}.yaml", params / "gebieden.yaml"]
    if schema.vragenlijst:
        bestanden.append(params / "vragenlijsten" / f"{schema.vragenlijst}.yaml")
    delen = [hashes.look(bestand) for bestand in bestanden]
    # a rule may look at another delivery of the same folder
    delen += [hashes.look(ander) for ander in _others(naam, path.parent, root)]
    return hashlib.sha256("\n".join([*delen, path.parent.name, str(kwartaal), _room()]).encode()).hexdigest()[:32]


def _others(naam: str, folder: Path, root: Path) -> list[Path]:
    genoemd = {regel.levering for regel in load_schema(naam, root=root).regels if regel.levering}
    paden = (folder / load_schema(ander, root=root, folder=folder).bestand for ander in sorted(genoemd))
    return [path for path in paden if path.is_file()]


@lru_cache(maxsize=1)
def _room() -> str:
    som = hashlib.sha256()
    for bron in sorted(Path(__file__).parent.glob("*.py")):
        som.update(bron.read_bytes())
    return som.hexdigest()


def _store(levering: Levering, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    verslag = dataclasses.asdict(dataclasses.replace(levering, frame=pd.DataFrame()))
    del verslag["frame"]
    verslag["dtypes"] = {kolom: str(soort) for kolom, soort in levering.frame.dtypes.items()}
    table = pa.Table.from_pandas(levering.frame, preserve_index=False)
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), VERSLAG: json.dumps(verslag).encode()})
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    tijdelijk = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(tijdelijk, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as handle:
        pq.write_table(table, handle)
    os.replace(tijdelijk, path)


def _load(path: Path) -> Levering:
    import pyarrow.parquet as pq

    os.utime(path)  # used: its retention begins anew
    table = pq.read_table(path, memory_map=os.name == "posix")  # elsewhere a mapped file cannot be replaced
    verslag = json.loads(table.schema.metadata[VERSLAG])
    frame: pd.DataFrame = table.to_pandas().astype(verslag.pop("dtypes"))
    meldingen = tuple(Melding(**{**m, "regels": tuple(m["regels"])}) for m in verslag.pop("meldingen"))
    return Levering(frame=frame, meldingen=meldingen, **verslag)
