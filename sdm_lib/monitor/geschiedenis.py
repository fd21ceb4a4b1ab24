"""Counted figures of earlier quarters on the areas of today.

An area that was renamed keeps its history, areas that became one are added up (`sources.Gebieden.recalculate`, from
`params/gebieden.yaml` alone). Where an area of then went to several of today, or where nothing says where it went, the
series breaks, and the row says so: a rate of a larger area is no history of a part of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sdm_lib import results, sources
from sdm_lib.errors import Melding, ParameterFout
from sdm_lib.indicators import Indicator
from sdm_lib.indicators.modelled import BREUK
from sdm_lib.kwartaal import Verslagperiode
from sdm_lib.monitor.grondslag import GEBIED
from sdm_lib.results import Kader, Results

if TYPE_CHECKING:
    from sdm_lib.monitor.run import Run

TELLING = "volledige telling"
PER = {"per_1000": 1000.0, "aandeel": 1.0}  # what a count over its denominator is multiplied with, by unit
SOMMEN = ("numerator", "denominator", "n")


def history(run: Run, gekozen: Sequence[Indicator]) -> Results:
    """The figures of this area in the quarters under `geschiedenis` of the run file, and in this one.

    Raises ParameterFout (SDM-229) for a figure that is no share or rate of counts: it cannot be added up over areas.
    """
    for indicator in gekozen:
        if indicator.unit not in PER or indicator.bron != "register":
            raise _not_counted(indicator)
    delen = [deel for indicator in gekozen for deel in _quarters(run, indicator)]
    return results.concat(results.empty(), *delen)


def _quarters(run: Run, indicator: Indicator) -> Iterator[Results]:
    for kwartaal in run.bestand.value.geschiedenis:
        yield _then(run, indicator, kwartaal)
    yield run.estimate(indicator.id)


def _then(run: Run, indicator: Indicator, kwartaal: Verslagperiode) -> Results:
    from sdm_lib.monitor.run import start

    run.note(indicator)
    toen = run.once(f"geschiedenis {indicator.onderwerp} {kwartaal}", lambda: start(
        indicator.onderwerp, kwartaal=str(kwartaal)
    ))  # fmt: skip
    kader = replace(toen.frame_of("register"), gebied_jaar=run.bestand.value.gebied_jaar)
    then = toen.estimate(indicator.id, by=None if run.hele_stad else GEBIED)
    if not np.allclose(_rate(then.frame, indicator), then.frame["value"], equal_nan=True):
        raise _not_counted(indicator)
    if run.hele_stad:
        return Results(then.frame.assign(gebied_jaar=kader.gebied_jaar))
    kader = replace(kader, gebied=run.gebied, gebied_soort=run.niveau)
    return on_areas(then, indicator, kader=kader).where(gebied=run.gebied)


def _not_counted(indicator: Indicator) -> ParameterFout:
    wat = f"van indicator '{indicator.id}' zijn eerdere kwartalen niet uit het register te tellen"
    herstel = "Kies een aandeel of een aantal per duizend uit het register, en geen gestandaardiseerd cijfer."
    return ParameterFout(Melding("SDM-229", wat, herstel, sleutel=indicator.id))


def _rate(frame: pd.DataFrame, indicator: Indicator) -> pd.Series:
    """What the counts of each row come to; nothing where nobody is below the line."""
    return PER[indicator.unit] * frame["numerator"] / frame["denominator"].where(frame["denominator"] > 0)


def on_areas(then: Results, indicator: Indicator, *, kader: Kader) -> Results:
    """Shares or rates of areas of then, on the areas of the level and year of `kader`; a break is a row without one."""
    frame = then.frame.astype({"gebied_jaar": "int64"})
    jaar, niveau = int(kader.gebied_jaar), kader.gebied_soort
    samen, breuk = sources.gebieden().recalculate(
        frame[["gebied_jaar", "gebied", *SOMMEN]], naar_jaar=jaar, niveau=niveau, sommen=SOMMEN, delen=False
    )
    alle = samen.set_index("gebied")[[*SOMMEN]].reindex([*samen["gebied"], *breuk])
    gebroken, klein = alle.index.isin(breuk), alle["numerator"].isna()  # one that was too small then makes it so now
    rows = alle.assign(
        value=_rate(alle, indicator), method=np.where(gebroken, BREUK, TELLING),
        status=np.select([gebroken, klein], ["niet_gemeten", "te_klein"], "ok"),
    ).rename_axis("gebied").reset_index()  # fmt: skip
    constants = {"indicator": indicator.id, "definitie": indicator.definitie, "unit": indicator.unit}
    return results.build(rows, kader=kader, instrument=indicator.instrument, **constants)
