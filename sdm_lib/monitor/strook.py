"""The comparison strip: a figure beside the nulmeting, the previous quarter, the rest of the city and its target.

Every comparison is a difference row of the same cell, with what it is compared with as its reference, so protection
sees it as the difference that it is. What each row is compared with travels as the option `vergelijking`, a word a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from sdm_lib import results
from sdm_lib.indicators import goals
from sdm_lib.monitor.runfile import STAD
from sdm_lib.results import Kader, Results

if TYPE_CHECKING:
    from sdm_lib.monitor.run import Run

STAND, DOEL = "stand", "streefwaarde"
TIJD = ("nulmeting", "vorige", "jaar_eerder")


def strook(run: Run, ids: str | Sequence[str], *, titel: str, referenties: Results | None = None) -> None:
    """Publish each figure beside what it can be compared with: one chart a unit, in the order of `ids`.

    The nulmeting and the previous quarter (once, when they are one), the rest of the city on the page of an area, and
    the target of ``params/doelen.yaml`` on the page of the city.
    referenties : differences with other municipalities, from `indicators.references.compare_published`.

    ::

        run.strook(["NM04", "NM14"], titel="Waarmee te vergelijken?")
    """
    gevraagd = [ids] if isinstance(ids, str) else list(ids)
    rows = pd.concat([_rows(run, gevraagd), _published(referenties, gevraagd)], ignore_index=True)
    rows["rang"] = rows["indicator"].map({naam: rang for rang, naam in enumerate(gevraagd)})
    rows["eenheid"] = rows["unit"].replace("procentpunt", "aandeel")
    for _, deel in rows.sort_values("rang", kind="stable").groupby("eenheid", sort=False):
        woorden = ";".join(deel["met"])
        run.publish(Results(deel[list(results.COLUMNS)]), chart="strip", titel=titel, vergelijking=woorden)


def _rows(run: Run, ids: Sequence[str]) -> pd.DataFrame:
    levels = run.estimate(list(ids))
    parts = [levels.frame.assign(met=STAND)]
    nulmeting = Results(levels.frame.iloc[:0])
    for soort in _moments(run):
        changes = run.compare(list(ids), met=soort)
        parts.append(changes.frame.assign(met=soort))
        nulmeting = changes if soort == "nulmeting" else nulmeting
    if run.gebied != STAD:
        parts.append(run.compare(list(ids), met="rest").frame.assign(met="rest"))
    else:
        parts.append(pd.DataFrame(_targets(run, levels, nulmeting)))
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True)


def _moments(run: Run) -> Iterator[str]:
    """The earlier moments, each quarter once."""
    gezien = set()
    for soort in TIJD:
        eerder = run.eerder(soort)
        if eerder is not None and eerder.kwartaal not in gezien:
            gezien.add(eerder.kwartaal)
            yield soort


def _targets(run: Run, levels: Results, changes: Results) -> Iterator[dict[str, object]]:
    """A row per figure that has a target: the distance to the nearest bound, and the verdict of the goal tree."""
    boom = goals.load_doelen(run.root, catalogue=run.catalogue)
    kader = Kader(str(run.kwartaal), "GM0034", stand=run.bestand.value.stand)
    op = run.kwartaal.laatste_dag
    standen = goals.stand(boom, levels=levels, changes=changes, catalogue=run.catalogue, kader=kader, op=op).frame
    voor = {doel.indicatoren[0]: nr for nr, doel in reversed(boom.voornemens.items()) if doel.indicatoren}
    for row in levels.frame.to_dict("records"):
        found = standen[standen["indicator"] == voor.get(str(row["indicator"]), "")]
        if row["status"] == "ok" and len(found) == 1 and found["reference"].notna().all():
            doel = boom.voornemens[voor[str(row["indicator"])]].doel_in(op.year)
            if doel.met_nulmeting or doel.soort == "verandering":
                continue  # its bound is the nulmeting, which has a row of its own
            bound = float(found["reference"].iloc[0])
            uitspraak = results.parse_groep(found["groep"].iloc[0])["uitspraak"]
            nothing = dict.fromkeys(("lower", "upper", "se", "p", "p_adj", "numerator", "denominator"), float("nan"))
            verschil = {"measure": "difference", "value": float(row["value"]) - bound, "reference": bound}
            yield (
                {str(k): v for k, v in row.items()}
                | nothing
                | verschil
                | {
                    "method": f"afstand tot de streefwaarde ({doel.tekst})",
                    "met": f"{DOEL}:{uitspraak}",
                }
            )


def _published(table: Results | None, ids: Sequence[str]) -> pd.DataFrame:
    if table is None:
        return pd.DataFrame()
    frame = table.frame[table.frame["indicator"].isin(ids)]
    met = ["referentie:" + results.parse_groep(groep).get("referentie", "") for groep in frame["groep"]]
    return frame.assign(met=met)
