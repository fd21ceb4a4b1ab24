"""How the weights came about, readable by a researcher: one row per step, one per margin."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd

from sdm_lib import nl
from sdm_lib.survey.codes import FloatArray


def kish_deff(weights: FloatArray) -> float:
    """Loss of precision by unequal weights: n sum w^2 / (sum w)^2, over rows with weight.

    Source: Kish (1965), Survey Sampling, section 11.7.

    >>> kish_deff(np.array([1.0, 1.0, 1.0]))
    1.0
    """
    live = weights[weights != 0]
    return float(len(live) * np.sum(live**2) / np.sum(live) ** 2)


@dataclass(frozen=True, slots=True)
class Margin:
    """One category of one weighting variable: what was asked, and the weighted totals before and after."""

    variable: str
    category: str
    asked: float
    before: float
    after: float

    @property
    def deviation(self) -> float:
        """Relative distance from what was asked (absolute where that is zero)."""
        return abs(self.after - self.asked) / (abs(self.asked) if self.asked else 1.0)

    def __str__(self) -> str:
        place = f"{self.variable} '{self.category}'" if self.category else self.variable
        return f"{place}: gevraagd {_number(self.asked)}, bereikt {_number(self.after)}"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of weighting: name, whether it met its own target, and the weights on both sides of it."""

    name: str
    converged: bool
    iterations: int
    margins: tuple[Margin, ...]
    before: FloatArray
    after: FloatArray
    n_missing: int = 0
    note: str = ""

    @property
    def worst(self) -> Margin | None:
        """The margin that is furthest from what was asked."""
        return max(self.margins, key=lambda margin: margin.deviation, default=None)


@dataclass(frozen=True, slots=True)
class Weighting:
    """All steps of weighting, in order; the properties speak of the last one."""

    steps: tuple[Step, ...]

    @property
    def converged(self) -> bool:
        """True when every step met its own target."""
        return all(step.converged for step in self.steps)

    @property
    def iterations(self) -> int:
        """Iterations of all steps together."""
        return sum(step.iterations for step in self.steps)

    @property
    def worst_margin(self) -> Margin | None:
        """The margin furthest from what was asked in the last step that had margins."""
        with_margins = [step for step in self.steps if step.margins]
        return with_margins[-1].worst if with_margins else None

    @property
    def before(self) -> FloatArray:
        """Weights before the first step."""
        return self.steps[0].before

    @property
    def after(self) -> FloatArray:
        """Weights after the last step."""
        return self.steps[-1].after

    @property
    def kish_deff(self) -> float:
        """Kish design effect of the final weights."""
        return kish_deff(self.after)

    @property
    def n_eff(self) -> float:
        """Effective sample size of the final weights: (sum w)^2 / sum w^2."""
        return float(np.sum(self.after) ** 2 / np.sum(self.after**2))

    def as_frame(self) -> pd.DataFrame:
        """One row per step: converged, iterations, worst margin, weights before and after, Kish deff, effective n."""
        return pd.DataFrame([_step_row(number, step) for number, step in enumerate(self.steps, start=1)])

    def margins(self) -> pd.DataFrame:
        """One row per step and category: asked, before, after, and the relative deviation."""
        data = [
            (number, step.name, m.variable, m.category, m.asked, m.before, m.after, m.deviation)
            for number, step in enumerate(self.steps, start=1)
            for m in step.margins
        ]
        names = ["nr", "step", "variable", "category", "asked", "before", "after", "deviation"]
        return pd.DataFrame(data, columns=names)

    def sentences(self) -> list[str]:
        """The report in Dutch, a sentence per step and one on what weighting cost."""
        found = [_sentence(step) for step in self.steps]
        found.append(
            f"Het effectieve aantal respondenten is {nl.getal(self.n_eff)} van {nl.getal(np.sum(self.after != 0))}: "
            f"door ongelijke gewichten wordt de variantie {nl.getal(self.kish_deff, 2)} keer zo groot."
        )
        return found

    def _repr_html_(self) -> str:
        lines = "".join(f"<p>{escape(sentence)}</p>" for sentence in self.sentences())
        return f"<h3>Weging</h3>{lines}{self.as_frame().to_html(index=False)}"


def _step_row(number: int, step: Step) -> dict[str, object]:
    worst = step.worst
    row: dict[str, object] = {
        "nr": number,
        "step": step.name,
        "converged": step.converged,
        "iterations": step.iterations,
        "worst_margin": str(worst) if worst else "",
        "worst_deviation": worst.deviation if worst else 0.0,
        "n_missing": step.n_missing,
    }
    for name, weights in (("before", step.before), ("after", step.after)):
        live = weights[weights != 0]
        row |= {f"min_{name}": live.min(), f"median_{name}": float(np.median(live)), f"max_{name}": live.max()}
        row |= {f"sum_{name}": float(np.sum(live)), f"kish_deff_{name}": kish_deff(weights)}
    row |= {"n_eff": float(np.sum(step.after) ** 2 / np.sum(step.after**2)), "n_negative": int((step.after < 0).sum())}
    return row | {"note": step.note}


def _sentence(step: Step) -> str:
    live = step.after[step.after != 0]
    state = "voldoet aan alle totalen" if step.converged else "voldoet NIET aan de totalen"
    parts = [f"Stap {step.name}: {state}" if step.margins else f"Stap {step.name}"]
    if step.iterations > 1:
        parts.append(f"na {step.iterations} rondes")
    text = " ".join(parts) + f"; gewichten van {_number(live.min())} tot {_number(live.max())}."
    if not step.converged and step.worst is not None:
        text += f" Slechtste: {step.worst}."
    if (step.after < 0).any():
        text += f" Let op: {int((step.after < 0).sum())} gewichten zijn negatief."
    return f"{text} {step.note}".strip()


def _number(value: float) -> str:
    return nl.getal(value, 0 if abs(value) >= 1000 else 2) if np.isfinite(value) else str(value)
