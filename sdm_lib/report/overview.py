"""The index of a quarter: topics by areas, what failed and why, every figure with its way in, and the downloads.

It is the one page with a script: a filter over the list of figures, allowed by its hash. Without it the list is whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sdm_lib.disclosure import Publishable
from sdm_lib.report.gate import require
from sdm_lib.report.markdown import Kop
from sdm_lib.report.page import STANDEN, Link, PageContext
from sdm_lib.report.stuk import slug, stuk
from sdm_lib.report.style import csp, stylesheet
from sdm_lib.results import GEEN_SCHATTING

TEMPLATE = Path(__file__).parent / "template" / "sdm"


@dataclass(frozen=True, slots=True)
class Pagina:
    """One cell of the index.

    onderwerp, gebied : names as a reader says them. href : relative address; empty when there is no page at all.
    stand : state of the figures. reden : why it was not made (with an href: why the older page still stands there).
    stukken : the pieces on the page, for the list of figures.
    """

    onderwerp: str
    gebied: str
    href: str = ""
    stand: str = "voorlopig"
    reden: str = ""
    stukken: tuple[Publishable, ...] = ()

    @property
    def stand_naam(self) -> str:
        """The state in words."""
        return STANDEN.get(self.stand, self.stand)


@dataclass(frozen=True, slots=True)
class Ingang:
    """A figure and the pages it stands on."""

    indicator: str
    naam: str
    links: tuple[Link, ...]


def render_index(
    pages: Sequence[Pagina], page: PageContext, *, downloads: Sequence[Link] = (), catalogus: str = ""
) -> str:
    """The index as text, the same bytes for the same input.

    page : kwartaal, editie, fictief, inleiding and herkomst are used; gebied and onderwerp may be empty.
    catalogus : address of the page with all definitions; empty when there is none.
    Raises ValueError when a page has neither an address nor a reason, or two pages share topic and area.
    """
    paginas = {(pagina.onderwerp, pagina.gebied): pagina for pagina in pages}
    leeg = [pagina for pagina in pages if not pagina.href and not pagina.reden]
    if leeg or len(paginas) < len(pages):
        raise ValueError(f"render_index: {len(leeg)} pages without href and reden, {len(pages) - len(paginas)} double")
    ingangen_ = ingangen(pages)
    js = script() if ingangen_ else ""
    koppen = [Kop("rapporten", "Rapporten")]
    koppen += [Kop("zoeken", "Alle cijfers")] if ingangen_ else []
    koppen += [Kop("downloads", "Downloads")] if downloads else []
    css = stylesheet()
    from markupsafe import Markup

    return str(
        environment()
        .get_template("overzicht.html.j2")
        .render(
            blad={
                "page": page,
                "paginas": paginas,
                "onderwerpen": list(dict.fromkeys(pagina.onderwerp for pagina in pages)),
                "gebieden": list(dict.fromkeys(pagina.gebied for pagina in pages)),
                "ingangen": ingangen_,
                "downloads": downloads,
                "catalogus": catalogus,
                "koppen": [*koppen, Kop("toegankelijkheid", "Toegankelijkheid")],
                "css": Markup(css),  # made by this room
                "csp": Markup(csp(css, script=js)),
                "script": Markup(js),
            }
        )
    )


def ingangen(pages: Sequence[Pagina]) -> list[Ingang]:
    """Every indicator with the pages it is shown on, by name; the link leads to its first piece there.

    A figure on pages of more topics has the topic in its links. What only accounts for a sample is no way in.
    """
    gevonden: dict[str, tuple[str, dict[str, tuple[Pagina, str]]]] = {}
    for pagina in pages:
        for publishable in pagina.stukken if pagina.href else ():
            for rij in stuk(require(publishable)).rijen:
                if rij.method not in GEEN_SCHATTING:
                    _, plekken = gevonden.setdefault(rij.indicator, (rij.naam, {}))
                    plekken.setdefault(pagina.href, (pagina, slug(publishable.id)))
    lijst = [Ingang(indicator, naam, _links(plekken)) for indicator, (naam, plekken) in gevonden.items()]
    return sorted(lijst, key=lambda ingang: (ingang.naam.casefold(), ingang.indicator))


def _links(plekken: Mapping[str, tuple[Pagina, str]]) -> tuple[Link, ...]:
    meer = len({pagina.onderwerp for pagina, _ in plekken.values()}) > 1
    return tuple(
        Link(f"{pagina.onderwerp}: {pagina.gebied}" if meer else pagina.gebied, f"{href}#{anker}")
        for href, (pagina, anker) in plekken.items()
    )


@cache
def script() -> str:
    """The one inline script: a filter over a list. The same bytes each time, so that its hash can allow it."""
    regels = (TEMPLATE / "zoek.js").read_text(encoding="utf-8").splitlines()
    return "".join(f"{regel.strip()}\n" for regel in regels)


@cache
def environment() -> Any:
    """The templates of pages that are made without a notebook."""
    from jinja2 import Environment, FileSystemLoader

    return Environment(loader=FileSystemLoader(TEMPLATE), autoescape=True, trim_blocks=True)
