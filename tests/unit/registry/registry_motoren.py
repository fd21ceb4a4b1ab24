"""One question per figure, asked on every engine; and whether an engine's absence may be skipped."""

from __future__ import annotations

import os
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from test_tellen import willekeurig

from sdm_lib import registry
from sdm_lib.kwartaal import Kwartaal

KWARTALEN = [Kwartaal(2014, 4), Kwartaal(2015, 1), Kwartaal(2015, 2)]
EEN = Kwartaal(2015, 1)
LEVERDATUM = date(2016, 12, 1)

VRAGEN: dict[str, dict[str, Any]] = {
    "unieke": {"periodes": KWARTALEN, "by": ["wet", "stadsdeel"]},
    "stand": {"dag": date(2015, 3, 31), "by": ["leeftijd", "geslacht"]},
    "per_1000": {"periodes": EEN, "by": ["stadsdeel"], "eenheid": "huishoudens"},
    "stapeling": {"dag": date(2015, 3, 31), "by": ["stadsdeel"], "eenheid": "huishoudens"},
    "combinaties": {"periodes": EEN, "over": "voorziening"},
    "aanbieders_per_huishouden": {"periodes": EEN},
    "stromen": {"periodes": KWARTALEN, "by": ["wet", "stadsdeel"], "gat_dagen": 30},
    "gestart": {"periodes": KWARTALEN, "by": ["stadsdeel"]},
    "beeindigd": {"periodes": KWARTALEN, "by": ["wet"], "gat_dagen": 14},
    "verwijzers": {"periodes": KWARTALEN, "where": {"wet": "jeugd"}},
    "redenen_einde": {"periodes": KWARTALEN},
    "bijdragen": {"periodes": EEN, "by": ["wet"], "grondslag": "tarief"},
    "uitgaven": {"periodes": KWARTALEN, "by": ["wet"], "grondslag": "tarief"},
    "duur": {"periodes": EEN, "by": ["wet"], "vanaf": date(2014, 6, 1)},
    "duur_toets": {"periodes": EEN, "by": ["verwijzer"]},
    "wachttijd": {"periodes": EEN, "by": ["wet"]},
    "terugkeer": {"periodes": EEN, "by": ["stadsdeel"], "tot_leeftijd": 60},
    "duurzaam": {"periodes": EEN, "by": ["wet"], "binnen": "wet"},
    "overgangen": {"periodes": KWARTALEN, "by": ["stadsdeel"], "where": {"geslacht": "vrouw"}},
    "kostendelen": {"periodes": EEN, "by": ["wet", "voorziening"]},
    "gestandaardiseerd": {"periodes": EEN},
    "gebruikersgroepen": {"periodes": EEN, "by": ["stadsdeel"]},
    "bijstand": {"periodes": EEN},
    "concentratie": {"periodes": EEN, "by": ["wet"]},
}


def frame() -> pd.DataFrame:
    """A random register with everything a figure needs."""
    rng = np.random.default_rng(77)
    regels = willekeurig(rng, aantal=500)
    regels["trede"] = rng.choice(["basis", "licht", "zwaar"], len(regels))
    regels["datum_aanmelding"] = regels["begin"] - pd.to_timedelta(rng.integers(0, 90, len(regels)), unit="D")
    regels["reden_einde"] = np.where(
        regels["einde"].isna(), None, rng.choice(["volgens_plan", "verhuisd"], len(regels))
    )
    regels.loc[regels["voorziening"] == "wmo2", ["wet", "voorziening"]] = ["participatie", "bijstand"]
    regels["bedrag_betaald_cent"] = rng.integers(0, 10**7, len(regels))
    regels["geboortejaar"] = 1930 + rng.integers(0, 80, len(regels))
    return regels.astype({"tarief_cent": "int64"}).reset_index(drop=True)


def noemers() -> dict[str, Any]:
    """Inhabitants and households of the areas, on the first day of the quarter."""
    gebieden = [f"WK00340{i}" for i in range(1, 6)]
    huishoudens = pd.DataFrame({"peildatum": pd.Timestamp("2015-01-01"), "stadsdeel": gebieden, "huishoudens": 100})
    rooster = pd.MultiIndex.from_product([gebieden, registry.LEEFTIJDEN, ["man", "vrouw"]])
    bevolking = rooster.to_frame(index=False, name=["stadsdeel", "leeftijd", "geslacht"])
    bevolking = bevolking.assign(peildatum=pd.Timestamp("2015-01-01"), inwoners=200)
    return {"bevolking": bevolking, "huishoudens": huishoudens, "kwartaal": EEN, "leverdatum": LEVERDATUM}


def vergelijk(naam: str, hier: registry.Register, daar: registry.Register) -> None:
    """The figure is the same to the unit on both."""
    figuur = registry.FIGUREN[naam]
    verwacht, gevonden = figuur(hier, **VRAGEN[naam]), figuur(daar, **VRAGEN[naam])
    assert len(verwacht) > 0
    pd.testing.assert_frame_equal(gevonden, verwacht)


def ontbreekt(wat: str) -> None:
    """Skip by name on a desk; in CI, where `make engines` ran, a missing engine is an error."""
    tekst = f"{wat} is not installed: run make engines"
    if os.environ.get("CI"):
        pytest.fail(tekst)
    pytest.skip(tekst, allow_module_level=True)
