"""References in an interpretation to published figures: looked up in what is protected, and never typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from sdm_lib.disclosure import Publishable
from sdm_lib.errors import Melding, RapportFout, SdmFout, bedoelde_u
from sdm_lib.report.figures import Cijfer, cijfers, toon_kort
from sdm_lib.stemmen import Verwijzing, vul_in


def verwijzingen(eigen: Iterable[Publishable], alle: Sequence[Publishable]) -> dict[str, str]:
    """What every reference in the interpretations of a page says now, by how it is written.

    eigen : the pieces of the page. alle : those of the whole quarter, in which the figures are looked up.
    Raises RapportFout with every reference that leads nowhere (SDM-914) or to a figure that may not be shown (SDM-915),
    and every typed figure that contradicts (SDM-912) or lacks a reference (SDM-913).
    """
    uit: dict[str, str] = {}
    fouten: list[Melding] = []
    for stuk in eigen:
        bestand = stuk.opties.get("bestand", "")
        for naam, alinea in stuk.opties.items() if stuk.vorm == "duiding" else ():
            if naam.startswith("alinea."):
                try:
                    uit |= vul_in(alinea, partial(_cijfer, alle=alle, bestand=bestand), bestand=bestand)
                except SdmFout as fout:
                    fouten += fout.meldingen
    if fouten:
        raise RapportFout(*fouten)
    return uit


def _cijfer(wat: Verwijzing, *, alle: Sequence[Publishable], bestand: str) -> str:
    rijen = [
        rij for stuk in alle if _onderwerp(stuk) == wat.onderwerp for rij in cijfers(stuk) if rij.measure == "level"
    ]
    eigen = [rij for rij in rijen if rij.indicator == wat.indicator and _plek(rij, wat)]
    if not eigen:
        raise RapportFout(_nergens(wat, rijen, bestand=bestand))
    rij = max(eigen, key=lambda een: een.periode)
    if not rij.zichtbaar:
        herstel = "Schrijf de zin zonder dit cijfer; wat verborgen is mag ook in een duiding niet staan."
        wat_ = f"het cijfer {wat.onderwerp}.{wat.indicator} is niet te tonen ({rij.status.replace('_', ' ')})"
        raise RapportFout(Melding("SDM-915", wat_, herstel, bestand=bestand))
    return toon_kort(rij)


def _onderwerp(stuk: Publishable) -> str:
    return stuk.id.split("/", 1)[0].split("-", 1)[0]


def _plek(rij: Cijfer, wat: Verwijzing) -> bool:
    hier = rij.gebied == wat.gebied if wat.gebied else rij.gebied_soort == "gemeente"
    return hier and rij.groep_delen == _delen(wat.groep)


def _delen(groep: str) -> Mapping[str, str]:
    return dict(deel.split("=", 1) for deel in groep.split(";")) if groep else {}


def _nergens(wat: Verwijzing, rijen: Sequence[Cijfer], *, bestand: str) -> Melding:
    """A reference that leads nowhere, with the nearest figure of that topic, or what the topic lacks."""
    ids = sorted({rij.indicator for rij in rijen})
    plek = f" voor {wat.gebied or wat.groep}" if wat.gebied or wat.groep else ""
    tekst = f"{wat.onderwerp}.{wat.indicator}{plek} is geen gepubliceerd cijfer van dit kwartaal"
    herstel = bedoelde_u(wat.indicator, ids) if ids else f"Maak eerst het onderwerp {wat.onderwerp}."
    if wat.indicator in ids:
        herstel = "Dit cijfer staat er wel, maar niet voor dit gebied of deze groep; kijk in cijfers.csv welke er zijn."
    return Melding("SDM-914", tekst, herstel, bestand=bestand)
