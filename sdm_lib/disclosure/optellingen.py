"""Which cells of a series a reader can line up as parts of another: for the auditor, written apart from the solver."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

Cel = tuple[str, str, str, str, frozenset[str]]  # period, kind of area, area, year of division, parts of the group
Ouders = Mapping[tuple[str, str], tuple[str, str]]  # (year, code) of an area -> of the area it lies in


def takken(cellen: Mapping[Cel, int]) -> dict[tuple[Cel, str], dict[str, int]]:
    """A cell and a key -> the values by which that key splits it."""
    uit: dict[tuple[Cel, str], dict[str, int]] = defaultdict(dict)
    for cel, k in cellen.items():
        for deel in cel[4]:
            sleutel, waarde = deel.split("=", 1)
            uit[(*cel[:4], cel[4] - {deel}), sleutel][waarde] = k
    return uit


def over_groepen(cellen: Mapping[Cel, int]) -> dict[tuple[Cel, str], list[int]]:
    """Parts by one key of the group; classes of age that hold other classes are totals of those."""
    uit: dict[tuple[Cel, str], list[int]] = {}
    for (boven, sleutel), tak in takken(cellen).items():
        klassen = {waarde: _klasse(waarde) for waarde in tak}
        kleinste = [w for w in tak if not any(_omvat(klassen[w], klassen[v]) for v in tak if v != w)]
        if boven in cellen:
            uit[boven, sleutel] = [tak[w] for w in kleinste]
        for w in tak.keys() - set(kleinste):
            ruime_cel = (*boven[:4], boven[4] | {f"{sleutel}={w}"})
            uit[ruime_cel, f"{sleutel} {w}"] = [tak[v] for v in kleinste if _omvat(klassen[w], klassen[v])]
    return uit


def _klasse(waarde: str) -> tuple[float, float] | None:
    laag, streep, hoog = waarde.rstrip("+").partition("-")
    if not laag.isdecimal() or (streep and not hoog.isdecimal()):
        return None
    return float(laag), np.inf if waarde.endswith("+") else float(hoog or laag)


def _omvat(ruim: tuple[float, float] | None, nauw: tuple[float, float] | None) -> bool:
    return ruim is not None and nauw is not None and ruim[0] <= nauw[0] and nauw[1] <= ruim[1]


def over_gebieden(
    cellen: Mapping[Cel, int], ouders: Ouders, *, totalen: Iterable[Cel] = ()
) -> dict[tuple[Cel, str], list[int]]:
    """Parts by area: in the area they lie in, and of one division in the only municipality.

    totalen : the cells they may add up to, besides those of the same series.
    """
    boven_cellen = {*cellen, *totalen}
    op_code = {(cel[0], cel[3], cel[2], cel[4]): cel for cel in boven_cellen}
    gemeenten = {cel[2] for cel in boven_cellen if cel[1] == "gemeente"}
    uit: dict[tuple[Cel, str], list[int]] = defaultdict(list)
    for cel, k in cellen.items():
        periode, soort, gebied, jaar, groep = cel
        if soort == "gemeente":
            continue
        for ander_jaar, code in [ouders.get((jaar, gebied), ("", ""))] + [
            ("", g) for g in gemeenten if len(gemeenten) == 1
        ]:
            boven = op_code.get((periode, ander_jaar, code, groep))
            if boven is not None and boven[1] != soort and k not in uit[boven, f"{soort} {jaar}"]:
                uit[boven, f"{soort} {jaar}"].append(k)
    return uit


def elders(cellen: Mapping[Cel, int], sleutels: Iterable[str]) -> Iterator[dict[Cel, list[int]]]:
    """Ways in which parts may add up to the cells of another series: cell -> its parts.

    All values of a key; and of combinations (jeugd, jeugd+wmo) those that hold one word, which is a value of another
    key there.
    """
    uit: dict[tuple[str, str], dict[Cel, list[int]]] = defaultdict(dict)
    for (boven, sleutel), tak in takken(cellen).items():
        if len(tak) > 1:
            uit[sleutel, ""][boven] = list(tak.values())
        for woord in {woord for waarde in tak if "+" in waarde for woord in waarde.split("+")} - {""}:
            met = [k for waarde, k in tak.items() if woord in waarde.split("+")]
            for ander in sleutels if len(met) > 1 else ():
                uit[sleutel, ander][(*boven[:4], boven[4] | {f"{ander}={woord}"})] = met
    yield from uit.values()


def per_deling(cellen: Mapping[Cel, int], ouders: Ouders, totalen: Iterable[Cel]) -> Iterator[dict[Cel, list[int]]]:
    """The same by area: the areas of one division in the cells of any series."""
    uit: dict[str, dict[Cel, list[int]]] = defaultdict(dict)
    for (boven, deling), delen in over_gebieden(cellen, ouders, totalen=totalen).items():
        uit[deling][boven] = delen
    yield from uit.values()


def even_groot(
    wijzen: Iterable[Mapping[Cel, list[int]]], waar: Sequence[float]
) -> Iterator[tuple[list[int], list[int]]]:
    """Parts of one series that are as many as parts of another, wherever both can be added up."""
    op_som: dict[tuple[Cel, float], list[tuple[dict[Cel, float], list[int]]]] = defaultdict(list)
    for wijze in wijzen:
        sommen = {cel: round(sum(waar[k] for k in delen), 3) for cel, delen in wijze.items()}
        for cel, som in sommen.items():
            gelijken = op_som[cel, som]
            for ander, delen in gelijken:
                if all(sommen[c] == ander[c] for c in sommen.keys() & ander.keys()):
                    yield delen, wijze[cel]
                    break  # what is as many as this one is as many as those that this one is
            gelijken.append((sommen, wijze[cel]))
