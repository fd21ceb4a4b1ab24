"""From executed notebooks to a finished site: gather the pieces, protect them together, draw, guard, describe.

Nothing here looks at a clock, so the same input gives the same bytes.
"""

from __future__ import annotations

import json
import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sdm_lib
from sdm_lib import disclosure, indicators, monitor, nl, report, sources
from sdm_lib.disclosure import Beleid, Publishable
from sdm_lib.disclosure.kanaries import Kanaries
from sdm_lib.errors import Melding, PrivacyFout, RapportFout, SdmFout
from sdm_lib.indicators import Indicator
from sdm_lib.indicators.glossary import load_begrippen
from sdm_lib.monitor.run import CACHE, RUN_MIME
from sdm_lib.report import PageContext
from sdm_lib.results import MIME, Piece
from sdm_lib.runner import store
from sdm_lib.runner.plan import Plan, Taak, site_key

BELEID = "params/kit.yaml"
MANIFEST = "manifest.json"
DOWNLOADS = {
    "cijfers.csv": "Alle cijfers van dit kwartaal (CSV)",
    "cijfers.csv-metadata.json": "Beschrijving van de kolommen (CSV on the Web)",
    "tabellen.xlsx": "Alle tabellen (Excel)",
}
PARALLEL_FROM = 4  # drawing fewer pages than this in another process costs more than it saves


@dataclass(frozen=True)
class Executed:
    """A task with its executed notebook and the pieces found in it, in page order."""

    taak: Taak
    path: Path
    pieces: tuple[Piece, ...]

    @property
    def fictief(self) -> bool:
        """Whether a delivery that was read carries the marker of the demo."""
        return any(piece.opties.get("fictief") == "ja" for piece in self.pieces)


@dataclass(frozen=True)
class Page:
    """A drawn page, or why it could not be made, with what its notebook displayed and the page leaves out."""

    naam: str
    html: bytes = b""
    weggelaten: tuple[str, ...] = ()
    fout: SdmFout | None = None


def read_executed(taak: Taak, path: Path) -> Executed:
    """Read an executed notebook back."""
    return Executed(taak, path, tuple(_pieces(_notebook(path))))


def _notebook(path: Path) -> Any:
    import nbformat

    read: Callable[..., Any] = nbformat.read
    return read(path, as_version=4)


def _pieces(notebook: Any) -> Iterable[Piece]:
    for cell in notebook.cells:
        for output in cell.outputs if cell.cell_type == "code" else ():
            if MIME in output.get("data", {}):
                yield Piece.from_json(output["data"][MIME])


def protect(root: Path, executed: Sequence[Executed]) -> dict[str, Publishable]:
    """Protect the pieces of all topics and areas of the quarter together, by the rules of ``params/kit.yaml``."""
    beleid: Beleid = disclosure.load_beleid(root / BELEID)
    pieces = [piece for one in executed for piece in one.pieces]
    return disclosure.protect(pieces, beleid=beleid, ouders=_parents(root))


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
    kanaries: Kanaries,
    processes: int,
    done: Callable[[str], None] = lambda naam: None,
) -> list[Page]:
    """Draw and guard every page, several at once, in the order of `executed`; one that fails does not stop others."""
    jobs = [
        (one.taak.naam, one.path, {p.id: publishables[p.id] for p in one.pieces}, contexts[one.taak.naam])
        for one in executed
    ]
    if len(jobs) < PARALLEL_FROM or processes == 1:
        _watch_for(kanaries)
        pages = []
        for job in jobs:
            pages.append(_draw_one(*job))
            done(job[0])
        return pages
    # spawn: a fork of a process that runs threads may hang, and other systems know no fork
    workers = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=workers, initializer=_watch_for, initargs=(kanaries,)) as pool:
        futures: dict[Future[Page], str] = {pool.submit(_draw_one, *job): job[0] for job in jobs}
        for future in as_completed(futures):
            done(futures[future])
        return [future.result() for future in futures]


_kanaries: Kanaries = Kanaries.van(())  # of this process: what the guard looks for on every page it finishes


def _watch_for(kanaries: Kanaries) -> None:
    global _kanaries
    _kanaries = kanaries


def personal_values(plan: Plan) -> Kanaries:
    """Every person's code in the deliveries of the quarter: none of them may occur in anything that is published."""
    waarden: set[str] = set()
    gezien: set[tuple[Path, str]] = set()
    for taak in plan.taken:
        folder = plan.root / (taak.parameters["leveringen"] or taak.bestand.value.leveringen)
        for naam in taak.bestand.value.bronnen:
            if (folder, naam) not in gezien:
                gezien.add((folder, naam))
                waarden |= _codes(plan, folder, naam)
    return Kanaries.van(waarden)


def _codes(plan: Plan, folder: Path, naam: str) -> set[str]:
    schema = sources.load_schema(naam, root=plan.root)
    if not schema.persoonlijk or not (folder / schema.bestand).is_file():
        return set()
    frame = sources.read_kept(naam, folder=folder, cache=plan.root / CACHE).frame
    return {str(waarde) for kolom in schema.persoonlijk if kolom in frame for waarde in frame[kolom].dropna().unique()}


def _draw_one(naam: str, path: Path, publishables: Mapping[str, Publishable], context: PageContext) -> Page:
    from sdm_lib.runner.execute import without_iri_grammar

    without_iri_grammar()
    notebook = _notebook(path)
    try:
        html = report.render_page(notebook, publishables, context).encode()
    except SdmFout as fout:
        return Page(naam, fout=fout)
    except (ValueError, KeyError, TypeError, ArithmeticError) as fout:
        wat = f"de pagina kon niet worden getekend ({type(fout).__name__})"
        herstel = "Meld dit met de naam van de pagina en het kwartaal."
        return Page(naam, fout=RapportFout(Melding("SDM-105", wat, herstel, bestand=f"{naam}.html")))
    weg = tuple(f"cel {iets.cel}: {iets.soort}" for iets in report.weggelaten(notebook) if iets.soort != RUN_MIME)
    return Page(naam, html, weg, guard(f"{naam}.html", html, soort="html"))


def guard(naam: str, inhoud: bytes, *, soort: Any) -> PrivacyFout | None:
    """The problem that keeps finished bytes from being published; None when the guard found nothing."""
    found = disclosure.guard(inhoud, soort=soort, canaries=_kanaries)
    if not found:
        return None
    herstel = "Haal het uit de tekst of het cijfer; de pagina blijft tot dan weg."
    return PrivacyFout(*(Melding("SDM-480", f"de wacht vond {iets}", herstel, bestand=naam) for iets in found))


def build(
    plan: Plan, executed: Sequence[Executed], nieuw: Path, *, processes: int, done: Callable[[str], None]
) -> tuple[list[Page], dict[str, Publishable]]:
    """Protect the quarter, draw every page and write those that the guard let through."""
    publishables = protect(plan.root, executed)
    contexts = {one.taak.naam: context_of(plan, one, executed) for one in executed}
    kanaries = personal_values(plan)
    _watch_for(kanaries)
    pages = draw(executed, publishables, contexts, kanaries=kanaries, processes=processes, done=done)
    for page in pages:
        if page.fout is None:
            store.write(nieuw, f"{page.naam}.html", page.html)
    return pages, publishables


def finish(
    plan: Plan,
    executed: Sequence[Executed],
    publishables: Mapping[str, Publishable],
    nieuw: Path,
    *,
    mislukt: Mapping[str, SdmFout],
    oud: Sequence[str],
) -> None:
    """Write index, numbers, workbook and manifest beside the pages. Raises PrivacyFout when the guard stops one."""
    shown = {one.taak.naam: one for one in executed if one.taak.naam not in mislukt}
    getoond = {p.id: publishables[p.id] for one in shown.values() for p in one.pieces}
    titel = f"Monitor Sociaal Domein, {plan.kwartaal.label}"
    context = _site_context(plan, executed)
    downloads: dict[str, tuple[bytes, str]] = {}
    if getoond:
        downloads = {
            "cijfers.csv": (report.cijfers_csv(getoond), "csv"),
            "cijfers.csv-metadata.json": (report.cijfers_metadata(titel=titel), "json"),
            "tabellen.xlsx": (_workbook(plan, shown, getoond), "xlsx"),
        }
    links = tuple(report.Link(DOWNLOADS[naam], naam) for naam in downloads)
    paginas = [_cell(taak, shown.get(taak.naam), getoond, mislukt, oud) for taak in plan.taken]
    files = downloads | {"index.html": (report.render_index(paginas, context, downloads=links).encode(), "html")}
    for naam, (inhoud, soort) in files.items():
        if fout := guard(naam, inhoud, soort=soort):
            raise fout
        store.write(nieuw, naam, inhoud)
    manifest = _manifest(plan, shown, publishables, nieuw, mislukt=mislukt, oud=oud)
    if fout := guard(MANIFEST, manifest, soort="json"):
        raise fout
    store.write(nieuw, MANIFEST, manifest)


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


def context_of(plan: Plan, one: Executed, alle: Sequence[Executed]) -> PageContext:
    """What stands around a notebook on its page: definitions, glossary, provenance and the way to other pages."""
    waarde = one.taak.bestand.value
    catalogue = indicators.load(plan.root)
    ids = [naam for naam in dict.fromkeys(_ids(one.pieces)) if naam in catalogue]
    anderen = [ander for ander in alle if ander.taak.onderwerp == one.taak.onderwerp and ander is not one]
    return PageContext(
        onderwerp=waarde.titel,
        kwartaal=plan.kwartaal.label,
        gebied=area_of(one.taak),
        stand=waarde.stand,
        fictief=one.fictief,
        inleiding=waarde.vraag,
        definities=tuple(definition_of(catalogue[naam]) for naam in ids),
        begrippen=glossary(plan.root, one.pieces),
        herkomst=tuple(_provenance(one)),
        links=(
            report.Link("Alle rapporten van dit kwartaal", "index.html"),
            *(report.Link(area_of(ander.taak), f"{ander.taak.naam}.html") for ander in anderen),
        ),
    )


def _site_context(plan: Plan, executed: Sequence[Executed]) -> PageContext:
    return PageContext(
        onderwerp="Monitor Sociaal Domein",
        kwartaal=plan.kwartaal.label,
        gebied="Almere",
        titel="Monitor Sociaal Domein",
        fictief=any(one.fictief for one in executed),
        inleiding="Cijfers over gebruik, ervaringen, effecten en kosten, voor college en raad.",
        herkomst=(("Versie van de kit", sdm_lib.__version__),),
    )


def _ids(pieces: Iterable[Piece]) -> Iterable[str]:
    for piece in pieces:
        yield from (naam.removesuffix("_nvt") for naam in piece.results.frame["indicator"].unique())


def definition_of(indicator: Indicator) -> report.Definitie:
    """An indicator as the appendix explains it."""
    regels = [
        ("Wat", indicator.zin),
        ("Teller", indicator.teller_in_woorden),
        ("Noemer", indicator.noemer_in_woorden),
        ("Over wie", indicator.populatie),
        ("Bron", indicator.instrument),
        ("Gunstig is", {"hoger": "hoger", "lager": "lager", "geen": "niet te zeggen"}[indicator.gunstig]),
        ("Definitie sinds", indicator.definitie),
        ("Toelichting", indicator.toelichting),
    ]
    return report.Definitie(indicator.label, tuple((naam, tekst) for naam, tekst in regels if tekst), indicator.id)


def _provenance(one: Executed) -> Iterable[tuple[str, str]]:
    waarde = one.taak.bestand.value
    yield "Peildatum", nl.datum(waarde.peildatum)
    yield "Leverdatum", nl.datum(waarde.leverdatum)
    yield "Notebook", f"notebooks/{one.taak.onderwerp}.ipynb"
    yield "Run-bestand", one.taak.bestand.bestand
    for naam, hash_ in one.taak.invoer.items():
        yield naam, f"sha256 {hash_[:16]}"
    yield "Versie van de kit", sdm_lib.__version__
    yield "Sleutel van deze run", one.taak.sleutel[:16]


def _manifest(
    plan: Plan,
    shown: Mapping[str, Executed],
    publishables: Mapping[str, Publishable],
    nieuw: Path,
    *,
    mislukt: Mapping[str, SdmFout],
    oud: Sequence[str],
) -> bytes:
    """What was made from what, for machines: keys, inputs, files with hashes, what protection hid, what failed."""
    verlies: Counter[str] = Counter()
    for one in shown.values():
        for piece in one.pieces:
            verlies.update(publishables[piece.id].verlies)
    bestanden = {path.name: sources.sha256(path) for path in sorted(nieuw.iterdir())}
    inhoud = {
        "kwartaal": str(plan.kwartaal),
        "versie": sdm_lib.__version__,
        "sleutel": "" if mislukt or len(shown) < len(plan.taken) else site_key(plan),
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
        "verborgen": dict(sorted(verlies.items())),
        "niet_gemaakt": {naam: [str(melding) for melding in fout.meldingen] for naam, fout in mislukt.items()},
        "vorige_behouden": list(oud),
    }
    return json.dumps(inhoud, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def glossary(root: Path, pieces: Iterable[Piece]) -> tuple[tuple[str, str], ...]:
    """The terms of ``params/begrippen.yaml`` that a page uses in its labels, titles or groups."""
    tekst = " ".join(
        deel.lower()
        for piece in pieces
        for deel in (*piece.labels.values(), *piece.labels, piece.opties.get("titel", ""), piece.policy)
    )
    begrippen = load_begrippen(root)
    return tuple((naam, begrip.omschrijving) for naam, begrip in begrippen.items() if naam.replace("_", " ") in tekst)


def area_of(taak: Taak) -> str:
    """The area of a task as a reader knows it."""
    return monitor.area_name(taak.gebied, taak.bestand.value.gebied_jaar)
