"""The same population in 2022: seven years older, larger, and spread over the 71 wijken.

Who lived here at the end of 2016 and neither left nor died is the same person with the same pseudonym; children have
grown up and partly gone, newcomers fill each stadsdeel up to its size of 1 January 2022, and children were born. The
rest of this package knows one clock, that of 2012 to 2017. So the people of 2022 are handed to it on a clock that is
exactly seven calendar years back, and what it makes of them is put forward again.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np

from sdm_lib.synthetic.details import Register
from sdm_lib.synthetic.population import (
    GEBOORTE,
    HORIZON,
    NOOIT,
    PEILDATUM,
    START,
    VERTREK,
    Population,
    deaths,
    new_households,
)
from sdm_lib.synthetic.spells import OUD, STELSEL, WET_VAN
from sdm_lib.synthetic.streams import Bools, Ints, day, pseudonyms, stream
from sdm_lib.synthetic.traits import Traits, make_traits, standard
from sdm_lib.synthetic.wijken import STADSDELEN_2022, Wijken, settle

INWONERS_2022 = (
    22_900,
    110_900,
    56_900,
    18_600,
    4_600,
    60,
)  # before the children of who stayed; with them some 218,000
VERSCHOVEN = day(2022) - PEILDATUM  # days between the two clocks: seven calendar years, two leap days
_VERTROK, _UITVLUCHT = 0.16, 0.7  # households gone since 2017; children of 23 and older who left home and city
_TERUG = 900.0  # days: mean time since a provision began that the shortened clock lets begin on its first day
_BLIJVEND = 0.8  # correlation of what somebody is with what he was seven years before
T = TypeVar("T", Population, Register)


def grow(seed: int, pop: Population, wijken: Wijken) -> Population:
    """The population of 2022 on the clock of this package: 1 January 2022 is its reference day."""
    rng = stream(seed, "groei")
    blijvers = _stayers(rng, pop)
    aanwas = _newcomers(rng, pop, blijvers)
    samen = _births(rng, _join(rng, pop, blijvers, aanwas))
    hoofd = np.full(len(samen.huishouden_code), 40.0)
    hoofd[samen.huishouden] = np.where(samen.rol == 0, (PEILDATUM - samen.geboren) / 365.25, hoofd[samen.huishouden])
    eerste = np.unique(samen.huishouden, return_index=True)
    stadsdeel = np.zeros(len(hoofd), dtype=np.int64)
    stadsdeel[eerste[0]] = samen.stadsdeel[eerste[1]]
    wijk = settle(rng, wijken, stadsdeel=stadsdeel, leeftijd=hoofd)
    return replace(
        samen,
        wijk=wijk[samen.huishouden],
        wijken=wijken.codes,
        wijk_in=tuple(wijken.stadsdeel.tolist()),
        stadsdelen=STADSDELEN_2022,
    )


def _stayers(rng: np.random.Generator, pop: Population) -> Ints:
    """Positions of who was here on the last day of 2016 and is alive and here on 1 January 2022."""
    hier = pop.present(HORIZON - 1)
    weg = rng.random(len(pop.huishouden_code)) < _VERTROK
    volwassen = (pop.rol == 2) & (pop.age(PEILDATUM + VERSCHOVEN) >= 23)
    uitgevlogen = volwassen & (rng.random(len(hier)) < _UITVLUCHT)
    return np.flatnonzero(hier & ~weg[pop.huishouden] & ~uitgevlogen & (pop.tot > PEILDATUM + VERSCHOVEN))


def _newcomers(rng: np.random.Generator, pop: Population, blijvers: Ints) -> Population:
    """Households that came since, and those that will come until the end of 2023; codes are given later."""
    er = np.bincount(pop.stadsdeel[blijvers], minlength=len(INWONERS_2022))
    gebrek = (np.array(INWONERS_2022) - er).clip(0)
    later = np.round(2 * VERTREK * np.array(INWONERS_2022)).astype(np.int64)
    delen = [new_households(rng, gebrek), new_households(rng, later)]
    sinds = [_between(rng, len(delen[0].stadsdeel), HORIZON - VERSCHOVEN, PEILDATUM),
             _between(rng, len(delen[1].stadsdeel), PEILDATUM + 1, HORIZON)]  # fmt: skip
    leeg = np.zeros(0, dtype=object)
    uit = []
    for hh, komst in zip(delen, sinds, strict=True):
        geboren = PEILDATUM - np.ceil(hh.leeftijd * 365.25).astype(np.int64)
        begin = np.maximum(komst[hh.van], geboren)
        uit.append((hh.van, geboren, hh.vrouw, hh.stadsdeel[hh.van], begin, hh.rol))
    tweede = uit[1][0] + len(delen[0].stadsdeel)
    van, geboren, vrouw, stadsdeel, begin, rol = (np.concatenate(paar) for paar in zip(*uit, strict=True))
    van[len(uit[0][0]) :] = tweede
    nooit = np.full(len(van), NOOIT)
    return Population(leeg, van, leeg, geboren, vrouw, stadsdeel, begin, nooit, rol, np.zeros(len(van), dtype=bool))


def _join(rng: np.random.Generator, pop: Population, blijvers: Ints, aanwas: Population) -> Population:
    """Stayers on the shorter clock, and newcomers behind them with codes of their own."""
    n_hh = int(aanwas.huishouden.max()) + 1
    oud = len(pop.huishouden_code)
    hh_code = np.concatenate([pop.huishouden_code, pseudonyms(rng, n_hh)])
    geboren = np.concatenate([pop.geboren[blijvers] - VERSCHOVEN, aanwas.geboren])
    sinds = np.concatenate([pop.sinds[blijvers] - VERSCHOVEN, aanwas.sinds])
    rol = np.concatenate([np.where(pop.rol[blijvers] == 3, 0, pop.rol[blijvers]), aanwas.rol])
    huishouden = np.concatenate([pop.huishouden[blijvers], aanwas.huishouden + oud])
    vertrek = np.where(
        rng.random(len(hh_code)) < 2 * VERTREK, _between(rng, len(hh_code), PEILDATUM + 1, HORIZON), NOOIT
    )
    dood = deaths(rng, geboren, rol)
    tot = np.maximum(np.minimum(vertrek[huishouden], dood), sinds + 1)
    return Population(
        persoon=np.concatenate([pop.persoon[blijvers], pseudonyms(rng, len(aanwas.geboren))]),
        huishouden=huishouden,
        huishouden_code=hh_code,
        geboren=geboren,
        vrouw=np.concatenate([pop.vrouw[blijvers], aanwas.vrouw]),
        stadsdeel=np.concatenate([pop.stadsdeel[blijvers], aanwas.stadsdeel]),
        sinds=sinds,
        tot=tot,
        rol=rol,
        overleden=dood <= vertrek[huishouden],
    )


def _births(rng: np.random.Generator, pop: Population) -> Population:
    """Children of the stayers, born between the end of 2016 and the end of 2023."""
    leeftijd = (PEILDATUM - pop.geboren) / 365.25
    jaren = (HORIZON - PEILDATUM + VERSCHOVEN - (HORIZON - PEILDATUM)) / 365.25
    moeder = np.flatnonzero(pop.vrouw & (leeftijd > 22) & (leeftijd < 43) & (pop.rol < 2) & (pop.sinds < START))
    moeder = moeder[rng.random(len(moeder)) < 0.5 * GEBOORTE * jaren]
    dag = _between(rng, len(moeder), HORIZON - VERSCHOVEN, HORIZON)
    er = (pop.sinds[moeder] <= dag) & (dag < pop.tot[moeder])
    moeder, dag = moeder[er], dag[er]
    return replace(
        pop,
        persoon=np.concatenate([pop.persoon, pseudonyms(rng, len(moeder))]),
        huishouden=np.concatenate([pop.huishouden, pop.huishouden[moeder]]),
        geboren=np.concatenate([pop.geboren, dag]),
        vrouw=np.concatenate([pop.vrouw, rng.random(len(moeder)) < 0.488]),
        stadsdeel=np.concatenate([pop.stadsdeel, pop.stadsdeel[moeder]]),
        sinds=np.concatenate([pop.sinds, dag]),
        tot=np.concatenate([pop.tot, pop.tot[moeder]]),
        rol=np.concatenate([pop.rol, np.full(len(moeder), 2)]),
        overleden=np.concatenate([pop.overleden, np.zeros(len(moeder), dtype=bool)]),
    )


def _between(rng: np.random.Generator, aantal: int, van: int, tot: int) -> Ints:
    return np.asarray(van + np.floor(rng.random(aantal) * (tot - van)), dtype=np.int64)


def grown_traits(seed: int, pop: Population, wijken: Wijken, *, toen: Population, traits: Traits) -> Traits:
    """Traits in 2022: partly what somebody was before, and moved by the wijk where he lives."""
    if pop.wijk is None:
        raise ValueError("grown_traits: this population has no wijken")
    nieuw = make_traits(seed + VERSCHOVEN, pop)
    nu, eerder = np.intersect1d(pop.persoon.astype("U16"), toen.persoon.astype("U16"), return_indices=True)[1:]
    uit: dict[str, Any] = {}
    for naam in ("fysiek", "psychisch", "sociaal", "geld", "kind", "buurt"):
        waarde = getattr(nieuw, naam).copy()
        rest = np.sqrt(1 - _BLIJVEND**2)
        waarde[nu] = _BLIJVEND * getattr(traits, naam)[eerder] + rest * waarde[nu]
        plaatselijk = getattr(wijken, naam, None)
        uit[naam] = standard(waarde if plaatselijk is None else waarde + plaatselijk[pop.wijk])
    return replace(nieuw, **uit)


def put_forward(thing: T) -> T:
    """A population or a register of the shortened clock with its true days."""
    if isinstance(thing, Population):
        return replace(thing, geboren=_later(thing.geboren), sinds=_later(thing.sinds), tot=_later(thing.tot))
    return replace(
        thing,
        spells=replace(thing.spells, begin=_later(thing.spells.begin), einde=_later(thing.spells.einde)),
        aanmelding=_later(thing.aanmelding),
        beoogd_begin=_later(thing.beoogd_begin),
        beoogd_einde=_later(thing.beoogd_einde),
    )


def _later(dagen: Ints) -> Ints:
    return np.where(dagen >= NOOIT, NOOIT, dagen + VERSCHOVEN)


def without_seam(rng: np.random.Generator, pop: Population, register: Register) -> Register:
    """Provisions that begin on the first day of the shortened clock began before it, where law and person allow.

    pop, register : with their true days.
    """
    begin, soort, wie = register.spells.begin, register.spells.voorziening, register.spells.persoon
    naad: Bools = (begin == START + VERSCHOVEN) | (
        (begin == STELSEL + VERSCHOVEN) & ((WET_VAN[soort] < 2) | ~OUD[soort])
    )
    vroegst = np.maximum(np.where(OUD[soort], START, STELSEL), np.maximum(pop.sinds[wie], pop.geboren[wie]))
    eerder = np.floor(rng.exponential(_TERUG, len(begin))).astype(np.int64)
    nieuw = np.where(naad, np.maximum(begin - eerder, np.minimum(vroegst, begin)), begin)
    schuif = begin - nieuw
    velden = {f.name: getattr(register, f.name) for f in fields(register)}
    velden["spells"] = replace(register.spells, begin=nieuw)
    for naam in ("aanmelding", "beoogd_begin"):
        velden[naam] = velden[naam] - schuif
    orde = np.lexsort((soort, wie, nieuw))
    velden["spells"] = velden["spells"].take(orde)
    return Register(**{naam: waarde if naam == "spells" else waarde[orde] for naam, waarde in velden.items()})
