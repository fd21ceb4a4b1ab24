"""From a result table to the piece that a notebook emits: its protection, options, source line and labels."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sdm_lib import sources
from sdm_lib.monitor import toezicht
from sdm_lib.monitor.labels import labels_for
from sdm_lib.monitor.runfile import STAD
from sdm_lib.monitor.show import as_html
from sdm_lib.results import MIME, Piece, Policy, Results, Vorm

if TYPE_CHECKING:
    from sdm_lib.monitor.run import Run

RUNNER = "SDM_RUNNER"  # set by the kit's own runner: nobody is watching, so nothing is drawn here


def emit(run: Run, piece: Piece) -> None:
    """Display a piece: for the runner the piece alone, for who is looking also its preview."""
    bundle: dict[str, Any] = {MIME: piece.to_json(), "text/plain": f"<{piece.vorm}: {piece.opties['titel']}>"}
    if RUNNER not in os.environ:
        run.getoond.append(piece)
        bundle["text/html"] = as_html(piece, run.getoond, run=run)
    from IPython.display import display

    show: Callable[..., None] = display
    show(bundle, raw=True, metadata={MIME: {"gelezen": _newly_read(run)}})


def _newly_read(run: Run) -> dict[str, str]:
    """What this notebook depends on that no piece before this one has told, for the runner to keep."""
    alles = toezicht.read_by_this_process() | run.definities
    nieuw = {naam: hash_ for naam, hash_ in alles.items() if naam not in run.verteld}
    run.verteld.update(nieuw)
    return nieuw


def make(
    run: Run, table: Results, *, nummer: int, vorm: Vorm, opties: Mapping[str, str], labels: Mapping[str, str]
) -> Piece:
    """The piece of a table. opties : with at least `titel`. labels : names beside those of catalogue and schemas."""
    naam = run.onderwerp if run.gebied == STAD else f"{run.onderwerp}-{run.gebied}"
    bronnen = sorted(set(table.frame["source"]) - {""})
    return Piece(
        id=f"{naam}/{nummer:02d}",
        vorm=vorm,
        policy=_policy(run, bronnen),
        results=table,
        opties=_options(run, table) | {"bron": _source_line(bronnen)} | dict(opties),
        labels=labels_for(
            table, catalogue=run.catalogue, bronnen=run.bestand.value.bronnen, gebieden=run.gebiedsnamen(),
            eigen=labels,
        ),
    )  # fmt: skip


def _policy(run: Run, bronnen: Sequence[str]) -> Policy:
    """The strictest protection among the deliveries a piece is made from."""
    streng: tuple[Policy, ...] = ("steekproef", "register", "kleine_populatie")
    bekend = run.bestand.value.bronnen
    soorten = {bekend[naam].bescherming for naam in bronnen if naam in bekend}
    return max(soorten, key=streng.index, default="register")


def _options(run: Run, table: Results) -> dict[str, str]:
    opties = {"fictief": "ja"} if run.fictief else {}
    opties |= {f"sleutel.{bestand}": id_ for bestand, id_ in run.sleutels.items()}
    if run.gebied != STAD:
        opties["accent"] = run.gebied
    for naam in table.frame["indicator"].unique():
        if naam in run.catalogue:
            opties[f"relevant_verschil.{naam}"] = str(run.catalogue[naam].relevant_verschil)
            opties[f"gunstig.{naam}"] = run.catalogue[naam].gunstig
    return opties


def _source_line(bronnen: Sequence[str]) -> str:
    labels = [sources.load_schema(naam).label for naam in bronnen if naam in sources.schema_names()]
    return ", ".join(labels)
