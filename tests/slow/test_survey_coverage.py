"""How often an interval holds the truth of the demo population: 2,000 samples a cell of a grid (make slow).

The population is the demo municipality's 145,000 adults with what each of them would answer; the truth is their share.
Samples are drawn here from all adults, so that only the interval is on trial and not the response. They are dealt from
shuffled decks of people: each is an exact random sample, and together they spread more evenly than loose draws. Many
stand under each other in one design, each with strata and clusters of its own: a domain per sample, in one pass.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from sdm_lib import survey
from sdm_lib.survey.intervals import RARE, Shares, share_interval
from sdm_lib.synthetic.bewoners import GETROKKEN, ITEMS, make_residents
from sdm_lib.synthetic.demo import SEED
from sdm_lib.synthetic.items import answer
from sdm_lib.synthetic.population import PEILDATUM, make_population
from sdm_lib.synthetic.streams import stream
from sdm_lib.synthetic.traits import make_traits

pytestmark = pytest.mark.traag

SAMPLES, BLOCK = 2000, 200  # samples a cell, and samples in one design
SIZES = (50, 100, 200, 500, 1000)
DESIGNS = ("aselect", "stadsdelen", "huishoudens", "gewogen")
SMALLEST = {"gewogen": 100}  # below it a sample may have nobody in an age class, and a researcher would merge classes
# item and answer, from rare to common: 1 2 5 10 15 33 56 84 %
VRAGEN = (
    ("gezondheid", "zeer_slecht"), ("mhi3", "nooit"), ("gezondheid", "slecht"), ("eenz1", "ja"), ("mantelzorg", "ja"),
    ("burenhulp", "ja"), ("weet_de_weg", "ja"), ("redzaam", "zelf"),
)  # fmt: skip
NAMEN = [f"{item}={antwoord}" for item, antwoord in VRAGEN]
METHODEN = ("korn_graubard", "wilson", "beta", "mean", "auto")
SLACK = 2  # Monte Carlo standard errors
AGES = (18, 30, 45, 65)  # 65-74 and 75+ together, so that every sample of 100 has them


@dataclass(frozen=True)
class People:
    """The adults: answers as 0/1, stadsdeel (Pampus with Hout), household, and age by sex for the weighting."""

    answers: np.ndarray
    stadsdeel: np.ndarray
    huishouden: np.ndarray
    leeftijd: np.ndarray
    vrouw: np.ndarray

    def __len__(self) -> int:
        return len(self.stadsdeel)


@pytest.fixture(scope="module")
def people() -> People:
    pop = make_population(SEED)
    wie = np.flatnonzero(pop.present(PEILDATUM) & (pop.age(PEILDATUM) >= 18))
    residents = make_residents(SEED, pop, make_traits(SEED, pop))
    said = answer(stream(SEED, "dekking"), residents.vragen, wie=wie, tijd=0)
    scale = {item.naam: item.antwoorden for item in ITEMS}
    answers = np.column_stack([said[item] == scale[item].index(antwoord) for item, antwoord in VRAGEN])
    huishouden = np.unique(pop.huishouden[wie], return_inverse=True)[1]
    leeftijd = np.searchsorted(AGES, pop.age(PEILDATUM)[wie], side="right")
    return People(answers.astype(float), np.minimum(pop.stadsdeel[wie], 4), huishouden, leeftijd, pop.vrouw[wie])


class Deck:
    """Units in a random order, dealt from the top; shuffled again when too few are left."""

    def __init__(self, units: np.ndarray, rng: np.random.Generator) -> None:
        self.units, self.rng, self.place = rng.permutation(units), rng, 0

    def deal(self, size: int) -> np.ndarray:
        """The next `size` units: a simple random sample without replacement."""
        if self.place + size > len(self.units):
            self.units, self.place = self.rng.permutation(self.units), 0
        self.place += size
        return self.units[self.place - size : self.place]


class Draw:
    """Samples of one design and size, as frames of row numbers with weight, stratum and cluster."""

    def __init__(self, people: People, design: str, n: int) -> None:
        self.people, self.design, self.n = people, design, n
        rng = np.random.default_rng([SEED, n, DESIGNS.index(design)])
        self.everyone = Deck(np.arange(len(people)), rng)
        self.groups = [Deck(np.flatnonzero(people.stadsdeel == h), rng) for h in range(5)]
        self.homes = Deck(np.arange(people.huishouden.max() + 1), rng)
        # the demo's own allocation: Hout is drawn six times as densely as the city
        wanted = np.array([GETROKKEN[0], GETROKKEN[1], GETROKKEN[2], GETROKKEN[3], GETROKKEN[4] + GETROKKEN[5]])
        self.allocation = np.maximum(np.round(n * wanted / wanted.sum()).astype(int), 2)
        self.order = np.argsort(people.huishouden, kind="stable")
        self.edges = np.searchsorted(people.huishouden[self.order], np.arange(people.huishouden.max() + 2))

    def one(self) -> pd.DataFrame:
        """Row numbers, weights, strata and clusters of one sample."""
        total = len(self.people)
        if self.design == "aselect":
            rows = self.everyone.deal(self.n)
            return pd.DataFrame({"rij": rows, "w": total / self.n, "stratum": 0, "cluster": rows})
        if self.design == "huishoudens":  # every adult of some households, about n persons together
            homes = len(self.homes.units)
            count = round(self.n * homes / total)
            rows = np.concatenate([self.order[self.edges[h] : self.edges[h + 1]] for h in self.homes.deal(count)])
            clusters = self.people.huishouden[rows]
            return pd.DataFrame({"rij": rows, "w": homes / count, "stratum": 0, "cluster": clusters})
        pairs = list(zip(self.groups, self.allocation, strict=True))
        rows = np.concatenate([group.deal(size) for group, size in pairs])
        weights = np.repeat([len(group.units) / size for group, size in pairs], self.allocation)
        return pd.DataFrame({"rij": rows, "w": weights, "stratum": self.people.stadsdeel[rows], "cluster": rows})

    def estimates(self) -> pd.DataFrame:
        """The shares of all samples by `survey.proportion`, a row per sample and question."""
        if self.design == "gewogen":
            return pd.concat([self._weighted() for _ in range(SAMPLES)], ignore_index=True)
        return pd.concat([self._block() for _ in range(SAMPLES // BLOCK)], ignore_index=True)

    def _block(self) -> pd.DataFrame:
        frame = pd.concat([self.one().assign(steekproef=k) for k in range(BLOCK)], ignore_index=True)
        for name in ("stratum", "cluster"):
            frame[name] += frame["steekproef"] * len(self.people)
        design = survey.design(self._answered(frame), weights="w", strata="stratum", clusters="cluster", lonely="error")
        return survey.proportion(design, NAMEN, by="steekproef", df="domain", ci="korn_graubard")

    def _weighted(self) -> pd.DataFrame:
        """One sample of the demo's design, raked to stadsdeel, age and sex."""
        people, frame = self.people, self.one()
        known = {"stadsdeel": people.stadsdeel, "leeftijd": people.leeftijd, "vrouw": people.vrouw.astype(int)}
        frame = self._answered(frame.assign(**{name: part[frame["rij"]] for name, part in known.items()}))
        margins = {name: dict(enumerate(np.bincount(part))) for name, part in known.items()}
        margins["leeftijd"].pop(0)  # nobody is younger than 18
        totals = {name: {str(k): float(v) for k, v in part.items()} for name, part in margins.items()}
        design = survey.design(frame, weights="w", strata="stratum", lonely="error")
        return survey.proportion(survey.rake(design, survey.from_dict(totals)), NAMEN, ci="korn_graubard")

    def _answered(self, frame: pd.DataFrame) -> pd.DataFrame:
        rows = frame["rij"].to_numpy()
        return frame.assign(**{name: self.people.answers[rows, k] for k, name in enumerate(NAMEN)})


def cover(people: People, design: str, n: int) -> pd.DataFrame:
    """Per question and method: how often the truth lies inside; n_eff p (1-p), and the width of Korn-Graubard."""
    found, truth = Draw(people, design, n).estimates(), people.answers.mean(axis=0)
    rows = []
    for name, p in zip(NAMEN, truth, strict=True):
        part = found[found["variable"] == name]
        assert len(part) == SAMPLES
        assert part["df"].nunique() == 1
        columns = [part[column].to_numpy(dtype=float) for column in ("estimate", "se", "n", "n_eff")]
        shares = Shares(*columns, float(part["df"].iloc[0]), columns[2])
        # the effective size that the spread of all estimates shows; one sample only estimates it
        n_eff = p * (1 - p) / np.mean((columns[0] - p) ** 2)
        row = {"design": design, "n": n, "p": p, "npq": n_eff * p * (1 - p)}
        for method in METHODEN:
            low, high, _ = share_interval(shares, ci=method, level=0.95)
            row[method] = float(((low <= p) & (p <= high)).mean())
        rows.append(row | {"kg_breedte": float((part["ci_high"] - part["ci_low"]).mean())})
    return pd.DataFrame(rows)


def missed(table: pd.DataFrame, method: str, low: float, high: float) -> list[str]:
    """Rows of the table where a method covers too little or too much, beyond the slack."""
    problems = []
    for row in table.to_dict("records"):
        below = low - SLACK * np.sqrt(low * (1 - low) / SAMPLES)
        above = high + SLACK * np.sqrt(high * (1 - high) / SAMPLES)
        if not below <= row[method] <= above:
            problems.append(f"{method} {row['design']} n={row['n']} p={row['p']:.3f}: {row[method]:.3f}")
    return problems


def test_intervals_hold_the_truth_as_often_as_they_say(people, capsys):
    cells = [(design, n) for design in DESIGNS for n in SIZES if n >= SMALLEST.get(design, 0)]
    table = pd.concat([cover(people, design, n) for design, n in cells], ignore_index=True)
    with capsys.disabled():
        print("\n" + table.round(3).to_string())
    usual = table[table["npq"] >= RARE]
    problems = missed(table, "korn_graubard", 0.94, 1.0) + missed(table, "wilson", 0.91, 1.0)
    for method in ("wilson", "beta", "mean"):
        problems += missed(usual, method, 0.93, 0.97)
    # what `proportion` publishes by itself is the one or the other: as good as the worst of the two
    problems += missed(table, "auto", 0.93, 1.0)
    assert problems == []


def test_the_grid_would_notice_a_wrong_interval():
    row = {"design": "aselect", "n": 50, "p": 0.02, "korn_graubard": 0.62}
    assert missed(pd.DataFrame([row]), "korn_graubard", 0.94, 1.0) == ["korn_graubard aselect n=50 p=0.020: 0.620"]
