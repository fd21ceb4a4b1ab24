"""Small register and survey pieces, typed by hand in the tests."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from sdm_lib.disclosure import Publishable
from sdm_lib.results import Kader, Piece, build

STAD = Kader("2015K2", "GM0034")


def tellingen(
    aantallen: Mapping[str, float],
    *,
    id: str = "basiscijfers/GM0034/1",
    indicator: str = "BC01",
    optelbaar: tuple[str, ...] = (),
) -> Piece:
    """A register piece of counts by group text."""
    waarden = [float(aantal) for aantal in aantallen.values()]
    frame = pd.DataFrame({"groep": list(aantallen), "value": waarden, "numerator": waarden, "n": waarden})
    return Piece(
        id, "table", "register", build(frame, kader=STAD, indicator=indicator, unit="aantal"), optelbaar=optelbaar
    )


def enquete(
    frame: pd.DataFrame, *, id: str = "clienten/GM0034/1", policy: str = "steekproef", **kolommen: str
) -> Piece:
    """A survey piece of shares."""
    vast = {"indicator": "CE01", "unit": "aandeel", "source": "clienten"} | kolommen
    return Piece(id, "table", policy, build(frame, kader=STAD, **vast))  # type: ignore[arg-type]


def lot(publishable: Publishable) -> dict[str, str]:
    """Status by group text."""
    return dict(zip(publishable.table["groep"], publishable.table["status"], strict=True))
