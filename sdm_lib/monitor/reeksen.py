"""A figure through time, from a delivery that brings its own history: one level row a quarter.

Only quarters in which the item was counted are in the series; what is counted once a year has one point a year. A
series begins again where the definition broke.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from sdm_lib import indicators, results
from sdm_lib.indicators import Indicator
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.results import Results

if TYPE_CHECKING:
    import pandas as pd

    from sdm_lib.monitor.grondslag import Grondslag

KWARTAAL = "kwartaal"  # the column that says when, in a delivery with history


def with_history(run: Grondslag, indicator: Indicator) -> bool:
    """Whether the delivery of an indicator brings earlier quarters along."""
    naam = indicator.argumenten.get("levering", "")
    return bool(naam) and run.heeft(indicator) and KWARTAAL in run.frame(naam)


def points(run: Grondslag, indicator: Indicator) -> Results:
    """Levels per quarter up to the reporting one, in order of time, for the area of the run."""
    naam = indicator.argumenten["levering"]
    return run.figure(
        "verloop", [indicator], by=None, where=run.domain(),
        make=lambda: results.concat(results.empty(), *_levels(run, indicator, naam)),
    )  # fmt: skip


def current(run: Grondslag, naam: str) -> pd.DataFrame:
    """A delivered table: of one with history the rows of the reporting quarter."""
    frame = run.frame(naam)
    return frame[frame[KWARTAAL] == str(run.kwartaal.slot)] if KWARTAAL in frame else frame


def _levels(run: Grondslag, indicator: Indicator, naam: str) -> Iterator[Results]:
    frame = run.frame(naam)
    laatste = run.kwartaal.slot
    begin = indicator.vergelijkbaar_sinds(laatste)
    for tekst in sorted(frame[KWARTAAL].unique()):
        kwartaal = Kwartaal.parse(str(tekst))
        deel = frame[(frame[KWARTAAL] == tekst) & frame[indicator.argumenten["teller"]].notna()]
        if deel.empty or kwartaal > laatste or kwartaal < begin:
            continue
        kader = replace(run.frame_of(naam), periode=str(kwartaal))
        yield indicators.compute(indicator, deel, kader=kader, where=run.domain() or None)
