"""Recognise a cloud of points: a drawing with a mark for every person holds every person's values.

A figure of the kit has a data table with a row for every mark. A drawing with many marks and fewer rows beside it shows
something that no table on the page accounts for: most likely persons.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MINSTENS = 30  # marks; fewer are groups, areas or quarters
SPELING = 10  # marks of a legend, beside those of the rows
_SVG = re.compile(r"<svg\b.*?(?:</svg>|\Z)", re.DOTALL | re.IGNORECASE)
_RIJ = re.compile(r"<tr\b", re.IGNORECASE)
_DEFS = re.compile(r"<defs\b.*?</defs>", re.DOTALL | re.IGNORECASE)
_MERK = re.compile(
    r"<(?:circle|ellipse|use)\b[^>]*>"  # by hand, and the markers of matplotlib
    r"|<(?:path|rect|g|text)\b[^>]*\btransform\s*=\s*[\"']?\s*(?:translate|matrix)\([^>]*>",  # plotly, vega, ggplot
    re.IGNORECASE,
)
_PLEK = re.compile(r"\b(?:c?[xy]|transform)\s*=\s*[\"']?([^\"'>]+)", re.IGNORECASE)
_DEELPAD = re.compile(r"<path\b[^>]*?\bd\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
_BEGIN = re.compile(r"[Mm]\s*(-?[\d.]+)[ ,]+(-?[\d.]+)")


def wolken(tekst: str) -> Iterator[tuple[int, int]]:
    """Drawings with more marks than the page has rows: where each begins, and how many marks.

    >>> list(wolken("<svg>" + "".join(f"<circle cx='{k}' cy='{k * k}'/>" for k in range(40)) + "</svg>"))
    [(0, 40)]
    """
    if "<svg" not in tekst.lower():
        return
    rijen = len(_RIJ.findall(tekst))
    for match in _SVG.finditer(tekst):
        aantal = merken(match[0])
        if aantal >= MINSTENS and aantal > rijen + SPELING:
            yield match.start(), aantal


def merken(svg: str) -> int:
    """Different places in a drawing where a mark stands, or where one of many closed shapes begins."""
    zonder = _DEFS.sub("", svg)
    plekken = {tuple(_PLEK.findall(merk)) for merk in _MERK.findall(zonder)}
    vormen = [_BEGIN.findall(pad) for pad in _DEELPAD.findall(zonder)]
    los = {begin for pad in vormen if len(pad) >= MINSTENS for begin in pad}  # one path with a shape a person
    return len(plekken | los)
