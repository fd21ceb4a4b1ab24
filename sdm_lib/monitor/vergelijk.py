"""Comparisons of a run: with an earlier measurement or with the rest of the city, corrected over whole families.

A family follows from the catalogue and never from what a page shows: on the page of the city it is one topic's
indicators at the level of the city, on the page of an area (or with a breakdown) one indicator over all areas. So a
figure has the same corrected p-value on every page that shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from sdm_lib import indicators, results
from sdm_lib.indicators import Indicator
from sdm_lib.indicators.compare import adjusted
from sdm_lib.monitor.runfile import VERGELIJKINGEN
from sdm_lib.results import Results

if TYPE_CHECKING:
    from sdm_lib.monitor.grondslag import By
    from sdm_lib.monitor.run import Run

MET = (*VERGELIJKINGEN, "rest")  # what figures can be compared with


def compare(run: Run, gekozen: Sequence[Indicator], *, met: str, by: By = None) -> Results:
    """Tested differences of a run, in the order of `gekozen`.

    met : ``nulmeting``, ``vorige``, ``jaar_eerder`` or ``rest``.
    Empty when there is nothing to compare with: this is the baseline itself, or the page of the whole city.
    """
    if met == "rest":
        stad = run.whole_city()
        heel = stad.figure(
            "rest", gekozen, by=run.niveau,
            make=lambda: indicators.compare_rest(gekozen, nu=stad.meting(by=run.niveau), by=run.niveau),
        )  # fmt: skip
        return heel if run.hele_stad else heel.where(gebied=run.gebied)
    eerder = run.eerder(met)
    if eerder is None:
        return results.empty()
    delen = list(_parts(run, gekozen, eerder, met=met, by=by))
    return _in_order(results.concat(*delen), [indicator.id for indicator in gekozen]) if delen else results.empty()


def _parts(run: Run, gekozen: Sequence[Indicator], eerder: Run, *, met: str, by: By) -> Iterator[Results]:
    per_gebied = [i for i in gekozen if run.per_gebied(i)]
    stad = [i for i in gekozen if not run.per_gebied(i)]
    if by is not None:
        for groep, nu, toen in ((per_gebied, run, eerder), (stad, run.whole_city(), eerder.whole_city())):
            if groep:
                yield _differences(groep, nu, toen, by=by)
        return
    if not run.hele_stad:  # one indicator over all areas, of which this is one
        heel, toen = run.whole_city(), eerder.whole_city()
        for indicator in per_gebied:
            table = _over_areas(indicator, heel, toen, met=met, niveau=run.niveau).where(gebied=run.gebied)
            # an area where nobody answered is in no table over areas, and must still say so
            yield table if len(table) else _difference(indicator, run, eerder, by=None)
        per_gebied, run, eerder = [], heel, toen
    for onderwerp in dict.fromkeys(indicator.onderwerp for indicator in (*per_gebied, *stad)):
        eigen = [i for i in (*per_gebied, *stad) if i.onderwerp == onderwerp]
        table = _of_topic(run, eigen, eerder, onderwerp=onderwerp, met=met)
        yield Results(table.frame[table.frame["indicator"].isin([i.id for i in eigen])])


def _over_areas(indicator: Indicator, run: Run, eerder: Run, *, met: str, niveau: str) -> Results:
    sleutel = f"verschil {met} {indicator.id} over gebieden, {niveau}"
    return run.once(sleutel, lambda: _differences([indicator], run, eerder, by=niveau))


def _of_topic(run: Run, gekozen: Sequence[Indicator], eerder: Run, *, onderwerp: str, met: str) -> Results:
    """The whole family of a topic, compared once; each chapter takes its part."""
    familie = {indicator.id: indicator for indicator in run.familie(onderwerp)}
    alles = familie | {indicator.id: indicator for indicator in gekozen}
    sleutel = f"verschil {met} {sorted(alles)}"
    return run.once(sleutel, lambda: _differences(tuple(alles.values()), run, eerder, by=None))


def _differences(gekozen: Sequence[Indicator], nu: Run, eerder: Run, *, by: By) -> Results:
    """Corrected over all of them, or with a breakdown over the groups of each."""
    delen = [_difference(indicator, nu, eerder, by=by) for indicator in gekozen]
    return results.concat(*delen) if by is not None else adjusted(results.concat(*delen))


def _difference(indicator: Indicator, nu: Run, eerder: Run, *, by: By) -> Results:
    domein = nu.domain(by=by)
    return nu.figure(
        "verschil", [indicator], by=by, where=domein, toen=eerder,
        make=lambda: indicators.compare(
            [indicator], nu=nu.meting(by=by), eerder=eerder.meting(by=by), by=by, where=domein or None
        ),
    )  # fmt: skip


def _in_order(table: Results, ids: Iterable[str]) -> Results:
    rang = {naam: rang for rang, naam in enumerate(ids)}
    return Results(table.frame.sort_values("indicator", key=lambda naam: naam.map(rang), kind="stable"))
