"""Intentions as a list: what is meant, the verdict, the figure now, at the nulmeting, and the target.

The piece holds the figures themselves, so an intention stands on the same protected number as the page of its topic.
What the tree says beside them (``V01.doel`` and so on) comes as options. A hidden figure takes its verdict with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from sdm_lib import nl
from sdm_lib.indicators.wording import doel_in_woorden, op_het_scherm
from sdm_lib.report.figures import Cijfer, eenheid_naam, kapitaal, schrijf, toon, toon_marge
from sdm_lib.report.stuk import Stuk

SEIN = {
    "gehaald": ("beter", "✓"),
    "waarschijnlijk gehaald": ("beter", "✓?"),
    "niet te zeggen": ("neutraal", "?"),
    "waarschijnlijk niet gehaald": ("slechter", "✗?"),
    "niet gehaald": ("slechter", "✗"),
    "niet gemeten": ("neutraal", "–"),
}
GEEN_DOEL = "niet gemeten"  # what the tree says where a year has no target


@dataclass(frozen=True, slots=True)
class Regel:
    """One intention with its figures; `nu` and `verschil` are None where there are none."""

    nr: str
    tekst: str
    cijfer: str
    doel: str
    waarom: str
    uitspraak: str
    eigenaar: str
    laatste: str
    volgende: str
    voorbeeld: bool
    nu: Cijfer | None
    verschil: Cijfer | None

    @property
    def verborgen(self) -> bool:
        """Whether there is a figure that may not be seen, so that its verdict may not be seen either."""
        return any(rij is not None and rij.status != "niet_gemeten" and not rij.zichtbaar for rij in self.rijen)

    @property
    def rijen(self) -> tuple[Cijfer | None, Cijfer | None]:
        """The figures it rests on."""
        return self.nu, self.verschil


def regels(stuk: Stuk) -> list[Regel]:
    """The intentions of a piece, in the order of the tree."""
    nummers = [naam.removesuffix(".doel") for naam in stuk.opties if naam.endswith(".doel")]
    standen = {rij.indicator: rij for rij in stuk.standen}
    verschillen = {rij.indicator: rij for rij in stuk.rijen if rij.measure == "difference"}
    lijst = []
    for nr in nummers:
        zegt = {naam: stuk.opties[f"{nr}.{naam}"] for naam in VELDEN}
        indicator = stuk.opties[f"{nr}.indicator"]
        lijst.append(
            Regel(
                nr=nr, tekst=stuk.labels.get(nr, nr), voorbeeld=stuk.opties[f"{nr}.voorbeeld"] == "ja",
                nu=standen.get(indicator), verschil=verschillen.get(indicator), **zegt,
            )
        )  # fmt: skip
    return lijst


VELDEN = ("cijfer", "doel", "waarom", "uitspraak", "eigenaar", "laatste", "volgende")


def html_doelen(stuk: Stuk) -> str:
    """The intentions as a list under a computed title; each with its verdict, figure, target and owner."""
    lijst = regels(stuk)
    items = "".join(f"<li>{_voornemen(regel)}</li>" for regel in lijst)
    return (
        f'<p class="vraag">{escape(stuk.titel)}</p><p class="boodschap">{escape(_boodschap(lijst))}</p>'
        f'<ul class="voornemens">{items}</ul>'
    )


def _boodschap(lijst: Sequence[Regel]) -> str:
    """The title: how many of each verdict."""
    aantallen = {woord: sum(regel.uitspraak == woord and not regel.verborgen for regel in lijst) for woord in SEIN}
    delen = [f"{schrijf(aantal, 'aantal')} {op_het_scherm(woord)}" for woord, aantal in aantallen.items() if aantal]
    return kapitaal(nl.lijst(delen)) if delen else "Van geen van deze voornemens is een cijfer te tonen"


def _voornemen(regel: Regel) -> str:
    wie = [regel.eigenaar]
    wie += [f"{woord}: {wat}" for woord, wat in (("gemeten", regel.laatste), ("volgende", regel.volgende)) if wat]
    merk = ' <span class="kenmerk">(voorbeeld)</span>' if regel.voorbeeld else ""
    feiten = f"<p>{escape(_feiten(regel))}</p>" if regel.cijfer else ""
    doel = "" if regel.doel.startswith(GEEN_DOEL) else f"doel: {doel_in_woorden(regel.doel)}"
    return (
        f'<div><p class="naam">{regel.nr} {escape(regel.tekst)}{merk}</p>{feiten}'
        f'<p class="wie">{escape(kapitaal("; ".join(wie)))}</p></div>'
        f'<div class="sein">{_oordeel(regel)}<p class="doel">{escape(doel or "nu geen doel")}</p></div>'
    )


def _oordeel(regel: Regel) -> str:
    if regel.verborgen:
        return '<p class="oordeel neutraal">niet te tonen</p>'
    klasse, teken = SEIN[regel.uitspraak]
    woord = escape(op_het_scherm(regel.uitspraak))
    return f'<p class="oordeel {klasse}"><span aria-hidden="true">{teken}</span> {woord}</p>'


def _per(regel: Regel) -> str:
    """Per how many, where the name does not say so."""
    per = regel.nu is not None and regel.nu.zichtbaar and regel.nu.unit == "per_1000" and "1.000" not in regel.cijfer
    return f" {eenheid_naam('per_1000')}" if per else ""


def _waarom(regel: Regel) -> str:
    """Why a figure that is shown has no verdict."""
    if regel.waarom or regel.uitspraak != "niet gemeten" or regel.verborgen or regel.doel.startswith(GEEN_DOEL):
        return regel.waarom
    return "er is geen nulmeting om mee te vergelijken"


def _feiten(regel: Regel) -> str:
    """The figure now, and the baseline as recomputed from its own data."""
    if regel.nu is None:
        return f"{regel.cijfer}: geen cijfer in deze periode."
    marge = f" (marge {toon_marge(regel.nu)})" if toon_marge(regel.nu) else ""
    zin = f"{regel.cijfer}: {toon(regel.nu)}{_per(regel)}{marge}."
    if regel.verschil is None or not regel.verschil.zichtbaar:
        return f"{zin} {kapitaal(waarom)}." if (waarom := _waarom(regel)) else zin
    verschil = f"verschil {toon(regel.verschil)}"
    marge = f", marge {toon_marge(regel.verschil)}" if toon_marge(regel.verschil) else ""
    return f"{zin} Bij de nulmeting {schrijf(regel.verschil.reference, regel.nu.unit)} ({verschil}{marge})."
