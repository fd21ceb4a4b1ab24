"""One demo population: persons in households in six stadsdelen, with the days they come and go.

Sizes are exact on the reference day, 1 January 2015. Buiten (2015) and Haven are real figures; Hout follows from 35 Wmo
clients at 17 per 1,000; Pampus is nearly uninhabited; the total and Poort are round figures. See data/reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from sdm_lib.synthetic.streams import Bools, Floats, Ints, Text, choose, day, pseudonyms, stream

STADSDELEN = ("WK003401", "WK003402", "WK003403", "WK003404", "WK003405", "WK003406")
INWONERS_2015 = (23_270, 103_202, 55_818, 12_600, 2_060, 50)  # Haven Stad Buiten Poort Hout Pampus; together 197,000

START, PEILDATUM, HORIZON = day(2012), day(2015), day(2017)
NOOIT = day(2200)  # a day after everything: still here, still running

LEEFTIJD = ("0-11", "12-17", "18-22", "23-29", "30-44", "45-64", "65-74", "75+")
LEEFTIJD_VANAF = np.array([0, 12, 18, 23, 30, 45, 65, 75])
LEEFTIJD_ENQUETE = ("0-17", "18-29", "30-44", "45-64", "65-74", "75+")
LEEFTIJD_ENQUETE_VANAF = np.array([0, 18, 30, 45, 65, 75])

_JAAR = 365.25
_OUDST = 115
VERTREK, _GROEI = 0.035, 750  # leave in a year; net migration in a year, which makes 201,000 at the end of 2016
_AANTREKKING = np.array([0.6, 0.75, 0.75, 3.6, 4.0, 1.0])  # where newcomers go, relative to size
# single, couple, couple with children, one parent: CBS 84799NED for Haven and the city, shifted for the younger Poort
_TYPEN = np.array(
    [
        [0.37, 0.27, 0.24, 0.12],
        [0.33, 0.24, 0.29, 0.14],
        [0.26, 0.25, 0.35, 0.14],
        [0.28, 0.22, 0.38, 0.12],
        [0.15, 0.32, 0.47, 0.06],
        [0.25, 0.45, 0.25, 0.05],
    ]
)
_OUDER = np.array([8.0, 0.0, 0.0, -8.0, 2.0, 6.0])  # years that adults without children are older than in Stad
GEBOORTE = 0.095  # chance of a birth in a year for a woman of 22-40


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """Everyone who lived here between 2012 and 2017; one array element a person.

    persoon : pseudonym. huishouden : position in huishouden_code. geboren, sinds, tot : days since 1970, half-open.
    stadsdeel : position in STADSDELEN. rol : 0 head, 1 partner, 2 child, 3 died before the reference day.
    """

    persoon: Text
    huishouden: Ints
    huishouden_code: Text
    geboren: Ints
    vrouw: Bools
    stadsdeel: Ints
    sinds: Ints
    tot: Ints
    rol: Ints
    overleden: Bools  # the last day here was the last day
    wijk: Ints | None = None  # position in `wijken`, from 2022 on
    wijken: tuple[str, ...] = ()
    wijk_in: tuple[int, ...] = ()  # the stadsdeel of each wijk
    stadsdelen: tuple[str, ...] = STADSDELEN  # their codes, which are not the same in every year

    def present(self, dag: int) -> Bools:
        """Who lives here on a day."""
        return (self.sinds <= dag) & (dag < self.tot)

    def age(self, dag: int) -> Ints:
        """Whole years on a day; negative before birth."""
        return whole_years(self.geboren, dag)

    @property
    def place(self) -> Ints:
        """The smallest area that somebody lives in: a position in `places`."""
        return self.stadsdeel if self.wijk is None else self.wijk

    @property
    def places(self) -> dict[str, list[str]]:
        """The columns that name each smallest area: stadsdeel, and wijk where there are wijken."""
        if self.wijk is None:
            return {"stadsdeel": list(self.stadsdelen)}
        return {"stadsdeel": [self.stadsdelen[deel] for deel in self.wijk_in], "wijk": list(self.wijken)}

    def areas(self, wie: Ints) -> dict[str, Text]:
        """The columns of deliveries that say where somebody lives: stadsdeel, and wijk where there are wijken."""
        return {naam: np.array(namen, dtype=object)[self.place[wie]] for naam, namen in self.places.items()}

    @property
    def geboortejaar(self) -> Ints:
        """Year of birth."""
        return self.geboren.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def whole_years(geboren: Ints, dag: int) -> Ints:
    """Age by calendar: the birthday counts, 29 February waits for 1 March.

    >>> [whole_years(np.array([day(1997, 4, 1)]), day(2015, *md)).item() for md in ((3, 31), (4, 1))]
    [17, 18]
    >>> [whole_years(np.array([day(1996, 2, 29)]), day(2015, *md)).item() for md in ((2, 28), (3, 1))]
    [18, 19]
    """
    vandaag = date.fromordinal(dag + date(1970, 1, 1).toordinal())
    laatst = [_turned(vandaag, jaren) for jaren in range(_OUDST, -10, -1)]  # ascending days of birth
    return np.asarray(_OUDST - np.searchsorted(laatst, geboren, side="left"), dtype=np.int64)


def _turned(vandaag: date, jaren: int) -> int:
    """The latest day of birth of those who are `jaren` by today."""
    schrikkeldag = (vandaag.month, vandaag.day) == (2, 29)
    return day(vandaag.year - jaren, vandaag.month, 28 if schrikkeldag and jaren % 4 else vandaag.day)


def make_population(seed: int) -> Population:
    """Draw the population: those of 1 January 2015, those who left before it, came after it, were born, and died."""
    rng = stream(seed, "bevolking")
    inwoners = np.array(INWONERS_2015)
    vertrek = VERTREK * inwoners
    komst = (vertrek.sum() + _GROEI) * _AANTREKKING * inwoners / (_AANTREKKING * inwoners).sum()
    delen = [
        new_households(rng, inwoners),
        new_households(rng, np.round(3 * vertrek).astype(np.int64)),
        new_households(rng, np.round(2 * komst).astype(np.int64)),
    ]
    aantallen = [len(deel.stadsdeel) for deel in delen]
    hh = _join(delen)
    soort = np.repeat([0, 1, 2], aantallen)
    sinds, tot = _stay(rng, hh.stadsdeel, soort, komst / inwoners)
    geboren, vrouw, van, rol = _add_births_and_deaths(rng, hh, soort)
    persoon_sinds = np.maximum(sinds[van], geboren)
    dood = deaths(rng, geboren, rol)
    persoon_tot = np.minimum(tot[van], dood)
    keep = persoon_tot > persoon_sinds
    orde = rng.permutation(np.flatnonzero(keep))  # the order of the arrays says nothing
    return Population(
        persoon=pseudonyms(rng, len(orde)),
        huishouden=van[orde],
        huishouden_code=pseudonyms(rng, len(hh.stadsdeel)),
        geboren=geboren[orde],
        vrouw=vrouw[orde],
        stadsdeel=hh.stadsdeel[van[orde]],
        sinds=persoon_sinds[orde],
        tot=persoon_tot[orde],
        rol=rol[orde],
        overleden=dood[orde] <= tot[van[orde]],
    )


@dataclass(frozen=True, slots=True, eq=False)
class Households:
    stadsdeel: Ints  # a household
    van: Ints  # household of a person
    leeftijd: Floats  # on 1 January 2015
    vrouw: Bools
    rol: Ints


def _join(delen: list[Households]) -> Households:
    begin = np.cumsum([0] + [len(deel.stadsdeel) for deel in delen[:-1]])
    return Households(
        stadsdeel=np.concatenate([deel.stadsdeel for deel in delen]),
        van=np.concatenate([deel.van + eerste for deel, eerste in zip(delen, begin, strict=True)]),
        leeftijd=np.concatenate([deel.leeftijd for deel in delen]),
        vrouw=np.concatenate([deel.vrouw for deel in delen]),
        rol=np.concatenate([deel.rol for deel in delen]),
    )


def new_households(rng: np.random.Generator, inwoners: Ints) -> Households:
    """Households that together hold exactly `inwoners` persons in each stadsdeel."""
    stadsdeel, soort, kinderen = [], [], []
    for nummer, aantal in enumerate(inwoners):
        types = choose(rng, _TYPEN[nummer].cumsum(), int(aantal))
        kids = np.where(types >= 2, 1 + choose(rng, np.array([0.34, 0.80, 0.95, 1.0]), int(aantal)), 0)
        grootte = np.array([1, 2, 2, 1])[types] + kids
        passend = int(np.searchsorted(grootte.cumsum(), aantal, side="right"))
        rest = int(aantal - grootte[:passend].sum())  # filled with single persons
        soort.append(np.concatenate([types[:passend], np.zeros(rest, dtype=np.int64)]))
        kinderen.append(np.concatenate([kids[:passend], np.zeros(rest, dtype=np.int64)]))
        stadsdeel.append(np.full(passend + rest, nummer))
    return _members(rng, np.concatenate(stadsdeel), np.concatenate(soort), np.concatenate(kinderen))


def _members(rng: np.random.Generator, stadsdeel: Ints, soort: Ints, kinderen: Ints) -> Households:
    aantal = len(soort)
    oudste = 25.5 * rng.beta(1.3, 1.25, aantal) + np.where(kinderen > 1, 1.0, 0.0)
    hoofd = _head_age(rng, soort, oudste, _OUDER[stadsdeel])
    partner = np.flatnonzero((soort == 1) | (soort == 2))
    kind_van = np.repeat(np.arange(aantal), kinderen)
    rang = np.arange(len(kind_van)) - np.repeat(kinderen.cumsum() - kinderen, kinderen)
    kind = oudste[kind_van] - rang * rng.uniform(1.4, 3.4, len(kind_van))
    kind = np.where(kind < 0, rng.uniform(0, 2, len(kind)), kind)
    hoofd_vrouw = rng.random(aantal) < np.array([0.52, 0.35, 0.35, 0.85])[soort]
    partner_leeftijd = np.maximum(hoofd[partner] + rng.normal(-1.0, 3.5, len(partner)), 18.5)
    return Households(
        stadsdeel=stadsdeel,
        van=np.concatenate([np.arange(aantal), partner, kind_van]),
        leeftijd=np.concatenate([hoofd, partner_leeftijd, kind]),
        vrouw=np.concatenate([hoofd_vrouw, ~hoofd_vrouw[partner], rng.random(len(kind)) < 0.488]),
        rol=np.repeat([0, 1, 2], [aantal, len(partner), len(kind)]),
    )


def _head_age(rng: np.random.Generator, soort: Ints, oudste: Floats, ouder: Floats) -> Floats:
    aantal = len(soort)
    alleen = 19 + 72 * rng.beta(1.25, 1.75, aantal) + ouder
    jong = rng.random(aantal) < 0.30
    samen = np.where(jong, rng.normal(30, 5, aantal), rng.normal(61, 10, aantal)) + ouder
    gezin = oudste + rng.normal(29.5, 4.5, aantal)
    return np.select([soort == 0, soort == 1], [alleen, samen], gezin).clip(18.5, 101)


def _stay(rng: np.random.Generator, stadsdeel: Ints, soort: Ints, komst: Floats) -> tuple[Ints, Ints]:
    """First day here and first day gone, a household."""
    aantal = len(soort)
    u, v = rng.random(aantal), rng.random(aantal)
    kwam = rng.random(aantal) < np.where(soort == 0, 3 * komst[stadsdeel], 3 * VERTREK / 2)
    ging = rng.random(aantal) < 2 * VERTREK
    sinds = np.where(kwam, START + u * (PEILDATUM - START), day(2000))
    tot = np.where(ging, PEILDATUM + 1 + v * (HORIZON - PEILDATUM - 1), NOOIT)
    voor, na = soort == 1, soort == 2
    tot = np.where(voor, START + 1 + v * (PEILDATUM - START - 1), tot)
    sinds = np.where(voor & kwam, START + u * (tot - START), sinds)
    sinds = np.where(na, PEILDATUM + 1 + u * (HORIZON - PEILDATUM - 1), sinds)
    return np.floor(sinds).astype(np.int64), np.floor(np.where(na, NOOIT, tot)).astype(np.int64)


def _add_births_and_deaths(rng: np.random.Generator, hh: Households, soort: Ints) -> tuple[Ints, Bools, Ints, Ints]:
    """Birth days, sex, household and role, with those born after the reference day and those who died before it."""
    geboren = PEILDATUM - np.ceil(hh.leeftijd * _JAAR).astype(np.int64)
    moeder = hh.vrouw & (hh.leeftijd > 22) & (hh.leeftijd < 40) & (hh.rol < 2) & (soort[hh.van] != 1)
    baby_van = hh.van[np.flatnonzero(moeder & (rng.random(len(moeder)) < 2 * GEBOORTE))]
    baby = PEILDATUM + 1 + np.floor(rng.random(len(baby_van)) * (HORIZON - PEILDATUM - 1)).astype(np.int64)
    oud = np.flatnonzero((hh.leeftijd > 62) & (hh.rol == 0) & (soort[hh.van] == 0))
    rouw = oud[rng.random(len(oud)) < 0.16]
    doden = geboren[rouw] - np.floor(rng.uniform(0, 10, len(rouw)) * _JAAR).astype(np.int64)
    vrouw = np.concatenate([hh.vrouw, rng.random(len(baby)) < 0.488, ~hh.vrouw[rouw]])
    van = np.concatenate([hh.van, baby_van, hh.van[rouw]])
    rol = np.concatenate([hh.rol, np.full(len(baby), 2), np.full(len(rouw), 3)])
    return np.concatenate([geboren, baby, np.maximum(doden, day(1912))]), vrouw, van, rol


def deaths(rng: np.random.Generator, geboren: Ints, rol: Ints) -> Ints:
    """Day of death: a Gompertz hazard after the reference day; before it for role 3."""
    leeftijd = (PEILDATUM - geboren) / _JAAR
    kans = 3e-5 * np.exp(0.095 * leeftijd.clip(0))  # a year, about 1,150 deaths in a year for the city
    na = PEILDATUM + 1 + np.floor(rng.exponential(1.0, len(geboren)) / kans * _JAAR)
    voor = START + 1 + np.floor(rng.random(len(geboren)) * (PEILDATUM - START - 1))
    return np.minimum(np.where(rol == 3, voor, na), NOOIT).astype(np.int64)
