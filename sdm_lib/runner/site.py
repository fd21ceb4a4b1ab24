"""From executed notebooks to a finished site: gather the pieces, protect them together, draw, guard, describe.

Nothing here looks at a clock, so the same input gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import sdm_lib
from sdm_lib import disclosure, report, sources
from sdm_lib.disclosure import Beleid, Editie, Publishable, Vrijgave
from sdm_lib.disclosure.edities import patroon, volgende
from sdm_lib.errors import SdmFout
from sdm_lib.monitor.show import parents
from sdm_lib.report import PageContext
from sdm_lib.runner import edities, store
from sdm_lib.runner.bladen import Balie, van_stukken
from sdm_lib.runner.context import area_of, catalogue_page, context_of, site_context
from sdm_lib.runner.edities import Uitgave
from sdm_lib.runner.plan import Plan, Taak, base_key, site_key
from sdm_lib.runner.tekenen import Page, draw, tekenkamer
from sdm_lib.runner.uitgevoerd import Executed
from sdm_lib.runner.wacht import Oordeel

BELEID = "params/kit.yaml"
INDEX, MANIFEST = "index.html", "manifest.json"
SAMEN, TUSSENSTANDEN = 4, 10  # the index of a run at work is made again after so many pages, or so many times
CATALOGUS = "catalogus.html"
DOWNLOADS = {
    "cijfers.csv": "Alle cijfers van dit kwartaal (CSV)",
    "cijfers.csv-metadata.json": "Beschrijving van de kolommen (CSV on the Web)",
    "tabellen.xlsx": "Alle tabellen (Excel)",
}


@dataclass(frozen=True, eq=False)
class Gebouwd:
    """A site half-way: its pages, the protected pieces, which edition it is, and where its files are judged."""

    pages: tuple[Page, ...]
    publishables: Mapping[str, Publishable]
    uitgave: Uitgave
    balie: Balie
    sleutel: str = ""


def protect(executed: Sequence[Executed], *, balie: Balie, released: Sequence[Editie] = ()) -> dict[str, Publishable]:
    """Protect the pieces of all topics and areas of the quarter together, by the rules of ``params/kit.yaml``.

    A topic's run file may raise a rule for that topic (``bescherming``), never lower one.
    released : the editions that are out: what they show and hide is a constraint.
    """
    root = balie.plan.root
    beleid: Beleid = disclosure.load_beleid(root / BELEID)
    for onderwerp, bestand in {one.taak.onderwerp: one.taak.bestand for one in executed}.items():
        beleid = beleid.verscherp(bestand.value.bescherming, onderwerp=onderwerp, bestand=bestand.bestand)
    pieces = [piece for one in executed for piece in one.pieces]
    eerder = edities.kenmerken(root) if released else ()
    return disclosure.protect(
        pieces, beleid=beleid, released=released, ouders=parents(root),
        bewaard=lambda maak, merk: balie.tabel(maak, "beschermd", merk, *eerder),
    )  # fmt: skip


def build(
    plan: Plan,
    executed: Sequence[Executed],
    nieuw: Path,
    *,
    processes: int,
    done: Callable[[str], None],
    partly: Callable[[Path], None] = lambda index: None,
    vrijgave: Vrijgave | None = None,
    opnieuw: bool = False,
    verwacht: int = 0,
) -> Gebouwd:
    """Protect the quarter under the released editions, draw every page and write those that the guard let through.

    partly : told where an index lists the pages that are ready, each time that some more are.
    opnieuw : draw and judge also what is kept from an earlier run.
    verwacht : so many pages are surely to be drawn; whoever draws them gets ready while the quarter is protected.
    vrijgave : the edition that this site becomes; without it the site is a draft, or the edition that it equals.
    """
    fictief = any(one.fictief for one in executed)
    released = edities.released(plan.root, fictief=fictief)
    balie = Balie(plan, opnieuw=opnieuw)
    with tekenkamer(balie, pages=verwacht, processes=processes) as kamer:
        publishables = protect(executed, balie=balie, released=released)
        uitgave, sleutel = _becomes(plan, publishables, released, vrijgave=vrijgave)
        contexts = {
            one.taak.naam: context_of(
                plan, one, executed, uitgave=uitgave, publishables=publishables, released=released
            )
            for one in executed
        }
        context = site_context(plan, executed, uitgave=uitgave, erbij=())
        getekend = 0

        def klaar(page: Page) -> None:
            nonlocal getekend
            _plaats(plan.root, page, nieuw)
            done(page.naam)
            getekend += not page.bewaard
            if not page.bewaard and getekend % max(SAMEN, len(executed) // TUSSENSTANDEN) == 0:
                _write(balie, nieuw, INDEX, _index_so_far(plan, nieuw, context), soort="html")
                partly(nieuw / INDEX)

        pages = draw(executed, publishables, contexts, balie=balie, processes=processes, done=klaar, kamer=kamer)
    return Gebouwd(tuple(pages), publishables, uitgave, balie, sleutel)


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


def _plaats(root: Path, page: Page, nieuw: Path) -> None:
    """Write a page that the guard let through; what it stopped only its maker can look at."""
    if page.fout is None:
        store.write(nieuw, f"{page.naam}.html", page.html)
    elif page.html:
        _set_apart(root, f"{page.naam}.html", page.html)


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
    for naam, (inhoud, soort) in _downloads(plan, shown, getoond, balie=gebouwd.balie).items():
        oordelen[naam] = _write(gebouwd.balie, nieuw, naam, inhoud, soort=soort)
        if oordelen[naam].fout is not None and (uit / naam).is_file():
            store.write(nieuw, naam, (uit / naam).read_bytes())
    tegen = {naam: oordeel.fout for naam, oordeel in oordelen.items() if oordeel.fout is not None}
    erbij = [rij for oordeel in oordelen.values() for rij in oordeel.herkomst]
    erbij += [(naam, f"niet gemaakt: {_reason(fout)}") for naam, fout in tegen.items()]
    context = site_context(plan, executed, uitgave=gebouwd.uitgave, erbij=erbij)
    links = tuple(report.Link(_download_name(naam, tegen), naam) for naam in oordelen if (nieuw / naam).is_file())
    paginas = [_cell(taak, shown.get(taak.naam), getoond, mislukt, oud) for taak in plan.taken]
    if fout := _write(gebouwd.balie, nieuw, CATALOGUS, catalogue_page(plan, context), soort="html").fout:
        raise fout
    index = report.render_index(paginas, context, downloads=links, catalogus=CATALOGUS).encode()
    manifest = _manifest(plan, shown, gebouwd, nieuw, mislukt={**mislukt, **tegen}, oud=oud, index=index)
    for naam, inhoud, soort in ((INDEX, index, "html"), (MANIFEST, manifest, "json")):
        if fout := _write(gebouwd.balie, nieuw, naam, inhoud, soort=soort).fout:
            raise fout
    return dict(tegen)


def _downloads(
    plan: Plan, shown: Mapping[str, Executed], getoond: Mapping[str, Publishable], *, balie: Balie
) -> dict[str, tuple[bytes, str]]:
    if not getoond:
        return {}
    titel = f"Monitor Sociaal Domein, {plan.kwartaal.label}"
    makers: dict[str, tuple[Callable[[], bytes], str]] = {
        "cijfers.csv": (lambda: report.cijfers_csv(getoond), "csv"),
        "cijfers.csv-metadata.json": (lambda: report.cijfers_metadata(titel=titel), "json"),
        "tabellen.xlsx": (lambda: _workbook(plan, shown, getoond), "xlsx"),
    }
    van = (titel, van_stukken(getoond.values()))
    return {naam: (balie.kept(maak, naam, *van), soort) for naam, (maak, soort) in makers.items()}


def _download_name(naam: str, tegen: Mapping[str, SdmFout]) -> str:
    return f"{DOWNLOADS[naam]}, van een eerdere run" if naam in tegen else DOWNLOADS[naam]


def _write(balie: Balie, nieuw: Path, naam: str, inhoud: bytes, *, soort: str) -> Oordeel:
    """Judge a file that the kit made wholly by itself, and write it when it may stand there."""

    def eigen() -> set[str]:
        return {iets.kenmerk for iets in disclosure.guard(inhoud, soort=soort, microdata=balie.wacht.microdata)}  # type: ignore[arg-type]

    oordeel = balie.keur(naam, inhoud, soort=soort, eigen=eigen)
    if oordeel.fout is None:
        store.write(nieuw, naam, inhoud)
    else:
        _set_apart(balie.plan.root, naam, inhoud)
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


def _index_so_far(plan: Plan, nieuw: Path, context: PageContext) -> bytes:
    """The index while pages are drawn: those that stand there already, and that more will come."""
    cellen = []
    for taak in plan.taken:
        href = f"{taak.naam}.html"
        plek, reden = (href, "") if (nieuw / href).is_file() else ("", "nog niet gemaakt")
        waarde = taak.bestand.value
        cellen.append(report.Pagina(waarde.titel, area_of(taak), plek, waarde.stand, reden=reden))
    klaar = sum(not cel.reden for cel in cellen)
    tekst = (
        f"De kit is nog bezig: {klaar} van de {len(cellen)} pagina's zijn klaar. Vernieuw om te zien wat erbij kwam."
    )
    return report.render_index(cellen, replace(context, inleiding=tekst)).encode()


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
    bestanden[INDEX] = hashlib.sha256(index).hexdigest()
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
