"""Use of the Wmo: episodes with a package of provisions, as many at once as Almere's clients have.

Source of the sizes: CBS StatLine 83264NED, Almere, first half of 2022 (data/reference/wmo_stapeling_83264NED_fragment).
"""

from __future__ import annotations

import numpy as np

from sdm_lib.synthetic.population import HORIZON, START, Population
from sdm_lib.synthetic.spells import Spells, build, packages, returns, stock_and_flow
from sdm_lib.synthetic.streams import UITGESLOTEN, Floats, Ints, choose, stream, top_weighted
from sdm_lib.synthetic.traits import Traits

STAPELING = np.array([6140, 2530, 1175, 625, 145, 25])  # clients by number of provisions, the last is six or more

_VOORRAAD, _INSTROOM, _JAREN = 9_250, 2_350, 5.6
_BASIS = np.array([1.15, 0.35, -0.75, -2.3, 0.85, 0.95, -2.2])  # log weight of each provision
_FYSIEK = np.array([0.25, -0.30, 0.05, 0.2, 0.35, 0.30, -0.7])
_PSYCHISCH = np.array([-0.10, 0.55, 0.35, 0.2, -0.15, -0.10, 0.7])


def make_wmo(seed: int, pop: Population, traits: Traits) -> Spells:
    """All Wmo spells from 2012; guidance, day care, short stay and sheltered housing exist from 2015."""
    rng = stream(seed, "wmo")
    aantal = _VOORRAAD + round(5 * _INSTROOM)
    kans = 1.5 * traits.fysiek + 0.45 * traits.psychisch + 0.25 * traits.sociaal
    volwassen = pop.age(START) >= 18
    wie = top_weighted(rng, np.where(volwassen & (pop.tot > START), kans, UITGESLOTEN), aantal)
    eerste = stock_and_flow(rng, pop, wie, vanaf=START, voorraad=_VOORRAAD, jaren=_JAREN)
    tweede = returns(rng, pop, eerste, share=0.15, jaren=2.0)
    persoon, begin, einde = (np.concatenate(paar) for paar in zip(eerste, tweede, strict=True))
    rij, voorziening, rang = packages(rng, _log_weight(traits, persoon), _sizes(rng, len(persoon)))
    van, tot = _edges(rng, begin[rij], einde[rij], rang)
    return build(rng, pop, persoon=persoon[rij], voorziening=voorziening, begin=van, einde=tot)


def _log_weight(traits: Traits, persoon: Ints) -> Floats:
    fysiek, psychisch = traits.fysiek[persoon, None], traits.psychisch[persoon, None]
    return np.asarray(_BASIS + _FYSIEK * fysiek + _PSYCHISCH * psychisch, dtype=np.float64)


def _sizes(rng: np.random.Generator, aantal: int) -> Ints:
    """Numbers of provisions by quota, shuffled: the shares hold exactly, who gets which is chance."""
    grenzen = np.round(STAPELING.cumsum() / STAPELING.sum() * aantal).astype(np.int64)
    return np.asarray(rng.permutation(np.searchsorted(grenzen, np.arange(aantal), side="right") + 1), dtype=np.int64)


def _edges(rng: np.random.Generator, begin: Ints, einde: Ints, rang: Ints) -> tuple[Ints, Ints]:
    """Provisions after the first sometimes begin later or end earlier than the episode."""
    kort = einde - begin < 240
    keuze = choose(rng, np.array([0.80, 0.92, 1.0]), len(begin))
    schuif = 20 + np.floor(rng.random(len(begin)) * 160).astype(np.int64)
    later = (rang > 0) & ~kort & (keuze == 1) & (begin > START)
    eerder = (rang > 0) & ~kort & (keuze == 2) & (einde < HORIZON)
    return np.where(later, begin + schuif, begin), np.where(eerder, einde - schuif, einde)
