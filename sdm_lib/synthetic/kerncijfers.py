"""Key figures of wijken, in the shape in which Statistics Netherlands publishes them: counts rounded to five.

They describe who lives in a wijk and what the houses are; beside the surveys they are what a model of wijken leans on.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sdm_lib.synthetic.population import Population
from sdm_lib.synthetic.streams import Floats, Ints, stream
from sdm_lib.synthetic.traits import Traits
from sdm_lib.synthetic.wijken import Wijken

_LAAG_INKOMEN, _KOOP = 1.35, 0.1  # in standard deviations of how tight money is: from here low, up to here an owner
_RUIS = 0.25


def key_figures(seed: int, pop: Population, traits: Traits, wijken: Wijken, *, dag: int) -> pd.DataFrame:
    """A row a wijk: inhabitants, households and their kinds, houses owned, and a score for liveability."""
    rng = stream(seed, "kerncijfers")
    hier = np.flatnonzero(pop.present(dag))
    leeftijd, plaats = pop.age(dag)[hier], pop.place[hier]
    hh, eerste, leden = np.unique(pop.huishouden[hier], return_index=True, return_counts=True)
    hh_plaats, geld = plaats[eerste], traits.geld[hier][eerste] + _RUIS * rng.standard_normal(len(hh))
    kind = np.zeros(len(pop.huishouden_code), dtype=bool)
    kind[pop.huishouden[hier][leeftijd < 18]] = True
    n = len(wijken.codes)
    inwoners = np.bincount(plaats, minlength=n)
    score = 6.8 - 0.5 * wijken.geld / 0.3 * 0.4 + 0.3 * wijken.buurt / 0.35 * 0.5 + 0.12 * rng.standard_normal(n)
    return pd.DataFrame(pop.places).assign(
        inwoners=_rounded(inwoners),
        inwoners_65_plus=_rounded(np.bincount(plaats[leeftijd >= 65], minlength=n)),
        huishoudens=_rounded(np.bincount(hh_plaats, minlength=n)),
        eenpersoonshuishoudens=_rounded(np.bincount(hh_plaats[leden == 1], minlength=n)),
        huishoudens_met_kinderen=_rounded(np.bincount(hh_plaats[kind[hh]], minlength=n)),
        huishoudens_laag_inkomen=_rounded(np.bincount(hh_plaats[geld > _LAAG_INKOMEN], minlength=n)),
        koopwoningen=_rounded(np.bincount(hh_plaats[geld < _KOOP], minlength=n)),
        score_maal_inwoners=_weighed(score, _rounded(inwoners)),
    )


def _rounded(aantallen: Ints) -> Ints:
    return np.asarray(5 * np.round(aantallen / 5), dtype=np.int64)


def _weighed(score: Floats, inwoners: Ints) -> Floats:
    return np.asarray(np.round(score, 2) * inwoners).round(2)
