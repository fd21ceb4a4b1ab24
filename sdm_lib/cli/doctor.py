"""`sdm doctor`: whether this computer has everything, and how to mend what is missing."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import locale
import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from sdm_lib import nl

MINSTE_PYTHON = (3, 11)
MINSTE_RUIMTE_GB = 2
SPELING = dt.timedelta(days=1)  # a file from another time zone is no broken clock
GETOOND = 5
INSTALLEER = "Draai: python -m pip install --require-hashes -r requirements.lock"


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

    bevindingen = findings(sources.project_root())
    for bevinding in bevindingen:
        click.echo(str(bevinding))
    if any(bevinding.oordeel == "fout" for bevinding in bevindingen):
        raise click.exceptions.Exit(1)


def findings(root: Path) -> list[Bevinding]:
    """Everything that is looked at, in the order in which it has to be mended."""
    return [
        *_python(),
        *_console(sys.stdout.encoding or ""),
        *_locale(locale.setlocale(locale.LC_NUMERIC)),
        *_clock(root, now=dt.datetime.now(dt.UTC)),
        *_packages(root),
        *_kernel(),
        *_disk(root),
        *_locked(root),
        *_cache(root),
        *_deliveries(root),
        *_browser(),
    ]


def _python() -> Iterator[Bevinding]:
    versie = ".".join(map(str, sys.version_info[:3]))
    goed = sys.version_info >= MINSTE_PYTHON
    yield Bevinding(
        f"Python {versie}", "goed" if goed else "fout", "" if goed else "Installeer Python 3.11 of nieuwer."
    )


def _console(codering: str) -> Iterator[Bevinding]:
    utf8 = codering.lower().replace("-", "") == "utf8"
    herstel = "Tekens die de console niet kent worden een vraagteken; zet PYTHONUTF8=1 voor alle tekens."
    yield Bevinding(f"tekencodering van de console: {codering}", "goed" if utf8 else "let op", "" if utf8 else herstel)


def _locale(taal: str) -> Iterator[Bevinding]:
    """The kit writes Dutch numbers itself; a locale that somebody set in this Python would change other packages."""
    gewoon = taal in ("C", "POSIX", "C.UTF-8")
    herstel = (
        "" if gewoon else "Haal locale.setlocale weg uit sitecustomize of PYTHONSTARTUP; de kit schrijft zelf komma's."
    )
    yield Bevinding(f"getallen van Python: {taal}", "goed" if gewoon else "let op", herstel)


def _clock(root: Path, *, now: dt.datetime) -> Iterator[Bevinding]:
    """A clock that runs behind makes certificates and file times wrong; no file of the kit is from the future."""
    laatst = max(path.stat().st_mtime for path in (root / "pyproject.toml", root / "requirements.lock"))
    achter = now + SPELING < dt.datetime.fromtimestamp(laatst, dt.UTC)
    herstel = "De bestanden zijn van later dan nu; zet datum en tijd van de computer goed." if achter else ""
    yield Bevinding(f"klok: {now:%Y-%m-%d}", "let op" if achter else "goed", herstel)


def _packages(root: Path) -> Iterator[Bevinding]:
    anders = list(_other_versions((root / "requirements.lock").read_text(encoding="utf-8").splitlines()))
    if anders:
        yield Bevinding(f"{len(anders)} pakketten wijken af: {', '.join(anders[:GETOOND])}", "fout", INSTALLEER)
    else:
        yield Bevinding("alle pakketten zijn die van requirements.lock", "goed")


def _other_versions(regels: Iterable[str]) -> Iterator[str]:
    from packaging.markers import Marker

    for regel in regels:
        match = re.match(r"([A-Za-z0-9._-]+)==([^ ;\\]+)(?: *; *([^\\]+))?", regel)
        if match is None or (match[3] and not Marker(match[3].strip()).evaluate()):
            continue
        try:
            geplaatst = importlib.metadata.version(match[1])
        except importlib.metadata.PackageNotFoundError:
            geplaatst = "niet"
        if geplaatst != match[2]:
            yield f"{match[1]} {match[2]} ({geplaatst} aanwezig)"


def _kernel() -> Iterator[Bevinding]:
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        spec = KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        yield Bevinding("geen kernel 'python3'", "fout", INSTALLEER)
        return
    eigen = Path(sys.prefix) in Path(spec.resource_dir).parents
    herstel = (
        "" if eigen else "Een kernel van een andere Python gaat voor; verwijder hem met jupyter kernelspec remove."
    )
    yield Bevinding("kernel python3", "goed" if eigen else "let op", herstel)


def _cache(root: Path) -> Iterator[Bevinding]:
    """What is kept about persons, how old it is, and whether the folder is private."""
    from sdm_lib.disclosure.beleid import load_wachtregels
    from sdm_lib.runner.bewaren import CACHE, bewaard

    folder, er = root / CACHE, bewaard(root)
    if not er.bestanden:
        yield Bevinding("niets bewaard in data/cache/", "goed")
        return
    dagen = load_wachtregels(root / "params" / "kit.yaml").bewaren_dagen
    wat = f"{er.bestanden} bestanden ({er.bytes / 1e6:.0f} MB) in data/cache/, het langst ongebruikte {er.dagen} dagen"
    te_oud = er.dagen > dagen
    herstel = f"Langer dan {dagen} dagen: de volgende run ruimt op, of draai sdm clean." if te_oud else ""
    yield Bevinding(wat, "let op" if te_oud else "goed", herstel)
    if os.name != "nt" and folder.stat().st_mode & 0o077:
        yield Bevinding(
            "data/cache/ is voor anderen leesbaar", "fout", "Draai sdm run: die sluit de map, of chmod 700."
        )


def _disk(root: Path) -> Iterator[Bevinding]:
    vrij = shutil.disk_usage(root).free / 1e9
    genoeg = vrij >= MINSTE_RUIMTE_GB
    herstel = "" if genoeg else f"Maak schijfruimte vrij: minstens {MINSTE_RUIMTE_GB} GB."
    yield Bevinding(f"{nl.getal(vrij, 0 if genoeg else 1)} GB vrij", "goed" if genoeg else "fout", herstel)
    for naam in ("reports", "data"):
        map_ = root / naam if (root / naam).is_dir() else root  # a run makes the folder that is not there yet
        try:
            proef = map_ / ".schrijfproef"
            proef.touch()
            proef.unlink()
        except OSError:
            herstel = f"Vraag schrijfrechten voor de map {naam}/, of haal weg wat er in de weg staat."
            yield Bevinding(f"kan niet schrijven in {naam}/", "fout", herstel)
        else:
            yield Bevinding(f"kan schrijven in {naam}/", "goed")


def _locked(root: Path) -> Iterator[Bevinding]:
    """Files that Excel, or another program, has open: Excel leaves a file ``~$name`` beside one, Windows locks it."""
    vast = sorted({path.name.removeprefix("~$") for path in _excel_locks(root)} | set(_unwritable(root)))
    namen = ", ".join(vast[:GETOOND])
    rest = f" en nog {len(vast) - GETOOND}" if len(vast) > GETOOND else ""
    herstel = "Sluit het bestand in Excel (of het andere programma) voordat u de kit draait." if vast else ""
    wat = f"in gebruik bij een ander programma: {namen}{rest}" if vast else "geen bestand is in gebruik bij Excel"
    yield Bevinding(wat, "let op" if vast else "goed", herstel)


def _excel_locks(root: Path) -> Iterator[Path]:
    for map_ in ("data/raw", "data/demo", "reports"):
        yield from (root / map_).rglob("~$*.xls*")


def _unwritable(root: Path) -> Iterator[str]:
    """Workbooks and tables of the reports that cannot be opened for writing, as a run has to."""
    for path in (root / "reports").glob("*/*"):
        if path.suffix in (".xlsx", ".csv") and not path.name.startswith("~$"):
            try:
                path.open("r+b").close()
            except OSError:
                yield path.name


def _deliveries(root: Path) -> Iterator[Bevinding]:
    demo = (root / "data" / "demo").is_dir()
    yield Bevinding("demogemeente", "goed" if demo else "let op", "" if demo else "Draai: sdm demo")


def _browser() -> Iterator[Bevinding]:
    from sdm_lib.report.pdf import find_browser

    gevonden = find_browser()
    herstel = "" if gevonden else "Rapporten openen in elke browser; sdm pdf heeft Edge, Chrome of Chromium nodig."
    naam = gevonden.name if gevonden else "niet gevonden"
    yield Bevinding(f"browser voor sdm pdf: {naam}", "goed" if gevonden else "let op", herstel)
