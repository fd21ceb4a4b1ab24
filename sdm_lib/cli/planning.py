"""`sdm sample` and `sdm export`: before the fieldwork and after it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from sdm_lib.errors import Melding, ParameterFout, bedoelde_u


def sample_command(
    kwartaal: str, *, per: str, marge: float, respons: float, vanaf: int, deff: float, leveringen: str
) -> None:
    """Print how many people to invite per stratum for a margin in percentage points on a share."""
    from sdm_lib import nl, sources, survey
    from sdm_lib.monitor.weging import ages_from

    folder = _folder(kwartaal, leveringen)
    bevolking = sources.read("bevolking", folder=folder).frame
    if per not in bevolking or per in ("peildatum", "inwoners"):
        keuze = [str(kolom) for kolom in bevolking if kolom not in ("peildatum", "inwoners")]
        raise ParameterFout(Melding("SDM-238", f"bevolking kent geen kolom '{per}'", bedoelde_u(per, keuze)))
    nu = bevolking[bevolking["peildatum"] == bevolking["peildatum"].max()]
    tellend = nu[ages_from(nu["leeftijd"], vanaf)]
    strata = tellend.groupby(per, as_index=False)["inwoners"].sum()
    strata = strata.rename(columns={per: "stratum", "inwoners": "population"})
    plan = survey.sample_size(strata, margin=marge / 100, response=respons / 100, deff=deff)
    click.echo(f"{per:<14}{'inwoners':>10}{'antwoorden':>12}{'benaderen':>11}{'marge':>8}")
    kolommen = ("population", "needed", "invite", "margin")
    for naam, haalbaar, *getallen in zip(
        plan["stratum"], plan["attainable"], *(plan[kolom].astype(float) for kolom in kolommen), strict=True
    ):
        mensen, antwoorden, benaderen, reikt = (float(getal) for getal in getallen)
        kan_niet = "" if haalbaar else "  niet haalbaar, ook niet als iedereen wordt benaderd"
        click.echo(
            f"{naam:<14}{nl.getal(mensen):>10}{nl.getal(antwoorden):>12}{nl.getal(benaderen):>11}"
            f"{nl.getal(100 * reikt, 1):>7}%{kan_niet}"
        )
    click.echo(f"Samen te benaderen: {nl.getal(float(plan['invite'].sum()))}.")


def export_command(kwartaal: str, wat: Sequence[str], doel: Path, *, niveau: Sequence[str], rapporten: str) -> None:
    """Write answers with weights for SPSS (.sav, wat is topic and survey) or published figures for Swing (.csv)."""
    if doel.suffix.lower() == ".csv":
        if wat:
            herstel = f"Laat '{' '.join(wat)}' weg, of laat de naam eindigen op .sav voor de antwoorden."
            raise ParameterFout(Melding("SDM-240", "een .csv bevat alle cijfers van het kwartaal", herstel))
        _export_swing(kwartaal, doel, niveau=niveau, rapporten=rapporten)
        return
    if len(wat) != 2:
        herstel = f"Bijvoorbeeld: sdm export {kwartaal} clienten clienten {doel.name}."
        raise ParameterFout(Melding("SDM-240", "een .sav vraagt een onderwerp en een enquete", herstel))
    _export_answers(kwartaal, *wat, doel=doel)


def _export_answers(kwartaal: str, onderwerp: str, bron: str, *, doel: Path) -> None:
    from sdm_lib import monitor, sources, survey

    run = monitor.start(onderwerp, kwartaal=kwartaal)
    _outside_reports(run.root, doel)
    frame = survey.weighted_frame(run.design(bron))
    sources.write_sav(frame, doel, naam=bron)
    click.echo(
        f"{len(frame)} antwoorden met hun gewicht staan in {doel}. Dit zijn gegevens over personen: deel ze niet."
    )


def _export_swing(kwartaal: str, doel: Path, *, niveau: Sequence[str], rapporten: str) -> None:
    from sdm_lib import monitor, sources
    from sdm_lib.cli.swing import as_swing, published

    root = sources.project_root()
    periode = monitor.parse_kwartaal(kwartaal, root=root)
    folder = Path(rapporten).resolve() if rapporten else root / "reports" / str(periode)
    if doel.resolve().is_relative_to(root / "reports"):
        herstel = "Kies een map daarbuiten: een volgende run zou het wissen."
        raise ParameterFout(Melding("SDM-240", "een bestand voor Swing hoort niet in reports/", herstel))
    gemaakt = as_swing(published(folder), niveaus=dict(_level(keuze) for keuze in niveau))
    lijst = doel.with_name(f"{doel.stem}-onderwerpen.csv")
    doel.write_bytes(gemaakt.waarden.encode("utf-8"))
    lijst.write_bytes(gemaakt.onderwerpen.encode("utf-8-sig"))  # this one is read in Excel
    click.echo(f"{gemaakt.getoond} cijfers staan in {doel}, hun onderwerpcodes in {lijst.name}.")
    click.echo(f"{gemaakt.verborgen} cijfers die niet getoond worden zijn leeg.")


def _level(keuze: str) -> tuple[str, str]:
    naam, teken, code = keuze.partition("=")
    if not (naam and teken and code):
        herstel = "Schrijf bijvoorbeeld --niveau stadsdeel=wijk2017."
        raise ParameterFout(Melding("SDM-247", f"niveau '{keuze}' is geen NAAM=CODE", herstel))
    return naam, code


def _folder(kwartaal: str, leveringen: str) -> Path:
    from sdm_lib import monitor, sources

    if leveringen:
        return Path(leveringen).resolve()
    root = sources.project_root()
    periode = monitor.parse_kwartaal(kwartaal, root=root)
    for onderwerp in monitor.onderwerpen(root, kwartaal=periode):
        bestand = monitor.load_run(root, kwartaal=periode, onderwerp=onderwerp).value
        if "bevolking" in bestand.bronnen:
            return root / bestand.leveringen
    herstel = "Noem de map met --deliveries."
    raise ParameterFout(Melding("SDM-239", f"geen onderwerp van {periode} gebruikt de levering bevolking", herstel))


def _outside_reports(root: Path, doel: Path) -> None:
    """Answers of persons never lie where reports lie."""
    if doel.suffix.lower() != ".sav":
        raise ParameterFout(
            Melding("SDM-240", f"'{doel.name}' is geen .sav", "Laat de naam eindigen op .sav (of .csv voor Swing).")
        )
    for plek in ("reports", "notebooks"):
        if doel.resolve().is_relative_to(root / plek):
            herstel = "Kies een besloten map, bijvoorbeeld onder data/raw."
            raise ParameterFout(Melding("SDM-240", f"antwoorden van personen horen niet in {plek}/", herstel))
