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
from sdm_lib.monitor.runfile import STAD
from sdm_lib.results import Kader, Results

if TYPE_CHECKING:
    from sdm_lib.monitor.run import Run

TELLING = "volledige telling"
TEAM = "wijkteam"
PER = {"per_1000": 1000.0, "aandeel": 1.0}  # what a count over its denominator is multiplied with, by unit
SOMMEN = ("numerator", "denominator", "n")


def history(run: Run, gekozen: Sequence[Indicator]) -> Results:
    """The figures of this area in the quarters under `geschiedenis` of the run file, and in this one.

    Raises ParameterFout (SDM-229) for a figure that is no share or rate of counts: it cannot be added up over areas.
    """
    _check_sums(gekozen)
    delen = [deel for indicator in gekozen for deel in _quarters(run, indicator)]
    return results.concat(results.empty(), *delen)


def _check_sums(gekozen: Sequence[Indicator]) -> None:
    for indicator in gekozen:
        if indicator.unit not in PER or indicator.bron != "register":
            raise _not_counted(indicator)


def teams(run: Run, gekozen: Sequence[Indicator]) -> Results:
    """The figures per area of a wijkteam, added up from the areas of this year that `opvolgers` brings to it.

    On the page of an area those of the teams that work there. Raises ParameterFout for what cannot be added up.
    """
    _check_sums(gekozen)
    gebieden, jaar = sources.gebieden(), int(run.bestand.value.gebied_jaar)
    van = gebieden.stenen(jaar=jaar, niveau=TEAM)
    kader = replace(run.frame_of("register", gebied=STAD), gebied_soort=TEAM)
    samen = results.concat(results.empty(), *(
        on_areas(_counts(run.whole_city(), indicator, by=niveau), indicator, kader=kader)
        for niveau in sorted({gebieden.niveau(code, jaar=jaar) for code in van}) for indicator in gekozen
    ))  # fmt: skip
    if run.hele_stad:
        return samen
    in_deel = {code: gebieden.gebied(code, jaar=jaar).hoort_bij for code in (*van, run.gebied)}
    # a stadsdeel of 2022 lies in one of 2017, whose code is that of a wijk of 2022
    boven = in_deel[run.gebied] if run.niveau != GEBIED else ""
    eigen = {van[code] for code in (run.gebied, boven) if code in van}
    eigen = eigen or {team for code, team in van.items() if in_deel[code] == run.gebied}
    return Results(samen.frame[samen.frame["gebied"].isin(eigen)])


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
    then = _counts(toen, indicator, by=None if run.hele_stad else GEBIED)
    if run.hele_stad:
        return Results(then.frame.assign(gebied_jaar=kader.gebied_jaar))
    kader = replace(kader, gebied=run.gebied, gebied_soort=run.niveau)
    return on_areas(then, indicator, kader=kader).where(gebied=run.gebied)


def _counts(run: Run, indicator: Indicator, *, by: str | None) -> Results:
    """Figures that are what their counts come to; a standardised one is not."""
    found = run.estimate(indicator.id, by=by)
    if not np.allclose(_rate(found.frame, indicator), found.frame["value"], equal_nan=True):
        raise _not_counted(indicator)
    return found


def _not_counted(indicator: Indicator) -> ParameterFout:
    wat = f"indicator '{indicator.id}' is voor andere kwartalen of gebieden niet uit het register op te tellen"
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
