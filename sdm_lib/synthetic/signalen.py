"""Early-warning counts by quarter and stadsdeel, as other parties deliver them: a history, and the newest quarter.

Some items are counted every quarter; others once a year and stand in the fourth quarter only. Rates drift a little and
differ between stadsdelen; in the second quarter of 2015 reports on child safety jump in one of them, so that a control
chart has something to find.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sdm_lib.kwartaal import Kwartaal
from sdm_lib.synthetic.population import Population
from sdm_lib.synthetic.streams import Floats, Ints, of_date, stream

BEGIN = Kwartaal(2012, 1)
BEGIN_WIJKEN = Kwartaal(2019, 1)  # from when the population of 2022 is known by wijk
SPRONG = (Kwartaal(2015, 2), 1, 2.2)  # quarter, position of the stadsdeel, factor


@dataclass(frozen=True, slots=True)
class Signaal:
    """A count among an age band: its column, the column of the band, ages from and below, chance, and how often."""

    teller: str
    noemer: str
    van: int
    tot: int
    kans: float
    jaarlijks: bool = True


SIGNALEN = (
    Signaal("meldingen", "inwoners_tot_18", 0, 18, 0.006, jaarlijks=False),
    Signaal("verdachten_12_24", "inwoners_12_24", 12, 25, 0.007, jaarlijks=False),
    Signaal("werkzoekenden", "beroepsbevolking", 18, 67, 0.075, jaarlijks=False),
    Signaal("nieuwe_vsv", "leerlingen", 12, 23, 0.038),
    Signaal("leerlingen_so_vso_pro", "leerlingen", 12, 23, 0.055),
    Signaal("kinderen_in_armoede", "kinderen", 0, 18, 0.13),
    Signaal("met_aandoening_of_problemen", "inwoners", 0, 120, 0.31),
    Signaal("met_overgewicht", "gemeten_kinderen", 5, 15, 0.15),
)
VERSCHIL = np.array([1.1, 1.15, 1.0, 0.9, 0.7, 0.7])  # between stadsdelen, in the order of their codes


def signal_table(seed: int, pop: Population, kwartaal: Kwartaal) -> pd.DataFrame:
    """Columns kwartaal, the area and the counts above and below the line; empty where nothing was counted then."""
    begin = BEGIN if pop.wijk is None else BEGIN_WIJKEN
    aantal = 4 * (kwartaal.jaar - begin.jaar) + kwartaal.nummer
    return pd.concat([_quarter(seed, pop, begin + k) for k in range(aantal)], ignore_index=True)


def _quarter(seed: int, pop: Population, kwartaal: Kwartaal) -> pd.DataFrame:
    rng = stream(seed, f"signalen {kwartaal}")
    dag = of_date(kwartaal.begin)
    hier, age = pop.present(dag), pop.age(dag)
    rijen: dict[str, object] = {"kwartaal": str(kwartaal), **pop.places}
    for signaal in SIGNALEN:
        binnen = hier & (age >= signaal.van) & (age < signaal.tot)
        mensen = np.bincount(pop.place[binnen], minlength=len(pop.places["stadsdeel"])).astype(np.int64)
        geteld = rng.binomial(mensen, _chance(rng, signaal, kwartaal, pop))
        leeg = signaal.jaarlijks and kwartaal.nummer != 4
        rijen[signaal.teller], rijen[signaal.noemer] = (_column(x, leeg=leeg) for x in (geteld, mensen))
    return pd.DataFrame(rijen)


def _chance(rng: np.random.Generator, signaal: Signaal, kwartaal: Kwartaal, pop: Population) -> Floats:
    """Chance per area: the level of its stadsdeel, with movement beside chance itself, and the one jump."""
    verschil = VERSCHIL if pop.wijk is None else VERSCHIL[list(pop.wijk_in)]
    kans = signaal.kans * verschil * np.exp(rng.normal(0, 0.03, len(verschil)))
    wanneer, waar, factor = SPRONG
    if signaal.teller == "meldingen" and kwartaal == wanneer:
        kans[waar] *= factor
    return np.asarray(kans.clip(0, 1), dtype=np.float64)


def _column(aantallen: Ints, *, leeg: bool) -> pd.Series:
    return pd.Series(aantallen, dtype="Int64").mask(np.full(len(aantallen), leeg))
