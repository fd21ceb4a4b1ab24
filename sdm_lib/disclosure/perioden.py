"""The quarter before, where figures of two quarters are one quantity."""

from __future__ import annotations

from functools import cache

from sdm_lib.kwartaal import Kwartaal


@cache
def vorige(periode: str) -> str:
    """The quarter before a period as rows name it; empty when that is no quarter.

    >>> vorige("2015K1"), vorige("2014")
    ('2014K4', '')
    """
    try:
        return str(Kwartaal.parse(periode) - 1)
    except ValueError:
        return ""
