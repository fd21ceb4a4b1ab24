"""The colours of page and chart, as named tokens, with the arithmetic that proves their contrast.

A chart is drawn in the light values; `svg` gives each colour its token as a class, so the style sheet can turn
the same picture to the dark scheme or to the system colours of a high-contrast desk.
"""

from __future__ import annotations

from dataclasses import dataclass

# Light scheme. Every value is unique: the way back from a drawn colour to its token depends on it.
LICHT = {
    "papier": "#ffffff",
    "inkt": "#16242f",
    "zacht": "#4d5d6a",
    "lijn": "#c9d2d9",
    "vlak": "#f3f6f8",
    "blauw": "#1b5e94",
    "oranje": "#b34a00",
    "groen": "#07493a",
    "paars": "#8a3d8f",
    "geel": "#7d6400",
    "grijs": "#6b7983",
    "lichtblauw": "#8fbadd",
    "lichtoranje": "#eba36b",
    "lichtgrijs": "#dbe1e6",
    "trap1": "#e4eff8",
    "trap2": "#b3d2ea",
    "trap3": "#74a9d6",
    "trap4": "#17507f",
    "band": "#12344d",
    "bandtekst": "#fdfeff",
}
DONKER = {
    "papier": "#11181e",
    "inkt": "#e8eef2",
    "zacht": "#aab8c3",
    "lijn": "#3d4a55",
    "vlak": "#1a242c",
    "blauw": "#6fb2e6",
    "oranje": "#f29450",
    "groen": "#9be8cf",
    "paars": "#d294d6",
    "geel": "#d3b445",
    "grijs": "#94a3ae",
    "lichtblauw": "#2f6591",
    "lichtoranje": "#94501c",
    "lichtgrijs": "#414d58",
    "trap1": "#1b3042",
    "trap2": "#28506e",
    "trap3": "#376d97",
    "trap4": "#a3d3f7",
    "band": "#0d2232",
    "bandtekst": "#f1f6fa",
}

# High-contrast desks: shapes, dashes and words carry what colour did.
SYSTEEM = {
    "papier": "Canvas",
    "inkt": "CanvasText",
    "zacht": "CanvasText",
    "lijn": "GrayText",
    "vlak": "Canvas",
    "blauw": "CanvasText",
    "oranje": "Highlight",
    "groen": "CanvasText",
    "paars": "CanvasText",
    "geel": "CanvasText",
    "grijs": "GrayText",
    "lichtblauw": "GrayText",
    "lichtoranje": "Canvas",
    "lichtgrijs": "Canvas",
    "trap1": "Canvas",
    "trap2": "Canvas",
    "trap3": "Canvas",
    "trap4": "CanvasText",
    "band": "Canvas",
    "bandtekst": "CanvasText",
}

REEKS = ("blauw", "oranje", "grijs", "groen", "paars", "geel")  # series, in this order
STREEP = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)), (0, (3, 1.5)), (0, (8, 3)))  # never colour alone
TEKEN = ("o", "s", "^", "D", "v", "P")
TRAP = ("trap1", "trap2", "trap3", "trap4")  # a map from little to much
TRAPTEKST = ("inkt", "inkt", "inkt", "papier")  # readable on each


@dataclass(frozen=True, slots=True)
class Tint:
    """A fill of a bar: a colour, and the hatch and its colour that set it apart where there is only grey."""

    token: str
    arcering: str = ""
    lijn: str = "inkt"


SCHAAL5 = (  # from eens to oneens; in grey both sides are as dark, so one is hatched
    Tint("blauw"),
    Tint("lichtblauw"),
    Tint("lichtgrijs"),
    Tint("lichtoranje", "////"),
    Tint("oranje", "////", "papier"),
)


def kleur(token: str) -> str:
    """The light value of a token, for drawing."""
    return LICHT[token]


def luminance(hex_kleur: str) -> float:
    """Relative luminance of an sRGB colour, 0 (black) to 1 (white).

    Source: WCAG 2.2, definition of relative luminance.

    >>> luminance("#ffffff"), luminance("#000000")
    (1.0, 0.0)
    """
    kanalen = [int(hex_kleur[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    lineair = [k / 12.92 if k <= 0.04045 else ((k + 0.055) / 1.055) ** 2.4 for k in kanalen]
    return round(0.2126 * lineair[0] + 0.7152 * lineair[1] + 0.0722 * lineair[2], 12)


def contrast(een: str, ander: str) -> float:
    """Contrast ratio of two colours, 1 to 21.

    >>> contrast("#000000", "#ffffff")
    21.0
    """
    hoog, laag = sorted((luminance(een), luminance(ander)), reverse=True)
    return (hoog + 0.05) / (laag + 0.05)


def css_variables(tokens: dict[str, str]) -> str:
    """The tokens as CSS custom properties.

    >>> css_variables({"inkt": "#16242f"})
    '--inkt:#16242f'
    """
    return ";".join(f"--{naam}:{waarde}" for naam, waarde in tokens.items())


def css_classes() -> str:
    """Fill (``f-``) and stroke (``s-``) classes of every token, as `svg` writes them."""
    return "".join(f".f-{t}{{fill:var(--{t})}}.s-{t}{{stroke:var(--{t})}}" for t in LICHT)
