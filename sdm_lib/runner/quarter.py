"""A whole quarter: execute what changed, protect everything together, draw, guard, and put the site in place."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sdm_lib.errors import Melding, RapportFout, SdmFout
from sdm_lib.runner import store
from sdm_lib.runner.plan import Plan, Taak, looked_up, site_key

if TYPE_CHECKING:
    from sdm_lib.runner.execute import Uitkomst

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Verslag:
    """What a run came to: the index, the pages made, kept and failed, and every problem on the way."""

    index: Path
    gemaakt: tuple[str, ...] = ()
    ongewijzigd: tuple[str, ...] = ()
    fouten: tuple[SdmFout, ...] = ()
    weggelaten: tuple[str, ...] = ()
    gelezen: tuple[str, ...] | None = None  # where the files lie that it was made from; None when a server answered


@dataclass(frozen=True)
class Opdracht:
    """How a plan is to be run, and who is told what.

    executed, drawn : of each notebook and page; waiting : that another run of this quarter is at work;
    partly : where an index lists the pages that are ready so far.
    """

    plan: Plan
    uit: Path
    force: bool = False
    kernels: int | None = None  # how many notebooks and pages at once, where that is limited
    warm: bool = True
    planner: str = ""  # the address of a scheduler whose workers execute; empty for this machine
    executed: Callable[[str], None] = field(default=lambda naam: None)
    drawn: Callable[[str], None] = field(default=lambda naam: None)
    waiting: Callable[[], None] = field(default=lambda: None)
    partly: Callable[[Path], None] = field(default=lambda index: None)

    @property
    def steps(self) -> int:
        """How many notebooks will be executed and pages drawn or taken as kept."""
        nodig = {taak.naam for taak, _ in reasons(self)}
        return len(nodig) + sum(bool(taak.sleutel) or taak.naam in nodig for taak in self.plan.taken)


def cores() -> int:
    """How many pages this machine works on at once: one a core."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def reasons(opdracht: Opdracht) -> list[tuple[Taak, str]]:
    """The asked tasks whose notebook has to run, with why."""
    plan = opdracht.plan
    gevraagd = [taak for taak in plan.taken if taak.onderwerp in plan.gevraagd]
    if opdracht.force:
        return [(taak, "gevraagd met --force") for taak in gevraagd]
    return [(taak, taak.herkomst.reden) for taak in gevraagd if not taak.sleutel]


def up_to_date(opdracht: Opdracht) -> bool:
    """Whether the site in place was made from exactly this plan by this code, and nobody touched its files since."""
    path = opdracht.uit / MANIFEST
    if opdracht.force or not path.is_file() or not all(taak.sleutel for taak in opdracht.plan.taken):
        return False
    manifest = json.loads(path.read_text(encoding="utf-8"))
    if manifest["sleutel"] != site_key(opdracht.plan):
        return False
    return all(_unchanged(opdracht.uit / naam, hash_) for naam, hash_ in manifest["bestanden"].items())


def _unchanged(path: Path, hash_: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == hash_


def run_quarter(opdracht: Opdracht) -> Verslag:
    """Run a plan. Problems of single pages are in the report; only what makes the whole site impossible is raised."""
    plan, uit = opdracht.plan, opdracht.uit
    index = uit / "index.html"
    store.mend(uit)
    if up_to_date(opdracht):
        return Verslag(index, ongewijzigd=tuple(taak.naam for taak in plan.taken), gelezen=_read_by(plan))

    slot = store.private_folder(plan.root, "sloten") / f"{uit.name}.slot"
    with store.only_one(slot, wacht=opdracht.waiting):
        return _make(opdracht)


def _make(opdracht: Opdracht) -> Verslag:
    from sdm_lib.runner import site
    from sdm_lib.runner.bladen import Balie
    from sdm_lib.runner.uitgevoerd import Executed, read_executed
    from sdm_lib.runner.warm import zelden_opruimen

    zelden_opruimen()
    uit, kept = opdracht.uit, store.private_folder(opdracht.plan.root, "uitgevoerd")
    taken = _in_turn([taak for taak, _ in reasons(opdracht)])
    gelezen: dict[str, Executed] = {}

    def done(uitkomst: Uitkomst) -> None:
        """While other notebooks run: read what this one made and, half-way, what the guard holds pages against."""
        taak = uitkomst.taak
        opdracht.executed(taak.naam)
        if uitkomst.fout is None:
            gelezen[taak.id] = read_executed(taak, kept / f"{taak.id}.ipynb")
        if 2 * len(gelezen) > len(taken):  # by then the deliveries have been read
            _ = Balie(opdracht.plan).wacht

    uitkomsten = _execute(opdracht, taken, done=done)
    mislukt = {uitkomst.taak.naam: uitkomst.fout for uitkomst in uitkomsten if uitkomst.fout is not None}
    plan = looked_up(opdracht.plan, zojuist=True)
    mislukt |= _changed_meanwhile(plan, mislukt)
    executed = [
        dataclasses.replace(gelezen[taak.id], taak=taak)
        if taak.id in gelezen
        else read_executed(taak, kept / f"{taak.id}.ipynb")
        for taak in plan.taken
        if taak.naam not in mislukt and taak.sleutel
    ]
    with store.replacing(uit) as nieuw:
        gebouwd = site.build(
            plan,
            executed,
            nieuw,
            processes=opdracht.kernels or cores(),
            done=opdracht.drawn,
            partly=opdracht.partly,
            opnieuw=opdracht.force,
            verwacht=len(uitkomsten),
        )
        mislukt |= {page.naam: page.fout for page in gebouwd.pages if page.fout is not None}
        kept_pages = _keep_last_good(uit, nieuw, [taak.naam for taak in plan.taken])
        mislukt |= site.finish(plan, executed, gebouwd, nieuw, uit=uit, mislukt=mislukt, oud=kept_pages)
    return Verslag(
        uit / "index.html",
        gemaakt=tuple(page.naam for page in gebouwd.pages if page.fout is None),
        fouten=tuple(mislukt.values()),
        weggelaten=tuple(f"{page.naam}, {iets}" for page in gebouwd.pages for iets in page.weggelaten),
        gelezen=_read_by(plan),
    )


def _in_turn(taken: Sequence[Taak]) -> list[Taak]:
    """A page of every topic, then a second of every topic: those at work at once do not compute the same figures."""
    beurten: Counter[str] = Counter()
    genummerd = []
    for taak in taken:
        beurten[taak.onderwerp] += 1
        genummerd.append((beurten[taak.onderwerp], taak))
    return [taak for _, taak in sorted(genummerd, key=lambda paar: paar[0])]


def _execute(opdracht: Opdracht, taken: Sequence[Taak], *, done: Callable[[Uitkomst], None]) -> Sequence[Uitkomst]:
    """Execute what has to run: here, or on the workers of a scheduler."""
    if opdracht.planner:
        from sdm_lib.runner.verdeeld import execute_elsewhere

        return execute_elsewhere(opdracht.plan.root, taken, planner=opdracht.planner, done=done)
    from sdm_lib.runner.execute import execute

    # one kernel more than there are cores: each waits a third of a second for its own messages when it starts
    kernels = opdracht.kernels or cores() + 1
    return execute(opdracht.plan.root, taken, kernels=kernels, warm=opdracht.warm, done=done)


def _changed_meanwhile(plan: Plan, mislukt: Mapping[str, SdmFout]) -> dict[str, SdmFout]:
    """The asked tasks of which something was saved while they ran: what they made is of two states."""
    return {
        taak.naam: RapportFout(
            Melding(
                "SDM-106",
                f"tijdens de run veranderde iets waar deze pagina op rust ({taak.herkomst.reden})",
                "Draai sdm run opnieuw, en sla zolang niets op.",
                bestand=f"{taak.naam}.html",
            )
        )
        for taak in plan.taken
        if taak.onderwerp in plan.gevraagd and not taak.sleutel and taak.naam not in mislukt
    }


def _read_by(plan: Plan) -> tuple[str, ...] | None:
    if any(taak.herkomst.server for taak in plan.taken):
        return None
    return tuple(plek for taak in plan.taken for plek in taak.herkomst.plaatsen)


def _keep_last_good(oud: Path, nieuw: Path, namen: Sequence[str]) -> tuple[str, ...]:
    """Take over the last good page of every task that has no new one."""
    taken_over = []
    for naam in namen:
        vorige = oud / f"{naam}.html"
        if not (nieuw / f"{naam}.html").exists() and vorige.is_file():
            store.write(nieuw, f"{naam}.html", vorige.read_bytes())
            taken_over.append(naam)
    return tuple(taken_over)
