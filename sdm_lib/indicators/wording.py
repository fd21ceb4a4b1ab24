"""Words for verdicts, trends and signals: direction and certainty in, plain Dutch out.

The sentences on a tested difference are made where it is drawn (`report`), after protection, by the same rules; here
are the words for what only this room judges. No number is in them that was not passed in.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from sdm_lib import nl
from sdm_lib.indicators.definition import Gunstig
from sdm_lib.indicators.series import Kaart, Trend
from sdm_lib.indicators.verdicts import Uitspraak

Kleur = Literal["gunstig", "ongunstig", "neutraal", "geen"]

UITSPRAKEN: dict[Uitspraak, str] = {
    "gehaald": "Het doel ({doel}) is gehaald.",
    "waarschijnlijk gehaald": "Het doel ({doel}) is waarschijnlijk gehaald.",
    "niet te zeggen": "Of het doel ({doel}) is gehaald, is niet te zeggen: de marge is daarvoor te groot.",
    "waarschijnlijk niet gehaald": "Het doel ({doel}) is waarschijnlijk niet gehaald.",
    "niet gehaald": "Het doel ({doel}) is niet gehaald.",
    "niet gemeten": "Of het doel ({doel}) is gehaald, is nu niet te beoordelen.",
}
UITLEG = (
    "Een doel heet gehaald als het met minstens 97,5% zekerheid is bereikt, en waarschijnlijk gehaald vanaf 80%. "
    "Voor niet gehaald geldt hetzelfde. Een definitieve telling van alle inwoners heeft geen marge en wordt precies "
    "vergeleken; zolang zo'n telling voorlopig is, blijft het bij waarschijnlijk."
)


def verdict_sentence(uitspraak: Uitspraak, *, doel: str) -> str:
    """The verdict on a target.

    >>> verdict_sentence("niet gehaald", doel="> 34 %")
    'Het doel (> 34 %) is niet gehaald.'
    """
    return UITSPRAKEN[uitspraak].format(doel=doel)


def op_het_scherm(uitspraak: str) -> str:
    """A verdict as a reader meets it: a figure without target or baseline is measured, and yet cannot be judged.

    >>> op_het_scherm("niet gemeten"), op_het_scherm("gehaald")
    ('niet te beoordelen', 'gehaald')
    """
    return "niet te beoordelen" if uitspraak == "niet gemeten" else uitspraak


_TEKENS = ((">=", "minstens"), ("<=", "hoogstens"), ("≥", "minstens"), ("≤", "hoogstens"), (">", "meer dan"))
_DATUM = re.compile(r"\d{4}-\d{2}-\d{2}")
_BAND = re.compile(r"(\d)\s*%?\s+[-–]\s+(\d)")


def doel_in_woorden(doel: str) -> str:
    """A target as a reader says it.

    >>> doel_in_woorden("> 34 %"), doel_in_woorden("80 - 90 %"), doel_in_woorden("<= 1,5")
    ('meer dan 34%', '80 tot 90%', 'hoogstens 1,5')
    >>> doel_in_woorden("minimaal -200 in 4 jaar vanaf 2015-01-01")
    'minimaal −200 in 4 jaar vanaf 1 januari 2015'
    """
    tekst = _DATUM.sub(lambda match: nl.datum(date.fromisoformat(match[0])), doel)
    for teken, woorden in (*_TEKENS, ("<", "minder dan")):
        tekst = tekst.replace(teken, woorden)
    tekst = _BAND.sub(r"\1 tot \2", tekst).replace(" %", "%")
    return re.sub(r"(?<=\s)-(?=\d)", nl.MINUS, tekst)


def trend_sentence(trend: Trend) -> str:
    """A recent trend: its direction is only named when the test is met.

    >>> trend_sentence(Trend("stijgend", 0.01, 5))
    'De laatste 5 metingen laten een stijging zien.'
    """
    if trend.richting == "reeks te kort":
        return f"Met {trend.punten} metingen is de reeks te kort voor een trend."
    if trend.richting == "geen trend":
        return f"De laatste {trend.punten} metingen laten geen trend zien."
    woord = "stijging" if trend.richting == "stijgend" else "daling"
    return f"De laatste {trend.punten} metingen laten een {woord} zien."


def signal_sentence(kaart: Kaart) -> str:
    """What the last point of a control chart says.

    >>> signal_sentence(Kaart((1.0,), 1.0, (0.0,), (2.0,), ((),), "reeks te kort"))
    'De reeks is te kort om bijzondere uitschieters te herkennen.'
    """
    if kaart.oordeel == "reeks te kort":
        return "De reeks is te kort om bijzondere uitschieters te herkennen."
    laatste = kaart.signalen[-1]
    if "buiten 3 sigma" in laatste:
        kant = "hoger" if kaart.waarden[-1] > kaart.midden else "lager"
        return f"Het laatste cijfer is duidelijk {kant} dan toeval kan verklaren."
    if laatste:
        kant = "boven" if kaart.waarden[-1] > kaart.midden else "onder"
        return f"De cijfers liggen al acht keer op rij {kant} het gemiddelde."
    return "Het laatste cijfer past bij de gewone schommelingen."


def colour(richting: Literal["hoger", "lager", "gelijk", "onduidelijk"], *, gunstig: Gunstig) -> Kleur:
    """How a proven difference is coloured: blue (neutraal) where no direction is better, none where nothing is proven.

    >>> colour("hoger", gunstig="lager"), colour("lager", gunstig="geen"), colour("onduidelijk", gunstig="hoger")
    ('ongunstig', 'neutraal', 'geen')
    """
    if richting in ("gelijk", "onduidelijk"):
        return "geen"
    if gunstig == "geen":
        return "neutraal"
    return "gunstig" if richting == gunstig else "ongunstig"
