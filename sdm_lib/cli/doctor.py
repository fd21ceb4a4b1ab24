"""`sdm doctor`: whether this computer has everything, and how to mend what is missing."""

from __future__ import annotations

import importlib.metadata
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

MINSTE_PYTHON = (3, 11)
MINSTE_RUIMTE_GB = 2
BROWSERS = ("chromium", "google-chrome", "chrome", "msedge", "microsoft-edge", "chromium-browser")


@dataclass(frozen=True, slots=True)
class Bevinding:
    """One thing that was looked at: fine, doubtful (works, but) or wrong, with how to mend it."""

    wat: str
    oordeel: str  # goed, let op, fout
    herstel: str = ""

    def __str__(self) -> str:
        return f"{self.oordeel:7} {self.wat}{f'  -> {self.herstel}' if self.herstel else ''}"


def doctor_command() -> None:
    """Print every finding; exit 1 when one is wrong."""
    from sdm_lib import sources

    root = sources.project_root()
    bevindingen = [*_python(), *_packages(root), *_kernel(), *_disk(root), *_deliveries(root), *_browser()]
    for bevinding in bevindingen:
        click.echo(str(bevinding))
    if any(bevinding.oordeel == "fout" for bevinding in bevindingen):
        raise click.exceptions.Exit(1)


def _python() -> Iterator[Bevinding]:
    versie = ".".join(map(str, sys.version_info[:3]))
    goed = sys.version_info >= MINSTE_PYTHON
    yield Bevinding(
        f"Python {versie}", "goed" if goed else "fout", "" if goed else "Installeer Python 3.11 of nieuwer."
    )
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    herstel = (
        "" if utf8 else "Tekens die de console niet kent worden een vraagteken; zet PYTHONUTF8=1 voor alle tekens."
    )
    yield Bevinding(f"tekencodering van de console: {sys.stdout.encoding}", "goed" if utf8 else "let op", herstel)


def _packages(root: Path) -> Iterator[Bevinding]:
    from packaging.markers import Marker

    anders = []
    for regel in (root / "requirements.lock").read_text(encoding="utf-8").splitlines():
        match = re.match(r"([A-Za-z0-9._-]+)==([^ ;\\]+)(?: *; *([^\\]+))?", regel)
        if match is None or (match[3] and not Marker(match[3].strip()).evaluate()):
            continue
        try:
            geplaatst = importlib.metadata.version(match[1])
        except importlib.metadata.PackageNotFoundError:
            geplaatst = "niet"
        if geplaatst != match[2]:
            anders.append(f"{match[1]} {match[2]} ({geplaatst} aanwezig)")
    if anders:
        herstel = "Draai: python -m pip install --require-hashes -r requirements.lock"
        yield Bevinding(f"{len(anders)} pakketten wijken af: {', '.join(anders[:5])}", "fout", herstel)
    else:
        yield Bevinding("alle pakketten zijn die van requirements.lock", "goed")


def _kernel() -> Iterator[Bevinding]:
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        spec = KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        yield Bevinding("geen kernel 'python3'", "fout", "Draai: python -m pip install -r requirements.lock")
        return
    eigen = Path(sys.prefix) in Path(spec.resource_dir).parents
    herstel = (
        "" if eigen else "Een kernel van een andere Python gaat voor; verwijder hem met jupyter kernelspec remove."
    )
    yield Bevinding("kernel python3", "goed" if eigen else "let op", herstel)


def _disk(root: Path) -> Iterator[Bevinding]:
    vrij = shutil.disk_usage(root).free / 1e9
    genoeg = vrij >= MINSTE_RUIMTE_GB
    yield Bevinding(f"{vrij:.0f} GB vrij", "goed" if genoeg else "fout", "" if genoeg else "Maak schijfruimte vrij.")
    for naam in ("reports", "data"):
        try:
            proef = root / naam / ".schrijfproef"
            proef.touch()
            proef.unlink()
        except OSError as fout:
            yield Bevinding(f"kan niet schrijven in {naam}/", "fout", f"Vraag schrijfrechten ({fout.strerror}).")
        else:
            yield Bevinding(f"kan schrijven in {naam}/", "goed")


def _deliveries(root: Path) -> Iterator[Bevinding]:
    demo = (root / "data" / "demo").is_dir()
    yield Bevinding("demogemeente", "goed" if demo else "let op", "" if demo else "Draai: sdm demo")


def _browser() -> Iterator[Bevinding]:
    gevonden = next((naam for naam in BROWSERS if shutil.which(naam)), "")
    herstel = "" if gevonden else "Rapporten openen in elke browser; alleen de browsertests hebben Chromium nodig."
    yield Bevinding(f"browser {gevonden or 'niet gevonden'}", "goed" if gevonden else "let op", herstel)
