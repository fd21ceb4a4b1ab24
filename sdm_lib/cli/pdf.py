"""`sdm pdf`: finished pages on paper, printed by the browser that is already on this computer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import click

from sdm_lib.errors import Melding, ParameterFout, bedoelde_u

MAP = "pdf"  # inside the folder of the reports: a new run replaces that folder, so no PDF outlives its page


def pdf_command(kwartaal: str, onderwerpen: Sequence[str], *, uit: Path | None, rapporten: Path | None) -> None:
    """Print the pages of a quarter, all of them or those of some topics; says each file with its number of pages."""
    from sdm_lib import report, sources
    from sdm_lib.cli.progress import progress
    from sdm_lib.monitor.runfile import parse_kwartaal

    root = sources.project_root()
    folder = rapporten or root / "reports" / str(parse_kwartaal(kwartaal, root=root))
    pages = choose(folder, onderwerpen)
    doel = uit or folder / MAP
    doel.mkdir(parents=True, exist_ok=True)
    browser = report.require_browser()
    with progress("Afdrukken", total=len(pages)) as stap:
        for page in pages:
            inhoud = report.print_pdf(page, browser=browser)
            (doel / f"{page.stem}.pdf").write_bytes(inhoud)
            stap(f"{page.stem}.pdf, {count_pages(inhoud)} bladzijden")
    click.echo(str(doel))


def choose(folder: Path, onderwerpen: Sequence[str]) -> list[Path]:
    """The finished pages of a folder, of some topics or of all; the index is a way in and is not printed.

    Raises ParameterFout when there are none, or names every unknown topic with its nearest.
    """
    pages = [path for path in sorted(folder.glob("*.html"), key=lambda path: path.stem) if path.stem != "index"]
    if not pages:
        wat, herstel = "hier staan geen rapporten", f"Maak ze eerst: sdm run {folder.name}"
        raise ParameterFout(Melding("SDM-216", wat, herstel, bestand=f"{folder.name}/"))
    per = {path: re.split(r"-(?=[A-Z]{2}\d)", path.stem)[0] for path in pages}
    onbekend = [naam for naam in onderwerpen if naam not in {*per.values(), *(path.stem for path in pages)}]
    if onbekend:
        raise ParameterFout(
            *(Melding("SDM-217", f"geen rapport over '{naam}'", bedoelde_u(naam, per.values())) for naam in onbekend)
        )
    return [path for path, onderwerp in per.items() if not onderwerpen or {onderwerp, path.stem} & set(onderwerpen)]


def count_pages(pdf: bytes) -> int:
    """How many sheets a PDF of a browser has.

    >>> count_pages(b"<</Type /Pages>> <</Type /Page>> <</Type/Page\\n>>")
    2
    """
    return len(re.findall(rb"/Type\s*/Page\b", pdf))
