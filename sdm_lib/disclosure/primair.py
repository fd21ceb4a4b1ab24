"""The cells that may not be seen by themselves: too few persons or payers, too uncertain, against the purpose.

Each rule is a function from the table of `rijen.verzamel` to a mask; the first rule that holds names the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from sdm_lib.disclosure import bedragen
from sdm_lib.disclosure.beleid import Beleid
from sdm_lib.results import TELLING, parse_groep

Masker = Callable[[pd.DataFrame], pd.Series]


def _telling(rijen: pd.DataFrame) -> pd.Series:
    """A count of 1..drempel-1, or its complement, or the group itself; only where rows are counts of persons.

    Who did not answer a survey tells nothing of himself, so the response has no complement.
    """
    grens = rijen["drempel"]
    rest = (rijen["noemer"] - rijen["teller"]).where(rijen["method"] != TELLING)
    klein = _tussen(rijen["teller"], grens) | _tussen(rest, grens) | _tussen(rijen["noemer"], grens)
    return rijen["geteld"] & klein


def _te_weinig(rijen: pd.DataFrame) -> pd.Series:
    """Fewer than drempel persons behind a figure; a survey figure whose n is unknown counts as too few.

    A count of zero has nobody behind it and is shown.
    """
    n = rijen["n"]
    register = (rijen["policy"] == "register") & _tussen(n, rijen["drempel"])
    enquete = (rijen["policy"] != "register") & ~(n >= rijen["drempel"]) & (rijen["measure"] == "level")
    enquete |= (rijen["policy"] != "register") & (n < rijen["drempel"])
    return register | enquete


def _uniform(rijen: pd.DataFrame) -> pd.Series:
    """0 % or 100 % of a small group tells what everyone in it answered or uses."""
    alles = (rijen["unit"] == "aandeel") & (rijen["measure"] == "level") & rijen["value"].isin([0.0, 1.0])
    groep = rijen["n"].where(~rijen["geteld"], rijen["noemer"])
    return alles & (groep < rijen["uniform_minimum"])


def _kruising(rijen: pd.DataFrame) -> pd.Series:
    """More group keys crossed than the policy allows; an area below the municipality is a key too."""
    sleutels = rijen["groep"].str.count("=") + (rijen["gebied_soort"] != "gemeente")
    return (rijen["max_kruising"] > 0) & (sleutels > rijen["max_kruising"])


def _onzeker(rijen: pd.DataFrame) -> pd.Series:
    """The quality limit: a share by its half width in percentage points, anything else by its coefficient of variation.

    Only where a margin was estimated; differences are judged by their test, not by this limit.
    """
    aandeel = rijen["unit"] == "aandeel"
    breed = 50.0 * (rijen["upper"] - rijen["lower"]) > rijen["halve_breedte"] + 1e-9
    waarde = rijen["value"].abs()
    cv = rijen["se"] > rijen["variatiecoefficient"] * waarde
    level = rijen["measure"] == "level"
    return level & (
        (aandeel & (rijen["halve_breedte"] > 0) & breed) | (~aandeel & (rijen["variatiecoefficient"] > 0) & cv)
    )


def _doelbinding(rijen: pd.DataFrame, *, beleid: Beleid) -> pd.Series:
    """Figures that the source was not collected for; a group that does not say which it is may be the one meant."""
    masker = pd.Series(False, index=rijen.index)
    for regel in beleid.doelbinding.values():
        bron = rijen["source"].isin(regel.bronnen)
        for tekst in rijen.loc[bron, "groep"].unique():
            delen = parse_groep(tekst)
            sleutels = {deel.partition("=")[0] for deel in regel.groep}
            raakt = not sleutels & set(delen) or any(f"{k}={v}" in regel.groep for k, v in delen.items())
            if raakt and set(delen) & set(regel.nooit_naar):
                masker |= bron & (rijen["groep"] == tekst)
    return masker


# Rule -> (mask, status of the hidden row). In order: the first that holds gives the reason.
REGELS: Mapping[str, tuple[Masker, str]] = {
    "kruising": (_kruising, "onderdrukt"),
    "telling": (_telling, "te_klein"),
    "aantal_antwoorden": (_te_weinig, "te_klein"),
    "uniform": (_uniform, "onderdrukt"),
    "organisaties": (bedragen.organisaties, "onderdrukt"),
    "dominantie": (bedragen.dominantie, "onderdrukt"),
    "p_procent": (bedragen.schatbaar, "onderdrukt"),
    "onzeker": (_onzeker, "te_onzeker"),
}
# what the computing side already hid, and under which rule it counts
BRON: Mapping[str, str] = {"te_klein": "aantal_antwoorden", "te_onzeker": "onzeker", "onderdrukt": "telling"}
UITLEG: Mapping[str, str] = {
    "doelbinding": "niet bedoeld voor deze uitsplitsing",
    "kruising": "te veel kenmerken gekruist",
    "telling": "te klein aantal",
    "aantal_antwoorden": "te weinig personen achter het cijfer",
    "uniform": "iedereen in een kleine groep gelijk",
    "onzeker": "te grote marge",
    "organisaties": "te weinig aanbieders achter het bedrag",
    "dominantie": "enkele aanbieders leveren bijna het hele bedrag",
    "p_procent": "een aanbieder kan het bedrag van een ander bijna uitrekenen",
    "aanvullend": "anders is een verborgen cijfer uit te rekenen",
    "samenhang": "hoort bij een verborgen cijfer",
    "afronding": "een verschil van afgeronde cijfers",
    "editie": "een klein verschil met een eerdere editie",
}


def primair(rijen: pd.DataFrame, *, beleid: Beleid) -> pd.DataFrame:
    """Which rows are hidden by their own numbers.

    Returns `regel` (empty: shown) and `status` per row of `rijen`, in its order. Rows that the source already left
    empty keep their status; a row without a value becomes niet_gemeten, because no gap goes without a word. Of a
    sample that word would tell that nobody answered, so there it is one of too few.
    """
    regel = rijen["status"].map(BRON).fillna("")
    status = rijen["status"].copy()
    te_weinig = (rijen["policy"] != "register") & (rijen["n"] < rijen["drempel"])
    status[(status == "ok") & rijen["value"].isna() & ~te_weinig] = "niet_gemeten"
    open_ = status == "ok"
    met_personen = ~rijen["zonder_personen"].astype(bool)
    maskers = {"doelbinding": (_doelbinding(rijen, beleid=beleid), "onderdrukt")}
    maskers |= {naam: (masker(rijen), uitkomst) for naam, (masker, uitkomst) in REGELS.items()}
    for naam, (masker, uitkomst) in maskers.items():
        raak = open_ & met_personen & masker.fillna(False).astype(bool) & (regel == "")
        regel[raak], status[raak] = naam, uitkomst
    return pd.DataFrame({"regel": regel, "status": status})


def _tussen(aantal: pd.Series, grens: pd.Series) -> pd.Series:
    """1 up to but not including grens; half a person counts as one, because weights may shrink a person."""
    return (aantal > 0) & (aantal < grens) & ~np.isclose(aantal, 0.0)
