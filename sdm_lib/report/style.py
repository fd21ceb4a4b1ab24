"""The style sheets: of a page, and of a single piece previewed in JupyterLab; and the policy that allows just them."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from sdm_lib.report import palette

MAP = Path(__file__).parent / "template" / "sdm"
PREVIEW = (
    "font:16px/1.5 system-ui,sans-serif;color:var(--inkt);background:var(--papier);padding:.25rem 1rem;max-width:46rem"
)


@cache
def stylesheet(*, figuren: bool = True) -> str:
    """The style sheet of a page: colours of the palette, tables and layout; with what figures and other pieces need."""
    donker = palette.css_variables(palette.DONKER)
    systeem = palette.css_variables(palette.SYSTEEM)
    return (
        f":root{{color-scheme:light dark;{palette.css_variables(palette.LICHT)}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{donker}}}}}"
        f"@media (forced-colors:active){{:root{{{systeem}}}}}"
        f"{_pieces() if figuren else _lees('tabel.css')}{_lees('stijl.css')}"
    )


@cache
def preview_stylesheet() -> str:
    """The part that a single piece needs, nested so that it touches nothing else in a notebook."""
    licht = palette.css_variables(palette.LICHT)
    return f".sdm{{{licht};{PREVIEW};{_pieces()}}}"


def _pieces() -> str:
    return f"{palette.css_classes()}{_lees('tabel.css')}{_lees('stuk.css')}"


def _lees(naam: str) -> str:
    return (MAP / naam).read_text(encoding="utf-8").replace("\n", "")


def csp(css: str, *, script: str = "") -> str:
    """The content security policy: nothing but this very style sheet (and script, when there is one)."""
    delen = ["default-src 'none'", f"style-src {_sha(css)}", "img-src data:", "base-uri 'none'", "form-action 'none'"]
    if script:
        delen.insert(1, f"script-src {_sha(script)}")
    return "; ".join(delen)


def _sha(tekst: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(tekst.encode()).digest()).decode()}'"
