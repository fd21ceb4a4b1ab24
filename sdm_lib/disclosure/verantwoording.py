"""What a page says of its own gaps: how many figures are not to be seen, and by which rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sdm_lib import nl
from sdm_lib.disclosure.primair import UITLEG
from sdm_lib.disclosure.publishable import Publishable


def niet_getoond(publishables: Mapping[str, Publishable]) -> tuple[str, ...]:
    """Sentences for the small print: how many figures of these pieces are hidden, then the rules with their counts.

    A figure that stands in two pieces counts in both, as a reader meets it twice. Empty when nothing is hidden.
    """
    verlies: Counter[str] = Counter()
    for publishable in publishables.values():
        verlies.update(publishable.verlies)
    verborgen = sum(verlies.values())
    if not verborgen:
        return ()
    alles = sum(len(publishable.plain["status"]) for publishable in publishables.values())
    kop = f"{nl.getal(verborgen)} van de {nl.getal(alles)} cijfers op deze pagina zijn niet te zien."
    if verborgen == 1:
        kop = f"Een van de {nl.getal(alles)} cijfers op deze pagina is niet te zien."
    return (kop, *(f"{uitleg}: {nl.getal(verlies[regel])}" for regel, uitleg in UITLEG.items() if verlies[regel]))
