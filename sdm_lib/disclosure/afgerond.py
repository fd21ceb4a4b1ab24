"""The other policy at work: rows of counts that are rounded together instead of hidden.

A count and everything it adds up with are rounded at once, on whatever page they stand; so a topic that rounds takes
the same counts of other topics along. What cannot be rounded additively is left as it was, and is then hidden.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sdm_lib.disclosure.afronden import rond_af
from sdm_lib.disclosure.beleid import Verband
from sdm_lib.disclosure.edities import Editie
from sdm_lib.disclosure.groeperingen import Ouders
from sdm_lib.disclosure.rijen import SLEUTEL, TELLENDE_EENHEDEN
from sdm_lib.disclosure.stelsel import Masker, Nummers, Vector, samenhangend
from sdm_lib.disclosure.structuur import Structuur, bouw

KOLOM = {"teller": "numerator", "noemer": "denominator", "n": "n"}  # quantity -> result column
MARGES = ["lower", "upper", "se", "p", "p_adj", "n_eff"]  # would tell the number that was rounded
FAMILIE = [kolom for kolom in SLEUTEL if kolom != "measure"]


@dataclass(frozen=True, eq=False)
class Afgerond:
    """Rows with rounded numbers in them, as the rest of this room sees them: as figures without persons.

    rijen : all rows. basis : per row what it was rounded to, 0 for a row that was not. verschil : differences of
    rounded figures, which would tell more than the figures do.
    """

    rijen: pd.DataFrame
    basis: pd.Series
    verschil: pd.Series


def rond(
    rijen: pd.DataFrame,
    *,
    ouders: Ouders,
    verbanden: Sequence[Verband] = (),
    released: Sequence[Editie] = (),
    niet: Sequence[int] = (),
) -> Afgerond:
    """Round what the policy says is to be rounded.

    rijen : from `rijen.verzamel`. released : what was rounded before stays the same where that is possible.
    niet : rows whose counts are not to be rounded after all.
    """
    basis = np.zeros(len(rijen))
    if not (rijen["afronden_op"] > 0).any():
        return Afgerond(rijen, pd.Series(basis, index=rijen.index), pd.Series(False, index=rijen.index))
    geen = np.zeros(len(rijen), dtype=bool)
    structuur = bouw(rijen, verborgen=geen, gevoelig=geen, uit=geen, ouders=ouders, verbanden=verbanden)
    y, op = _los_op(structuur, rijen, _eerder(structuur, rijen, released), niet)
    uit = rijen.copy()
    for positie, mijn in enumerate(structuur.kolommen):
        nieuw = {kolom: y[k] for kolom, k in mijn.items() if kolom in KOLOM and not np.isnan(y[k])}
        if nieuw:
            basis[positie] = _zet(uit, positie, nieuw, basis=int(max(op[k] for k in mijn.values())))
    rond_ = pd.Series(basis, index=rijen.index)
    return Afgerond(uit, rond_, _verschillen(rijen, rond_ > 0))


def _los_op(structuur: Structuur, rijen: pd.DataFrame, eerder: Vector, niet: Sequence[int]) -> tuple[Vector, Vector]:
    """The rounded value of every quantity that is rounded, NaN for the others; and the base it was rounded to."""
    stelsel = structuur.stelsel
    soort = np.array(structuur.soort)
    telt: Masker = (soort == "tel") | (soort == "rest")
    basis, weg = np.zeros(len(soort)), np.zeros(len(soort), dtype=bool)
    gevraagd = rijen["afronden_op"].to_numpy(dtype=float)
    hoogstens: list[tuple[int, int]] = []
    for positie, mijn in enumerate(structuur.kolommen):
        knopen = [k for kolom, k in mijn.items() if kolom in KOLOM]
        if "teller" in mijn:
            basis[knopen] = np.maximum(basis[knopen], gevraagd[positie])
        if "teller" in mijn and "noemer" in mijn and stelsel.waarde[mijn["teller"]] <= stelsel.waarde[mijn["noemer"]]:
            hoogstens.append((mijn["teller"], mijn["noemer"]))
    for positie in niet:
        weg[[k for kolom, k in structuur.kolommen[positie].items() if kolom in KOLOM]] = True
    uit: Vector = np.full(len(soort), np.nan)
    op_: Vector = np.zeros(len(soort))
    for groep in _delen(structuur, telt, hoogstens):
        hoogste = int(basis[groep].max(initial=0.0))
        if hoogste and not weg[groep].any():
            uit[groep], op_[groep] = _groep(structuur, groep, hoogste, hoogstens, eerder), hoogste
    return uit, op_


def _delen(structuur: Structuur, telt: Masker, hoogstens: Sequence[tuple[int, int]]) -> list[Nummers]:
    """Quantities that add up with each other or stand in one figure."""
    import scipy.sparse as sp

    paren = sp.csr_matrix(
        (np.ones(2 * len(hoogstens)), (np.repeat(np.arange(len(hoogstens)), 2), np.array(hoogstens).ravel())),
        shape=(len(hoogstens), len(telt)),
    ) if hoogstens else sp.csr_matrix((0, len(telt)))  # fmt: skip
    return samenhangend(sp.vstack([structuur.stelsel.vergelijkingen, paren], format="csr"), telt)


def _groep(
    structuur: Structuur, groep: Nummers, basis: int, hoogstens: Sequence[tuple[int, int]], eerder: Vector
) -> Vector:
    plaats = {int(k): j for j, k in enumerate(groep)}
    deel = structuur.stelsel.vergelijkingen[:, groep]
    deel = deel[np.diff(deel.indptr) > 0]
    paren = [(plaats[i], plaats[j]) for i, j in dict.fromkeys(hoogstens) if i in plaats and j in plaats]
    try:
        return rond_af(structuur.stelsel.waarde[groep], deel, basis=basis, hoogstens=paren, eerder=eerder[groep])
    except ValueError:  # no additive rounding: these counts are hidden instead
        return np.full(len(groep), np.nan)


def _zet(uit: pd.DataFrame, positie: int, nieuw: Mapping[str, float], *, basis: int) -> float:
    """Put rounded counts into a row; a row that counts gets its value from them. Returns the base, or 0."""
    rij, label = uit.iloc[positie], uit.index[positie]
    if "teller" not in nieuw or rij["unit"] not in TELLENDE_EENHEDEN:
        uit.loc[label, "n"] = nieuw.get("n", rij["n"])
        return 0.0
    boven, onder = nieuw["teller"], nieuw.get("noemer", rij["denominator"])
    zelfde = {rij["noemer"]: onder, rij["teller"]: boven}  # whose number the n is; another n is not shown
    velden = {"numerator": boven, "denominator": onder, "n": nieuw.get("n", zelfde.get(rij["n"], np.nan))}
    velden |= dict.fromkeys(MARGES, np.nan) | {"teller": np.nan, "noemer": np.nan, "zonder_personen": True}
    velden["value"] = rij["value"]
    if rij["unit"] == "aantal":
        velden["value"] = np.copysign(boven, rij["value"])
    elif rij["numerator"] != 0:
        per = rij["value"] * rij["denominator"] / rij["numerator"]  # 1 for a share, 1000 for a rate
        velden["value"] = per * boven / onder if onder > 0 else np.nan
    velden["method"] = f"{rij['method']}, afgerond op {basis}".removeprefix(", ")
    for kolom, waarde in velden.items():
        if kolom not in ("numerator", "n") or pd.notna(rij[kolom]):
            uit.loc[label, kolom] = waarde
    return float(basis)


def _verschillen(rijen: pd.DataFrame, rond_: pd.Series) -> pd.Series:
    familie = rijen.groupby(FAMILIE, sort=True, dropna=False).ngroup()
    return (rijen["measure"] != "level") & familie.isin(familie[rond_])


def _eerder(structuur: Structuur, rijen: pd.DataFrame, released: Sequence[Editie]) -> Vector:
    """What the last edition showed of each quantity."""
    uit: Vector = np.full(len(structuur.soort), np.nan)
    sleutels = [tuple(rij) for rij in rijen[SLEUTEL].itertuples(index=False)]
    for editie in released:
        oud = editie.rijen[editie.rijen["status"] == "ok"]
        getoond = {tuple(rij[:-3]): rij[-3:] for rij in oud[[*SLEUTEL, *KOLOM.values()]].itertuples(index=False)}
        waarden = oud["value"].where(oud["unit"] == "aantal")
        kaal = dict(zip((tuple(rij) for rij in oud[SLEUTEL].itertuples(index=False)), waarden, strict=True))
        for sleutel, mijn in zip(sleutels, structuur.kolommen, strict=True):
            if sleutel in getoond:
                for (kolom, _), waarde in zip(KOLOM.items(), getoond[sleutel], strict=True):
                    toen = kaal[sleutel] if kolom == "teller" and np.isnan(waarde) else waarde
                    if kolom in mijn and not np.isnan(toen):
                        uit[mijn[kolom]] = abs(toen)
    return uit
