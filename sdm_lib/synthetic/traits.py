"""What nobody observes and everything follows from: limitation, mood, loneliness, money and worries about children.

The traits drive both the use of provisions and the answers in the surveys. Age and stadsdeel drive them, and drive
response too: that is why an unweighted share misses the truth and a weighted one does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sdm_lib.synthetic.population import PEILDATUM, Population
from sdm_lib.synthetic.streams import Bools, Floats, stream

# Haven Stad Buiten Poort Hout Pampus: how neighbours get along, and how tight money is, in standard deviations
_BUURT = np.array([0.10, -0.18, 0.05, 0.12, 0.75, 0.50])
_GELD = np.array([0.05, 0.12, -0.05, -0.05, -0.70, -0.30])


@dataclass(frozen=True, slots=True, eq=False)
class Traits:
    """Standard normal in the whole population, higher is worse, except `buurt`; `alleen` lives without a partner."""

    fysiek: Floats
    psychisch: Floats
    sociaal: Floats
    geld: Floats
    kind: Floats
    buurt: Floats
    leeftijd: Floats
    alleen: Bools


def make_traits(seed: int, pop: Population) -> Traits:
    """Draw the traits of everyone; those of a household share what they have in common."""
    rng = stream(seed, "kenmerken")
    leeftijd = ((PEILDATUM - pop.geboren) / 365.25).clip(0)
    hh_geld = rng.standard_normal(len(pop.huishouden_code))
    hh_kind = rng.standard_normal(len(pop.huishouden_code))
    alleen = ~_in_households_of(pop, pop.rol == 1)
    eigen = rng.standard_normal((4, len(pop.persoon)))
    ouderdom = (leeftijd.clip(40) - 40) / 20
    geld = 0.9 * hh_geld[pop.huishouden] + 0.5 * alleen + _GELD[pop.stadsdeel] - 0.006 * (leeftijd - 40)
    fysiek = 0.9 * ouderdom + 0.25 * geld + eigen[0]
    psychisch = 0.35 * geld + 0.25 * fysiek + 0.9 * eigen[1]
    sociaal = 0.4 * psychisch + 0.35 * alleen + 0.15 * ouderdom - 0.3 * _BUURT[pop.stadsdeel] + 0.85 * eigen[2]
    kind = 0.6 * hh_kind[pop.huishouden] + 0.3 * geld + 0.6 * eigen[3]
    buurt = _BUURT[pop.stadsdeel] - 0.2 * sociaal + rng.standard_normal(len(pop.persoon))
    fysiek, psychisch, sociaal, geld, kind = (standard(x) for x in (fysiek, psychisch, sociaal, geld, kind))
    return Traits(fysiek, psychisch, sociaal, geld, kind, standard(buurt), leeftijd, alleen)


def _in_households_of(pop: Population, wie: Bools) -> Bools:
    """Everyone who shares a household with one of `wie`."""
    raak = np.zeros(len(pop.huishouden_code), dtype=bool)
    raak[pop.huishouden[wie]] = True
    return np.asarray(raak[pop.huishouden], dtype=bool)


def standard(x: Floats) -> Floats:
    """Mean 0 and standard deviation 1."""
    return np.asarray((x - x.mean()) / x.std(), dtype=np.float64)
