"""Answers of a whole population: every item is a cut of what someone is, what someone always is, and the day.

An item has its answers in the order of a scale and the share each had in the first quarter of 2015; the cuts follow
from those shares, so that the demo has the levels it was given. Traits move people along the scale, `trend` moves all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sdm_lib.synthetic.streams import Floats, Ints

Float32s = NDArray[np.float32]
Answers = Mapping[str, Ints]  # item -> position of the answer, for the same people in the same order

_VAST = 0.9  # how much of what traits leave open stays with the person; the rest is the day


@dataclass(frozen=True, slots=True)
class Item:
    """One question: its answers in order, the share of each at first, and what moves people to the later ones.

    kenmerken : loading per trait, squares together below 1. trend : standard deviations a quarter.
    niet_van_toepassing : share for whom the question does not apply, whatever they would have said.
    """

    naam: str
    antwoorden: tuple[str, ...]
    aandelen: tuple[float, ...]
    kenmerken: Mapping[str, float] = field(default_factory=dict)
    trend: float = 0.0
    niet_van_toepassing: float = 0.0

    def __post_init__(self) -> None:
        if len(self.antwoorden) != len(self.aandelen) or abs(sum(self.aandelen) - 1) > 1e-9:
            raise ValueError(f"Item {self.naam}: shares must fit the answers and add up to 1, got {self.aandelen!r}")


@dataclass(frozen=True, slots=True, eq=False)
class Questionnaire:
    """Items with the lasting part of everyone's position (item by person) and the cuts between the answers."""

    items: tuple[Item, ...]
    vast: Float32s
    dag: Float32s  # size of the day's part, an item
    grenzen: tuple[Floats, ...]


def prepare(
    rng: np.random.Generator, items: Sequence[Item], *, kenmerken: Mapping[str, Floats], basis: Ints
) -> Questionnaire:
    """Positions of everyone, and cuts that give the persons of `basis` the shares of the items."""
    aantal = len(next(iter(kenmerken.values())))
    vast = np.empty((len(items), aantal), dtype=np.float32)
    dag = np.empty(len(items), dtype=np.float32)
    grenzen = []
    for rij, item in enumerate(items):
        rest = np.sqrt(max(1 - sum(w * w for w in item.kenmerken.values()), 0.1))
        vast[rij] = _VAST * rest * rng.standard_normal(aantal, dtype=np.float32)
        for naam, gewicht in item.kenmerken.items():
            vast[rij] += np.float32(gewicht) * kenmerken[naam].astype(np.float32)
        dag[rij] = np.sqrt(1 - _VAST**2) * rest
        positie = vast[rij, basis] + dag[rij] * rng.standard_normal(len(basis), dtype=np.float32)
        grenzen.append(np.quantile(positie, np.cumsum(item.aandelen)[:-1].clip(0, 1)).astype(np.float64))
    return Questionnaire(tuple(items), vast, dag, tuple(grenzen))


def answer(rng: np.random.Generator, lijst: Questionnaire, *, wie: Ints, tijd: int) -> dict[str, Ints]:
    """What everyone of `wie` would answer, `tijd` quarters after the first; position in the item's answers.

    The position after the last answer means that the question does not apply.
    """
    antwoorden: dict[str, Ints] = {}
    for rij, item in enumerate(lijst.items):
        positie = lijst.vast[rij, wie] + lijst.dag[rij] * rng.standard_normal(len(wie), dtype=np.float32)
        gekozen = np.searchsorted(lijst.grenzen[rij], positie.astype(np.float64) + item.trend * tijd)
        if item.niet_van_toepassing:
            gekozen = np.where(rng.random(len(wie)) < item.niet_van_toepassing, len(item.antwoorden), gekozen)
        antwoorden[item.naam] = gekozen.astype(np.int64)
    return antwoorden
