"""Readable names for what a piece shows: indicators, areas, group keys and their values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from sdm_lib import nl, sources
from sdm_lib.indicators import Catalogue
from sdm_lib.indicators.respons import VERANTWOORDING
from sdm_lib.kwartaal import Kwartaal
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
    "gebruikersgroep": "Groep",
    "gebruikersgroep=alleen_wmo": "alleen Wmo",
    "gebruikersgroep=alleen_jeugd": "alleen jeugdhulp",
    "gebruikersgroep=alleen_participatie": "alleen Participatiewet",
    "gebruikersgroep=meer_sectoren": "meer wetten",
    "gebruikersgroep=ook_voorzieningen_erbuiten": "ook voorzieningen daarbuiten",
    "gebruikersgroep=geen": "geen voorziening",
    "verwijzer=geen": "geen verwijzer",
}

# Answers that say nothing without their question: a bar has no room for both.
JA_NEE = {
    "beperking=ja": "met beperking",
    "beperking=nee": "zonder beperking",
    "beperking=geen_antwoord": "beperking onbekend",
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
    bekend = EIGEN | dict(gebieden) | _from_schemas(bronnen) | JA_NEE | dict(eigen or {})
    nodig: dict[str, str] = dict(eigen or {})
    for indicator in table.frame["indicator"].unique():
        nodig[indicator] = nodig.get(indicator) or _indicator_label(indicator, catalogue=catalogue, bekend=bekend)
    for gebied in table.frame["gebied"].unique():
        nodig[gebied] = bekend.get(gebied, gebied)
    for tekst in table.frame["groep"].unique():
        for sleutel, waarde in parse_groep(tekst).items():
            paar = f"{sleutel}={waarde}"
            nodig[sleutel] = bekend.get(sleutel, _spaced(sleutel))
            woord = bekend.get(waarde, _indicator_label(waarde, catalogue=catalogue, bekend={}))
            nodig[paar] = bekend.get(paar, IN_WOORDEN[sleutel](waarde) if sleutel in IN_WOORDEN else woord)
            if sleutel == "combinatie":
                wetten = {f"wet={deel}": bekend.get(f"wet={deel}", _spaced(deel)) for deel in waarde.split("+")}
                nodig |= wetten | {paar: nl.lijst(list(wetten.values()))}
    return nodig


def _leeftijd(klasse: str) -> str:
    """An age class in words; what is not one as it is.

    >>> _leeftijd("18-29"), _leeftijd("75+"), _leeftijd("onbekend")
    ('18 tot 30 jaar', '75 jaar en ouder', 'onbekend')
    """
    if klasse.endswith("+") and klasse[:-1].isdigit():
        return f"{klasse[:-1]} jaar en ouder"
    van, streep, tot = klasse.partition("-")
    return f"{van} tot {int(tot) + 1} jaar" if streep and van.isdigit() and tot.isdigit() else _spaced(klasse)


def _kwartaal(tekst: str) -> str:
    return Kwartaal.parse(tekst).label if re.fullmatch(r"\d{4}K[1-4]", tekst) else _spaced(tekst)


# Keys whose values a reader knows otherwise.
IN_WOORDEN: Mapping[str, Callable[[str], str]] = {"leeftijd": _leeftijd, "kwartaal": _kwartaal}


def _indicator_label(naam: str, *, catalogue: Catalogue, bekend: Mapping[str, str]) -> str:
    if naam in catalogue:
        return catalogue[naam].label
    kaal = naam.removesuffix("_nvt")
    return f"{catalogue[kaal].label}: niet van toepassing" if kaal in catalogue else bekend.get(naam, _spaced(naam))


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
