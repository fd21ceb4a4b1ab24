"""Late billing: what the last quarters will come to, beside what is known of them now.

A run-off triangle has a row per quarter of support and a column per delivery after it; a cell is what that delivery
said of that quarter. Chain ladder with Mack's standard error.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

Reals = np.ndarray


@dataclass(frozen=True, slots=True)
class Afwikkeling:
    """Outcome of `mack`. tabel : per row nu, verwacht (final value), nog_te_komen, se, onder, boven."""

    factoren: Reals
    sigma2: Reals
    tabel: pd.DataFrame
    nog_te_komen: float
    se_totaal: float


def mack(driehoek: pd.DataFrame, *, z: float = 1.959963984540054) -> Afwikkeling:
    """Chain ladder and Mack's standard error.

    driehoek : cumulative amounts, a row per period (oldest first), a column per age; known in the upper left, NaN
    below the diagonal. The last column counts as final. The interval is lognormal around the expected final value, so
    that it never falls below zero.

    Raises ValueError when there are fewer than three ages, the known part is no upper left triangle, or an amount is
    not above zero.

    Source: Mack (1993), ASTIN Bulletin 23, 213-225, with its rule for the last variance; that rule needs two variances
    before it, so with three ages the last is taken as the one before it.
    """
    c = driehoek.to_numpy(float)
    _controleer(c)
    ages = c.shape[1]
    factoren, sigma2 = np.ones(ages - 1), np.zeros(ages - 1)
    for k in range(ages - 1):
        bekend = ~np.isnan(c[:, k + 1])
        basis, volgend = c[bekend, k], c[bekend, k + 1]
        factoren[k] = volgend.sum() / basis.sum()
        if bekend.sum() > 1:
            sigma2[k] = np.sum(basis * (volgend / basis - factoren[k]) ** 2) / (bekend.sum() - 1)
        else:
            sigma2[k] = _last_variance(sigma2[:k])
    return _verwacht(driehoek, c, factoren, sigma2, z)


def _last_variance(eerder: Reals) -> float:
    """The variance of a step that one row alone has taken, from those of the steps before it."""
    if len(eerder) == 1:
        return float(eerder[0])
    een, twee = eerder[-2:]
    return float(min(twee**2 / een, een, twee)) if een else 0.0


def bouw_driehoek(leveringen: pd.DataFrame) -> pd.DataFrame:
    """The triangle from past deliveries: rows are quarters of support, columns how many quarters later it was said.

    leveringen : columns levering (quarter of the delivery, text like 2015K2), periode (quarter spoken of), bedrag.
    Returns a frame with periode as index and ages 0, 1, 2, ... as columns.
    Raises ValueError when a delivery speaks twice of a quarter or of one after itself.
    """
    wanneer, over = (leveringen[kolom].map(_nummer) for kolom in ("levering", "periode"))
    if leveringen.duplicated(["levering", "periode"]).any():
        raise ValueError("bouw_driehoek: a delivery speaks twice of one quarter")
    if (wanneer < over).any():
        raise ValueError("bouw_driehoek: a delivery speaks of a quarter after itself")
    lang = leveringen.assign(leeftijd=wanneer - over)
    return lang.pivot(index="periode", columns="leeftijd", values="bedrag").sort_index().sort_index(axis=1)


def revisie(leveringen: pd.DataFrame) -> pd.DataFrame:
    """What was said then, and what is known now: per quarter first and latest value with their difference.

    leveringen : as `bouw_driehoek`. Returns periode, eerste_levering, eerst, laatste_levering, nu, verschil, aandeel.
    """
    rij = leveringen.assign(volgorde=leveringen["levering"].map(_nummer)).sort_values("volgorde")
    eerst = rij.groupby("periode")[["levering", "bedrag"]].first()
    nu = rij.groupby("periode")[["levering", "bedrag"]].last()
    uit = pd.DataFrame({
        "eerste_levering": eerst["levering"], "eerst": eerst["bedrag"],
        "laatste_levering": nu["levering"], "nu": nu["bedrag"],
    })  # fmt: skip
    uit = uit.assign(verschil=uit["nu"] - uit["eerst"])
    return uit.assign(aandeel=uit["verschil"] / uit["eerst"].where(uit["eerst"] != 0)).reset_index()


def jaarverwachting(kwartalen: pd.DataFrame, *, jaar: int, z: float = 1.959963984540054) -> pd.DataFrame:
    """Year-end expectation: quarters known (with the error of late bills) plus quarters to come.

    kwartalen : columns periode (text like 2015K2), bedrag, se (of late billing; 0 where final), all quarters of the
    year before and those known of `jaar`. A quarter to come is last year's same quarter times the growth of the known
    quarters; its error is the spread of that growth between quarters.

    Returns one row: jaar, bekend, verwacht, onder, boven, kwartalen_bekend.
    Raises ValueError without last year's four quarters or any quarter of this year.
    """
    per = kwartalen.set_index("periode")
    vorig = [f"{jaar - 1}K{k}" for k in range(1, 5)]
    dit = [f"{jaar}K{k}" for k in range(1, 5) if f"{jaar}K{k}" in per.index]
    if any(kwartaal not in per.index for kwartaal in vorig) or not dit:
        raise ValueError(f"jaarverwachting needs the four quarters of {jaar - 1} and one of {jaar}")
    nu, basis = (per.loc[rij, "bedrag"].to_numpy(float) for rij in (dit, vorig))
    toen = basis[: len(dit)]
    groei = nu.sum() / toen.sum()
    spreiding = float(np.std(nu / toen, ddof=1)) if len(dit) > 1 else abs(groei - 1)
    rest = basis[len(dit) :].sum()
    verwacht = nu.sum() + groei * rest
    late = np.sqrt(np.sum(per.loc[dit, "se"].to_numpy(float) ** 2)) * verwacht / nu.sum()
    se = float(np.hypot(late, spreiding * rest * np.sqrt(1 + 1 / len(dit))))
    return pd.DataFrame({
        "jaar": [jaar], "bekend": [nu.sum()], "verwacht": [verwacht], "onder": [verwacht - z * se],
        "boven": [verwacht + z * se], "kwartalen_bekend": [len(dit)],
    })  # fmt: skip


def _controleer(c: Reals) -> None:
    if c.ndim != 2 or c.shape[1] < 3 or c.shape[0] < c.shape[1]:
        raise ValueError(f"mack needs at least three ages and as many rows as ages, got {c.shape}")
    bekend = ~np.isnan(c)
    lengte = bekend.sum(axis=1)
    verwacht = np.minimum(c.shape[1], np.arange(c.shape[0], 0, -1))
    if not (bekend == (np.arange(c.shape[1]) < lengte[:, None])).all() or (lengte != verwacht).any():
        raise ValueError("mack needs an upper left triangle: every row one delivery shorter than the row before")
    if (c[bekend] <= 0).any():
        raise ValueError("mack needs amounts above zero")


def _verwacht(driehoek: pd.DataFrame, c: Reals, f: Reals, sigma2: Reals, z: float) -> Afwikkeling:
    n, ages = c.shape
    vol = c.copy()
    for k in range(ages - 1):
        leeg = np.isnan(vol[:, k + 1])
        vol[leeg, k + 1] = vol[leeg, k] * f[k]
    laatste = (~np.isnan(c)).sum(axis=1) - 1
    eind, nu = vol[:, -1], c[np.arange(n), laatste]
    kolomsom = np.array([np.nansum(np.where(np.isnan(c[:, k + 1]), np.nan, c[:, k])) for k in range(ages - 1)])
    per_stap = sigma2 / f**2
    mse = np.array([
        eind[i] ** 2 * sum(per_stap[k] * (1 / vol[i, k] + 1 / kolomsom[k]) for k in range(laatste[i], ages - 1))
        for i in range(n)
    ])  # fmt: skip
    samen = sum(
        mse[i] + eind[i] * eind[i + 1 :].sum() * sum(2 * per_stap[k] / kolomsom[k] for k in range(laatste[i], ages - 1))
        for i in range(n)
    )
    se = np.sqrt(mse)
    breedte = z * np.sqrt(np.log1p((se / eind) ** 2))
    midden = np.log(eind) - np.log1p((se / eind) ** 2) / 2
    tabel = pd.DataFrame(
        {"nu": nu, "verwacht": eind, "nog_te_komen": eind - nu, "se": se,
         "onder": np.exp(midden - breedte), "boven": np.exp(midden + breedte)},
        index=driehoek.index,
    )  # fmt: skip
    return Afwikkeling(f, sigma2, tabel, float((eind - nu).sum()), float(np.sqrt(samen)))


def _nummer(kwartaal: str) -> int:
    from sdm_lib.kwartaal import Kwartaal

    k = Kwartaal.parse(kwartaal)
    return 4 * k.jaar + k.nummer
