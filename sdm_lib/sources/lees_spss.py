"""SPSS: numeric codes become the words of the questionnaire, user-missing values become its words for no answer.

The questionnaire's own code list (`spss` of a scale) decides; the labels in the file must agree with it, so a file
that was recoded is refused instead of read with answers swapped. Without a code list the label itself is the answer.
A question with more answers (a multiple-response set) becomes a column an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from sdm_lib.errors import Melding
from sdm_lib.sources import meerkeuze, spss_vorm
from sdm_lib.sources.lees_csv import header_only
from sdm_lib.sources.lees_excel import as_text
from sdm_lib.sources.levering import Kolom, Schaal, Schema, Vragenlijst
from sdm_lib.sources.ruw import Ruw, fill_columns, plat
from sdm_lib.sources.woorden import NIETS


def read(con: duckdb.DuckDBPyConnection, path: Path, schema: Schema, *, vragenlijst: Vragenlijst | None) -> Ruw:
    """Fill the table `ruw` with words; row numbers count cases from 1."""
    import pyreadstat

    if not path.stat().st_size:
        fout = Melding("SDM-302", "dit bestand is leeg", "Vraag het opnieuw.", bestand=path.name)
        return Ruw(con, path.name, (), NIETS, meldingen=(fout,))
    if not spss_vorm.whole(path):  # before a library in C trips over it
        return Ruw(con, path.name, (), NIETS, meldingen=(_damaged(path.name),))
    try:
        frame, meta = pyreadstat.read_sav(str(path), user_missing=True, disable_datetime_conversion=False)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError, OSError, OverflowError):
        return Ruw(con, path.name, (), NIETS, meldingen=(_damaged(path.name),))
    meldingen: list[Melding] = []
    kolommen: dict[str, Sequence[str | None]] = {}
    frame.columns = list(map(str, frame.columns))  # pandas takes a variable called nan for a missing name
    for naam in frame.columns:
        doel = _target(naam, schema)
        vertaler = _Translator(naam, meta, schema.kolommen.get(doel), _scale(doel, vragenlijst), vragenlijst)
        kolommen[naam] = vertaler.texts(frame[naam])
        meldingen += vertaler.problems(path.name)
    kolommen, gelezen = _with_sets(kolommen, frame, meta, schema, vragenlijst)
    meldingen += [meerkeuze.told(reeks, namen, path.name) for reeks, namen in gelezen]
    rijen = fill_columns(con, range(1, len(frame) + 1), list(kolommen.values()))
    if not rijen:
        meldingen.append(header_only(path.name))
    tekst = {i for i, naam in enumerate(kolommen) if meta.readstat_variable_types.get(naam) == "string"}
    canoniek = frozenset(range(len(kolommen))) - tekst
    return Ruw(con, path.name, tuple(kolommen), rijen, canoniek=canoniek, meldingen=tuple(meldingen))


def _damaged(bestand: str) -> Melding:
    wat = "dit SPSS-bestand is beschadigd of afgekapt"
    return Melding("SDM-305", wat, "Vraag de leverancier het opnieuw te sturen.", bestand=bestand)


def _with_sets(
    kolommen: dict[str, Sequence[str | None]],
    frame: pd.DataFrame,
    meta: Any,
    schema: Schema,
    vragenlijst: Vragenlijst | None,
) -> tuple[dict[str, Sequence[str | None]], list[tuple[meerkeuze.Reeks, tuple[str, ...]]]]:
    """The columns with those of multiple-response sets in the place of their variables.

    A variable for which the questionnaire has a scale keeps its own answers; a variable that the schema names stays.
    """
    uit, gelezen = dict(kolommen), []
    for reeks in meerkeuze.sets(meta, list(kolommen)):
        if any(_scale(_target(v, schema), vragenlijst) for v in reeks.variabelen):
            continue
        ontbreekt = {v: _Translator(v, meta, None, None, None).is_missing for v in reeks.variabelen}
        nieuw = meerkeuze.expand(reeks, frame, labels=meta.variable_value_labels, ontbreekt=ontbreekt)
        weg = {v for v in reeks.variabelen if not _target(v, schema)} if reeks.telt is None else set()
        uit = {naam: kolom for naam, kolom in uit.items() if naam not in weg} | nieuw
        gelezen.append((reeks, tuple(nieuw)))
    return uit, gelezen


def _target(naam: str, schema: Schema) -> str:
    gezocht = {plat(alias): doel for doel, kolom in schema.kolommen.items() for alias in (doel, *kolom.namen)}
    return naam if naam in schema.kolommen else gezocht.get(plat(naam), "")


def _scale(doel: str, vragenlijst: Vragenlijst | None) -> Schaal | None:
    if vragenlijst is None or doel not in vragenlijst.items:
        return None
    return vragenlijst.schalen[vragenlijst.items[doel].schaal]


class _Translator:
    """From the values of one SPSS variable to words."""

    def __init__(
        self, naam: str, meta: Any, kolom: Kolom | None, schaal: Schaal | None, vragenlijst: Vragenlijst | None
    ) -> None:
        self.naam = naam
        self.labels: dict[Any, str] = dict(meta.variable_value_labels.get(naam, {}))
        self.missing = tuple(meta.missing_ranges.get(naam, ()))
        self.kolom = kolom
        self.schaal = schaal
        self.vragenlijst = vragenlijst
        self.strijdig: list[str] = []

    def texts(self, waarden: pd.Series[Any]) -> Sequence[str | None]:
        plaatsen, soorten = pd.factorize(waarden)  # each value is translated once; missing is place -1
        woorden = np.array([*(self._word(waarde) for waarde in soorten), None], dtype=object)
        return list(woorden[plaatsen])

    def _word(self, waarde: Any) -> str | None:
        tekst = as_text(waarde)
        if tekst is None or self.kolom is None:
            return tekst
        label = self.labels.get(waarde, "")
        if self.schaal and tekst in self.schaal.spss:
            return self._checked(self.schaal, tekst, label)
        if self.is_missing(waarde):
            return self._no_answer(label)
        if not label or self.kolom.soort in ("geheel", "getal", "bedrag", "datum", "persoonscode"):
            return tekst
        gelijk = {plat(code): code for code in self.kolom.codes}
        gelijk |= {plat(tekst): code for code, tekst in (self.schaal.antwoorden if self.schaal else {}).items()}
        return gelijk.get(plat(label), label)

    def _checked(self, schaal: Schaal, tekst: str, label: str) -> str | None:
        """The word for a code; a label in the file that names another answer is a contradiction."""
        woord = schaal.spss[tekst]
        andere = {plat(naam) for code, naam in schaal.antwoorden.items() if code != woord}
        andere |= {plat(code) for code in schaal.antwoorden if code != woord}
        eigen = {plat(woord), plat(schaal.antwoorden.get(woord, ""))}
        if label and plat(label) in andere and plat(label) not in eigen:
            self.strijdig.append(tekst)
        if self.kolom and self.kolom.soort in ("geheel", "getal", "bedrag") and woord not in self.kolom.codes:
            return None  # a number has no word for "no answer": it is empty
        return woord

    def is_missing(self, waarde: Any) -> bool:
        """Whether the file declares this value user-missing."""
        return any(_within(waarde, grens) for grens in self.missing)

    def _no_answer(self, label: str) -> str | None:
        codes = self.kolom.codes if self.kolom else ()
        lijst = self.vragenlijst
        woorden = (*(lijst.geen_antwoord if lijst else ()), *(lijst.niet_van_toepassing if lijst else ()))
        genoemd = {plat(woord): woord for woord in woorden if woord in codes}
        if plat(label) in genoemd:
            return genoemd[plat(label)]
        return next((woord for woord in woorden if woord in codes), None)

    def problems(self, bestand: str) -> list[Melding]:
        if not self.strijdig:
            return []
        codes = ", ".join(sorted(set(self.strijdig)))
        return [
            Melding(
                "SDM-335",
                f"het label van code {codes} noemt een ander antwoord dan de vragenlijst",
                "Controleer of het bestand is omgecodeerd; pas dan spss in de vragenlijst aan.",
                bestand=bestand,
                kolom=self.naam,
                waarom="Antwoorden zouden omgewisseld worden gelezen.",
            )
        ]


def _within(waarde: Any, grens: Any) -> bool:
    laag, hoog = (grens["lo"], grens["hi"]) if isinstance(grens, dict) else (grens, grens)
    return (type(waarde) is type(laag) and laag <= waarde <= hoog) or _number_within(waarde, laag, hoog)


def _number_within(waarde: Any, laag: Any, hoog: Any) -> bool:
    getallen = all(isinstance(deel, (int, float)) for deel in (waarde, laag, hoog))
    return getallen and bool(laag <= waarde <= hoog)
