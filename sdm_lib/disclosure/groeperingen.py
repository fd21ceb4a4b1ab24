"""Ways to take the cells of a table together, for the solver: by group (all values of a key, or combinations with one
word) and by area.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from sdm_lib.disclosure.leeftijden import splits
from sdm_lib.results import parse_groep

Plek = tuple[str, str, str]  # kind of area, code, year of the division (none for a municipality)
Cellen = dict[tuple[Plek, str], int]
Ouders = Mapping[tuple[str, str], tuple[str, str]]  # (year, code) of an area -> (year, code) of the one it lies in
Wijze = dict[tuple[Plek, str], list[int]]  # cell -> the parts that may add up to it


def kinderen(cellen: Cellen) -> dict[tuple[Plek, str, str], dict[str, int]]:
    """Place, group and key -> the values of that key under it."""
    uit: dict[tuple[Plek, str, str], dict[str, int]] = {}
    for (plek, groep), k in cellen.items():
        for sleutel, waarde in parse_groep(groep).items():
            uit.setdefault((plek, _zonder(groep, sleutel), sleutel), {})[waarde] = k
    return uit


def groeperingen(cellen: Cellen, sleutels: Iterable[str]) -> Iterator[Wijze]:
    """Ways to take groups together."""
    uit: dict[tuple[str, str], Wijze] = defaultdict(dict)
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


def delingen(cellen: Cellen, overal: Collection[Plek], ouders: Ouders) -> Iterator[Wijze]:
    """Ways to take areas together: in the area they lie in, and those of one division in the only municipality.

    overal : the places of all tables; an area may lie in one that only another table shows.
    """
    uit: dict[tuple[str, str, bool], Wijze] = defaultdict(lambda: defaultdict(list))
    plekken = {(plek[2], plek[1]): plek for plek in overal}
    gemeenten = {plek for plek, _ in cellen if plek[0] == "gemeente"} or {p for p in overal if p[0] == "gemeente"}
    for (plek, groep), k in cellen.items():
        if plek[0] == "gemeente":
            continue
        ouder = plekken.get(ouders.get((plek[2], plek[1]), ("", "")), plek)
        if ouder != plek:
            uit[plek[0], plek[2], False][ouder, groep].append(k)
        if len(gemeenten) == 1:  # of several municipalities nobody said in which one an area lies
            uit[plek[0], plek[2], True][min(gemeenten), groep].append(k)
    yield from uit.values()


def _zonder(groep: str, sleutel: str) -> str:
    return ";".join(deel for deel in groep.split(";") if not deel.startswith(f"{sleutel}="))
