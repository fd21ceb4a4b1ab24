"""The survey of professionals: the whole staff list of 168, of whom 138 answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sdm_lib.synthetic.bewoners import CIJFER, EENS5
from sdm_lib.synthetic.items import Answers, Item, Questionnaire, answer, prepare
from sdm_lib.synthetic.streams import Bools, Floats, Ints, Text, choose, pseudonyms, stream

LIJST, ANTWOORDEN, _DEELS = 168, 138, 8  # as the published survey of 2017: 138 answers, 82 per cent
ORGANISATIES = (
    "wijkteam_zorg",
    "welzijn",
    "jeugdhulp",
    "ggz",
    "maatschappelijk_werk",
    "werk_en_inkomen",
    "mee",
    "gemeente",
)
FUNCTIES = ("hulpverlener", "coordinator", "leidinggevende")
_TEAMS = np.array([22, 80, 45, 15, 6]).cumsum()  # professionals a stadsdeel; Pampus has no team
_ORGANISATIE = np.array([0.24, 0.38, 0.56, 0.66, 0.78, 0.88, 0.94, 1.0])
_FUNCTIE = np.array([0.80, 0.94, 1.0])

HOE_VAAK5 = ("nooit", "soms", "regelmatig", "vaak", "altijd")
_GOED = {"houding": -0.45, "team": -0.3}
_SLECHT = {"houding": 0.35, "team": 0.25}


def _eens(
    naam: str, aandelen: tuple[float, ...], lading: dict[str, float], trend: float = 0.0, geen: float = 0.01
) -> Item:
    return Item(naam, EENS5, aandelen, lading, trend, geen)


ITEMS = (
    _eens("p01", (0.10, 0.47, 0.24, 0.15, 0.04), _GOED, -0.03),
    _eens("p02", (0.08, 0.38, 0.26, 0.22, 0.06), _GOED),
    _eens("p03", (0.18, 0.37, 0.25, 0.17, 0.03), _SLECHT),
    _eens("p04", (0.13, 0.45, 0.22, 0.16, 0.04), _GOED),
    _eens("p05", (0.09, 0.41, 0.26, 0.18, 0.06), _GOED, 0.0, 0.18),
    _eens("p06", (0.07, 0.36, 0.31, 0.21, 0.05), _GOED),
    _eens("p07", (0.05, 0.29, 0.35, 0.25, 0.06), _GOED, 0.0, 0.10),
    _eens("p08", (0.24, 0.40, 0.20, 0.13, 0.03), _SLECHT),
    _eens("p09", (0.14, 0.50, 0.20, 0.13, 0.03), _GOED),
    _eens("p10", (0.15, 0.49, 0.20, 0.13, 0.03), _GOED, -0.03),
    _eens("p11", (0.05, 0.30, 0.28, 0.27, 0.10), _GOED),
    _eens("p12", (0.10, 0.45, 0.27, 0.15, 0.03), _GOED),
    Item("netwerk_betrokken", HOE_VAAK5, (0.03, 0.20, 0.33, 0.34, 0.10), {"houding": 0.4, "team": 0.2}),
    Item(
        "cijfer_wijkteam",
        CIJFER,
        (0.002, 0.003, 0.01, 0.03, 0.08, 0.22, 0.37, 0.23, 0.05, 0.005),
        {"houding": 0.5, "team": 0.3},
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class Staff:
    """The staff list, the same in every quarter."""

    code: Text
    stadsdeel: Ints
    vrouw: Bools
    organisatie: Ints
    functie: Ints
    vragen: Questionnaire
    een_plan: Floats  # chance that a household with several helpers has one plan
    meer: Floats  # mean number of such households
    bereid: Floats


@dataclass(frozen=True, slots=True, eq=False)
class StaffWave:
    """What everyone on the list would answer, and who answered until which item (0 not at all)."""

    antwoorden: Answers
    meer: Ints
    een_plan: Ints
    uitkomst: Ints
    gestopt: Ints


def make_staff(seed: int) -> Staff:
    """Draw the staff list."""
    rng = stream(seed, "professionals")
    stadsdeel = np.searchsorted(_TEAMS, np.arange(LIJST), side="right").astype(np.int64)
    organisatie, functie = choose(rng, _ORGANISATIE, LIJST), choose(rng, _FUNCTIE, LIJST)
    team = rng.standard_normal(len(_TEAMS))[stadsdeel]
    houding = (
        rng.standard_normal(LIJST) + 0.3 * rng.standard_normal(len(ORGANISATIES))[organisatie] + 0.3 * (functie == 2)
    )
    kenmerken = {"houding": houding, "team": team}
    vragen = prepare(rng, ITEMS, kenmerken=kenmerken, basis=np.arange(LIJST))
    return Staff(
        code=pseudonyms(rng, LIJST),
        stadsdeel=stadsdeel,
        vrouw=np.asarray(rng.random(LIJST) < 0.72, dtype=bool),
        organisatie=organisatie,
        functie=functie,
        vragen=vragen,
        een_plan=np.asarray((0.42 + 0.08 * team + 0.06 * houding).clip(0.1, 0.9), dtype=np.float64),
        meer=np.where(functie == 0, 9.0, 4.0),
        bereid=rng.standard_normal(LIJST),
    )


def make_staff_wave(rng: np.random.Generator, staff: Staff, *, tijd: int) -> StaffWave:
    """A quarter: exactly 138 of the list answer, eight of them in part."""
    antwoorden = answer(rng, staff.vragen, wie=np.arange(LIJST), tijd=tijd)
    meer = rng.poisson(staff.meer).clip(0, 99).astype(np.int64)
    een_plan = rng.binomial(meer, (staff.een_plan + 0.01 * tijd).clip(0, 1)).astype(np.int64)
    volgorde = np.argsort(staff.bereid + rng.standard_normal(LIJST) + 0.4 * (staff.functie > 0), kind="stable")
    uitkomst = np.full(LIJST, 2)
    uitkomst[volgorde[:ANTWOORDEN]] = 0
    uitkomst[rng.permutation(volgorde[:ANTWOORDEN])[:_DEELS]] = 1
    uitkomst[volgorde[-4:]] = 3
    gestopt = np.where(uitkomst == 1, rng.integers(5, 12, LIJST), np.where(uitkomst == 0, 99, 0))
    return StaffWave(antwoorden, meer, een_plan, uitkomst.astype(np.int64), gestopt.astype(np.int64))
