"""Markdown cells as safe HTML: no raw markup, no pictures, no script, headings in order.

What a researcher writes is text. Raw HTML is shown as the characters it is; links may lead to a web page, a place on
this page or a neighbouring file; a picture leaves only its description.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from html import escape, unescape
from typing import Any

from sdm_lib.report.stuk import slug

TAGS = {
    "h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "a", "br",
    "hr", "table", "thead", "tbody", "tr", "th", "td", "del",
}  # fmt: skip
_KOP = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True)
class Kop:
    """A heading that the contents list shows."""

    id: str
    tekst: str


# sections of the page itself, whose names no heading of a notebook may take
VAST = ("inhoud", "definities", "begrippen", "herkomst", "wijzigingen", "nulmeting-twee-keer")


@dataclass
class Tekst:
    """Collects the title and the headings while the cells of a notebook are rendered one after the other."""

    titel: str = ""
    koppen: list[Kop] = field(default_factory=list)
    _niveau: int = 1
    _eerste: bool = False
    _ids: set[str] = field(
        default_factory=lambda: {"inhoud", "definities", "begrippen", "herkomst", "wijzigingen", "nulmeting-twee-keer"}
    )

    def render(self, bron: str) -> str:
        """One Markdown cell as HTML. The first level-one heading of all cells is taken out: it is the
        title, unless one was given."""
        return _KOP.sub(self._kop, _schoon(_markdown()(bron)))

    def _kop(self, match: re.Match[str]) -> str:
        tekst = unescape(_TAG.sub("", match[2])).strip()
        if match[1] == "1" and not self._eerste:
            self._eerste = True
            self.titel = self.titel or tekst
            return ""
        # a page has one h1, and no level is skipped on the way down
        niveau = min(max(int(match[1]), 2), self._niveau + 1)
        self._niveau = niveau
        naam = self._uniek(slug(tekst))
        if niveau == 2:
            self.koppen.append(Kop(naam, tekst))
        return f'<h{niveau} id="{naam}">{match[2]}</h{niveau}>'

    def _uniek(self, naam: str) -> str:
        kandidaat, nummer = naam, 2
        while kandidaat in self._ids:
            kandidaat, nummer = f"{naam}-{nummer}", nummer + 1
        self._ids.add(kandidaat)
        return kandidaat


@cache
def _markdown() -> Any:
    import mistune

    class Renderer(mistune.HTMLRenderer):
        """Text only: what could fetch or run something becomes characters."""

        def image(self, text: str, url: str, title: str | None = None) -> str:
            return f"<em>{escape(text)}</em>" if text else ""

    return mistune.create_markdown(renderer=Renderer(escape=True), plugins=["table", "strikethrough"])


def _schoon(html: str) -> str:
    """Only known tags; table headings get their scope and tables a region that scrolls."""
    import nh3

    veilig = nh3.clean(
        html, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}, link_rel="noreferrer"
    )
    veilig = veilig.replace("<th>", '<th scope="col">')
    veilig = veilig.replace(
        "<table>", '<div class="rol" role="region" tabindex="0" aria-label="Tabel in de tekst"><table>'
    )
    return veilig.replace("</table>", "</table></div>")
