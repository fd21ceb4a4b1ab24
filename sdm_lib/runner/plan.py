"""What there is to run, and why: one task a topic and area, with what is known of it from before (`herkomst`).

Protection and drawing are not in the key of a task: they follow every change by themselves and cost no kernel.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from sdm_lib import indicators, monitor, sources
from sdm_lib.aanroep import helpful
from sdm_lib.errors import Melding, ParameterFout, SdmFout, bedoelde_u
from sdm_lib.kwartaal import Verslagperiode
from sdm_lib.monitor import STAD, RunBestand
from sdm_lib.monitor.grondslag import CACHE
from sdm_lib.runner import edities, notebook
from sdm_lib.runner.herkomst import ONBEKEND, Herkomst, Toestand, lookup
from sdm_lib.runner.store import private_folder
from sdm_lib.schema import Loaded


@dataclass(frozen=True)
class Taak:
    """One notebook run: a topic for an area."""

    onderwerp: str
    gebied: str
    parameters: Mapping[str, Any]
    bestand: Loaded[RunBestand]
    basis: Mapping[str, str]  # what it is before it reads anything, in the words of a reason -> hash
    herkomst: Herkomst = ONBEKEND

    @property
    def naam(self) -> str:
        """The name of its page, without extension: ``clienten`` for the city, ``clienten-WK003401`` for an area."""
        return self.onderwerp if self.gebied == STAD else f"{self.onderwerp}-{self.gebied}"

    @property
    def id(self) -> str:
        """A name of its own for this task: its page, and a hash of its parameters."""
        return f"{self.naam}-{_hash(json.dumps(self.parameters, sort_keys=True))[:16]}"

    @property
    def sleutel(self) -> str:
        """The key of its outcome; empty when it has to be executed first."""
        return self.herkomst.sleutel

    @property
    def invoer(self) -> Mapping[str, str]:
        """The files its outcome was made from, with their hash."""
        return self.herkomst.invoer


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


@helpful
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

    In a notebook: ``make_plan(project, kwartaal=Kwartaal(2015, 2), gevraagd=["clienten"])``
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
    if gegeven and not fouten and not any(taak.onderwerp in keuze for taak in taken):
        fouten.append(_unknown_area(root, gegeven["gebied"], kwartaal=kwartaal, onderwerpen=sorted(keuze)))
    if fouten:
        raise ParameterFout(*fouten)
    return looked_up(Plan(root, kwartaal, tuple(taken), keuze))


def looked_up(plan: Plan, *, zojuist: bool = False) -> Plan:
    """The plan with what is known of each task at this moment. zojuist : what had to run has just run."""
    folder = private_folder(plan.root, "uitgevoerd")
    nu = Toestand(plan.root, indicators.load(plan.root), zojuist=zojuist)
    taken = (replace(taak, herkomst=lookup(folder, id=taak.id, basis=taak.basis, nu=nu)) for taak in plan.taken)
    return replace(plan, taken=tuple(taken))


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


def _unknown_area(root: Path, gebied: str, *, kwartaal: Verslagperiode, onderwerpen: Sequence[str]) -> Melding:
    """An area that no topic asked for has a page of: nothing would be made."""
    runs = (monitor.load_run(root, kwartaal=kwartaal, onderwerp=naam) for naam in onderwerpen)
    bekend = dict.fromkeys(een for run in runs for een in run.value.gebieden)
    return Melding("SDM-223", f"onbekend gebied '{gebied}'", bedoelde_u(gebied, bekend), sleutel="gebieden")


def _volgorde(onderwerp: str) -> tuple[int, str]:
    return (VOLGORDE.index(onderwerp) if onderwerp in VOLGORDE else len(VOLGORDE), onderwerp)


def _taken(
    root: Path, *, kwartaal: Verslagperiode, onderwerp: str, gegeven: Mapping[str, str], leveringen: str
) -> Iterable[Taak]:
    path = root / "notebooks" / f"{onderwerp}.ipynb"
    bestand = monitor.load_run(root, kwartaal=kwartaal, onderwerp=onderwerp)
    extra = notebook.check_parameters(path, gegeven, bestand=f"notebooks/{path.name}")
    basis = {"het notebook": notebook.content_hash(path)} | _workbench(root)
    for gebied in bestand.value.gebieden:
        if "gebied" in extra and gebied != extra["gebied"]:
            continue
        parameters = {"kwartaal": str(kwartaal), "gebied": gebied, "leveringen": leveringen} | extra
        yield Taak(onderwerp, gebied, parameters, bestand, basis)


def _files_hash(root: Path, paths: Iterable[Path]) -> str:
    return _hash(*(f"{path.relative_to(root).as_posix()} {sources.sha256(path)}" for path in sorted(paths)))


def _hash(*delen: str) -> str:
    return hashlib.sha256("\n".join(delen).encode()).hexdigest()


def _workbench(root: Path) -> dict[str, str]:
    return {"requirements.lock": sources.sha256(root / "requirements.lock"), "Python": platform.python_version()}


def tools(root: Path) -> dict[str, str]:
    """What has to be the same wherever a notebook of this project is executed, in words -> hash or version."""
    return _workbench(root) | {"de code van de kit": _kit_hash(".")}


def base_key(plan: Plan) -> str:
    """One hash for what the site is made of: every task, what was signed off, and the code that protects and draws."""
    taken = (f"{taak.naam} {taak.sleutel}" for taak in plan.taken)
    return _hash(_kit_hash("disclosure", "report", "runner"), _rules_hash(plan), *taken)


def making_key(plan: Plan) -> str:
    """One hash for how a finished file is made from what notebooks found: all code, rules, libraries and reference."""
    lock = sources.sha256(plan.root / "requirements.lock")
    return _hash(_kit_hash("."), _rules_hash(plan), lock, platform.python_version())


def _kit_hash(*rooms: str) -> str:
    paths = (path for room in rooms for path in (monitor.PACKAGE / room).rglob("*"))
    return _files_hash(monitor.PACKAGE, (path for path in paths if path.is_file() and "__pycache__" not in path.parts))


def _rules_hash(plan: Plan) -> str:
    boven = plan.root / "params"  # what a quarter says is in the keys of the tasks that read it
    params = [path for path in boven.rglob("*.yaml") if not path.relative_to(boven).parts[0][:1].isdigit()]
    params += (boven / str(plan.kwartaal) / "citaten").glob("*.yaml")  # the guard lets released quotes through
    params += (plan.root / "params" / str(plan.kwartaal)).glob("_*.yaml")
    referentie = [path for path in (plan.root / "data" / "reference").rglob("*") if path.is_file()]
    return _files_hash(plan.root, [*params, *referentie])


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
