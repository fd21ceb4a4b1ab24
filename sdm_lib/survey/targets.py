"""Population totals to weight to: one long table, checked against itself and against the sample.

A target table has the columns variable, category, total (and may have date, universe and source, which are kept for
the report). A crossing has variable ``a*b`` and category ``x*y``; a numeric variable has an empty category and the
population total of its values.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from sdm_lib.errors import bedoelde_u
from sdm_lib.survey.codes import Codes, FloatArray, IntArray, label, numeric, tally
from sdm_lib.survey.design import SurveyDesign, rows
from sdm_lib.survey.errors import choose, survey_error
from sdm_lib.survey.regressors import Regressors
from sdm_lib.survey.report import Margin

MissingAnswers = Literal["fout", "eigen categorie", "imputeer"]
MISSING = ("fout", "eigen categorie", "imputeer")
AGREE = 1e-6  # relative difference between margins' sums that is taken as rounding of the totals themselves


@dataclass(frozen=True, slots=True)
class Target:
    """One weighting variable: code per row, category names and their population totals; codes None: numeric."""

    variable: str
    labels: tuple[str, ...]
    totals: FloatArray
    codes: IntArray
    values: FloatArray | None = None
    n_missing: int = 0


@dataclass(frozen=True, slots=True)
class Targets:
    """All weighting variables of one step, in the order of the table; `origin` says where the totals come from."""

    parts: tuple[Target, ...]
    origin: str = ""

    @property
    def n_missing(self) -> int:
        """Missing answers on weighting variables, all variables together."""
        return sum(part.n_missing for part in self.parts)

    @property
    def totals(self) -> FloatArray:
        """Totals in the order of the regressors: margins first, numeric variables last."""
        return np.concatenate([part.totals for part in self._ordered()])

    def regressors(self) -> Regressors:
        """The weighting variables as columns of a regression."""
        margins = tuple((part.codes, len(part.labels)) for part in self.parts if part.values is None)
        columns = [part.values for part in self.parts if part.values is not None]
        n = len(self.parts[0].codes)
        return Regressors(margins, np.column_stack(columns) if columns else np.zeros((n, 0)))

    def compare(self, before: FloatArray, after: FloatArray) -> tuple[Margin, ...]:
        """Per category what was asked and what is reached; `before` and `after` are sums of the regressors."""
        names = [(part.variable, text) for part in self._ordered() for text in part.labels]
        data = zip(names, self.totals, before, after, strict=True)
        return tuple(Margin(name, text, float(t), float(b), float(a)) for (name, text), t, b, a in data)

    def _ordered(self) -> list[Target]:
        return sorted(self.parts, key=lambda part: part.values is not None)


def read_targets(
    design: SurveyDesign,
    table: pd.DataFrame,
    *,
    missing: MissingAnswers | None,
    rng: np.random.Generator | None = None,
    numeric_allowed: bool = False,
) -> Targets:
    """The table as codes and totals; raises SurveyError naming variable, category, what is asked and what is there."""
    needed = ["variable", "category", "total"]
    absent = [name for name in needed if name not in table.columns]
    if absent:
        raise survey_error(
            "SDM-820", f"de tabel met totalen mist kolom {', '.join(absent)}", f"Nodig zijn {', '.join(needed)}."
        )
    if table.empty:
        raise survey_error("SDM-820", "de tabel met totalen is leeg", "Geef minstens een variabele.")
    if missing is not None:
        choose("missing", missing, MISSING)
    parts = []
    for name, asked in _by_variable(table).items():
        if all(text == "" for text in asked.labels):
            parts.append(_numeric_target(design, name, asked, allowed=numeric_allowed))
        else:
            parts.append(_target(design, name, asked, missing=missing, rng=rng))
    _same_population(parts)
    return Targets(tuple(parts), _origin(table))


def _origin(table: pd.DataFrame) -> str:
    said = []
    for name, word in (("source", "Bron"), ("date", "Peildatum"), ("universe", "Populatie")):
        if name in table.columns:
            values = dict.fromkeys(label(value) for value in table[name].dropna())
            said.append(f"{word}: {', '.join(values)}.")
    return " ".join(said)


@dataclass(frozen=True, slots=True)
class _Asked:
    labels: tuple[str, ...]
    totals: FloatArray


def _by_variable(table: pd.DataFrame) -> dict[str, _Asked]:
    names = [str(value) for value in table["variable"]]
    empty = table["category"].isna().to_numpy()
    labels = ["" if gone else label(value) for value, gone in zip(table["category"], empty, strict=True)]
    try:
        totals = numeric(table["total"])
    except TypeError:
        raise survey_error("SDM-825", "een totaal is geen getal", "Geef aantallen.", kolom="total") from None
    rows_of: dict[str, list[int]] = {}
    for row, name in enumerate(names):
        rows_of.setdefault(name, []).append(row)
    return {name: _Asked(tuple(labels[row] for row in found), totals[found]) for name, found in rows_of.items()}


def _numeric_target(design: SurveyDesign, name: str, asked: _Asked, *, allowed: bool) -> Target:
    if not allowed:
        raise survey_error(
            "SDM-821", "een getal als weegvariabele kan niet bij raking", "Gebruik calibrate.", kolom=name
        )
    if len(asked.labels) != 1:
        raise survey_error(
            "SDM-821", f"{len(asked.labels)} totalen voor een numerieke variabele", "Geef er een.", kolom=name
        )
    values = numeric(design.column(name))
    absent = np.isnan(values) & (design.weights != 0)
    if absent.any():
        raise survey_error(
            "SDM-822", f"{int(absent.sum())} rijen hebben geen waarde (rij {rows(absent)})",
            "Vul de waarde aan of laat de variabele weg.", kolom=name,
        )  # fmt: skip
    _sound(name, asked, negative=True)
    return Target(name, ("",), asked.totals, np.zeros(len(design), dtype=np.intp), np.nan_to_num(values))


def _target(
    design: SurveyDesign, name: str, asked: _Asked, *, missing: MissingAnswers | None, rng: np.random.Generator | None
) -> Target:
    labels, totals = asked.labels, asked.totals
    twice = {text for text in labels if labels.count(text) > 1}
    if twice:
        raise survey_error(
            "SDM-823", f"categorie '{min(twice)}' staat er meer dan eens in", "Haal dubbele regels weg.", kolom=name
        )
    _sound(name, asked, negative=False)
    found, live = design.codes(name), design.weights != 0
    codes, everyone = _onto(found, labels), bool(live.all())
    whole = everyone and int(codes.min()) >= 0  # nobody without weight, nobody outside the table: the usual case
    if not whole:
        _known_categories(name, found, codes, labels, live)
    counts = tally(codes if whole else codes[live & (codes >= 0)], size=len(labels))
    empty = (counts == 0) & (totals != 0)
    if empty.any():
        k = int(np.argmax(empty))
        raise survey_error(
            "SDM-824",
            f"categorie '{labels[k]}' heeft totaal {totals[k]:g}, maar niemand in de steekproef valt daarin "
            f"({int(empty.sum())} van zulke categorieen)",
            "Voeg de categorie samen met een andere.",
            kolom=name,
        )
    target = Target(name, labels, totals, codes)
    return target if whole else _with_missing(design, target, missing=missing, rng=rng)


def _sound(name: str, asked: _Asked, *, negative: bool) -> None:
    bad = ~np.isfinite(asked.totals) | (False if negative else asked.totals < 0)
    if bad.any():
        k = int(np.argmax(bad))
        raise survey_error(
            "SDM-825",
            f"het totaal van categorie '{asked.labels[k]}' is {asked.totals[k]:g}",
            "Geef een aantal van nul of meer.",
            kolom=name,
        )


def _onto(found: Codes, labels: tuple[str, ...]) -> IntArray:
    place = {text: k for k, text in enumerate(labels)}
    mapping = np.array([*(place.get(text, -2) for text in found.labels), -1], dtype=np.intp)
    if (mapping[:-1] == np.arange(len(found.labels))).all():
        return found.codes
    return np.asarray(mapping[found.codes])


def _known_categories(name: str, found: Codes, codes: IntArray, labels: tuple[str, ...], live: np.ndarray) -> None:
    stray = (codes == -2) & live
    if not stray.any():
        codes[codes == -2] = -1
        return
    text = found.labels[int(found.codes[int(np.argmax(stray))])]
    raise survey_error(
        "SDM-826",
        f"categorie '{text}' komt {int(stray.sum())} keer voor in de steekproef, maar heeft geen totaal",
        f"Voeg het totaal toe. {bedoelde_u(text, labels)}",
        kolom=name,
    )


def _with_missing(
    design: SurveyDesign, target: Target, *, missing: MissingAnswers | None, rng: np.random.Generator | None
) -> Target:
    live = design.weights != 0
    absent = (target.codes < 0) & live
    if not absent.any():
        idle = (target.codes < 0) & ~live
        codes = (
            np.where(idle, 0, target.codes) if idle.any() else target.codes
        )  # rows without weight add nothing anywhere
        return replace(target, codes=codes)
    count = int(absent.sum())
    if missing is None or missing == "fout":
        raise survey_error(
            "SDM-822",
            f"{count} rijen hebben geen antwoord op deze weegvariabele (rij {rows(absent)})",
            "Kies missing='eigen categorie' (houdt zijn huidige aandeel) of missing='imputeer' (loting naar gewicht).",
            kolom=target.variable,
        )
    if missing == "eigen categorie":
        share = design.weights[absent].sum() / design.weights.sum()
        whole = target.totals.sum()
        codes = np.where(target.codes < 0, len(target.labels), target.codes)
        totals = np.append(target.totals * (1 - share), whole * share)
        return replace(target, labels=(*target.labels, "onbekend"), totals=totals, codes=codes, n_missing=count)
    if rng is None:
        raise ValueError("missing='imputeer' draws at random: pass rng=numpy.random.default_rng(seed)")
    known = live & ~absent
    chance = np.bincount(target.codes[known], weights=design.weights[known], minlength=len(target.labels))
    codes = np.where(target.codes < 0, 0, target.codes)
    codes[absent] = rng.choice(len(target.labels), size=count, p=chance / chance.sum())
    return replace(target, codes=codes, n_missing=count)


def _same_population(parts: list[Target]) -> None:
    sums = [(part.variable, float(part.totals.sum())) for part in parts if part.values is None]
    if not sums:
        return
    first, whole = sums[0]
    if whole <= 0:
        raise survey_error("SDM-825", "de totalen tellen op tot nul", "Geef aantallen groter dan nul.", kolom=first)
    for name, other in sums[1:]:
        if abs(other - whole) > AGREE * max(whole, other):
            raise survey_error(
                "SDM-827",
                f"de totalen spreken elkaar tegen: {first} telt op tot {whole:.10g}, {name} tot {other:.10g}",
                "Neem totalen van dezelfde populatie en peildatum.",
                kolom=f"{first} en {name}",
            )


def from_dict(margins: dict[str, dict[str, float]]) -> pd.DataFrame:
    """A target table from nested dictionaries: variable to category to total.

    >>> from_dict({"geslacht": {"man": 49, "vrouw": 51}})["total"].tolist()
    [49, 51]
    """
    data = [(name, category, total) for name, part in margins.items() for category, total in part.items()]
    return pd.DataFrame(data, columns=["variable", "category", "total"])
