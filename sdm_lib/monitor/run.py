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
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.monitor import tables
from sdm_lib.monitor.labels import labels_for
from sdm_lib.monitor.runfile import STAD, RunBestand, Weging, load_run, parse_kwartaal
from sdm_lib.monitor.show import area_name, as_html, card, weighting_table
from sdm_lib.monitor.weging import weighted_design
from sdm_lib.results import CHARTS, MIME, Kader, Piece, Policy, Results, Vorm
from sdm_lib.schema import Loaded

RUN_MIME = "application/vnd.sdm.run+json"
RUNNER = "SDM_RUNNER"  # set by the kit's own runner: nobody is watching, so nothing is drawn here
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
    kwartaal: Kwartaal
    gebied: str
    bestand: Loaded[RunBestand]
    folder: Path
    catalogue: Catalogue = field(repr=False)
    _gelezen: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    _nummers: Iterator[int] = field(default_factory=lambda: itertools.count(1), repr=False, compare=False)
    _getoond: list[Piece] = field(default_factory=list, repr=False, compare=False)

    # -- what lies under the figures ---------------------------------------------------------------------------------

    def levering(self, naam: str) -> sources.Levering:
        """A delivery of this quarter, read and checked once. Raises InvoerFout with all its problems."""
        kept = self.root / CACHE
        return self._once(f"levering {naam}", lambda: sources.read_kept(naam, folder=self.folder, cache=kept))

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
                self.frame("register"),
                bevolking=self.frame("bevolking"),
                huishoudens=self.frame("huishoudens"),
                kwartaal=self.kwartaal,
                leverdatum=self.bestand.value.leverdatum,
            ),
        )

    @property
    def gebied_naam(self) -> str:
        """The area as a reader knows it."""
        return area_name(self.gebied, self.bestand.value.gebied_jaar)

    def eerder(self, soort: str) -> Run | None:
        """The run this one is compared with (``nulmeting`` or ``vorige``); None when there is none."""
        kwartaal = self.bestand.value.vergelijking.get(soort)
        if kwartaal is None or kwartaal == self.kwartaal:
            return None
        return self._once(f"eerder {soort}", lambda: start(self.onderwerp, kwartaal=str(kwartaal), gebied=self.gebied))

    # -- verbs of a notebook -----------------------------------------------------------------------------------------

    def estimate(self, ids: Ids, *, by: By = None, where: Mapping[str, str] | None = None) -> Results:
        """The figures of one or more indicators for this area.

        by : a column to break down by; ``stadsdeel`` shows every area of the city beside this one.
        where : a domain, e.g. ``{"wet": "wmo"}``.
        """
        return results.concat(*(self._level(indicator, by=by, where=where) for indicator in self._kies(ids)))

    def compare(self, ids: Ids, *, met: str, by: By = None) -> Results:
        """Tested differences with the ``nulmeting``, the ``vorige`` quarter or the ``rest`` of the city.

        Empty when there is nothing to compare with: this is the baseline itself, or the page of the whole city.
        """
        gekozen = self._kies(ids)
        if met == "rest":
            eigen = "" if self.gebied == STAD else self.gebied
            return indicators.compare_rest(gekozen, nu=self._meting(by=GEBIED), by=GEBIED, gebied=eigen)
        eerder = self.eerder(met)
        if eerder is None:
            return results.empty()
        ids_gekozen = [indicator.id for indicator in gekozen]
        familie = {indicator.id: indicator for indicator in self._familie()} if by is None else {}
        alles = (*familie.values(), *(i for i in gekozen if i.id not in familie))
        # tests are corrected over the whole family, so the family is compared once and each chapter takes its part
        sleutel = f"verschil {met} {by} {sorted(i.id for i in alles)}"
        table = self._once(sleutel, lambda: self._differences(alles, eerder, by=by))
        rang = {naam: rang for rang, naam in enumerate(ids_gekozen)}
        part = table.frame[table.frame["indicator"].isin(ids_gekozen)]
        return Results(part.sort_values("indicator", key=lambda naam: naam.map(rang), kind="stable"))

    def _differences(self, gekozen: Sequence[Indicator], eerder: Run, *, by: By) -> Results:
        """Now minus then; what only the whole city has is compared for the whole city."""
        delen = []
        for heel in (False, True):
            groep = [i for i in gekozen if (self._gebied_of(i, by=by) == STAD) == heel]
            nu, toen = (self._whole_city(), eerder._whole_city()) if heel else (self, eerder)
            if groep:
                nu_meting, toen_meting = nu._meting(by=by), toen._meting(by=by)
                domein = nu._domain(by=by) or None
                delen.append(indicators.compare(groep, nu=nu_meting, eerder=toen_meting, by=by, where=domein))
        return results.concat(*delen)

    def respons(self, naam: str) -> Results:
        """What became of everyone drawn for a survey: in all, and per stratum."""
        strata = [kolom for kolom in self._bron(naam).strata if self.gebied == STAD or kolom != GEBIED]
        return indicators.verantwoording(self._in_area(naam), kader=self._frame_of(naam), strata=strata or None)

    def ongewogen(self, naam: str) -> Results:
        """The key figures of a survey without and with its weights."""
        kern = self._kies(self._bron(naam).kerncijfers)
        return indicators.unweighted(kern, self.design(naam), kader=self._frame_of(naam, gebied=STAD))

    def weegverslag(self, naam: str) -> Results:
        """How the weights came about: whether the margins are met, and what weighting cost in precision."""
        return weighting_table(self.design(naam), kader=self._frame_of(naam, gebied=STAD))

    def niet_van_toepassing(self, ids: Ids) -> Results:
        """The share that said "niet van toepassing", which is what left the denominator of each indicator."""
        delen = [
            indicators.nvt(indicator, self.design(indicator.bron), kader=self._kader(indicator), where=self._domain())
            for indicator in self._kies(ids)
        ]
        return results.concat(*delen)

    def stapeling(self, eenheid: str = "huishoudens") -> Results:
        """Households (or clients) by their number of provisions in use at once, one to six and more."""
        kader = self._frame_of("register")
        return tables.stapeling(self.register, kader=kader, eenheid=eenheid, where=self._domain())

    def stromen(self, *, by: By = None) -> Results:
        """The balance of the quarter: begin stock, inflow, outflow and end stock."""
        return tables.stromen(self.estimate(list(tables.STROOM), by=by))

    def begroting(self, *, by: By = None) -> Results:
        """The budget of the year beside what was spent of it."""
        return tables.begroting(self.estimate("K04", by=by))

    def afrondingsverschillen(self) -> Results:
        """Printed totals of the 2012 frame that are not the sum of their parts."""
        return tables.afrondingsverschillen(kader=self._frame_of("financieel_kader", gebied=STAD))

    def levering_in_cijfers(self, naam: str) -> Results:
        """What a delivery held, and what was repaired or doubted when it was read."""
        return tables.levering(self.levering(naam), kader=self._frame_of("levering", gebied=STAD))

    def in_het_kort(self, ids: Ids) -> None:
        """Publish the key findings and the key figures: levels, with the tested change beside them."""
        vergelijking = "nulmeting" if self.eerder("nulmeting") else "vorige"
        samen = results.concat(self.estimate(ids), self.compare(ids, met=vergelijking))
        self._emit(samen, vorm="bevindingen", titel="In het kort", vergelijking=vergelijking)
        self._emit(samen, vorm="kaarten", titel="Kerncijfers", vergelijking=vergelijking)

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
        self._emit(
            table, vorm=vorm or ("chart" if chart else "table"), titel=titel, chart=chart, vergelijking=vergelijking
        )

    def zin(self, table: Results) -> None:
        """A sentence that says in words what a table shows, made after protection."""
        self._emit(table, vorm="zin", titel="")

    # -- how it is done ----------------------------------------------------------------------------------------------

    def _once(self, sleutel: str, make: Callable[[], T]) -> T:
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
        return sources.reference(indicator.argumenten["tabel"])

    def _domain(self, *, by: By = None) -> dict[str, str]:
        return {GEBIED: self.gebied} if self.gebied != STAD and by != GEBIED else {}

    def _gebied_of(self, indicator: Indicator, *, by: By) -> str:
        """The area a figure is about: ledgers and reference tables know the whole city only, and so say the city."""
        kent_gebieden = indicator.uit_enquete or indicator.bron == "register"
        return self.gebied if kent_gebieden and by != GEBIED else STAD

    def _in_area(self, naam: str) -> pd.DataFrame:
        frame = self.frame(naam)
        return frame if self.gebied == STAD else frame[frame[GEBIED] == self.gebied].reset_index(drop=True)

    def _kader(self, indicator: Indicator, *, by: By = None) -> Kader:
        naam = indicator.argumenten["tabel"] if indicator.bron == "aangeleverd" else indicator.bron
        return self._frame_of(naam, gebied=self._gebied_of(indicator, by=by))

    def _frame_of(self, naam: str, *, gebied: str | None = None) -> Kader:
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

    def _meting(self, *, by: By = None) -> Meting:
        """This run as one side of a comparison."""
        wegingen = {naam: bron.weging for naam, bron in self.bestand.value.bronnen.items()}
        return Meting(
            kader=self._frame_of("", gebied=STAD if by == GEBIED else self.gebied),
            data=self._data,
            persoon={naam: weging.persoon for naam, weging in wegingen.items() if weging and weging.persoon},
            denominator=lambda indicator: self._denominator(indicator, by=by),
        )

    def _familie(self) -> tuple[Indicator, ...]:
        """All survey indicators of this topic: tests are corrected over what could be shown, not what is shown."""
        van = self.catalogue.van(self.onderwerp)
        return tuple(i for i in van if i.uit_enquete and i.bron in self.bestand.value.bronnen)

    def _denominator(self, indicator: Indicator, *, by: By) -> Results | None:
        if not indicator.noemer_van:
            return None
        onder = self.catalogue[indicator.noemer_van]
        # spend of the whole city is divided by the people of the whole city, also on the page of an area
        heel = self if self._gebied_of(indicator, by=by) == self.gebied else self._whole_city()
        deelbaar = by if isinstance(by, str) and by in onder.uitsplitsingen else None
        return heel._level(onder, by=deelbaar)

    def _whole_city(self) -> Run:
        return self if self.gebied == STAD else replace(self, gebied=STAD)

    def _emit(self, table: Results, *, vorm: Vorm, titel: str, **opties: str) -> None:
        piece = self._piece(table, vorm=vorm, titel=titel, opties=opties)
        bundle: dict[str, Any] = {MIME: piece.to_json(), "text/plain": f"<{vorm}: {titel}>"}
        if RUNNER not in os.environ:
            self._getoond.append(piece)
            bundle["text/html"] = as_html(piece, self._getoond, root=self.root)
        from IPython.display import display

        show: Callable[..., None] = display
        show(bundle, raw=True, metadata={MIME: {"gelezen": dict(sources.recorded())}})

    def _piece(self, table: Results, *, vorm: Vorm, titel: str, opties: Mapping[str, str]) -> Piece:
        naam = self.onderwerp if self.gebied == STAD else f"{self.onderwerp}-{self.gebied}"
        bronnen = sorted(set(table.frame["source"]) - {""})
        return Piece(
            id=f"{naam}/{next(self._nummers):02d}",
            vorm=vorm,
            policy=self._policy(bronnen),
            results=table,
            opties=self._options(table) | {"titel": titel, "bron": self._source_line(bronnen)} | dict(opties),
            labels=labels_for(
                table, catalogue=self.catalogue, bronnen=self.bestand.value.bronnen, gebieden=self._areas()
            ),
        )

    def _policy(self, bronnen: Sequence[str]) -> Policy:
        """The strictest protection among the deliveries a piece is made from."""
        streng: tuple[Policy, ...] = ("steekproef", "register", "kleine_populatie")
        soorten = {
            self.bestand.value.bronnen[naam].bescherming for naam in bronnen if naam in self.bestand.value.bronnen
        }
        return max(soorten, key=streng.index, default="register")

    def _options(self, table: Results) -> dict[str, str]:
        opties = {"fictief": "ja"} if self.fictief else {}
        if self.gebied != STAD:
            opties["accent"] = self.gebied
        for naam in table.frame["indicator"].unique():
            if naam in self.catalogue:
                opties[f"relevant_verschil.{naam}"] = str(self.catalogue[naam].relevant_verschil)
                opties[f"gunstig.{naam}"] = self.catalogue[naam].gunstig
        return opties

    @property
    def fictief(self) -> bool:
        """Whether a delivery that was read carries the marker of the demo."""
        gelezen = [waarde for naam, waarde in self._gelezen.items() if naam.startswith("levering ")]
        return any(levering.fictief for levering in gelezen)

    def _source_line(self, bronnen: Sequence[str]) -> str:
        labels = [sources.load_schema(naam).label for naam in bronnen if naam in sources.schema_names()]
        return ", ".join(labels)

    def _areas(self) -> dict[str, str]:
        jaar = int(self.bestand.value.gebied_jaar)
        return {code: sources.gebieden().naam(code, jaar=jaar) for code in self.bestand.value.gebieden if code != STAD}

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """The run card for who is looking; a mark of our own for the runner, which has nobody to show it to."""
        if RUNNER in os.environ:
            return {RUN_MIME: {"onderwerp": self.onderwerp, "kwartaal": str(self.kwartaal), "gebied": self.gebied}}
        return {"text/html": card(self), "text/plain": f"{self.onderwerp} {self.kwartaal} {self.gebied_naam}"}
