"""The residents' survey: what every adult would say, who is drawn, who answers.

Levels are round figures near what municipal surveys find; response falls with youth and in Stad, rises in Hout.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sdm_lib.synthetic.items import Answers, Item, Questionnaire, answer, prepare
from sdm_lib.synthetic.population import LEEFTIJD_ENQUETE_VANAF, PEILDATUM, Population
from sdm_lib.synthetic.sample import Sample, draw, field
from sdm_lib.synthetic.streams import Floats, Ints, Text, pseudonyms, stream
from sdm_lib.synthetic.traits import Traits

JA_NEE = ("ja", "nee")
DRIE = ("ja", "min_of_meer", "nee")
EENS5 = ("helemaal_eens", "eens", "neutraal", "oneens", "helemaal_oneens")
VAAK6 = ("altijd", "meestal", "vaak", "soms", "zelden", "nooit")
CIJFER = tuple(str(cijfer) for cijfer in range(1, 11))


def _ja(naam: str, aandeel: float, kenmerken: dict[str, float], trend: float = 0.0) -> Item:
    return Item(naam, JA_NEE, (aandeel, 1 - aandeel), kenmerken, trend)


_EMOTIONEEL = ((0.10, 0.18, 0.72), {"sociaal": -0.75})
_SOCIAAL = ((0.64, 0.24, 0.12), {"sociaal": 0.72})
_REGIE_MIN = ((0.04, 0.13, 0.23, 0.39, 0.21), {"psychisch": -0.5, "geld": -0.3})
_REGIE_PLUS = ((0.18, 0.46, 0.24, 0.10, 0.02), {"psychisch": 0.45, "geld": 0.2})
_COHESIE = ((0.13, 0.45, 0.27, 0.11, 0.04), {"buurt": -0.6})
_KALM = ((0.10, 0.44, 0.21, 0.16, 0.07, 0.02), {"psychisch": 0.68})

ITEMS = (
    Item("opleiding", ("laag", "midden", "hoog"), (0.27, 0.45, 0.28), {"geld": -0.45, "leeftijd": -0.2}),
    _ja("vrijwilligerswerk", 0.29, {"sociaal": 0.3, "fysiek": 0.1, "buurt": -0.2, "leeftijd": -0.15}),
    _ja("mantelzorg", 0.15, {"leeftijd": -0.2}),
    Item(
        "mantelzorg_zwaarte",
        ("niet", "enigszins", "tamelijk_zwaar", "zeer_zwaar", "overbelast"),
        (0.28, 0.40, 0.20, 0.08, 0.04),
        {"psychisch": 0.4, "geld": 0.2},
    ),
    *(Item(f"eenz{nummer}", DRIE, *_EMOTIONEEL) for nummer in (1, 2, 3)),
    *(Item(f"eenz{nummer}", DRIE, *_SOCIAAL) for nummer in (4, 5, 6)),
    Item("cohesie1", EENS5, (0.05, 0.19, 0.28, 0.38, 0.10), {"buurt": 0.55}),
    *(Item(f"cohesie{nummer}", EENS5, *_COHESIE) for nummer in (2, 3, 4)),
    Item("mhi1", VAAK6, (0.01, 0.04, 0.08, 0.28, 0.35, 0.24), {"psychisch": -0.65}),
    Item("mhi2", VAAK6, (0.005, 0.02, 0.04, 0.15, 0.255, 0.53), {"psychisch": -0.72}),
    Item("mhi3", VAAK6, *_KALM),
    Item("mhi4", VAAK6, (0.005, 0.025, 0.05, 0.27, 0.35, 0.30), {"psychisch": -0.72}),
    Item("mhi5", VAAK6, *_KALM),
    *(Item(f"regie{nummer}", EENS5, *_REGIE_MIN) for nummer in (1, 2, 3, 4, 5)),
    *(Item(f"regie{nummer}", EENS5, *_REGIE_PLUS) for nummer in (6, 7)),
    Item(
        "gezondheid",
        ("zeer_goed", "goed", "gaat_wel", "slecht", "zeer_slecht"),
        (0.19, 0.57, 0.18, 0.05, 0.01),
        {"fysiek": 0.62, "psychisch": 0.25},
    ),
    Item(
        "cijfer_leven",
        CIJFER,
        (0.003, 0.004, 0.008, 0.015, 0.04, 0.10, 0.27, 0.37, 0.14, 0.05),
        {"psychisch": -0.45, "sociaal": -0.3, "geld": -0.2},
    ),
    Item(
        "rondkomen",
        ("geen_moeite", "weinig_moeite", "enige_moeite", "grote_moeite"),
        (0.36, 0.39, 0.18, 0.07),
        {"geld": 0.75},
        0.02,
    ),
    Item("netwerk", EENS5, (0.22, 0.50, 0.17, 0.08, 0.03), {"sociaal": 0.62}),
    _ja("burenhulp", 0.33, {"buurt": -0.35, "sociaal": 0.1}, -0.03),
    _ja("werk", 0.64, {"gepensioneerd": 0.8, "geld": 0.3, "fysiek": 0.25}),
    _ja("opleiding_volgt", 0.12, {"leeftijd": 0.7}),
    _ja("vereniging", 0.36, {"sociaal": 0.35, "buurt": -0.15}),
    _ja("dagbesteding", 0.06, {"fysiek": -0.4}),
    _ja("beperking", 0.19, {"fysiek": -0.75}),
    Item(
        "redzaam",
        ("zelf", "met_hulp_netwerk", "met_professionele_hulp", "niet"),
        (0.84, 0.10, 0.045, 0.015),
        {"fysiek": 0.7},
    ),
    Item("kent_wijkteam", ("kent", "gehoord", "nee"), (0.24, 0.31, 0.45), {"leeftijd": -0.25, "buurt": -0.1}, -0.035),
    _ja("weet_de_weg", 0.56, {"leeftijd": -0.2, "sociaal": 0.25}, -0.03),
)
# Asked at the end, in the words that clients and professionals got too; drawn from a stream of their own (`voices`).
STEMMEN = (
    Item("stem_toegang", EENS5, (0.13, 0.39, 0.22, 0.19, 0.07)),
    Item("stem_kwaliteit", EENS5, (0.10, 0.43, 0.31, 0.12, 0.04)),
    Item("stem_effect", EENS5, (0.09, 0.38, 0.33, 0.15, 0.05)),
)

GETROKKEN = {0: 1_100, 1: 2_000, 2: 1_500, 3: 1_100, 4: 780, 5: 20}  # persons a stadsdeel, 6,500 together
OVERLAP = 0.39  # of a wave with the next; the share among those who answer is lower
_KANS = np.array([np.nan, 0.265, 0.345, 0.46, 0.58, 0.48])  # response by age; 18-29 is the second class
_KANS_STADSDEEL = np.array([0.02, -0.06, 0.02, -0.03, 0.09, 0.0])


@dataclass(frozen=True, slots=True, eq=False)
class Residents:
    """What lasts from wave to wave: positions on the items, the number for the draw, the willingness to answer."""

    vragen: Questionnaire
    nummer: Floats
    bereid: Floats
    paneel: Text  # pseudonym of this survey alone, the same in every wave


@dataclass(frozen=True, slots=True, eq=False)
class Wave:
    """One wave: the frame of adults (positions in the population), what all of them would say, and the sample."""

    kader: Ints
    antwoorden: Answers
    steekproef: Sample


def make_residents(seed: int, pop: Population, traits: Traits) -> Residents:
    """Draw what lasts."""
    rng = stream(seed, "bewoners")
    leeftijd = traits.leeftijd
    kenmerken = {
        "fysiek": traits.fysiek,
        "psychisch": traits.psychisch,
        "sociaal": traits.sociaal,
        "geld": traits.geld,
        "buurt": traits.buurt,
        "leeftijd": (leeftijd - 45) / 18,
        "gepensioneerd": np.where(leeftijd >= 65, 3.0, 0.0),
    }
    basis = np.flatnonzero(pop.present(PEILDATUM) & (pop.age(PEILDATUM) >= 18))[:40_000]
    vragen = prepare(rng, ITEMS, kenmerken=kenmerken, basis=basis)
    return Residents(
        vragen, rng.random(len(leeftijd)), rng.standard_normal(len(leeftijd)), pseudonyms(rng, len(leeftijd))
    )


def make_wave(rng: np.random.Generator, pop: Population, residents: Residents, *, dag: int, tijd: int) -> Wave:
    """The wave among the adults of a day, `tijd` quarters after the first."""
    leeftijd = pop.age(dag)
    kader = np.flatnonzero(pop.present(dag) & (leeftijd >= 18))
    antwoorden = answer(rng, residents.vragen, wie=kader, tijd=tijd)
    stratum = pop.stadsdeel[kader]
    nummer = residents.nummer[kader]
    positie, w0 = draw(stratum, nummer=nummer, aantallen=GETROKKEN, tijd=tijd, overlap=OVERLAP)
    klasse = np.searchsorted(LEEFTIJD_ENQUETE_VANAF, leeftijd[kader[positie]], side="right") - 1
    kans = _KANS[klasse] + _KANS_STADSDEEL[stratum[positie]]
    bereid = residents.bereid[kader[positie]]
    return Wave(kader, antwoorden, field(rng, positie=positie, w0=w0, kans=kans, bereid=bereid, items=len(ITEMS)))


def voices(seed: int, golf: Wave, *, tijd: int) -> Answers:
    """What everyone of the frame would say to `STEMMEN`; nothing drawn elsewhere depends on it."""
    rng = stream(seed, f"stemmen {tijd}")
    aantal = len(golf.kader)
    return {item.naam: rng.choice(len(item.antwoorden), aantal, p=item.aandelen).astype(np.int64) for item in STEMMEN}
