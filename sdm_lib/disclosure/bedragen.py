"""Rules for amounts: how many organisations are behind one, and whether a few of them are nearly all of it.

A provider knows the own bill. So an amount of two providers tells each what the other was paid, and an amount that one
provider dominates tells everyone what that one was paid.
"""

from __future__ import annotations

import pandas as pd

from sdm_lib.disclosure.beleid import GROOTSTEN

RUIS = 1e-9  # a tenth of a percent of a cent per million euro: what a float may be off


def bedrag_van(rijen: pd.DataFrame) -> pd.Series:
    """The amount behind a row in euro: above the line where there is one; NaN where the row is no amount of euro."""
    bedrag = rijen["numerator"].where(rijen["numerator"].notna(), rijen["value"])
    return bedrag.where((rijen["unit"] == "euro") & (rijen["measure"] == "level")).astype("float64")


def organisaties(rijen: pd.DataFrame) -> pd.Series:
    """Fewer organisations than the minimum, or a number of them that nobody gave."""
    genoeg = (rijen["aanbieders"] >= rijen["minimum_organisaties"]) | (rijen["minimum_organisaties"] == 0)
    return _met_bedrag(rijen) & ~genoeg


def dominantie(rijen: pd.DataFrame) -> pd.Series:
    """The n largest together make at least the share of the amount.

    Corrections below zero make the amount smaller than what was paid; the rule then hides sooner.
    """
    grootste = pd.Series(0.0, index=rijen.index)
    for plaats, naam in enumerate(GROOTSTEN, start=1):
        grootste += rijen[naam].fillna(0.0).where(rijen["dominantie_n"] >= plaats, 0.0)
    grens = rijen["dominantie_aandeel"] * bedrag_van(rijen).abs()
    return _met_bedrag(rijen) & (rijen["dominantie_n"] > 0) & (grootste >= grens * (1 - RUIS))


def schatbaar(rijen: pd.DataFrame) -> pd.Series:
    """p%: the second largest, who knows the own part, can estimate the largest to within p percent of it."""
    rest = bedrag_van(rijen).abs() - rijen["grootste"].fillna(0.0) - rijen["tweede"].fillna(0.0)
    marge = rijen["p_procent"] / 100.0 * rijen["grootste"].fillna(0.0)
    return _met_bedrag(rijen) & (rijen["p_procent"] > 0) & (rest < marge * (1 - RUIS))


def _met_bedrag(rijen: pd.DataFrame) -> pd.Series:
    """Register amounts that are not zero; that nothing was paid is no secret of a provider."""
    bedrag = bedrag_van(rijen)
    return (rijen["policy"] == "register") & bedrag.notna() & (bedrag != 0)
