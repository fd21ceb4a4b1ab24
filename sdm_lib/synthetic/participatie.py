"""Use of the Participatiewet and its forerunner: assistance by household, and what goes with it."""

from __future__ import annotations

import numpy as np

from sdm_lib.synthetic.population import HORIZON, PEILDATUM, START, Population
from sdm_lib.synthetic.spells import STELSEL, Spells, build, join, number, stock_and_flow
from sdm_lib.synthetic.streams import UITGESLOTEN, Floats, Ints, stream, top_weighted
from sdm_lib.synthetic.traits import Traits

_BIJSTAND, _SCHULD, _BESCHUT = (6_000, 1_850, 4.6), (620, 420, 1.6), (190, 45, 6.0)  # stock, in a year, mean years


def make_participatie(seed: int, pop: Population, traits: Traits) -> Spells:
    """All spells from 2012; sheltered work exists from 2015."""
    bijstand = _assistance(stream(seed, "bijstand"), pop, traits)
    return join(
        [
            bijstand,
            _reintegration(stream(seed, "re_integratie"), pop, bijstand),
            _by_head(stream(seed, "schuldhulp"), pop, 1.5 * traits.geld, ("schuldhulp", START, _SCHULD)),
            _by_head(stream(seed, "beschut_werk"), pop, traits.fysiek, ("beschut_werk", STELSEL, _BESCHUT)),
        ]
    )


def _heads(pop: Population) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    leeftijd = pop.age(PEILDATUM)
    return np.asarray((pop.rol == 0) & (leeftijd >= 21) & (leeftijd < 63), dtype=bool)


def _draw(
    rng: np.random.Generator, pop: Population, kans: Floats, soort: tuple[str, int, tuple[int, int, float]]
) -> tuple[Ints, Ints, Ints]:
    _, vanaf, (voorraad, instroom, jaren) = soort
    aantal = voorraad + round(instroom * (HORIZON - vanaf) / 365.25)
    wie = top_weighted(rng, np.where(_heads(pop) & (pop.tot > vanaf), kans, UITGESLOTEN), aantal)
    return stock_and_flow(rng, pop, wie, vanaf=vanaf, voorraad=voorraad, jaren=jaren)


def _by_head(
    rng: np.random.Generator, pop: Population, kans: Floats, soort: tuple[str, int, tuple[int, int, float]]
) -> Spells:
    persoon, begin, einde = _draw(rng, pop, kans, soort)
    return build(
        rng, pop, persoon=persoon, voorziening=np.full(len(persoon), number(soort[0])), begin=begin, einde=einde
    )


def _assistance(rng: np.random.Generator, pop: Population, traits: Traits) -> Spells:
    """A row for the head and one for the partner: persons are counted, households are paid."""
    kans = 1.6 * traits.geld + 0.3 * traits.psychisch
    hoofd, begin, einde = _draw(rng, pop, kans, ("bijstand", START, _BIJSTAND))
    partner_van = np.full(len(pop.huishouden_code), -1)
    partners = np.flatnonzero(pop.rol == 1)
    partner_van[pop.huishouden[partners]] = partners
    partner = partner_van[pop.huishouden[hoofd]]
    samen = partner >= 0
    persoon = np.concatenate([hoofd, partner[samen]])
    van = np.concatenate([begin, np.maximum(begin, pop.sinds[partner])[samen]])
    tot = np.concatenate([einde, np.minimum(einde, pop.tot[hoofd])[samen]])
    return build(rng, pop, persoon=persoon, voorziening=np.full(len(persoon), number("bijstand")), begin=van, einde=tot)


def _reintegration(rng: np.random.Generator, pop: Population, bijstand: Spells) -> Spells:
    """A quarter of the spells of assistance holds a course towards work."""
    mee = bijstand.take(rng.random(len(bijstand)) < 0.35)
    ruimte = np.minimum(mee.einde, HORIZON) - mee.begin
    begin = mee.begin + 30 + np.floor(rng.random(len(mee)) * ruimte).astype(np.int64)
    einde = np.minimum(begin + 40 + np.floor(rng.exponential(330, len(mee))).astype(np.int64), mee.einde)
    soort = np.full(len(mee), number("re_integratie"))
    return build(rng, pop, persoon=mee.persoon, voorziening=soort, begin=begin, einde=einde)
