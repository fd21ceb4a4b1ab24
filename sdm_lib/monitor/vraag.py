"""What a notebook asks for, held against what there is before anything is computed.

A misspelt value in a condition would otherwise select nobody: no error, and a figure of nobody or of the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from sdm_lib import sources
from sdm_lib.errors import Melding, ParameterFout, bedoelde_u
from sdm_lib.indicators import Indicator
from sdm_lib.indicators.compute import columns
from sdm_lib.results import Results

if TYPE_CHECKING:
    from sdm_lib.monitor.grondslag import By, Grondslag, Ids


def names_of(ids: Ids) -> list[str]:
    """The indicators asked for as a list of ids. Raises ParameterFout (SDM-285) when it names none."""
    if isinstance(ids, str):
        return [ids]
    namen: list[str] = list(ids) if isinstance(ids, Iterable) else [ids]
    if not namen or not all(isinstance(naam, str) for naam in namen):
        wat = "er is geen indicator genoemd" if not namen else f"een indicator is een tekst, geen {_soort(namen)}"
        raise ParameterFout(Melding("SDM-285", wat, 'Noem er een ("CE01") of meer (["CE01", "CE02"]).'))
    return namen


def check_een(id: str) -> str:
    """One id. Raises ParameterFout (SDM-285) for several: the verb is about one indicator."""
    [*namen] = names_of(id)
    if len(namen) > 1:
        raise ParameterFout(
            Melding("SDM-285", f"dit kan voor een indicator tegelijk, niet voor {len(namen)}", "Noem er een.")
        )
    return namen[0]


def check_vraag(run: Grondslag, indicator: Indicator, *, by: By, where: Mapping[str, str] | None) -> None:
    """Refuse a column or value that the delivery of an indicator does not have; the register refuses for itself.

    Raises ParameterFout: SDM-284 for a column of a survey, SDM-286 for a value, SDM-287 when `where` is no condition.
    """
    gegeven: object = where
    if gegeven is not None and not isinstance(gegeven, Mapping):
        herstel = 'Schrijf kolom en waarde zo: where={"wet": "wmo"}.'
        raise ParameterFout(Melding("SDM-287", f"where is een voorwaarde, geen {_soort([gegeven])}", herstel))
    if indicator.bron == "register" or not (by or where):
        return
    frame = run.frame(indicator.bron) if indicator.uit_enquete else run._data(indicator)
    assert isinstance(frame, pd.DataFrame)  # what is no survey and no register is a table
    codes = _codes(run, indicator)
    for kolom in (*columns(by), *(where or {})):
        if indicator.uit_enquete and kolom not in frame:
            wat = f"levering {indicator.bron} heeft geen kolom '{kolom}'"
            raise ParameterFout(Melding("SDM-284", wat, bedoelde_u(kolom, [een for een in codes if een in frame])))
    for kolom, waarden in (where or {}).items():
        bekend = {*codes.get(kolom, ()), *map(str, frame[kolom].dropna().unique())} if kolom in frame else None
        for waarde in columns(waarden):
            if bekend is not None and waarde not in bekend:
                wat = f"waarde '{waarde}' van kolom {kolom} komt in levering {indicator.bron} niet voor"
                raise ParameterFout(Melding("SDM-286", wat, bedoelde_u(waarde, bekend)))


def check_table(table: object) -> None:
    """Refuse what cannot be shown. Raises ParameterFout (SDM-288) that says how a table of one's own becomes it."""
    if not issubclass(type(table), Results):
        waarom = "Getoond wordt een tabel van een vraag aan de run, zoals run.estimate of run.compare"
        herstel = "Maak van een eigen tabel eerst: results.from_frame(tabel, indicator=, kader=, n=)."
        raise ParameterFout(Melding("SDM-288", f"een {_soort([table])} is niet te tonen", herstel, waarom=waarom))


def _codes(run: Grondslag, indicator: Indicator) -> dict[str, tuple[str, ...]]:
    """The columns of a delivery that hold codes, with the codes that may occur; of a reference table nothing."""
    if indicator.bron not in sources.schema_names():
        return {}
    kolommen = sources.load_schema(indicator.bron, root=run.root).kolommen
    return {naam: tuple(kolom.codes or ()) for naam, kolom in kolommen.items() if kolom.soort == "code"}


def _soort(waarden: Sequence[object]) -> str:
    return next(type(waarde).__name__ for waarde in waarden if not isinstance(waarde, str) or len(waarden) == 1)
