"""Spells of support: who, what, from when, until when, why it ended. Half-open days; the law decides what may exist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sdm_lib.synthetic.population import HORIZON, NOOIT, START, Population
from sdm_lib.synthetic.streams import Bools, Floats, Ints, choose, day

STELSEL = day(2015)  # the laws of 1 January 2015: what moved to the municipality begins administratively on this day

WMO = ("hulp_bij_huishouden", "begeleiding", "dagbesteding", "kortdurend_verblijf", "hulpmiddelen", "vervoer",
       "beschermd_wonen")  # fmt: skip
JEUGD = ("wijkteam", "ambulant", "daghulp", "netwerk", "pleegzorg", "gezinsgericht", "gesloten", "overig_verblijf",
         "ots", "voogdij", "jeugdreclassering")  # fmt: skip
PARTICIPATIE = ("bijstand", "re_integratie", "beschut_werk", "schuldhulp")
VOORZIENINGEN = WMO + JEUGD + PARTICIPATIE
WETTEN = ("wmo", "jeugd", "participatie")
WET_VAN = np.repeat([0, 1, 2], [len(WMO), len(JEUGD), len(PARTICIPATIE)])
OUD = np.isin(VOORZIENINGEN, ["hulp_bij_huishouden", "hulpmiddelen", "vervoer", "bijstand", "re_integratie",
                              "schuldhulp"])  # fmt: skip  # municipal before 2015

REDENEN = ("volgens_plan", "voortijdig_client", "voortijdig_aanbieder", "verhuisd", "overleden", "overig", "werk")
_REDEN_KANS = np.array([0.62, 0.78, 0.84, 0.84, 0.84, 1.0])  # cumulative; the rest follows from person and provision
LOPEND = -1


def number(voorziening: str) -> int:
    """Position of a provision in VOORZIENINGEN."""
    return VOORZIENINGEN.index(voorziening)


@dataclass(frozen=True, slots=True, eq=False)
class Spells:
    """One array element a spell: position of the person and the provision, `[begin, einde)`, and why it ended.

    reden : position in REDENEN, LOPEND while it runs on 1 January 2017. vervolg : a re-indication of the spell before.
    """

    persoon: Ints
    voorziening: Ints
    begin: Ints
    einde: Ints
    reden: Ints
    vervolg: Bools

    def __len__(self) -> int:
        return len(self.persoon)

    def take(self, keuze: NDArray[np.bool_] | Ints) -> Spells:
        """The chosen spells."""
        return Spells(*(getattr(self, naam)[keuze] for naam in self.__slots__))


def join(delen: Sequence[Spells]) -> Spells:
    """All spells of several sets."""
    return Spells(*(np.concatenate([getattr(deel, naam) for deel in delen]) for naam in Spells.__slots__))


def build(
    rng: np.random.Generator, pop: Population, *, persoon: Ints, voorziening: Ints, begin: Ints, einde: Ints
) -> Spells:
    """Spells within the stay of their persons and within the law; empty ones fall out, the others get a reason."""
    begin = np.maximum(begin, np.where(OUD[voorziening], START, STELSEL))
    weg = einde >= pop.tot[persoon]
    einde = np.where(weg, pop.tot[persoon], einde)
    reden = choose(rng, _REDEN_KANS, len(persoon))
    reden = np.where(weg, np.where(pop.overleden[persoon], 4, 3), reden)
    loopt = einde >= HORIZON
    spells = Spells(
        persoon,
        voorziening,
        begin,
        np.where(loopt, NOOIT, einde),
        np.where(loopt, LOPEND, reden),
        np.zeros(len(persoon), dtype=bool),
    )
    return spells.take((begin < HORIZON) & (einde > begin))


def stock_and_flow(
    rng: np.random.Generator, pop: Population, wie: Ints, *, vanaf: int, voorraad: int, jaren: float
) -> tuple[Ints, Ints, Ints]:
    """Episodes: `voorraad` of the persons are in support on day `vanaf`, the others enter evenly afterwards.

    jaren : mean length; the rest of a running episode has the same mean, for the lengths have no memory.
    Returns persons, first day, first day without.
    """
    aanwezig = pop.present(vanaf)[wie]
    in_voorraad = aanwezig & (aanwezig.cumsum() <= voorraad)
    later = vanaf + 1 + np.floor(rng.random(len(wie)) * (HORIZON - vanaf - 1)).astype(np.int64)
    begin = np.where(in_voorraad, vanaf, later)
    duur = 14 + np.floor(rng.exponential(365.25 * jaren, len(wie))).astype(np.int64)
    woont = (pop.sinds[wie] <= begin) & (begin < pop.tot[wie])
    return wie[woont], begin[woont], (begin + duur)[woont]


def returns(
    rng: np.random.Generator, pop: Population, episodes: tuple[Ints, Ints, Ints], *, share: float, jaren: float
) -> tuple[Ints, Ints, Ints]:
    """A second episode for a share of those whose first one ended while they still live here."""
    wie, _, einde = episodes
    terug = (einde < np.minimum(pop.tot[wie], HORIZON) - 60) & (rng.random(len(wie)) < share)
    begin = einde[terug] + 20 + np.floor(rng.exponential(200, int(terug.sum()))).astype(np.int64)
    duur = 30 + np.floor(rng.exponential(365.25 * jaren, len(begin))).astype(np.int64)
    return wie[terug], begin, begin + duur


def packages(rng: np.random.Generator, log_weight: Floats, grootte: Ints) -> tuple[Ints, Ints, Ints]:
    """For each row the `grootte` columns with the highest random keys: row, column, rank within the row."""
    keys = -(log_weight + rng.gumbel(size=log_weight.shape))
    volgorde = np.argsort(keys, axis=1, kind="stable")
    rang = np.broadcast_to(np.arange(log_weight.shape[1]), log_weight.shape)
    gekozen = rang < grootte[:, None]
    rij = np.broadcast_to(np.arange(len(grootte))[:, None], log_weight.shape)
    return rij[gekozen], volgorde[gekozen], rang[gekozen]


def split_by_reindication(rng: np.random.Generator, spells: Spells, *, share: float) -> Spells:
    """Cut a share of the long spells in two that touch: a new indication, often lighter or heavier."""
    einde = np.minimum(spells.einde, HORIZON)
    vroegst = np.maximum(spells.begin, STELSEL) + 60
    lang = (einde - vroegst > 90) & (rng.random(len(spells)) < share)
    knip = vroegst + np.floor(rng.random(len(spells)) * (einde - 30 - vroegst)).astype(np.int64)
    eerste = replace(spells, einde=np.where(lang, knip, spells.einde), reden=np.where(lang, 0, spells.reden))
    tweede = replace(spells, begin=knip, vervolg=np.ones(len(spells), dtype=bool)).take(lang)
    return join([eerste, tweede])
