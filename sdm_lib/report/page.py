"""One self-contained HTML file for a topic and area: an executed notebook with its protected pieces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from typing import TYPE_CHECKING, Any

from sdm_lib.disclosure import Publishable, niet_getoond
from sdm_lib.errors import Melding, RapportFout
from sdm_lib.report.fragment import fragment
from sdm_lib.report.gate import require
from sdm_lib.report.herrekend import Herrekend
from sdm_lib.report.markdown import Kop, Tekst
from sdm_lib.report.style import csp, stylesheet
from sdm_lib.results import MIME

if TYPE_CHECKING:
    from nbformat import NotebookNode

STANDEN = {"voorlopig": "voorlopig", "nader_voorlopig": "nader voorlopig", "definitief": "definitief"}


@dataclass(frozen=True, slots=True)
class Definitie:
    """What an indicator means: name and rows of (what, text), e.g. ("Teller", "cliënten die ...")."""

    label: str
    regels: tuple[tuple[str, str], ...]
    id: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A way to another page of the quarter; `href` is relative, so a folder can be moved or mailed."""

    tekst: str
    href: str


@dataclass(frozen=True, slots=True)
class PageContext:
    """What stands around the notebook on its page. Everything is text that the runner computed; no clock.

    onderwerp, kwartaal, gebied : as a reader says them ("Cliënten", "2e kwartaal 2015", "Almere Haven").
    stand : voorlopig, nader_voorlopig or definitief.
    titel : the page title; empty takes the first level-one heading of the notebook.
    editie : name of the released edition; empty prints CONCEPT.
    fictief : whether the deliveries carried the marker of made-up data.
    inleiding : for whom and what this page is, one or two sentences; a notebook that opens with its own goes before.
    definities, begrippen : the indicators and terms used. herkomst : provenance rows.
    verwijzingen : what references in an interpretation say, by how they are written.
    wijzigingen : sentences on what changed since the last released edition. links : other pages of this quarter.
    nulmeting : the nulmeting as it was published beside what the page compares with.
    """

    onderwerp: str
    kwartaal: str
    gebied: str
    stand: str = "voorlopig"
    titel: str = ""
    editie: str = ""
    fictief: bool = False
    inleiding: str = ""
    definities: tuple[Definitie, ...] = ()
    begrippen: tuple[tuple[str, str], ...] = ()
    herkomst: tuple[tuple[str, str], ...] = ()
    wijzigingen: tuple[str, ...] = ()
    nulmeting: Herrekend | None = None
    links: tuple[Link, ...] = ()
    verwijzingen: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Weglating:
    """Something that a code cell displayed and that does not reach the page: cell number (from 1) and what it was."""

    cel: int
    soort: str


@dataclass(frozen=True, slots=True)
class Blad:
    """What the template fills in."""

    page: PageContext
    titel: str
    stand: str
    inhoud: str
    koppen: tuple[Kop, ...]
    css: str = field(repr=False)
    csp: str = field(repr=False)
    niet_getoond: tuple[str, ...] = ()


def render_page(notebook: NotebookNode, publishables: Mapping[str, Publishable], page: PageContext) -> str:
    """The page as text, the same bytes for the same input.

    Only Markdown cells and the pieces among the outputs reach the page; `weggelaten` lists the rest.
    publishables : by piece id, from `protect`; each piece in the notebook must be among them.
    Raises RapportFout when a cell failed (SDM-610), a piece is not protected (SDM-611) or stands twice (SDM-612).
    """
    from sdm_lib.report.exporter import export

    return export(notebook, publishables, page)


def compose(notebook: NotebookNode, publishables: Mapping[str, Publishable], page: PageContext) -> Blad:
    """The content of the page, before the template."""
    tekst = Tekst(titel=page.titel)
    inhoud = "\n".join(_delen(notebook, publishables, tekst, page.verwijzingen)).lstrip()
    if inhoud.startswith("<p>"):
        page = replace(page, inleiding="")  # the notebook opens by itself: not twice
    gaten = niet_getoond(publishables)
    slot = [
        Kop(naam, kop)
        for naam, kop, aanwezig in (
            ("wijzigingen", "Wat is er veranderd", page.wijzigingen),
            ("nulmeting-twee-keer", "De nulmeting, gepubliceerd en herrekend", page.nulmeting),
            ("niet-getoond", "Welke cijfers niet te zien zijn", gaten),
            ("definities", "Wat de cijfers betekenen", page.definities),
            ("begrippen", "Begrippen", page.begrippen),
            ("toegankelijkheid", "Toegankelijkheid", True),
            ("herkomst", "Waar deze cijfers vandaan komen", page.herkomst),
        )
        if aanwezig
    ]
    css = stylesheet()
    return Blad(
        page=page,
        titel=tekst.titel or page.onderwerp,
        stand=STANDEN.get(page.stand, page.stand),
        inhoud=inhoud,
        koppen=(*tekst.koppen, *slot),
        css=css,
        csp=csp(css),
        niet_getoond=gaten,
    )


def _delen(
    notebook: NotebookNode, publishables: Mapping[str, Publishable], tekst: Tekst, verwijzingen: Mapping[str, str]
) -> Iterator[str]:
    gezien: dict[str, Publishable] = {}
    for nummer, cel in enumerate(notebook.cells, start=1):
        if cel.cell_type == "markdown":
            yield tekst.render(cel.source)
        elif cel.cell_type == "code":
            for piece_id in _pieces(cel, nummer):
                if piece_id in gezien:
                    raise _fout(
                        "SDM-612", nummer, f"stuk {piece_id} staat twee keer op de pagina", "Publiceer het een keer."
                    )
                if piece_id not in publishables:
                    raise _fout("SDM-611", nummer, f"stuk {piece_id} is niet beschermd", "Draai het kwartaal opnieuw.")
                publishable = require(publishables[piece_id])
                eerder = next((een for een in gezien.values() if _same_numbers(een, publishable)), None)
                gezien[piece_id] = publishable
                yield _ingevuld(publishable, verwijzingen, eerder)


def _same_numbers(een: Publishable, ander: Publishable) -> bool:
    """Whether one is a map and the other the tiles of the same figures: one table and one CSV serve both."""
    soorten = {een.opties.get("chart"), ander.opties.get("chart")}
    return soorten == {"map", "tiles"} and een.labels == ander.labels and een.table.equals(ander.table)


def _ingevuld(publishable: Publishable, verwijzingen: Mapping[str, str], eerder: Publishable | None) -> str:
    """A drawn piece; in an interpretation every reference has become the figure that it names."""
    html = fragment(publishable, cijfers_bij=eerder)
    if publishable.vorm == "duiding":
        for verwijzing, cijfer in verwijzingen.items():
            html = html.replace(escape(verwijzing), escape(cijfer))
    return html


def _pieces(cel: Any, nummer: int) -> Iterator[str]:
    for output in cel.outputs:
        if output.output_type == "error":
            raise _fout("SDM-610", nummer, f"de cel is mislukt met {output.ename}", "Herstel de cel en draai opnieuw.")
        data = output.get("data", {}).get(MIME)
        if data is not None:
            yield str(data["id"])


def _fout(code: str, cel: int, wat: str, herstel: str) -> RapportFout:
    return RapportFout(Melding(code, wat, herstel, sleutel=f"cel {cel}"))


def weggelaten(notebook: NotebookNode) -> tuple[Weglating, ...]:
    """What the code cells of a notebook display beside pieces; none of it reaches a page.

    The preview that comes with a piece is not an omission: the piece itself is on the page.
    """
    lijst: list[Weglating] = []
    for nummer, cel in enumerate(notebook.cells, start=1):
        for output in cel.get("outputs", []) if cel.cell_type == "code" else []:
            soort = _soort(output)
            if soort and Weglating(nummer, soort) not in lijst:
                lijst.append(Weglating(nummer, soort))
    return tuple(lijst)


def _soort(output: Any) -> str:
    if output.output_type == "stream":
        return f"tekst ({output.name})"
    data = output.get("data", {})
    if MIME in data or output.output_type == "error":
        return ""
    return next((naam for naam in sorted(data) if naam != "text/plain"), "text/plain") if data else ""
