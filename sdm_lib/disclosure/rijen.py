"""All rows of all pieces in one table, with the key of their cell and the counts that stand behind them.

Everything in this room works on that table, never on one piece: a cell that stands on two pages has one fate.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sdm_lib.disclosure.beleid import STRENGER, Beleid
from sdm_lib.results import BIJDRAGEN, COLUMNS, ONGEWOGEN, Piece, Results, frame_of, geteld, policy_of

SLEUTEL = ["indicator", "definitie", "periode", "gebied_soort", "gebied", "gebied_jaar", "groep", "measure", "source"]
TELLENDE_EENHEDEN = ("aandeel", "per_1000", "aantal", "procentpunt")  # here the numerator is a count of units
VAN_TELLINGEN = ("drempel", "klein_verschil")  # rules of a register for whatever counts persons
GEHEEL = 1e-6  # a count may miss a whole number by this much: it came through a float


def verzamel(pieces: Sequence[Piece], *, beleid: Beleid) -> pd.DataFrame:
    """One row per row of every piece, in order.

    Returns the result columns and BIJDRAGEN plus `piece` (position), `policy`, the rules of that policy for
    that topic, `geteld` (from `results`), `zonder_personen`, `cel` (number of the cell: equal keys, equal number), the
    counts `teller`, `noemer`, and `eindstand`: the indicator of which a begin stand was the end stand before. Who is
    counted in a sample falls under the rules for counts of a register too.
    Raises ValueError when two pieces share an id.
    """
    ids = [piece.id for piece in pieces]
    dubbel = sorted({naam for naam in ids if ids.count(naam) > 1})
    if dubbel:
        raise ValueError(f"protect: piece ids must be unique within a quarter, twice: {dubbel[:5]}")
    rijen = _samen([piece.results.plain for piece in pieces])
    lengtes = [len(piece.results) for piece in pieces]
    rijen["piece"] = np.repeat(np.arange(len(pieces)), lengtes)
    soorten = [
        policy_of(source, policy=pieces[k].policy, opties=pieces[k].opties)
        for k, source in zip(rijen["piece"].tolist(), rijen["source"].tolist(), strict=True)
    ]
    rijen["policy"] = pd.Series(soorten, dtype="str")
    rijen["geteld"] = geteld(rijen, policy=rijen["policy"])
    per_piece = [beleid.voor(piece.id) for piece in pieces]
    van = [per_piece[k] for k in rijen["piece"].tolist()]
    for naam in STRENGER:
        eigen = [getattr(een.regels(soort), naam) for een, soort in zip(van, soorten, strict=True)]
        rijen[naam] = np.array(eigen, dtype="float64")
        if naam in VAN_TELLINGEN:
            register = np.array([getattr(een.register, naam) for een in van], dtype="float64")
            rijen[naam] = rijen[naam].mask(rijen["geteld"], np.fmax(rijen[naam], register))
    rijen["eindstand"] = rijen["indicator"].map(lambda naam: beleid.standen.get(naam, naam)).astype("str")
    rijen["zonder_personen"] = rijen["source"].isin(beleid.zonder_personen)
    # a municipality is the same whatever division of its parts a page uses
    plek = rijen[SLEUTEL].assign(gebied_jaar=rijen["gebied_jaar"].mask(rijen["gebied_soort"] == "gemeente", ""))
    rijen["cel"] = plek.groupby(SLEUTEL, sort=True, dropna=False).ngroup()
    rijen["teller"], rijen["noemer"] = _tellingen(rijen)
    return rijen


def _samen(tabellen: Sequence[Mapping[str, list[Any]]]) -> pd.DataFrame:
    """The rows of all tables under each other, checked; where a table has no contributors they are NaN."""
    kolommen = {naam: [tabel[naam] for tabel in tabellen] for naam in COLUMNS}
    kolommen |= {naam: [tabel.get(naam, [None] * len(tabel["indicator"])) for tabel in tabellen] for naam in BIJDRAGEN}
    rijen = Results(frame_of({naam: list(itertools.chain.from_iterable(k)) for naam, k in kolommen.items()}))
    return rijen.frame.reindex(columns=[*COLUMNS, *BIJDRAGEN])


def _tellingen(rijen: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Counts above and below the line, NaN where the row holds none (amounts, weighted sums, means)."""
    tellend = rijen["unit"].isin(TELLENDE_EENHEDEN) & (rijen["measure"] == "level")
    boven, onder = boven_de_streep(rijen), onder_de_streep(rijen)
    teller = boven.where(tellend).abs()  # a net number of people may be below zero
    telling = (rijen["unit"] == "aantal") & (rijen["measure"] == "level")
    teller = teller.where(teller.notna() | ~telling, rijen["value"].astype("float64"))
    noemer = onder.where(tellend & ~telling)
    # a register counts persons, whatever the decimals (a mean population); a weighted survey sum is no count
    telt = rijen["geteld"] | (_is_geheel(teller) & (noemer.isna() | _is_geheel(noemer)))
    return teller.where(telt), noemer.where(telt)


def boven_de_streep(rijen: pd.DataFrame) -> pd.Series:
    """The numerator of rows (columns value, n, numerator, unit, method); an unweighted share of known n is a count."""
    boven = rijen["numerator"].astype("float64")
    return boven.mask(_ongewogen_aandeel(rijen), (rijen["value"] * rijen["n"]).round())


def onder_de_streep(rijen: pd.DataFrame) -> pd.Series:
    """The denominator of rows (columns denominator, n, numerator, unit, method); of an unweighted share its n."""
    return rijen["denominator"].astype("float64").mask(_ongewogen_aandeel(rijen), rijen["n"])


def _ongewogen_aandeel(rijen: pd.DataFrame) -> pd.Series:
    return (rijen["unit"] == "aandeel") & (rijen["method"] == ONGEWOGEN) & rijen["numerator"].isna()


def _is_geheel(waarden: pd.Series) -> pd.Series:
    return waarden.notna() & ((waarden - waarden.round()).abs() < GEHEEL)
