"""How far the reading of a delivery is, for whoever waits for a large one.

A reader tells how many bytes it took; the command line listens and draws. Nobody listening costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Luisteraar = Callable[[int], None]
_luisteraars: list[Luisteraar] = []  # of this process: Arrow reads from a thread of its own


@contextmanager
def listen(luisteraar: Luisteraar) -> Iterator[None]:
    """Call a function with the number of bytes each time a reader took some.

    >>> gehoord = []
    >>> with listen(gehoord.append):
    ...     tell(10)
    >>> tell(20)
    >>> gehoord
    [10]
    """
    _luisteraars.append(luisteraar)
    try:
        yield
    finally:
        _luisteraars.remove(luisteraar)


def tell(gelezen: int) -> None:
    """Say that so many bytes were read."""
    for luisteraar in _luisteraars:
        luisteraar(gelezen)
