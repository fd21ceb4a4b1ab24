"""A register that stays in its own database: what a run asks of it, and what a page may say of it.

Only counts come out. Whether the table is still what it was only asking again can tell, so no figure of it is kept and
a topic that read it runs each time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sdm_lib import sources
from sdm_lib.monitor.bewaard import KIT
from sdm_lib.sources.hashes import record_frame
from sdm_lib.sources.levering import MERK, SLEUTEL

if TYPE_CHECKING:
    from sdm_lib.monitor.grondslag import Grondslag
    from sdm_lib.registry import Register


def databron(run: Grondslag) -> sources.Databron:
    """What the kit's parameters say of the source; empty when the register is a delivered file."""
    return run.once("databron", lambda: sources.load_databron(run.house_rules("databron"), bestand=KIT))


def table(run: Grondslag) -> Any:
    """The table of this run's quarter, as an Ibis table on its engine."""
    from sdm_lib import registry

    def connect() -> Any:
        bron = databron(run)
        url, wachtwoord = bron.adres(run.root)
        return registry.verbind(url, wachtwoord=wachtwoord).table(bron.tabel_van(run.kwartaal))

    return run.once("tabel in de databron", connect)


def open_there(run: Grondslag, **opties: Any) -> Register:
    """The register on the engine, checked there. Raises as `open_register`, unknown codes of the schema included."""
    from sdm_lib import registry

    delivery(run)  # what a page says of it, whether or not it asks
    schema = sources.load_schema("register", root=run.root)
    codes = {naam: kolom.codes for naam, kolom in schema.kolommen.items() if kolom.codes}
    bron = table(run)
    bron = bron.drop(*(naam for naam in (MERK, SLEUTEL) if naam in bron.columns))
    return registry.open_register(registry.als_geleverd(bron, einddatum=schema.einddatum), codes=codes, **opties)


def delivery(run: Grondslag) -> sources.Levering:
    """What a page says of it: name, number of rows and marker; the rows themselves stay where they are."""
    from sdm_lib.registry.register import haal

    def ask() -> sources.Levering:
        bron = table(run)
        naam = f"{databron(run).tabel_van(run.kwartaal)} in de databron"
        merken = haal(bron.select(MERK).distinct())[MERK].dropna().tolist() if MERK in bron.columns else []
        rijen = int(haal(bron.aggregate(rijen=bron.count()))["rijen"].iloc[0])
        hash_ = record_frame(naam, pd.DataFrame({"rijen": [rijen]}))
        return sources.Levering("register", pd.DataFrame(), naam, hash_, rijen, bool(merken))

    return run.once("levering register", ask)
