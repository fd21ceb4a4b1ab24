"""The delivery of the residents' survey: numbers for answers, as SPSS has them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sdm_lib.kwartaal import Kwartaal
from sdm_lib.synthetic.bewoners import ITEMS, STEMMEN, Residents, Wave
from sdm_lib.synthetic.deliveries import GESLACHT, answered, household_size, survey_age
from sdm_lib.synthetic.files import Spss, codes
from sdm_lib.synthetic.items import Answers, Item
from sdm_lib.synthetic.population import LEEFTIJD_ENQUETE, Population
from sdm_lib.synthetic.sample import UITKOMSTEN
from sdm_lib.synthetic.streams import Floats, Ints, of_date, pseudonyms

GEEN_ANTWOORD, GEEN_CIJFER = 9, 99


def _is_mark(item: Item) -> bool:
    return item.antwoorden[0] == "1"


def resident_table(
    rng: np.random.Generator,
    pop: Population,
    residents: Residents,
    golf: Wave,
    *,
    kwartaal: Kwartaal,
    stemmen: Answers,
) -> pd.DataFrame:
    """All drawn residents; answers as numbers, empty where nothing was asked. stemmen : of `bewoners.voices`."""
    steekproef, dag = golf.steekproef, of_date(kwartaal.begin)
    wie = golf.kader[steekproef.positie]
    gestopt = np.where(steekproef.antwoordde, steekproef.gestopt, 0)
    gegeven = answered(rng, ITEMS, golf.antwoorden, positie=steekproef.positie, gestopt=gestopt)
    zorgt = gegeven["mantelzorg"] == 0
    gegeven["mantelzorg_zwaarte"] = np.where(zorgt, gegeven["mantelzorg_zwaarte"], -1)  # only asked of carers
    return pd.DataFrame(
        {
            "respondent": pseudonyms(rng, len(wie)),
            "persoon_panel": residents.paneel[wie],
            **pop.areas(wie),
            "leeftijd": codes(LEEFTIJD_ENQUETE, survey_age(pop, wie, dag)),
            "geslacht": codes(GESLACHT, pop.vrouw[wie].astype(np.int64)),
            "huishouden_grootte": household_size(pop, dag)[pop.huishouden[wie]].clip(1, 12).astype(np.float64),
            "uitkomst": codes(UITKOMSTEN, steekproef.uitkomst),
            "w0": steekproef.w0.round(4),
            **{item.naam: _numbers(item, gegeven[item.naam]) for item in ITEMS},
            **{item.naam: _numbers(item, _last(golf, stemmen[item.naam])) for item in STEMMEN},
        }
    )


def _last(golf: Wave, antwoorden: Ints) -> Ints:
    """Positions of the answers to what is asked at the end: who stopped before did not reach it."""
    steekproef = golf.steekproef
    keuze = np.where(steekproef.gestopt >= len(ITEMS), antwoorden[steekproef.positie], -2)
    return np.where(steekproef.antwoordde, keuze, -1)


def _numbers(item: Item, gegeven: Ints) -> Floats:
    geen = GEEN_CIJFER if _is_mark(item) else GEEN_ANTWOORD
    return np.where(gegeven == -1, np.nan, np.where(gegeven == -2, geen, gegeven + 1.0))


def spss_labels() -> Spss:
    """Labels, words of codes and missing codes of the residents' survey."""
    antwoorden: dict[str, dict[int | float, str]] = {}
    for item in (*ITEMS, *STEMMEN):
        woorden: dict[int | float, str] = {GEEN_CIJFER if _is_mark(item) else GEEN_ANTWOORD: "geen antwoord"}
        if not _is_mark(item):
            woorden.update({code: _word(naam) for code, naam in enumerate(item.antwoorden, start=1)})
        antwoorden[item.naam] = dict(sorted(woorden.items()))
    missing = {item.naam: GEEN_CIJFER if _is_mark(item) else GEEN_ANTWOORD for item in (*ITEMS, *STEMMEN)}
    namen = ["respondent", "persoon_panel", "stadsdeel", "leeftijd", "geslacht", "huishouden_grootte", "uitkomst"]
    labels = {naam: _word(naam).capitalize() for naam in [*namen, *(item.naam for item in (*ITEMS, *STEMMEN))]}
    return Spss({**labels, "w0": "Insluitgewicht"}, antwoorden, missing)


def _word(naam: str) -> str:
    return naam.replace("_", " ")
