"""Krippendorff's alpha: whether coders agree more than chance would have it, for any number of coders and any scale.

Alpha = 1 - observed / expected disagreement, from the coincidences of values within units. Missing values are left out,
and a unit with one value tells nothing. Source: Krippendorff (2019), Content Analysis, 4th edition, chapter 12.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sdm_lib import results
from sdm_lib.results import Kader, Results
from sdm_lib.stemmen.gesprekken import Gesprekken

Meetniveau = Literal["nominaal", "ordinaal", "interval", "ratio"]
Floats = NDArray[np.float64]
OVEREENSTEMMING = "overeenstemming"
TREKKINGEN = 2_000
MAX_VLAK = 0.05  # share of draws without any variation from which no interval is given


def _nominaal(waarden: Floats, aantallen: Floats) -> Floats:
    return np.asarray(waarden[:, None] != waarden[None, :], dtype=np.float64)


def _ordinaal(waarden: Floats, aantallen: Floats) -> Floats:
    """Squared number of values between two ranks, their own ranks counted half."""
    midden = np.cumsum(aantallen) - aantallen / 2
    return np.asarray((midden[:, None] - midden[None, :]) ** 2)


def _interval(waarden: Floats, aantallen: Floats) -> Floats:
    return np.asarray((waarden[:, None] - waarden[None, :]) ** 2)


def _ratio(waarden: Floats, aantallen: Floats) -> Floats:
    som = waarden[:, None] + waarden[None, :]
    verschil = waarden[:, None] - waarden[None, :]
    return np.divide(verschil, som, out=np.zeros_like(som), where=som != 0) ** 2


AFSTAND: dict[Meetniveau, Callable[[Floats, Floats], Floats]] = {
    "nominaal": _nominaal, "ordinaal": _ordinaal, "interval": _interval, "ratio": _ratio
}  # fmt: skip


def alpha(waarden: NDArray[np.float64], *, niveau: Meetniveau = "nominaal") -> float:
    """Krippendorff's alpha of a table of units by coders; NaN where a coder gave no value.

    waarden : shape (units, coders); codes of a nominal scale as numbers. niveau : the scale that they are on.
    Returns at most 1 (no disagreement); 0 is what chance would give, below it coders disagree systematically.
    Raises ValueError when no unit has two values, when all values are the same (alpha does not exist then), and for
    negative values on a ratio scale.

    >>> round(alpha(np.array([[1, 1], [2, 2], [1, 2], [2, 2]], dtype=float)), 3)
    0.533
    """
    if niveau not in AFSTAND:
        raise ValueError(f"alpha: niveau must be one of {', '.join(AFSTAND)}, got {niveau!r}")
    if niveau == "ratio" and np.nanmin(waarden, initial=0.0) < 0:
        raise ValueError("alpha: a ratio scale has no values below zero")
    telling, schaal = _per_unit(np.asarray(waarden, dtype=np.float64))
    if len(telling) == 0:
        raise ValueError("alpha: no unit has values of two coders")
    uit = _alpha(telling, schaal, niveau)
    if np.isnan(uit):
        raise ValueError("alpha: all values are the same, so agreement cannot be told from chance")
    return float(uit)


def _per_unit(waarden: Floats) -> tuple[Floats, Floats]:
    """How often each value stands in each unit that has at least two, and the values in order."""
    paarbaar = waarden[(~np.isnan(waarden)).sum(axis=1) >= 2]
    schaal = np.unique(paarbaar[~np.isnan(paarbaar)])
    return (paarbaar[:, :, None] == schaal[None, None, :]).sum(axis=1).astype(np.float64), schaal


def _alpha(telling: Floats, schaal: Floats, niveau: Meetniveau) -> float:
    """Alpha from counts per unit and value; NaN when nothing varies."""
    m = telling.sum(axis=1)
    gewogen = telling / (m - 1)[:, None]
    samen = gewogen.T @ telling - np.diag(gewogen.sum(axis=0))  # coincidences: pairs within units
    aantallen = telling.sum(axis=0)
    n = aantallen.sum()
    afstand = AFSTAND[niveau](schaal, aantallen)
    verwacht = float((np.outer(aantallen, aantallen) * afstand).sum()) / (n - 1)
    return float("nan") if verwacht == 0 else 1.0 - float((samen * afstand).sum()) / verwacht


def bootstrap(
    waarden: NDArray[np.float64],
    rng: np.random.Generator,
    *,
    niveau: Meetniveau = "nominaal",
    groepen: Sequence[object] | None = None,
    trekkingen: int = TREKKINGEN,
    zekerheid: float = 0.95,
) -> tuple[float, float]:
    """Percentile interval of alpha: whole units are drawn again, or whole groups of units that belong together.

    groepen : per unit the group it is drawn with (the interview of a theme); None draws units by themselves.
    Raises ValueError as `alpha`, and when more than 5 % of the draws have no variation.
    """
    alpha(waarden, niveau=niveau)
    bruikbaar = (~np.isnan(waarden)).sum(axis=1) >= 2
    telling, schaal = _per_unit(waarden)
    welke = np.arange(len(waarden)) if groepen is None else pd.factorize(np.asarray(groepen, dtype=object))[0]
    leden = [np.flatnonzero(welke[bruikbaar] == g) for g in np.unique(welke[bruikbaar])]
    trek = (np.concatenate([leden[k] for k in rng.integers(len(leden), size=len(leden))]) for _ in range(trekkingen))
    alfas = np.array([_alpha(telling[rijen], schaal, niveau) for rijen in trek])
    if np.isnan(alfas).mean() > MAX_VLAK:
        raise ValueError("bootstrap: too many draws without any variation for an interval")
    laag, hoog = np.nanquantile(alfas, [(1 - zekerheid) / 2, (1 + zekerheid) / 2])
    return float(laag), float(hoog)


def codeurs(gesprekken: Gesprekken) -> tuple[NDArray[np.float64], list[str]]:
    """Whether each coder found each theme in each interview that two coders worked on.

    Returns the table of units (interview by theme) by coders, 1 found, 0 not, NaN not coded, and per unit its
    interview. A theme that nobody used in these interviews is left out: not finding it is no agreement.
    """
    codes = gesprekken.codes
    per = codes.groupby("document")["codeur"].nunique()
    dubbel = codes[codes["document"].isin(per[per >= 2].index)]
    namen, themas = sorted(dubbel["codeur"].unique()), sorted(dubbel["thema"].unique())
    werkte = set(zip(dubbel["document"], dubbel["codeur"], strict=True))
    gaf = set(zip(dubbel["document"], dubbel["thema"], dubbel["codeur"], strict=True))
    units = [(document, thema) for document in sorted(dubbel["document"].unique()) for thema in themas]
    waarden = [
        [float((document, thema, naam) in gaf) if (document, naam) in werkte else np.nan for naam in namen]
        for document, thema in units
    ]
    return np.array(waarden, dtype=np.float64).reshape(len(units), len(namen)), [document for document, _ in units]


def overeenstemming(gesprekken: Gesprekken, rng: np.random.Generator, *, kader: Kader) -> Results:
    """Alpha over the interviews that two coders worked on, with its interval; no rows when there are none."""
    waarden, documenten = codeurs(gesprekken)
    if not len(waarden):
        return results.empty()
    laag, hoog = bootstrap(waarden, rng, groepen=documenten)
    aantal = float(len(set(documenten)))
    table = pd.DataFrame(
        {
            "value": [alpha(waarden)],
            "lower": [laag],
            "upper": [hoog],
            "n": [aantal],
            "denominator": [float(len(waarden))],
        }
    )
    methode = "Krippendorffs alpha, nominaal, met een bootstrap over gesprekken"
    return results.build(table, kader=kader, indicator=OVEREENSTEMMING, unit="coefficient", method=methode)
