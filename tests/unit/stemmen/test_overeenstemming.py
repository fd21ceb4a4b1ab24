"""Krippendorff's alpha against published figures, against a count of pairs, and against what must hold for any data."""

import numpy as np
import pandas as pd
import pytest

from sdm_lib.stemmen import alpha, bootstrap, codeurs
from sdm_lib.stemmen.gesprekken import gesprekken

N = np.nan
# Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, C: four observers, twelve units, values missing.
VIER_CODEURS = np.array(
    [[1, 1, N, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4], [4, 4, 4, 4], [1, 1, 2, 1],
     [2, 2, 2, 2], [N, 5, 5, 5], [N, N, 1, 1], [N, 3, N, N]],
)  # fmt: skip
# The same paper, section A (binary) and B (five categories): two observers, nothing missing.
BINAIR = np.array([[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]], dtype=float).T
VIJF = np.array(
    [[1, 1, 2, 2, 4, 3, 3, 3, 5, 4, 4, 1], [2, 1, 2, 2, 2, 3, 3, 3, 5, 4, 4, 4]], dtype=float
).T  # fmt: skip


@pytest.mark.parametrize(
    ("niveau", "gepubliceerd"), [("nominaal", 0.743), ("ordinaal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_four_observers_have_the_published_alpha(niveau, gepubliceerd):
    assert round(alpha(VIER_CODEURS, niveau=niveau), 3) == gepubliceerd


def test_two_observers_have_the_published_alpha():
    assert round(alpha(BINAIR), 3) == 0.095
    assert round(alpha(VIJF), 3) == 0.692


def _by_pairs(waarden, afstand):
    """Alpha from every pair of values, written out: no coincidence matrix, no counts."""
    units = [rij[~np.isnan(rij)] for rij in waarden if (~np.isnan(rij)).sum() >= 2]
    alle = np.concatenate(units)
    gezien = sum(
        afstand(a, b) / (len(u) - 1) for u in units for i, a in enumerate(u) for j, b in enumerate(u) if i != j
    )
    verwacht = sum(afstand(a, b) for i, a in enumerate(alle) for j, b in enumerate(alle) if i != j) / (len(alle) - 1)
    return 1 - gezien / verwacht


@pytest.mark.parametrize("zaad", range(8))
def test_a_count_of_pairs_gives_the_same(zaad):
    rng = np.random.default_rng(zaad)
    waarden = rng.integers(0, 5, (25, 3)).astype(float)
    waarden[rng.random(waarden.shape) < 0.25] = N
    assert alpha(waarden) == pytest.approx(_by_pairs(waarden, lambda a, b: float(a != b)), abs=1e-12)
    assert alpha(waarden, niveau="interval") == pytest.approx(_by_pairs(waarden, lambda a, b: (a - b) ** 2), abs=1e-12)


def test_perfect_agreement_is_one_and_order_of_coders_and_units_does_not_matter():
    zelfde = np.array([[1, 1], [2, 2], [5, 5]], dtype=float)
    assert [alpha(zelfde, niveau=n) for n in ("nominaal", "ordinaal", "interval", "ratio")] == [1, 1, 1, 1]
    omgekeerd = VIER_CODEURS[::-1, ::-1]
    assert alpha(omgekeerd, niveau="ordinaal") == pytest.approx(alpha(VIER_CODEURS, niveau="ordinaal"), abs=1e-12)


def test_each_scale_keeps_what_it_may_keep():
    hernoemd = np.select([k == VIER_CODEURS for k in range(1, 6)], [3.0, 1.0, 5.0, 2.0, 4.0], default=N)
    assert alpha(hernoemd) == pytest.approx(alpha(VIER_CODEURS), abs=1e-12)
    assert alpha(VIER_CODEURS**3, niveau="ordinaal") == pytest.approx(alpha(VIER_CODEURS, niveau="ordinaal"), abs=1e-12)
    recht = alpha(7 + 3 * VIER_CODEURS, niveau="interval")
    assert recht == pytest.approx(alpha(VIER_CODEURS, niveau="interval"), abs=1e-12)
    assert alpha(3 * VIER_CODEURS, niveau="ratio") == pytest.approx(alpha(VIER_CODEURS, niveau="ratio"), abs=1e-12)


def test_a_unit_with_one_value_tells_nothing():
    met = np.vstack([VIER_CODEURS, [N, N, 9.0, N]])
    assert alpha(met, niveau="ratio") == alpha(VIER_CODEURS, niveau="ratio")


def test_systematic_disagreement_is_below_zero():
    assert alpha(np.array([[0, 1], [1, 0], [0, 1], [1, 0]], dtype=float)) < 0


@pytest.mark.parametrize(
    ("waarden", "niveau", "melding"),
    [
        ([[1, N], [N, 2]], "nominaal", "no unit has values of two coders"),
        ([[1, 1], [1, 1]], "nominaal", "all values are the same"),
        ([[-1, 1], [2, 2]], "ratio", "no values below zero"),
        ([[1, 2], [2, 2]], "nominal", "niveau must be one of nominaal, ordinaal, interval, ratio, got 'nominal'"),
    ],
)
def test_what_has_no_alpha_is_refused(waarden, niveau, melding):
    with pytest.raises(ValueError, match=melding):
        alpha(np.array(waarden, dtype=float), niveau=niveau)


def test_the_interval_holds_alpha_and_narrows_with_more_units():
    rng = np.random.default_rng(1)

    def coders(n):
        eerste = rng.integers(0, 2, n).astype(float)
        tweede = np.where(rng.random(n) < 0.85, eerste, 1 - eerste)
        return np.column_stack([eerste, tweede])

    klein, groot = coders(40), coders(640)
    laag, hoog = bootstrap(klein, np.random.default_rng(2))
    smal = bootstrap(groot, np.random.default_rng(2))
    assert laag < alpha(klein) < hoog
    assert (hoog - laag) / (smal[1] - smal[0]) == pytest.approx(4, rel=0.25)  # the root of sixteen times as many


def test_the_same_generator_gives_the_same_interval_and_whole_groups_are_wider():
    groepen = np.repeat(np.arange(10), 8)
    per_groep = np.random.default_rng(3).random(10) < 0.5
    eerste = (np.random.default_rng(4).random(80) < 0.5).astype(float)
    waarden = np.column_stack([eerste, np.where(per_groep[groepen], eerste, 1 - eerste)])
    los = bootstrap(waarden, np.random.default_rng(5))
    samen = bootstrap(waarden, np.random.default_rng(5), groepen=list(groepen))
    assert los == bootstrap(waarden, np.random.default_rng(5))
    assert samen[1] - samen[0] > 1.5 * (los[1] - los[0])


def test_too_little_variation_gives_no_interval():
    waarden = np.array([[1, 1]] * 3 + [[1, 2]], dtype=float)
    with pytest.raises(ValueError, match="too many draws without any variation"):
        bootstrap(waarden, np.random.default_rng(1))


def test_two_coders_are_compared_on_what_both_coded():
    lijst = pd.DataFrame({"document": ["C1", "C2"], "soort": "client_wmo", "volgorde": [1, 2]})
    codes = pd.DataFrame(
        [("C1", "A", "x"), ("C1", "B", "x"), ("C1", "A", "y"), ("C2", "C", "x")], columns=["document", "code", "codeur"]
    )
    waarden, documenten = codeurs(gesprekken(lijst, codes))
    assert documenten == ["C1", "C1"]  # themes A and B; C was found by one coder in an interview of her own
    assert waarden.tolist() == [[1, 1], [1, 0]]
