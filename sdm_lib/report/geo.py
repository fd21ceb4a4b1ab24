"""Outlines of areas: from well-known text to rings, centres, and places in a grid of tiles."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise

from sdm_lib import sources

Punt = tuple[float, float]
Ring = tuple[Punt, ...]
BRONREGEL = "Kadaster / CBS, {jaar}"


def ringen(wkt: str) -> tuple[Ring, ...]:
    """The outer rings of a POLYGON or MULTIPOLYGON, as (longitude, latitude). Holes are not drawn.

    >>> ringen("POLYGON ((5 52, 6 52, 6 53, 5 52))")
    (((5.0, 52.0), (6.0, 52.0), (6.0, 53.0), (5.0, 52.0)),)
    """
    if not wkt.startswith(("POLYGON", "MULTIPOLYGON")):
        raise ValueError(f"ringen: not a polygon: {wkt[:20]!r}")
    buiten = re.findall(r"\(\(([^()]+)\)", wkt)
    return tuple(tuple(_punt(deel) for deel in ring.split(",")) for ring in buiten)


def _punt(tekst: str) -> Punt:
    x, y = tekst.split()
    return float(x), float(y)


def midden(rings: Sequence[Ring]) -> Punt:
    """The centre of gravity of the largest ring.

    >>> midden([((0, 0), (2, 0), (2, 2), (0, 2), (0, 0))])
    (1.0, 1.0)
    """
    grootste = max(rings, key=lambda ring: abs(_oppervlak(ring)))
    oppervlak = _oppervlak(grootste)
    x = y = 0.0
    for (x0, y0), (x1, y1) in pairwise(grootste):
        kruis = x0 * y1 - x1 * y0
        x, y = x + (x0 + x1) * kruis, y + (y0 + y1) * kruis
    return x / (6 * oppervlak), y / (6 * oppervlak)


FIJN = 48  # points of the grid to each side
BREED = 1.6  # a name above a number is so much wider than high


def naamplek(rings: Sequence[Ring]) -> Punt:
    """Where a label has most room within the largest ring: the point of a grid that lies farthest from any border.

    The centre of gravity of a bent area lies on its edge, or outside it.

    >>> x, y = naamplek([((0, 0), (8, 0), (8, 1), (1, 1), (1, 8), (0, 8), (0, 0))])
    >>> (0 < x < 1 or 0 < y < 1) and (x < 8 and y < 8)
    True
    """
    import numpy as np

    ring = np.array(max(rings, key=lambda ring: abs(_oppervlak(ring)))) * (1.0, BREED)
    begin, eind = ring[:-1], ring[1:]
    (x0, y0), (x1, y1) = ring.min(axis=0), ring.max(axis=0)
    xs, ys = np.meshgrid(np.linspace(x0, x1, FIJN), np.linspace(y0, y1, FIJN))
    punten = np.column_stack([xs.ravel(), ys.ravel()])[:, None, :]
    lijn = eind - begin
    langs = np.clip(((punten - begin) * lijn).sum(-1) / np.maximum((lijn**2).sum(-1), 1e-300), 0.0, 1.0)
    afstand = np.sqrt(((punten - begin - langs[..., None] * lijn) ** 2).sum(-1)).min(axis=1)
    over = (begin[:, 1] > punten[..., 1]) != (eind[:, 1] > punten[..., 1])
    hellend = np.where(lijn[:, 1] == 0, 1.0, lijn[:, 1])
    rechts = punten[..., 0] < begin[:, 0] + (punten[..., 1] - begin[:, 1]) * lijn[:, 0] / hellend
    binnen = (over & rechts).sum(axis=1) % 2 == 1
    beste = int(np.argmax(np.where(binnen, afstand, -1.0)))
    return float(punten[beste, 0, 0]), float(punten[beste, 0, 1]) / BREED


def _oppervlak(ring: Ring) -> float:
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring)) / 2


@cache
def grenzen(gebied_soort: str, jaar: str) -> dict[str, tuple[Ring, ...]]:
    """Per area code its rings, x shortened to the scale of y at this latitude.

    Raises ValueError when there are no outlines of this level and year.
    """
    krimp = math.cos(math.radians(52.35))  # Almere; one factor for all, so shapes keep their proportions
    return {
        code: tuple(tuple((x * krimp, y) for x, y in ring) for ring in ringen(wkt))
        for code, wkt in sources.borders(gebied_soort, int(jaar)).items()
    }


def tegels(centra: Mapping[str, Punt]) -> dict[str, tuple[int, int]]:
    """A (column, row) per area, row 0 in the north, so that together they resemble the map.

    Each area gets its own tile in a small square grid with the least total squared distance to its true place;
    empty rows and columns are then taken out.
    """
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    codes = sorted(centra)
    if len(codes) < 2:
        return dict.fromkeys(codes, (0, 0))
    kant = math.ceil(math.sqrt(len(codes))) + 1
    punten = np.array([centra[code] for code in codes])
    spreiding = np.maximum(np.ptp(punten, axis=0).max(), 1e-9)
    plaats = (punten - punten.min(axis=0)) / spreiding * (kant - 1)
    vakken = np.array([(kolom, rij) for rij in range(kant) for kolom in range(kant)], dtype=float)
    afstand = ((plaats[:, None, :] - vakken[None, :, :]) ** 2).sum(axis=2)
    _, gekozen = linear_sum_assignment(afstand)
    kolommen = sorted({int(vakken[i][0]) for i in gekozen})
    rijen = sorted({int(vakken[i][1]) for i in gekozen}, reverse=True)
    return {
        code: (kolommen.index(int(vakken[i][0])), rijen.index(int(vakken[i][1])))
        for code, i in zip(codes, gekozen, strict=True)
    }
