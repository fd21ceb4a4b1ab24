"""`sdm redact`: what was said, with what could point at somebody, for who redacts it. On screen; kept nowhere.

What is kept is the decision: who let which kind of thing in which segment stand, replaced it or left it unused.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sdm_lib.errors import Melding, ParameterFout, bedoelde_u

if TYPE_CHECKING:
    from sdm_lib.stemmen import Segment, Vondst, Woordenlijst

KOP = "<!doctype html><html lang=nl><meta charset=utf-8><title>Niet nagelezen gesprekken</title>"


def redact_command(
    kwartaal: str, *, leveringen: str, thema: str, alles: bool, nummer: int | None, pagina: Path | None
) -> None:
    """Show the segments of a quarter with their finds, draft a quote from one, or write a page outside the kit."""
    from sdm_lib import sources, stemmen
    from sdm_lib.stemmen.segmenten import segmenten

    root = sources.project_root()
    lijst = stemmen.load_woordenlijst(root)
    alle = [
        een for een in segmenten(_folder(root, kwartaal, leveringen), root=root) if thema.lower() in een.thema.lower()
    ]
    if nummer is not None:
        _draft(alle, nummer, lijst)
        return
    gevonden = [(een, stemmen.herken(een.tekst, lijst)) for een in alle]
    met = sum(bool(vondsten) for _, vondsten in gevonden)
    if pagina is not None:
        _write(pagina, gevonden, root=root)
    else:
        for een, vondsten in gevonden:
            if vondsten or alles:
                click.echo(_regel(een, vondsten))
    click.echo(
        f"{len(alle)} segmenten, in {met} is iemand misschien te herkennen. Hiervan is niets bewaard in het project.",
        err=True,
    )


def _folder(root: Path, kwartaal: str, leveringen: str) -> Path:
    """The folder with deliveries: as given, or that of the first topic whose run file names interviews."""
    from sdm_lib import monitor
    from sdm_lib.stemmen.gesprekken import LIJST

    if leveringen:
        return root / leveringen
    periode = monitor.parse_kwartaal(kwartaal, root=root)
    for onderwerp in monitor.onderwerpen(root, kwartaal=periode):
        bestand = monitor.load_run(root, kwartaal=periode, onderwerp=onderwerp).value
        if LIJST in bestand.bronnen:
            return root / bestand.leveringen
    herstel = "Noem gesprekken onder bronnen in een run-bestand, of geef de map met --deliveries."
    raise ParameterFout(Melding("SDM-902", f"in {kwartaal} noemt geen onderwerp gesprekken", herstel))


def _regel(een: Segment, vondsten: Sequence[Vondst]) -> str:
    """A segment for the screen, its finds marked and named."""
    delen, tot = [], 0
    for vondst in vondsten:
        woord = een.tekst[vondst.begin : vondst.eind]
        delen += [een.tekst[tot : vondst.begin], click.style(f"«{woord}»", bold=True), f" ({vondst.soort})"]
        tot = vondst.eind
    return f"{een.nummer:4d} {een.document}, {een.thema}: {''.join(delen)}{een.tekst[tot:]}"


def _draft(alle: Sequence[Segment], nummer: int, lijst: Woordenlijst) -> None:
    """A block for ``citaten/<onderwerp>.yaml``, redacted, without the release: that is somebody's own to write."""
    from sdm_lib.stemmen import herken, redigeer

    een = _segment(alle, nummer)
    tekst = json.dumps(redigeer(een.tekst, herken(een.tekst, lijst)), ensure_ascii=False)  # a JSON text is a YAML text
    regels = (
        f"K{nummer}:", f"  document: {een.document}", f"  tekst: {tekst}", "  pseudoniem: ", "  wie: ", "  hoofdstuk: ",
        f"  themas: [{json.dumps(een.thema, ensure_ascii=False)}]", "  toestemming: {datum: , wijze: }",
    )  # fmt: skip
    click.echo("\n".join(regels))
    click.echo("Lees het na en voeg toe: vrijgegeven: {door: NAAM, datum: JJJJ-MM-DD, reden: TEKST}", err=True)


def decide_command(
    kwartaal: str, *, leveringen: str, nummers: Sequence[int], staat: Sequence[str], weg: bool, door: str,
    dag: datetime | None,
) -> None:  # fmt: skip
    """Write down, for each kind of thing that was found in these segments, what was decided about it (SDM-918)."""
    from sdm_lib import monitor, sources, stemmen
    from sdm_lib.stemmen.besluiten import Besluit, Uitspraak, besluiten_pad, voeg_toe
    from sdm_lib.stemmen.segmenten import segmenten

    root = sources.project_root()
    if not door.strip() or dag is None:
        herstel = "Noem met --by wie besluit en met --date wanneer, zoals 2015-07-13."
        raise ParameterFout(Melding("SDM-918", "een besluit over redactie heeft een naam en een dag", herstel))
    lijst, folder = stemmen.load_woordenlijst(root), _folder(root, kwartaal, leveringen)
    alle = segmenten(folder, root=root)
    besluiten = []
    for een in (_segment(alle, nummer) for nummer in nummers):
        soorten = sorted({vondst.soort for vondst in stemmen.herken(een.tekst, lijst)})
        if vreemd := sorted(set(staat) - set(soorten)):
            wat = f"in segment {een.nummer} is geen {vreemd[0]} gevonden"
            raise ParameterFout(Melding("SDM-918", wat, bedoelde_u(vreemd[0], soorten)))
        for soort in soorten:
            uitspraak: Uitspraak = "niet gebruiken" if weg else "blijft staan" if soort in staat else "vervangen"
            hash_ = sources.sha256(folder / een.bestand)[:12]
            besluiten.append(Besluit(dag.date(), door.strip(), hash_, een.nummer, soort, uitspraak))
    pad = besluiten_pad(root, kwartaal=monitor.parse_kwartaal(kwartaal, root=root))
    voeg_toe(pad, besluiten)
    wat = "1 besluit" if len(besluiten) == 1 else f"{len(besluiten)} besluiten"
    click.echo(f"{wat} vastgelegd in {pad.relative_to(root).as_posix()}.", err=True)


def _segment(alle: Sequence[Segment], nummer: int) -> Segment:
    een = next((segment for segment in alle if segment.nummer == nummer), None)
    if een is None:
        herstel = bedoelde_u(str(nummer), [str(segment.nummer) for segment in alle])
        raise ParameterFout(Melding("SDM-902", f"er is geen segment {nummer}", herstel))
    return een


def _write(pagina: Path, gevonden: Sequence[tuple[Segment, Sequence[Vondst]]], *, root: Path) -> None:
    """A page that only its maker can open, and never within the project (SDM-909)."""
    pad = pagina.resolve()
    if pad.is_relative_to(root.resolve()):
        wat = "niet nagelezen gesprekken mogen niet binnen het project worden bewaard"
        raise ParameterFout(
            Melding("SDM-909", wat, "Kies een bestand buiten de map van het project.", bestand=pagina.name)
        )
    with os.fdopen(os.open(pad, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as handle:
        handle.write(
            KOP + "<h1>Niet nagelezen: niet delen, daarna wissen</h1><ol>" + "".join(_items(gevonden)) + "</ol></html>"
        )
    click.echo(f"Geschreven, alleen voor u leesbaar: {pagina}. Wis het als u klaar bent.")


def _items(gevonden: Sequence[tuple[Segment, Sequence[Vondst]]]) -> Iterator[str]:
    for een, vondsten in gevonden:
        delen, tot = [], 0
        for vondst in vondsten:
            delen += [
                escape(een.tekst[tot : vondst.begin]),
                f"<mark>{escape(een.tekst[vondst.begin : vondst.eind])}</mark>",
            ]
            delen.append(f" <small>({escape(vondst.soort)})</small>")
            tot = vondst.eind
        waar = f"<small>{escape(een.document)}, {escape(een.thema)}</small>"
        yield f'<li value="{een.nummer}">{"".join(delen)}{escape(een.tekst[tot:])} {waar}</li>'
