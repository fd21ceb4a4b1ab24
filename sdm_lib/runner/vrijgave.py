"""Release: freeze the site in ``reports/`` as an edition, when it is whole, untouched and made of what lies there now.

The pages are drawn once more, with the name of the edition instead of CONCEPT, guarded again, and must show the same
numbers as the site that somebody looked at. What is frozen is never written again; a correction is a new edition.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sdm_lib.disclosure import Vrijgave, bevries
from sdm_lib.disclosure.edities import controleer, volgende
from sdm_lib.errors import Melding, PrivacyFout, RapportFout
from sdm_lib.runner import edities, store
from sdm_lib.runner.plan import Plan, base_key, site_key
from sdm_lib.runner.quarter import MANIFEST, Opdracht, cores

CIJFERS = "cijfers.csv"


@dataclass(frozen=True)
class Uitgebracht:
    """What came of a release: the folder of the edition; `nieuw` is false when there was nothing to release."""

    folder: Path
    nummer: int
    nieuw: bool
    fictief: bool


def release(opdracht: Opdracht, *, door: str, reden: str = "") -> Uitgebracht:
    """Freeze the site of a quarter as its next edition.

    Raises RapportFout (SDM-483 to SDM-487) when the site is missing, touched, incomplete or made of other things,
    ParameterFout when name or reason is missing, and PrivacyFout when the guard stops something.
    """
    plan, uit = opdracht.plan, opdracht.uit
    store.mend(uit)
    slot = store.private_folder(plan.root, "sloten") / f"{uit.name}.slot"
    with store.only_one(slot, wacht=opdracht.waiting):
        manifest = _manifest(uit)
        problemen = list(_problemen(plan, uit, manifest))
        if problemen:
            raise RapportFout(*problemen)
        fictief = any(pagina["fictief"] for pagina in manifest["paginas"].values())
        plek = edities.folder(plan.root, fictief=fictief)
        nummer = volgende(plek, kwartaal=str(plan.kwartaal))
        if manifest["editie"]:
            return Uitgebracht(plek / str(plan.kwartaal) / str(nummer - 1), nummer - 1, False, fictief)
        datum = max(taak.bestand.value.leverdatum for taak in plan.taken).isoformat()
        vrijgave = Vrijgave(str(plan.kwartaal), door, datum, reden, fictief, base_key(plan))
        controleer(vrijgave, nummer)
        return Uitgebracht(_freeze(opdracht, vrijgave, plek), nummer, True, fictief)


def _freeze(opdracht: Opdracht, vrijgave: Vrijgave, plek: Path) -> Path:
    from sdm_lib.runner import site
    from sdm_lib.runner.uitgevoerd import read_executed

    plan, uit = opdracht.plan, opdracht.uit
    kept = store.private_folder(plan.root, "uitgevoerd")
    executed = [read_executed(taak, kept / f"{taak.id}.ipynb") for taak in plan.taken]
    with store.replacing(uit) as nieuw:
        gebouwd = site.build(plan, executed, nieuw, processes=cores(), done=opdracht.drawn, vrijgave=vrijgave)
        mislukt = {page.naam: page.fout for page in gebouwd.pages if page.fout is not None}
        mislukt |= site.finish(plan, executed, gebouwd, nieuw, uit=uit, mislukt=mislukt, oud=())
        if mislukt:
            meldingen = [melding for fout in mislukt.values() for melding in fout.meldingen]
            privacy = any(isinstance(fout, PrivacyFout) for fout in mislukt.values())
            raise PrivacyFout(*meldingen) if privacy else RapportFout(*meldingen)
        if (nieuw / CIJFERS).read_bytes() != (uit / CIJFERS).read_bytes():
            wat = "de cijfers van de uitgave zijn andere dan die in reports/"
            raise RapportFout(Melding("SDM-487", wat, "Draai sdm run opnieuw en kijk de pagina's na.", bestand=CIJFERS))
        getekend = [iets for page in gebouwd.pages for iets in page.afgetekend]
        bestanden = {path.name: path.read_bytes() for path in sorted(nieuw.iterdir())}
        return bevries(plek, gebouwd.publishables, vrijgave=vrijgave, bestanden=bestanden, bevindingen=getekend)


def _manifest(uit: Path) -> dict[str, Any]:
    path = uit / MANIFEST
    if not path.is_file():
        wat = "er is nog geen site om uit te brengen"
        raise RapportFout(Melding("SDM-483", wat, "Draai eerst sdm run en kijk de pagina's na.", bestand=uit.name))
    return dict(json.loads(path.read_text(encoding="utf-8")))


def _problemen(plan: Plan, uit: Path, manifest: dict[str, Any]) -> Iterator[Melding]:
    """Everything that keeps this site from being released."""
    opnieuw = "Draai sdm run opnieuw en kijk de pagina's na."
    bestanden = manifest["bestanden"]
    aangeraakt = [naam for naam, hash_ in bestanden.items() if _hash(uit / naam) != hash_]
    aangeraakt += sorted({path.name for path in uit.iterdir()} - {*bestanden, MANIFEST})
    for naam in aangeraakt:
        yield Melding("SDM-484", "dit bestand is na de run gewijzigd, verdwenen of erbij gezet", opnieuw, bestand=naam)
    missend = sorted({taak.naam for taak in plan.taken} - set(manifest["paginas"]))
    for naam in [*missend, *manifest["niet_gemaakt"]]:
        yield Melding("SDM-485", "deze pagina is niet gemaakt: de site is niet volledig", opnieuw, bestand=naam)
    if not missend and not manifest["niet_gemaakt"] and manifest["sleutel"] != site_key(plan):
        wat = "de site is van andere gegevens, parameters of code gemaakt dan er nu liggen"
        yield Melding("SDM-486", wat, opnieuw, bestand=MANIFEST)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
