"""Random streams and days: every subject has its own stream, so that one quarter alone gives the same bytes as all."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]
Text: TypeAlias = NDArray[np.object_]

UITGESLOTEN = -50.0  # log weight of who cannot be drawn
_EPOCH = date(1970, 1, 1).toordinal()


def stream(seed: int, naam: str) -> np.random.Generator:
    """The generator of one subject, independent of every other.

    >>> bool(stream(1, "wmo").random() == stream(1, "wmo").random() != stream(1, "jeugd").random())
    True
    """
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, crc32(naam.encode())])))


def day(jaar: int, maand: int = 1, dag: int = 1) -> int:
    """Days since 1970, the unit of every date inside this package.

    >>> day(1970, 1, 2)
    1
    """
    return date(jaar, maand, dag).toordinal() - _EPOCH


def of_date(dag: date) -> int:
    """A date as days since 1970."""
    return dag.toordinal() - _EPOCH


def choose(rng: np.random.Generator, cumulative: NDArray[Any], aantal: int) -> Ints:
    """Draw `aantal` positions from one cumulative distribution, or row by row from a matrix of them."""
    u = rng.random(aantal)
    if cumulative.ndim == 1:
        return np.minimum(np.searchsorted(cumulative, u, side="right"), len(cumulative) - 1).astype(np.int64)
    return np.asarray((u[:, None] >= cumulative[:, :-1]).sum(axis=1), dtype=np.int64)


def top_weighted(rng: np.random.Generator, log_weight: Floats, aantal: int) -> Ints:
    """Positions of a sample without replacement, chance rising with the weight (Gumbel top-k), in random order.

    Source: Efraimidis & Spirakis (2006), Information Processing Letters 97, 181-185.
    """
    keys = log_weight + rng.gumbel(size=len(log_weight))
    chosen = np.argpartition(-keys, aantal - 1)[:aantal]
    return rng.permutation(np.sort(chosen)).astype(np.int64)


def pseudonyms(rng: np.random.Generator, aantal: int) -> Text:
    """Distinct codes of sixteen hexadecimal characters, the first a letter: none can look like a citizen number."""
    hoog = rng.integers(0xA, 0x10, size=aantal, dtype=np.uint64) << np.uint64(60)
    getallen = np.unique(hoog | rng.integers(0, 1 << 60, size=aantal, dtype=np.uint64))
    if len(getallen) < aantal:
        return pseudonyms(rng, aantal)
    return np.array([f"{getal:016x}" for getal in rng.permutation(getallen).tolist()], dtype=object)
