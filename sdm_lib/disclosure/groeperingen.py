"""Ways to take the groups of a table together, for the solver: all values of a key, or combinations with one word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from sdm_lib.disclosure.leeftijden import splits
from sdm_lib.results import parse_groep

Plek = tuple[str, str, str]  # kind of area, code, year of the division (none for a municipality)
Cellen = dict[tuple[Plek, str], int]


def kinderen(cellen: Cellen) -> dict[tuple[Plek, str, str], dict[str, int]]:
    """Place, group and key -> the values of that key under it."""
    uit: dict[tuple[Plek, str, str], dict[str, int]] = {}
    for (plek, groep), k in cellen.items():
        for sleutel, waarde in parse_groep(groep).items():
            uit.setdefault((plek, _zonder(groep, sleutel), sleutel), {})[waarde] = k
    return uit


def groeperingen(cellen: Cellen, sleutels: Iterable[str]) -> Iterator[dict[tuple[Plek, str], list[int]]]:
    """Ways to take groups together, each as cell -> the parts of it."""
    uit: dict[tuple[str, str], dict[tuple[Plek, str], list[int]]] = defaultdict(dict)
    for (plek, boven, sleutel), alle in kinderen(cellen).items():
        delen = splits(tuple(alle)).delen
        if len(delen) > 1:
            uit[sleutel, ""][plek, boven] = [alle[waarde] for waarde in delen]
        for woord in {woord for waarde in delen if "+" in waarde for woord in waarde.split("+") if woord}:
            met = [alle[waarde] for waarde in delen if woord in waarde.split("+")]
            for ander in sleutels if len(met) > 1 else ():
                groep = ";".join(sorted([*filter(None, boven.split(";")), f"{ander}={woord}"]))
                uit[sleutel, ander][plek, groep] = met
    yield from uit.values()


def _zonder(groep: str, sleutel: str) -> str:
    return ";".join(deel for deel in groep.split(";") if not deel.startswith(f"{sleutel}="))
