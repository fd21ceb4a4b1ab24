"""Whether definitions fit the deliveries: a misspelt answer would count nobody and say nothing about it.

Every column, answer and code that a block names must exist in the schema of its delivery and in its questionnaire;
`noemer_van` must name an indicator, a figure must be registered, and a scale known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from sdm_lib import sources
from sdm_lib.errors import Melding, bedoelde_u
from sdm_lib.indicators.catalogue import Catalogue
from sdm_lib.indicators.definition import BEANTWOORD, Indicator
from sdm_lib.indicators.scoring import SCHALEN

AFGELEID = ("leeftijd", "wijkteam", "gebruikersgroep")  # columns that a room makes itself: age from the year of birth


def check_definitions(catalogue: Catalogue, *, root: Path | None = None) -> tuple[Melding, ...]:
    """Every name in the catalogue that does not exist, each with file, line and the nearest right one."""
    answers = lru_cache(maxsize=None)(lambda bron: _answers(bron, root=root))
    found = []
    for indicator in catalogue.values():
        bestand, regel = catalogue.plaatsen.get(indicator.id, ("", 0))
        for wat, herstel in (*_of_figure(indicator, catalogue), *_of_columns(indicator, answers(indicator.bron))):
            regels = (regel,) if regel else ()
            found.append(Melding("SDM-732", wat, herstel, bestand=bestand, sleutel=indicator.id, regels=regels))
    return tuple(found)


def _of_figure(indicator: Indicator, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    from sdm_lib.indicators import aggregates, registered

    known = registered.FIGUREN if indicator.bron == "register" else aggregates.FIGUREN
    if indicator.figuur and indicator.figuur not in known:
        yield f"onbekende figuur '{indicator.figuur}'", bedoelde_u(indicator.figuur, known)
    if indicator.schaal is not None and indicator.schaal.naam not in SCHALEN:
        yield f"onbekende schaal '{indicator.schaal.naam}'", bedoelde_u(indicator.schaal.naam, SCHALEN)
    if indicator.noemer_van and indicator.noemer_van not in catalogue:
        yield f"onbekende indicator '{indicator.noemer_van}'", bedoelde_u(indicator.noemer_van, catalogue)


def _of_columns(indicator: Indicator, answers: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    if not answers:
        return
    for kolom in (*indicator.kolommen, *indicator.uitsplitsingen):
        if kolom not in answers and kolom not in AFGELEID:
            yield f"kolom '{kolom}' bestaat niet in levering {indicator.bron}", bedoelde_u(kolom, answers)
    for kolom, genoemd in _named(indicator):
        known = answers.get(kolom, ())
        for antwoord in genoemd:
            if known and antwoord not in known:
                yield f"antwoord '{antwoord}' bestaat niet bij '{kolom}'", bedoelde_u(antwoord, known)


def _named(indicator: Indicator) -> Iterable[tuple[str, tuple[str, ...]]]:
    yield from indicator.teller.items()
    yield from ((kolom, (eis,)) for kolom, eis in indicator.noemer.items() if eis != BEANTWOORD)
    yield from indicator.waar.items()
    if indicator.figuur == "deel_van_clienten":
        yield indicator.argumenten["kolom"], (indicator.argumenten["waarde"],)


def _answers(bron: str, *, root: Path | None) -> dict[str, tuple[str, ...]]:
    """The columns of a delivery with their codes or answers, () where anything goes; empty for delivered aggregates."""
    if bron not in sources.schema_names(root=root):
        return {}
    schema = sources.load_schema(bron, root=root)
    known = {kolom: tuple(eisen.codes) for kolom, eisen in schema.kolommen.items()}
    if schema.vragenlijst:
        questions = sources.load_vragenlijst(schema.vragenlijst, root=root)
        known |= {naam: tuple(questions.schalen[item.schaal].antwoorden) for naam, item in questions.items.items()}
    return known
