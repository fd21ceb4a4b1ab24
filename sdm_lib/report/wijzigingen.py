"""What changed on a page since the last released edition, in sentences that are computed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from sdm_lib import nl
from sdm_lib.disclosure import Editie, Publishable
from sdm_lib.indicators.editions import SLEUTEL, changes
from sdm_lib.report.figures import Cijfer, cijfers, kapitaal, schrijf, schrijf_verschil
from sdm_lib.report.gate import require

GENOEMD = 5  # changed figures told one by one
WOORDEN = {
    "correctie": ("cijfer gecorrigeerd", "cijfers gecorrigeerd"),
    "gegevens": ("cijfer veranderd door nieuwere gegevens", "cijfers veranderd door nieuwere gegevens"),
    "definitie": ("cijfer met een nieuwe definitie", "cijfers met een nieuwe definitie"),
    "bescherming": ("cijfer nu wel of juist niet getoond", "cijfers nu wel of juist niet getoond"),
    "nieuw": ("cijfer nieuw", "cijfers nieuw"),
    "vervallen": ("cijfer vervallen", "cijfers vervallen"),
}


def wijzigingen(stukken: Sequence[Publishable], vorige: Editie, *, naam: str) -> tuple[str, ...]:
    """Sentences on what is different from an edition on one page.

    stukken : the protected pieces of the page. vorige : the edition it is laid beside.
    naam : how that edition is called, "editie 1 van 15 juli 2015".
    Levels only: a difference changes when its two levels do.
    """
    anders = _anders(stukken, vorige)
    if anders.empty:
        return (f"Sinds {naam} is op deze pagina geen cijfer veranderd.",)
    telling = Counter(anders["reden"])
    delen = [
        f"{nl.getal(telling[reden])} {woord[telling[reden] != 1]}" for reden, woord in WOORDEN.items() if telling[reden]
    ]
    return (f"Sinds {naam}: {nl.lijst(delen)}.", *_genoemd(anders, stukken))


def _anders(stukken: Sequence[Publishable], vorige: Editie) -> pd.DataFrame:
    """The rows that differ, one source at a time: the response to two surveys is two numbers."""
    tabellen = [require(stuk).table for stuk in stukken]
    ids = {stuk.id.rsplit("/", 1)[0] for stuk in stukken}
    toen = vorige.rijen[vorige.rijen["stuk"].str.rsplit("/", n=1).str[0].isin(ids)]
    nu = pd.concat(tabellen, ignore_index=True) if tabellen else toen.iloc[:0]
    uit = [
        changes(_een_keer(toen[toen["source"] == bron]), _gepubliceerd(_een_keer(nu[nu["source"] == bron])))
        for bron in sorted(set(toen["source"]) | set(nu["source"]))
    ]
    return pd.concat(uit, ignore_index=True) if uit else changes(toen.iloc[:0], nu.iloc[:0])


def _een_keer(rijen: pd.DataFrame) -> pd.DataFrame:
    """Levels, each once however often it stands on the page."""
    return rijen[rijen["measure"] == "level"].drop_duplicates(list(SLEUTEL))


def _gepubliceerd(rijen: pd.DataFrame) -> pd.DataFrame:
    from sdm_lib.disclosure.edities import gepubliceerd

    return rijen.assign(value=gepubliceerd(rijen))


def _genoemd(anders: pd.DataFrame, stukken: Sequence[Publishable]) -> Iterator[str]:
    """The largest changes, one sentence each, and how many more there are."""
    namen = {_sleutel(_velden(cijfer)): cijfer for stuk in stukken for cijfer in cijfers(stuk)}
    met_getal = anders[anders["verschil"].notna()]
    relatief = (met_getal["verschil"] / met_getal["eerder"].abs().clip(lower=1e-9)).abs()
    rijen = met_getal.loc[relatief.sort_values(ascending=False, kind="stable").index].to_dict("records")
    zinnen = [zin for rij in rijen if (zin := _zin(rij, namen.get(_sleutel(rij))))]
    yield from zinnen[:GENOEMD]
    if len(zinnen) > GENOEMD:
        yield f"En nog {nl.getal(len(zinnen) - GENOEMD)} andere; alle cijfers staan in cijfers.csv."


def _velden(cijfer: Cijfer) -> dict[str, object]:
    """The fields of a figure by name."""
    return {naam: getattr(cijfer, naam) for naam in SLEUTEL}


def _sleutel(rij: Mapping[Any, object]) -> tuple[str, ...]:
    return tuple(str(rij[naam]) for naam in SLEUTEL)


def _zin(rij: Mapping[Any, object], cijfer: Cijfer | None) -> str:
    """One change; empty when it cannot be seen in the number as it is written."""
    if cijfer is None:
        return ""
    schrijver = schrijf if cijfer.measure == "level" else schrijf_verschil
    was, nu = (schrijver(float(str(rij[naam])), cijfer.unit) for naam in ("eerder", "nu"))
    if was == nu:
        was, nu = (schrijver(float(str(rij[naam])), cijfer.unit, decimalen=2) for naam in ("eerder", "nu"))
    delen = [cijfer.naam, cijfer.groep_naam, cijfer.gebied_naam, cijfer.periode_naam]
    return f"{kapitaal(', '.join(deel for deel in delen if deel))}: was {was}, is nu {nu}." if was != nu else ""
