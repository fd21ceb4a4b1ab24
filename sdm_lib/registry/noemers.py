"""Denominators: inhabitants or households of the same area, sex and age range, on the right day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from sdm_lib.errors import InvoerFout, Melding
from sdm_lib.registry.perioden import Periode
from sdm_lib.registry.register import Register, Where, check_mag
from sdm_lib.registry.rooster import leeftijdsgrenzen

BEVOLKING = ("gemeente", "stadsdeel", "wijk", "geslacht", "leeftijd")  # what the population file breaks down by


def check_bevolking(by: Sequence[str]) -> None:
    """Raise ParameterFout (SDM-867) on a breakdown that the population does not know."""
    check_mag(by, set(by) - set(BEVOLKING), waarom="de bevolking kent die uitsplitsing niet")


def noemer(
    register: Register, moment: Periode, *, eenheid: str, by: Sequence[str], where: Where | None, hoe: str, dag: bool
) -> pd.DataFrame:
    """The columns of `by` that the population knows, and noemer.

    hoe : begin (first day of the period) or gemiddeld (mean of begin and end). dag : the window is one reference day;
    then the population of that day or of the day after is taken.
    Raises InvoerFout SDM-873 when the population is absent, or absent for the day or the age range.
    """
    if dag:
        return _op(register, (moment.begin, moment.einde), eenheid=eenheid, by=by, where=where)
    begin = _op(register, (moment.begin,), eenheid=eenheid, by=by, where=where)
    if hoe == "begin":
        return begin
    einde = _op(register, (moment.einde,), eenheid=eenheid, by=by, where=where)
    samen = [kolom for kolom in begin if kolom != "noemer"]
    beide = pd.concat([begin, einde])
    if not samen:
        return pd.DataFrame({"noemer": [beide["noemer"].mean()]})
    return (beide.groupby(samen)["noemer"].sum() / 2).reset_index()  # a group that one day lacks has nobody then


def bestand_van(eenheid: str) -> tuple[str, str]:
    """Name of the delivery and its counting column: households count households, all else counts inhabitants."""
    return ("huishoudens", "huishoudens") if eenheid == "huishoudens" else ("bevolking", "inwoners")


def _op(
    register: Register, dagen: Sequence[date], *, eenheid: str, by: Sequence[str], where: Where | None
) -> pd.DataFrame:
    naam, kolom = bestand_van(eenheid)
    frame = _van_dag(register.huishoudens if naam == "huishoudens" else register.bevolking, dagen, naam)
    for sleutel, keuze in (where or {}).items():
        if sleutel not in BEVOLKING:
            continue
        if sleutel not in frame:
            raise InvoerFout(_melding(naam, f"kolom '{sleutel}' ontbreekt in {naam}"))
        frame = frame[_voldoet(frame, sleutel, [keuze] if isinstance(keuze, str) else list(keuze), naam)]
    groep = [deel for deel in by if deel in BEVOLKING]
    ontbreekt = [deel for deel in groep if deel not in frame]
    if ontbreekt:
        raise InvoerFout(_melding(naam, f"kolom {', '.join(ontbreekt)} ontbreekt in {naam}"))
    if not groep:
        return pd.DataFrame({"noemer": [float(frame[kolom].sum())]})
    return frame.groupby(groep)[kolom].sum().astype(float).rename("noemer").reset_index()


def _van_dag(frame: pd.DataFrame | None, dagen: Sequence[date], naam: str) -> pd.DataFrame:
    if frame is None:
        raise InvoerFout(_melding(naam, f"{naam} is niet geleverd, dus er is geen noemer"))
    for dag in dagen:
        deel = frame[frame["peildatum"] == pd.Timestamp(dag)]
        if len(deel):
            return deel
    wanneer = " of ".join(dag.isoformat() for dag in dagen)
    raise InvoerFout(_melding(naam, f"{naam} heeft geen peildatum {wanneer}"))


def _voldoet(frame: pd.DataFrame, sleutel: str, keuze: list[str], naam: str) -> pd.Series[bool]:
    if sleutel != "leeftijd":
        return frame[sleutel].isin(keuze)
    ranges = [leeftijdsgrenzen(groep) for groep in keuze]
    groepen = {groep: leeftijdsgrenzen(groep) for groep in frame["leeftijd"].unique()}
    binnen = [g for g, (onder, boven) in groepen.items() if any(o <= onder and boven <= b for o, b in ranges)]
    raakt = [g for g, (onder, boven) in groepen.items() if any(o <= boven and onder <= b for o, b in ranges)]
    half = [groep for groep in raakt if groep not in binnen]
    if half:
        wat = f"leeftijdsgroep {', '.join(half)} van {naam} valt maar gedeeltelijk in {', '.join(keuze)}"
        raise InvoerFout(_melding(naam, wat))
    return frame["leeftijd"].isin(binnen)


def _melding(naam: str, wat: str) -> Melding:
    return Melding("SDM-873", wat, "Vul de levering aan of vraag een andere noemer.", bestand=f"{naam}.csv")
