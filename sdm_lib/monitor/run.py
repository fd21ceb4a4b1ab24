"""The run: deliveries, weights and indicators of one topic, quarter and area, and the verbs of a notebook."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from sdm_lib import indicators, nl, registry, results, sources, survey
from sdm_lib.errors import Melding, ParameterFout, bedoelde_u
from sdm_lib.indicators import Catalogue, Indicator
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.monitor.labels import labels_for
from sdm_lib.monitor.runfile import STAD, Bron, RunBestand, load_run, parse_kwartaal
from sdm_lib.monitor.weging import weighted_design
from sdm_lib.results import MIME, Kader, Piece, Results, Vorm
from sdm_lib.schema import Loaded

RUNNER = "SDM_RUNNER"  # set by the kit's own runner: nobody is watching, so nothing is drawn here
GEBIED = "stadsdeel"  # the column in deliveries that says where somebody lives


def start(onderwerp: str, *, kwartaal: str, gebied: str = STAD, leveringen: str = "") -> Run:
    """Open a run: read its run file and catalogue, and check the area. Deliveries are read when first needed.

    leveringen : another folder with deliveries than the run file names; seen from the project.
    Raises ParameterFout when topic, quarter, area or an indicator block is wrong.
    """
    root = sources.project_root()
    periode = parse_kwartaal(kwartaal, root=root)
    bestand = load_run(root, kwartaal=periode, onderwerp=onderwerp)
    if gebied not in bestand.value.gebieden:
        raise ParameterFout(
            Melding(
                "SDM-223",
                f"onbekend gebied '{gebied}'",
                bedoelde_u(gebied, bestand.value.gebieden),
                bestand=bestand.bestand,
                sleutel="gebieden",
                regels=bestand.regel("gebieden"),
            )
        )
    catalogue = indicators.load(root)
    if catalogue.meldingen:
        raise ParameterFout(*catalogue.meldingen)
    return Run(root, onderwerp, periode, gebied, bestand, root / (leveringen or bestand.value.leveringen), catalogue)


@dataclass(frozen=True)
class Run:
    """One topic of one quarter for one area. Verbs return `Results`; `publish` says what to show.

    >>> run = start("clienten", kwartaal="2015K2")  # doctest: +SKIP
    >>> run.publish(run.estimate("CE01", by="stadsdeel"), chart="dot")  # doctest: +SKIP
    """

    root: Path
    onderwerp: str
    kwartaal: Kwartaal
    gebied: str
    bestand: Loaded[RunBestand]
    folder: Path
    catalogue: Catalogue
    _gelezen: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    _nummers: Iterator[int] = field(default_factory=lambda: itertools.count(1), repr=False, compare=False)

    # -- what lies under the figures ---------------------------------------------------------------------------------

    def levering(self, naam: str) -> sources.Levering:
        """A delivery of this quarter, read and checked once. Raises InvoerFout with all its problems."""
        return self._once(f"levering {naam}", lambda: sources.read(naam, folder=self.folder))

    def frame(self, naam: str) -> pd.DataFrame:
        """The records of a delivery, for exploration. Nothing of it can be published but through `estimate`."""
        return self.levering(naam).frame

    def design(self, naam: str) -> survey.SurveyDesign:
        """A survey delivery as a weighted design, weighted as the run file says."""
        return self._once(f"design {naam}", lambda: self._weigh(naam))

    @property
    def register(self) -> registry.Register:
        """The register of provisions with the population beside it."""
        return self._once(
            "register",
            lambda: registry.open_register(
                self.frame("register"), bevolking=self.frame("bevolking"), huishoudens=self.frame("huishoudens")
            ),
        )

    @property
    def gebied_naam(self) -> str:
        """The area as a reader knows it."""
        return area_name(self.gebied, self.bestand.value.gebied_jaar)

    def eerder(self, soort: str) -> Run | None:
        """The run this one is compared with (``nulmeting`` or ``vorige``); None when there is none or it is this one."""
        kwartaal = self.bestand.value.vergelijking.get(soort)
        if kwartaal is None or kwartaal == self.kwartaal:
            return None
        return self._once(f"eerder {soort}", lambda: start(self.onderwerp, kwartaal=str(kwartaal), gebied=self.gebied))

    # -- verbs of a notebook -----------------------------------------------------------------------------------------

    def estimate(self, ids: Ids, *, by: str | None = None, where: Mapping[str, str] | None = None) -> Results:
        """The figures of one or more indicators for this area.

        by : a column to break down by; ``stadsdeel`` shows every area of the city beside this one.
        where : a domain, e.g. ``{"wet": "wmo"}``.
        """
        gekozen = self._kies(ids)
        return results.concat(*(self._compute(indicator, by=by, where=where) for indicator in gekozen))

    def compare(self, ids: Ids, *, met: str, by: str | None = None) -> Results:
        """Tested differences with the ``nulmeting``, the ``vorige`` quarter or the ``rest`` of the city.

        Empty when there is nothing to compare with: this is the baseline itself, or the page of the whole city.
        """
        gekozen = self._kies(ids)
        if met == "rest":
            return self._with_rest(gekozen)
        eerder = self.eerder(met)
        if eerder is None:
            return results.empty()
        return indicators.compare_runs(gekozen, nu=self._basis(), eerder=eerder._basis(), by=by)
