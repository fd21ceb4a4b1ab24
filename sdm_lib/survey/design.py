"""The sample described once: weights, strata, clusters, finite populations, replicates.

Decisions. A design is immutable; weighting returns a new one. A domain is a mask inside the design, never a
filtered frame, because the rows left out still say how many clusters were drawn. The rule for a stratum with one
cluster has no default: every choice changes a published margin. Weights of zero are allowed (non-respondents) and
count neither in n nor in the degrees of freedom.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sdm_lib.survey.codes import BoolArray, Codes, FloatArray, IntArray, cross, factor, numeric
from sdm_lib.survey.errors import SurveyError, choose, survey_error, unknown_column
from sdm_lib.survey.stages import Stage, build_stages

if TYPE_CHECKING:
    from sdm_lib.survey.replicates import Replicates
    from sdm_lib.survey.report import Weighting
    from sdm_lib.survey.residuals import Calibration

LONELY = ("error", "adjust", "average", "certainty", "remove")
Names = str | Sequence[str] | None


@dataclass(frozen=True, slots=True)
class SurveyDesign:
    """A sample and how it was drawn; made by `design`, changed only into a new one.

    frame : one row per sampled unit. weights : one number per row, zero or more (linear calibration may give negative
    ones, and the report counts them). stages : how rows were drawn, first stage first. lonely : rule for a stratum
    with one cluster. replicates : replicate weights, which then give every variance. calibrations : weighting steps
    that variance must know of. weighting : readable report of how the weights came about, or None.
    """

    frame: pd.DataFrame
    weights: FloatArray
    stages: tuple[Stage, ...]
    lonely: str
    replicates: Replicates | None = None
    calibrations: tuple[Calibration, ...] = ()
    weighting: Weighting | None = None
    cache: dict[Any, Codes] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def degf(self) -> int:
        """Degrees of freedom: clusters minus strata among rows with weight, or those of the replicates."""
        if self.replicates is not None:
            return self.replicates.degf
        return self.stages[0].degf(self.weights != 0)

    def degf_of(self, inside: BoolArray) -> int:
        """Degrees of freedom of some rows alone: clusters minus strata, or the rank of their replicate weights."""
        if self.replicates is not None and self.replicates.ranked:
            return self.replicates.degf if inside.all() else self.replicates.rank_of(self.weights, inside) - 1
        return self.stages[0].degf(inside)

    def column(self, name: object) -> pd.Series:
        """A column of the frame; raises SurveyError with the nearest name when it does not exist."""
        if name not in self.frame.columns:
            raise unknown_column(name, self.frame.columns)
        return self.frame[name]

    def codes(self, name: str) -> Codes:
        """Integer codes of a column or of a crossing ``a*b``, made once per design."""
        if name not in self.cache:
            parts = [name] if name in self.frame.columns else name.split("*")
            self.cache[name] = cross([factor(self.column(part.strip())) for part in parts], sep="*")
        return self.cache[name]


def design(
    frame: pd.DataFrame,
    *,
    weights: str | None = None,
    strata: Names = None,
    clusters: Names = None,
    fpc: str | float | Sequence[str | float] | None = None,
    replicates: Replicates | None = None,
    lonely: str | None = None,
    nest: bool = False,
) -> SurveyDesign:
    """Describe a sample once; every estimate is then asked of the result.

    weights : column with design weights; None takes them from `fpc` (population by sample count, stage by stage), or 1.
    strata, clusters : column, or a list of columns with one per stage. nest : cluster numbers start again in each
    stratum; False refuses a cluster that lies in two strata.
    fpc : column or number, per stage: population size of the stratum, or the sampled fraction when all are 1 or less.
    lonely : rule for a stratum with one cluster, required when there are strata: error, adjust (centre on the mean of
    all clusters), average (as the mean of the other strata), certainty, remove (no contribution).
    replicates : replicate weights read from a file, from `survey.replicate_weights`.

    Returns a frozen `SurveyDesign`. Raises SurveyError naming column, stratum and count; ValueError for a wrong rule.

    >>> sample = pd.DataFrame({"w": [10.0, 10.0, 20.0, 20.0], "wijk": ["a", "a", "b", "b"]})
    >>> design(sample, weights="w", strata="wijk", lonely="error").degf
    2
    """
    if (strata is not None and replicates is None) or lonely is not None:
        choose("lonely", lonely, LONELY)
    if frame.empty:
        raise survey_error("SDM-803", "het bestand heeft geen rijen", "Lever een bestand met antwoorden aan.")
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()][0]
        raise survey_error("SDM-802", f"kolom '{twice}' komt meer dan eens voor", "Geef elke kolom een eigen naam.")
    kept = frame.reset_index(drop=True)
    stages = build_stages(kept, strata=_list(strata), clusters=_list(clusters), fpc=_list(fpc), nest=nest)
    base = _weights(kept, weights=weights, stages=stages)
    if replicates is not None and replicates.n_rows != len(kept):
        raise survey_error(
            "SDM-804",
            f"er zijn {replicates.n_rows} rijen replicatiegewichten en {len(kept)} rijen in het bestand",
            "Lever bij elke rij de replicatiegewichten aan.",
        )
    return SurveyDesign(kept, base, stages, lonely or "error", replicates)


def with_columns(design: SurveyDesign, columns: pd.DataFrame | Mapping[str, npt.ArrayLike]) -> SurveyDesign:
    """The same design with extra columns, aligned by row position; weights and calibration stay.

    columns : frame or mapping of arrays with one value per row of the design; existing names are replaced.
    Raises ValueError when a length differs.

    >>> sample = design(pd.DataFrame({"w": [1.0, 1.0]}), weights="w")
    >>> with_columns(sample, {"ja": [1.0, 0.0]}).frame["ja"].tolist()
    [1.0, 0.0]
    """
    extra = {str(name): pd.Series(_plain(values)) for name, values in columns.items()}
    for name, values in extra.items():
        if len(values) != len(design):
            raise ValueError(f"with_columns: {name!r} has {len(values)} values, the design has {len(design)} rows")
    cache = {key: codes for key, codes in design.cache.items() if not set(str(key).split("*")) & set(extra)}
    return replace(design, frame=design.frame.assign(**extra), cache=cache)


def mask(design: SurveyDesign, where: object) -> BoolArray:
    """A domain as a boolean per row: column name, array or Series of 0/1/bool; missing lies outside the domain."""
    if where is None:
        return np.ones(len(design), dtype=bool)
    column = design.column(where) if isinstance(where, str) else pd.Series(_plain(where))
    if len(column) != len(design):
        raise ValueError(f"where has {len(column)} values, the design has {len(design)} rows")
    values = numeric(column)
    if not np.isin(values[~np.isnan(values)], (0.0, 1.0)).all():
        raise ValueError("where must hold only true and false (or 1 and 0)")
    return np.asarray(values == 1.0)


def domains(design: SurveyDesign, by: Names, *, where: object = None) -> tuple[Codes, list[str], list[tuple[str, ...]]]:
    """One domain code per row for any number of `by` columns, with the names and the levels of each domain."""
    names, inside = _list(by), mask(design, where)
    if not names:
        return Codes(np.where(inside, 0, -1).astype(np.intp), ("",)), [], [()]
    found = cross([design.codes(name) for name in names], sep="\x1f")
    levels = [tuple(name.split("\x1f")) for name in found.labels]
    return Codes(np.where(inside, found.codes, -1), found.labels), names, levels


def rows(found: BoolArray, *, limit: int = 5) -> str:
    """Row numbers of a mask as a reader counts them, the first five and the rest as a count."""
    numbers = [str(number + 1) for number in np.flatnonzero(found)[:limit]]
    rest = int(found.sum()) - len(numbers)
    return ", ".join(numbers) + (f" en nog {rest}" if rest > 0 else "")


def _plain(values: Any) -> Any:
    # position counts here, so an index of the caller must not align anything
    return values.reset_index(drop=True) if isinstance(values, pd.Series) else values


def _list(names: Any) -> list[Any]:
    if names is None:
        return []
    return [names] if isinstance(names, (str, int, float)) else list(names)


def _weights(frame: pd.DataFrame, *, weights: str | None, stages: tuple[Stage, ...]) -> FloatArray:
    if weights is None:
        product = np.ones(len(frame))
        for stage in stages:
            product = product * stage.inverse_fraction()
        return product
    if weights not in frame.columns:
        raise unknown_column(weights, frame.columns)
    try:
        found = numeric(frame[weights])
    except TypeError:
        raise _weight_error(weights, "het gewicht is geen getal", np.ones(len(frame), dtype=bool)) from None
    bad = ~np.isfinite(found)
    if bad.any():
        raise _weight_error(weights, "het gewicht ontbreekt of is oneindig", bad)
    if (found < 0).any():
        raise _weight_error(weights, "het gewicht is negatief", found < 0)
    if not found.any():
        raise _weight_error(weights, "alle gewichten zijn nul", found == 0)
    return found


def _weight_error(column: str, what: str, bad: BoolArray) -> SurveyError:
    return survey_error(
        "SDM-805", f"{what} bij {int(bad.sum())} rijen (rij {rows(bad)})", "Herstel de gewichten.", kolom=column
    )


def row_domain(codes: IntArray, valid: BoolArray) -> IntArray:
    """Domain codes with rows without a valid answer taken out."""
    return np.where(valid, codes, -1)
