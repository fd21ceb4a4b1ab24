"""Change of a register figure, judged by who came and who went.

Two quarters hold mostly the same people, so the change of a count varies as in- and outflow do, never as two
independent counts would. Per counted unit stands whether it is in the numerator (y) and in the denominator (d) of the
earlier and of the present period; a figure is sum y / sum d, and a unit adds
``(y1 - r1 d1)/D1 - (y0 - r0 d0)/D0`` to its change. The variance is the sum of squares of those: for a plain count
exactly inflow plus outflow.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sdm_lib.indicators.definition import Indicator
from sdm_lib.indicators.registered import conditions
from sdm_lib.registry import Periode
from sdm_lib.registry.register import haal

if TYPE_CHECKING:
    from sdm_lib.registry import Register

UNITS: Mapping[str, tuple[str, ...]] = {
    "clienten": ("persoon",),
    "huishoudens": ("huishouden",),
    "voorzieningen": ("persoon", "wet", "voorziening"),
}
STOCKS = ("beginstand", "eindstand")
MASKS = ("nu_d", "nu_y", "eerder_d", "eerder_y")


def profile(
    indicator: Indicator, register: Register, *, periodes: tuple[str, str], by: tuple[str, ...], where: Any
) -> pd.DataFrame | None:
    """How many units share each combination of d and y in the earlier and the present period, per group.

    Returns the `by` columns, nu_d, nu_y, eerder_d, eerder_y, aantal; None for a figure whose units differ from
    quarter to quarter (trajects that began or ended), or a breakdown by age, which a person grows out of.
    """
    asked = conditions(indicator, where)
    flow = indicator.figuur == "stroom" and indicator.argumenten["wat"] not in STOCKS
    if indicator.figuur not in _UNIT_TABLES or flow or "leeftijd" in by:
        return None
    make = _UNIT_TABLES[indicator.figuur]
    units = UNITS[indicator.argumenten.get("eenheid", _DEFAULT_UNIT.get(indicator.figuur, "clienten"))]
    keys = list(dict.fromkeys([*units, *by]))
    moment = _moment(indicator)
    sides = []
    for name, periode in zip(("eerder", "nu"), periodes, strict=True):
        spells = _spells(register, Periode.van(periode), asked, moment=moment)
        side = make(spells, keys, indicator.argumenten)
        sides.append(side.rename(**{f"{name}_d": "d", f"{name}_y": "y"}))
    return _joined(*sides, keys=keys, by=by)


def change_variance(counts: pd.DataFrame, *, per: float, population: Mapping[str, float] | None) -> float:
    """Variance of the change of a figure, from the `profile` of one group.

    per : factor of a rate. population : inhabitants per side (``nu``, ``eerder``) for a rate per inhabitant, empty for
    a share of the units themselves, None for a plain count.
    """
    weight = counts["aantal"].to_numpy(dtype=np.float64)
    nu, eerder = (_contribution(counts, name, weight, per, population) for name in ("nu", "eerder"))
    return float((weight * (nu - eerder) ** 2).sum())


def _contribution(
    counts: pd.DataFrame, name: str, weight: Any, per: float, population: Mapping[str, float] | None
) -> Any:
    y, d = counts[f"{name}_y"].to_numpy(dtype=np.float64), counts[f"{name}_d"].to_numpy(dtype=np.float64)
    if population is None:
        return y
    if population:
        return per * y / population[name]
    total = float((weight * d).sum())
    if total == 0:
        return np.full(len(y), np.nan)
    return per * (y - float((weight * y).sum()) / total * d) / total


def _moment(indicator: Indicator) -> str:
    if indicator.figuur == "stroom":
        return indicator.argumenten["wat"]
    last_day = indicator.figuur == "stand" or indicator.argumenten.get("op") == "laatste_dag"
    return "laatste_dag" if last_day else "periode"


def _spells(register: Register, periode: Periode, asked: Mapping[str, Collection[str]], *, moment: str) -> Any:
    """Spells in use in the period, on its last day, or at the midnight before or after it."""
    table = register.tabel
    before, after = {
        "periode": (periode.tot_dag, periode.van_dag),
        "laatste_dag": (periode.tot_dag, periode.tot_dag - 1),
        "beginstand": (periode.van_dag, periode.van_dag),
        "eindstand": (periode.tot_dag, periode.tot_dag),
    }[moment]
    table = table.filter((table.begin < before) & (table.einde > after))
    for kolom, waarden in asked.items():
        if kolom == "leeftijd":
            table = table.filter(_of_age(table, periode, waarden))
        else:
            table = table.filter(table[kolom].isin(list(waarden)))
    return table


def _of_age(table: Any, periode: Periode, groepen: Collection[str]) -> Any:
    import ibis

    from sdm_lib.registry.rooster import leeftijdsgrenzen

    age = periode.begin.year - table.geboortejaar
    bounds = [leeftijdsgrenzen(groep) for groep in groepen]
    return ibis.or_(*[(age >= low) & (age <= high) for low, high in bounds])


def _in_use(spells: Any, keys: list[str], argumenten: Mapping[str, str]) -> Any:
    import ibis

    return spells.select(*keys).distinct().mutate(d=ibis.literal(1), y=ibis.literal(1))


def _several(column: str) -> Callable[[Any, list[str], Mapping[str, str]], Any]:
    def make(spells: Any, keys: list[str], argumenten: Mapping[str, str]) -> Any:
        import ibis

        parts = ["persoon", "wet", "voorziening"] if column == "voorziening" else [column]
        different = spells.select(*dict.fromkeys([*keys, *parts])).distinct()
        number = different.group_by(keys).agg(aantal=ibis._.count())
        enough = (number.aantal >= int(argumenten.get("minstens", "2"))).cast("int64")
        return number.select(*keys, d=ibis.literal(1), y=enough)

    return make


def _with_value(spells: Any, keys: list[str], argumenten: Mapping[str, str]) -> Any:
    import ibis

    hit = (spells[argumenten["kolom"]] == argumenten["waarde"]).cast("int64")
    table = spells.mutate(hit=hit).group_by(keys).agg(hit=ibis._.hit.max())
    y = 1 - table.hit if argumenten.get("omgekeerd") == "ja" else table.hit
    return table.select(*keys, d=ibis.literal(1), y=y)


def _providers(spells: Any, keys: list[str], argumenten: Mapping[str, str]) -> Any:
    import ibis

    different = spells.select(*keys, "aanbieder").distinct()
    return different.group_by(keys).agg(y=ibis._.count()).mutate(d=ibis.literal(1))


def _joined(eerder: Any, nu: Any, *, keys: list[str], by: tuple[str, ...]) -> pd.DataFrame:
    import ibis

    table = nu.outer_join(eerder, keys)
    columns = {key: ibis.coalesce(table[key], table[f"{key}_right"]) for key in by}
    masks = {name: ibis.coalesce(table[name], 0).cast("int64") for name in MASKS}
    flat = table.select(**columns, **masks)
    found = haal(flat.group_by([*by, *MASKS]).agg(aantal=ibis._.count()))
    return found.sort_values([*by, *MASKS], ignore_index=True)


_DEFAULT_UNIT = {"aanbieders_per_huishouden": "huishoudens"}
_UNIT_TABLES: dict[str, Callable[[Any, list[str], Mapping[str, str]], Any]] = {
    "unieke": _in_use,
    "stand": _in_use,
    "per_1000": _in_use,
    "stroom": _in_use,
    "stapeling": _several("voorziening"),
    "wetten_samen": _several("wet"),
    "deel_van_clienten": _with_value,
    "aanbieders_per_huishouden": _providers,
}
COUNTS = ("unieke", "stand", "stroom")
PER_POPULATION = ("per_1000", "wetten_samen")
