"""The register of provisions: from one table of spells to every figure on use, flows and money, on any engine.

    register = registry.open_register(frame, bevolking=bevolking, huishoudens=huishoudens, kwartaal=kwartaal)
    registry.unieke(register, periodes=kwartaal, by=["wet", "stadsdeel"])

Every figure is a function ``(register, *, periodes, by, where, ...)`` that returns a long pandas frame: the period (or
`dag`), the columns of `by`, exact integers, and a row for every group, zeros included. `FIGUREN` names them all.
A person counts in one area, with one sex and one age: over those breakdowns (`OPTELBAAR`) counts of one period add up
to the whole, over any other breakdown they do not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from sdm_lib.registry.bijdragen import bijdragen
from sdm_lib.registry.driehoek import Afwikkeling, bouw_driehoek, jaarverwachting, mack, revisie
from sdm_lib.registry.duur import duur, duur_toets, wachttijd
from sdm_lib.registry.engines import als_geleverd, als_tabel, open_bron, to_sql, verbind
from sdm_lib.registry.groepen import bijstand, gebruikersgroepen
from sdm_lib.registry.kosten import concentratie, kostendelen
from sdm_lib.registry.ontleding import aansluiting, kosten_per_client, ontleding
from sdm_lib.registry.perioden import Periode
from sdm_lib.registry.register import GEBIEDEN, Register, open_register
from sdm_lib.registry.rooster import LEEFTIJDEN
from sdm_lib.registry.standaard import gestandaardiseerd
from sdm_lib.registry.stapeling import aanbieders_per_huishouden, combinaties, stapeling
from sdm_lib.registry.stromen import stromen
from sdm_lib.registry.tellen import per_1000, stand, unieke
from sdm_lib.registry.trajecten import beeindigd, gestart, redenen_einde, verwijzers
from sdm_lib.registry.uitgaven import uitgaven
from sdm_lib.registry.uitstroom import duurzaam, overgangen, terugkeer

OPTELBAAR = (*GEBIEDEN, "geslacht", "leeftijd")

FIGUREN: Mapping[str, Callable[..., pd.DataFrame]] = {
    figuur.__name__: figuur
    for figuur in (
        unieke, stand, per_1000, stapeling, combinaties, aanbieders_per_huishouden, stromen, gestart, beeindigd,
        verwijzers, redenen_einde, uitgaven, duur, duur_toets, wachttijd, terugkeer, duurzaam, overgangen,
        kostendelen, concentratie, bijdragen, gestandaardiseerd, gebruikersgroepen, bijstand,
    )
}  # fmt: skip

__all__ = [
    "FIGUREN", "LEEFTIJDEN", "OPTELBAAR", "Afwikkeling", "Periode", "Register", "aanbieders_per_huishouden",
    "aansluiting", "als_geleverd", "als_tabel", "beeindigd", "bijdragen", "bijstand", "bouw_driehoek", "combinaties",
    "concentratie", "duur", "duur_toets", "duurzaam", "gebruikersgroepen", "gestandaardiseerd", "gestart",
    "jaarverwachting", "kosten_per_client", "kostendelen", "mack", "ontleding", "open_bron", "open_register",
    "overgangen", "per_1000",
    "redenen_einde", "revisie", "stand", "stapeling", "stromen", "terugkeer", "to_sql", "uitgaven", "unieke",
    "verbind", "verwijzers", "wachttijd",
]  # fmt: skip
