"""Released editions as a run sees them: where they lie, which of them count, and what they add to a site's key.

Editions of the demo's made-up deliveries lie apart: they are never a constraint on figures about real people, and go
when the demo goes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sdm_lib import disclosure, nl
from sdm_lib.disclosure import Editie, Publishable
from sdm_lib.disclosure.edities import GEGEVENS, PATROON, patroon

ECHT, DEMO = "data/published", "data/demo/published"


def folder(root: Path, *, fictief: bool) -> Path:
    """Where editions are frozen."""
    return root / (DEMO if fictief else ECHT)


def released(root: Path, *, fictief: bool) -> tuple[Editie, ...]:
    """The editions that are out, of all quarters. Raises InvoerFout when one was changed after its release."""
    return disclosure.lees_edities(folder(root, fictief=fictief))


def kenmerken(root: Path) -> tuple[str, ...]:
    """One line an edition: an edition more, and every site is drawn again under it."""
    regels = []
    for plek in (ECHT, DEMO):
        for path in sorted((root / plek).glob(f"*/*/{GEGEVENS}")):
            gegevens = json.loads(path.read_text(encoding="utf-8"))
            hash_ = gegevens["bestanden"][PATROON]
            regels.append(kenmerk(gegevens["kwartaal"], gegevens["editie"], hash_, fictief=plek == DEMO))
    return tuple(sorted(regels))


def kenmerk(kwartaal: str, nummer: int, hash_: str, *, fictief: bool) -> str:
    """The line of one edition.

    >>> kenmerk("2015K2", 1, "abc", fictief=True)
    'demo 2015K2/1 abc'
    """
    return f"{'demo' if fictief else 'echt'} {kwartaal}/{nummer} {hash_}"


@dataclass(frozen=True, eq=False)
class Uitgave:
    """Which edition a site is, and which one went before it; both may be missing.

    naam : how its pages name it; empty for a draft, which prints CONCEPT. herkomst : rows for the provenance.
    """

    naam: str = ""
    vorige: Editie | None = None
    herkomst: tuple[tuple[str, str], ...] = ()


def uitgave(
    edities: Sequence[Editie], publishables: Mapping[str, Publishable], *, kwartaal: str, sleutel: str
) -> Uitgave:
    """What a site is: the last edition when it is made of the same things and shows the same, else a draft.

    sleutel : what the site is made of, editions left out.
    """
    eigen = [editie for editie in edities if editie.kwartaal == kwartaal]
    if not eigen:
        return Uitgave()
    laatste = eigen[-1]
    zelfde = laatste.sleutel == sleutel and laatste.patroon == hashlib.sha256(patroon(publishables)).hexdigest()
    if not zelfde:
        return Uitgave(vorige=laatste)
    eerder = eigen[-2] if len(eigen) > 1 else None
    return van(laatste.nummer, datum=laatste.datum, door=laatste.door, reden=laatste.reden, vorige=eerder)


def van(nummer: int, *, datum: str, door: str, reden: str, vorige: Editie | None) -> Uitgave:
    """An edition as its pages show it."""
    dag = nl.datum(date.fromisoformat(datum))
    rijen = [("Uitgave", f"editie {nummer}, cijfers van {dag}"), ("Uitgebracht door", door)]
    rijen += [("Reden van deze editie", reden)] if reden else []
    return Uitgave(f"Editie {nummer}, {dag}", vorige, tuple(rijen))


def noem(editie: Editie) -> str:
    """How a sentence names an edition."""
    return f"editie {editie.nummer} van {nl.datum(date.fromisoformat(editie.datum))}"
