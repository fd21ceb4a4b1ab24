"""What the surveys try to estimate, known here: shares and means of everyone, and the register as it was.

The scores follow the published rules (loneliness: De Jong Gierveld; mental health: MHI-5; cohesion: four statements,
first reversed; mastery: sum of seven) in the plainest form, so that the library can be tested against them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sdm_lib.kwartaal import Kwartaal
from sdm_lib.synthetic.bewoners import Wave
from sdm_lib.synthetic.clienten import ClientWave
from sdm_lib.synthetic.details import Register
from sdm_lib.synthetic.items import Answers
from sdm_lib.synthetic.population import Population
from sdm_lib.synthetic.professionals import StaffWave
from sdm_lib.synthetic.spells import VOORZIENINGEN, WETTEN
from sdm_lib.synthetic.streams import Bools, Floats, Ints, of_date

STAD = "GM0034"
REGIE_VOLDOENDE = 20  # of 7..35
Maat = tuple[Floats, Bools]  # value and whether it counts, a person


def truth(
    kwartaal: Kwartaal, *, pop: Population, register: Register, golf: Wave, clienten: ClientWave, staf: StaffWave
) -> dict[str, Any]:
    """All true values of a quarter, by subject, quantity and area."""
    return {
        "kwartaal": str(kwartaal),
        "fictief": "ja",
        "toelichting": {
            "bewoners": "alle inwoners van 18 jaar en ouder op de eerste dag van het kwartaal",
            "clienten": "alle clienten in het kader van het kwartaal, zonder niet van toepassing",
            "professionals": "alle professionals op de lijst, zonder geen ervaring",
            "register": "zoals bekend op de leverdatum; een stand telt wie over middernacht doorloopt",
        },
        "bewoners": {
            naam: _by_area(maat, pop, golf.kader) for naam, maat in resident_measures(golf.antwoorden).items()
        },
        "clienten": {
            naam: _by_area(maat, pop, clienten.golf.kader, wijken=False)
            for naam, maat in client_measures(clienten.golf.antwoorden).items()
        },
        "professionals": {naam: _mean(*maat) for naam, maat in staff_measures(staf).items()},
        "register": register_truth(pop, register, kwartaal),
    }


def resident_measures(a: Answers) -> dict[str, Maat]:
    """Value and mask per adult of every quantity of the residents' survey."""
    ieder = np.ones(len(a["mantelzorg"]), dtype=bool)
    emotioneel = sum((a[f"eenz{nummer}"] <= 1).astype(np.int64) for nummer in (1, 2, 3))
    sociaal = sum((a[f"eenz{nummer}"] >= 1).astype(np.int64) for nummer in (4, 5, 6))
    mhi = 4 * (a["mhi1"] + a["mhi2"] + a["mhi4"] + (5 - a["mhi3"]) + (5 - a["mhi5"]))
    cohesie = 10 / 16 * (a["cohesie1"] + sum(4 - a[f"cohesie{nummer}"] for nummer in (2, 3, 4)))
    regie = sum(a[f"regie{nummer}"] + 1 for nummer in range(1, 6)) + sum(5 - a[f"regie{nummer}"] for nummer in (6, 7))
    mee = ["werk", "opleiding_volgt", "vrijwilligerswerk", "vereniging", "dagbesteding"]
    totaal = emotioneel + sociaal
    maten: dict[str, Any] = {
        "NM01": a["vrijwilligerswerk"] == 0,
        "NM02": a["mantelzorg"] == 0,
        "NM04": totaal >= 5,
        "NM04_matig": (totaal >= 2) & (totaal <= 4),
        "NM04_niet": totaal <= 1,
        "NM05": np.asarray(emotioneel) >= 1,
        "NM06": np.asarray(sociaal) >= 1,
        "NM07": cohesie,
        "NM08": mhi < 60,
        "NM08_ggd": mhi <= 60,
        "NM09": np.asarray(regie) >= REGIE_VOLDOENDE,
        "NM11": a["gezondheid"] <= 1,
        "NM12": a["cijfer_leven"] + 1,
        "NM13": a["rondkomen"] >= 2,
        "NM14": a["netwerk"] <= 1,
        "NM15": a["burenhulp"] == 0,
        "NM16": np.any([a[naam] == 0 for naam in mee], axis=0),
        "redzaam_zelf": a["redzaam"] == 0,
        "redzaam_zonder_instelling": a["redzaam"] <= 1,
        "ST13": a["kent_wijkteam"] <= 1,
        "ST14": a["weet_de_weg"] == 0,
    }
    uit: dict[str, Maat] = {naam: (np.asarray(waarde, dtype=np.float64), ieder) for naam, waarde in maten.items()}
    uit["NM03"] = ((a["mantelzorg_zwaarte"] >= 2).astype(np.float64), a["mantelzorg"] == 0)
    return dict(sorted(uit.items()))


_CE = {"CE01": "v01", "CE02": "v02", "CE03": "v03", "CE04": "v04", "CE06": "v06", "CE07": "v07", "CE08": "v08",
       "CE09": "v09", "CE10": "v10", "CE13": "weet_verandering", "CE14": "brieven_begrijpelijk",
       "CE15": "klik"}  # fmt: skip
_THEMA = {"toegang": ("v01", "v02", "v03", "v04"), "kwaliteit": ("v06", "v07"), "effect": ("v08", "v09", "v10")}


def client_measures(a: Answers) -> dict[str, Maat]:
    """Value and mask per client: not applicable leaves the denominator."""
    ieder = np.ones(len(a["v05"]), dtype=bool)
    uit: dict[str, Maat] = {naam: _agree(a[item]) for naam, item in _CE.items()}
    uit["CE05"] = ((a["v05"] == 0).astype(np.float64), ieder)
    uit["CE12"] = ((a["kent_wijkteam"] == 0).astype(np.float64), ieder)
    uit["CE16"] = ((a["cijfer_ondersteuning"] + 1).astype(np.float64), ieder)
    for thema, items in _THEMA.items():
        uit[f"CE11_{thema}_schaal"] = _theme(np.array([a[item] for item in items]))
    return dict(sorted(uit.items()))


def _agree(antwoord: Ints) -> Maat:
    return (antwoord <= 1).astype(np.float64), antwoord <= 4


def _theme(antwoorden: Ints) -> Maat:
    """Mean of the items on 0-100 for who answered at least half of them."""
    geldig = antwoorden <= 4
    aantal = geldig.sum(axis=0)
    punten = np.where(geldig, (4 - antwoorden) * 25.0, 0.0).sum(axis=0)
    return punten / np.maximum(aantal, 1), aantal * 2 >= len(antwoorden)


_ST = {"ST01": "p01", "ST03": "p02", "ST04": "p03", "ST05": "p04", "ST06": "p05", "ST07": "p06", "ST09": "p07",
       "ST11": "p08", "ST12": "p09"}  # fmt: skip


def staff_measures(golf: StaffWave) -> dict[str, Maat]:
    """Value and mask per professional; ST02 weighs everyone by the number of cases, so it is a ratio of two sums."""
    a = golf.antwoorden
    ieder = np.ones(len(golf.meer), dtype=bool)
    uit: dict[str, Maat] = {naam: _agree(a[item]) for naam, item in _ST.items()}
    uit["ST02"] = (golf.een_plan / max(float(golf.meer.mean()), 1e-12), ieder)
    uit["ST08"] = ((a["cijfer_wijkteam"] + 1).astype(np.float64), ieder)
    uit["ST10"] = ((a["netwerk_betrokken"] >= 3).astype(np.float64), ieder)
    return dict(sorted(uit.items()))


def _by_area(maat: Maat, pop: Population, wie: Ints, *, wijken: bool = True) -> dict[str, float | None]:
    waarde, telt = maat
    gebieden = {STAD: _mean(waarde, telt)}
    for nummer, code in enumerate(pop.stadsdelen):
        gebieden[code] = _mean(waarde, telt & (pop.stadsdeel[wie] == nummer))
    if wijken and pop.wijk is not None:
        gebieden |= {code: _mean(waarde, telt & (pop.wijk[wie] == k)) for k, code in enumerate(pop.wijken)}
    return gebieden


def _mean(waarde: Floats, telt: Bools) -> float | None:
    return round(float(waarde[telt].mean()), 10) if telt.any() else None


def register_truth(pop: Population, register: Register, kwartaal: Kwartaal) -> dict[str, Any]:
    """Clients in the quarter, stock before and after it, who came and who left; by law, and clients by provision."""
    van, tot = of_date(kwartaal.begin), of_date(kwartaal.einde)
    spells = register.spells
    bekend = np.minimum(spells.einde, tot + 1)  # what ends later is still running when the quarter closes
    begonnen = spells.begin < tot  # a re-indication that starts the next morning is not known yet
    actief = begonnen & (spells.einde > van)
    per_wet = {}
    for nummer, wet in enumerate(WETTEN):
        deel = begonnen & (register.wet == nummer)
        per_wet[wet] = {
            "clienten": _people(spells.persoon[actief & deel]),
            **_flows(spells.persoon[deel], spells.begin[deel], bekend[deel], van, tot),
        }
    per_voorziening = {
        naam: _people(spells.persoon[actief & (spells.voorziening == nummer)])
        for nummer, naam in enumerate(VOORZIENINGEN)
    }
    wmo = actief & (register.wet == 0)
    return {
        "per_wet": per_wet,
        "clienten_per_voorziening": per_voorziening,
        "wmo_clienten_per_stadsdeel": {
            code: _people(spells.persoon[wmo & (pop.stadsdeel[spells.persoon] == nummer)])
            for nummer, code in enumerate(pop.stadsdelen)
        },
        "wmo_stapeling": stapeling(spells.persoon[wmo], spells.voorziening[wmo]),
        "huishoudens": _people(pop.huishouden[spells.persoon[actief]]),
    }


def stapeling(persoon: Ints, voorziening: Ints) -> dict[str, int]:
    """Clients by number of different provisions in the quarter, 6 is 6 or more.

    >>> stapeling(np.array([1, 1, 2, 2]), np.array([0, 3, 5, 5]))
    {'1': 1, '2': 1, '3': 0, '4': 0, '5': 0, '6+': 0}
    """
    paren = np.unique(np.stack([persoon, voorziening], axis=1), axis=0)
    per_client = np.unique(paren[:, 0], return_counts=True)[1].clip(0, 6)
    aantallen = np.bincount(per_client, minlength=7)[1:]
    return {naam: int(n) for naam, n in zip(("1", "2", "3", "4", "5", "6+"), aantallen, strict=True)}


def _people(wie: Ints) -> int:
    return len(np.unique(wie))


def _flows(persoon: Ints, begin: Ints, einde: Ints, van: int, tot: int) -> Mapping[str, int]:
    """Stock, inflow and outflow of clients: spells of a person that touch or overlap are one.

    >>> wie, begin, einde = np.array([1, 1, 2, 3]), np.array([0, 10, 12, 2]), np.array([10, 15, 99, 8])
    >>> dict(_flows(wie, begin, einde, 5, 20))
    {'stand_begin': 2, 'instroom': 1, 'uitstroom': 2, 'stand_einde': 1}
    """
    begin, einde = _runs(persoon, begin, einde)
    return {
        "stand_begin": int(((begin < van) & (einde > van)).sum()),
        "instroom": int(((begin >= van) & (begin < tot)).sum()),
        "uitstroom": int(((einde > van) & (einde <= tot) & (begin < tot)).sum()),
        "stand_einde": int(((begin < tot) & (einde > tot)).sum()),
    }


def _runs(persoon: Ints, begin: Ints, einde: Ints) -> tuple[Ints, Ints]:
    """Begin and end of each unbroken run of a person's spells."""
    orde = np.lexsort((begin, persoon))
    persoon, begin, einde = persoon[orde], begin[orde], einde[orde]
    stap = int(einde.max(initial=0)) - int(begin.min(initial=0)) + 2
    verst = np.maximum.accumulate(einde + persoon * stap) - persoon * stap  # running maximum that restarts per person
    nieuw = np.ones(len(orde), dtype=bool)
    nieuw[1:] = (persoon[1:] != persoon[:-1]) | (begin[1:] > verst[:-1])
    eerste = np.flatnonzero(nieuw)
    laatste = np.append(eerste[1:], len(orde)) - 1 if len(orde) else eerste
    return begin[eerste], verst[laatste]
