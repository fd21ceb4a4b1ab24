"""From executed notebooks to a finished site: gather the pieces, protect them together, draw, guard, describe.

Nothing here looks at a clock, so the same input gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import sdm_lib
from sdm_lib import disclosure, report, sources
from sdm_lib.disclosure import Beleid, Bevinding, Editie, Publishable, Vrijgave
from sdm_lib.disclosure.edities import patroon, volgende
from sdm_lib.errors import Melding, RapportFout, SdmFout
from sdm_lib.monitor.run import RUN_MIME
from sdm_lib.report import PageContext
from sdm_lib.runner import edities, store
from sdm_lib.runner.context import area_of, catalogue_page, context_of, site_context
from sdm_lib.runner.edities import Uitgave
from sdm_lib.runner.plan import Plan, Taak, base_key, site_key
from sdm_lib.runner.uitgevoerd import Executed, read_notebook
from sdm_lib.runner.wacht import Oordeel, Wacht, keur, wacht_van

BELEID = "params/kit.yaml"
MANIFEST = "manifest.json"
CATALOGUS = "catalogus.html"
DOWNLOADS = {
    "cijfers.csv": "Alle cijfers van dit kwartaal (CSV)",
    "cijfers.csv-metadata.json": "Beschrijving van de kolommen (CSV on the Web)",
    "tabellen.xlsx": "Alle tabellen (Excel)",
}
PARALLEL_FROM = 4  # drawing fewer pages than this in another process costs more than it saves


@dataclass(frozen=True)
class Page:
    """A drawn page, or why it could not be made, with what its notebook displayed and the page leaves out."""

    naam: str
    html: bytes = b""
    weggelaten: tuple[str, ...] = ()
    fout: SdmFout | None = None
    afgetekend: tuple[Bevinding, ...] = ()


@dataclass(frozen=True, eq=False)
class Gebouwd:
    """A site half-way: its pages, the protected pieces, which edition it is, and what its files are held against."""

    pages: tuple[Page, ...]
    publishables: Mapping[str, Publishable]
    uitgave: Uitgave
    wacht: Wacht = field(repr=False)
    sleutel: str = ""


def protect(root: Path, executed: Sequence[Executed], *, released: Sequence[Editie] = ()) -> dict[str, Publishable]:
    """Protect the pieces of all topics and areas of the quarter together, by the rules of ``params/kit.yaml``.

    A topic's run file may raise a rule for that topic (``bescherming``), never lower one.
    released : the editions that are out: what they show and hide is a constraint.
    """
    beleid: Beleid = disclosure.load_beleid(root / BELEID)
    for onderwerp, bestand in {one.taak.onderwerp: one.taak.bestand for one in executed}.items():
        beleid = beleid.verscherp(bestand.value.bescherming, onderwerp=onderwerp, bestand=bestand.bestand)
    pieces = [piece for one in executed for piece in one.pieces]
    return disclosure.protect(pieces, beleid=beleid, released=released, ouders=_parents(root))


def _parents(root: Path) -> dict[tuple[str, str], tuple[str, str]]:
    """For each area, by year of the division and code, the larger area it lies in."""
    found = {}
    for indeling in sources.gebieden(root=root).indelingen:
        for code, gebied in indeling.gebieden.items():
            if gebied.hoort_bij:
                found[str(indeling.jaar), code] = (str(indeling.hoort_bij_jaar or indeling.jaar), gebied.hoort_bij)
    return found


def draw(
    executed: Sequence[Executed],
    publishables: Mapping[str, Publishable],
    contexts: Mapping[str, PageContext],
    *,
    wacht: Wacht,
    processes: int,
    done: Callable[[str], None] = lambda naam: None,
) -> list[Page]:
    """Draw and guard every page, several at once, in the order of `executed`; one that fails does not stop others."""
    jobs = [
        (one.taak.naam, one.path, {p.id: publishables[p.id] for p in one.pieces}, contexts[one.taak.naam])
        for one in executed
    ]
    if len(jobs) < PARALLEL_FROM or processes == 1:
        _watch_with(wacht)
        pages = []
        for job in jobs:
            pages.append(_draw_one(*job))
            done(job[0])
        return pages
    # spawn: a fork of a process that runs threads may hang, and other systems know no fork
    workers = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=workers, initializer=_watch_with, initargs=(wacht,)) as pool:
        futures: dict[Future[Page], str] = {pool.submit(_draw_one, *job): job[0] for job in jobs}
        for future in as_completed(futures):
            done(futures[future])
        return [future.result() for future in futures]


_wacht = Wacht()  # of this process: what every page it finishes is held against


def _watch_with(wacht: Wacht) -> None:
    global _wacht
    _wacht = wacht


def _draw_one(naam: str, path: Path, publishables: Mapping[str, Publishable], context: PageContext) -> Page:
    from sdm_lib.runner.execute import without_iri_grammar

    without_iri_grammar()
    notebook = read_notebook(path)
    try:
        html, oordeel = _drawn(naam, notebook, publishables, context)
    except SdmFout as fout:
        return Page(naam, fout=fout)
    except (ValueError, KeyError, TypeError, ArithmeticError) as fout:
        wat = f"de pagina kon niet worden getekend ({type(fout).__name__})"
        herstel = "Meld dit met de naam van de pagina en het kwartaal."
        return Page(naam, fout=RapportFout(Melding("SDM-105", wat, herstel, bestand=f"{naam}.html")))
    weg = tuple(f"cel {iets.cel}: {iets.soort}" for iets in report.weggelaten(notebook) if iets.soort != RUN_MIME)
    return Page(naam, html, weg, oordeel.fout, tuple(iets for iets, _ in oordeel.afgetekend))


def _drawn(
    naam: str, notebook: Any, publishables: Mapping[str, Publishable], context: PageContext
) -> tuple[bytes, Oordeel]:
    """The page and the verdict on it; what was signed off is printed on it, and the page judged again."""

    def eigen() -> set[str]:
        stukken = (report.fragment(publishable).encode() for publishable in publishables.values())
        return {
            iets.kenmerk
            for stuk in stukken
            for iets in disclosure.guard(stuk, soort="html", microdata=_wacht.microdata)
        }

    html = report.render_page(notebook, publishables, context).encode()
    oordeel = keur(_wacht, f"{naam}.html", html, soort="html", eigen=eigen)
    if not oordeel.afgetekend:
        return html, oordeel
    context = replace(context, herkomst=(*context.herkomst, *oordeel.herkomst))
    html = report.render_page(notebook, publishables, context).encode()
    return html, keur(_wacht, f"{naam}.html", html, soort="html", eigen=eigen)


def build(
    plan: Plan,
    executed: Sequence[Executed],
    nieuw: Path,
    *,
    processes: int,
    done: Callable[[str], None],
    vrijgave: Vrijgave | None = None,
) -> Gebouwd:
    """Protect the quarter under the released editions, draw every page and write those that the guard let through.

    vrijgave : the edition that this site becomes; without it the site is a draft, or the edition that it equals.
    """
    fictief = any(one.fictief for one in executed)
    released = edities.released(plan.root, fictief=fictief)
    publishables = protect(plan.root, executed, released=released)
    uitgave, sleutel = _becomes(plan, publishables, released, vrijgave=vrijgave)
    contexts = {
        one.taak.naam: context_of(plan, one, executed, uitgave=uitgave, publishables=publishables) for one in executed
    }
    wacht = wacht_van(plan)
    _watch_with(wacht)
    pages = draw(executed, publishables, contexts, wacht=wacht, processes=processes, done=done)
    for page in pages:
        if page.fout is None:
            store.write(nieuw, f"{page.naam}.html", page.html)
        elif page.html:
            _set_apart(plan.root, f"{page.naam}.html", page.html)
    return Gebouwd(tuple(pages), publishables, uitgave, wacht, sleutel)


def _becomes(
    plan: Plan, publishables: Mapping[str, Publishable], released: Sequence[Editie], *, vrijgave: Vrijgave | None
) -> tuple[Uitgave, str]:
    """Which edition the site is, and the key of its manifest: as it will be once the edition is out."""
    kwartaal = str(plan.kwartaal)
    if vrijgave is None:
        return edities.uitgave(released, publishables, kwartaal=kwartaal, sleutel=base_key(plan)), site_key(plan)
    nummer = volgende(edities.folder(plan.root, fictief=vrijgave.fictief), kwartaal=kwartaal)
    eigen = [editie for editie in released if editie.kwartaal == kwartaal]
    uitgave = edities.van(
        nummer, datum=vrijgave.datum, door=vrijgave.door, reden=vrijgave.reden, vorige=eigen[-1] if eigen else None
    )
    hash_ = hashlib.sha256(patroon(publishables)).hexdigest()
    return uitgave, site_key(plan, erbij=(edities.kenmerk(kwartaal, nummer, hash_, fictief=vrijgave.fictief),))


def _set_apart(root: Path, naam: str, inhoud: bytes) -> None:
    """Keep a stopped file where only its maker can look at it."""
    path = store.private_folder(root, "tegengehouden") / naam
    path.write_bytes(inhoud)
    path.chmod(0o600)


def finish(
    plan: Plan,
    executed: Sequence[Executed],
    gebouwd: Gebouwd,
    nieuw: Path,
    *,
    uit: Path,
    mislukt: Mapping[str, SdmFout],
    oud: Sequence[str],
) -> dict[str, SdmFout]:
    """Write index, numbers, workbook and manifest beside the pages.

    uit : the site in place; of a download that the guard stops the last good one is taken over, and the index says so.
    Returns the downloads that were stopped. Raises PrivacyFout when the guard stops index or manifest themselves.
    """
    shown = {one.taak.naam: one for one in executed if one.taak.naam not in mislukt}
    getoond = {p.id: gebouwd.publishables[p.id] for one in shown.values() for p in one.pieces}
    oordelen: dict[str, Oordeel] = {}
    for naam, (inhoud, soort) in _downloads(plan, shown, getoond).items():
        oordelen[naam] = _write(plan.root, gebouwd.wacht, nieuw, naam, inhoud, soort=soort)
        if oordelen[naam].fout is not None and (uit / naam).is_file():
            store.write(nieuw, naam, (uit / naam).read_bytes())
    tegen = {naam: oordeel.fout for naam, oordeel in oordelen.items() if oordeel.fout is not None}
    erbij = [rij for oordeel in oordelen.values() for rij in oordeel.herkomst]
    erbij += [(naam, f"niet gemaakt: {_reason(fout)}") for naam, fout in tegen.items()]
    context = site_context(plan, executed, uitgave=gebouwd.uitgave, erbij=erbij)
    links = tuple(report.Link(_download_name(naam, tegen), naam) for naam in oordelen if (nieuw / naam).is_file())
    paginas = [_cell(taak, shown.get(taak.naam), getoond, mislukt, oud) for taak in plan.taken]
    if fout := _write(plan.root, gebouwd.wacht, nieuw, CATALOGUS, catalogue_page(plan, context), soort="html").fout:
        raise fout
    index = report.render_index(paginas, context, downloads=links, catalogus=CATALOGUS).encode()
    manifest = _manifest(plan, shown, gebouwd, nieuw, mislukt={**mislukt, **tegen}, oud=oud, index=index)
    for naam, inhoud, soort in (("index.html", index, "html"), (MANIFEST, manifest, "json")):
        if fout := _write(plan.root, gebouwd.wacht, nieuw, naam, inhoud, soort=soort).fout:
            raise fout
    return dict(tegen)


def _downloads(
    plan: Plan, shown: Mapping[str, Executed], getoond: Mapping[str, Publishable]
) -> dict[str, tuple[bytes, str]]:
    if not getoond:
        return {}
    titel = f"Monitor Sociaal Domein, {plan.kwartaal.label}"
    return {
        "cijfers.csv": (report.cijfers_csv(getoond), "csv"),
        "cijfers.csv-metadata.json": (report.cijfers_metadata(titel=titel), "json"),
        "tabellen.xlsx": (_workbook(plan, shown, getoond), "xlsx"),
    }


def _download_name(naam: str, tegen: Mapping[str, SdmFout]) -> str:
    return f"{DOWNLOADS[naam]}, van een eerdere run" if naam in tegen else DOWNLOADS[naam]


def _write(root: Path, wacht: Wacht, nieuw: Path, naam: str, inhoud: bytes, *, soort: str) -> Oordeel:
    """Judge a file that the kit made wholly by itself, and write it when it may stand there."""

    def eigen() -> set[str]:
        return {iets.kenmerk for iets in disclosure.guard(inhoud, soort=soort, microdata=wacht.microdata)}  # type: ignore[arg-type]

    oordeel = keur(wacht, naam, inhoud, soort=soort, eigen=eigen)
    if oordeel.fout is None:
        store.write(nieuw, naam, inhoud)
    else:
        _set_apart(root, naam, inhoud)
    return oordeel


def _workbook(plan: Plan, shown: Mapping[str, Executed], getoond: Mapping[str, Publishable]) -> bytes:
    return report.workbook(
        getoond,
        titel="Monitor Sociaal Domein",
        kwartaal=plan.kwartaal.label,
        fictief=any(one.fictief for one in shown.values()),
        namen={one.taak.naam: one.taak.onderwerp.capitalize() for one in shown.values()},
    )


def _cell(
    taak: Taak,
    one: Executed | None,
    getoond: Mapping[str, Publishable],
    mislukt: Mapping[str, SdmFout],
    oud: Sequence[str],
) -> report.Pagina:
    """What the index says of a task: its page, its older page with the reason, or only the reason."""
    waarde = taak.bestand.value
    if one is not None:
        stukken = tuple(getoond[p.id] for p in one.pieces)
        return report.Pagina(waarde.titel, area_of(taak), f"{taak.naam}.html", waarde.stand, stukken=stukken)
    fout = mislukt.get(taak.naam)
    reden = f"niet gemaakt: {_reason(fout)}" if fout else "nog niet gemaakt"
    href = f"{taak.naam}.html" if taak.naam in oud else ""
    return report.Pagina(waarde.titel, area_of(taak), href, waarde.stand, reden=reden)


def _reason(fout: SdmFout) -> str:
    eerste = fout.meldingen[0]
    return f"{eerste.code}, {eerste.wat}"


def _manifest(
    plan: Plan,
    shown: Mapping[str, Executed],
    gebouwd: Gebouwd,
    nieuw: Path,
    *,
    mislukt: Mapping[str, SdmFout],
    oud: Sequence[str],
    index: bytes,
) -> bytes:
    """What was made from what, for machines: keys, inputs, files with hashes, what protection hid, what failed."""
    verlies: Counter[str] = Counter()
    for one in shown.values():
        for piece in one.pieces:
            verlies.update(gebouwd.publishables[piece.id].verlies)
    bestanden = {path.name: sources.sha256(path) for path in sorted(nieuw.iterdir())}
    bestanden["index.html"] = hashlib.sha256(index).hexdigest()
    inhoud = {
        "kwartaal": str(plan.kwartaal),
        "versie": sdm_lib.__version__,
        "sleutel": "" if mislukt or len(shown) < len(plan.taken) else gebouwd.sleutel,
        "editie": gebouwd.uitgave.naam,
        "bestanden": bestanden,
        "paginas": {
            naam: {
                "onderwerp": one.taak.onderwerp,
                "gebied": one.taak.gebied,
                "parameters": dict(one.taak.parameters),
                "sleutel": one.taak.sleutel,
                "invoer": dict(one.taak.invoer),
                "stand": one.taak.bestand.value.stand,
                "fictief": one.fictief,
            }
            for naam, one in shown.items()
        },
        "afgetekend": {page.naam: [str(iets) for iets in page.afgetekend] for page in gebouwd.pages if page.afgetekend},
        "verborgen": dict(sorted(verlies.items())),
        "niet_gemaakt": {naam: [str(melding) for melding in fout.meldingen] for naam, fout in mislukt.items()},
        "vorige_behouden": list(oud),
    }
    return json.dumps(inhoud, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
