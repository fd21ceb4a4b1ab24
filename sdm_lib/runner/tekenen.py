"""Draw and judge the pages of a quarter, one a core at once; what was drawn before from the same is not drawn again."""

from __future__ import annotations

import json
import multiprocessing
import os
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from multiprocessing import connection
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

from sdm_lib import disclosure, report, sources
from sdm_lib.disclosure import Bevinding, Publishable
from sdm_lib.errors import Melding, RapportFout, SdmFout
from sdm_lib.monitor.run import RUN_MIME
from sdm_lib.report import PageContext
from sdm_lib.runner.bladen import Balie, van_stukken
from sdm_lib.runner.uitgevoerd import Executed, read_notebook
from sdm_lib.runner.wacht import Oordeel, Wacht, keur
from sdm_lib.runner.warm import zelden_opruimen

VOORAF = ("sdm_lib.runner.tekenen", "sdm_lib.report.exporter", "seaborn", "matplotlib.backends.backend_svg", "mistune")
PARALLEL_FROM = 4  # drawing fewer pages than this in another process costs more than it saves


@dataclass(frozen=True)
class Page:
    """A drawn page, or why it could not be made, with what its notebook displayed and the page leaves out."""

    naam: str
    html: bytes = b""
    weggelaten: tuple[str, ...] = ()
    fout: SdmFout | None = None
    afgetekend: tuple[Bevinding, ...] = ()
    van: tuple[str, ...] = ()  # all that it is made from
    bewaard: bool = False  # as it was drawn and let through by an earlier run


Job = tuple[tuple[str, ...], str, Path, Mapping[str, Publishable], PageContext]


def draw(
    executed: Sequence[Executed],
    publishables: Mapping[str, Publishable],
    contexts: Mapping[str, PageContext],
    *,
    balie: Balie,
    processes: int,
    done: Callable[[Page], None] = lambda page: None,
    kamer: Executor | None = None,
) -> list[Page]:
    """Every page drawn and guarded, or as kept, in the order of `executed`; one that fails does not stop others.

    done : told of each page as it is ready.
    kamer : an open `tekenkamer`; without it one is opened when there are pages enough.
    """
    pages: dict[str, Page] = {}
    jobs: dict[str, Job] = {}
    for one in executed:
        naam, stukken = one.taak.naam, {p.id: publishables[p.id] for p in one.pieces}
        van = ("pagina", naam, sources.sha256(one.path), van_stukken(stukken.values()), repr(contexts[naam]))
        if (kept := balie.vind(*van)) is not None:
            pages[naam] = Page(naam, van=van, bewaard=True, **_from_bytes(kept))
            done(pages[naam])
        else:
            jobs[naam] = (van, naam, one.path, stukken, contexts[naam])
    for page in _drawn_pages(jobs.values(), balie=balie, processes=processes, kamer=kamer):
        pages[page.naam] = page
        if page.fout is None and not page.afgetekend:
            balie.bewaar(_to_bytes(page), *page.van)
        done(page)
    return [pages[one.taak.naam] for one in executed]


@contextmanager
def tekenkamer(balie: Balie, *, pages: int, processes: int) -> Iterator[Executor | None]:
    """Processes to draw so many pages in, which load their libraries at once; None when one process does it sooner."""
    if pages < PARALLEL_FROM or processes == 1:
        yield None
        return
    erbij = (balie.wacht, dict(os.environ))
    with ProcessPoolExecutor(processes, mp_context=_starters(), initializer=_begin, initargs=erbij) as kamer:
        # a process starts when there is something to do, and who asks waits until it listens
        threading.Thread(target=_wake, args=(kamer, processes)).start()
        try:
            yield kamer
        except BaseException:
            kamer.shutdown(cancel_futures=True)
            raise


def _wake(kamer: Executor, processes: int) -> None:
    with suppress(RuntimeError):  # the room was closed before: nothing is to be drawn
        for _ in range(processes):
            kamer.submit(int)


def _starters() -> BaseContext:
    """How processes start: forked from a server that loads the libraries once, or each by itself where there is none.

    Never a fork of this process: one that runs threads may hang when it is forked.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    starters = multiprocessing.get_context("forkserver")
    starters.set_forkserver_preload(list(VOORAF))
    return starters


def _begin(wacht: Wacht, omgeving: Mapping[str, str]) -> None:
    """In a process of a drawing room: get ready, and end with the process that opened it, however that ends.

    omgeving : the environment now; the server that forks has the one of when it was started, with another project.
    """
    os.environ.clear()
    os.environ.update(omgeving)
    ouder = multiprocessing.parent_process()
    if ouder is not None:
        threading.Thread(target=_end_with, args=(ouder.sentinel,), daemon=True).start()
    _ready(wacht)
    zelden_opruimen()


def _end_with(lijn: int) -> None:
    connection.wait([lijn])
    os._exit(1)


def _drawn_pages(jobs: Collection[Job], *, balie: Balie, processes: int, kamer: Executor | None) -> Iterator[Page]:
    """Draw and guard pages, several at once, as they come ready."""
    if not jobs:
        return
    with nullcontext(kamer) if kamer else tekenkamer(balie, pages=len(jobs), processes=processes) as open_kamer:
        if open_kamer is None:
            _ready(balie.wacht)
            yield from (_draw_one(*job) for job in jobs)
        else:
            for future in as_completed([open_kamer.submit(_draw_one, *job) for job in jobs]):
                yield future.result()


def _to_bytes(page: Page) -> bytes:
    return json.dumps({"html": page.html.decode(), "weggelaten": page.weggelaten}, ensure_ascii=False).encode()


def _from_bytes(kept: bytes) -> dict[str, Any]:
    inhoud = json.loads(kept)
    return {"html": inhoud["html"].encode(), "weggelaten": tuple(inhoud["weggelaten"])}


_wacht = Wacht()  # of this process: what every page it finishes is held against


def _ready(wacht: Wacht) -> None:
    """Load what drawing needs, and know what pages are held against."""
    global _wacht
    import seaborn  # noqa: F401  # with matplotlib the slowest of it

    from sdm_lib.runner.execute import without_iri_grammar

    without_iri_grammar()
    _wacht = wacht


def _draw_one(
    van: tuple[str, ...], naam: str, path: Path, publishables: Mapping[str, Publishable], context: PageContext
) -> Page:
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
    return Page(naam, html, weg, oordeel.fout, tuple(iets for iets, _ in oordeel.afgetekend), van)


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
