"""Use of the Jeugdwet, from 2015: forms of help in the national proportions, protection with its stock and flow.

Sources: CBS, Jeugdhulp 2019 (data/reference/jeugdhulp_nl_hulpvorm_2016_2019.csv, year 2016) and CBS, Jeugdbescherming
1e halfjaar 2023 (data/reference/jeugdbescherming_nl_2023h1.csv). The forms with stay and the levels are round figures.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from sdm_lib.synthetic.population import HORIZON, NOOIT, Population
from sdm_lib.synthetic.spells import STELSEL, Spells, build, join, number, packages, returns, stock_and_flow
from sdm_lib.synthetic.streams import UITGESLOTEN, Bools, Floats, Ints, choose, day, stream, top_weighted
from sdm_lib.synthetic.traits import Traits

ZONDER_VERBLIJF = ("wijkteam", "ambulant", "daghulp", "netwerk")
HULPVORM = {"wijkteam": 62_130, "ambulant": 269_055, "daghulp": 25_550, "netwerk": 59_155}  # youths, NL 2016
TOTAAL_ZONDER_VERBLIJF = 358_125
_MET_VERBLIJF = ("pleegzorg", "gezinsgericht", "gesloten", "overig_verblijf")
_VERBLIJF_KANS = np.array([0.45, 0.58, 0.70, 1.0])  # cumulative

BESCHERMING = {"ots": (19_455, 3_280, 4_075), "voogdij": (9_060, 380, 635)}  # stock, in, out; NL, first half of 2023
VOORRAAD = {"ots": 430, "voogdij": 200}  # here, on 1 January 2015

_HULP, _VERBLIJF, _RECLASSERING = (3_000, 2_900, 1.05), (300, 140, 1.9), (120, 130, 0.8)  # stock, in a year, years


def make_jeugd(seed: int, pop: Population, traits: Traits) -> Spells:
    """All Jeugdwet spells; what ran before 2015 begins administratively on 1 January 2015."""
    return join(
        [
            _help(stream(seed, "jeugdhulp"), pop, traits),
            _stay(stream(seed, "jeugdverblijf"), pop, traits),
            _protection(stream(seed, "jeugdbescherming"), pop, traits),
            _probation(stream(seed, "jeugdreclassering"), pop, traits),
        ]
    )


def birthday(pop: Population, persoon: Ints, leeftijd: int) -> Ints:
    """The day someone turns `leeftijd`, 29 February on 1 March."""
    als_dag = pop.geboren[persoon].astype("datetime64[D]")
    maand = als_dag.astype("datetime64[M]")
    return np.asarray(((maand + 12 * leeftijd).astype("datetime64[D]") + (als_dag - maand)).astype(np.int64))


def _episodes(
    rng: np.random.Generator, pop: Population, kans: Floats, stand: tuple[int, int, float]
) -> tuple[Ints, Ints, Ints]:
    voorraad, instroom, jaren = stand
    wie = top_weighted(rng, kans, voorraad + 2 * instroom)
    return stock_and_flow(rng, pop, wie, vanaf=STELSEL, voorraad=voorraad, jaren=jaren)


def _help(rng: np.random.Generator, pop: Population, traits: Traits) -> Spells:
    mag = (pop.age(STELSEL) < 17) & (pop.age(HORIZON) >= 2) & (pop.tot > STELSEL + 30)
    eerste = _episodes(rng, pop, np.where(mag, 0.75 * traits.kind, UITGESLOTEN), _HULP)
    tweede = returns(rng, pop, eerste, share=0.20, jaren=0.7)
    persoon, begin, einde = (np.concatenate(paar) for paar in zip(eerste, tweede, strict=True))
    dubbel = sum(HULPVORM.values()) / TOTAAL_ZONDER_VERBLIJF - 1  # forms beyond the first
    grootte = 1 + (rng.permutation(len(persoon)) < dubbel * len(persoon)).astype(np.int64)
    gewicht = np.log(first_chances(np.array(list(HULPVORM.values())) / TOTAAL_ZONDER_VERBLIJF))
    rij, vorm, _ = packages(rng, np.broadcast_to(gewicht, (len(persoon), 4)), grootte)
    nummers = np.array([number(naam) for naam in ZONDER_VERBLIJF])[vorm]
    return _spells(rng, pop, persoon[rij], nummers, begin[rij], einde[rij])


def first_chances(aandelen: Floats) -> Floats:
    """Chances of a first choice for which a share draws a second, so that all choices together reach `aandelen`.

    aandelen : share of youths per form; together 1 plus the share with two forms.

    >>> first_chances(np.array([0.6, 0.5])).round(3).tolist()
    [0.556, 0.444]
    """
    q = aandelen.sum() - 1
    p = aandelen / aandelen.sum()
    for _ in range(200):
        tweede = p * ((p / (1 - p)).sum() - p / (1 - p))
        p = p * aandelen / (p + q * tweede)
        p = p / p.sum()
    return np.asarray(p, dtype=np.float64)


def _spells(
    rng: np.random.Generator, pop: Population, persoon: Ints, voorziening: Ints, begin: Ints, einde: Ints
) -> Spells:
    """Help ends at eighteen, for some later; never after the day before the twenty-third birthday."""
    langer = rng.random(len(persoon)) < 0.12
    grens = np.where(langer, birthday(pop, persoon, 21), birthday(pop, persoon, 18))
    mag = (begin < birthday(pop, persoon, 18)) & (begin >= pop.sinds[persoon])
    spells = (persoon[mag], voorziening[mag], begin[mag], np.minimum(einde, grens)[mag])
    return build(rng, pop, persoon=spells[0], voorziening=spells[1], begin=spells[2], einde=spells[3])


def _stay(rng: np.random.Generator, pop: Population, traits: Traits) -> Spells:
    mag = (pop.age(STELSEL) < 17) & (pop.age(HORIZON) >= 2) & (pop.tot > STELSEL + 30)
    persoon, begin, einde = _episodes(rng, pop, np.where(mag, 1.1 * traits.kind, UITGESLOTEN), _VERBLIJF)
    vorm = choose(rng, _VERBLIJF_KANS, len(persoon))
    vorm = np.where((vorm == 2) & (pop.age(STELSEL)[persoon] < 12), 3, vorm)  # closed placement is for teenagers
    einde = np.where(vorm == 2, np.minimum(einde, begin + 300), einde)
    nummers = np.array([number(naam) for naam in _MET_VERBLIJF])[vorm]
    return _spells(rng, pop, persoon, nummers, begin, einde)


def _probation(rng: np.random.Generator, pop: Population, traits: Traits) -> Spells:
    leeftijd = pop.age(STELSEL)
    mag = (leeftijd >= 11) & (leeftijd < 17) & (pop.tot > STELSEL + 30)
    kans = np.where(mag, 0.9 * traits.kind - 0.8 * pop.vrouw, UITGESLOTEN)
    persoon, begin, einde = _episodes(rng, pop, kans, _RECLASSERING)
    begin = np.maximum(begin, birthday(pop, persoon, 12))
    return _spells(rng, pop, persoon, np.full(len(persoon), number("jeugdreclassering")), begin, einde)


def _protection(rng: np.random.Generator, pop: Population, traits: Traits) -> Spells:
    """Stock and half-yearly flow by count, in the national proportions; nobody has both measures."""
    halfjaren = [day(2015), day(2015, 7), day(2016), day(2016, 7), day(2017)]
    vrij = (pop.age(STELSEL) < 17) & (pop.age(HORIZON) >= 2)
    delen = []
    for naam, (stand, komst, gaat) in BESCHERMING.items():
        deel = _measure(
            rng, pop, np.where(vrij, 1.2 * traits.kind, UITGESLOTEN), (naam, komst / stand, gaat / stand, halfjaren)
        )
        vrij[deel.persoon] = False
        delen.append(deel)
    return join(delen)


def _measure(
    rng: np.random.Generator, pop: Population, kans: Floats, soort: tuple[str, float, float, list[int]]
) -> Spells:
    naam, komst, gaat, halfjaren = soort
    wie = top_weighted(rng, kans, 4 * VOORRAAD[naam])
    grens = np.minimum(birthday(pop, wie, 18), pop.tot[wie])
    begin, einde = np.full(len(wie), NOOIT), np.full(len(wie), NOOIT)
    begin[np.flatnonzero((pop.sinds[wie] <= STELSEL) & (grens > STELSEL + 30))[: VOORRAAD[naam]]] = STELSEL
    for van, tot in pairwise(halfjaren):
        stand = int(((begin <= van) & (einde > van)).sum())
        _leave(rng, begin, einde, grens, van, tot, round(gaat * stand))
        nieuw = np.flatnonzero((begin == NOOIT) & (pop.sinds[wie] < van) & (grens > tot + 30))[: round(komst * stand)]
        begin[nieuw] = rng.integers(van + 1, tot, size=len(nieuw))
    mee = begin < NOOIT
    voorziening = np.full(int(mee.sum()), number(naam))
    return build(rng, pop, persoon=wie[mee], voorziening=voorziening, begin=begin[mee], einde=einde[mee])


def _leave(rng: np.random.Generator, begin: Ints, einde: Ints, grens: Ints, van: int, tot: int, aantal: int) -> None:
    """Let `aantal` of those in the measure leave within the half-year: first who must, then by chance. Fills einde."""
    in_maatregel = (begin <= van) & (einde > van)
    moet: Bools = in_maatregel & (grens < tot)
    einde[moet] = np.maximum(grens[moet], van + 1)
    mag = np.flatnonzero(in_maatregel & ~moet)
    gaat = rng.permutation(mag)[: max(0, aantal - int(moet.sum()))]
    einde[gaat] = rng.integers(van + 1, tot, size=len(gaat))
