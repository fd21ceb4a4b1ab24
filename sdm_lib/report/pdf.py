"""A page on paper: printed by a browser that is already installed, tagged, with bookmarks and language.

HTML is the record; the PDF is for council systems that ask for one. Every municipal desk has Edge, so nothing is added.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sdm_lib.errors import Melding, RapportFout

NAMEN = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "msedge", "chrome")
PLEKKEN = (  # where they lie when they are not on the path
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
VAST = b"20150101000000"  # a PDF must carry a date; no clock, so the start of the new laws
WACHT = 120  # seconds; a page prints in two to five


def find_browser(*, namen: Sequence[str] = NAMEN, plekken: Sequence[str] = PLEKKEN) -> Path | None:
    """An installed Edge, Chrome or Chromium; None when there is none."""
    gevonden = [pad for naam in namen if (pad := shutil.which(naam))]
    gevonden += [plek for plek in plekken if Path(plek).is_file()]
    return Path(gevonden[0]) if gevonden else None


def require_browser() -> Path:
    """An installed browser. Raises RapportFout (SDM-630) when there is none."""
    gevonden = find_browser()
    if gevonden is None:
        wat = "er is geen Edge, Chrome of Chromium gevonden"
        raise RapportFout(Melding("SDM-630", wat, "Installeer er een, of druk de pagina zelf af als PDF."))
    return gevonden


def print_pdf(page: Path, *, browser: Path | None = None) -> bytes:
    """A finished page as PDF.

    page : an HTML file of this kit. browser : another one than `find_browser` gives.
    Raises RapportFout when there is no browser (SDM-630) or it made no PDF (SDM-631).
    """
    gekozen = browser or require_browser()
    with tempfile.TemporaryDirectory() as folder:
        doel = Path(folder) / "pagina.pdf"
        opdracht = [
            str(gekozen), "--headless", "--disable-gpu", "--no-sandbox", "--no-first-run",
            f"--user-data-dir={folder}/profiel", "--no-pdf-header-footer",
            "--generate-pdf-document-outline", f"--print-to-pdf={doel}", page.resolve().as_uri(),
        ]  # fmt: skip
        try:
            subprocess.run(opdracht, check=True, capture_output=True, timeout=WACHT)  # our own list
        except (OSError, subprocess.SubprocessError) as fout:
            raise _mislukt(page, gekozen) from fout
        if not doel.is_file():
            raise _mislukt(page, gekozen)
        return without_clock(doel.read_bytes())


def without_clock(pdf: bytes) -> bytes:
    """The same document with the moment of printing taken out, byte for byte as long, so that its index still holds.

    >>> without_clock(b"/CreationDate (D:20160120093000+00'00')")
    b"/CreationDate (D:20150101000000+00'00')"
    """
    return re.sub(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}", rb"\g<1>" + VAST, pdf)


def _mislukt(page: Path, browser: Path) -> RapportFout:
    wat = f"{browser.name} maakte geen PDF van deze pagina"
    return RapportFout(Melding("SDM-631", wat, "Open de pagina en druk haar af als PDF.", bestand=page.name))
