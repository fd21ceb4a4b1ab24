"""Saturation: how many themes were known after each interview, so that a reader sees whether another one would help.

Counted in the order in which the interviews were held, apart for each kind of respondent. A curve that is flat at its
end says that the last interviews brought nothing new. Source: Guest, Namey and Chen (2020), PLoS ONE 15(5), e0232076.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from sdm_lib import results
from sdm_lib.results import Kader, Results
from sdm_lib.stemmen.gesprekken import Gesprekken
from sdm_lib.stemmen.themas import METHODE

VERZADIGING = "verzadiging"
BRON = "codeboom"  # themes are no persons: params/kit.yaml lists it so


def bekend_na(themas: Sequence[frozenset[str]]) -> list[int]:
    """The number of different themes after each interview.

    >>> bekend_na([frozenset("ab"), frozenset("b"), frozenset("bc")])
    [2, 2, 3]
    """
    gezien: set[str] = set()
    uit = []
    for gesprek in themas:
        gezien |= gesprek
        uit.append(len(gezien))
    return uit


def verzadiging(gesprekken: Gesprekken, *, kader: Kader) -> Results:
    """Themes known after each interview: groups ``gesprek=007;soort=client_wmo``, in the order of the interviews."""
    table = pd.DataFrame(list(_rows(gesprekken)), columns=["groep", "value"])
    return results.build(table, kader=kader, indicator=VERZADIGING, unit="aantal", method=METHODE)


def _rows(gesprekken: Gesprekken) -> Iterator[tuple[str, float]]:
    codes = gesprekken.eerste.groupby("document")["thema"].agg(frozenset)
    for soort in gesprekken.soorten:
        lijst = gesprekken.lijst[gesprekken.lijst["soort"] == soort].sort_values(["volgorde", "document"])
        themas = [codes.get(document, frozenset()) for document in lijst["document"]]
        for nummer, aantal in enumerate(bekend_na(themas), start=1):
            yield results.groep(gesprek=f"{nummer:03d}", soort=soort), float(aantal)
