"""The theme table: how many respondents spoke of a theme, by kind of respondent; never how often it was said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pandas as pd

from sdm_lib import results
from sdm_lib.results import Kader, Results
from sdm_lib.stemmen.gesprekken import Gesprekken

RESPONDENTEN = "respondenten"
THEMA = "thema"  # an indicator's id is ``thema_`` and the theme in letters and underscores
METHODE = "telling van de steekproef"  # it estimates nothing: an interview study is no sample of anybody
LABELS = {
    RESPONDENTEN: "Respondenten",
    "soort": "Soort respondent",
    "soort=client_wmo": "Cliënten Wmo",
    "soort=ouder_jeugd": "Ouders, jeugdhulp",
    "soort=mantelzorger": "Mantelzorgers",
    "soort=professional": "Professionals",
    "verzadiging": "Thema's tot en met dit gesprek",
    "overeenstemming": "Overeenstemming tussen twee codeurs",
    "overeenstemming_dubbel": "Gesprekken die twee codeurs codeerden",
}


def thema_id(thema: str) -> str:
    """A theme as the id of its row.

    >>> thema_id("Toegang: Wijkteam onbekend")
    'thema_toegang_wijkteam_onbekend'
    """
    return f"{THEMA}_{re.sub(r'[^0-9a-z]+', '_', thema.lower()).strip('_')}"


def labels(gesprekken: Gesprekken) -> dict[str, str]:
    """Readable names for the rows of a theme table."""
    return LABELS | {thema_id(thema): thema for thema in gesprekken.themas}


def thematabel(gesprekken: Gesprekken, *, soorten: Sequence[str], kader: Kader) -> Results:
    """Respondents per theme by kind: groups ``soort=client_wmo`` and so on.

    soorten : the kinds of respondent that are counted; themes that none of them spoke of are left out.
    An interview counts once for a theme, however often it came up, and a group interview is one respondent: who of
    the group said it is not known. The first rows are the respondents themselves, which every count is out of. Kinds
    are not added up: interviews are no sample of everybody together, and a total would give small counts away.
    """
    table = pd.DataFrame(list(_rows(gesprekken, soorten)), columns=["indicator", "groep", "value"])
    table["numerator"] = table["value"]
    return results.build(table, kader=kader, unit="aantal", method=METHODE)


def _rows(gesprekken: Gesprekken, soorten: Sequence[str]) -> Iterator[tuple[str, str, float]]:
    """Themes from most to least respondents, so that the table begins with what most people spoke of."""
    lijst = gesprekken.lijst[gesprekken.lijst["soort"].isin(soorten)]
    soort = lijst.set_index("document")["soort"]
    codes = gesprekken.eerste[gesprekken.eerste["document"].isin(soort.index)]
    per = {str(thema): set(deel) for thema, deel in codes.groupby("thema")["document"]}
    yield from _telling(RESPONDENTEN, set(soort.index), soort, soorten)
    for thema in sorted(per, key=lambda naam: (-len(per[naam]), naam)):
        yield from _telling(thema_id(thema), per[thema], soort, soorten)


def _telling(naam: str, wie: set[str], soort: pd.Series, soorten: Sequence[str]) -> Iterator[tuple[str, str, float]]:
    for een in soorten:
        yield naam, results.groep(soort=een), float(sum(soort[document] == een for document in wie))
