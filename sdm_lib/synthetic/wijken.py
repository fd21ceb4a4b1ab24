"""The 71 wijken of 2022: where they lie, how many live there, and what sets one apart from its neighbours.

Codes and kinds come from `data/reference`. The wijken of Haven have the size that Statistics Netherlands published for
2020; of the others only the kind is known, so their sizes are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sdm_lib import sources
from sdm_lib.synthetic.population import STADSDELEN
from sdm_lib.synthetic.streams import Floats, Ints, stream

NAMEN = ("Almere Haven", "Almere Stad", "Almere Buiten", "Almere Poort", "Almere Hout", "Almere Pampus")
STADSDELEN_2022 = tuple(f"SD{code[2:]}" for code in STADSDELEN)
_KLEIN = {"bedrijventerrein": 0.012, "overig": 0.008}  # inhabitants of such a wijk relative to a residential one
# Standard deviations between wijken: how tight money is, how neighbours get along, and what neither explains.
_GELD, _BUURT, _REST, _OUD = 0.30, 0.35, 0.12, 0.55


@dataclass(frozen=True, slots=True, eq=False)
class Wijken:
    """One array element a wijk, in the order of the reference file.

    stadsdeel : position in STADSDELEN. maat : relative number of households. geld, buurt, fysiek, psychisch, sociaal :
    what is added to the traits of who lives there, in standard deviations. oud : how much older households choose it.
    """

    codes: tuple[str, ...]
    stadsdeel: Ints
    woonwijk: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    maat: Floats
    geld: Floats
    buurt: Floats
    fysiek: Floats
    psychisch: Floats
    sociaal: Floats
    oud: Floats


def make_wijken(seed: int) -> Wijken:
    """The wijken with their drawn differences."""
    rng = stream(seed, "wijken")
    frame = sources.reference("almere_wijken_2022_grenzen")
    soort = frame["soort"].to_numpy(dtype=object)
    n = len(frame)
    maat = rng.gamma(6.0, 1 / 6.0, n) * np.array([_KLEIN.get(str(naam), 1.0) for naam in soort])
    haven = sources.reference("kwb2020_almere_haven")
    bekend = dict(zip(haven["regio"].str.replace(r"^Wijk \d+ ", "", regex=True), haven["inwoners"], strict=True))
    echt = np.array([float(bekend.get(str(naam), np.nan)) for naam in frame["wijknaam"]])
    eenheid = float(np.nanmean(np.where(soort == "woonwijk", echt, np.nan)))
    maat = np.where(np.isfinite(echt), echt / eenheid, maat)
    geld = _GELD * rng.standard_normal(n)
    return Wijken(
        codes=tuple(str(code) for code in frame["wijkcode"]),
        stadsdeel=np.array([NAMEN.index(str(naam)) for naam in frame["stadsdeel"]]),
        woonwijk=np.asarray(soort == "woonwijk", dtype=bool),
        maat=maat,
        geld=geld,
        buurt=_BUURT * rng.standard_normal(n) - 0.3 * geld,
        fysiek=_REST * rng.standard_normal(n),
        psychisch=_REST * rng.standard_normal(n),
        sociaal=_REST * rng.standard_normal(n),
        oud=_OUD * rng.standard_normal(n),
    )


def settle(rng: np.random.Generator, wijken: Wijken, *, stadsdeel: Ints, leeftijd: Floats) -> Ints:
    """A wijk for each household: by size, and older heads rather where the old live."""
    keuze = np.zeros(len(stadsdeel), dtype=np.int64)
    jaren = ((leeftijd - 48.0) / 16.0).clip(-2.0, 2.5)
    for deel in range(len(STADSDELEN)):
        hier, plek = np.flatnonzero(stadsdeel == deel), np.flatnonzero(wijken.stadsdeel == deel)
        kans = wijken.maat[plek] * np.exp(np.outer(jaren[hier], wijken.oud[plek]))
        kans = (kans / kans.sum(axis=1, keepdims=True)).cumsum(axis=1)
        keuze[hier] = plek[(rng.random(len(hier))[:, None] >= kans[:, :-1]).sum(axis=1)]
    return keuze
