"""Use of the Wlz and the Zvw as Vektis delivers it: counts and costs by kind of care and age, never a person.

Nobody is followed from the register of provisions to these numbers, so they say nothing of who uses both.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sdm_lib.kwartaal import Kwartaal
from sdm_lib.synthetic.population import Population
from sdm_lib.synthetic.streams import of_date, stream

VANAF = (0, 18, 65, 75)
LEEFTIJD = ("0-17", "18-64", "65-74", "75+")
MINSTENS = 10  # Vektis leaves a smaller count empty

# wet -> chance to use it by age; and per kind of care its share of those users and its mean cost in euro a year
GEBRUIK = {"wlz": (0.003, 0.006, 0.012, 0.11), "zvw": (0.72, 0.78, 0.90, 0.95)}
SOORTEN = {
    "wlz": {"zorg_met_verblijf": (0.62, 58_000), "volledig_pakket_thuis": (0.08, 42_000),
            "modulair_pakket_thuis": (0.14, 31_000), "pgb": (0.16, 36_000)},
    "zvw": {"huisartsenzorg": (0.96, 150), "medisch_specialistische_zorg": (0.55, 2_300), "ggz": (0.07, 3_400),
            "wijkverpleging": (0.04, 5_600), "pgb": (0.002, 21_000)},
}  # fmt: skip


def vektis_table(seed: int, pop: Population, kwartaal: Kwartaal) -> pd.DataFrame:
    """A row per wet, zorgsoort and leeftijd with their totals: verzekerden, gebruikers, mannen, vrouwen, kosten.

    What is known of the year up to and with the quarter; a count below ten is empty, and so are its costs.
    """
    dag = of_date(kwartaal.begin)
    klasse = np.searchsorted(VANAF, pop.age(dag)[pop.present(dag)], side="right") - 1
    verzekerden = np.bincount(klasse, minlength=len(VANAF))
    rng = stream(seed, f"vektis {kwartaal.jaar}")
    delen = [_wet(rng, wet, verzekerden, deel_jaar=kwartaal.nummer / 4) for wet in GEBRUIK]
    tabel = pd.concat(delen, ignore_index=True).assign(jaar=kwartaal.jaar, gemeente="GM0034")
    getallen = ["gebruikers", "mannen", "vrouwen", "kosten"]
    tabel[getallen] = tabel[getallen].astype("Int64").mask(tabel["gebruikers"] < MINSTENS)
    return tabel[["jaar", "gemeente", "wet", "zorgsoort", "leeftijd", "verzekerden", *getallen]]


def _wet(rng: np.random.Generator, wet: str, verzekerden: np.ndarray, *, deel_jaar: float) -> pd.DataFrame:
    gebruikers = rng.binomial(verzekerden, GEBRUIK[wet])
    kosten = np.zeros(len(LEEFTIJD), dtype=np.int64)
    delen = []
    for soort, (deel, euro) in SOORTEN[wet].items():
        van_soort = rng.binomial(gebruikers, deel)
        besteed = np.round(van_soort * euro * deel_jaar).astype(np.int64)
        kosten += besteed
        delen.append(_soort(rng, soort, verzekerden, van_soort, besteed))
    return pd.concat([*delen, _soort(rng, "totaal", verzekerden, gebruikers, kosten)]).assign(wet=wet)


def _soort(
    rng: np.random.Generator, soort: str, verzekerden: np.ndarray, gebruikers: np.ndarray, kosten: np.ndarray
) -> pd.DataFrame:
    mannen = rng.binomial(gebruikers, 0.45)
    per = pd.DataFrame({
        "leeftijd": LEEFTIJD, "verzekerden": verzekerden, "gebruikers": gebruikers, "mannen": mannen,
        "vrouwen": gebruikers - mannen, "kosten": kosten,
    })  # fmt: skip
    totaal = per.drop(columns="leeftijd").sum().to_frame().T.assign(leeftijd="totaal")
    return pd.concat([per, totaal], ignore_index=True).assign(zorgsoort=soort)
