"""The chart kinds, one file each: ``opties["chart"]`` of a piece names one.

A kind is a function that takes a `Stuk` and returns a `Beeld`: picture, message title and text alternative, all made
from the same protected rows. matplotlib and seaborn are imported when the first one is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from sdm_lib.report.stuk import Beeld, Stuk

KINDS = {
    "dot": "dot",
    "bars": "bars",
    "lines": "lines",
    "agreement": "agreement",
    "stack": "stack",
    "multiples": "multiples",
    "balance": "balance",
    "budget": "budget",
    "waterfall": "waterfall",
    "upset": "upset",
    "funnel": "funnel",
    "control": "control",
    "map": "map",
    "tiles": "tiles",
    "doelen": "doelen",
    "strip": "strip",
    "verzadiging": "verzadiging",
    "stemmen": "stemmen",
}


def draw(stuk: Stuk) -> Beeld:
    """Draw a piece as its option `chart` says (``dot`` when it says nothing).

    Raises ValueError that names the known kinds when the kind does not exist.
    """
    kind = stuk.opties.get("chart", "dot")
    if kind not in KINDS:
        raise ValueError(f"unknown chart {kind!r}; known are {', '.join(KINDS)}")
    teken: Callable[[Stuk], Beeld] = import_module(f"sdm_lib.report.charts.{KINDS[kind]}").draw
    return teken(stuk)
