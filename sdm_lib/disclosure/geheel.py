"""Zeros in a group that is small itself: they tell of its few members what they are not, so they are hidden with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from sdm_lib.disclosure.beleid import Verband
from sdm_lib.disclosure.samenhang import verberg

Cel = tuple[str, str, str, str, str, str, str]  # indicator, definition, period, kind of area, area, year, group


def nullen(rijen: pd.DataFrame, lot: pd.DataFrame, *, verbanden: Iterable[Verband] = ()) -> pd.DataFrame:
    """Hide counts of zero whose total, over the groups or over the areas, is a small register count.

    Without this, counting the parts that are not zero would bound the hidden total from below. The same goes for a
    balance of which one of the terms is small, and for figures about nobody, which would say so by being not measured.
    """
    anderen = {
        naam: [ander for ander in verband.termen if ander != naam] for verband in verbanden for naam in verband.termen
    }
    telt = (rijen["measure"] == "level") & rijen["geteld"] & ~rijen["zonder_personen"].astype(bool)
    cellen, drempel = _cellen(rijen), rijen["drempel"].to_numpy(dtype=float)
    teller, personen = rijen["teller"].where(telt), rijen["n"].where(telt & (rijen["unit"] != "per_1000"))
    leeg = niemand(rijen, lot)
    nul = (teller == 0) & ((lot["status"] == "ok") | leeg)
    raak = _naast_klein(cellen, teller, drempel, nul=nul, anderen=anderen)
    raak |= _naast_klein(cellen, personen, drempel, nul=leeg, anderen={})
    plekken = {cellen[k][2:] for k in np.flatnonzero(raak.to_numpy()).tolist()}
    raak |= leeg & pd.Series([cel[2:] in plekken for cel in cellen], index=rijen.index, dtype=bool)
    return verberg(lot, raak, "uniform")


def niemand(rijen: pd.DataFrame, lot: pd.DataFrame) -> pd.Series:
    """Figures about persons that say, by being not measured, that there is nobody to measure."""
    telt = (rijen["measure"] == "level") & rijen["geteld"] & ~rijen["zonder_personen"].astype(bool)
    return telt & (rijen["n"] == 0) & (lot["status"] == "niet_gemeten")


def _naast_klein(
    cellen: list[Cel],
    aantal: pd.Series,
    drempel: npt.NDArray[np.float64],
    *,
    nul: pd.Series,
    anderen: Mapping[str, Iterable[str]],
) -> pd.Series:
    """Which zeros stand beside or under a small number. anderen : an indicator -> those it makes a balance with."""
    takken = _takken(cellen, aantal)
    kleine = {cellen[k] for k in np.flatnonzero((aantal > 0) & (aantal < drempel)).tolist()}
    uit = nul.copy()
    for k in np.flatnonzero(nul).tolist():
        uit.iloc[k] = any(boven in kleine for boven in _boven(cellen[k], kleine, anderen)) or any(
            0 < takken[tak] < drempel[k] for tak in _in_takken(cellen[k])
        )
    return uit


def _cellen(rijen: pd.DataFrame) -> list[Cel]:
    jaar = rijen["gebied_jaar"].mask(rijen["gebied_soort"] == "gemeente", "")
    kolommen = ["indicator", "source", "periode", "gebied_soort", "gebied", "gebied_jaar", "groep"]
    return list(rijen.assign(gebied_jaar=jaar)[kolommen].itertuples(index=False, name=None))


def _takken(cellen: list[Cel], aantallen: pd.Series) -> Mapping[Cel, float]:
    """What the groups that differ in one key alone count together, named by the group with that key left open."""
    uit: dict[Cel, float] = defaultdict(float)
    for cel, aantal in dict(zip(cellen, aantallen, strict=True)).items():
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
