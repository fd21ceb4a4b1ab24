"""The one result table, and the piece that carries it from a notebook to the page.

Everything that computes ends in a `Results`; everything that draws starts from one, after `protect`. A row is one
indicator, period, area, group and measure, with value, margin, n, unit, method, status and source.

Columns, always all and in this order:

==============  =====================================================================================================
indicator       id in the catalogue                      definitie    version of the definition
periode         reporting quarter, ``2015K2``            meetperiode  when it was measured
gebied_soort    gemeente, stadsdeel, wijk                gebied       area code; gebied_jaar  year of the division
groep           canonical text, ``leeftijd=18-64;wet=wmo``; empty for everyone
measure         level, difference, ratio
value           shares 0-1, amounts in euro, counts as numbers
lower, upper    interval; se standard error; reference what it is compared with; p, p_adj of that test
numerator       count or amount above the line; denominator below it
n               persons or records behind the value, unweighted; n_eff effective number
unit            aandeel, procentpunt, aantal, per_1000, cijfer, score, euro, dagen, coefficient, getal
method          how value and margin came about          instrument   version of the questionnaire or register
status          ok, onderdrukt, te_klein, te_onzeker, niet_gemeten, niet_gepubliceerd
stand           voorlopig, nader_voorlopig, definitief   source       delivery the figure comes from
==============  =====================================================================================================

Numbers are floats with NaN for "does not apply"; texts are never missing, only empty. A zero is ``ok`` with value 0.
Before protection ``ok`` without a value says that nothing was left out on purpose: a share of nobody, or a difference
with what is not there. Whether a reader may know that nobody is there only `protect` can tell, by the policy of the
piece: it makes such a row niet_gemeten or te_klein, and what it lets through as ``ok`` has a value.

An amount may carry `BIJDRAGEN` besides: how many organisations it comes from and its three largest contributions.
`protect` reads them to decide whether the amount may be seen; what it lets through has the columns above and no others.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

from sdm_lib import nl
from sdm_lib.aanroep import helpful
from sdm_lib.errors import Melding, ParameterFout, bedoelde_u

NUMBERS = ("value", "lower", "upper", "se", "reference", "p", "p_adj", "numerator", "denominator", "n", "n_eff")
COLUMNS = (
    "indicator", "definitie", "periode", "meetperiode", "gebied_soort", "gebied", "gebied_jaar", "groep", "measure",
    "value", "lower", "upper", "se", "reference", "p", "p_adj", "numerator", "denominator", "n", "n_eff",
    "unit", "method", "instrument", "status", "stand", "source",
)  # fmt: skip
TEXTS = tuple(column for column in COLUMNS if column not in NUMBERS)
BIJDRAGEN = ("aanbieders", "grootste", "tweede", "derde")  # behind an amount, in its unit; only up to `protect`
TEXT = pd.StringDtype(na_value=np.nan)  # what pandas calls "str"
WANTED: dict[str, Any] = {column: TEXT if column in TEXTS else np.dtype("float64") for column in (*COLUMNS, *BIJDRAGEN)}
STATUSES = ("ok", "onderdrukt", "te_klein", "te_onzeker", "niet_gemeten", "niet_gepubliceerd")
MEASURES = ("level", "difference", "ratio")
MATEN = {"level": "stand", "difference": "verschil", "ratio": "verhouding"}
# Methods of rows that describe the sample itself and estimate nothing: they have no margin. Of the first and the last
# everyone in the sample was counted.
TELLING, WEEGVERSLAG, ONGEWOGEN = GEEN_SCHATTING = ("telling van de steekproef", "weegverslag", "ongewogen")
CHARTS = (
    "dot", "bars", "lines", "multiples", "agreement", "stack", "balance", "budget", "waterfall", "upset", "funnel",
    "control", "map", "tiles", "doelen", "strip", "verzadiging", "stemmen",
)  # fmt: skip
MIME = "application/vnd.sdm.piece+json"

Vorm = Literal["bevindingen", "kaarten", "chart", "table", "zin", "doelen", "citaten", "duiding"]
WOORDEN: tuple[Vorm, ...] = ("citaten", "duiding")  # without rows: what they say comes as options
Policy = Literal["register", "steekproef", "kleine_populatie"]


@dataclass(frozen=True, slots=True)
class Kader:
    """The frame in which a figure stands: period, area, state and source. `results` rows repeat it."""

    periode: str
    gebied: str
    gebied_soort: str = "gemeente"
    gebied_jaar: str = ""
    meetperiode: str = ""
    stand: str = "voorlopig"
    source: str = ""
    instrument: str = ""

    def columns(self) -> dict[str, str]:
        """The texts to put in every row; `meetperiode` is the reporting period unless it was said otherwise."""
        return {
            "periode": self.periode,
            "meetperiode": self.meetperiode or self.periode,
            "gebied_soort": self.gebied_soort,
            "gebied": self.gebied,
            "gebied_jaar": self.gebied_jaar,
            "instrument": self.instrument,
            "stand": self.stand,
            "source": self.source,
        }


@dataclass(frozen=True, eq=False)
class Results:
    """A checked result table. `frame` has the columns of the module docstring; treat it as read-only.

    The columns of `BIJDRAGEN` follow when any row has contributors; then all four are there.
    """

    frame: pd.DataFrame

    def __post_init__(self) -> None:
        missing = [column for column in COLUMNS if column not in self.frame]
        extra = [column for column in self.frame if column not in (*COLUMNS, *BIJDRAGEN)]
        if missing or extra:
            raise ValueError(f"Results: missing columns {missing}, unknown columns {extra}")
        facts = BIJDRAGEN if any(c in self.frame and self.frame[c].notna().any() for c in BIJDRAGEN) else ()
        columns = [*COLUMNS, *facts]
        frame = self.frame if list(self.frame.columns) == columns else self.frame.reindex(columns=columns)
        # a run makes thousands of small tables: only what is not yet as it should be is made anew
        kinds = zip(columns, frame.dtypes.tolist(), strict=True)
        other = {column: WANTED[column] for column, kind in kinds if kind != WANTED[column]}
        frame = frame.astype(other) if other else frame.copy(deep=False)
        if not _counted(frame.index):
            frame = frame.reset_index(drop=True)
        gaps = [column for column in TEXTS if frame[column].array.isna().any()]
        if gaps:
            raise ValueError(f"Results: missing text in {gaps}")
        _check_values(frame, "status", STATUSES)
        _check_values(frame, "measure", MEASURES)
        object.__setattr__(self, "frame", frame)

    def __len__(self) -> int:
        return len(self.frame)

    def equals(self, other: Results) -> bool:
        """Same rows in the same order, NaN equal to NaN."""
        return self.frame.equals(other.frame)

    def where(self, **texts: str) -> Results:
        """The rows whose text columns have these values. Raises ParameterFout (SDM-289) for a column there is not."""
        mask = np.ones(len(self.frame), dtype=bool)
        for column, value in texts.items():
            if column not in TEXTS:
                wat = f"een tabel heeft geen kolom '{column}' met tekst"
                raise ParameterFout(Melding("SDM-289", wat, bedoelde_u(column, TEXTS)))
            mask &= (self.frame[column] == value).to_numpy()
        return Results(self.frame[mask])

    @cached_property
    def plain(self) -> Mapping[str, list[Any]]:
        """The columns as lists: of hundreds of small tables these are read far sooner than frames."""
        return {str(column): self.frame[column].tolist() for column in self.frame}

    def to_json(self) -> dict[str, list[Any]]:
        """The columns as plain JSON; NaN becomes null. `from_json` gives the same table back, to the last bit."""
        return {
            column: [None if isinstance(x, float) and math.isnan(x) else x for x in values]
            for column, values in self.plain.items()
        }

    @staticmethod
    def from_json(data: Mapping[str, list[Any]]) -> Results:
        """Read what `to_json` wrote; it is checked and made a frame when somebody looks at it as one."""
        return _ReadBack(data)

    def _repr_html_(self) -> str:
        """For who is looking: values with their margin as a reader writes them, and that they are unprotected."""
        rows = self.frame.to_dict("records")
        shown = pd.DataFrame({
            "indicator": self.frame["indicator"],
            "periode": self.frame["periode"],
            "gebied": self.frame["gebied"],
            "groep": self.frame["groep"],
            "maat": self.frame["measure"].map(MATEN),
            "waarde": [_write(row["value"], row["unit"], verschil=row["measure"] == "difference") for row in rows],
            "marge": [_margin(row) for row in rows],
            "n": [_write(row["n"], "aantal") for row in rows],
            "eenheid": self.frame["unit"],
            "status": self.frame["status"].str.replace("_", " "),
        })  # fmt: skip
        html: str = shown[[column for column in shown if (shown[column] != "").any()]].to_html(index=False, border=0)
        return f"{html}<p>Nog niet beschermd: alleen om naar te kijken. Wat gedeeld mag worden toont publish.</p>"


class _ReadBack(Results):
    """A table as it was written: who gathers a thousand of them takes their columns and makes one frame of all."""

    def __init__(self, data: Mapping[str, list[Any]]) -> None:
        self.__dict__["plain"] = data  # as the cached property keeps it

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The checked table."""
        return Results(frame_of(self.plain)).frame

    def __len__(self) -> int:
        return len(self.plain["indicator"])


def frame_of(plain: Mapping[str, list[Any]]) -> pd.DataFrame:
    """The columns of a result table, given as lists, with the types they have; None becomes NaN.

    Raises KeyError when one of `COLUMNS` is absent.
    """
    columns = (*COLUMNS, *(column for column in BIJDRAGEN if column in plain))
    return pd.DataFrame({column: _column(column, plain[column]) for column in columns}, copy=False)


def _write(value: float, unit: str, *, verschil: bool = False) -> str:
    if not math.isfinite(value):
        return ""
    if unit in ("aandeel", "procentpunt"):
        return nl.procentpunt(value, 1) if verschil else nl.procent(value, 1)
    decimals = 0 if unit in ("aantal", "euro", "dagen") else 2
    return nl.met_teken(value, decimals) if verschil else nl.getal(value, decimals)


def _margin(row: Mapping[Any, Any]) -> str:
    """The interval in words; nothing for a full count."""
    low, high = (_write(row[k], row["unit"], verschil=row["measure"] == "difference") for k in ("lower", "upper"))
    return f"{low.removesuffix(' procentpunt').removesuffix('%')} tot {high}" if low and high else ""


def _counted(index: pd.Index) -> bool:
    return isinstance(index, pd.RangeIndex) and index.start == 0 and index.step == 1


def _check_values(frame: pd.DataFrame, column: str, allowed: tuple[str, ...]) -> None:
    wrong = sorted(set(frame[column]) - set(allowed))
    if wrong:
        raise ValueError(f"Results: unknown {column} {wrong}; expected one of {allowed}")


def build(frame: pd.DataFrame, *, kader: Kader, **constants: str | float) -> Results:
    """Complete a frame that has some of the columns: `constants` and `kader` fill what it lacks, never overwrite.

    >>> r = build(pd.DataFrame({"value": [0.5], "n": [20]}), kader=Kader("2015K2", "GM0034"), indicator="CE01")
    >>> r.frame.loc[0, ["indicator", "periode", "status", "measure"]].tolist()
    ['CE01', '2015K2', 'ok', 'level']
    """
    defaults: dict[str, str | float] = dict.fromkeys(TEXTS, "") | dict.fromkeys(NUMBERS, math.nan)
    defaults |= {"status": "ok", "measure": "level"} | kader.columns() | constants
    unknown = [column for column in (*frame, *constants) if column not in WANTED]
    if unknown:
        raise ValueError(f"build: unknown columns {unknown}")
    columns = {
        column: frame[column].array if column in frame else _repeated(column, defaults[column], times=len(frame))
        for column in (*COLUMNS, *(column for column in BIJDRAGEN if column in frame))
    }
    return Results(pd.DataFrame(columns, copy=False))


def _repeated(column: str, value: str | float, *, times: int) -> Any:
    return _column(column, [value] * times)


def _column(column: str, values: list[Any]) -> Any:
    """Values as an array of the type that the column has; None becomes NaN in a column of numbers."""
    return pd.array(values, dtype=TEXT) if column in TEXTS else np.array(values, dtype=np.float64)


@helpful
def from_frame(
    frame: pd.DataFrame, *, indicator: str, kader: Kader, value: str = "value", n: str = "n", **columns: str
) -> Results:
    """Bring a researcher's own calculation in; refuses a frame without n.

    value, n : names of the columns with the value and the unweighted number behind it.
    columns : further result columns and where to find them, e.g. ``numerator="teller"``.
    Raises ParameterFout when a named column is absent (SDM-289) or n is missing or negative in a row (SDM-290).

    In a notebook: ``results.from_frame(tabel, indicator="CE01", kader=run.frame_of("clienten"), n="aantal")``
    """
    names = {"value": value, "n": n} | columns
    absent = [name for name in names.values() if name not in frame]
    if absent:
        wat = f"de eigen tabel heeft geen kolom '{absent[0]}'"
        raise ParameterFout(Melding("SDM-289", wat, bedoelde_u(absent[0], map(str, frame.columns))))
    if frame[n].isna().any() or (frame[n] < 0).any():
        wat = f"kolom '{n}' van de eigen tabel mist een aantal, of heeft er een onder nul"
        raise ParameterFout(Melding("SDM-290", wat, "Geef bij elk cijfer het aantal waarover het gaat, 0 of meer."))
    picked = pd.DataFrame({column: frame[name].to_numpy() for column, name in names.items()})
    return build(picked, kader=kader, indicator=indicator)


def concat(*parts: Results) -> Results:
    """The rows of several tables under each other."""
    return Results(pd.concat([part.frame for part in parts], ignore_index=True))


def empty() -> Results:
    """A table without rows."""
    return Results(pd.DataFrame({column: pd.Series(dtype="object") for column in COLUMNS}))


def groep(**delen: str) -> str:
    """The canonical text of a group: keys in alphabetical order, so one group has one spelling.

    >>> groep(wet="wmo", leeftijd="18-64")
    'leeftijd=18-64;wet=wmo'
    >>> groep()
    ''
    """
    for key, value in delen.items():
        if not value or any(sign in f"{key}{value}" for sign in "=;"):
            raise ValueError(f"groep: {key!r}={value!r} may not be empty or hold '=' or ';'")
    return ";".join(f"{key}={delen[key]}" for key in sorted(delen))


def parse_groep(tekst: str) -> dict[str, str]:
    """The parts of a group text; the inverse of `groep`.

    >>> parse_groep("leeftijd=18-64;wet=wmo")
    {'leeftijd': '18-64', 'wet': 'wmo'}
    """
    if not tekst:
        return {}
    return dict(deel.split("=", 1) for deel in tekst.split(";"))


def policies(frame: pd.DataFrame, *, policy: str, opties: Mapping[str, str]) -> pd.Series:
    """The protection of every row: that of its piece, unless the piece names one for the row's delivery.

    A table of several deliveries says so with options ``bescherming.<source>``.

    >>> rows = pd.DataFrame({"source": ["register", "bewoners"]})
    >>> policies(rows, policy="register", opties={"bescherming.bewoners": "steekproef"}).tolist()
    ['register', 'steekproef']
    """
    return frame["source"].map(lambda naam: policy_of(naam, policy=policy, opties=opties)).astype("str")


def policy_of(source: str, *, policy: str, opties: Mapping[str, str]) -> str:
    """The protection of rows from one delivery in a piece of this policy and with these options."""
    return opties.get(f"bescherming.{source}", policy)


def geteld(frame: pd.DataFrame, *, policy: pd.Series) -> pd.Series:
    """Which rows count persons one by one: those of a register, and those of a sample that estimate nothing.

    policy : the protection of every row, from `policies`.

    >>> rows = pd.DataFrame({"method": ["Wilson", TELLING]})
    >>> geteld(rows, policy=pd.Series(["steekproef", "steekproef"])).tolist()
    [False, True]
    """
    return (policy == "register") | frame["method"].isin((TELLING, ONGEWOGEN))


@dataclass(frozen=True, eq=False)
class Piece:
    """A result table with the request what to show: what a notebook publishes.

    id : ``onderwerp/gebied/volgnummer``, unique within a quarter; it places the piece on its page.
    vorm : bevindingen (computed key findings), kaarten (key figures), chart, table, zin (a sentence) or
        doelen (intentions with their verdicts), citaten (quotes and profiles) or duiding (a signed interpretation).
    policy : which protection applies: register, steekproef or kleine_populatie.
    opties : how it is to be shown, texts only (chart kind, title, accent).
    labels : readable names of indicators (``CE01``) and of group keys and values (``wet``, ``wet=wmo``).
    optelbaar : the group keys and area levels over which the numerators add up to their total.
    """

    id: str
    vorm: Vorm
    policy: Policy
    results: Results
    opties: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    optelbaar: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; `from_json` gives the same piece back, to the last bit."""
        return {
            "id": self.id,
            "vorm": self.vorm,
            "policy": self.policy,
            "opties": dict(self.opties),
            "labels": dict(self.labels),
            "optelbaar": list(self.optelbaar),
            "results": self.results.to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | str) -> Piece:
        """Read what `to_json` wrote."""
        plain = json.loads(data) if isinstance(data, str) else data
        return cls(
            id=plain["id"],
            vorm=plain["vorm"],
            policy=plain["policy"],
            results=Results.from_json(plain["results"]),
            opties=dict(plain["opties"]),
            labels=dict(plain["labels"]),
            optelbaar=tuple(plain["optelbaar"]),
        )
