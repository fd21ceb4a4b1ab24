"""One quarter's deliveries as tables: what was known fifteen days after its end, nothing later."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import numpy as np
import pandas as pd

from sdm_lib.kwartaal import Kwartaal
from sdm_lib.synthetic import clienten, details, professionals
from sdm_lib.synthetic.clienten import ClientWave
from sdm_lib.synthetic.details import Register
from sdm_lib.synthetic.files import codes
from sdm_lib.synthetic.items import Answers, Item
from sdm_lib.synthetic.population import (
    LEEFTIJD,
    LEEFTIJD_ENQUETE,
    LEEFTIJD_ENQUETE_VANAF,
    LEEFTIJD_VANAF,
    NOOIT,
    STADSDELEN,
    Population,
)
from sdm_lib.synthetic.professionals import Staff, StaffWave
from sdm_lib.synthetic.sample import UITKOMSTEN
from sdm_lib.synthetic.spells import REDENEN, VOORZIENINGEN, WETTEN
from sdm_lib.synthetic.streams import Bools, Floats, Ints, of_date, pseudonyms

LAAT = 0.12  # share of the running spells whose bill has not come yet
ITEM_NONRESPONS = 0.015
GESLACHT = ("man", "vrouw")


def leverdatum(kwartaal: Kwartaal) -> date:
    """Fifteen days after the quarter."""
    return kwartaal.einde + timedelta(days=14)


def active_days(register: Register, kwartaal: Kwartaal) -> Ints:
    """Days of each spell within the quarter."""
    van, tot = of_date(kwartaal.begin), of_date(kwartaal.einde)
    return (np.minimum(register.spells.einde, tot) - np.maximum(register.spells.begin, van)).clip(0)


def due_cents(register: Register, kwartaal: Kwartaal) -> Ints:
    """What each spell costs over the quarter once every bill has come, in cents."""
    return np.round(active_days(register, kwartaal) * register.euro_dag * 100).astype(np.int64)


def billed(rng: np.random.Generator, register: Register, kwartaal: Kwartaal) -> Bools:
    """Spells whose bill over the quarter had come on the delivery date; benefits are always paid in time."""
    laat = (active_days(register, kwartaal) > 0) & (rng.random(len(register.spells)) < LAAT)
    return np.asarray(~(laat & (register.wet < 2)), dtype=bool)


def register_table(pop: Population, register: Register, *, kwartaal: Kwartaal, gedeclareerd: Bools) -> pd.DataFrame:
    """All spells begun by the end of the quarter; later ends are empty, and so are bills that had not come."""
    tot = of_date(kwartaal.einde)
    zichtbaar = np.flatnonzero(register.spells.begin < tot)
    spells = register.spells.take(zichtbaar)
    wie, af = spells.persoon, spells.einde <= tot
    bedrag = np.where(gedeclareerd, due_cents(register, kwartaal) / 100, np.nan)[zichtbaar]
    eind = register.beoogd_einde[zichtbaar]
    return pd.DataFrame(
        {
            "persoon": pop.persoon[wie],
            "huishouden": pop.huishouden_code[pop.huishouden[wie]],
            "geboortejaar": pop.geboortejaar[wie],
            "geslacht": codes(GESLACHT, pop.vrouw[wie].astype(np.int64)),
            **pop.areas(wie),
            "wet": codes(WETTEN, register.wet[zichtbaar]),
            "voorziening": codes(VOORZIENINGEN, spells.voorziening),
            "trede": codes(details.TREDEN, register.trede[zichtbaar]),
            "leveringsvorm": codes(("zin", "pgb"), register.pgb[zichtbaar].astype(np.int64)),
            "intensiteit": register.intensiteit[zichtbaar],
            "eenheid": codes(details.EENHEDEN, register.eenheid[zichtbaar]),
            "doel": codes(details.DOELEN, register.doel[zichtbaar]),
            "datum_aanmelding": _dates(register.aanmelding[zichtbaar]),
            "beoogd_begin": _dates(register.beoogd_begin[zichtbaar]),
            "beoogd_einde": _dates(eind, leeg=eind >= NOOIT),
            "begin": _dates(spells.begin),
            "einde": _dates(spells.einde - 1, leeg=~af),
            "reden_einde": np.where(af, codes((*REDENEN, ""), spells.reden), None),
            "aanbieder": codes(details.AANBIEDERS, register.aanbieder[zichtbaar]),
            "verwijzer": codes(details.VERWIJZERS, register.verwijzer[zichtbaar]),
            "bedrag_betaald": bedrag,
        }
    )


def _dates(dagen: Ints, *, leeg: Bools | None = None) -> pd.Series:
    datums = pd.Series(np.where(leeg, 0, dagen) if leeg is not None else dagen).astype("int64")
    tijden = pd.Series(datums.to_numpy().astype("datetime64[D]").astype("datetime64[ms]"))
    return tijden.mask(leeg) if leeg is not None else tijden


def population_table(pop: Population, kwartaal: Kwartaal) -> pd.DataFrame:
    """Inhabitants by area, age and sex on the first day of the quarter and the first day after it."""
    delen, gebied = [], pd.DataFrame(pop.places)
    cellen = pd.DataFrame(list(product(LEEFTIJD, GESLACHT)), columns=["leeftijd", "geslacht"])
    rooster = gebied.merge(cellen, how="cross", validate="m:m")
    for dag in (kwartaal.begin, kwartaal.einde):
        hier = np.flatnonzero(pop.present(of_date(dag)))
        klasse = np.searchsorted(LEEFTIJD_VANAF, pop.age(of_date(dag))[hier], side="right") - 1
        cel = (pop.place[hier] * len(LEEFTIJD) + klasse) * 2 + pop.vrouw[hier]
        aantallen = np.bincount(cel, minlength=len(rooster)).astype(np.int64)
        delen.append(rooster.assign(inwoners=aantallen, peildatum=dag.isoformat()))
    return pd.concat(delen, ignore_index=True)[["peildatum", *gebied, "leeftijd", "geslacht", "inwoners"]]


def household_table(pop: Population, kwartaal: Kwartaal) -> pd.DataFrame:
    """Households by area on the same two days."""
    delen, gebied = [], pd.DataFrame(pop.places)
    for dag in (kwartaal.begin, kwartaal.einde):
        hier = pop.present(of_date(dag))
        eerste = np.unique(pop.huishouden[hier], return_index=True)[1]
        aantallen = np.bincount(pop.place[hier][eerste], minlength=len(gebied)).astype(np.int64)
        delen.append(gebied.assign(huishoudens=aantallen, peildatum=dag.isoformat()))
    return pd.concat(delen, ignore_index=True)[["peildatum", *gebied, "huishoudens"]]


def household_size(pop: Population, dag: int) -> Ints:
    """Persons in each household on a day."""
    return np.bincount(pop.huishouden[pop.present(dag)], minlength=len(pop.huishouden_code)).astype(np.int64)


def survey_age(pop: Population, wie: Ints, dag: int) -> Ints:
    """Position of the age class of surveys."""
    return np.asarray(np.searchsorted(LEEFTIJD_ENQUETE_VANAF, pop.age(dag)[wie], side="right") - 1)


def answered(
    rng: np.random.Generator, items: tuple[Item, ...], antwoorden: Answers, *, positie: Ints, gestopt: Ints
) -> dict[str, Ints]:
    """Positions of the answers given: -1 not asked, -2 asked but not answered.

    gestopt : items that were reached, 0 for who did not answer at all.
    """
    gegeven: dict[str, Ints] = {}
    for nummer, item in enumerate(items):
        keuze = antwoorden[item.naam][positie]
        leeg = (rng.random(len(positie)) < ITEM_NONRESPONS) | (nummer >= gestopt)
        gegeven[item.naam] = np.where(gestopt == 0, -1, np.where(leeg, -2, keuze))
    return gegeven


def words(item: Item, gegeven: Ints, *, nvt: str) -> object:
    """Words for the positions of `answered`; a mark becomes a number, and is empty when not answered."""
    if item.antwoorden[0] == "1":
        return pd.Series(gegeven + 1, dtype="Int64").mask(gegeven < 0)
    namen = (*item.antwoorden, nvt, "geen_antwoord")
    woorden = codes(namen, np.where(gegeven == -2, len(namen) - 1, gegeven))
    return np.where(gegeven == -1, None, woorden)


def client_table(rng: np.random.Generator, pop: Population, golf: ClientWave, *, kwartaal: Kwartaal) -> pd.DataFrame:
    """All drawn clients with their answers in words."""
    steekproef, dag = golf.golf.steekproef, of_date(kwartaal.begin)
    wie, soort = golf.golf.kader[steekproef.positie], golf.soort[steekproef.positie]
    gestopt = np.where(steekproef.antwoordde, steekproef.gestopt, 0)
    gegeven = answered(rng, clienten.ITEMS, golf.golf.antwoorden, positie=steekproef.positie, gestopt=gestopt)
    return pd.DataFrame(
        {
            "respondent": pseudonyms(rng, len(wie)),
            "stadsdeel": codes(pop.stadsdelen, pop.stadsdeel[wie]),
            "leeftijd": codes(LEEFTIJD_ENQUETE, survey_age(pop, wie, dag).clip(0)),
            "geslacht": codes(GESLACHT, pop.vrouw[wie].astype(np.int64)),
            "wet": np.where(soort == len(clienten.SOORTEN) - 1, "jeugd", "wmo"),
            "voorziening_soort": codes(clienten.SOORTEN, soort),
            "uitkomst": codes(UITKOMSTEN, steekproef.uitkomst),
            "w0": steekproef.w0.round(4),
            **{item.naam: words(item, gegeven[item.naam], nvt="niet_van_toepassing") for item in clienten.ITEMS},
        }
    )


def staff_table(
    rng: np.random.Generator, staff: Staff, golf: StaffWave, *, stadsdelen: tuple[str, ...] = STADSDELEN
) -> pd.DataFrame:
    """The whole staff list with the answers in words."""
    iedereen = np.arange(professionals.LIJST)
    gegeven = answered(rng, professionals.ITEMS, golf.antwoorden, positie=iedereen, gestopt=golf.gestopt)
    antwoorden = {item.naam: words(item, gegeven[item.naam], nvt="geen_ervaring") for item in professionals.ITEMS}
    heel = golf.uitkomst == 0  # the counts of cases come near the end
    stadsdeel = codes(stadsdelen, staff.stadsdeel)
    return pd.DataFrame(
        {
            "respondent": staff.code,
            "stadsdeel": stadsdeel,
            "wijkteam": stadsdeel,
            "geslacht": codes(GESLACHT, staff.vrouw.astype(np.int64)),
            "organisatie": codes(professionals.ORGANISATIES, staff.organisatie),
            "functie": codes(professionals.FUNCTIES, staff.functie),
            "uitkomst": codes(UITKOMSTEN, golf.uitkomst),
            "w0": np.ones(len(iedereen)),
            **{f"p{nummer:02d}": antwoorden[f"p{nummer:02d}"] for nummer in range(1, 13)},
            "casussen_meer": _counts(golf.meer, heel),
            "casussen_een_plan": _counts(golf.een_plan, heel),
            "netwerk_betrokken": antwoorden["netwerk_betrokken"],
            "cijfer_wijkteam": antwoorden["cijfer_wijkteam"],
        }
    )


def _counts(aantal: Ints, gegeven: Bools) -> pd.Series:
    return pd.Series(aantal, dtype="Int64").where(gegeven)


def checksum(waarden: pd.Series | Floats) -> str:
    """Sum of a column on two decimals with a comma; empty values count for nothing, as the letter says."""
    return f"{float(np.nansum(np.asarray(waarden, dtype=np.float64))):.2f}".replace(".", ",")
