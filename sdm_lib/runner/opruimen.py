"""How often Python looks for garbage that refers to itself.

What the libraries and the kit loaded is there to stay, and whole pages are drawn and figures computed without such
garbage: looking for it as often as Python does by itself costs a tenth of a run.
"""

from __future__ import annotations

import gc

DREMPELS = (100_000, 50, 100)  # new objects before a look at the youngest, and looks before one at the older


def zelden_opruimen() -> None:
    """Leave out of every later look what is there now, and look seldom; for a process and all it forks."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*DREMPELS)
