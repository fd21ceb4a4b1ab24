"""The goal tree: main lines of policy, intentions under them, and for each intention where it stands.

``params/doelen.yaml`` is data that policy makers edit: an intention names its indicators, its target in words
(`targets`), who owns it, the quarter it is compared with, and when it is measured again. The first indicator decides;
others are shown beside it. An intention without a value cannot be judged, and the list of those is a result itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd

from sdm_lib import results, schema
from sdm_lib.errors import Melding, ParameterFout, bedoelde_u
from sdm_lib.indicators.catalogue import Catalogue
from sdm_lib.indicators.targets import Bereik, Doel
from sdm_lib.indicators.verdicts import Schatting, Uitspraak, verdict
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.results import Kader, Results

BESTAND = "params/doelen.yaml"
OP_KOERS: tuple[Uitspraak, ...] = ("gehaald", "waarschijnlijk gehaald")


@dataclass(frozen=True, slots=True)
class Voornemen:
    """One intention. `voorbeeld` is ja while its text is an example and not the municipality's own."""

    hoofdlijn: str
    tekst: str
    indicatoren: tuple[str, ...]
    doel: str
    eigenaar: str
    voorbeeld: bool = False
    nulmeting: Kwartaal | None = None
    laatste_meting: Kwartaal | None = None
    volgende_meting: Kwartaal | None = None

    def __post_init__(self) -> None:
        Doel.parse(self.doel)  # a target that cannot be read is reported with the line of its block

    def doel_in(self, jaar: int) -> Doel:
        """The target that holds in a year."""
        return Doel.parse(self.doel).in_jaar(jaar)


@dataclass(frozen=True, slots=True)
class Doelenboom:
    """The tree: main lines by code, intentions by number."""

    hoofdlijnen: dict[str, str]
    voornemens: dict[str, Voornemen]

    def onder(self, hoofdlijn: str) -> dict[str, Voornemen]:
        """The intentions of one main line."""
        return {nr: voornemen for nr, voornemen in self.voornemens.items() if voornemen.hoofdlijn == hoofdlijn}


def load_doelen(root: Path, *, catalogue: Catalogue) -> Doelenboom:
    """Read the goal tree. Raises ParameterFout with every target that cannot be read and every unknown line or id."""
    loaded = schema.load(root / BESTAND, Doelenboom, bestand=BESTAND)
    meldingen = []
    for nr, voornemen in loaded.value.voornemens.items():
        regel = loaded.regel(f"voornemens.{nr}")
        if voornemen.hoofdlijn not in loaded.value.hoofdlijnen:
            herstel = bedoelde_u(voornemen.hoofdlijn, loaded.value.hoofdlijnen)
            wat = f"onbekende hoofdlijn '{voornemen.hoofdlijn}'"
            meldingen.append(Melding("SDM-751", wat, herstel, bestand=BESTAND, sleutel=nr, regels=regel))
        for id in voornemen.indicatoren:
            if id not in catalogue:
                wat = f"onbekende indicator '{id}'"
                meldingen.append(
                    Melding("SDM-701", wat, bedoelde_u(id, catalogue), bestand=BESTAND, sleutel=nr, regels=regel)
                )
    if meldingen:
        raise ParameterFout(*meldingen)
    return loaded.value


@dataclass(frozen=True, slots=True)
class Oordeel:
    """What may be said of one intention: the verdict, the target that held then, and the rows it rests on.

    stand : the row of its first indicator; None when there is no value. verschil : the change since the nulmeting.
    grens : the bound of the target nearest to what was judged, NaN without a verdict.
    waarom : why there is no verdict although there is a figure, where a comparison was refused.
    """

    nr: str
    voornemen: Voornemen
    doel: Doel
    uitspraak: Uitspraak
    stand: pd.Series[Any] | None
    verschil: pd.Series[Any] | None
    grens: float = math.nan
    waarom: str = ""

    @property
    def gemeten(self) -> bool:
        """Whether there is a verdict at all."""
        return self.uitspraak != "niet gemeten"


def oordelen(
    boom: Doelenboom, *, levels: Results, changes: Results, catalogue: Catalogue, op: date
) -> tuple[Oordeel, ...]:
    """The verdict on every intention; `levels`, `changes` and `op` as in `stand`."""
    return tuple(
        _oordeel(nr, voornemen, levels=levels, changes=changes, catalogue=catalogue, op=op)
        for nr, voornemen in boom.voornemens.items()
    )


def tellingen(verdicts: Sequence[Oordeel], *, kader: Kader) -> Results:
    """How many intentions got each verdict, per main line: id ``voornemens``, a row per line and verdict."""
    frame = pd.DataFrame({"lijn": [o.voornemen.hoofdlijn for o in verdicts], "zegt": [o.uitspraak for o in verdicts]})
    counts = frame.groupby(["lijn", "zegt"], sort=False).size()
    every = [(lijn, zegt) for lijn in dict.fromkeys(frame["lijn"]) for zegt in get_args(Uitspraak)]
    values = [float(counts.get(pair, 0)) for pair in every]
    rows = pd.DataFrame({
        "groep": [results.groep(hoofdlijn=lijn, uitspraak=zegt) for lijn, zegt in every],
        "value": values, "numerator": values, "n": values,
    })  # fmt: skip
    return results.build(rows, kader=kader, indicator="voornemens", unit="aantal", method="telling van voornemens")


def stand(
    boom: Doelenboom, *, levels: Results, changes: Results, catalogue: Catalogue, kader: Kader, op: date
) -> Results:
    """Where every intention stands: a row each, id of the intention as indicator, verdict in the group.

    levels : values of the whole city. changes : their differences with the nulmeting, from `compare`. op : the day of
    judgement. Rows of `groep` ``hoofdlijn=...;uitspraak=...``; reference is the bound of the target nearest to the
    value, in the unit of what is judged: the level, or the change since the nulmeting.
    """
    verdicts = oordelen(boom, levels=levels, changes=changes, catalogue=catalogue, op=op)
    return as_table(verdicts, kader=kader)


def as_table(verdicts: Sequence[Oordeel], *, kader: Kader) -> Results:
    """Verdicts as result rows, as `stand` gives them."""
    rows = [_row(oordeel) for oordeel in verdicts]
    return results.build(pd.DataFrame(rows), kader=kader, definitie="doelenboom")


def zonder_meting(tree: Results) -> tuple[str, ...]:
    """The intentions that nobody can measure now, from the table of `stand`."""
    frame = tree.frame
    return tuple(frame.loc[frame["groep"].str.contains("uitspraak=niet gemeten"), "indicator"])


def samenvatting(tree: Results, *, catalogue: Catalogue, kader: Kader) -> Results:
    """BM01 and BM02 over the whole tree and per main line."""
    from sdm_lib.indicators.compute import compute

    parts = [results.parse_groep(groep) for groep in tree.frame["groep"]]
    frame = pd.DataFrame(parts)
    zonder = frame["uitspraak"].eq("niet gemeten")
    counts = pd.DataFrame({
        "hoofdlijn": frame["hoofdlijn"],
        "op_koers": frame["uitspraak"].isin(OP_KOERS).astype("int64"),
        "gemeten": (~zonder).astype("int64"),
        "zonder_meting": zonder.astype("int64"),
        "voornemens": 1,
    })  # fmt: skip
    tables = [
        compute(catalogue[id], counts, kader=kader, by=by) for id in ("BM01", "BM02") for by in (None, "hoofdlijn")
    ]
    return results.concat(*tables)


def _oordeel(
    nr: str, voornemen: Voornemen, *, levels: Results, changes: Results, catalogue: Catalogue, op: date
) -> Oordeel:
    doel = voornemen.doel_in(op.year)
    row = _find(levels, voornemen.indicatoren[0]) if voornemen.indicatoren else None
    change = _find(changes, voornemen.indicatoren[0]) if voornemen.indicatoren else None
    by_change = doel.met_nulmeting or doel.soort == "verandering"
    judged = change if by_change else row
    if judged is None or row is None:
        reden = _refused(changes, voornemen.indicatoren[0]) if row is not None else ""
        return Oordeel(nr, voornemen, doel, "niet gemeten", row, change, waarom=reden)
    indicator = catalogue[voornemen.indicatoren[0]]
    baseline = 0.0 if by_change else math.nan
    before = abs(float(judged["reference"])) if by_change else 0.0
    bereik = doel.bereik(nulmeting=baseline, relevant=indicator.relevant_verschil.bij(before), op=op)
    exact = by_change and not indicator.uit_enquete  # the change of a full count is a fact, whatever caused it
    uitspraak = verdict(_schatting(judged, exact=exact), bereik)
    return Oordeel(nr, voornemen, doel, uitspraak, row, change, _nearest(bereik, float(judged["value"])))


def _row(oordeel: Oordeel) -> dict[str, Any]:
    groep = results.groep(hoofdlijn=oordeel.voornemen.hoofdlijn, uitspraak=oordeel.uitspraak)
    nothing = dict.fromkeys(("unit", "instrument", "source"), "") | {"value": np.nan, "n": np.nan}
    found = {"indicator": oordeel.nr, "groep": groep, "method": oordeel.doel.tekst, "status": "niet_gemeten"} | nothing
    if oordeel.stand is None or not oordeel.gemeten:
        return found
    kept = {
        kolom: oordeel.stand[kolom]
        for kolom in ("value", "lower", "upper", "n", "unit", "source", "status", "instrument")
    }
    return found | kept | {"reference": oordeel.grens}


def _find(table: Results, id: str) -> pd.Series[Any] | None:
    frame = table.frame
    rows = frame[(frame["indicator"] == id) & (frame["groep"] == "") & (frame["status"] == "ok")]
    if len(rows) > 1:
        raise ValueError(f"stand: {id} has {len(rows)} rows for the whole city, expected one")
    return None if rows.empty or math.isnan(float(rows["value"].iloc[0])) else rows.iloc[0]


def _refused(changes: Results, id: str) -> str:
    """Why the change could not be compared, as its row says."""
    methods = changes.frame.loc[changes.frame["indicator"] == id, "method"]
    return next((text for text in methods if text.startswith("niet vergeleken")), "")


def _schatting(row: pd.Series[Any], *, exact: bool) -> Schatting:
    value, definitief = float(row["value"]), row["stand"] == "definitief"
    if exact:
        return Schatting(value, definitief=definitief)
    lower, upper, se = (float(row[kolom]) for kolom in ("lower", "upper", "se"))
    return Schatting(value, lower, upper, se, str(row["method"]), definitief=bool(definitief))


def _nearest(bereik: Bereik | None, value: float) -> float:
    if bereik is None:
        return math.nan
    bounds = [bound for bound in (bereik.onder, bereik.boven) if math.isfinite(bound)]
    return min(bounds, key=lambda bound: abs(bound - value))
