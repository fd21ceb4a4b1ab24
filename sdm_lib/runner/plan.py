"""What has to run, and why: one task a topic and area, with a key made of everything that its outcome depends on.

The key is a hash of notebook, parameters, run files, shared parameters, declared deliveries and reference files, the
library up to `monitor`, the lock file and the interpreter. Protection and drawing are not in it: they follow every
change by themselves and cost no kernel.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sdm_lib import indicators, monitor, sources
from sdm_lib.errors import Melding, ParameterFout, SdmFout, bedoelde_u
from sdm_lib.kwartaal import Verslagperiode
from sdm_lib.monitor import STAD, RunBestand
from sdm_lib.monitor.run import CACHE
from sdm_lib.runner import edities, notebook
from sdm_lib.schema import Loaded

# Rooms that a kernel never loads when the runner executes: a change there redraws pages but executes nothing.
AFTER_THE_KERNEL = ("disclosure", "report", "runner", "cli", "synthetic")


@dataclass(frozen=True)
class Taak:
    """One notebook run: a topic for an area."""

    onderwerp: str
    gebied: str
    parameters: Mapping[str, Any]
    bestand: Loaded[RunBestand]
    sleutel: str
    invoer: Mapping[str, str]  # file, seen from the project or its own folder -> sha256

    @property
    def naam(self) -> str:
        """The name of its page, without extension: ``clienten`` for the city, ``clienten-WK003401`` for an area."""
        return self.onderwerp if self.gebied == STAD else f"{self.onderwerp}-{self.gebied}"


@dataclass(frozen=True)
class Plan:
    """All tasks of a quarter, and which of them were asked for."""

    root: Path
    kwartaal: Verslagperiode
    taken: tuple[Taak, ...]
    gevraagd: frozenset[str]  # topics

    @cached_property
    def onderwerpen(self) -> tuple[str, ...]:
        """Topics in the order of the site: basic figures first, money last."""
        return tuple(dict.fromkeys(taak.onderwerp for taak in self.taken))


VOLGORDE = ("basiscijfers", "nulmeting", "stelsel", "clienten", "kosten", "beleidsmonitor")


def make_plan(
    root: Path,
    *,
    kwartaal: Verslagperiode,
    gevraagd: Sequence[str] = (),
    gegeven: Mapping[str, str] | None = None,
    leveringen: str = "",
) -> Plan:
    """Plan a quarter. Raises ParameterFout with every unknown topic, parameter and key; nothing is run then.

    gevraagd : topics to make; none means all that have a run file.
    gegeven : notebook parameters as typed (``-p name=value``); they go to every notebook asked for.
    leveringen : another folder with deliveries than the run files name.
    """
    bekend = sorted(monitor.onderwerpen(root, kwartaal=kwartaal), key=_volgorde)
    onbekend = [naam for naam in gevraagd if naam not in bekend]
    catalogue = indicators.load(root)
    fouten: list[Melding] = [
        Melding("SDM-221", f"onbekend onderwerp '{naam}' voor {kwartaal}", bedoelde_u(naam, bekend))
        for naam in onbekend
    ]
    keuze = frozenset(gevraagd or bekend)
    taken: list[Taak] = []
    for onderwerp in bekend:
        fouten += _unknown_indicators(root, kwartaal=kwartaal, onderwerp=onderwerp, catalogue=catalogue)
        try:
            extra = gegeven if gegeven and onderwerp in keuze else {}
            taken += _taken(root, kwartaal=kwartaal, onderwerp=onderwerp, gegeven=extra or {}, leveringen=leveringen)
        except ParameterFout as fout:
            fouten += [melding for melding in fout.meldingen if melding not in fouten]
    if fouten:
        raise ParameterFout(*fouten)
    return Plan(root, kwartaal, tuple(taken), keuze)


def _unknown_indicators(
    root: Path, *, kwartaal: Verslagperiode, onderwerp: str, catalogue: indicators.Catalogue
) -> Iterable[Melding]:
    """Every id that a notebook or its run file names and the catalogue does not have, with place and nearest name."""
    kapot = {melding.sleutel.split(".")[0]: melding for melding in catalogue.meldingen}
    path = root / "notebooks" / f"{onderwerp}.ipynb"
    for naam, cel, regel in notebook.indicator_ids(path) if path.is_file() else ():
        if naam not in catalogue:
            herstel = f"Verbeter {kapot[naam].waar}." if naam in kapot else bedoelde_u(naam, catalogue)
            wat = f"onbekende indicator '{naam}'"
            yield Melding(
                "SDM-237", wat, herstel, bestand=f"notebooks/{onderwerp}.ipynb", sleutel=f"cel {cel}", regels=(regel,)
            )
    try:
        bestand = monitor.load_run(root, kwartaal=kwartaal, onderwerp=onderwerp)
    except ParameterFout:
        return  # told where the run file is read for the plan itself
    for bron, waarde in bestand.value.bronnen.items():
        for naam in waarde.weging.kerncijfers if waarde.weging else ():
            if naam not in catalogue:
                regels = bestand.regel(f"bronnen.{bron}.weging.kerncijfers")
                wat = f"onbekende indicator '{naam}'"
                yield Melding(
                    "SDM-237",
                    wat,
                    bedoelde_u(naam, catalogue),
                    bestand=bestand.bestand,
                    sleutel="kerncijfers",
                    regels=regels,
                )


def _volgorde(onderwerp: str) -> tuple[int, str]:
    return (VOLGORDE.index(onderwerp) if onderwerp in VOLGORDE else len(VOLGORDE), onderwerp)


def _taken(
    root: Path, *, kwartaal: Verslagperiode, onderwerp: str, gegeven: Mapping[str, str], leveringen: str
) -> Iterable[Taak]:
    path = root / "notebooks" / f"{onderwerp}.ipynb"
    bestand = monitor.load_run(root, kwartaal=kwartaal, onderwerp=onderwerp)
    extra = notebook.check_parameters(path, gegeven, bestand=f"notebooks/{path.name}")
    folder = root / (leveringen or bestand.value.leveringen)
    invoer = _invoer(root, kwartaal=kwartaal, onderwerp=onderwerp, folder=folder)
    gemeen = _hash(
        notebook.content_hash(path),
        _files_hash(root, _shared_files(root)),
        json.dumps(invoer, sort_keys=True),
        platform.python_version(),
    )
    for gebied in bestand.value.gebieden:
        if "gebied" in extra and gebied != extra["gebied"]:
            continue
        parameters = {"kwartaal": str(kwartaal), "gebied": gebied, "leveringen": leveringen} | extra
        sleutel = _hash(gemeen, json.dumps(parameters, sort_keys=True))
        yield Taak(onderwerp, gebied, parameters, bestand, sleutel, invoer)


def _invoer(root: Path, *, kwartaal: Verslagperiode, onderwerp: str, folder: Path) -> dict[str, str]:
    """Run files and deliveries of this quarter and of the quarters it is compared with, with their hashes."""
    bestand = monitor.load_run(root, kwartaal=kwartaal, onderwerp=onderwerp)
    files = {bestand.bestand: root / bestand.bestand}
    files |= _deliveries(bestand.value, folder)
    for ander in bestand.value.vergelijking.values():
        if ander != kwartaal:
            eerder = monitor.load_run(root, kwartaal=ander, onderwerp=onderwerp)
            files[eerder.bestand] = root / eerder.bestand
            files |= _deliveries(eerder.value, root / eerder.value.leveringen)
    return {naam: sources.sha256(path) for naam, path in sorted(files.items()) if path.is_file()}


def _deliveries(bestand: RunBestand, folder: Path) -> dict[str, Path]:
    paths = (folder / sources.load_schema(naam).bestand for naam in bestand.bronnen)
    return {f"{path.parent.name}/{path.name}": path for path in paths}


def _shared_files(root: Path) -> list[Path]:
    params = [path for path in (root / "params").rglob("*.yaml") if not path.parent.name[:1].isdigit()]
    library = [
        path
        for path in (root / "sdm_lib").rglob("*.py")
        if path.relative_to(root / "sdm_lib").parts[0] not in AFTER_THE_KERNEL
    ]
    return [*params, *library, *(root / "data" / "reference").glob("*.csv"), root / "requirements.lock"]


def _files_hash(root: Path, paths: Iterable[Path]) -> str:
    return _hash(*(f"{path.relative_to(root).as_posix()} {sources.sha256(path)}" for path in sorted(paths)))


def _hash(*delen: str) -> str:
    return hashlib.sha256("\n".join(delen).encode()).hexdigest()


def base_key(plan: Plan) -> str:
    """One hash for what the site is made of: every task, what was signed off, and the code that protects and draws."""
    drawing = [
        path
        for room in ("disclosure", "report", "runner")
        for path in (plan.root / "sdm_lib" / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    definities = [path for path in (plan.root / "params" / "indicatoren").glob("*.yaml") if path.is_file()]
    getekend = [path for path in (plan.root / "params" / str(plan.kwartaal)).glob("_*.yaml") if path.is_file()]
    taken = (f"{taak.naam} {taak.sleutel}" for taak in plan.taken)
    return _hash(_files_hash(plan.root, [*drawing, *definities, *getekend]), *taken)


def site_key(plan: Plan, *, erbij: Sequence[str] = ()) -> str:
    """One hash for the whole site: what it is made of, and the released editions that it may not contradict.

    erbij : the lines of editions that are about to be released.
    """
    return _hash(base_key(plan), *sorted([*edities.kenmerken(plan.root), *erbij]))


def check_input(plan: Plan, *, leveringen: str = "") -> tuple[SdmFout, ...]:
    """Read, check and keep every delivery that the asked topics need; the problems of all files together.

    Notebooks then find each delivery read and checked: it happens once a quarter, not once a page.
    """
    nodig: dict[Path, set[str]] = {}
    for taak in plan.taken:
        if taak.onderwerp in plan.gevraagd:
            folder = plan.root / (leveringen or taak.bestand.value.leveringen)
            nodig.setdefault(folder, set()).update(taak.bestand.value.bronnen)
            for ander in taak.bestand.value.vergelijking.values():
                eerder = monitor.load_run(plan.root, kwartaal=ander, onderwerp=taak.onderwerp).value
                nodig.setdefault(plan.root / eerder.leveringen, set()).update(eerder.bronnen)
    fouten: list[SdmFout] = []
    for folder, namen in sorted(nodig.items()):
        for naam in sorted(namen):
            try:
                sources.read_kept(naam, folder=folder, cache=plan.root / CACHE)
            except SdmFout as fout:
                fouten.append(fout)
    return tuple(fouten)
