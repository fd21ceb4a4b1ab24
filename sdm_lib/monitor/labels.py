"""Readable names for what a piece shows: indicators, areas, group keys and their values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sdm_lib import sources
from sdm_lib.indicators import Catalogue
from sdm_lib.indicators.respons import VERANTWOORDING
from sdm_lib.monitor.geld import GELD
from sdm_lib.monitor.inkomen import INKOMEN
from sdm_lib.monitor.show import WEGING
from sdm_lib.monitor.tables import LABELS
from sdm_lib.monitor.wijken import MODEL
from sdm_lib.results import Results, parse_groep

# Words of the kit itself that stand in results and are no column of a delivery.
EIGEN = {
    **VERANTWOORDING,
    **WEGING,
    **LABELS,
    **MODEL,
    **GELD,
    **INKOMEN,
    "combinaties": "Huishoudens naar combinatie van wetten",
    "combinatie": "Combinatie",
    "antwoord": "Antwoord",
    "weging": "Weging",
    "weging=ongewogen": "Ongewogen",
    "weging=gewogen": "Gewogen",
    "GM0034": "Almere",
    "wet=wmo": "Wmo",
    "wet=jeugd": "Jeugdhulp",
    "wet=participatie": "Participatiewet",
}


def labels_for(
    table: Results,
    *,
    catalogue: Catalogue,
    bronnen: Iterable[str],
    gebieden: Mapping[str, str],
    eigen: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The labels a table needs and no others: ids, area codes, ``wet`` and ``wet=wmo``.

    bronnen : deliveries whose schemas and questionnaires name the columns and answers.
    eigen : names that come with the piece itself; all of them go along, and win.
    A value that nobody named keeps its own text, with spaces for underscores.
    """
    bekend = EIGEN | dict(gebieden) | _from_schemas(bronnen) | dict(eigen or {})
    nodig: dict[str, str] = dict(eigen or {})
    for indicator in table.frame["indicator"].unique():
        nodig[indicator] = nodig.get(indicator) or _indicator_label(indicator, catalogue=catalogue, bekend=bekend)
    for gebied in table.frame["gebied"].unique():
        nodig[gebied] = bekend.get(gebied, gebied)
    for tekst in table.frame["groep"].unique():
        for sleutel, waarde in parse_groep(tekst).items():
            paar = f"{sleutel}={waarde}"
            nodig[sleutel] = bekend.get(sleutel, _spaced(sleutel))
            nodig[paar] = bekend.get(paar, bekend.get(waarde, _indicator_label(waarde, catalogue=catalogue, bekend={})))
            if sleutel == "combinatie":
                nodig |= {f"wet={deel}": bekend.get(f"wet={deel}", _spaced(deel)) for deel in waarde.split("+")}
    return nodig


def _indicator_label(naam: str, *, catalogue: Catalogue, bekend: Mapping[str, str]) -> str:
    if naam in catalogue:
        return catalogue[naam].label
    kaal = naam.removesuffix("_nvt")
    return catalogue[kaal].label if kaal in catalogue else bekend.get(naam, _spaced(naam))


def _from_schemas(bronnen: Iterable[str]) -> dict[str, str]:
    labels: dict[str, str] = {}
    for naam in bronnen:
        schema = sources.load_schema(naam)
        labels |= {kolom: eisen.label for kolom, eisen in schema.kolommen.items() if eisen.label}
        if schema.vragenlijst:
            vragenlijst = sources.load_vragenlijst(schema.vragenlijst)
            for item, vraag in vragenlijst.items.items():
                antwoorden = vragenlijst.schalen[vraag.schaal].antwoorden
                labels |= {f"{item}={code}": antwoord for code, antwoord in antwoorden.items()}
    return labels


def _spaced(tekst: str) -> str:
    return tekst.replace("_", " ")
