"""The HTML of one protected piece: what a page and the preview in JupyterLab both show."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from html import escape

from sdm_lib import nl
from sdm_lib.disclosure import Publishable
from sdm_lib.errors import Melding, RapportFout
from sdm_lib.report import charts
from sdm_lib.report.cards import kaarten
from sdm_lib.report.citaten import html_citaten, html_duiding
from sdm_lib.report.doelen import html_doelen
from sdm_lib.report.figures import kapitaal, periode_naam
from sdm_lib.report.gate import require
from sdm_lib.report.strook import is_strook
from sdm_lib.report.stuk import Stuk, stuk
from sdm_lib.report.style import preview_stylesheet
from sdm_lib.report.tables import csv_link, html_tabel
from sdm_lib.report.words import ONGETOETST, PIJL, bevindingen, namen, sleutel, zin_reeks, zin_stand, zin_verschil
from sdm_lib.results import GEEN_SCHATTING, WOORDEN, policy_of

MAX_BEVINDINGEN = 6
VEEL = 2  # more rows than this are not told one by one


def fragment(publishable: Publishable, *, cijfers_bij: Publishable | None = None) -> str:
    """Draw one piece as its `vorm` says.

    cijfers_bij : a figure before it on the same page with the same numbers, whose table and CSV then serve both.
    Raises TypeError for anything that `protect` did not make, and RapportFout (SDM-601 to SDM-603) for a figure without
    title, source, or the n and margin that go with it.
    """
    beschermd = require(publishable)
    if not beschermd.plain["status"] and beschermd.vorm not in ("doelen", *WOORDEN):
        return _leeg(stuk(beschermd))
    view = stuk(beschermd)
    _check(view, beschermd)
    if cijfers_bij is not None and beschermd.vorm == "chart":
        return _chart(view, beschermd, cijfers=_elders(stuk(cijfers_bij)))
    return VORMEN[beschermd.vorm](view, beschermd)


def preview(publishable: Publishable, *, erbij: str = "") -> str:
    """One piece with the styles it needs, for display in JupyterLab: the same drawing as on the page.

    erbij : a sentence under it, for who is looking and not for the page.
    """
    regel = f'<p class="lezen">{escape(erbij)}</p>' if erbij else ""
    return f'<div class="sdm"><style>{preview_stylesheet()}</style>{fragment(publishable)}{regel}</div>'


def _check(view: Stuk, publishable: Publishable) -> None:
    """No figure without title, source, n and margin."""
    if view.vorm in ("chart", "table") and not view.titel:
        raise _fout("SDM-601", publishable, "het stuk heeft geen titel", "Geef titel= mee bij publish.")
    getoond = [rij for rij in view.rijen if rij.status == "ok"]
    if not view.opties.get("bron") and not all(rij.source for rij in getoond):
        herstel = "Geef de bron mee in het kader of met bron=."
        raise _fout("SDM-602", publishable, "er staat een cijfer in zonder bron", herstel)
    for rij in getoond:
        bescherming = policy_of(rij.source, policy=publishable.policy, opties=view.opties)
        if rij.measure != "level" or bescherming == "register":
            continue
        if (math.isnan(rij.lower) or math.isnan(rij.upper)) and rij.method not in GEEN_SCHATTING:
            wat = "er staat een steekproefcijfer in zonder marge"
            raise _fout("SDM-603", publishable, wat, "Bereken het met estimate.")
        if math.isnan(rij.n):
            raise _fout(
                "SDM-603", publishable, "er staat een steekproefcijfer in zonder n", "Bereken het met estimate."
            )


def _fout(code: str, publishable: Publishable, wat: str, herstel: str) -> RapportFout:
    return RapportFout(Melding(code, wat, herstel, sleutel=publishable.id))


def _leeg(view: Stuk) -> str:
    met = f"vergelijken met {view.regels.dan().removeprefix('in ').removeprefix('bij ')}"
    doen = met if view.regels.vergelijking else "tonen"
    return f'<p class="leeg" id="{view.slug}">{escape(_na(view.titel, f"er zijn nu geen cijfers om te {doen}."))}</p>'


def _chart(view: Stuk, publishable: Publishable, *, cijfers: str = "") -> str:
    if not any(rij.zichtbaar for rij in view.rijen):
        return _niets(view, publishable)
    beeld = charts.draw(view)
    zin = f'<p class="toelichting">{escape(view.opties["toelichting"])}</p>' if view.opties.get("toelichting") else ""
    zin += f'<p class="uitkomst">{escape(uitkomst)}</p>' if (uitkomst := _uitkomst(view)) else ""
    return (
        f'<figure class="stuk" id="{view.slug}"><figcaption><p class="vraag"><span class="nr figuurnr"></span>'
        f'{escape(view.titel)}</p><p class="boodschap">{_bijeen(escape(beeld.boodschap))}</p></figcaption>'
        f"{beeld.svg}{_klein(beeld.lezen)}{zin}{_voet(view, publishable)}{cijfers or _cijfers(view)}</figure>"
    )


def _niets(view: Stuk, publishable: Publishable) -> str:
    """A picture or cards without a figure to show: the title, and why."""
    welke = namen(list(dict.fromkeys(view.naam(rij) for rij in view.nu)), maximum=4)
    zin = _na(view.titel if view.vorm == "chart" else "", f"geen van deze cijfers kan worden getoond ({welke}).")
    return f'<div class="stuk" id="{view.slug}"><p class="leeg">{escape(zin)}</p>{_voet(view, publishable)}</div>'


def _na(titel: str, zin: str) -> str:
    """A sentence after a title, or on its own."""
    return f"{titel}: {zin}" if titel and titel[-1] not in ".?!" else f"{titel} {kapitaal(zin)}".lstrip()


def _bijeen(tekst: str) -> str:
    """A number and its word on one line: a title is broken in lines of equal length, wherever that falls."""
    return re.sub(r"(?<=\d) (?=mln|miljoen)", nl.NBSP, tekst)


def _cijfers(view: Stuk) -> str:
    return (
        f"<details><summary>Cijfers bij deze figuur</summary>{html_tabel(view, bijschrift=view.titel)}"
        f'<p class="download">{csv_link(view)}</p></details>'
    )


def _elders(eerder: Stuk) -> str:
    return f'<p class="lezen">Dezelfde cijfers staan bij <a href="#{eerder.slug}">{escape(eerder.titel)}</a>.</p>'


def _klein(tekst: str) -> str:
    return f'<p class="lezen">{escape(tekst)}</p>' if tekst else ""


def _uitkomst(view: Stuk) -> str:
    """The tested comparison in one sentence, when the piece holds exactly one."""
    verschillen = [] if is_strook(view) else list(view.verschillen.values())
    if len(verschillen) != 1 or not view.standen:
        return ""
    [verschil] = verschillen
    nu = next((rij for rij in view.nu if sleutel(rij) == sleutel(verschil)), None)
    return (f"{zin_stand(nu)} " if nu else "") + zin_verschil(verschil, view.regels)


def _table(view: Stuk, publishable: Publishable) -> str:
    return (
        f'<div class="stuk" id="{view.slug}">'
        f"{html_tabel(view, bijschrift=view.titel, genummerd=True)}{_voet(view, publishable)}"
        f'<p class="download">{csv_link(view)}</p></div>'
    )


def _kaarten(view: Stuk, publishable: Publishable) -> str:
    if not any(rij.zichtbaar for rij in view.nu):
        return _niets(view, publishable)
    return f'<div class="stuk cijferkaarten" id="{view.slug}">{kaarten(view)}{_voet(view, publishable)}</div>'


def _zin(view: Stuk, publishable: Publishable) -> str:
    return f'<p class="zin" id="{view.slug}">{escape(_zinnen(view))}</p>'


def _zinnen(view: Stuk) -> str:
    """All rows when they are few or of different kinds; else the extremes."""
    if len(view.nu) > VEEL and not view.verschillen and len({rij.unit for rij in view.nu}) == 1:
        return zin_reeks(view.nu, view.naam)
    if not view.standen:
        return " ".join(f"{kapitaal(view.naam(rij))}. {zin_verschil(rij, view.regels)}" for rij in view.nu)
    zinnen = []
    for rij in view.nu:
        verschil = view.verschillen.get(sleutel(rij))
        waar = f"in {rij.gebied_naam}" if view.varieert("gebied") else ""
        zinnen.append(zin_stand(rij, waar=waar) + (f" {zin_verschil(verschil, view.regels)}" if verschil else ""))
    return " ".join(zinnen)


def _bevindingen(view: Stuk, publishable: Publishable) -> str:
    maximum = int(view.opties.get("maximum", MAX_BEVINDINGEN))
    lijst = bevindingen(view.rijen, view.regels, maximum=maximum)
    if not lijst:
        return f'<p class="leeg" id="{view.slug}">De kerncijfers van deze pagina kunnen niet worden getoond.</p>'
    items = "".join(
        f'<li><span class="merk" aria-hidden="true">{PIJL[een.oordeel]}</span><div><strong>{escape(een.kop)}.</strong> '
        f"{escape(' '.join(een.zinnen))}</div></li>"
        for een in lijst
    )
    return f'<ul class="bevindingen" id="{view.slug}">{items}</ul>'


def _doelen(view: Stuk, publishable: Publishable) -> str:
    return f'<div class="stuk" id="{view.slug}">{html_doelen(view)}{_voet(view, publishable)}</div>'


def _citaten(view: Stuk, publishable: Publishable) -> str:
    woorden = html_citaten(view)
    return f'<div class="stuk woorden" id="{view.slug}">{woorden}</div>' if woorden else ""


def _duiding(view: Stuk, publishable: Publishable) -> str:
    return f'<div class="stuk duiding" id="{view.slug}">{html_duiding(view)}</div>'


VORMEN: dict[str, Callable[[Stuk, Publishable], str]] = {
    "bevindingen": _bevindingen,
    "kaarten": _kaarten,
    "chart": _chart,
    "table": _table,
    "zin": _zin,
    "doelen": _doelen,
    "citaten": _citaten,
    "duiding": _duiding,
}


def _voet(view: Stuk, publishable: Publishable) -> str:
    """Source, n, margin and the signs that occur: the small print that makes a figure quotable."""
    bron = view.opties.get("bron") or nl.lijst(
        sorted({rij.source.replace("_", " ") for rij in view.rijen if rij.source})
    )
    delen = [f"Bron: {bron}" if bron else "", _meting(view), _n(view), _marge(view, publishable)]
    klein = ". ".join(deel for deel in delen if deel)
    tekens = "; ".join(f"{teken} = {uitleg}" for teken, uitleg in publishable.legenda.items())
    legenda = f'<p class="tekens">{escape(tekens)}.</p>' if tekens else ""
    return (f'<p class="bron">{escape(klein)}.</p>' if klein else "") + legenda


def _meting(view: Stuk) -> str:
    """When it was measured, when that is not the reporting quarter."""
    oud = sorted({rij.meetperiode for rij in view.nu if rij.meetperiode not in ("", rij.periode)})
    return f"Gemeten in {nl.lijst([periode_naam(periode) for periode in oud])}" if oud else ""


def _n(view: Stuk) -> str:
    """The numbers behind the figures; amounts and counts of everything have none that says something."""
    rijen = [rij for rij in view.basis if rij.unit not in ("euro", "aantal")]
    aantallen = [rij.n for rij in rijen if rij.zichtbaar and math.isfinite(rij.n)]
    if not aantallen:
        return ""
    laag, hoog = nl.getal(min(aantallen)), nl.getal(max(aantallen))
    return f"n = {laag}" if laag == hoog else f"n per cijfer: {laag} tot {hoog}"


def _marge(view: Stuk, publishable: Publishable) -> str:
    getoond = [rij for rij in view.rijen if rij.zichtbaar]
    if getoond and all(rij.method.startswith(ONGETOETST) for rij in getoond):
        return "Grens: wat de afronding door de bron kan schelen; er is geen marge gepubliceerd, dus geen toets"
    if any(rij.met_marge for rij in view.rijen):
        return "Marge: 95%-betrouwbaarheidsinterval"
    if publishable.policy != "register" or all(rij.method in GEEN_SCHATTING for rij in getoond):
        return ""
    if all(rij.unit == "euro" for rij in view.rijen):
        return "Bedragen uit de administratie, dus zonder steekproefmarge"
    return "Telling van alle geregistreerde gevallen, dus zonder steekproefmarge"
