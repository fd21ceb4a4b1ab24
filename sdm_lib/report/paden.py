"""Paths of a picture in few bytes: steps told from the point before, and a hatch as the smallest tile that repeats.

matplotlib writes every point by its place in the picture, and every line or dot of a large tile.
"""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"
PUNTEN = {"M": 1, "L": 1, "Q": 2, "C": 3}  # points that a step of a path has, as matplotlib writes them
VEEL_STIPPEN = 50  # a hatch of lines has far fewer parts
SPELING = 0.01

Deel = tuple[str, list[int]]  # a letter, and numbers in tenths of a unit


def kort_pad(pad: str) -> str:
    """A path as matplotlib writes it, in relative steps of a tenth of a unit; each part begins at its own place.

    >>> kort_pad("M 10 20 L 13.26 20 L 13.26 20.5 L 10 20 z")
    'M10 20h3.3v.5z'
    """
    delen: list[Deel] = []
    hier = begin = (0, 0)
    for letter, getallen in re.findall(r"([A-Za-z])([^A-Za-z]*)", pad):
        if letter == "z":
            if delen and delen[-1][0] in "lhv" and hier == begin:  # closing draws that line by itself
                delen.pop()
            delen.append(("z", []))
            hier = begin
            continue
        tienden = [round(float(getal) * 10) for getal in getallen.split()]
        if letter not in PUNTEN or len(tienden) != 2 * PUNTEN[letter]:
            raise ValueError(f"kort_pad: cannot read {letter}{getallen!r}")
        if letter == "M":
            hier = begin = (tienden[0], tienden[1])
            delen.append(("M", tienden))
            continue
        stappen = [waarde - hier[i % 2] for i, waarde in enumerate(tienden)]
        hier = (tienden[-2], tienden[-1])
        delen.append(_lijn(*stappen) if letter == "L" else (letter.lower(), stappen))
    return _geschreven(delen)


def _lijn(dx: int, dy: int) -> Deel:
    if dy == 0:
        return "h", [dx]
    return ("v", [dy]) if dx == 0 else ("l", [dx, dy])


def _geschreven(delen: list[Deel]) -> str:
    """A letter only where it changes, a space only where two numbers would run into one."""
    uit, vorige, punt = [], "", False
    for letter, tienden in delen:
        nieuw = letter != vorige or letter in "Mz"
        uit.append(letter if nieuw else "")
        for i, tiende in enumerate(tienden):
            getal = _tiende(tiende)
            los = (nieuw and i == 0) or getal[0] == "-" or (getal[0] == "." and punt and letter != "M")
            uit.append(getal if los else f" {getal}")
            punt = "." in getal
        vorige = letter
    return "".join(uit)


def _tiende(waarde: int) -> str:
    heel, rest = divmod(abs(waarde), 10)
    tekst = f"{heel or ''}.{rest}" if rest else str(heel)
    return f"-{tekst}" if waarde < 0 else tekst


def kleinste_tegel(patroon: ElementTree.Element) -> None:
    """Bring the tile of a hatch down to what repeats into the same; one of dots came as 90 kB, one of lines as 1."""
    pad, grond = patroon.find(f"{SVG}path"), patroon.find(f"{SVG}rect")
    if pad is None or grond is None:
        return
    d = " ".join(pad.get("d", "").split())
    maten = _stippen(pad, d, breedte=float(patroon.get("width", "0"))) or _lijnen(pad, d)
    if maten is None:
        return
    for deel, erbij in ((patroon, 0), (grond, 1)):
        for naam, maat in zip(("width", "height"), maten, strict=True):
            deel.set(naam, f"{maat + erbij:g}")


def _stippen(pad: ElementTree.Element, d: str, *, breedte: float) -> tuple[float, float] | None:
    """Two rows of one step of a hatch of dots, each a point of a round pen; gives the size of that tile."""
    stippen = [[float(deel) for deel in re.findall(r"-?[\d.]+", stip)] for stip in re.findall(r"M[^M]*z", d)]
    if len(stippen) < VEEL_STIPPEN:
        return None
    plekken = [(stip[0], stip[1]) for stip in stippen]  # of each circle the point with the largest y
    straal = (max(stippen[0][1::2]) - min(stippen[0][1::2])) / 2
    boven = max(y for _, y in plekken)
    stap = breedte / (sum(y == boven for _, y in plekken) - 1)
    klein = [(x, y - straal) for x, y in plekken if x < stap + SPELING and y - boven + breedte < 2 * stap + SPELING]
    pad.set("d", " ".join(f"M {x:.1f} {y:.1f} L {x:.1f} {y:.1f}" for x, y in klein))
    pad.set("stroke-linecap", "round")
    pad.set(
        "style",
        re.sub(r"(?<=stroke-width: )[\d.]+", lambda pen: f"{float(pen[0]) + 2 * straal:g}", pad.get("style", "")),
    )
    return stap, 2 * stap


def _lijnen(pad: ElementTree.Element, d: str) -> tuple[float, float] | None:
    """One step of a hatch of diagonals that pass through the corner of the tile; gives the size of that tile."""
    lijnen = [[float(getal) for getal in lijn] for lijn in re.findall(r"M (\S+) (\S+) L (\S+) (\S+)", d)]
    if not lijnen or d.count("M") > len(lijnen) or any(abs(x1 - x0) != abs(y1 - y0) for x0, y0, x1, y1 in lijnen):
        return None
    op = sorted(x0 + y0 for x0, y0, x1, y1 in lijnen if (x1 - x0) * (y1 - y0) < 0)
    neer = sorted(y0 - x0 for x0, y0, x1, y1 in lijnen if (x1 - x0) * (y1 - y0) > 0)
    stappen = {b - a for rij in (op, neer) for a, b in pairwise(rij)}
    if len(stappen) != 1 or any(0 not in rij for rij in (op, neer) if rij):
        return None
    s = stappen.pop()
    klein = []
    if op:
        klein += [f"M 0 {s:g} L {s:g} 0", "M -1 1 L 1 -1", f"M {s - 1:g} {s + 1:g} L {s + 1:g} {s - 1:g}"]
    if neer:
        klein += [f"M 0 0 L {s:g} {s:g}", f"M -1 {s - 1:g} L 1 {s + 1:g}", f"M {s - 1:g} -1 L {s + 1:g} 1"]
    pad.set("d", " ".join(klein))
    return s, s
