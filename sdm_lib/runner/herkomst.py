"""Where an executed notebook came from: the record of what it read, kept beside it.

A task is executed again when its notebook, parameters, libraries or interpreter changed, or anything that it read the
last time: a delivery, a parameter file, a definition, a module of the kit. The record is told by the notebook itself
(`monitor.toezicht`), so nothing has to be declared and nothing can be forgotten; the same record is the provenance.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sdm_lib.results import MIME

if TYPE_CHECKING:
    from sdm_lib.indicators import Catalogue


class Toestand:
    """How things are now: the hash of anything that a record can name, each looked up once."""

    def __init__(self, root: Path, catalogue: Catalogue, *, zojuist: bool = False) -> None:
        self.root, self.catalogue, self.zojuist = root, catalogue, zojuist
        self._bekend: dict[str, str] = {}

    def __getitem__(self, naam: str) -> str:
        if naam not in self._bekend:
            self._bekend[naam] = self._look(*naam.split(":", 1))
        return self._bekend[naam]

    def _look(self, soort: str, naam: str) -> str:
        from sdm_lib import monitor, sources

        if soort == "indicator":
            return monitor.definition_hash(self.catalogue, naam)
        if soort == "onderwerp":
            return monitor.topic_hash(self.catalogue, naam)
        if soort == "huisregel":
            return monitor.house_rule_hash(self.root, naam)
        if soort == "server":
            return ""  # never the same as before: a server has to be asked again
        path = (monitor.PACKAGE.parent if soort == "module" else self.root) / naam
        return sources.sha256(path) if path.is_file() else ""


@dataclass(frozen=True)
class Herkomst:
    """What is known of a task that was executed before: why it has to run again, or else the key of its outcome."""

    reden: str = ""
    sleutel: str = ""
    invoer: Mapping[str, str] = field(default_factory=dict)  # files that were read, as a page may name them -> hash
    server: bool = False  # whether it stands on an answer of a server, which may be another tomorrow
    plaatsen: tuple[str, ...] = ()  # where those lie, also those that were looked for in vain


ONBEKEND = Herkomst("nog niet uitgevoerd")


def lookup(folder: Path, *, id: str, basis: Mapping[str, str], nu: Toestand) -> Herkomst:
    """Whether what is kept of a task still holds. id : the name of the task. basis : what it is before it reads."""
    try:
        inhoud = json.loads((folder / f"{id}.json").read_bytes())
    except FileNotFoundError:
        return ONBEKEND
    for deel, hash_ in basis.items():
        if inhoud["basis"].get(deel) != hash_:
            return Herkomst(f"{deel} veranderde")
    gelezen: dict[str, str] = inhoud["gelezen"]
    server = any(naam.startswith("server:") for naam in gelezen)
    if anders := [naam for naam, hash_ in gelezen.items() if not _holds(naam, hash_, nu)]:
        return Herkomst(_reason(anders))
    if not (folder / f"{id}.ipynb").is_file():
        return Herkomst("het uitgevoerde notebook is weg")
    bestanden = {naam.partition(":")[2]: hash_ for naam, hash_ in gelezen.items() if naam.startswith("bestand:")}
    invoer = {_short(pad): hash_ for pad, hash_ in sorted(bestanden.items()) if hash_}
    return Herkomst(sleutel=_key(basis, gelezen), invoer=invoer, plaatsen=tuple(bestanden), server=server)


def _holds(naam: str, hash_: str, nu: Toestand) -> bool:
    # what a server answered a moment ago stands for this run; the next run asks it again
    return nu[naam] == hash_ or (nu.zojuist and naam.startswith("server:"))


def keep(folder: Path, *, id: str, basis: Mapping[str, str], bezig: Path, notebook: Any) -> Path:
    """Take over a notebook that was just executed, with the record that its pieces tell; returns where it lies."""
    gelezen = dict(sorted(_told(notebook)))
    klaar, record = folder / f"{id}.ipynb", folder / f"{id}.json"
    record.unlink(missing_ok=True)  # never an old record beside a new notebook
    os.replace(bezig, klaar)
    tijdelijk = record.with_suffix(f".{os.getpid()}")
    tijdelijk.write_text(json.dumps({"basis": dict(basis), "gelezen": gelezen}), encoding="utf-8")
    os.replace(tijdelijk, record)
    return klaar


def _told(notebook: Any) -> Iterable[tuple[str, str]]:
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            yield from output.get("metadata", {}).get(MIME, {}).get("gelezen", {}).items()


def _reason(anders: list[str]) -> str:
    namen = [_short(naam.partition(":")[2]) for naam in anders]
    rest = f" en {len(namen) - 2} andere" if len(namen) > 2 else ""
    return f"{', '.join(namen[:2])}{rest} veranderde{'n' if len(namen) > 1 else ''}"


def _short(pad: str) -> str:
    """A path inside the project as it is; of one outside only folder and name, for it may hold a user's name."""
    return "/".join(Path(pad).parts[-2:]) if Path(pad).is_absolute() else pad


def _key(basis: Mapping[str, str], gelezen: Mapping[str, str]) -> str:
    delen = {"basis": dict(basis), "gelezen": {_short(naam): hash_ for naam, hash_ in gelezen.items()}}
    return hashlib.sha256(json.dumps(delen, sort_keys=True).encode()).hexdigest()
