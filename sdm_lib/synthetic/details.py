"""What a register knows of a spell besides who and when: step, form, intensity, goal, dates, provider, price."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from sdm_lib.synthetic.jeugd import make_jeugd
from sdm_lib.synthetic.participatie import make_participatie
from sdm_lib.synthetic.population import HORIZON, NOOIT, Population
from sdm_lib.synthetic.spells import (
    LOPEND,
    REDENEN,
    STELSEL,
    VOORZIENINGEN,
    WET_VAN,
    Spells,
    join,
    number,
    split_by_reindication,
)
from sdm_lib.synthetic.streams import Bools, Floats, Ints, choose, stream
from sdm_lib.synthetic.traits import Traits
from sdm_lib.synthetic.wmo import make_wmo

TREDEN = ("basis", "licht", "zwaar")
EENHEDEN = ("uren_week", "dagdelen_week", "stuks", "euro_maand", "etmalen_week")
DOELEN = ("stabiliseren_crisis", "diagnostiek", "begeleiden", "behandelen", "zelfredzaamheid", "meedoen", "werk")
VERWIJZERS = (
    "wijkteam",
    "huisarts",
    "jeugdarts",
    "gecertificeerde_instelling",
    "medisch_specialist",
    "rechter",
    "geen",
    "onbekend",
)
AANBIEDERS = tuple(f"A{nummer:02d}" for nummer in range(1, 41))

VERWIJZER_KANS = {
    "wmo": (0.58, 0.16, 0.0, 0.0, 0.09, 0.0, 0.12, 0.05),
    "jeugd": (0.38, 0.37, 0.06, 0.06, 0.07, 0.01, 0.02, 0.03),
    "maatregel": (0.0, 0.0, 0.0, 0.12, 0.0, 0.88, 0.0, 0.0),
    "participatie": (0.13, 0.0, 0.0, 0.0, 0.0, 0.0, 0.84, 0.03),
}

_WERK = 0.5  # share of planned ends of assistance that are work
_TERUG = 0.5  # share of re-indicated spells of assistance that were two, with work between
_KORTST, _LANGST = 30, 250  # days between; with assistance before and after at least the shortest too


class Soort(NamedTuple):
    """A kind of provision: chances of a step, unit, mean intensity, euro per unit and week, goals, providers."""

    treden: tuple[float, float, float]
    eenheid: str
    intensiteit: float
    euro: float
    doelen: tuple[str, ...]
    aanbieders: tuple[int, int]  # first and last position in AANBIEDERS


_CRISIS_BEGELEIDEN, _CRISIS_BEHANDELEN = ("stabiliseren_crisis", "begeleiden"), ("stabiliseren_crisis", "behandelen")
_BEHANDELEN = ("begeleiden", "behandelen", "diagnostiek")
# Prices and intensities are round figures of the demo; a month of assistance is paid as 12/52 a week.
SOORTEN = {
    "hulp_bij_huishouden": Soort((0.75, 0.20, 0.05), "uren_week", 2.6, 23.0, ("zelfredzaamheid",), (0, 5)),
    "begeleiding": Soort((0.15, 0.50, 0.35), "uren_week", 3.2, 47.0, ("begeleiden", "zelfredzaamheid"), (4, 14)),
    "dagbesteding": Soort((0.20, 0.50, 0.30), "dagdelen_week", 4.5, 33.0, ("meedoen", "begeleiden"), (6, 15)),
    "kortdurend_verblijf": Soort((0.0, 0.4, 0.6), "etmalen_week", 1.4, 120.0, ("begeleiden",), (8, 12)),
    "hulpmiddelen": Soort((0.80, 0.15, 0.05), "stuks", 1.0, 7.5, ("zelfredzaamheid",), (16, 17)),
    "vervoer": Soort((0.85, 0.15, 0.0), "stuks", 1.0, 9.0, ("meedoen", "zelfredzaamheid"), (18, 18)),
    "beschermd_wonen": Soort((0.0, 0.1, 0.9), "etmalen_week", 7.0, 105.0, _CRISIS_BEGELEIDEN, (10, 13)),
    "wijkteam": Soort((0.80, 0.20, 0.0), "uren_week", 1.0, 62.0, ("begeleiden", "diagnostiek"), (19, 19)),
    "ambulant": Soort((0.05, 0.60, 0.35), "uren_week", 1.4, 82.0, _BEHANDELEN, (20, 31)),
    "daghulp": Soort((0.0, 0.45, 0.55), "dagdelen_week", 5.5, 62.0, ("begeleiden", "behandelen"), (22, 30)),
    "netwerk": Soort((0.25, 0.60, 0.15), "uren_week", 1.2, 55.0, ("begeleiden", "stabiliseren_crisis"), (20, 28)),
    "pleegzorg": Soort((0.0, 0.7, 0.3), "etmalen_week", 7.0, 36.0, ("begeleiden",), (24, 26)),
    "gezinsgericht": Soort((0.0, 0.2, 0.8), "etmalen_week", 7.0, 125.0, ("begeleiden", "behandelen"), (25, 29)),
    "gesloten": Soort((0.0, 0.0, 1.0), "etmalen_week", 7.0, 320.0, _CRISIS_BEHANDELEN, (30, 31)),
    "overig_verblijf": Soort((0.0, 0.1, 0.9), "etmalen_week", 6.0, 190.0, _CRISIS_BEHANDELEN, (27, 31)),
    "ots": Soort((0.0, 0.3, 0.7), "uren_week", 1.6, 72.0, ("stabiliseren_crisis", "begeleiden"), (32, 33)),
    "voogdij": Soort((0.0, 0.3, 0.7), "uren_week", 1.2, 72.0, ("begeleiden",), (32, 33)),
    "jeugdreclassering": Soort((0.0, 0.6, 0.4), "uren_week", 1.3, 72.0, ("begeleiden",), (32, 34)),
    "bijstand": Soort((1.0, 0.0, 0.0), "euro_maand", 960.0, 12 / 52, ("werk", "meedoen"), (35, 35)),
    "re_integratie": Soort((0.20, 0.60, 0.20), "uren_week", 4.0, 19.0, ("werk",), (36, 38)),
    "beschut_werk": Soort((0.0, 0.3, 0.7), "uren_week", 26.0, 14.0, ("werk", "meedoen"), (39, 39)),
    "schuldhulp": Soort((0.55, 0.35, 0.10), "uren_week", 0.6, 58.0, ("zelfredzaamheid",), (34, 35)),
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Register:
    """Every spell of 2012-2016 with its details, complete: deliveries show the part that was known."""

    spells: Spells
    trede: Ints
    pgb: Bools
    intensiteit: Floats
    doel: Ints
    aanmelding: Ints
    beoogd_begin: Ints
    beoogd_einde: Ints  # NOOIT where none was set
    aanbieder: Ints
    verwijzer: Ints
    euro_dag: Floats

    @property
    def wet(self) -> Ints:
        """Position of the law in WETTEN."""
        return np.asarray(WET_VAN[self.spells.voorziening])

    @property
    def eenheid(self) -> Ints:
        """Position of the unit in EENHEDEN."""
        return _UNIT[self.spells.voorziening]


_UNIT = np.array([EENHEDEN.index(SOORTEN[naam].eenheid) for naam in VOORZIENINGEN])


def make_register(seed: int, pop: Population, traits: Traits) -> Register:
    """All spells with their details, sorted by begin and person but for who came back to assistance."""
    delen = join([make_wmo(seed, pop, traits), make_jeugd(seed, pop, traits), make_participatie(seed, pop, traits)])
    rng = stream(seed, "register")
    spells = split_by_reindication(rng, delen, share=0.22)
    spells = spells.take(np.lexsort((spells.voorziening, spells.persoon, spells.begin)))
    return _to_work(stream(seed, "naar werk"), _describe(rng, pop, spells))


def _to_work(rng: np.random.Generator, register: Register) -> Register:
    """Half of who leaves assistance as planned found work, and some of those come back.

    Done last and row by row, so that nothing that is drawn elsewhere changes.
    """
    spells, werk = register.spells, REDENEN.index("werk")
    eerst, dan = _halves(spells, number("bijstand"))
    ruimte = np.minimum(spells.einde[dan], HORIZON) - spells.begin[eerst] - 2 * _KORTST
    weg = _KORTST + np.floor(rng.random(len(eerst)) * (_LANGST - _KORTST)).astype(np.int64)
    uit = spells.begin[eerst] + _KORTST + np.floor(rng.random(len(eerst)) * (ruimte - weg)).astype(np.int64)
    terug = (rng.random(len(eerst)) < _TERUG) & (ruimte > weg)
    begin, einde, reden, vervolg = (getattr(spells, naam).copy() for naam in ("begin", "einde", "reden", "vervolg"))
    op_plan = (spells.voorziening == number("bijstand")) & (reden == 0)
    op_plan[eerst] = False  # a re-indication ends nothing
    reden[op_plan & (rng.random(len(reden)) < _WERK)] = werk
    reden[eerst[terug]] = werk
    einde[eerst[terug]], begin[dan[terug]], vervolg[dan[terug]] = uit[terug], (uit + weg)[terug], False
    schuif = begin - spells.begin
    plan = register.beoogd_einde
    return replace(
        register,
        spells=replace(spells, begin=begin, einde=einde, reden=reden, vervolg=vervolg),
        aanmelding=register.aanmelding + schuif,
        beoogd_begin=register.beoogd_begin + schuif,
        beoogd_einde=np.where(plan == NOOIT, NOOIT, plan + schuif),
    )


def _halves(spells: Spells, soort: int) -> tuple[Ints, Ints]:
    """Positions of spells of one kind that a re-indication cut in two, and of their second halves."""
    orde = np.lexsort((spells.begin, spells.persoon))
    orde = orde[spells.voorziening[orde] == soort]
    eerst, dan = orde[:-1], orde[1:]
    paar = (spells.persoon[eerst] == spells.persoon[dan]) & (spells.einde[eerst] == spells.begin[dan])
    paar &= spells.vervolg[dan]
    return eerst[paar], dan[paar]


def _describe(rng: np.random.Generator, pop: Population, spells: Spells) -> Register:
    aantal, soort = len(spells), spells.voorziening
    kansen = np.array([SOORTEN[naam].treden for naam in VOORZIENINGEN]).cumsum(axis=1)
    trede = choose(rng, kansen[soort], aantal)
    gemiddeld = np.array([SOORTEN[naam].intensiteit for naam in VOORZIENINGEN])[soort]
    intensiteit = _intensity(rng, soort, gemiddeld * np.array([0.8, 1.0, 1.35])[trede])
    prijs = np.array([SOORTEN[naam].euro for naam in VOORZIENINGEN])[soort] * _price_of(rng, aantal)
    aanmelding = _registered(rng, spells)
    toegekend = np.maximum(aanmelding, spells.begin - rng.integers(0, 15, aantal))
    return Register(
        spells=spells,
        trede=trede,
        pgb=_pgb(rng, spells),
        intensiteit=intensiteit,
        doel=_goals(rng, soort),
        aanmelding=aanmelding,
        beoogd_begin=toegekend,
        beoogd_einde=_planned_end(rng, spells, toegekend),
        aanbieder=_providers(rng, soort),
        verwijzer=_referrers(rng, soort),
        euro_dag=intensiteit * prijs / 7,
    )


def _price_of(rng: np.random.Generator, aantal: int) -> Floats:
    return np.asarray(rng.normal(1.0, 0.04, aantal).clip(0.85, 1.15), dtype=np.float64)


def _intensity(rng: np.random.Generator, soort: Ints, gemiddeld: Floats) -> Floats:
    eenheid = _UNIT[soort]
    hoogst = np.where(eenheid == 1, 10.0, 40.0)  # dagdelen, hours
    gespreid = np.clip(np.round(rng.gamma(6.0, gemiddeld / 6.0) * 2) / 2, 0.5, hoogst)
    etmalen = np.clip(np.round(gemiddeld), 1, 7)
    euro = np.round(gemiddeld * rng.uniform(0.55, 1.4, len(soort)), 2)
    return np.select([eenheid == 2, eenheid == 3, eenheid == 4], [np.ones(len(soort)), euro, etmalen], gespreid)


def _pgb(rng: np.random.Generator, spells: Spells) -> Bools:
    """Personal budgets: for guidance, day care, household and outpatient help; never for measures or benefits."""
    kans = np.zeros(len(VOORZIENINGEN))
    for naam, aandeel in {"begeleiding": 0.28, "dagbesteding": 0.14, "hulp_bij_huishouden": 0.12, "ambulant": 0.07,
                          "kortdurend_verblijf": 0.2, "netwerk": 0.1}.items():  # fmt: skip
        kans[VOORZIENINGEN.index(naam)] = aandeel
    return np.asarray(rng.random(len(spells)) < kans[spells.voorziening], dtype=bool)


def _goals(rng: np.random.Generator, soort: Ints) -> Ints:
    doelen = np.zeros((len(VOORZIENINGEN), 3), dtype=np.int64)
    for rij, naam in enumerate(VOORZIENINGEN):
        eigen = [DOELEN.index(doel) for doel in SOORTEN[naam].doelen]
        doelen[rij] = (eigen + [eigen[0]] * 3)[:3]
    return np.asarray(doelen[soort, choose(rng, np.array([0.6, 0.85, 1.0]), len(soort))], dtype=np.int64)


def _registered(rng: np.random.Generator, spells: Spells) -> Ints:
    """Day of registration: some weeks before the start; the same day where a begin is administrative."""
    wacht = 1 + np.floor(rng.gamma(1.6, 24.0, len(spells))).astype(np.int64)
    wacht = np.where(spells.vervolg, 1 + wacht // 3, wacht)
    administratief = (spells.begin == STELSEL) & (WET_VAN[spells.voorziening] < 2)
    return np.asarray(np.where(administratief, spells.begin, spells.begin - wacht), dtype=np.int64)


def _planned_end(rng: np.random.Generator, spells: Spells, vanaf: Ints) -> Ints:
    aantal = len(spells)
    termijn = np.array([182, 365, 730, 1826])[choose(rng, np.array([0.2, 0.6, 0.85, 1.0]), aantal)]
    plan = spells.begin + termijn
    volgens_plan = (spells.reden == 0) & (spells.einde != NOOIT)
    plan = np.where(volgens_plan, spells.einde - 1 + rng.integers(-10, 11, aantal), plan)
    onbepaald = (spells.reden == LOPEND) & (rng.random(aantal) < 0.35)
    return np.asarray(np.where(onbepaald, NOOIT, np.maximum(plan, vanaf)), dtype=np.int64)


def _providers(rng: np.random.Generator, soort: Ints) -> Ints:
    """Within the range of the kind; the first of a range serves most."""
    grens = np.array([SOORTEN[naam].aanbieders for naam in VOORZIENINGEN])[soort]
    breedte = grens[:, 1] - grens[:, 0] + 1
    return np.asarray(grens[:, 0] + np.floor(rng.random(len(soort)) ** 1.6 * breedte).astype(np.int64))


def _referrers(rng: np.random.Generator, soort: Ints) -> Ints:
    kansen = np.array([VERWIJZER_KANS[naam] for naam in ("wmo", "jeugd", "participatie", "maatregel")]).cumsum(axis=1)
    maatregel = np.isin(np.array(VOORZIENINGEN)[soort], ["ots", "voogdij", "jeugdreclassering"])
    return choose(rng, kansen[np.where(maatregel, 3, WET_VAN[soort])], len(soort))
