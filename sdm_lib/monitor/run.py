"""The run: deliveries, weights and indicators of one topic, quarter and area, and the verbs of a notebook."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from sdm_lib import indicators, registry, results, sources, survey
from sdm_lib.errors import Melding, ParameterFout, bedoelde_u
from sdm_lib.indicators import Catalogue, Indicator, Meting
from sdm_lib.kwartaal import Verslagperiode
from sdm_lib.monitor import pieces, soorten, strook, tables, vergelijk
from sdm_lib.monitor.pieces import RUNNER
from sdm_lib.monitor.runfile import STAD, RunBestand, Weging, load_run, parse_kwartaal
from sdm_lib.monitor.show import area_name, card, weighting_table
from sdm_lib.monitor.weging import weighted_design
from sdm_lib.results import CHARTS, Kader, Piece, Results, Vorm
from sdm_lib.schema import Loaded

RUN_MIME = "application/vnd.sdm.run+json"
GEBIED = "stadsdeel"  # the column in deliveries that says where somebody lives
GEMEENTE = "GM0034"
CACHE = "data/cache/leveringen"
T = TypeVar("T")
Ids = str | Sequence[str]
By = str | Sequence[str] | None


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

    In a notebook::

        run = monitor.start("clienten", kwartaal=kwartaal, gebied=gebied)
        run.publish(run.estimate("CE01", by="stadsdeel"), chart="dot", titel="Toegang, per stadsdeel")
    """

    root: Path
    onderwerp: str
    kwartaal: Verslagperiode
    gebied: str
    bestand: Loaded[RunBestand]
    folder: Path
    catalogue: Catalogue = field(repr=False)
    _gelezen: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    _nummers: Iterator[int] = field(default_factory=lambda: itertools.count(1), repr=False, compare=False)
    getoond: list[Piece] = field(default_factory=list, repr=False, compare=False)

    # -- what lies under the figures ---------------------------------------------------------------------------------

    def levering(self, naam: str) -> sources.Levering:
        """A delivery of this quarter, read and checked once. Raises InvoerFout with all its problems."""
        kept = self.root / CACHE
        return self.once(f"levering {naam}", lambda: sources.read_kept(naam, folder=self.folder, cache=kept))

    def frame(self, naam: str) -> pd.DataFrame:
        """The records of a delivery, for exploration. Nothing of it can be published but through `estimate`."""
        return self.levering(naam).frame

    def design(self, naam: str) -> survey.SurveyDesign:
        """A survey delivery as a weighted design, weighted as the run file says."""
        return self.once(f"design {naam}", lambda: self._weigh(naam))

    @property
    def register(self) -> registry.Register:
        """The register of provisions with the population beside it."""
        return self.once(
            "register",
            lambda: registry.open_register(
                self.frame("register"),
                bevolking=self.frame("bevolking"),
                huishoudens=self.frame("huishoudens"),
                kwartaal=self.kwartaal.slot,
                leverdatum=self.bestand.value.leverdatum,
            ),
        )

    @property
    def gebied_naam(self) -> str:
        """The area as a reader knows it."""
        return area_name(self.gebied, self.bestand.value.gebied_jaar)

    def eerder(self, soort: str) -> Run | None:
        """The run this one is compared with (nulmeting, vorige or jaar_eerder); None when there is none."""
        kwartaal = self.bestand.value.vergelijking.get(soort)
        if kwartaal is None or kwartaal == self.kwartaal:
            return None
        return self.once(
            f"eerder {soort} {self.gebied}", lambda: start(self.onderwerp, kwartaal=str(kwartaal), gebied=self.gebied)
        )

    def _start(self, kwartaal: Verslagperiode) -> Run:
        return start(self.onderwerp, kwartaal=str(kwartaal), gebied=self.gebied)

    # -- verbs of a notebook -----------------------------------------------------------------------------------------

    def estimate(self, ids: Ids, *, by: By = None, where: Mapping[str, str] | None = None) -> Results:
        """The figures of one or more indicators for this area.

        by : a column to break down by; ``stadsdeel`` shows every area of the city beside this one.
        where : a domain, e.g. ``{"wet": "wmo"}``.
        """
        return results.concat(*(self._level(indicator, by=by, where=where) for indicator in self._kies(ids)))

    def compare(self, ids: Ids, *, met: str, by: By = None) -> Results:
        """Tested differences with the ``nulmeting``, the ``vorige`` quarter, a year ago, or the ``rest`` of the city.

        met : nulmeting, vorige, jaar_eerder or rest. Empty when there is nothing to compare with.
        """
        return vergelijk.compare(self, self._kies(ids), met=met, by=by)

    def respons(self, naam: str) -> Results:
        """What became of everyone drawn for a survey: in all, and per stratum."""
        strata = [kolom for kolom in self._bron(naam).strata if self.gebied == STAD or kolom != GEBIED]
        return indicators.verantwoording(self._in_area(naam), kader=self.frame_of(naam), strata=strata or None)

    def ongewogen(self, naam: str) -> Results:
        """The key figures of a survey without and with its weights."""
        kern = self._kies(self._bron(naam).kerncijfers)
        return indicators.unweighted(kern, self.design(naam), kader=self.frame_of(naam, gebied=STAD))

    def weegverslag(self, naam: str) -> Results:
        """How the weights came about: whether the margins are met, and what weighting cost in precision."""
        return weighting_table(self.design(naam), kader=self.frame_of(naam, gebied=STAD))

    def niet_van_toepassing(self, ids: Ids) -> Results:
        """The share that said "niet van toepassing", which is what left the denominator of each indicator."""
        delen = [
            indicators.nvt(indicator, self.design(indicator.bron), kader=self._kader(indicator), where=self.domain())
            for indicator in self._kies(ids)
        ]
        return results.concat(*delen)

    def stapeling(self, eenheid: str = "huishoudens") -> Results:
        """Households (or clients) by their number of provisions in use at once, one to six and more."""
        kader = self.frame_of("register")
        return tables.stapeling(self.register, kader=kader, eenheid=eenheid, where=self.domain())

    def combinaties(self, eenheid: str = "huishoudens") -> Results:
        """Households (or clients) by the laws they have provisions under, for ``chart="upset"``."""
        return soorten.combinaties(self, eenheid)

    def antwoorden(self, ids: Ids) -> Results:
        """The share of every answer to statements, for ``chart="agreement"``."""
        return soorten.antwoorden(self, ids)

    def reeks(self, ids: Ids, *, kwartalen: int = 6) -> Results:
        """Counts of the register over the last quarters, for ``chart="lines"``, ``"multiples"`` or ``"control"``."""
        return soorten.reeks(self, ids, kwartalen=kwartalen)

    def stromen(self, *, by: By = None) -> Results:
        """The balance of the quarter: begin stock, inflow, outflow and end stock."""
        return tables.stromen(self.estimate(list(tables.STROOM), by=by))

    def begroting(self, *, by: By = None) -> Results:
        """The budget of the year beside what was spent of it."""
        return tables.begroting(self.estimate("K04", by=by))

    def afrondingsverschillen(self) -> Results:
        """Printed totals of the 2012 frame that are not the sum of their parts."""
        return tables.afrondingsverschillen(kader=self.frame_of("financieel_kader", gebied=STAD))

    def levering_in_cijfers(self, naam: str) -> Results:
        """What a delivery held, and what was repaired or doubted when it was read."""
        return tables.levering(self.levering(naam), kader=self.frame_of("levering", gebied=STAD))

    def in_het_kort(self, ids: Ids) -> None:
        """Publish the key findings and the key figures: levels, with the tested change beside them."""
        vergelijking = "nulmeting" if self.eerder("nulmeting") else "vorige"
        samen = results.concat(self.estimate(ids), self.compare(ids, met=vergelijking))
        self.emit(samen, vorm="bevindingen", titel="In het kort", vergelijking=vergelijking)
        self.emit(samen, vorm="kaarten", titel="Kerncijfers", vergelijking=vergelijking)

    def publish(
        self, table: Results, *, titel: str, chart: str = "", vorm: Vorm | None = None, vergelijking: str = ""
    ) -> None:
        """Say what to show: a chart, a table (when no chart is named) or cards.

        chart : dot, bars, lines, multiples, agreement, stack, balance, budget, waterfall, upset, funnel, control, map
        or tiles; none gives a table. titel : a neutral title or the question. vergelijking : what the reference of a
        difference is (vorige, nulmeting, rest), for the sentences.
        The page shows it after the protection of the whole quarter; here it is previewed under the same rules.
        """
        if chart and chart not in CHARTS:
            raise ParameterFout(Melding("SDM-226", f"onbekende figuur '{chart}'", bedoelde_u(chart, CHARTS)))
        self.emit(
            table, vorm=vorm or ("chart" if chart else "table"), titel=titel, chart=chart, vergelijking=vergelijking
        )

    def strook(self, ids: Ids, *, titel: str, referenties: Results | None = None) -> None:
        """Publish figures beside the nulmeting, the previous quarter, the rest of the city and their target.

        referenties : differences with other municipalities, from `indicators.references.compare_published`.
        """
        strook.strook(self, ids, titel=titel, referenties=referenties)

    def zin(self, table: Results) -> None:
        """A sentence that says in words what a table shows, made after protection."""
        self.emit(table, vorm="zin", titel="")

    # -- how it is done ----------------------------------------------------------------------------------------------

    def once(self, sleutel: str, make: Callable[[], T]) -> T:
        """What was made under this key in this run; made the first time."""
        if sleutel not in self._gelezen:
            self._gelezen[sleutel] = make()
        found: T = self._gelezen[sleutel]
        return found

    def _kies(self, ids: Ids) -> tuple[Indicator, ...]:
        return self.catalogue.kies([ids] if isinstance(ids, str) else ids, bestand=f"notebooks/{self.onderwerp}.ipynb")

    def _bron(self, naam: str) -> Weging:
        bron = self.bestand.value.bronnen.get(naam)
        if bron is None or bron.weging is None:
            met = [bekend for bekend, waarde in self.bestand.value.bronnen.items() if waarde.weging]
            wat = f"bron '{naam}' is hier geen enquete met een weging"
            raise ParameterFout(Melding("SDM-224", wat, bedoelde_u(naam, met), bestand=self.bestand.bestand))
        return bron.weging

    def _weigh(self, naam: str) -> survey.SurveyDesign:
        weging = self._bron(naam)
        bevolking = self.frame("bevolking") if weging.doel == "bevolking" else None
        return weighted_design(self.frame(naam), weging, bevolking=bevolking, bestand=self.levering(naam).bestand)

    def _data(self, indicator: Indicator) -> survey.SurveyDesign | registry.Register | pd.DataFrame:
        if indicator.uit_enquete:
            return self.design(indicator.bron)
        if indicator.bron == "register":
            return self.register
        if indicator.bron == "grootboek":
            return self.frame("grootboek")
        if not self.heeft(indicator):
            wat = f"voor indicator {indicator.id} is hier geen levering"
            herstel = "Noem de levering onder bronnen in het run-bestand."
            raise ParameterFout(Melding("SDM-218", wat, herstel, bestand=self.bestand.bestand))
        if "levering" in indicator.argumenten:
            return self.frame(indicator.argumenten["levering"])
        return sources.reference(indicator.argumenten["tabel"])

    def heeft(self, indicator: Indicator) -> bool:
        """Whether this run has data for an indicator: its delivery, or a reference table that the block names."""
        if indicator.bron != "aangeleverd":
            return indicator.bron in self.bestand.value.bronnen
        levering = indicator.argumenten.get("levering", "")
        return levering in self.bestand.value.bronnen if levering else "tabel" in indicator.argumenten

    def domain(self, *, by: By = None) -> dict[str, str]:
        """The condition that limits a delivery to this area; none for the city or for a table over areas."""
        return {GEBIED: self.gebied} if self.gebied != STAD and by != GEBIED else {}

    @property
    def hele_stad(self) -> bool:
        """Whether this is the run of the whole city."""
        return self.gebied == STAD

    def per_gebied(self, indicator: Indicator) -> bool:
        """Whether a figure is known per area: ledgers and reference tables know the whole city only."""
        return indicator.uit_enquete or indicator.bron == "register" or "levering" in indicator.argumenten

    def _gebied_of(self, indicator: Indicator, *, by: By) -> str:
        return self.gebied if self.per_gebied(indicator) and by != GEBIED else STAD

    def _in_area(self, naam: str) -> pd.DataFrame:
        frame = self.frame(naam)
        return frame if self.gebied == STAD else frame[frame[GEBIED] == self.gebied].reset_index(drop=True)

    def _kader(self, indicator: Indicator, *, by: By = None) -> Kader:
        naam: str = indicator.bron
        if naam == "aangeleverd":
            naam = indicator.argumenten.get("levering") or indicator.argumenten["tabel"]
        return self.frame_of(naam, gebied=self._gebied_of(indicator, by=by))

    def frame_of(self, naam: str, *, gebied: str | None = None) -> Kader:
        """The frame in which figures of a delivery stand; of this run's area unless another is named."""
        waar = self.gebied if gebied is None else gebied
        return Kader(
            periode=str(self.kwartaal),
            gebied=GEMEENTE if waar == STAD else waar,
            gebied_soort="gemeente" if waar == STAD else GEBIED,
            gebied_jaar=self.bestand.value.gebied_jaar,
            stand=self.bestand.value.stand,
            source=naam,
        )

    def _level(self, indicator: Indicator, *, by: By, where: Mapping[str, str] | None = None) -> Results:
        gebied = self._gebied_of(indicator, by=by)
        domein = dict(where or {}) | ({GEBIED: gebied} if gebied != STAD else {})
        return indicators.compute(
            indicator,
            self._data(indicator),
            kader=self._kader(indicator, by=by),
            by=by,
            where=domein or None,
            denominator=self._denominator(indicator, by=by),
        )

    def meting(self, *, by: By = None) -> Meting:
        """This run as one side of a comparison."""
        wegingen = {naam: bron.weging for naam, bron in self.bestand.value.bronnen.items()}
        return Meting(
            kader=self.frame_of("", gebied=STAD if by == GEBIED else self.gebied),
            data=self._data,
            persoon={naam: weging.persoon for naam, weging in wegingen.items() if weging and weging.persoon},
            denominator=lambda indicator: self._denominator(indicator, by=by),
        )

    def familie(self, onderwerp: str) -> tuple[Indicator, ...]:
        """All indicators of a topic that can be tested: corrected over what could be shown, not what is shown."""
        return tuple(i for i in self.catalogue.van(onderwerp) if indicators.can_be_tested(i) and self.heeft(i))

    def _denominator(self, indicator: Indicator, *, by: By) -> Results | None:
        if not indicator.noemer_van:
            return None
        onder = self.catalogue[indicator.noemer_van]
        # spend of the whole city is divided by the people of the whole city, also on the page of an area
        heel = self if self._gebied_of(indicator, by=by) == self.gebied else self.whole_city()
        deelbaar = by if isinstance(by, str) and by in onder.uitsplitsingen else None
        return heel._level(onder, by=deelbaar)

    def whole_city(self) -> Run:
        """This run for the whole city, with the same deliveries in memory."""
        return self if self.gebied == STAD else replace(self, gebied=STAD)

    def emit(
        self, table: Results, *, vorm: Vorm, titel: str, labels: Mapping[str, str] | None = None, **opties: str
    ) -> None:
        """Emit a piece of any form. labels : names of what neither catalogue nor schemas know; opties : see `Piece`."""
        nummer = next(self._nummers)
        piece = pieces.make(
            self, table, nummer=nummer, vorm=vorm, opties={"titel": titel} | opties, labels=labels or {}
        )
        pieces.emit(self, piece)

    @property
    def fictief(self) -> bool:
        """Whether a delivery that was read carries the marker of the demo."""
        return any(levering.fictief for levering in self._leveringen())

    @property
    def sleutels(self) -> dict[str, str]:
        """Per file that was read and says so: the id of the key that made its pseudonyms."""
        return {levering.bestand: levering.sleutel_id for levering in self._leveringen() if levering.sleutel_id}

    def _leveringen(self) -> list[sources.Levering]:
        return [waarde for naam, waarde in self._gelezen.items() if naam.startswith("levering ")]

    def gebiedsnamen(self) -> dict[str, str]:
        """The names of the areas that have a page."""
        jaar = int(self.bestand.value.gebied_jaar)
        return {code: sources.gebieden().naam(code, jaar=jaar) for code in self.bestand.value.gebieden if code != STAD}

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """The run card for who is looking; a mark of our own for the runner, which has nobody to show it to."""
        if RUNNER in os.environ:
            return {RUN_MIME: {"onderwerp": self.onderwerp, "kwartaal": str(self.kwartaal), "gebied": self.gebied}}
        return {"text/html": card(self), "text/plain": f"{self.onderwerp} {self.kwartaal} {self.gebied_naam}"}
