"""Indicators from tables of amounts and of delivered aggregates, by named figures.

The ledger has a row per year, quarter, wet, laag, post and soort (begroting or realisatie) with `bedrag_cent`;
realisatie per quarter, begroting for the whole year. Other aggregates are tables with counts as columns. Money is
added up in whole cents and shown in euro. An amount of the ledger has no n: bookings are no persons.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sdm_lib import results
from sdm_lib.errors import InvoerFout, Melding, ParameterFout, bedoelde_u
from sdm_lib.indicators import forecast
from sdm_lib.indicators.definition import Indicator
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.results import Kader, Results

if TYPE_CHECKING:
    from sdm_lib.indicators.compute import Where

GROOTBOEK = ("jaar", "kwartaal", "wet", "laag", "post", "soort", "bedrag_cent")


@dataclass(frozen=True, slots=True)
class Vraag:
    """What a figure is asked: the breakdown, the period, the arguments of the block and the denominator."""

    by: tuple[str, ...]
    periode: str
    argumenten: Mapping[str, str]
    denominator: Results | None = None

    @property
    def jaar(self) -> int:
        """Year of the reporting period."""
        return int(self.periode[:4])

    @property
    def tot_en_met(self) -> int:
        """Last quarter of the year that counts: the reporting one, or the fourth for a year."""
        return Kwartaal.parse(self.periode).nummer if "K" in self.periode else 4


Figuur = Callable[[pd.DataFrame, Vraag], pd.DataFrame]


def levels(
    indicator: Indicator,
    frame: pd.DataFrame,
    *,
    by: tuple[str, ...],
    where: Where,
    kader: Kader,
    denominator: Results | None = None,
) -> pd.DataFrame:
    """The figure of an indicator on a table, with the names of the result table and the `by` columns.

    Raises ParameterFout (SDM-721) for an unknown figure and InvoerFout (SDM-711) for columns that are absent.
    """
    from sdm_lib.indicators.compute import mask

    if indicator.figuur not in FIGUREN:
        raise ParameterFout(
            Melding("SDM-721", f"indicator {indicator.id} noemt onbekende figuur '{indicator.figuur}'",
                    bedoelde_u(indicator.figuur, FIGUREN))
        )  # fmt: skip
    needed = GROOTBOEK if indicator.bron == "grootboek" else tuple(_argument_columns(indicator))
    _require(frame, (*needed, *by, *indicator.waar, *(where or {})), indicator)
    limited = frame[mask(frame, indicator.waar) & mask(frame, where)]
    return FIGUREN[indicator.figuur](limited, Vraag(by, kader.periode, indicator.argumenten, denominator))


def _argument_columns(indicator: Indicator) -> list[str]:
    kolommen = ("teller", "noemer", "gewicht", "mensen")
    return [waarde for naam, waarde in indicator.argumenten.items() if naam in kolommen]


def _require(frame: pd.DataFrame, needed: tuple[str, ...], indicator: Indicator) -> None:
    absent = [kolom for kolom in dict.fromkeys(needed) if kolom not in frame]
    if absent:
        raise InvoerFout(
            *(Melding("SDM-711", f"kolom '{kolom}' ontbreekt voor indicator {indicator.id}",
                      bedoelde_u(kolom, map(str, frame.columns)), bestand=indicator.bron, kolom=kolom)
              for kolom in absent)
        )  # fmt: skip


def _sum(frame: pd.DataFrame, kolom: str, by: tuple[str, ...]) -> pd.DataFrame:
    """Total and number of records per group; one row without groups, also when there is nothing to add."""
    if not by:
        return pd.DataFrame({"som": [frame[kolom].sum()], "n": [len(frame)]})
    return frame.groupby(list(by), as_index=False, observed=True).agg(som=(kolom, "sum"), n=(kolom, "size"))


def _realised(frame: pd.DataFrame, vraag: Vraag) -> pd.DataFrame:
    periode = (frame["jaar"] == vraag.jaar) & (frame["soort"] == "realisatie")
    if vraag.argumenten.get("periode", "jaar_tot_nu") == "kwartaal" and "K" in vraag.periode:
        return frame[periode & (frame["kwartaal"] == vraag.tot_en_met)]
    return frame[periode & (frame["kwartaal"] <= vraag.tot_en_met)]


def _budget(frame: pd.DataFrame, vraag: Vraag) -> pd.DataFrame:
    return frame[(frame["jaar"] == vraag.jaar) & (frame["soort"] == "begroting")]


def uitgaven(frame: pd.DataFrame, vraag: Vraag) -> pd.DataFrame:
    """Euro spent; argument ``periode``: jaar_tot_nu (the year up to and with the quarter) or kwartaal.

    In a report on a whole year both are the year.
    """
    table = _sum(_realised(frame, vraag), "bedrag_cent", vraag.by)
    euro = table["som"] / 100
    return table[list(vraag.by)].assign(value=euro, numerator=euro, n=np.nan, method="som van boekingen")


def uitgaven_per(frame: pd.DataFrame, vraag: Vraag) -> pd.DataFrame:
    """Euro spent per unit of the denominator: one number for all groups, or one per group.

    Raises ValueError when no denominator was given or a group has none.
    """
    table = uitgaven(frame, vraag)
    below = _denominators(table, vraag)
    return table.assign(value=table["numerator"] / below.where(below > 0), denominator=below,
                        method="uitgaven gedeeld door aantal")  # fmt: skip


def _denominators(table: pd.DataFrame, vraag: Vraag) -> pd.Series:
    if vraag.denominator is None:
        raise ValueError("this figure needs denominator=: the results it is divided by")
    known = vraag.denominator.frame.set_index("groep")["value"]
    if known.index.has_duplicates:
        raise ValueError(f"denominator: a group occurs twice among {list(known.index)}")
    if list(known.index) == [""]:
        return pd.Series(float(known.iloc[0]), index=table.index)
    groepen = [
        results.groep(**{str(k): str(v) for k, v in rij.items()}) for rij in table[list(vraag.by)].to_dict("records")
    ]
    absent = [groep for groep in groepen if groep not in known.index]
    if absent:
        raise ValueError(f"denominator: no value for {absent}; it has {list(known.index)}")
    return pd.Series(known.loc[groepen].to_numpy(), index=table.index)


def realisatie_begroting(frame: pd.DataFrame, vraag: Vraag) -> pd.DataFrame:
    """Spent as a share of the year's budget; beside it stands the share of the year that has passed."""
    spent = _sum(_realised(frame, vraag), "bedrag_cent", vraag.by)
    budget = _sum(_budget(frame, vraag), "bedrag_cent", vraag.by)
    if vraag.by:
        table = budget.merge(spent, on=list(vraag.by), how="outer", suffixes=("_begroot", ""), validate="1:1")
        table = table.fillna({"som": 0, "n": 0, "som_begroot": 0, "n_begroot": 0})  # not booked yet is nothing spent
    else:
        table = spent.assign(som_begroot=budget["som"], n_begroot=budget["n"])
    below = table["som_begroot"] / 100
    return table[list(vraag.by)].assign(
        value=(table["som"] / 100) / below.where(below != 0), numerator=table["som"] / 100, denominator=below,
        reference=vraag.tot_en_met / 4, n=np.nan, method="realisatie gedeeld door jaarbegroting",
    )  # fmt: skip


def verdeling(frame: pd.DataFrame, vraag: Vraag) -> pd.DataFrame:
    """Share of each value of column ``over`` in the spending of its group; the shares of a group add up to 1."""
    over = vraag.argumenten["over"]
    outer = [kolom for kolom in vraag.by if kolom != over]
    table = uitgaven(frame, Vraag((*outer, over), vraag.periode, vraag.argumenten))
    total = table.groupby(outer)["numerator"].transform("sum") if outer else _all_alike(table["numerator"])
    share = table["numerator"] / total.where(total != 0)
    return table.assign(value=share, denominator=total, method="deel van de uitgaven")


def _all_alike(column: pd.Series) -> pd.Series:
    return pd.Series(column.sum(), index=column.index)


def rijkskader(frame: pd.DataFrame, vraag: Vraag) -> pd.DataFrame:
    """The estimate of 2012 of national means for work and income, in euro, per post and year as printed.

    Totals are shown as printed; `rounding_gaps` says which of them differ from the sum of their parts.
    """
    return frame[["post", "jaar"]].assign(
        value=frame["bedrag_x1000_euro"] * 1000.0, n=np.nan, method="overgenomen uit programmaplan 2012"
    )


def rounding_gaps(frame: pd.DataFrame) -> pd.DataFrame:
    """Where a printed total of the 2012 frame is not the sum of its parts.

    frame : columns post, soort (component, deeltotaal, totaal), jaar, bedrag_x1000_euro, gebundeld (ja, nee).
    Returns post, jaar, gedrukt, som, verschil (x 1.000 euro), only the rows that differ. Nothing is repaired.
    """
    parts = frame[frame["soort"] == "component"]
    sums = {
        "totaal": parts.groupby("jaar")["bedrag_x1000_euro"].sum(),
        "deeltotaal": parts[parts["gebundeld"] == "ja"].groupby("jaar")["bedrag_x1000_euro"].sum(),
    }
    totals = frame[frame["soort"].isin(list(sums))]
    som = [int(sums[soort].get(jaar, 0)) for soort, jaar in zip(totals["soort"], totals["jaar"], strict=True)]
    table = totals[["post", "jaar"]].assign(gedrukt=totals["bedrag_x1000_euro"], som=som)
    table = table.assign(verschil=table["gedrukt"] - table["som"])
    return table[table["verschil"] != 0].reset_index(drop=True)


def verhouding(frame: pd.DataFrame, vraag: Vraag) -> pd.DataFrame:
    """Sum of column ``teller`` over sum of column ``noemer``, times ``maal``; n is the denominator."""
    above = _sum(frame, vraag.argumenten["teller"], vraag.by)
    below = _sum(frame, vraag.argumenten["noemer"], vraag.by)["som"].astype("float64")
    maal = float(vraag.argumenten.get("maal", "1"))
    return above[list(vraag.by)].assign(
        value=maal * above["som"] / below.where(below != 0), numerator=above["som"], denominator=below,
        n=below.where(below > 0),  # where nobody was counted nothing was measured, and that is not the same as few
        method="som gedeeld door som",
    )  # fmt: skip


def som(frame: pd.DataFrame, vraag: Vraag) -> pd.DataFrame:
    """Sum of column ``teller``, times ``maal``; n is the sum of column ``mensen``, or the number of rows."""
    above = _sum(frame, vraag.argumenten["teller"], vraag.by)
    total = float(vraag.argumenten.get("maal", "1")) * above["som"]
    mensen = vraag.argumenten.get("mensen")
    n = _sum(frame, mensen, vraag.by)["som"] if mensen else above["n"]
    return above[list(vraag.by)].assign(value=total, numerator=total, n=n, method="som")


def kloof(frame: pd.DataFrame, vraag: Vraag) -> pd.DataFrame:
    """Mean of ``teller`` over ``noemer`` of every group minus that of group ``referentie`` in column ``over``."""
    over, base = vraag.argumenten["over"], vraag.argumenten["referentie"]
    by = (over, *(kolom for kolom in vraag.by if kolom != over))
    table = verhouding(frame, Vraag(by, vraag.periode, vraag.argumenten))
    own = table[table[over] == base]
    if len(own) != len(table) // table[over].nunique():
        raise ValueError(f"kloof: group {base!r} of {over!r} is absent for some rows")
    other, rest = table[table[over] != base], list(by[1:])
    if rest:
        beside = other.merge(own[[*rest, "value"]], on=rest, suffixes=("", "_base"), validate="m:1")
    else:
        beside = other.assign(value_base=float(own["value"].iloc[0]))
    return beside.assign(value=beside["value"] - beside["value_base"], reference=beside["value_base"]).drop(
        columns="value_base"
    )


FIGUREN: dict[str, Figuur] = {
    "uitgaven": uitgaven,
    "uitgaven_per": uitgaven_per,
    "realisatie_begroting": realisatie_begroting,
    "verdeling": verdeling,
    "rijkskader": rijkskader,
    "verhouding": verhouding,
    "som": som,
    "kloof": kloof,
    "ontleding": forecast.ontleding,
    "prognose": forecast.prognose,
    "prognose_begroting": forecast.prognose_begroting,
    "nog_te_verwachten": forecast.nog_te_verwachten,
}
