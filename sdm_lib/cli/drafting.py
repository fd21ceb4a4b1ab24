"""What `sdm new indicator` and `sdm new onderwerp` do: write a draft beside what is there, never over it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from sdm_lib import indicators, monitor, sources
from sdm_lib.errors import Melding, ParameterFout, bedoelde_u
from sdm_lib.indicators import Catalogue, drafts
from sdm_lib.indicators.definition import ENQUETES
from sdm_lib.kwartaal import Kwartaal, Verslagperiode

SLOT = "## Verantwoording"


def new_indicator(code: str, onderwerp: str, *, vraag: str, telt: Sequence[str], ander: str, toon: bool) -> None:
    """Append a block to the topic's file and say how to show it; with `toon` the notebook gets its cells."""
    root = sources.project_root()
    catalogue = indicators.load(root)
    path = root / "params" / "indicatoren" / f"{onderwerp}.yaml"
    indicators.load(root, [onderwerp])  # raises when there is no such topic, with the nearest
    blok = _block(root, code, onderwerp, catalogue=catalogue, vraag=vraag, telt=telt, ander=ander)
    tekst = path.read_text(encoding="utf-8")
    path.write_text(tekst.rstrip("\n") + "\n" + blok, encoding="utf-8")
    regel = tekst.rstrip("\n").count("\n") + 3
    click.echo(f"Indicator {code} staat in params/indicatoren/{onderwerp}.yaml, vanaf regel {regel}.")
    if toon:
        _show(root / "notebooks" / f"{onderwerp}.ipynb", code, label=indicators.load(root)[code].label)
        click.echo(f"Het cijfer staat op de pagina na: sdm run {_laatste(root, onderwerp)} {onderwerp}")
    else:
        click.echo(f'Toon het in het notebook met: run.publish(run.estimate("{code}"), chart="dot", titel="...")')


def new_onderwerp(naam: str, *, bron: str, kwartaal: str) -> None:
    """Write an indicator file, a run file and a notebook for a new topic on a survey that another topic uses."""
    root = sources.project_root()
    if not re.fullmatch(r"[a-z][a-z_]*", naam):
        raise ParameterFout(
            Melding("SDM-261", f"'{naam}' kan geen onderwerp zijn", "Gebruik kleine letters, zoals wonen.")
        )
    periode = monitor.parse_kwartaal(kwartaal, root=root) if kwartaal else _kwartalen(root)[-1]
    paden = {
        "indicatoren": root / "params" / "indicatoren" / f"{naam}.yaml",
        "run-bestand": monitor.run_path(root, kwartaal=periode, onderwerp=naam),
        "notebook": root / "notebooks" / f"{naam}.ipynb",
    }
    for path in paden.values():
        if path.exists():
            herstel = "Kies een andere naam, of pas dat bestand aan."
            raise ParameterFout(Melding("SDM-262", f"{path.relative_to(root).as_posix()} bestaat al", herstel))
    catalogue = indicators.load(root)
    code = _free_code(naam, catalogue)
    blok = drafts.from_question(code, _questions(root, bron)[0], catalogue=catalogue, sinds=periode.slot)
    run_tekst = _run_file(root, periode, naam, bron)
    paden["indicatoren"].write_text(f"# Indicatoren van het onderwerp {naam}.\n{blok}", encoding="utf-8")
    paden["run-bestand"].write_text(run_tekst, encoding="utf-8")
    paden["notebook"].write_text(_notebook(root, naam, bron, code), encoding="utf-8")
    for wat, path in paden.items():
        click.echo(f"{wat}: {path.relative_to(root).as_posix()}")
    click.echo(f"De pagina komt er met: sdm run {periode} {naam}")


def _block(
    root: Path, code: str, onderwerp: str, *, catalogue: Catalogue, vraag: str, telt: Sequence[str], ander: str
) -> str:
    if ander:
        [voorbeeld] = catalogue.kies([ander])
        tekst = (root / catalogue.plaatsen[voorbeeld.id][0]).read_text(encoding="utf-8")
        return drafts.copy_of(code, ander, catalogue=catalogue, tekst=tekst)
    vragen = [v for bron in _surveys(root, onderwerp) for v in _questions(root, bron)]
    if not vragen:
        herstel = "Begin met een kopie van een bestaande: --als BC02."
        raise ParameterFout(Melding("SDM-263", f"onderwerp '{onderwerp}' heeft geen enquete", herstel))
    gekozen = [v for v in vragen if v.kolom == vraag] if vraag else vragen[:1]
    if not gekozen:
        raise ParameterFout(
            Melding("SDM-263", f"onbekende vraag '{vraag}'", bedoelde_u(vraag, [v.kolom for v in vragen]))
        )
    return drafts.from_question(code, gekozen[0], catalogue=catalogue, sinds=_laatste(root, onderwerp).slot, telt=telt)


def _surveys(root: Path, onderwerp: str) -> list[str]:
    bestand = monitor.load_run(root, kwartaal=_laatste(root, onderwerp), onderwerp=onderwerp).value
    return [naam for naam, bron in bestand.bronnen.items() if bron.weging]


def _questions(root: Path, bron: str) -> list[drafts.Vraag]:
    """The questions of a survey with words for answers; marks from 1 to 10 make no share."""
    if bron not in ENQUETES:
        raise ParameterFout(Melding("SDM-264", f"'{bron}' is geen enquete", bedoelde_u(bron, ENQUETES)))
    schema = sources.load_schema(bron, root=root)
    lijst = sources.load_vragenlijst(schema.vragenlijst, root=root)
    return [
        drafts.Vraag(bron, kolom, item.onderwerp, tuple(lijst.schalen[item.schaal].antwoorden))
        for kolom, item in lijst.items.items()
        if lijst.schalen[item.schaal].antwoorden
    ]


def _kwartalen(root: Path) -> list[Kwartaal]:
    namen = [path.name for path in (root / "params").iterdir() if re.fullmatch(r"\d{4}K[1-4]", path.name)]
    return sorted(Kwartaal.parse(naam) for naam in namen)


def _laatste(root: Path, onderwerp: str) -> Verslagperiode:
    """The latest quarter that has a run file of this topic."""
    met = [k for k in _kwartalen(root) if monitor.run_path(root, kwartaal=k, onderwerp=onderwerp).is_file()]
    if not met:
        herstel = f"Maak params/<kwartaal>/{onderwerp}.yaml, of begin met: sdm new onderwerp."
        raise ParameterFout(Melding("SDM-266", f"geen enkel kwartaal heeft onderwerp '{onderwerp}'", herstel))
    return met[-1]


def _free_code(naam: str, catalogue: Catalogue) -> str:
    kop = naam.replace("_", "")[:2].upper()
    return next(code for k in range(1, 100) if (code := f"{kop}{k:02d}") not in catalogue)


def _run_file(root: Path, periode: Verslagperiode, naam: str, bron: str) -> str:
    """The run file of another topic of that quarter with the same survey, for the city alone, under its own title."""
    for onderwerp in monitor.onderwerpen(root, kwartaal=periode):
        bestand = monitor.load_run(root, kwartaal=periode, onderwerp=onderwerp)
        if bron in bestand.value.bronnen and bestand.value.bronnen[bron].weging:
            tekst = (root / bestand.bestand).read_text(encoding="utf-8")
            kop = f'titel: "{_titel(naam)}"\nvraag: "Wat wil de lezer weten?"\n'
            tekst = re.sub(r"(?m)^gebieden: \[.*?\].*$", "gebieden: [stad]", tekst)
            tekst = re.sub(r"(?m)^ +kerncijfers: \[.*\]\n", "", tekst)
            # nothing was measured of it before, so there is nothing to compare with
            return kop + re.sub(r"(?m)^(titel|vraag|vergelijking): .*\n", "", tekst)
    herstel = "Kies een enquete die dat kwartaal wordt gebruikt, of een ander kwartaal."
    raise ParameterFout(Melding("SDM-264", f"geen onderwerp van {periode} gebruikt enquete '{bron}'", herstel))


def _notebook(root: Path, naam: str, bron: str, code: str) -> str:
    """The template with this topic, survey and indicator in it."""
    sjabloon = json.loads((root / "notebooks" / "_sjabloon.ipynb").read_text(encoding="utf-8"))
    for cell in sjabloon["cells"]:
        bronregels = "".join(cell["source"])
        if cell["cell_type"] == "code":
            bronregels = bronregels.replace('start("clienten"', f'start("{naam}"').replace('"clienten"', f'"{bron}"')
            bronregels = bronregels.replace('["CE16", "CE01"]', f'["{code}"]').replace('"CE01"', f'"{code}"')
        elif bronregels.startswith("# "):
            bronregels = (
                f"# {naam.replace('_', ' ').capitalize()}\n\nVoor wie deze pagina is, en welke vragen zij beantwoordt."
            )
        cell["source"] = bronregels.splitlines(keepends=True)
        cell["id"] = cell["id"].replace("_sjabloon", naam)
    return _as_text(sjabloon)


def _titel(naam: str) -> str:
    return naam.replace("_", " ").capitalize()


def _show(path: Path, code: str, *, label: str) -> None:
    """Put a question, the figure and its sentence in the notebook, before the account at its end."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    plek = next((k for k, cell in enumerate(notebook["cells"]) if "".join(cell["source"]).startswith(SLOT)), None)
    if plek is None:
        herstel = "Voeg dat kopje toe, of zet het cijfer zelf in het notebook."
        raise ParameterFout(Melding("SDM-265", f"{path.name} heeft geen kopje '{SLOT}'", herstel))
    naam = label.replace('"', "'")
    prose = f"## {naam}\n\nWat dit cijfer zegt, en wie er meetelt."
    regels = f'nieuw = run.estimate("{code}")\nrun.publish(nieuw, chart="dot", titel="{naam}")\nrun.zin(nieuw)'
    cells = [_cell("markdown", f"{code.lower()}-vraag", prose), _cell("code", f"{code.lower()}-cijfer", regels)]
    notebook["cells"][plek:plek] = cells
    path.write_text(_as_text(notebook), encoding="utf-8")


def _cell(soort: str, id: str, tekst: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": soort, "id": id, "metadata": {}, "source": tekst.splitlines(keepends=True)}
    return cell | ({"execution_count": None, "outputs": []} if soort == "code" else {})


def _as_text(notebook: Any) -> str:
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
