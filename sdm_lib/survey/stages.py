"""Sampling stages: which cluster and stratum a row belongs to, and how many there were to draw from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sdm_lib.survey.codes import BoolArray, Codes, FloatArray, IntArray, compress, cross, factor, numeric, tally
from sdm_lib.survey.errors import SurveyError, survey_error, unknown_column


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of sampling.

    psu : cluster number per row, unique over the whole stage. stratum : stratum number per cluster.
    n_psu, population : clusters drawn and clusters there were, per stratum (inf: with replacement, or unknown).
    labels : name of each stratum, for messages. rows_are_psu : no clusters, so cluster i is row i.
    """

    psu: IntArray
    stratum: IntArray
    n_psu: FloatArray
    population: FloatArray
    labels: tuple[str, ...]
    rows_are_psu: bool

    @property
    def open_share(self) -> FloatArray:
        """The part of each stratum that was not drawn: 1 - n/N."""
        return 1.0 - self.n_psu / self.population

    @property
    def whole_open_share(self) -> float:
        """The part of all strata together that was not drawn: 1 where a population is unknown."""
        return max(0.0, 1.0 - float(self.n_psu.sum() / self.population.sum()))

    def degf(self, inside: BoolArray) -> int:
        """Clusters minus strata among the rows of a mask."""
        drawn = inside if self.rows_are_psu else np.bincount(self.psu[inside], minlength=len(self.stratum)) > 0
        strata = np.bincount(self.stratum[drawn], minlength=len(self.labels)) > 0
        return int(drawn.sum()) - int(strata.sum())

    def domain_degf(self, domain: IntArray, n_domains: int) -> FloatArray:
        """Clusters minus strata among the rows of each domain (-1: in none), all domains in one pass."""
        inside = domain >= 0
        pairs, _ = compress(domain[inside] * len(self.stratum) + self.psu[inside])
        owner, cluster = np.divmod(pairs, len(self.stratum))
        cells, _ = compress(owner * len(self.labels) + self.stratum[cluster])
        found = tally(owner, size=n_domains) - tally(cells // len(self.labels), size=n_domains)
        return np.asarray(found, dtype=np.float64)

    def inverse_fraction(self) -> FloatArray:
        """Per row N/n of its stratum, or 1 where the population is unknown."""
        finite = np.isfinite(self.population)
        ratio = np.where(finite, np.where(finite, self.population, 1.0) / self.n_psu, 1.0)
        return np.asarray(ratio[self.stratum[self.psu]])


def build_stages(
    frame: pd.DataFrame,
    *,
    strata: Sequence[str],
    clusters: Sequence[str],
    fpc: Sequence[str | float],
    nest: bool,
) -> tuple[Stage, ...]:
    """The stages of a design, first stage first; a last stage without clusters has the rows themselves."""
    n_stages = max(1, len(clusters))
    if len(fpc) > n_stages or len(strata) > n_stages:
        raise ValueError(f"{len(strata)} strata and {len(fpc)} fpc given for {n_stages} sampling stage(s)")
    stages: list[Stage] = []
    parent = Codes(np.zeros(len(frame), dtype=np.intp), ("",))
    for number in range(n_stages):
        own = _factor(frame, strata[number]) if number < len(strata) else None
        stratum = parent if own is None else cross([parent, own], sep=" ") if number else own
        psu = _psu(
            frame, clusters[number] if clusters else None, stratum, parent, free=nest or number > 0 or own is None
        )
        size = fpc[number] if number < len(fpc) else None
        stages.append(_stage(frame, psu, stratum, fpc=size))
        parent = Codes(psu, tuple(map(str, range(int(psu.max()) + 1)))) if number + 1 < n_stages else parent
    return tuple(stages)


def _factor(frame: pd.DataFrame, name: str) -> Codes:
    if name not in frame.columns:
        raise unknown_column(name, frame.columns)
    found = factor(frame[name])
    missing = int((found.codes < 0).sum())
    if missing:
        raise survey_error("SDM-806", f"{missing} rijen hebben geen waarde", "Vul de kolom aan.", kolom=name)
    return found


def _psu(frame: pd.DataFrame, name: str | None, stratum: Codes, parent: Codes, *, free: bool) -> IntArray:
    if name is None:
        return np.arange(len(frame), dtype=np.intp)
    own = _factor(frame, name)
    nested, psu = compress(own.codes * len(stratum) + stratum.codes)
    if not free and len(nested) > len(np.unique(own.codes)):
        first = np.bincount(nested // len(stratum), minlength=len(own))
        example = own.labels[int(np.argmax(first > 1))]
        raise survey_error(
            "SDM-807",
            f"cluster '{example}' ligt in meer dan een stratum ({int((first > 1).sum())} van zulke clusters)",
            "Geef clusters een eigen nummer, of kies nest=True als de nummers per stratum opnieuw beginnen.",
            kolom=name,
        )
    return psu


def _stage(frame: pd.DataFrame, psu: IntArray, stratum: Codes, *, fpc: str | float | None) -> Stage:
    n_clusters = int(psu.max()) + 1
    rows_are_psu = n_clusters == len(psu)
    psu = np.arange(n_clusters, dtype=np.intp) if rows_are_psu else psu
    # strata that do not occur in the data (unused categories) are left out: they are not sampled strata
    values, per_row = compress(stratum.codes)
    per_psu = per_row if rows_are_psu else _first(per_row, psu, n_clusters)
    labels = tuple(stratum.labels[int(value)] for value in values)
    n_psu = np.bincount(per_psu, minlength=len(labels)).astype(np.float64)
    population = np.full(len(labels), np.inf) if fpc is None else _population(frame, fpc, per_row, n_psu, labels)
    return Stage(psu, per_psu, n_psu, population, labels, rows_are_psu)


def _first(per_row: IntArray, psu: IntArray, n_clusters: int) -> IntArray:
    found = np.zeros(n_clusters, dtype=np.intp)
    found[psu] = per_row
    return found


def _population(
    frame: pd.DataFrame, fpc: str | float, per_row: IntArray, n_psu: FloatArray, labels: tuple[str, ...]
) -> FloatArray:
    name = fpc if isinstance(fpc, str) else "fpc"
    if isinstance(fpc, str) and fpc not in frame.columns:
        raise unknown_column(fpc, frame.columns)
    values = numeric(frame[fpc]) if isinstance(fpc, str) else np.full(len(frame), float(fpc))
    if not (values > 0).all():
        raise survey_error(
            "SDM-808", "de populatieomvang ontbreekt of is niet positief", "Vul de kolom aan.", kolom=name
        )
    size = np.zeros(len(labels))
    size[per_row] = values
    if (size[per_row] != values).any():
        bad = labels[int(per_row[int(np.argmax(size[per_row] != values))])]
        raise survey_error(
            "SDM-808",
            f"de populatieomvang verschilt binnen stratum '{bad}'",
            "Geef een waarde per stratum.",
            kolom=name,
        )
    population = n_psu / size if (size <= 1).all() else size  # as in R: all values of 1 or less are fractions
    small = population < n_psu * (1 - 1e-12)
    if small.any():
        raise _too_small(name, labels[int(np.argmax(small))], population[small][0], n_psu[small][0])
    return np.maximum(population, n_psu)


def _too_small(name: str, stratum: str, population: float, n_psu: float) -> SurveyError:
    where = f" in stratum '{stratum}'" if stratum else ""
    return survey_error(
        "SDM-808",
        f"de populatie{where} telt {population:g}, maar er zijn er {n_psu:g} getrokken",
        "Controleer de populatieomvang.",
        kolom=name,
    )
