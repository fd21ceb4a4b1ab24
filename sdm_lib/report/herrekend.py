"""The nulmeting twice: as it was published, and as it was computed again for the comparison of this page.

A change since the nulmeting is tested against that wave computed again, from its own records and the population of
then. What had been published may differ, by a correction or a newer definition; a reader gets to see both.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from sdm_lib import nl
from sdm_lib.disclosure import Editie, Publishable
from sdm_lib.report.figures import DECIMALEN, Cijfer, cijfers, kapitaal, periode_naam, schrijf
from sdm_lib.report.gate import require

SOORT = "nulmeting"
_WAT = ["indicator", "gebied_soort", "gebied", "gebied_jaar", "groep", "source"]


@dataclass(frozen=True, slots=True)
class Herrekend:
    """What a page says of its nulmeting: a sentence or two, and per figure what was published beside what is used."""

    uitleg: str
    rijen: tuple[tuple[str, str], ...] = ()


def herrekend(stukken: Sequence[Publishable], *, kwartaal: str, editie: Editie | None, naam: str) -> Herrekend | None:
    """The nulmetingen that a page compares with beside what an edition said of them; None when it compares with none.

    stukken : the protected pieces of the page. kwartaal : of the nulmeting. editie : the last one of that quarter, or
    None when it never came out. naam : how that edition is called, "editie 1 van 15 juli 2015".
    """
    gebruikt = list({_sleutel(cijfer): cijfer for stuk in stukken for cijfer in _vergeleken(stuk)}.values())
    if not gebruikt:
        return None
    begin = f"De nulmeting ({periode_naam(kwartaal)}) is opnieuw berekend uit haar eigen gegevens en bevolking."
    if editie is None:
        return Herrekend(f"{begin} Er is geen uitgave van dat kwartaal om naast te leggen.")
    toen = _levels(editie)
    paren = [(cijfer, toen[_sleutel(cijfer)]) for cijfer in gebruikt if _sleutel(cijfer) in toen]
    if not paren:
        return Herrekend(f"{begin} Deze cijfers stonden niet in {naam}.")
    anders = sum(_gepubliceerd(cijfer, toen) != _gebruikt(cijfer) for cijfer, toen in paren)
    delen = [begin, f"Daarnaast staat wat in {naam} stond:", _geteld(anders, len(paren))]
    if weg := len(gebruikt) - len(paren):
        delen.append(f"{kapitaal(nl.getal(weg))} {'cijfer stond' if weg == 1 else 'cijfers stonden'} daar niet in.")
    return Herrekend(" ".join(delen), tuple(_rij(cijfer, toen) for cijfer, toen in paren))


def _vergeleken(stuk: Publishable) -> Iterator[Cijfer]:
    """The differences with the nulmeting in a piece that can be seen; a strip names per row what it is with."""
    woorden = require(stuk).opties.get("vergelijking", "").split(";")
    rijen = cijfers(stuk)
    per_rij = woorden if len(woorden) == len(rijen) else woorden[:1] * len(rijen)
    for rij, woord in zip(rijen, per_rij, strict=True):
        if woord == SOORT and rij.measure == "difference" and rij.zichtbaar and math.isfinite(rij.reference):
            yield rij


def _sleutel(cijfer: Cijfer) -> tuple[str, ...]:
    return tuple(str(getattr(cijfer, naam)) for naam in _WAT)


def _levels(editie: Editie) -> dict[tuple[str, ...], dict[str, object]]:
    """The levels of an edition, by what they are about; a row that showed no number is none."""
    alle = editie.rijen
    eigen = alle[(alle["measure"] == "level") & (alle["periode"] == editie.kwartaal) & (alle["status"] == "ok")]
    rijen = pd.DataFrame(eigen).drop_duplicates(_WAT).to_dict("records")
    return {tuple(str(rij[naam]) for naam in _WAT): {str(k): v for k, v in rij.items()} for rij in rijen}


def _decimalen(cijfer: Cijfer) -> int:
    """One more than a page shows: a shift of the nulmeting is small beside the change that is judged."""
    return DECIMALEN.get(_eenheid(cijfer), 1) + (_eenheid(cijfer) not in ("aantal", "euro"))


def _eenheid(cijfer: Cijfer) -> str:
    return "aandeel" if cijfer.unit == "procentpunt" else cijfer.unit


def _gebruikt(cijfer: Cijfer) -> str:
    return schrijf(cijfer.reference, _eenheid(cijfer), decimalen=_decimalen(cijfer))


def _gepubliceerd(cijfer: Cijfer, toen: dict[str, object]) -> str:
    return schrijf(float(str(toen["value"])), _eenheid(cijfer), decimalen=_decimalen(cijfer))


def _geteld(anders: int, alle: int) -> str:
    if alle == 1:
        return "het cijfer is anders." if anders else "het cijfer is gelijk gebleven."
    if not anders:
        return "alle cijfers zijn gelijk gebleven."
    return f"{nl.getal(anders)} van de {nl.getal(alle)} cijfers {'is' if anders == 1 else 'zijn'} anders."


def _rij(cijfer: Cijfer, toen: dict[str, object]) -> tuple[str, str]:
    naam = ", ".join(deel for deel in (cijfer.naam, cijfer.groep_naam, cijfer.gebied_naam) if deel)
    definitie = "; de definitie is sindsdien veranderd" if str(toen["definitie"]) != cijfer.definitie else ""
    return naam, f"gepubliceerd {_gepubliceerd(cijfer, toen)}, opnieuw berekend {_gebruikt(cijfer)}{definitie}"
