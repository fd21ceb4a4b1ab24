"""A survey figure for every wijk: measured where enough people answered, modelled where not, and never without a label.

A direct estimate of some fifty answers has a margin of fourteen points. A model of wijken lends it strength from wijken
that resemble it in what the register and Statistics Netherlands know (`survey.fay_herriot`), and its figures are moved so
that wijken add up to what was published for their stadsdeel and the city (`survey.benchmark`).

gemeten : the direct estimate, when its margin is small enough. gemodelleerd : the model's, when that one is. Anything
else is not fit to be published. The limits are data: block ``gebiedscijfers`` of ``params/kit.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sdm_lib import results
from sdm_lib.indicators import surveyed
from sdm_lib.indicators.definition import Indicator
from sdm_lib.results import Kader, Results

if TYPE_CHECKING:
    from sdm_lib.survey import AreaModel, SurveyDesign

GEMETEN, GEMODELLEERD, NIET_PUBLICEERBAAR = "gemeten", "gemodelleerd", "niet publiceerbaar"
Z = 1.959963984540054  # 95 % of a normal distribution
REST = "overige stadsdelen"  # stadsdelen whose own figure is too uncertain to hold wijken to


@dataclass(frozen=True, slots=True)
class Grenzen:
    """When a figure of a small area is good enough.

    halve_breedte : half the margin of a share, in percentage points. variatiecoefficient : standard error over value,
    of a score or a mark. minimum_antwoorden : answers in the area itself. minimum_inwoners : of an area in the model.
    kenmerken : what the model leans on, name -> (count, base) in the key figures of areas. register : indicators of the
    register it leans on besides.
    """

    halve_breedte: float
    variatiecoefficient: float
    minimum_antwoorden: int
    minimum_inwoners: int
    kenmerken: Mapping[str, tuple[str, ...]]
    register: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Gebiedsmodel:
    """The figures of one indicator with the model they come from.

    table : a row an area: area, group (the larger area), people, n, direct, direct_se, estimate, se, ci_low, ci_high,
    weight, residual, shift (of the benchmark) and label. model : the fitted model.
    """

    indicator: Indicator
    table: pd.DataFrame
    model: AreaModel

    def results(self, *, kader: Kader) -> Results:
        """The level of every area with its margin; `method` begins with the label, and n counts the area's own answers."""
        found, share = self.table, self.indicator.unit == "aandeel"
        rows = pd.DataFrame(
            {
                "gebied": found["area"],
                "value": found["estimate"].clip(0, 1) if share else found["estimate"],
                "lower": found["ci_low"].clip(0, 1) if share else found["ci_low"],
                "upper": found["ci_high"].clip(0, 1) if share else found["ci_high"],
                "se": found["se"],
                "n": found["n"].astype("float64"),
                "method": found["label"].map(METHODE),
                "status": np.where(found["label"] == NIET_PUBLICEERBAAR, "te_onzeker", "ok"),
            }
        )
        return results.build(
            rows, kader=kader, indicator=self.indicator.id, definitie=self.indicator.definitie, unit=self.indicator.unit,
            instrument=self.indicator.instrument,
        )  # fmt: skip

    def against(self, city: float, city_se: float, *, kader: Kader) -> Results:
        """Every area minus the city, with the joint error of both; p_adj over all areas of this indicator."""
        from sdm_lib.survey.compare import adjust_p, t_test

        found = self.table[self.table["label"] != NIET_PUBLICEERBAAR]
        share = (found["people"] / self.table["people"].sum()).to_numpy()
        se = np.sqrt((1 - 2 * share) * found["se"].to_numpy() ** 2 + city_se**2)  # the area is part of the city
        gap = found["estimate"].to_numpy() - city
        p = t_test(gap, se, df=np.inf)
        rows = pd.DataFrame(
            {
                "gebied": found["area"].to_numpy(), "value": gap, "lower": gap - Z * se, "upper": gap + Z * se, "se": se,
                "reference": city, "p": p, "p_adj": adjust_p(p), "n": found["n"].to_numpy(dtype=np.float64),
                "method": found["label"].map(METHODE).to_numpy(),
            }
        )  # fmt: skip
        return results.build(
            rows, kader=kader, indicator=self.indicator.id, definitie=self.indicator.definitie, measure="difference",
            unit="procentpunt" if self.indicator.unit == "aandeel" else self.indicator.unit,
            instrument=self.indicator.instrument,
        )  # fmt: skip


METHODE = {
    GEMETEN: "gemeten: rechtstreeks uit de enquete",
    GEMODELLEERD: "gemodelleerd: Fay-Herriot met kenmerken van wijken, passend op stadsdeel en stad",
    NIET_PUBLICEERBAAR: "niet publiceerbaar: ook met model te onzeker",
}


def label_of(method: str) -> str:
    """The label of a figure from its method; empty for one that has none.

    >>> label_of(METHODE[GEMODELLEERD]), label_of("Wilson")
    ('gemodelleerd', '')
    """
    return next((label for label, tekst in METHODE.items() if tekst == method), "")


def model_areas(
    indicator: Indicator,
    design: SurveyDesign,
    *,
    by: str,
    areas: pd.DataFrame,
    features: Sequence[str],
    published: Mapping[str, tuple[float, float]],
    limits: Grenzen,
) -> Gebiedsmodel:
    """Figures of an indicator for every area of a level.

    by : the column of the design with the area. areas : a row an area with `area`, `group`, `people` (whom the indicator
    is about) and the columns `features`. published : per group and for the city (key "") the figure and its standard
    error; a group that is not there is too uncertain, and its areas are held to what the city leaves.
    Raises SurveyError when the areas cannot carry a model.
    """
    from sdm_lib import survey

    direct = surveyed.levels(indicator, design, by=(by,), where=None)
    table = areas.merge(
        direct[[by, "value", "lower", "upper", "se", "n"]], left_on="area", right_on=by, how="left", validate="1:1"
    )
    table["n"] = table["n"].fillna(0).astype("int64")
    share = indicator.unit == "aandeel"
    scale = "arcsine" if share else "none"
    known = table["value"].where(table["n"] > 1)
    table["smooth"] = survey.smooth_variances(
        (table["se"] ** 2).where(known.notna()), table["n"].where(known.notna(), 0), share=known if share else None,
        scale=scale,
    )  # fmt: skip
    model = survey.fay_herriot(
        table.assign(value=known, smooth=table["smooth"].where(known.notna())),
        direct="value", variance="smooth", covariates=list(features), scale=scale, smoothed=True,
    )  # fmt: skip
    found = model.estimates()
    columns = ["estimate", "se", "ci_low", "ci_high", "weight", "residual", "direct_se"]
    table = table.drop(columns="se").assign(direct=known, **{name: found[name].to_numpy() for name in columns})
    return Gebiedsmodel(indicator, _benchmarked(_labelled(table, indicator, limits), published), model)


def _labelled(table: pd.DataFrame, indicator: Indicator, limits: Grenzen) -> pd.DataFrame:
    """Measured rows take their direct estimate; what is neither measured nor modelled well keeps the model's to add up."""
    half = (table["upper"] - table["lower"]) / 2
    measured = (table["n"] >= indicator.minimum_n) & _narrow(half, table["direct"], table["direct_se"], indicator, limits)
    own = table.assign(
        estimate=table["estimate"].mask(measured, table["direct"]),
        ci_low=table["ci_low"].mask(measured, table["lower"]),
        ci_high=table["ci_high"].mask(measured, table["upper"]),
        se=table["se"].mask(measured, table["direct_se"]),
    )
    half = (own["ci_high"] - own["ci_low"]) / 2
    modelled = (own["n"] >= limits.minimum_antwoorden) & _narrow(half, own["estimate"], own["se"], indicator, limits)
    label = np.where(measured, GEMETEN, np.where(modelled, GEMODELLEERD, NIET_PUBLICEERBAAR))
    return own.drop(columns=["lower", "upper", "value", "smooth"]).assign(label=label)


def _narrow(half: pd.Series, value: pd.Series, se: pd.Series, indicator: Indicator, limits: Grenzen) -> pd.Series:
    if indicator.unit == "aandeel":
        return 100 * half <= limits.halve_breedte
    return se <= limits.variatiecoefficient * value.abs()


def _benchmarked(table: pd.DataFrame, published: Mapping[str, tuple[float, float]]) -> pd.DataFrame:
    """Modelled figures moved so that people-weighted wijken equal stadsdeel and city; measured ones stay as they are."""
    from sdm_lib import survey

    group = table["group"].where(table["group"].isin([name for name in published if name]), REST)
    people = table["people"].astype("float64")
    targets = {name: value for name, (value, _) in published.items() if name}
    if (group == REST).any():
        elsewhere = people.groupby(group).sum().drop(REST)
        known = sum(targets[name] * size for name, size in elsewhere.items())
        targets[REST] = (published[""][0] * people.sum() - known) / people[group == REST].sum()
    fixed = table["label"] == GEMETEN
    movable = ~fixed.groupby(group).transform("all")
    held = table.assign(group=group, se=table["se"].where(~fixed, 0.0))[movable]
    if held.empty:
        return table.assign(shift=0.0)
    moved = survey.benchmark(held, targets, group="group", population="people", how="precision")
    out = table.assign(shift=0.0)
    for name in ("estimate", "ci_low", "ci_high", "shift"):
        out.loc[movable, name] = moved[name]
    return out
