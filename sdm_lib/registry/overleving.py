"""Survival from counts: Kaplan-Meier with delayed entry and Aalen-Johansen with competing events, in NumPy.

Input is never a person but a histogram: how many entered observation at one duration and left it at another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

Reals = np.ndarray


@dataclass(frozen=True, slots=True)
class Overleving:
    """A survival curve: at each event time the number at risk and of events, survival and its log-log interval."""

    tijd: Reals
    risico: Reals
    gebeurd: Reals
    kans: Reals
    onder: Reals
    boven: Reals

    def kwantiel(self, deel: float = 0.5) -> tuple[float, float, float]:
        """Smallest time at which a share `deel` has left, with its interval; NaN where it is not reached.

        The interval inverts the band of the curve (Brookmeyer and Crowley, 1982, Biometrics 38, 29-41).
        """
        grens = 1 - deel

        def eerste(curve: Reals) -> float:
            raak = np.flatnonzero(curve <= grens + 1e-12)
            return float(self.tijd[raak[0]]) if len(raak) else float("nan")

        return eerste(self.kans), eerste(self.onder), eerste(self.boven)


def kaplan_meier(telling: pd.DataFrame, *, z: float = 1.959963984540054) -> Overleving:
    """Kaplan-Meier with delayed entry.

    telling : columns instap, uitstap (durations, instap < uitstap), gebeurd (1 ended, 0 still going), aantal.
    At risk at t are those with instap < t <= uitstap. Interval: log(-log), as R survival's conf.type="log-log".
    Raises ValueError when an exit does not lie after its entry.

    Source: Kaplan and Meier (1958), JASA 53, 457-481; Greenwood's variance.

    >>> t = pd.DataFrame({"instap": [0, 0, 0], "uitstap": [1, 2, 3], "gebeurd": [1, 0, 1], "aantal": [1, 1, 2]})
    >>> kaplan_meier(t).kans.round(3).tolist()
    [0.75, 0.0]
    """
    if (telling["uitstap"] <= telling["instap"]).any():
        raise ValueError("kaplan_meier: every uitstap must be larger than its instap")
    n = telling["aantal"].to_numpy(np.int64)
    raak = telling["gebeurd"].to_numpy() == 1
    tijd, plek = np.unique(telling["uitstap"].to_numpy()[raak], return_inverse=True)
    gebeurd = np.bincount(plek, weights=n[raak], minlength=len(tijd)) if len(tijd) else np.zeros(0)
    risico = _risico(telling, tijd)
    kans = np.cumprod(1 - gebeurd / risico)
    with np.errstate(divide="ignore", invalid="ignore"):
        variantie = np.cumsum(gebeurd / (risico * (risico - gebeurd)))
        binnen = (kans > 0) & (kans < 1)
        marge = np.where(binnen, z * np.sqrt(variantie) / np.abs(np.log(np.where(binnen, kans, 0.5))), 0.0)
        boven = np.where(binnen, kans ** np.exp(-marge), kans)
        onder = np.where(binnen, kans ** np.exp(marge), kans)
    boven = np.where(kans == 0, np.nan, boven)  # at the last event the band has no upper end
    return Overleving(tijd, risico, gebeurd, kans, np.where(kans == 0, np.nan, onder), boven)


def cumulatieve_incidentie(telling: pd.DataFrame, *, op: float, soort: int = 1) -> tuple[float, float]:
    """Share in which event `soort` has happened by time `op`, other events competing, and its standard error.

    telling : columns tijd, soort (0 censored, 1, 2, ... kinds of event), aantal.

    Source: Aalen-Johansen estimator; variance of Marubini and Valsecchi (1995), formula 10.12 (as statsmodels).

    >>> t = pd.DataFrame({"tijd": [0, 1, 2, 2], "soort": [2, 1, 0, 1], "aantal": [1, 1, 1, 1]})
    >>> round(cumulatieve_incidentie(t, op=2)[0], 3)
    0.5
    """
    tijden = np.unique(telling.loc[telling["soort"] > 0, "tijd"].to_numpy())
    tijden = tijden[tijden <= op]
    if len(tijden) == 0:
        return 0.0, 0.0
    t, s, n = (telling[kolom].to_numpy() for kolom in ("tijd", "soort", "aantal"))
    risico = np.array([n[t >= moment].sum() for moment in tijden], dtype=float)
    alle = np.array([n[(t == moment) & (s > 0)].sum() for moment in tijden], dtype=float)
    eigen = np.array([n[(t == moment) & (s == soort)].sum() for moment in tijden], dtype=float)
    voor = np.concatenate([[1.0], np.cumprod(1 - alle / risico)[:-1]])
    incidentie = np.cumsum(voor * eigen / risico)
    eind = incidentie[-1] - incidentie
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.where(risico > alle, alle / (risico * (risico - alle)), 0.0)
    eerste = np.sum(eind**2 * greenwood)
    tweede = np.sum(voor**2 * eigen * (risico - eigen) / risico**3)
    samen = np.sum(eind * voor * eigen / risico**2)
    return float(incidentie[-1]), float(np.sqrt(max(eerste + tweede - 2 * samen, 0.0)))


def logrank(telling: pd.DataFrame) -> tuple[float, int, float]:
    """Log-rank test of equal curves: chi-square, degrees of freedom, p (statsmodels, with delayed entry).

    telling : as `kaplan_meier`, with a column groep. Raises ValueError with fewer than two groups.
    """
    from statsmodels.duration.survfunc import survdiff

    groepen = telling["groep"].nunique()
    if groepen < 2:
        raise ValueError("a log-rank test compares two groups or more")
    lang = telling.loc[telling.index.repeat(telling["aantal"])]
    chi2, p = survdiff(
        lang["uitstap"].to_numpy(float), lang["gebeurd"].to_numpy(int), lang["groep"].to_numpy(),
        entry=lang["instap"].to_numpy(float),
    )  # fmt: skip
    return float(chi2), groepen - 1, float(p)


def _risico(telling: pd.DataFrame, tijd: Reals) -> Reals:
    """Number at risk at each time: entered before it, not yet out."""
    n = telling["aantal"].to_numpy(float)

    def tot(kolom: str) -> Reals:
        waarde = telling[kolom].to_numpy()
        volgorde = np.argsort(waarde, kind="stable")
        som = np.concatenate([[0.0], np.cumsum(n[volgorde])])
        return np.asarray(som[np.searchsorted(waarde[volgorde], tijd, side="left")])

    risico: Reals = tot("instap") - tot("uitstap")
    return risico
