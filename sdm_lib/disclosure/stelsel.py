"""A linked system of tables as numbers: quantities, the equations among them, who sees what, and what must stay vague.

Pure arithmetic: this module knows nothing of pieces, areas or indicators, and `aanvullend` works on nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

Vector = npt.NDArray[np.float64]
Masker = npt.NDArray[np.bool_]
Nummers = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Stelsel:
    """Quantities x with A x = 0.

    waarde : true values. onder, boven : what an attacker knows of a hidden quantity beforehand (inf: nothing).
    gewicht : what hiding a quantity costs; inf for one that is out already (a released edition).
    vergelijkingen : A, one row an equation. zichtbaar : whether a reader sees the quantity before any complement.
    laag, hoog : for a sensitive quantity, the range an attacker must be left with at least; NaN for the others.
    alleen : quantities with one contributor, who knows the own value. stap : how far a sensitive quantity must be able
    to move in the eyes of such a one: a person for a count, p percent for an amount.
    """

    waarde: Vector
    onder: Vector
    boven: Vector
    gewicht: Vector
    vergelijkingen: sp.csr_matrix
    zichtbaar: Masker
    laag: Vector
    hoog: Vector
    alleen: Masker
    stap: Vector

    def __post_init__(self) -> None:
        rest = np.abs(self.vergelijkingen @ self.waarde)
        grens = 1e-6 * (1 + np.abs(self.vergelijkingen) @ np.abs(self.waarde))
        if (rest > grens).any():
            raise ValueError(f"Stelsel: {int((rest > grens).sum())} equations do not hold for the true values")

    @property
    def gevoelig(self) -> Masker:
        """Which quantities must stay vague."""
        return np.isfinite(self.laag)

    def deel(self, knopen: Nummers) -> Stelsel:
        """The system of some quantities; equations that touch none of them are left out."""
        rijen = self.vergelijkingen[:, knopen]
        rijen = rijen[np.diff(rijen.indptr) > 0]
        return Stelsel(
            self.waarde[knopen], self.onder[knopen], self.boven[knopen], self.gewicht[knopen], rijen,
            self.zichtbaar[knopen], self.laag[knopen], self.hoog[knopen], self.alleen[knopen],
            self.stap[knopen],
        )  # fmt: skip

    def delen(self) -> list[Nummers]:
        """The quantities of each part that hangs together by equations and holds a sensitive one, in a fixed order."""
        knopen = samenhangend(self.vergelijkingen, np.ones(len(self.waarde), dtype=bool))
        return [groep for groep in knopen if self.gevoelig[groep].any()]


def samenhangend(vergelijkingen: sp.csr_matrix, masker: Masker) -> list[Nummers]:
    """The quantities of `masker` in groups that share equations (quantities outside the mask do not connect)."""
    nummers = np.flatnonzero(masker)
    if len(nummers) == 0:
        return []
    rijen = (vergelijkingen[:, nummers] != 0).astype(np.float64)
    aantal, groep = connected_components(rijen.T @ rijen, directed=False)
    volgorde = np.argsort(groep, kind="stable")
    grenzen = np.searchsorted(groep[volgorde], np.arange(1, aantal))
    return [np.sort(nummers[deel]) for deel in np.split(volgorde, grenzen)]
