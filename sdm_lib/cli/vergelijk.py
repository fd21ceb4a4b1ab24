"""`sdm compare`: which published numbers differ between two quarters or two released editions, by how much and why."""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sdm_lib.errors import InvoerFout, Melding, ParameterFout, bedoelde_u, nearest

if TYPE_CHECKING:
    import pandas as pd

GENOEMD = 20  # lines shown; the CSV has all of them
REDEN = {
    "definitie": "de definitie veranderde",
    "gegevens": "andere of nieuwere gegevens",
    "correctie": "gecorrigeerd",
    "bescherming": "nu wel of juist niet getoond",
    "nieuw": "nieuw",
    "vervallen": "vervallen",
}
# The columns of cijfers.csv that have another name in a result table.
KOLOMMEN = {"maat": "measure", "waarde": "value", "eenheid": "unit", "methode": "method", "bron": "source"}
KOPPEN = ("indicator", "naam", "gebied", "groep", "periode", "eenheid", "eerder", "nu", "verschil", "reden")


@dataclass(frozen=True, eq=False)
class Kant:
    """One side of the comparison: what it is called, its period, and its published levels."""

    naam: str
    periode: str
    rijen: pd.DataFrame


def compare_command(eerder: str, nu: str, *, vorm: str) -> None:
    """Print how many numbers differ and why, and the largest changes; as CSV every one of them."""
    from sdm_lib import indicators, sources

    root = sources.project_root()
    toen, dan = kant(root, eerder), kant(root, nu)
    anders = verschillen(toen, dan)
    catalogue = indicators.load(root)
    namen = {naam: catalogue[naam].label for naam in anders["indicator"].unique() if naam in catalogue}
    if vorm == "csv":
        sys.stdout.write(as_csv(anders, namen))
        return
    click.echo(f"{toen.naam} naast {dan.naam}: {len(anders)} cijfers verschillen.")
    click.echo(f"Er staan {len(toen.rijen)} cijfers in de eerste en {len(dan.rijen)} in de tweede.")
    for reden, aantal in Counter(anders["reden"]).most_common():
        click.echo(f"  {aantal:>6}  {REDEN[reden]}")
    for regel in lines(anders, namen):
        click.echo(regel)


def verschillen(eerder: Kant, nu: Kant) -> pd.DataFrame:
    """The rows that differ, with unit; one source at a time, because the response to two surveys is two numbers."""
    import pandas as pd

    from sdm_lib.indicators.editions import changes

    andere_periode = eerder.periode != nu.periode
    bronnen = sorted(set(eerder.rijen["source"]) | set(nu.rijen["source"]))
    delen = []
    for bron in bronnen:
        toen, dan = (zijde.rijen[zijde.rijen["source"] == bron] for zijde in (eerder, nu))
        delen.append(changes(toen, dan, tussen_periodes=andere_periode))
    alles = pd.concat(delen, ignore_index=True) if delen else changes(eerder.rijen, nu.rijen)
    eenheden = pd.concat([eerder.rijen, nu.rijen]).drop_duplicates("indicator", keep="last")
    per_indicator = dict(zip(eenheden["indicator"], eenheden["unit"], strict=True))
    periode = alles.get("periode", f"{eerder.periode} en {nu.periode}")
    return alles.assign(unit=alles["indicator"].map(per_indicator), periode=periode)


def kant(root: Path, tekst: str) -> Kant:
    """A quarter (its latest edition, else its last run), an edition ``2015K2/1``, or a file cijfers.csv.

    Raises ParameterFout with what there is when there is no such thing.
    """
    path = Path(tekst)
    if path.suffix == ".csv":
        return _from_csv(path, naam=tekst)
    kwartaal, _, nummer = tekst.partition("/")
    edities = _edities(root, kwartaal)
    if nummer:
        if nummer not in edities:
            bekend = [f"{kwartaal}/{een}" for een in edities]
            raise ParameterFout(Melding("SDM-267", f"editie '{tekst}' is er niet", bedoelde_u(tekst, bekend)))
        return edities[nummer]
    if edities:
        return edities[max(edities, key=int)]
    path = root / "reports" / kwartaal / "cijfers.csv"
    if not path.is_file():
        lijkt = nearest(kwartaal, {path.parent.name for path in (root / "reports").glob("*/cijfers.csv")})
        bedoeld = f"Bedoelde u '{lijkt}'? " if lijkt else ""
        herstel = f"{bedoeld}Maak de rapporten met sdm run {kwartaal}, of noem een bestand cijfers.csv."
        raise ParameterFout(Melding("SDM-267", f"van '{tekst}' zijn er geen cijfers", herstel))
    return _from_csv(path, naam=f"{kwartaal} (concept)")


def _edities(root: Path, kwartaal: str) -> dict[str, Kant]:
    from sdm_lib import disclosure

    gevonden = {}
    for plek in ("data/published", "data/demo/published"):
        for editie in disclosure.lees_edities(root / plek, kwartaal=kwartaal):
            naam = f"{kwartaal}, editie {editie.nummer}"
            gevonden[str(editie.nummer)] = Kant(naam, kwartaal, _levels(editie.rijen, kwartaal))
    return gevonden


def _from_csv(path: Path, *, naam: str) -> Kant:
    import pandas as pd

    if not path.is_file():
        raise ParameterFout(Melding("SDM-267", f"bestand '{path.name}' is er niet", "Controleer de naam en de map."))
    with path.open(encoding="utf-8-sig", newline="") as bestand:
        lezer = csv.DictReader(bestand, delimiter=";")
        rijen = pd.DataFrame(list(lezer), columns=list(lezer.fieldnames or ()), dtype="str").rename(columns=KOLOMMEN)
    nodig = ("indicator", "periode", "gebied", "groep", "measure", "value", "status", "definitie", "stand", "source")
    if not set(nodig) <= set(rijen):
        wat = f"{path.name} is geen cijfers.csv van de kit"
        raise InvoerFout(Melding("SDM-268", wat, "Noem een cijfers.csv die met sdm run is gemaakt.", bestand=path.name))
    waarden = pd.to_numeric(rijen["value"].str.replace(",", "."), errors="coerce")  # empty is a number not shown
    periode = str(rijen["periode"].max()) if len(rijen) else ""
    return Kant(naam, periode, _levels(rijen.assign(value=waarden, instrument=""), periode))


def _levels(rijen: pd.DataFrame, periode: str) -> pd.DataFrame:
    """The levels of the reporting period itself, each once however often it stands in the reports."""
    from sdm_lib.indicators.editions import SLEUTEL

    eigen = rijen[(rijen["measure"] == "level") & (rijen["periode"] == periode)]
    return eigen.drop_duplicates([*SLEUTEL, "source"]).reset_index(drop=True)


def as_csv(anders: pd.DataFrame, namen: dict[str, str]) -> str:
    """Every change a row, semicolons and decimal commas."""
    uit = io.StringIO()
    schrijver = csv.writer(uit, delimiter=";", lineterminator="\n")
    schrijver.writerow(KOPPEN)
    for rij in anders.to_dict("records"):
        getallen = [_getal(float(rij[naam])) for naam in ("eerder", "nu", "verschil")]
        vooraan = [rij["indicator"], namen.get(rij["indicator"], ""), rij["gebied"], rij["groep"], rij["periode"]]
        schrijver.writerow([*vooraan, rij["unit"], *getallen, rij["reden"]])
    return uit.getvalue()


def lines(anders: pd.DataFrame, namen: dict[str, str]) -> list[str]:
    """The largest changes in words, beside what they were; and how many there are more."""
    if anders.empty:
        return []
    maat = (anders["verschil"] / anders["eerder"].abs().clip(lower=1e-9)).abs().fillna(-1.0)
    gesorteerd = anders.loc[maat.sort_values(ascending=False, kind="stable").index]
    regels = [_line({str(k): v for k, v in rij.items()}, namen) for rij in gesorteerd.head(GENOEMD).to_dict("records")]
    rest = len(anders) - len(regels)
    return regels + ([f"En nog {rest} andere; met --format csv staan ze er allemaal."] if rest else [])


def _line(rij: dict[str, object], namen: dict[str, str]) -> str:
    from sdm_lib.report.figures import schrijf, schrijf_verschil

    unit, getallen = str(rij["unit"]), [float(str(rij[naam])) for naam in ("eerder", "nu", "verschil")]
    was, nu = ("niet getoond" if x != x else schrijf(x, unit) for x in getallen[:2])
    verschil = "" if getallen[2] != getallen[2] else f" ({schrijf_verschil(getallen[2], unit)})"
    wie = ", ".join(str(rij[naam]) for naam in ("gebied", "groep") if rij[naam])
    naam = namen.get(str(rij["indicator"]), "")
    return f"{rij['indicator']} {naam}, {wie}: {was} -> {nu}{verschil}; {REDEN[str(rij['reden'])]}"


def _getal(waarde: float) -> str:
    return "" if waarde != waarde else f"{waarde:.10g}".replace(".", ",")
