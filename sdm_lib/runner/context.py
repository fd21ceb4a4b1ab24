"""What stands around a notebook on its page, and around the index: definitions, glossary, edition and provenance."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import sdm_lib
from sdm_lib import indicators, monitor, nl, report, sources
from sdm_lib.disclosure import Editie, Publishable
from sdm_lib.indicators import Indicator, listing
from sdm_lib.indicators.definition import CRITERIA
from sdm_lib.indicators.glossary import load_begrippen
from sdm_lib.monitor import RunBestand
from sdm_lib.report import PageContext
from sdm_lib.report.herrekend import Herrekend
from sdm_lib.results import Piece
from sdm_lib.runner import edities
from sdm_lib.runner.edities import Uitgave
from sdm_lib.runner.plan import Plan, Taak
from sdm_lib.runner.uitgevoerd import Executed


def context_of(
    plan: Plan,
    one: Executed,
    alle: Sequence[Executed],
    *,
    uitgave: Uitgave,
    publishables: Mapping[str, Publishable],
    released: Sequence[Editie] = (),
) -> PageContext:
    """What stands around a notebook on its page: definitions, glossary, edition, what changed, provenance, links."""
    waarde = one.taak.bestand.value
    catalogue = indicators.load(plan.root)
    ids = [naam for naam in dict.fromkeys(_ids(one.pieces)) if naam in catalogue]
    stukken = [publishables[piece.id] for piece in one.pieces]
    anderen = [ander for ander in alle if ander.taak.onderwerp == one.taak.onderwerp and ander is not one]
    return PageContext(
        onderwerp=waarde.titel,
        kwartaal=plan.kwartaal.label,
        gebied=area_of(one.taak),
        stand=waarde.stand,
        editie=uitgave.naam,
        fictief=one.fictief,
        inleiding=waarde.vraag,
        definities=tuple(definition_of(catalogue[naam]) for naam in ids),
        begrippen=glossary(plan.root, one.pieces),
        herkomst=(*uitgave.herkomst, *_provenance(one)),
        verwijzingen=report.verwijzingen(stukken, tuple(publishables.values())),
        wijzigingen=_changes(stukken, uitgave),
        nulmeting=_baseline(stukken, waarde, released),
        links=(
            report.Link("Alle rapporten van dit kwartaal", "index.html"),
            *(report.Link(area_of(ander.taak), f"{ander.taak.naam}.html") for ander in anderen),
        ),
    )


def _changes(stukken: Sequence[Publishable], uitgave: Uitgave) -> tuple[str, ...]:
    if uitgave.vorige is None:
        return ("Dit is de eerste uitgave.",) if uitgave.naam else ()
    return report.wijzigingen(stukken, uitgave.vorige, naam=edities.noem(uitgave.vorige))


def _baseline(stukken: Sequence[Publishable], bestand: RunBestand, released: Sequence[Editie]) -> Herrekend | None:
    kwartaal = str(bestand.vergelijking.get("nulmeting", ""))
    eigen = [editie for editie in released if editie.kwartaal == kwartaal]
    editie = eigen[-1] if eigen else None
    naam = edities.noem(editie) if editie else ""
    return report.herrekend(stukken, kwartaal=kwartaal, editie=editie, naam=naam)


def site_context(
    plan: Plan, executed: Sequence[Executed], *, uitgave: Uitgave, erbij: Sequence[tuple[str, str]] = ()
) -> PageContext:
    """What stands around the index; `erbij` are provenance rows on what was signed off or left out."""
    return PageContext(
        onderwerp="Monitor Sociaal Domein",
        kwartaal=plan.kwartaal.label,
        gebied="Almere",
        titel="Monitor Sociaal Domein",
        editie=uitgave.naam,
        fictief=any(one.fictief for one in executed),
        inleiding="Cijfers over gebruik, ervaringen, effecten en kosten, voor college en raad.",
        herkomst=(*uitgave.herkomst, *erbij, ("Versie van de kit", sdm_lib.__version__)),
    )


def catalogue_page(plan: Plan, context: PageContext) -> bytes:
    """The page with every definition, topics of this quarter first."""
    catalogue = indicators.load(plan.root)
    titels = {taak.onderwerp: taak.bestand.value.titel for taak in plan.taken}
    volgorde = dict.fromkeys((*plan.onderwerpen, *catalogue.onderwerpen))
    definities = {
        titels.get(naam, naam.capitalize()): [_in_words(een) for een in catalogue.van(naam)]
        for naam in volgorde
        if naam in catalogue.onderwerpen
    }
    inleiding = (
        "Van elk cijfer: wat het is, wie meetelt, hoe goed het is en een uitgerekend voorbeeld. De kwaliteit is "
        f"beoordeeld op negen punten: {nl.lijst(CRITERIA)}. Genoemd is wat minder dan goed is."
    )
    return report.render_catalogue(definities, replace(context, inleiding=inleiding)).encode()


def _in_words(indicator: Indicator) -> report.Definitie:
    regels = ((naam, tekst.replace("_", " ")) for naam, tekst in listing.rows(indicator))
    return report.Definitie(indicator.label, tuple(regels), indicator.id)


def _ids(pieces: Iterable[Piece]) -> Iterable[str]:
    for piece in pieces:
        yield from (naam.removesuffix("_nvt") for naam in dict.fromkeys(piece.results.plain["indicator"]))


def definition_of(indicator: Indicator) -> report.Definitie:
    """An indicator as the appendix explains it."""
    regels = [
        ("Wat", indicator.zin),
        ("Teller", indicator.teller_in_woorden),
        ("Noemer", indicator.noemer_in_woorden),
        ("Over wie", indicator.populatie),
        ("Bron", _source(indicator)),
        ("Gunstig is", {"hoger": "hoger", "lager": "lager", "geen": "niet te zeggen"}[indicator.gunstig]),
        ("Sinds", _since(indicator)),
        ("Toelichting", indicator.toelichting),
    ]
    return report.Definitie(indicator.label, tuple((naam, tekst) for naam, tekst in regels if tekst), indicator.id)


def _source(indicator: Indicator) -> str:
    """The delivery as its label has it; of what comes with its own numbers the name of the instrument."""
    geleverd = indicator.bron in sources.schema_names()
    return sources.load_schema(indicator.bron).label if geleverd else indicator.instrument


def _since(indicator: Indicator) -> str:
    if indicator.wijzigingen:
        return nl.datum(max(wijziging.datum for wijziging in indicator.wijzigingen))
    return indicator.sinds.label


def _provenance(one: Executed) -> Iterable[tuple[str, str]]:
    waarde = one.taak.bestand.value
    yield "Peildatum", nl.datum(waarde.peildatum)
    yield "Leverdatum", nl.datum(waarde.leverdatum)
    yield "Notebook", f"notebooks/{one.taak.onderwerp}.ipynb"
    yield "Run-bestand", one.taak.bestand.bestand
    gelezen = {naam: hash_ for naam, hash_ in one.taak.invoer.items() if not naam.startswith("params/")}
    for naam, hash_ in gelezen.items():
        yield naam, f"sha256 {hash_[:16]}"
    for bestand, id_ in one.sleutels.items():
        yield f"Pseudoniemen in {bestand}", f"sleutel {id_}"
    yield from dict.fromkeys(_signed(one.pieces))
    yield "Versie van de kit", sdm_lib.__version__
    yield "Sleutel van deze run", one.taak.sleutel[:16]


def _signed(pieces: Iterable[Piece]) -> Iterable[tuple[str, str]]:
    """Who stands for the words on a page: author of its interpretation, who released and who redacted what was said."""
    for piece in pieces:
        if piece.vorm == "duiding" and "auteur" in piece.opties:
            yield "Duiding", "; ".join(piece.opties[naam] for naam in ("status", "auteur", "datum", "bestand"))
        for naam, tekst in piece.opties.items() if piece.vorm == "citaten" else ():
            if naam.endswith(".vrij"):
                yield f"Woorden {naam.removesuffix('.vrij')}", f"vrijgegeven door {tekst}"
            elif naam.startswith("redactie."):
                yield "Redactie van gesprekken", tekst


def glossary(root: Path, pieces: Iterable[Piece]) -> tuple[tuple[str, str], ...]:
    """The terms of ``params/begrippen.yaml`` that a page has as whole words in labels, titles or groups, by name."""
    tekst = " ".join(
        deel
        for piece in pieces
        for deel in (*piece.labels.values(), *piece.labels, piece.opties.get("titel", ""), piece.policy)
    )
    woorden = f" {' '.join(re.findall('[a-z0-9]+', _bare(tekst)))} "
    begrippen = load_begrippen(root)
    meervouden = {begrip.meervoud for begrip in begrippen.values()}
    gebruikt = [
        (begrip.naam or naam, begrip.omschrijving)
        for naam, begrip in begrippen.items()
        if naam not in meervouden and any(f" {vorm.replace('_', ' ')} " in woorden for vorm in (naam, begrip.meervoud))
    ]
    return tuple(sorted(gebruikt, key=lambda rij: _bare(rij[0])))


def _bare(tekst: str) -> str:
    """A text without capitals and diacritics."""
    return unicodedata.normalize("NFKD", tekst.casefold()).encode("ascii", "ignore").decode()


def area_of(taak: Taak) -> str:
    """The area of a task as a reader knows it."""
    return monitor.area_name(taak.gebied, taak.bestand.value.gebied_jaar)
