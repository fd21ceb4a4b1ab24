"""Classes that overlap: 18-64, 65+ and 18+ side by side give away the difference of any two of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_KLASSE = re.compile(r"(\d{1,3})(?:-(\d{1,3})|(\+))?")
HOOGSTE = 1000  # stands for "and older"


@dataclass(frozen=True, slots=True)
class Deling:
    """Which values of a key lie side by side, and which are made of others.

    delen : values that do not overlap and together are meant to be everything. verbanden : (whole, its parts).
    """

    delen: tuple[str, ...]
    verbanden: tuple[tuple[str, tuple[str, ...]], ...]


def splits(waarden: Sequence[str]) -> Deling:
    """Values of a group key as parts of their total; classes of age (or of any number) are recognised by their form.

    >>> splits(("18-64", "65+", "18+", "0-17"))
    Deling(delen=('0-17', '18-64', '65+'), verbanden=(('18+', ('18-64', '65+')),))
    >>> splits(("wmo", "jeugd"))
    Deling(delen=('wmo', 'jeugd'), verbanden=())
    """
    grenzen = {waarde: klasse for waarde in waarden if (klasse := _klasse(waarde)) is not None}
    if len(grenzen) < len(waarden):
        return Deling(tuple(waarden), ())
    fijnste: list[str] = []
    for waarde in sorted(waarden, key=lambda w: (grenzen[w][1] - grenzen[w][0], grenzen[w])):
        laag, hoog = grenzen[waarde]
        if all(hoog < grenzen[ander][0] or laag > grenzen[ander][1] for ander in fijnste):
            fijnste.append(waarde)
    fijnste.sort(key=lambda w: grenzen[w])
    breder = [waarde for waarde in waarden if waarde not in fijnste]
    verbanden = [(waarde, tuple(w for w in fijnste if _binnen(grenzen[w], grenzen[waarde]))) for waarde in breder]
    return Deling(tuple(fijnste), tuple((waarde, delen) for waarde, delen in verbanden if delen))


def _klasse(waarde: str) -> tuple[int, int] | None:
    match = _KLASSE.fullmatch(waarde)
    if match is None:
        return None
    laag = int(match[1])
    hoog = HOOGSTE if match[3] else int(match[2]) if match[2] else laag
    return (laag, hoog) if hoog >= laag else None


def _binnen(deel: tuple[int, int], geheel: tuple[int, int]) -> bool:
    return geheel[0] <= deel[0] and deel[1] <= geheel[1]
