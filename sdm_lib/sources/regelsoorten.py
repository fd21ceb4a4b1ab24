"""Rules on sums, on columns that belong together and on a youngest age: their conditions in SQL, true for a wrong row.

`rules.REGELS` registers them beside the others, with what they say and what they need.
"""

from __future__ import annotations

from collections.abc import Sequence

from sdm_lib.sources.levering import Regel
from sdm_lib.sources.ruw import ident, literal


def adds_up(regel: Regel) -> str:
    """The first column is the sum of the others, within `grens` for each part (half of what the source rounds to)."""
    totaal, *delen = (ident(kolom) for kolom in regel.kolommen)
    som = " + ".join(delen)
    return f"abs({totaal} - ({som})) > {(regel.grens or 0.0) * len(delen)!r} + 1e-9"


def filled_when(regel: Regel) -> str:
    """All columns are filled in rows with one of `waarden`."""
    leeg = " OR ".join(f"{ident(kolom)} IS NULL" for kolom in regel.kolommen)
    return f"({leeg}) AND {holds(regel)}"


def younger(regel: Regel) -> str:
    """The year of the second column less the first is under `grens`; someone born in December is that much younger."""
    geboren, dag = (ident(kolom) for kolom in regel.kolommen)
    return f"{holds(regel)} AND year({dag}) - {geboren} < {regel.grens!r}"


def surely_older(regel: Regel) -> str:
    """More completed years than `grens` from the first date to the second, whatever the day in that year.

    Of a birth date the year alone is kept, so nobody is judged by a day that is not known.
    """
    geboren, dag = (ident(kolom) for kolom in regel.kolommen)
    return f"{holds(regel)} AND year({dag}) - year({geboren}) > {(regel.grens or 0.0) + 1!r}"


def surely_younger(regel: Regel) -> str:
    """Fewer completed years than `grens` from the first date to the second, whatever the day in that year."""
    geboren, dag = (ident(kolom) for kolom in regel.kolommen)
    return f"{holds(regel)} AND year({dag}) - year({geboren}) < {regel.grens!r}"


def holds(regel: Regel) -> str:
    """The rows for which a rule holds: those with one of `waarden` in each of its columns."""
    voorwaarden = [f"{ident(kolom)} IN ({_texts(waarden)})" for kolom, waarden in regel.waarden.items()]
    return f"coalesce({' AND '.join(voorwaarden)}, false)" if voorwaarden else "true"


def _texts(waarden: Sequence[str]) -> str:
    return ", ".join(literal(waarde) for waarde in waarden)
