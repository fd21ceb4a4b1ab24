"""Beside other municipalities: published figures from a snapshot, like with like, never the own register.

``data/reference/cbs/referentiecijfers.csv`` has a row per indicator, area and period as the publisher gives it, with
what it was rounded to, and with its group where only a part of the indicator is published. The figures are real and
have their own period; a page says so where it shows them.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from sdm_lib import results, sources
from sdm_lib.errors import Melding, ParameterFout, bedoelde_u
from sdm_lib.indicators import Indicator
from sdm_lib.indicators.references import NEDERLAND, compare_published
from sdm_lib.results import Kader, Results

if TYPE_CHECKING:
    from sdm_lib.monitor.run import Run

BESTAND = "cbs/referentiecijfers"
BRON = "referentiecijfers"  # published by others: no person stands in it
EIGEN = "GM0034"


def referenties(run: Run, indicator: Indicator, *, titel: str) -> None:
    """Publish the latest published figures of one indicator: a bar each, and the differences with the own municipality.

    Raises ParameterFout when the snapshot has no figures of this indicator.
    """
    figures = latest(indicator, root_table=sources.reference(BESTAND, root=run.root))
    gemeten, uitgever = (str(figures[kolom].iloc[0]) for kolom in ("periode", "bron"))
    kader = replace(run.frame_of(BRON, gebied="stad"), meetperiode=gemeten, instrument=uitgever)
    namen = {f"referentie={rij.gebied}": str(rij.gebied_naam) for rij in figures.itertuples()}
    namen |= {str(rij.gebied): str(rij.gebied_naam) for rij in figures.itertuples()} | {"referentie": "Vergeleken met"}
    bron = f"{uitgever}, licentie {figures['licentie'].iloc[0]}"
    vast = {"bron": bron, "fictief": "nee", "decimalen": str(decimals(indicator, figures))}
    table = levels(indicator, figures, kader=kader)
    run.emit(table, vorm="chart", chart="bars", titel=titel, labels=namen, accent=EIGEN, **vast)
    differences = compare_published(indicator, figures, eigen=EIGEN, kader=kader)
    table = Results(differences.frame.assign(source=BRON))
    met = "in Nederland" if set(figures["gebied"]) == {EIGEN, NEDERLAND} else "referentie"
    run.emit(table, vorm="table", titel=f"{titel}: het verschil", labels=namen, vergelijking=met, **vast)


def latest(indicator: Indicator, *, root_table: pd.DataFrame) -> pd.DataFrame:
    """The rows of one indicator in its latest published period. Raises ParameterFout when there are none."""
    eigen = root_table[root_table["indicator"] == indicator.id]
    if eigen.empty:
        wat = f"van indicator '{indicator.id}' zijn geen referentiecijfers"
        herstel = f"{bedoelde_u(indicator.id, root_table['indicator'].unique())} Vul data/reference/{BESTAND}.csv aan."
        raise ParameterFout(Melding("SDM-269", wat, herstel, bestand=f"data/reference/{BESTAND}.csv"))
    found: pd.DataFrame = eigen[eigen["periode"] == eigen["periode"].max()].reset_index(drop=True)
    return found.assign(groep=found["groep"].fillna(""))  # mostly the whole indicator


def decimals(indicator: Indicator, figures: pd.DataFrame) -> int:
    """How many decimals figures have in the unit that a page shows, by what their publisher rounded to."""
    shown = float(figures["afronding"].max()) * (100 if indicator.unit == "aandeel" else 1)
    return max(0, -math.floor(math.log10(shown)))


def levels(indicator: Indicator, figures: pd.DataFrame, *, kader: Kader) -> Results:
    """The published figures as rows, an area each; empty is not published."""
    values = figures["waarde"].astype("float64")
    rows = pd.DataFrame({
        "gebied": figures["gebied"], "gebied_soort": "gemeente", "groep": figures["groep"], "value": values,
        "status": values.notna().map({True: "ok", False: "niet_gepubliceerd"}),
    })  # fmt: skip
    return results.build(
        rows, kader=kader, indicator=indicator.id, definitie=indicator.definitie, unit=indicator.unit,
        method="gepubliceerd cijfer",
    )  # fmt: skip
