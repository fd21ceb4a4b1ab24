"""Rows that stand or fall together: the same cell on two pages, a count and its rate, a difference and its parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import pandas as pd

from sdm_lib.disclosure.rijen import SLEUTEL

VOORRANG = ("ok", "niet_gemeten", "niet_gepubliceerd", "te_onzeker", "te_klein", "onderdrukt")  # the last one wins
PLEK = ["periode", "gebied_soort", "gebied", "gebied_jaar", "groep"]
REEKS = ["indicator", "definitie", "source"]
FAMILIE = [kolom for kolom in SLEUTEL if kolom != "measure"]


def samen(rijen: pd.DataFrame, lot: pd.DataFrame) -> pd.DataFrame:
    """Both: equal cells one fate, and related rows hidden."""
    return zelfde_cel(rijen, verwant(rijen, zelfde_cel(rijen, lot)))


def zelfde_cel(rijen: pd.DataFrame, lot: pd.DataFrame) -> pd.DataFrame:
    """Give equal cells the strictest fate any of them has."""
    return _gelijk_lot(lot, rijen["cel"])


def verwant(rijen: pd.DataFrame, lot: pd.DataFrame) -> pd.DataFrame:
    """Hide what would give a hidden row away: its rate or count, and differences that one of its parts belongs to."""
    lot = _telling_en_verhouding(rijen, lot)
    return verschillen(rijen, lot)


def hoeveelheid(rijen: pd.DataFrame, kolom: str = "teller") -> pd.Series:
    """A number per counted quantity: one place and one count is one quantity, whichever indicator shows it.

    Two indicators with the same count in the same area and group may be different quantities; taking them for one
    hides a little more, never less. NaN where the row counts nobody.
    """
    telt = rijen[kolom].notna() & rijen["geteld"]
    sleutel = rijen[PLEK].assign(aantal=rijen[kolom].round(3))[telt]
    nummer = pd.Series(np.nan, index=rijen.index)
    nummer[telt] = sleutel.groupby([*PLEK, "aantal"], sort=True).ngroup().astype("float64")
    return nummer


def _telling_en_verhouding(rijen: pd.DataFrame, lot: pd.DataFrame) -> pd.DataFrame:
    nummer = hoeveelheid(rijen)
    mee = nummer.notna() & (rijen["teller"] > 0)
    verborgen = mee & lot["status"].isin(("te_klein", "onderdrukt"))
    raak = mee & nummer.isin(nummer[verborgen]) & (lot["status"] == "ok")
    raak |= _gedeeld_door(rijen, verborgen) & (lot["status"] == "ok")
    return verberg(lot, raak, "samenhang")


def _gedeeld_door(rijen: pd.DataFrame, verborgen: pd.Series) -> pd.Series:
    """Amounts per client of a ledger: beside the amount they give away how many clients there are."""
    per = (rijen["unit"] == "euro") & (rijen["denominator"] > 0)
    aantallen = rijen.assign(aantal=rijen["teller"].round(3))[[*PLEK, "aantal"]]
    weg = set(aantallen[verborgen].itertuples(index=False, name=None))
    noemers = rijen.assign(aantal=rijen["denominator"].round(3))[[*PLEK, "aantal"]]
    return per & pd.Series([plek in weg for plek in noemers.itertuples(index=False, name=None)], index=rijen.index)


def verteld(rijen: pd.DataFrame, lot: pd.DataFrame) -> pd.DataFrame:
    """Hide survey figures that tell how many answers are behind one that is hidden for others.

    Two questions with as many answers wherever both are shown (all who answered one answered the other) have as many
    where one is hidden, a reader will say.
    """
    enquete = (rijen["measure"] == "level") & ~rijen["geteld"] & rijen["n"].notna() & ~rijen["zonder_personen"]
    sleutels = zip(*(rijen.loc[enquete, [*REEKS, *PLEK, "n"]].to_numpy(dtype=object).T.tolist()), strict=True)
    reeksen: dict[tuple[str, ...], dict[tuple[str, ...], float]] = defaultdict(dict)
    waar: dict[tuple[object, ...], set[tuple[str, ...]]] = defaultdict(set)  # source, place and n -> series with it
    plaats = []
    for indicator, definitie, source, *plek, n in sleutels:
        reeks, cel = (indicator, definitie, source), tuple(plek)
        reeksen[reeks][cel] = n
        waar[source, cel, n].add(reeks)
        plaats.append((reeks, cel, n))
    weg = enquete & lot["regel"].isin(("aanvullend", "samenhang"))
    geheim = {plek for plek, mee in zip(plaats, weg[enquete], strict=True) if mee}
    ook = {
        (ander, cel)
        for reeks, cel, n in geheim
        for ander in waar[reeks[2], cel, n] - {reeks}
        if _loopt_mee(reeksen[reeks], reeksen[ander])
    }
    raak = enquete.copy()
    raak[enquete] = pd.Series([(reeks, cel) in ook for reeks, cel, _ in plaats], index=rijen.index[enquete], dtype=bool)
    return verberg(lot, raak & (lot["status"] == "ok"), "samenhang")


def _loopt_mee(een: Mapping[tuple[str, ...], float], ander: Mapping[tuple[str, ...], float]) -> bool:
    samen = een.keys() & ander.keys()
    return len(samen) > 1 and all(een[cel] == ander[cel] for cel in samen)


def verschillen(rijen: pd.DataFrame, lot: pd.DataFrame) -> pd.DataFrame:
    """A difference goes when its own level is hidden, now or (told by its reference) in an earlier period."""
    familie = rijen.groupby(FAMILIE, sort=True, dropna=False).ngroup()
    is_level = rijen["measure"] == "level"
    weg = is_level & lot["status"].isin(("te_klein", "onderdrukt", "te_onzeker"))
    raak = ~is_level & familie.isin(familie[weg])
    raak |= ~is_level & _vergeleken_met(rijen, weg)
    raak |= ~is_level & _kleine_referentie(rijen)
    return verberg(lot, raak & (lot["status"] == "ok"), "samenhang")


def _vergeleken_met(rijen: pd.DataFrame, weg: pd.Series) -> pd.Series:
    """Rows whose reference is the value of a hidden level of the same indicator, also as the begin stand after it."""
    verborgen = rijen[weg]
    paren = set(zip(verborgen["indicator"], verborgen["value"].round(9), strict=True))
    paren |= set(zip(verborgen["eindstand"], verborgen["value"].round(9), strict=True))
    eigen = zip(rijen["indicator"], rijen["reference"].round(9), strict=True)
    return pd.Series([paar in paren for paar in eigen], index=rijen.index)


def _kleine_referentie(rijen: pd.DataFrame) -> pd.Series:
    """A reference that is itself a small register count, or a rate that stands for one."""
    per = rijen["unit"].map({"aandeel": 1.0, "procentpunt": 1.0, "per_1000": 0.001, "aantal": np.nan}).astype("float64")
    aantal = (rijen["reference"] * per * rijen["denominator"]).where(rijen["unit"] != "aantal", rijen["reference"])
    klein = (aantal > 0) & (aantal < rijen["drempel"] - 0.5)
    return (rijen["policy"] == "register") & klein & ~rijen["zonder_personen"].astype(bool)


def _gelijk_lot(lot: pd.DataFrame, groep: pd.Series) -> pd.DataFrame:
    rang = lot["status"].map({status: k for k, status in enumerate(VOORRANG)})
    hoogste = rang.groupby(groep).transform("max")
    eerste = lot["regel"].where(rang == hoogste).replace("", np.nan).groupby(groep).transform("first")
    status = hoogste.map(dict(enumerate(VOORRANG)))
    regel = lot["regel"].where(rang == hoogste, eerste.fillna(""))
    return pd.DataFrame({"regel": regel, "status": status})


def verberg(lot: pd.DataFrame, raak: pd.Series, regel: str) -> pd.DataFrame:
    """Hide rows for a reason of their own."""
    return pd.DataFrame({"regel": lot["regel"].mask(raak, regel), "status": lot["status"].mask(raak, "onderdrukt")})
