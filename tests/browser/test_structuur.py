"""Screenshots compared by structure: where the parts of a page lie, and that something is painted there; no pixels."""

from __future__ import annotations

import io
import itertools
from typing import Any

import pytest
from PIL import Image

from sdm_lib.report.palette import DONKER, LICHT

from .test_pages import ECHT, open_page

DELEN = {
    "band": ".band", "titel": "h1", "wijzer": ".wijzer", "tekst": "main", "bevindingen": ".bevindingen",
    "kaarten": ".kaarten", "figuur": "figure.stuk", "beeld": "svg.beeld", "voet": ".voet",
}  # fmt: skip
RUST = [naam for naam in ECHT if not naam.endswith(("index.html", "catalogus.html"))]
Vak = tuple[float, float, float, float]  # left, top, right, bottom in CSS pixels


def looked_at(browser: Any, path: Any, *, breedte: int, schema: str) -> tuple[dict[str, Vak], Image.Image]:
    """Where the first of every part lies, and the picture of the whole page."""
    page = open_page(browser, path, viewport={"width": breedte, "height": 900}, color_scheme=schema)
    vraag = """k => { const r = document.querySelector(k).getBoundingClientRect();
        return [r.left, r.top + scrollY, r.right, r.bottom + scrollY]; }"""
    vakken = {naam: tuple(page.evaluate(vraag, keuze)) for naam, keuze in DELEN.items()}
    return vakken, Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")


def above(een: Vak, ander: Vak) -> bool:
    return een[3] <= ander[1] + 1


def within(een: Vak, ander: Vak) -> bool:
    return een[0] >= ander[0] - 13 and een[2] <= ander[2] + 13  # a figure uses the edge of a phone


@pytest.mark.parametrize("schema", ["light", "dark"])
@pytest.mark.parametrize("breedte", [320, 1280])
@pytest.mark.parametrize("naam", RUST)
def test_a_page_has_the_structure_of_the_design(browser, site, naam, breedte, schema):
    vakken, beeld = looked_at(browser, site / naam, breedte=breedte, schema=schema)
    assert beeld.width == breedte  # nothing makes the page wider than the screen
    volgorde = [vakken[deel] for deel in ("titel", "bevindingen", "kaarten", "figuur", "voet")]
    assert all(above(een, ander) for een, ander in itertools.pairwise(volgorde))
    assert all(within(vakken[deel], vakken["tekst"]) for deel in ("bevindingen", "kaarten", "figuur", "beeld"))
    if breedte == 320:
        assert above(vakken["wijzer"], vakken["tekst"])
    else:
        assert vakken["wijzer"][2] < vakken["tekst"][0]  # contents beside the text, both below the band
        assert above(vakken["band"], vakken["wijzer"])
    kleuren = DONKER if schema == "dark" else LICHT
    assert mostly(beeld, vakken["band"]) == kleuren["band"]
    assert mostly(beeld, vakken["tekst"]) == kleuren["papier"]
    for deel in ("titel", "bevindingen", "kaarten", "beeld"):
        assert 0.01 < painted(beeld, vakken[deel]) < 0.9, deel


def _deel(beeld: Image.Image, vak: Vak) -> Image.Image:
    links, boven, rechts, onder = (round(x) for x in vak)
    return beeld.crop((max(links, 0), boven, min(rechts, beeld.width), onder))


def mostly(beeld: Image.Image, vak: Vak) -> str:
    """The colour that most of a part has, as ``#rrggbb``."""
    deel = _deel(beeld, vak)
    _, kleur = max(deel.getcolors(deel.width * deel.height))
    return "#{:02x}{:02x}{:02x}".format(*kleur)


def painted(beeld: Image.Image, vak: Vak) -> float:
    """Which share of a part has another colour than its ground."""
    deel = _deel(beeld, vak)
    aantal, _ = max(deel.getcolors(deel.width * deel.height))
    return 1 - aantal / (deel.width * deel.height)
