"""Drawing a sample and getting it answered.

Everyone has a permanent random number. A wave takes, in each stratum, the persons whose number comes next after a start
that moves on by part of the sample each quarter: simple random sampling in every wave, with a known overlap.
Source: Ohlsson (1995), Coordination of samples using permanent random numbers, in: Business Survey Methods, 153-169.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from sdm_lib.synthetic.streams import Bools, Floats, Ints

UITKOMSTEN = ("volledig", "gedeeltelijk", "geen_respons", "niet_bereikt", "niet_in_aanmerking")
_NIET_IN_AANMERKING, _NIET_BEREIKT, _GEDEELTELIJK = 0.02, 0.25, 0.07
_VAST = 0.8  # part of the willingness to answer that stays with the person


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Positions of the drawn in their frame, base weights, outcome, and from which item on nothing was answered."""

    positie: Ints
    w0: Floats
    uitkomst: Ints
    gestopt: Ints  # number of items that were answered before stopping; all for a complete answer

    @property
    def antwoordde(self) -> Bools:
        """Who answered, in part or in full."""
        return self.uitkomst <= 1


def draw(
    stratum: Ints, *, nummer: Floats, aantallen: Mapping[int, int], tijd: int, overlap: float
) -> tuple[Ints, Floats]:
    """Positions and base weights of a wave: in each stratum the next `aantallen` numbers after this wave's start."""
    posities, gewichten = [], []
    for h, gewenst in aantallen.items():
        leden = np.flatnonzero(stratum == h)
        if not len(leden):
            continue
        n = min(gewenst, len(leden))
        start = tijd * (1 - overlap) * n / len(leden) % 1.0
        volgorde = leden[np.argsort((nummer[leden] - start) % 1.0, kind="stable")]
        posities.append(np.sort(volgorde[:n]))
        gewichten.append(np.full(n, len(leden) / n))
    return np.concatenate(posities), np.concatenate(gewichten)


def field(rng: np.random.Generator, *, positie: Ints, w0: Floats, kans: Floats, bereid: Floats, items: int) -> Sample:
    """Fieldwork: who answers with chance `kans`, partly by a lasting willingness (standard normal `bereid`)."""
    aantal = len(positie)
    houding = np.sqrt(_VAST) * bereid + np.sqrt(1 - _VAST) * rng.standard_normal(aantal)
    doet_mee = houding < _normal_quantile(kans.clip(0.01, 0.95))
    uitkomst = np.where(doet_mee, 0, np.where(rng.random(aantal) < _NIET_BEREIKT, 3, 2))
    deels = doet_mee & (rng.random(aantal) < _GEDEELTELIJK)
    uitkomst = np.where(deels, 1, uitkomst)
    uitkomst = np.where(rng.random(aantal) < _NIET_IN_AANMERKING, 4, uitkomst)
    gestopt = np.where(uitkomst == 1, rng.integers(items // 3, items - 1, aantal), items)
    return Sample(positie, w0, uitkomst.astype(np.int64), gestopt.astype(np.int64))


def _normal_quantile(kans: Floats) -> Floats:
    """Standard normal quantiles; there are only as many chances as classes."""
    uniek, terug = np.unique(kans, return_inverse=True)
    return np.array([NormalDist().inv_cdf(float(p)) for p in uniek])[terug]
