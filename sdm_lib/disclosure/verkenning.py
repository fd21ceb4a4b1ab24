"""How far figures go that are bound by sums: the linear programs of the auditor."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from sdm_lib.disclosure.programma import Programma
from sdm_lib.disclosure.stelsel import Vector

SPELING = 1e-4
VER = 1e9  # as high as a figure needs to go to be called unbounded


class Verkenning:
    """The sums of one group of unknowns with the known numbers filled in, and the furthest points seen so far.

    matrix, rechts : the sums of the unknowns, and what they come to. onder, boven : bounds. waar : the true values,
    which satisfy all of it and are the first point.
    """

    def __init__(self, matrix: csr_matrix, rechts: Vector, *, onder: Vector, boven: Vector, waar: Vector) -> None:
        self.programma, self.onder = Programma(matrix, rechts), onder
        self.boven = np.maximum(boven, waar)
        self.waar, self.laagst, self.hoogst = waar, waar.copy(), waar.copy()

    def zoek(self, laag: list[tuple[int, float]], hoog: list[tuple[int, float]]) -> None:
        """Look how far down and how far up figures go: many at once, what is left by halves, at last one by one."""
        for teken, eisen in ((+1.0, laag), (-1.0, hoog)):
            stapel = [eisen]
            while stapel:
                over = [eis for eis in stapel.pop() if self._mist(teken, *eis)]
                if len(over) > 1:
                    self._samen(teken, over)
                    rest = [eis for eis in over if self._mist(teken, *eis)]
                    stapel += [rest] if len(rest) < len(over) else [over[1::2], over[::2]]
                elif over:
                    self._los(teken, over[0][0])

    def _mist(self, teken: float, j: int, eis: float) -> bool:
        return bool(self.laagst[j] > eis + SPELING if teken > 0 else self.hoogst[j] < min(eis, self.boven[j]) - SPELING)

    def _samen(self, teken: float, eisen: list[tuple[int, float]]) -> None:
        """Several figures as low (1) or as high (-1) as they go together, no further than asked."""
        doel, onder, boven = np.zeros(len(self.onder)), self.onder.copy(), self.boven.copy()
        for j, eis in eisen:
            doel[j] = teken / max(abs(eis - self.waar[j]), SPELING)
            if teken > 0:
                onder[j] = min(max(onder[j], eis), self.waar[j])
            else:
                boven[j] = max(min(boven[j], eis), self.waar[j])
        self._zoek(doel, onder, boven)

    def _los(self, teken: float, j: int) -> None:
        """One figure as low or as high as it goes."""
        doel, boven = np.zeros(len(self.onder)), self.boven.copy()
        doel[j] = teken
        if teken < 0:
            boven[j] = min(boven[j], VER)
        self._zoek(doel, self.onder, boven)

    def _zoek(self, doel: Vector, onder: Vector, boven: Vector) -> None:
        uit = self.programma.los(doel, onder, boven)
        if uit is None:  # the true values satisfy every sum, so this is a fault in the sums and no answer
            raise RuntimeError(f"auditor: a system of {len(doel)} unknowns has no solution")
        self.laagst = np.minimum(self.laagst, uit.x)
        self.hoogst = np.maximum(self.hoogst, uit.x)
