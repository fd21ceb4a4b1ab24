"""Tables that some charts want and no single indicator is: answers in full, combinations of laws, a run of quarters.

Each takes a run and gives `Results`; what is published of them goes through `Run.publish` as always.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from sdm_lib import indicators, results
from sdm_lib.errors import Melding, ParameterFout
from sdm_lib.indicators import Indicator
from sdm_lib.monitor import reeksen
from sdm_lib.monitor.grondslag import REGISTER
from sdm_lib.results import Kader, Results

if TYPE_CHECKING:
    from sdm_lib.monitor.run import Run

EENS5 = ("helemaal_eens", "eens", "neutraal", "oneens", "helemaal_oneens")

PER_INWONER = "per_1000"  # the registered figure that divides by the population


def antwoorden(run: Run, ids: str | Sequence[str]) -> Results:
    """The share of every answer to a statement, for ``chart="agreement"``: groups ``antwoord=helemaal_eens`` and so on.

    Raises ParameterFout when an indicator is no share of one statement with five answers.
    """
    return results.concat(*(_answers(run, indicator) for indicator in run._kies(ids)))


def _answers(run: Run, indicator: Indicator) -> Results:
    vragen = list(indicator.teller)
    if not indicator.uit_enquete or len(vragen) != 1 or not set(indicator.teller[vragen[0]]) <= set(EENS5):
        wat = f"indicator '{indicator.id}' is geen stelling met vijf antwoorden"
        herstel = "Kies een aandeel uit een enquete met helemaal eens tot helemaal oneens."
        raise ParameterFout(Melding("SDM-228", wat, herstel, bestand=f"notebooks/{run.onderwerp}.ipynb"))
    parts = []
    for antwoord in EENS5:
        one = copy.copy(indicator)
        object.__setattr__(one, "teller", {vragen[0]: (antwoord,)})
        frame = run._level(one, by=None).frame
        parts.append(Results(frame.assign(groep=results.groep(antwoord=antwoord))))
    return results.concat(*parts)


def combinaties(run: Run, eenheid: str = "huishoudens") -> Results:
    """Households (or clients) by the laws they use, for ``chart="upset"``: groups ``combinatie=jeugd+wmo``."""
    kader, domein = run.frame_of("register"), run.domain()
    return run.kept(
        "combinaties", eenheid, kader, domein, run.bestand.value.leverdatum, bronnen=REGISTER,
        make=lambda: _combinations(run, eenheid, kader=kader),
    )  # fmt: skip


def _combinations(run: Run, eenheid: str, *, kader: Kader) -> Results:
    from sdm_lib import registry

    table = registry.combinaties(
        run.register, periodes=str(run.kwartaal), eenheid=eenheid, where=run.domain() or None, over="wet"
    )
    table = table[table["aantal"] > 0]
    rows = pd.DataFrame({
        "groep": [results.groep(combinatie=combinatie) for combinatie in table["combinatie"]],
        "value": table["aantal"].astype("float64"),
        "numerator": table["aantal"].astype("float64"),
        "n": table["aantal"].astype("float64"),
    })  # fmt: skip
    return results.build(rows, kader=kader, indicator="combinaties", unit="aantal", method="volledige telling")


def reeks(run: Run, ids: str | Sequence[str], *, kwartalen: int = 6) -> Results:
    """Counts of the register over the last quarters, for ``chart="lines"``, ``"multiples"`` or ``"control"``.

    The register of this quarter knows the past, so all quarters are counted from one delivery. A series begins where
    its definition does. A delivery that brings its own history gives all of it, whatever `kwartalen` says.
    Raises ParameterFout for an indicator of any other delivery: its past is not here.
    """
    return results.concat(*(_series(run, indicator, kwartalen) for indicator in run._kies(ids)))


def jongste(run: Run, ids: str | Sequence[str]) -> Results:
    """Of each series its last point, which says when it was measured."""
    delen = [reeks(run, indicator.id).frame.tail(1) for indicator in run._kies(ids)]
    frame = pd.concat(delen, ignore_index=True)
    return Results(frame.assign(meetperiode=frame["periode"], periode=str(run.kwartaal)))


def verloop(run: Run, ids: str | Sequence[str], *, kwartalen: int = 6) -> Results:
    """The quarters before this one of what the register counts by itself, for the line on a card.

    Nothing of an indicator that needs the population of each quarter, or whose line would have fewer than three points.
    """
    delen = []
    for indicator in run._kies(ids):
        vroegst = indicator.vergelijkbaar_sinds(run.kwartaal.slot)
        if _countable(indicator) and indicator.figuur != PER_INWONER and run.kwartaal.slot - 2 >= vroegst:
            delen += list(_quarters(run, indicator, kwartalen))[:-1]
    return results.concat(results.empty(), *delen)


def _countable(indicator: Indicator) -> bool:
    """Whether the register of this quarter knows the past of an indicator."""
    return indicator.bron == "register" and indicator.unit in ("aantal", "aandeel", "dagen")


def _series(run: Run, indicator: Indicator, kwartalen: int) -> Results:
    if reeksen.with_history(run, indicator):
        return reeksen.points(run, indicator)
    if not _countable(indicator):
        wat = f"van indicator '{indicator.id}' zijn eerdere kwartalen niet uit het register te tellen"
        raise ParameterFout(Melding("SDM-229", wat, "Kies een telling uit het register.", sleutel=indicator.id))
    return results.concat(*_quarters(run, indicator, kwartalen))


def _quarters(run: Run, indicator: Indicator, kwartalen: int) -> Iterator[Results]:
    kader = run._kader(indicator)
    laatste = run.kwartaal.slot
    for terug in reversed(range(kwartalen)):
        moment = laatste - terug
        if moment >= indicator.vergelijkbaar_sinds(laatste):
            yield _at(run, indicator, dataclasses.replace(kader, periode=str(moment)))


def _at(run: Run, indicator: Indicator, kader: Kader) -> Results:
    domein = run.domain()
    return run.figure(
        f"stand op {kader.periode}", [indicator], by=None, where=domein,
        make=lambda: indicators.compute(indicator, run.register, kader=kader, where=domein or None),
    )  # fmt: skip
