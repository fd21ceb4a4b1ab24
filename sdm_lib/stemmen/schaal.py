"""Three voices on one axis: only for statements that were answered on the same scale.

Residents, professionals and clients are different people who got different questions. Their answers may stand side by
side when the scale and the answers that count are the same; they are never tested against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sdm_lib import nl
from sdm_lib.errors import Melding, ParameterFout
from sdm_lib.indicators import Indicator
from sdm_lib.sources import Vragenlijst

STEMMEN = {"bewoners": "Inwoners", "professionals": "Professionals", "clienten": "Cliënten"}


@dataclass(frozen=True, slots=True)
class Schaal:
    """What one voice was asked: whose voice, the question, the answers it could give and those that count."""

    stem: str
    vraag: str
    antwoorden: tuple[str, ...]
    telt: tuple[str, ...]


def check_schaal(
    gekozen: Sequence[Indicator], vragenlijst: Callable[[str], Vragenlijst], *, bestand: str
) -> dict[str, Schaal]:
    """The question of each indicator, by id, when all were answered on one scale.

    vragenlijst : delivery -> its questionnaire. Raises ParameterFout (SDM-920) for an indicator that is no share of one
    statement, or comes from a voice that is there already, and (SDM-921) when scales or counted answers differ.
    """
    schalen = {indicator.id: _schaal(indicator, vragenlijst, bestand=bestand) for indicator in gekozen}
    stemmen = [schaal.stem for schaal in schalen.values()]
    if len(set(stemmen)) < len(stemmen):
        wat = f"twee cijfers komen van dezelfde stem: {nl.lijst(sorted({s for s in stemmen if stemmen.count(s) > 1}))}"
        raise ParameterFout(Melding("SDM-920", wat, "Kies van elke stem een cijfer.", bestand=bestand))
    if len({(schaal.antwoorden, schaal.telt) for schaal in schalen.values()}) > 1:
        per = nl.lijst(
            [f"{naam}: {', '.join(s.antwoorden)} (telt: {', '.join(s.telt)})" for naam, s in schalen.items()]
        )
        wat = f"deze cijfers hebben niet dezelfde antwoorden en mogen niet op een as: {per}"
        raise ParameterFout(Melding("SDM-921", wat, "Kies stellingen met dezelfde antwoordschaal.", bestand=bestand))
    return schalen


def _schaal(indicator: Indicator, vragenlijst: Callable[[str], Vragenlijst], *, bestand: str) -> Schaal:
    vragen = list(indicator.teller)
    if indicator.bron not in STEMMEN or indicator.soort != "aandeel" or len(vragen) != 1:
        wat = f"indicator '{indicator.id}' is geen aandeel op een stelling van inwoners, professionals of cliënten"
        raise ParameterFout(Melding("SDM-920", wat, "Kies een aandeel uit een enquete, op een vraag.", bestand=bestand))
    lijst = vragenlijst(indicator.bron)
    item = lijst.items[vragen[0]]
    geen = {*lijst.geen_antwoord, *lijst.niet_van_toepassing}
    antwoorden = tuple(code for code in lijst.schalen[item.schaal].antwoorden if code not in geen)
    telt = tuple(code for code in antwoorden if code in indicator.teller[vragen[0]])
    return Schaal(STEMMEN[indicator.bron], item.onderwerp, antwoorden, telt)
