"""The index of a quarter: topics by areas, what failed and why, every figure with its way in, and the downloads.

It is the one page with a script: a filter over the list of figures, allowed by its hash. Without it the list is whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
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
VEEL = 12  # more areas than this do not stand side by side


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
    """A figure and the pages it stands on: per topic the areas."""

    indicator: str
    naam: str
    plekken: tuple[tuple[str, tuple[Link, ...]], ...]

    @property
    def code(self) -> str:
        """What the catalogue calls it, such as CE01; the names that only the kit uses say nothing to a reader."""
        return self.indicator if re.fullmatch(r"[A-Z]+\d+[A-Z]?", self.indicator) else ""


def render_index(
    pages: Sequence[Pagina], page: PageContext, *, downloads: Sequence[Link] = (), catalogus: str = ""
) -> str:
    """The index as text, the same bytes for the same input.

    page : kwartaal, editie, fictief, inleiding and herkomst are used; gebied and onderwerp may be empty.
    catalogus : address of the page with all definitions; empty when there is none.
    Raises ValueError when a page has neither an address nor a reason, or two pages share topic and area.
    """
    paginas = {_sleutel(pagina): pagina for pagina in pages}
    leeg = [pagina for pagina in pages if not pagina.href and not pagina.reden]
    if leeg or len(paginas) < len(pages):
        raise ValueError(f"render_index: {len(leeg)} pages without href and reden, {len(pages) - len(paginas)} double")
    apart = _apart(pages)
    elders = _sleutels(apart)
    ingangen_ = ingangen(pages, elders=elders)
    js = script() if ingangen_ else ""
    koppen = [Kop("rapporten", "Rapporten")]
    koppen += [Kop("zoeken", "Alle cijfers")] if ingangen_ else []
    koppen += [Kop("downloads", "Downloads")] if downloads else []
    css = stylesheet(figuren=False)
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
                "naast_elkaar": list(dict.fromkeys(p.gebied for p in pages if _sleutel(p) not in elders)),
                "apart": [(_anker(onderwerp), onderwerp, lijst) for onderwerp, lijst in apart.items()],
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


def _apart(pages: Sequence[Pagina]) -> dict[str, list[Pagina]]:
    """Per topic the pages of areas that have no other page, when the areas are too many to stand side by side."""
    onderwerpen: dict[str, set[str]] = {}
    for pagina in pages:
        onderwerpen.setdefault(pagina.gebied, set()).add(pagina.onderwerp)
    apart: dict[str, list[Pagina]] = {}
    for pagina in pages if len(onderwerpen) > VEEL else ():
        if len(onderwerpen[pagina.gebied]) == 1:
            apart.setdefault(pagina.onderwerp, []).append(pagina)
    return apart


def _sleutels(apart: Mapping[str, Sequence[Pagina]]) -> set[tuple[str, str]]:
    return {_sleutel(pagina) for lijst in apart.values() for pagina in lijst}


def _sleutel(pagina: Pagina) -> tuple[str, str]:
    return pagina.onderwerp, pagina.gebied


def _anker(onderwerp: str) -> str:
    return slug(f"gebieden-{onderwerp}")


def ingangen(pages: Sequence[Pagina], *, elders: Collection[tuple[str, str]] = ()) -> list[Ingang]:
    """Every indicator with the pages it is shown on, by the name it mostly has; links lead to its first piece there.

    What only accounts for a sample is no way in.
    elders : topic and area of the pages that stand in a list of their own: one link leads to that list.
    """
    namen: dict[str, Counter[str]] = {}
    gevonden: dict[str, dict[str, tuple[Pagina, str]]] = {}
    for pagina in pages:
        for publishable in pagina.stukken if pagina.href else ():
            for rij in stuk(require(publishable)).rijen:
                if rij.method not in GEEN_SCHATTING:
                    namen.setdefault(rij.indicator, Counter())[rij.naam] += 1
                    plekken = gevonden.setdefault(rij.indicator, {})
                    plekken.setdefault(pagina.href, (pagina, slug(publishable.id)))
    lijst = [Ingang(id, _mostly(namen[id]), _plekken(plekken, elders)) for id, plekken in gevonden.items()]
    return sorted(lijst, key=lambda ingang: (ingang.naam.casefold(), ingang.indicator))


def _mostly(namen: Counter[str]) -> str:
    """The name that a figure has most often; of two the later: a page opens with sentences more than names."""
    return max(reversed(list(namen)), key=namen.__getitem__)


def _plekken(
    plekken: Mapping[str, tuple[Pagina, str]], elders: Collection[tuple[str, str]]
) -> tuple[tuple[str, tuple[Link, ...]], ...]:
    per: dict[str, list[Link]] = {}
    for href, (pagina, anker) in plekken.items():
        links = per.setdefault(pagina.onderwerp, [])
        links += [Link(pagina.gebied, f"{href}#{anker}")] if _sleutel(pagina) not in elders else []
    rest = Counter(pagina.onderwerp for pagina, _ in plekken.values() if _sleutel(pagina) in elders)
    for onderwerp, aantal in rest.items():
        per[onderwerp].append(Link(f"nog {aantal} gebieden", f"#{_anker(onderwerp)}"))
    return tuple((onderwerp, tuple(links)) for onderwerp, links in per.items())


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
