"""Zeros in a group that is small itself: they tell of its few members what they are not, so they are hidden with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pandas as pd

from sdm_lib.disclosure.beleid import Verband
from sdm_lib.disclosure.samenhang import verberg

Cel = tuple[str, str, str, str, str, str, str]  # indicator, definition, period, kind of area, area, year, group


def nullen(rijen: pd.DataFrame, lot: pd.DataFrame, *, verbanden: Iterable[Verband] = ()) -> pd.DataFrame:
    """Hide counts of zero whose total, over the groups or over the areas, is a small register count.

    Without this, counting the parts that are not zero would bound the hidden total from below. The same goes for a
    balance of which one of the terms is small.
    """
    anderen = {
        naam: [ander for ander in verband.termen if ander != naam] for verband in verbanden for naam in verband.termen
    }
    telt = (rijen["measure"] == "level") & rijen["geteld"] & rijen["teller"].notna()
    telt &= ~rijen["zonder_personen"].astype(bool)
    cellen = _cellen(rijen)
    takken = _takken(cellen, rijen["teller"].where(telt))
    klein = telt & (rijen["teller"] > 0) & (rijen["teller"] < rijen["drempel"])
    kleine = {cellen[k] for k in np.flatnonzero(klein.to_numpy()).tolist()}
    nul = np.flatnonzero((telt & (rijen["teller"] == 0) & (lot["status"] == "ok")).to_numpy()).tolist()
    raak = pd.Series(False, index=rijen.index)
    raak.iloc[[k for k in nul if any(boven in kleine for boven in _boven(cellen[k], kleine, anderen))]] = True
    drempel = rijen["drempel"].to_numpy(dtype=float)
    raak.iloc[[k for k in nul if any(0 < takken[tak] < drempel[k] for tak in _in_takken(cellen[k]))]] = True
    return verberg(lot, raak, "uniform")


def _cellen(rijen: pd.DataFrame) -> list[Cel]:
    jaar = rijen["gebied_jaar"].mask(rijen["gebied_soort"] == "gemeente", "")
    kolommen = ["indicator", "source", "periode", "gebied_soort", "gebied", "gebied_jaar", "groep"]
    return list(rijen.assign(gebied_jaar=jaar)[kolommen].itertuples(index=False, name=None))


def _takken(cellen: list[Cel], teller: pd.Series) -> Mapping[Cel, float]:
    """What the groups that differ in one key alone count together, named by the group with that key left open."""
    uit: dict[Cel, float] = defaultdict(float)
    for cel, aantal in dict(zip(cellen, teller, strict=True)).items():
        for tak in _in_takken(cel) if aantal == aantal else ():
            uit[tak] += aantal
    return uit


def _in_takken(cel: Cel) -> Iterator[Cel]:
    *plek, groep = cel
    for deel in filter(None, groep.split(";")):
        yield (*plek, groep.replace(deel, deel.split("=")[0] + "=", 1))  # type: ignore[misc]


def _boven(cel: Cel, kleine: set[Cel], anderen: Mapping[str, Iterable[str]]) -> Iterator[Cel]:
    *plek, groep = cel
    yield from ((ander, *cel[1:]) for ander in anderen.get(cel[0], ()))
    delen = groep.split(";") if groep else []
    for k in range(len(delen)):
        yield (*plek, ";".join(delen[:k] + delen[k + 1 :]))  # type: ignore[misc]
    if cel[3] != "gemeente":  # an area lies in every larger one that holds as little
        yield from (ander for ander in kleine if ander[:3] == cel[:3] and ander[6] == groep and ander[3] != cel[3])
