"""A matplotlib canvas in the house style, and its picture as small, clean, deterministic inline SVG.

matplotlib writes styles, fonts, backgrounds and numbered ids for a stand-alone file. On a page the picture is part of
the text: colours become palette classes (so dark scheme and forced colours reach them), text keeps the page's font,
ids carry the piece's slug, and everything unused is dropped. No `style` attribute is left, so the page's content
security policy needs no exception for it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from html import escape
from itertools import groupby
from typing import Any
from xml.etree import ElementTree

from sdm_lib.report.paden import SPELING, SVG, kleinste_tegel, kort_pad
from sdm_lib.report.palette import LICHT, kleur

BREEDTE = 420  # units; the page shows a chart at 290 to 580 px
LETTER = 12.5  # units; the style sheet says the same
TEKENBREEDTE = 7.1  # average width of a character of the measuring font at this size, in units
_TOKEN = {waarde: token for token, waarde in LICHT.items()}
_GETAL = re.compile(r"-?\d+\.\d+")
# What most pictures say again and again, as a class of the style sheet (`stuk.css`)
_KLASSE = {
    ("fill", "none"): "n", ("text-anchor", "middle"): "m", ("text-anchor", "end"): "e", ("font-weight", "700"): "w",
}  # fmt: skip
_ERFT = ("class", "font-weight", "text-anchor")  # what goes down from a group to its texts
_GEWOON = "f-inkt"  # the colour of text that names none
_HOUDEN = (
    "stroke-width",
    "stroke-dasharray",
    "fill-opacity",
    "stroke-opacity",
    "opacity",
    "font-weight",
    "text-anchor",
)
_XLINK = "{http://www.w3.org/1999/xlink}href"


@cache
def _seaborn() -> Any:
    """seaborn, imported once and only when something is drawn (2 to 3 s)."""
    import matplotlib as mpl

    mpl.use("svg")
    import seaborn

    return seaborn


@contextmanager
def doek(
    hoogte: float, *, links: float = 0, rechts: float = 0, boven: float = 8, onder: float = 26
) -> Iterator[tuple[Any, Any]]:
    """A figure and one axes with these margins (units), under the house style; also gives seaborn its style.

    Yields (figure, axes). Draw within the block, and take the picture with `als_svg` within it too.
    """
    _seaborn()
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(_stijl()):
        figuur = Figure(figsize=(BREEDTE / 72, hoogte / 72), dpi=72)
        figuur.patch.set_visible(False)
        vak = (links / BREEDTE, onder / hoogte, (BREEDTE - links - rechts) / BREEDTE, (hoogte - boven - onder) / hoogte)
        ax = figuur.add_axes(vak)
        ax.patch.set_visible(False)
        for kant in ("top", "right", "left", "bottom"):
            ax.spines[kant].set_visible(False)
        ax.set(xticks=[], yticks=[])  # ticks nobody asked for cost half as much as the picture
        ax.tick_params(length=0, pad=6)
        ax.set_axisbelow(True)
        yield figuur, ax


def _stijl() -> Any:
    return {
        "svg.fonttype": "none",
        "font.family": "DejaVu Sans",  # comes with matplotlib: the same measures on every machine
        "font.size": LETTER,
        "text.parse_math": False,  # a label is text, dollar signs included
        "text.color": kleur("inkt"),
        "axes.edgecolor": kleur("lijn"),
        "axes.labelcolor": kleur("zacht"),
        "xtick.color": kleur("zacht"),
        "ytick.color": kleur("inkt"),
        "xtick.labelcolor": kleur("zacht"),
        "ytick.labelcolor": kleur("inkt"),
        "grid.color": kleur("lijn"),
        "grid.linewidth": 0.8,
        "hatch.linewidth": 1.0,
        "hatch.color": kleur("inkt"),
        "patch.edgecolor": kleur("papier"),
        "axes.unicode_minus": True,
        "path.simplify": False,
        "axes.xmargin": 0.0,
        "axes.ymargin": 0.0,
    }


def als_svg(figuur: Any, *, slug: str, alt: str) -> str:
    """The picture as one ``<svg role="img">`` with an accessible name, ids beginning with `slug`.

    Raises ValueError when `alt` is empty or a colour outside the palette was used.
    """
    if not alt.strip():
        raise ValueError(f"als_svg: {slug} has no text alternative")
    import matplotlib as mpl

    buffer = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": slug}):
        figuur.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    root = ElementTree.fromstring(buffer.getvalue())
    for patroon in root.iter(f"{SVG}pattern"):
        kleinste_tegel(patroon)
    _zonder_ruime_knip(root)
    ids = {oud: f"{slug}-{i}" for i, oud in enumerate(_referenced(root), start=1)}
    body = _schrijf([tak for kind in root for tak in _takken(kind, ids)])
    hoogte = _kort(root.get("viewBox", "").split()[3])
    naam = escape(alt, quote=True)
    return f'<svg role="img" aria-label="{naam}" viewBox="0 0 {BREEDTE} {hoogte}" class="beeld">{body}</svg>'


def _zonder_ruime_knip(root: ElementTree.Element) -> None:
    """matplotlib clips every line to its axes: leave that out where the whole line lies within them anyway."""
    vakken = {}
    for knip in root.iter(f"{SVG}clipPath"):
        vak = knip.find(f"{SVG}rect")
        if vak is not None:
            x, y, breedte, hoogte = (float(vak.get(naam, "0")) for naam in ("x", "y", "width", "height"))
            vakken[f"url(#{knip.get('id')})"] = (x, y, x + breedte, y + hoogte)
    for element in root.iter():
        vak_ = vakken.get(element.get("clip-path", ""))
        if vak_ and not element.get("transform") and _ligt_binnen(element, vak_):
            del element.attrib["clip-path"]
    for ouder in list(root.iter()):
        for knip in ouder.findall(f"{SVG}clipPath"):
            if not any(f"url(#{knip.get('id')})" == ander.get("clip-path") for ander in root.iter()):
                ouder.remove(knip)


def _ligt_binnen(element: ElementTree.Element, vak: tuple[float, float, float, float]) -> bool:
    """Whether a path, or the middle of every mark in a group, lies within a box: a mark may stick out anyhow."""
    links, boven, rechts, onder = vak
    paden = [re.findall(r"-?\d+(?:\.\d+)?", kind.get("d", "")) for kind in element.iter(f"{SVG}path")]
    punten = [(float(x), float(y)) for pad in paden for x, y in zip(pad[::2], pad[1::2], strict=True)]
    punten += [(float(kind.get("x", "0")), float(kind.get("y", "0"))) for kind in element.iter(f"{SVG}use")]
    return bool(punten) and all(
        links - SPELING <= x <= rechts + SPELING and boven - SPELING <= y <= onder + SPELING for x, y in punten
    )


def _referenced(root: ElementTree.Element) -> list[str]:
    tekst = ElementTree.tostring(root, encoding="unicode")
    gevonden = re.findall(r"url\(#([^)]+)\)|href=\"#([^\"]+)\"", tekst)
    return list(dict.fromkeys(een or ander for een, ander in gevonden))


@dataclass(frozen=True, slots=True)
class _Tak:
    """An element as it will be written, with what lies within it already written."""

    naam: str
    attributen: dict[str, str]
    inhoud: str = ""


def _takken(element: ElementTree.Element, ids: dict[str, str]) -> list[_Tak]:
    """An element; the branches of a group that says nothing by itself; nothing for what no reader sees."""
    naam = element.tag.removeprefix(SVG)
    if naam in ("metadata", "style"):
        return []
    takken = [tak for kind in element for tak in _takken(kind, ids)]
    attributen = _attributen(element, ids)
    if naam in ("g", "defs") and (not takken or not attributen):
        return [_Tak("defs", {}, "".join(map(_geschreven, takken)))] if naam == "defs" and takken else takken
    tekst = escape(element.text or "", quote=False) if naam in ("text", "tspan") else ""
    samen = naam == "g"  # what is referred to takes over nothing from a group around it
    return [_Tak(naam, attributen, tekst + (_schrijf(takken) if samen else "".join(map(_geschreven, takken))))]


def _schrijf(takken: Sequence[_Tak]) -> str:
    """Branches side by side. Paths in a row that look alike are one path, so that their hatch is one picture on paper;
    texts in a row that look alike say so once, on a group around them.
    """
    uit: list[str] = []
    for (naam, looks), rij in groupby(takken, key=_gedeeld):
        groep = list(rij)
        if naam == "path" and len(groep) > 1:
            groep = [_Tak("path", {"d": "".join(tak.attributen["d"] for tak in groep)} | dict(looks))]
        elif looks and len(groep) > 1:
            kaal = [replace(t, attributen={s: w for s, w in t.attributen.items() if s not in _ERFT}) for t in groep]
            groep = [_Tak("g", dict(looks), "".join(map(_geschreven, kaal)))]
        uit += map(_geschreven, groep)
    return "".join(uit)


def _gedeeld(tak: _Tak) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What branches must have alike to be written as one: for a path all but its outline, for a text its looks."""
    paren = tuple((sleutel, waarde) for sleutel, waarde in tak.attributen.items() if sleutel != "d")
    if tak.naam == "path":
        return "path", paren
    klassen = tak.attributen.get("class", "").split()
    if tak.naam == "text" and not any(een.startswith("f-") for een in klassen):
        return "text", tuple(paar for paar in paren if paar[0] in _ERFT)
    return "", ()  # every text has a colour of its own, so that of a group around it does not reach it


def _geschreven(tak: _Tak) -> str:
    kop = tak.naam + "".join(f' {sleutel}="{escape(waarde, quote=True)}"' for sleutel, waarde in tak.attributen.items())
    return f"<{kop}>{tak.inhoud}</{tak.naam}>" if tak.inhoud else f"<{kop}/>"


def _attributen(element: ElementTree.Element, ids: dict[str, str]) -> dict[str, str]:
    uit: dict[str, str] = {}
    klassen: list[str] = []
    for sleutel, waarde in element.attrib.items():
        if sleutel == "id":
            if waarde in ids:
                uit["id"] = ids[waarde]
        elif sleutel == _XLINK:
            uit["href"] = "#" + ids[waarde.removeprefix("#")]
        elif sleutel == "style":
            uit |= _stijlattributen(waarde, klassen, ids)
        elif sleutel in ("fill", "stroke"):
            uit |= _verf(sleutel, waarde, klassen, ids)
        elif sleutel == "clip-path":
            uit[sleutel] = _verwijzing(waarde, ids)
        elif sleutel == "d":
            uit[sleutel] = kort_pad(waarde)
        elif not (sleutel == "transform" and waarde.startswith("rotate(-0 ")):
            uit[sleutel] = _kort(" ".join(waarde.split()))
    if element.tag == f"{SVG}text" and not any(klasse.startswith("f-") for klasse in klassen):
        raise ValueError(f"als_svg: text without a palette colour: {element.text!r}")
    for paar, klasse in _KLASSE.items():
        if uit.get(paar[0]) == paar[1]:
            del uit[paar[0]]
            klassen.append(klasse)
    if element.tag == f"{SVG}text" and _GEWOON in klassen:
        klassen.remove(_GEWOON)
    if klassen:
        uit["class"] = " ".join(klassen)
    return uit


def _stijlattributen(stijl: str, klassen: list[str], ids: dict[str, str]) -> dict[str, str]:
    uit: dict[str, str] = {}
    for deel in stijl.split("; "):
        sleutel, _, waarde = deel.partition(": ")
        if sleutel in ("fill", "stroke"):
            uit |= _verf(sleutel, waarde, klassen, ids)
        elif sleutel in _HOUDEN and (sleutel, waarde) != ("text-anchor", "start"):  # that is where text begins anyhow
            uit[sleutel] = _kort(waarde)
        elif sleutel == "font-size" and waarde != f"{LETTER}px":
            uit[sleutel] = waarde
    return uit


def _verf(sleutel: str, waarde: str, klassen: list[str], ids: dict[str, str]) -> dict[str, str]:
    if waarde == "none":
        return {sleutel: waarde}
    if waarde.startswith("url("):
        return {sleutel: _verwijzing(waarde, ids)}
    if waarde not in _TOKEN:
        raise ValueError(f"als_svg: colour {waarde} is not in the palette")
    klassen.append(f"{sleutel[0]}-{_TOKEN[waarde]}")
    return {}


def _verwijzing(waarde: str, ids: dict[str, str]) -> str:
    return f"url(#{ids[waarde.removeprefix('url(#').removesuffix(')')]})"


def _kort(tekst: str) -> str:
    """Numbers to one decimal: a tenth of a unit is below what a screen shows."""
    return _GETAL.sub(lambda match: f"{float(match[0]):.1f}".removesuffix(".0"), tekst)
