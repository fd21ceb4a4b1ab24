"""Decisions on what could point at somebody in an interview: ``params/<kwartaal>/_redactie.csv``, only ever added to.

A line says who decided, on which day, on which segment of which export, what kind of thing was found there and what was
decided; never what was found. Each line carries a mark of itself and all lines before it, so that a line that was
changed, or taken out from above others, is noticed. That the last lines were cut off shows only in the history of git.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Literal, get_args

from sdm_lib import nl
from sdm_lib.errors import Melding, PrivacyFout
from sdm_lib.kwartaal import Verslagperiode

BESTAND = "_redactie.csv"  # the underscore keeps it from being a topic
Uitspraak = Literal["vervangen", "blijft staan", "niet gebruiken"]


@dataclass(frozen=True, slots=True)
class Besluit:
    """A decision on one kind of finding in one segment.

    levering : the first twelve signs of the hash of the export, for the number of a segment is of that very file.
    """

    datum: date
    door: str
    levering: str
    segment: int
    soort: str
    besluit: Uitspraak

    def __post_init__(self) -> None:
        if not self.door.strip():
            raise ValueError("een besluit over redactie heeft een naam")
        if self.besluit not in get_args(Uitspraak):
            raise ValueError(f"een besluit is {nl.lijst(get_args(Uitspraak), 'of')}, en niet {self.besluit!r}")


KOPPEN = (*(veld.name for veld in fields(Besluit)), "keten")


def besluiten_pad(root: Path, *, kwartaal: Verslagperiode) -> Path:
    """Where the decisions of a quarter lie."""
    return root / "params" / str(kwartaal) / BESTAND


def voeg_toe(path: Path, besluiten: Iterable[Besluit]) -> None:
    """Add decisions below those that stand there. Raises PrivacyFout (SDM-917) when those were changed."""
    keten = _keten(lees_besluiten(path))
    nieuw = not path.is_file() or not path.stat().st_size
    with path.open("a", encoding="utf-8", newline="") as handle:
        if nieuw:
            handle.write(_regel(KOPPEN))
        for besluit in besluiten:
            keten = _volgende(keten, besluit)
            handle.write(_regel((*_velden(besluit), keten)))


def lees_besluiten(path: Path) -> tuple[Besluit, ...]:
    """The decisions in the order in which they were taken; none when there is no file.

    Raises PrivacyFout (SDM-917) when a line does not follow from those above it.
    """
    if not path.is_file():
        return ()
    regels = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8")), delimiter=";"))
    uit: list[Besluit] = []
    keten = ""
    for nummer, regel in enumerate(regels[1:], start=2):
        besluit = _besluit(regel)
        if besluit is None or regels[0] != list(KOPPEN) or regel[-1] != (keten := _volgende(keten, besluit)):
            herstel = "Zet het bestand terug zoals het was; een ander besluit komt onderaan, met sdm redact."
            wat = "deze regel is veranderd, of er is een regel boven weggehaald"
            raise PrivacyFout(Melding("SDM-917", wat, herstel, bestand=path.name, regels=(nummer,)))
        uit.append(besluit)
    return tuple(uit)


def samenvatting(besluiten: Iterable[Besluit]) -> Iterator[str]:
    """One line for who decided and when: how many segments, and which decisions on which kinds.

    >>> een = Besluit(date(2015, 7, 13), "O&S", "0123456789ab", 4, "naam", "vervangen")
    >>> list(samenvatting([een]))
    ['O&S, 13 juli 2015: 1 segment; naam vervangen (1)']
    """
    for (dag, door), groep in groupby(sorted(besluiten, key=_wie), key=_wie):
        samen = list(groep)
        segmenten = len({(een.levering, een.segment) for een in samen})
        soorten = sorted((een.soort, een.besluit) for een in samen)
        delen = [f"{soort} {besluit} ({len(list(gelijk))})" for (soort, besluit), gelijk in groupby(soorten)]
        yield f"{door}, {nl.datum(dag)}: {segmenten} segment{'en' * (segmenten > 1)}; {', '.join(delen)}"


def _wie(besluit: Besluit) -> tuple[date, str]:
    return besluit.datum, besluit.door


def _velden(besluit: Besluit) -> tuple[str, ...]:
    return (besluit.datum.isoformat(), besluit.door, besluit.levering, str(besluit.segment), besluit.soort,
            besluit.besluit)  # fmt: skip


def _besluit(regel: list[str]) -> Besluit | None:
    try:
        dag, door, levering, segment, soort, besluit, _ = regel
        return Besluit(date.fromisoformat(dag), door, levering, int(segment), soort, besluit)  # type: ignore[arg-type]
    except ValueError:
        return None


def _regel(velden: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";", lineterminator="\n").writerow(velden)
    return buffer.getvalue()


def _keten(besluiten: Iterable[Besluit]) -> str:
    keten = ""
    for besluit in besluiten:
        keten = _volgende(keten, besluit)
    return keten


def _volgende(keten: str, besluit: Besluit) -> str:
    return hashlib.sha256("\x1f".join((keten, *_velden(besluit))).encode()).hexdigest()[:16]
