"""The client survey: clients with custom support in the quarter, drawn by kind of provision."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sdm_lib.synthetic.bewoners import CIJFER, EENS5, JA_NEE, Wave
from sdm_lib.synthetic.details import Register
from sdm_lib.synthetic.items import Item, Questionnaire, answer, prepare
from sdm_lib.synthetic.population import LEEFTIJD_ENQUETE_VANAF, Population
from sdm_lib.synthetic.sample import draw, field
from sdm_lib.synthetic.spells import VOORZIENINGEN
from sdm_lib.synthetic.streams import Floats, Ints, stream
from sdm_lib.synthetic.traits import Traits

SOORTEN = ("huishouden", "begeleiding", "dagbesteding", "hulpmiddelen", "vervoer", "jeugdhulp")
_SOORT_VAN = {
    "hulp_bij_huishouden": 0,
    "begeleiding": 1,
    "beschermd_wonen": 1,
    "dagbesteding": 2,
    "kortdurend_verblijf": 2,
    "hulpmiddelen": 3,
    "vervoer": 4,
    **dict.fromkeys(
        ("wijkteam", "ambulant", "daghulp", "netwerk", "pleegzorg", "gezinsgericht", "gesloten", "overig_verblijf"), 5
    ),
}
SOORT = np.array([_SOORT_VAN.get(naam, -1) for naam in VOORZIENINGEN])

_LADING = {"tevreden": -0.6, "psychisch": 0.2, "kind": 0.1}


def _eens(naam: str, aandelen: tuple[float, ...], nvt: float = 0.0, trend: float = 0.0) -> Item:
    return Item(naam, EENS5, aandelen, _LADING, trend, nvt)


ITEMS = (
    _eens("v01", (0.21, 0.49, 0.15, 0.11, 0.04), 0.02, -0.02),
    _eens("v02", (0.22, 0.47, 0.15, 0.11, 0.05), 0.03),
    _eens("v03", (0.33, 0.50, 0.10, 0.05, 0.02), 0.02),
    _eens("v04", (0.27, 0.48, 0.15, 0.07, 0.03), 0.04),
    Item("v05", JA_NEE, (0.29, 0.71), {"tevreden": -0.2}, -0.02),
    _eens("v06", (0.26, 0.53, 0.13, 0.06, 0.02), 0.02),
    _eens("v07", (0.26, 0.54, 0.12, 0.06, 0.02), 0.02),
    _eens("v08", (0.24, 0.46, 0.20, 0.07, 0.03), 0.06),
    _eens("v09", (0.25, 0.48, 0.18, 0.06, 0.03), 0.05),
    _eens("v10", (0.26, 0.47, 0.19, 0.06, 0.02), 0.05),
    Item("kent_wijkteam", JA_NEE, (0.48, 0.52), {"tevreden": -0.2}, -0.03),
    _eens("weet_verandering", (0.13, 0.38, 0.23, 0.19, 0.07)),
    _eens("brieven_begrijpelijk", (0.14, 0.43, 0.20, 0.17, 0.06)),
    _eens("klik", (0.30, 0.47, 0.15, 0.06, 0.02), 0.10),
    Item(
        "cijfer_ondersteuning",
        CIJFER,
        (0.01, 0.01, 0.015, 0.03, 0.05, 0.12, 0.27, 0.33, 0.12, 0.045),
        {"tevreden": 0.65, "psychisch": -0.2},
    ),
    Item("hulp_bij_invullen", JA_NEE, (0.34, 0.66), {"psychisch": -0.3, "fysiek": -0.2}),
)

GETROKKEN = {0: 360, 1: 340, 2: 200, 3: 260, 4: 240, 5: 300}  # clients a kind, 1,700 together
_KANS = np.array([0.31, 0.25, 0.31, 0.40, 0.47, 0.42])  # response by age class
_KANS_SOORT = np.array([0.03, -0.05, -0.03, 0.03, 0.03, 0.0])


@dataclass(frozen=True, slots=True, eq=False)
class Clients:
    """What lasts: positions on the items, the number for the draw, the willingness to answer."""

    vragen: Questionnaire
    nummer: Floats
    bereid: Floats


@dataclass(frozen=True, slots=True, eq=False)
class ClientWave:
    """A wave among clients, with the kind of provision each is asked about."""

    golf: Wave
    soort: Ints


def make_clients(seed: int, pop: Population, traits: Traits, register: Register) -> Clients:
    """Draw what lasts; the levels hold for everyone who ever had support."""
    rng = stream(seed, "clienten")
    aantal = len(pop.persoon)
    kenmerken = {
        "tevreden": rng.standard_normal(aantal),
        "psychisch": traits.psychisch - 0.6,
        "fysiek": traits.fysiek - 0.8,
        "kind": traits.kind,
    }
    vragen = prepare(rng, ITEMS, kenmerken=kenmerken, basis=np.unique(register.spells.persoon))
    return Clients(vragen, rng.random(aantal), rng.standard_normal(aantal))


def frame(register: Register, van: int, tot: int) -> tuple[Ints, Ints]:
    """Clients with custom Wmo support or youth help within [van, tot), and the kind each is asked about.

    Someone with several kinds is asked about one of them, the same in every wave that it runs; Wmo goes before youth.
    """
    spells = register.spells
    soort = SOORT[spells.voorziening]
    telt = (spells.begin < tot) & (spells.einde > van) & (soort >= 0)
    persoon, soort = spells.persoon[telt], soort[telt]
    voorkeur = np.where(soort == 5, 10, (soort + persoon) % 5)  # a fixed turn, evenly over the kinds
    volgorde = np.lexsort((voorkeur, persoon))
    wie, eerste = np.unique(persoon[volgorde], return_index=True)
    return wie.astype(np.int64), soort[volgorde][eerste].astype(np.int64)


def make_client_wave(
    rng: np.random.Generator,
    pop: Population,
    clients: Clients,
    register: Register,
    *,
    dagen: tuple[int, int],
    tijd: int,
) -> ClientWave:
    """The wave among the clients of the quarter [first day, first day after)."""
    kader, soort = frame(register, *dagen)
    antwoorden = answer(rng, clients.vragen, wie=kader, tijd=tijd)
    positie, w0 = draw(soort, nummer=clients.nummer[kader], aantallen=GETROKKEN, tijd=tijd, overlap=0.2)
    klasse = np.searchsorted(LEEFTIJD_ENQUETE_VANAF, pop.age(dagen[0])[kader[positie]], side="right") - 1
    kans = _KANS[klasse.clip(0)] + _KANS_SOORT[soort[positie]]
    bereid = clients.bereid[kader[positie]]
    steekproef = field(rng, positie=positie, w0=w0, kans=kans, bereid=bereid, items=len(ITEMS))
    return ClientWave(Wave(kader, antwoorden, steekproef), soort)
