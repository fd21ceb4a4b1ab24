"""The type gate: what draws accepts a `Publishable` and nothing else."""

from __future__ import annotations

from sdm_lib.disclosure import Publishable


def require(thing: object) -> Publishable:
    """Give `thing` back when `protect` made it. Raises TypeError for anything else, a frame or a piece included."""
    if not isinstance(thing, Publishable):
        soort = f"{type(thing).__module__}.{type(thing).__name__}"
        raise TypeError(f"report draws a Publishable made by disclosure.protect, not {soort}")
    return thing
