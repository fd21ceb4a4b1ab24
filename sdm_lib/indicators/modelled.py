"""A survey figure for every wijk: measured where enough people answered, modelled where not, and never without a label.

A direct estimate of some fifty answers has a margin of fourteen points. A model of wijken lends it strength from those
that resemble it in what the register and Statistics Netherlands know (`survey.fay_herriot`), and its figures are moved
so that wijken add up to what was published for their stadsdeel and the city (`survey.benchmark`).

gemeten : the direct estimate, when its margin is small enough. gemodelleerd : the model's, when that one is. Anything
else is not fit to be published. The limits are data: block ``gebiedscijfers`` of ``params/kit.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from sdm_lib import results
from sdm_lib.indicators import surveyed
from sdm_lib.indicators.definition import Indicator
from sdm_lib.results import Kader, Results

if TYPE_CHECKING:
    from sdm_lib.survey import AreaModel, SurveyDesign
    from sdm_lib.survey.codes import FloatArray, IntArray

GEMETEN, GEMODELLEERD, NIET_PUBLICEERBAAR = "gemeten", "gemodelleerd", "niet publiceerbaar"
Z = 1.959963984540054  # 95 % of a normal distribution
REST = "overige stadsdelen"  # stadsdelen whose own figure is too uncertain to hold wijken to


@dataclass(frozen=True, slots=True)
class Nauwkeurig:
    """How narrow a margin must be. halve_breedte : half the margin of a share, in percentage points.

    variatiecoefficient : standard error over value, of a score or a mark.
    """

    halve_breedte: float
    variatiecoefficient: float

    def __post_init__(self) -> None:
        if min(self.halve_breedte, self.variatiecoefficient) <= 0:
            raise ValueError("een grens is meer dan nul")

    def narrow(self, half: pd.Series, se: pd.Series, value: pd.Series, *, share: bool) -> pd.Series:
        """Which figures are narrow enough; what has no margin is not."""
        return 100 * half <= self.halve_breedte if share else se <= self.variatiecoefficient * value.abs()


@dataclass(frozen=True, slots=True)
class Grenzen:
    """When a figure of a small area is good enough.

    gemeten : for the direct estimate, by the margin that its number of answers gives; by its own margin a share would
    look precise wherever chance made it small. gemodelleerd : for the model's. minimum_antwoorden : answers in the area
    itself, also behind a modelled figure. minimum_inwoners : of an area in the model. kenmerken : what the model leans
    on, name -> (count, base) in the key figures of areas. register : indicators of the register it leans on besides.
    """

    gemeten: Nauwkeurig
    gemodelleerd: Nauwkeurig
    minimum_antwoorden: int
    minimum_inwoners: int
    kenmerken: dict[str, tuple[str, ...]]
    register: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.kenmerken or any(len(paar) != 2 for paar in self.kenmerken.values()):
            raise ValueError("elk kenmerk heeft twee kolommen: het aantal en waarvan het een deel is")
        if self.minimum_antwoorden < 1:
            raise ValueError("minimum_antwoorden is 1 of meer")


@dataclass(frozen=True, eq=False)
class Gebiedsmodel:
    """The figures of one indicator with the model they come from.

    table : a row an area: area, group (the larger area), people, n, direct, direct_se, estimate, se, ci_low, ci_high,
    weight, residual, shift (of the benchmark), label, and the bounds of the direct estimate: direct_low, direct_high.
    model : the fitted model.
    """

    indicator: Indicator
    table: pd.DataFrame
    model: AreaModel

    @property
    def between(self) -> float:
        """Standard deviation between areas that the covariates do not explain, on the scale of the answers."""
        return float(np.sqrt(self.model.between)) * self.slope

    @property
    def slope(self) -> float:
        """What a step on the scale of the model is in answers, for the middle area: the slope of sin(z)^2, or 1."""
        middle = float(np.nanmedian(self.table["estimate"]))
        return 1.0 if self.model.scale == "none" else 2 * float(np.sqrt(middle * (1 - middle)))

    def results(self, *, kader: Kader) -> Results:
        """The level of every area with its margin; `method` says the label, and n counts the area's own answers."""
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
        return self._built(rows, kader=kader, unit=self.indicator.unit)

    def against(self, city: float, city_se: float, *, kader: Kader) -> Results:
        """Every area minus the city that it is part of; p_adj over all areas of this indicator.

        Bounds and p of a modelled figure hold for that very area, as its own margin does (`survey.from_others`).
        """
        from sdm_lib.survey.compare import adjust_p, t_test

        found = self.table[self.table["label"] != NIET_PUBLICEERBAAR]
        part = (found["people"] / self.table["people"].sum()).to_numpy()
        se = np.sqrt((1 - 2 * part) * found["se"].to_numpy() ** 2 + city_se**2)
        gap = found["estimate"].to_numpy() - city
        lower, upper, p = gap - Z * se, gap + Z * se, t_test(gap, se, df=np.inf)
        modelled = (found["label"] == GEMODELLEERD).to_numpy()
        if modelled.any():
            where = found.index[modelled].to_numpy()
            low, high, p[modelled] = self._tested(where, part[modelled], city, city_se)
            lower[modelled] = np.minimum(low - city, gap[modelled])
            upper[modelled] = np.maximum(high - city, gap[modelled])
        rows = pd.DataFrame(
            {
                "gebied": found["area"].to_numpy(),
                "value": gap,
                "lower": lower,
                "upper": upper,
                "se": se,
                "reference": city,
                "p": p,
                "p_adj": adjust_p(p),
                "n": found["n"].to_numpy(dtype=np.float64),
                "method": found["label"].map(METHODE).to_numpy(),
            }
        )
        return self._built(rows, kader=kader, unit=self.unit_of_difference, measure="difference")

    def _tested(
        self, where: IntArray, part: FloatArray, city: float, city_se: float
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Bounds of areas when the error of the city is theirs too, and the p-value of being like the city."""
        from sdm_lib import survey

        way = survey.SCALES[self.model.scale]
        middle = way.there(np.array([city]))
        theirs = survey.from_others(self.model, np.eye(len(self.model.areas))[where])
        error = np.sqrt((1 - 2 * part) * theirs.se**2 + (city_se / way.slope(middle)) ** 2)
        both = replace(theirs, se=error)
        low, high = both.interval()
        return way.back(way.clip(low)), way.back(way.clip(high)), both.p(middle)

    def between_areas(self, pairs: Sequence[tuple[str, str]], *, kader: Kader) -> Results:
        """The second area of each pair minus the first, groups ``naast=<first>``; p_adj over all pairs.

        Two modelled areas lean on the same coefficients, so their errors go together (`survey.area_differences`); a
        measured one has an error of its own. A pair with an area that is not fit to be published is left out.
        """
        from sdm_lib import survey
        from sdm_lib.survey.compare import adjust_p, t_test

        found = self.table.set_index("area")
        good = found.index[found["label"] != NIET_PUBLICEERBAAR]
        kept = [pair for pair in pairs if set(pair) <= set(good)]
        a, b = (found.loc[[pair[side] for pair in kept]].reset_index(drop=True) for side in (0, 1))
        value = b["estimate"] - a["estimate"]
        modelled = (a["label"] == GEMODELLEERD) & (b["label"] == GEMODELLEERD)
        joint = survey.area_differences(self.model, kept)
        shared = a["shift"] - b["shift"]  # what the benchmark moved alike falls out
        se = pd.Series(np.where(modelled, np.hypot(joint["se"], shared), np.hypot(a["se"], b["se"])))
        p = t_test(np.asarray(value, dtype=np.float64), np.asarray(se, dtype=np.float64), df=np.inf)
        rows = pd.DataFrame(
            {
                "gebied": [twee for _, twee in kept],
                "groep": [results.groep(naast=een) for een, _ in kept],
                "value": value,
                "lower": joint["ci_low"].clip(upper=value).where(modelled, value - Z * se),
                "upper": joint["ci_high"].clip(lower=value).where(modelled, value + Z * se),
                "se": se,
                "reference": a["estimate"],
                "p": np.where(modelled, joint["p"], p),
                "n": b["n"].astype("float64"),
            }
        )
        rows = rows.assign(p_adj=adjust_p(rows["p"].to_numpy()))
        constants = {"measure": "difference", "method": "verschil van wijken met hun gezamenlijke fout"}
        return self._built(rows, kader=kader, unit=self.unit_of_difference, **constants)

    @property
    def unit_of_difference(self) -> str:
        """Shares differ in percentage points, all else in its own unit."""
        return "procentpunt" if self.indicator.unit == "aandeel" else self.indicator.unit

    def _built(self, rows: pd.DataFrame, *, kader: Kader, **constants: str) -> Results:
        who = {"indicator": self.indicator.id, "definitie": self.indicator.definitie}
        return results.build(rows, kader=kader, instrument=self.indicator.instrument, **who, **constants)


BREUK = "breuk in de reeks: niet om te rekenen naar dit gebied"
METHODE = {
    GEMETEN: "gemeten: rechtstreeks uit de enquete",
    GEMODELLEERD: "gemodelleerd: Fay-Herriot met kenmerken van wijken, passend op stadsdeel en stad",
    NIET_PUBLICEERBAAR: "niet publiceerbaar: ook met model te onzeker",
}


def label_of(method: str, *, shown: bool = True) -> str:
    """The label of a figure from its method; empty for one that has none. What is not shown is not fit to be.

    >>> label_of(METHODE[GEMODELLEERD]), label_of(METHODE[GEMODELLEERD], shown=False), label_of("Wilson")
    ('gemodelleerd', 'niet publiceerbaar', '')
    """
    if method == BREUK:
        return BREUK
    label = next((label for label, tekst in METHODE.items() if tekst == method), "")
    return label if shown or not label else NIET_PUBLICEERBAAR


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

    by : the column of the design with the area. areas : a row an area: `area`, `group`, `people` (whom the indicator is
    about) and the columns `features`. published : per group and for the city (key "") the figure and its standard
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
    scale: Literal["arcsine", "none"] = "arcsine" if share else "none"
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
    columns = ["estimate", "se", "ci_low", "ci_high", "weight", "residual"]
    table = table.rename(columns={"se": "direct_se"}).assign(
        direct=known,
        stable_se=np.sqrt(_stable(table, known, share=share)),
        **{name: found[name].to_numpy() for name in columns},
    )
    held = _benchmarked(_measured(table, indicator, limits), published)
    return Gebiedsmodel(indicator, _labelled(held, indicator, limits), model)


def _stable(table: pd.DataFrame, known: pd.Series, *, share: bool) -> FloatArray:
    """Sampling variances on the scale of the answers, by the number of answers alone."""
    from sdm_lib import survey

    variance = (table["se"] ** 2).where(known.notna())
    return survey.smooth_variances(variance, table["n"].where(known.notna(), 0), share=known if share else None)


def _measured(table: pd.DataFrame, indicator: Indicator, limits: Grenzen) -> pd.DataFrame:
    """Rows with enough answers take their direct estimate and are labelled so; the others keep the model's."""
    measured = (table["n"] >= indicator.minimum_n) & limits.gemeten.narrow(
        Z * table["stable_se"], table["stable_se"], table["direct"], share=indicator.unit == "aandeel"
    )
    direct = {"estimate": "direct", "ci_low": "lower", "ci_high": "upper", "se": "direct_se"}
    own = table.assign(**{name: table[name].mask(measured, table[source]) for name, source in direct.items()})
    own = own.drop(columns=["value", "smooth"]).assign(label=np.where(measured, GEMETEN, ""))
    return own.rename(columns={"lower": "direct_low", "upper": "direct_high"})


def _labelled(table: pd.DataFrame, indicator: Indicator, limits: Grenzen) -> pd.DataFrame:
    """What was not measured is modelled when its margin, benchmark and all, is narrow and enough people answered."""
    half = (table["ci_high"] - table["ci_low"]) / 2
    narrow = limits.gemodelleerd.narrow(half, table["se"], table["estimate"], share=indicator.unit == "aandeel")
    good = narrow & (table["n"] >= limits.minimum_antwoorden)
    other = pd.Series(np.where(good, GEMODELLEERD, NIET_PUBLICEERBAAR), index=table.index)
    return table.assign(label=table["label"].where(table["label"] == GEMETEN, other))


def _benchmarked(table: pd.DataFrame, published: Mapping[str, tuple[float, float]]) -> pd.DataFrame:
    """Modelled figures moved so that wijken add up to stadsdeel and city; measured ones stay as they are."""
    from sdm_lib import survey

    group = table["group"].where(table["group"].isin([name for name in published if name]), REST)
    people = table["people"].astype("float64")
    targets = {name: value for name, (value, _) in published.items() if name}
    if (group == REST).any():
        elsewhere = people.groupby(group).sum().drop(REST)
        known = sum(targets[str(name)] * float(size) for name, size in elsewhere.items())
        targets[REST] = (published[""][0] * people.sum() - known) / people[group == REST].sum()
    fixed = table["label"] == GEMETEN
    movable = ~fixed.groupby(group).transform("all")
    held = table.assign(group=group, se=table["se"].where(~fixed, 0.0))[movable]
    if held.empty:
        return table.assign(shift=0.0)
    moved = survey.benchmark(held, targets, group="group", population="people", how="precision")
    out = table.assign(shift=0.0)
    for name in ("estimate", "shift"):
        out.loc[movable, name] = moved[name]
    # the bounds are those of the area itself, wherever its estimate is moved; they hold the figure that is shown
    return out.assign(
        se=np.hypot(out["se"], out["shift"]),  # the benchmark brings the sampling error of the larger area along
        ci_low=out[["ci_low", "estimate"]].min(axis=1),
        ci_high=out[["ci_high", "estimate"]].max(axis=1),
    )
