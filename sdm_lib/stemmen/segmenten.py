"""The text of coded segments, for who has to redact it and for the guard; read each time and never kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sdm_lib import sources
from sdm_lib.stemmen.gesprekken import EXPORTS, codepad

_ZIN = re.compile(r"(?<=[.!?…])\s+|[\r\n]+")


@dataclass(frozen=True, slots=True)
class Segment:
    """A coded piece of an interview.

    nummer : its place among all segments of the quarter, from 1. bestand : the export that it comes from.
    """

    nummer: int
    document: str
    thema: str
    tekst: str = field(repr=False)  # never in a message or a log
    bestand: str = ""


def segmenten(folder: Path, *, namen: Iterable[str] = EXPORTS, root: Path | None = None) -> tuple[Segment, ...]:
    """Every segment of the exports that lie in a folder, each text once for each interview.

    Raises InvoerFout or PrivacyFout as any delivery that is read; an export that is not there has no segments.
    """
    uit: dict[tuple[str, str], Segment] = {}
    for naam in namen:
        bestand = sources.load_schema(naam, root=root, folder=folder).bestand
        if not (folder / bestand).is_file():
            continue
        frame = sources.read_whole(naam, folder=folder, root=root)
        for document, code, tekst in zip(frame["document"], frame["code"], frame["segment"], strict=True):
            thema = ": ".join(codepad(str(code).splitlines()[0]))
            uit.setdefault((document, tekst), Segment(len(uit) + 1, document, thema, tekst, bestand))
    return tuple(uit.values())


def zinnen(alle: Iterable[Segment]) -> frozenset[str]:
    """Whole segments and their sentences: what the guard looks for on every page.

    >>> sorted(zinnen([Segment(1, "C01", "Toegang", "Ik wist het niet. Mijn zus wel.")]))
    ['Ik wist het niet.', 'Ik wist het niet. Mijn zus wel.', 'Mijn zus wel.']
    """
    return frozenset(deel for een in alle for deel in (een.tekst, *_ZIN.split(een.tekst)) if deel.strip())
