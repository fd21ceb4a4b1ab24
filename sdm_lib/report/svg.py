"""A matplotlib canvas in the house style, and its picture as small, clean, deterministic inline SVG.

matplotlib writes styles, fonts, backgrounds and numbered ids for a stand-alone file. On a page the picture is part of
the text: colours become palette classes (so dark scheme and forced colours reach them), text keeps the page's font,
ids carry the piece's slug, and everything unused is dropped. No `style` attribute is left, so the page's content
security policy needs no exception for it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from html import escape
from typing import Any
from xml.etree import ElementTree

from sdm_lib.report.palette import LICHT, kleur

BREEDTE = 420  # units; the page shows a chart at 290 to 580 px
LETTER = 12.5  # units; the style sheet says the same
TEKENBREEDTE = 7.1  # average width of a character of the measuring font at this size, in units
_TOKEN = {waarde: token for token, waarde in LICHT.items()}
VEEL_STIPPEN = 50  # a hatch of lines has far fewer parts
SPELING = 0.01
_GETAL = re.compile(r"-?\d+\.\d+")
_LIJNDEEL = re.compile(r"(?<=[MLHVCQz]) +| +(?=[MLHVCQz-])")  # spaces of a path that no reader of it needs
# What most pictures say again and again, as a class of the style sheet (`stuk.css`)
_KLASSE = {
    ("fill", "none"): "n", ("text-anchor", "middle"): "m", ("text-anchor", "end"): "e", ("font-weight", "700"): "w",
}  # fmt: skip
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
_SVG = "{http://www.w3.org/2000/svg}"
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
    for patroon in root.iter(f"{_SVG}pattern"):
        _kleinste_tegel(patroon)
    _zonder_ruime_knip(root)
    ids = {oud: f"{slug}-{i}" for i, oud in enumerate(_referenced(root), start=1)}
    body = "".join(_schrijf(kind, ids) for kind in root)
    hoogte = _kort(root.get("viewBox", "").split()[3])
    naam = escape(alt, quote=True)
    return f'<svg role="img" aria-label="{naam}" viewBox="0 0 {BREEDTE} {hoogte}" class="beeld">{body}</svg>'


def _kleinste_tegel(patroon: ElementTree.Element) -> None:
    """A hatch of dots comes as hundreds of circles on a tile, 90 kB each: two rows of one step repeat into the same."""
    pad, grond = patroon.find(f"{_SVG}path"), patroon.find(f"{_SVG}rect")
    stippen = re.findall(r"M[^M]*z", " ".join(pad.get("d", "").split())) if pad is not None else []
    if pad is None or grond is None or len(stippen) < VEEL_STIPPEN:
        return
    plekken = [[float(deel) for deel in stip.split()[1:3]] for stip in stippen]  # the top of each circle
    breedte, boven = float(patroon.get("width", "0")), max(y for _, y in plekken)
    stap = breedte / (sum(y == boven for _, y in plekken) - 1)
    pad.set("d", " ".join(
        stip for stip, (x, y) in zip(stippen, plekken, strict=True)
        if x < stap + SPELING and y - boven + breedte < 2 * stap + SPELING
    ))  # fmt: skip
    for deel, erbij in ((patroon, 0), (grond, 1)):
        deel.set("width", f"{stap + erbij:g}")
        deel.set("height", f"{2 * stap + erbij:g}")


def _zonder_ruime_knip(root: ElementTree.Element) -> None:
    """matplotlib clips every line to its axes: leave that out where the whole line lies within them anyway."""
    vakken = {}
    for knip in root.iter(f"{_SVG}clipPath"):
        vak = knip.find(f"{_SVG}rect")
        if vak is not None:
            x, y, breedte, hoogte = (float(vak.get(naam, "0")) for naam in ("x", "y", "width", "height"))
            vakken[f"url(#{knip.get('id')})"] = (x, y, x + breedte, y + hoogte)
    for element in root.iter():
        vak_ = vakken.get(element.get("clip-path", ""))
        if vak_ and not element.get("transform") and _ligt_binnen(element, vak_):
            del element.attrib["clip-path"]
    for ouder in list(root.iter()):
        for knip in ouder.findall(f"{_SVG}clipPath"):
            if not any(f"url(#{knip.get('id')})" == ander.get("clip-path") for ander in root.iter()):
                ouder.remove(knip)


def _ligt_binnen(element: ElementTree.Element, vak: tuple[float, float, float, float]) -> bool:
    """Whether a path, or the middle of every mark in a group, lies within a box: a mark may stick out anyhow."""
    links, boven, rechts, onder = vak
    paden = [re.findall(r"-?\d+(?:\.\d+)?", kind.get("d", "")) for kind in element.iter(f"{_SVG}path")]
    punten = [(float(x), float(y)) for pad in paden for x, y in zip(pad[::2], pad[1::2], strict=True)]
    punten += [(float(kind.get("x", "0")), float(kind.get("y", "0"))) for kind in element.iter(f"{_SVG}use")]
    return bool(punten) and all(
        links - SPELING <= x <= rechts + SPELING and boven - SPELING <= y <= onder + SPELING for x, y in punten
    )


def _referenced(root: ElementTree.Element) -> list[str]:
    tekst = ElementTree.tostring(root, encoding="unicode")
    gevonden = re.findall(r"url\(#([^)]+)\)|href=\"#([^\"]+)\"", tekst)
    return list(dict.fromkeys(een or ander for een, ander in gevonden))


def _schrijf(element: ElementTree.Element, ids: dict[str, str]) -> str:
    naam = element.tag.removeprefix(_SVG)
    if naam in ("metadata", "style"):
        return ""
    kinderen = "".join(_schrijf(kind, ids) for kind in element)
    attributen = _attributen(element, ids)
    if naam in ("g", "defs") and (not kinderen or not attributen):
        return f"<defs>{kinderen}</defs>" if naam == "defs" and kinderen else kinderen
    inhoud = escape(element.text or "", quote=False) if naam in ("text", "tspan") else ""
    kop = naam + "".join(f' {sleutel}="{escape(waarde, quote=True)}"' for sleutel, waarde in attributen.items())
    return f"<{kop}>{inhoud}{kinderen}</{naam}>" if inhoud or kinderen else f"<{kop}/>"


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
            uit[sleutel] = _LIJNDEEL.sub("", _kort(" ".join(waarde.split())))
        elif not (sleutel == "transform" and waarde.startswith("rotate(-0 ")):
            uit[sleutel] = _kort(" ".join(waarde.split()))
    if element.tag == f"{_SVG}text" and not any(klasse.startswith("f-") for klasse in klassen):
        raise ValueError(f"als_svg: text without a palette colour: {element.text!r}")
    for paar, klasse in _KLASSE.items():
        if uit.get(paar[0]) == paar[1]:
            del uit[paar[0]]
            klassen.append(klasse)
    if element.tag == f"{_SVG}text" and _GEWOON in klassen:
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
