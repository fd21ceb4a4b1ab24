"""The run: deliveries, weights and indicators of one topic, quarter and area, and the verbs of a notebook."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from sdm_lib import indicators, results, sources
from sdm_lib.aanroep import check_keuze, helpful, helpful_verbs
from sdm_lib.errors import Melding, ParameterFout, bedoelde_u
from sdm_lib.indicators import Indicator
from sdm_lib.kwartaal import Verslagperiode
from sdm_lib.monitor import (
    geld,
    geschiedenis,
    grenzen,
    inkomen,
    pieces,
    referenties,
    soorten,
    strook,
    tables,
    toezicht,
    vergelijk,
    wijken,
)
from sdm_lib.monitor.grondslag import REGISTER, By, Grondslag, Ids
from sdm_lib.monitor.pieces import RUNNER
from sdm_lib.monitor.runfile import STAD, VERGELIJKINGEN, load_run, parse_kwartaal
from sdm_lib.monitor.show import card, weighting_table
from sdm_lib.monitor.voorbeelden import VOORBEELDEN
from sdm_lib.monitor.vraag import check_table
from sdm_lib.results import CHARTS, Results, Vorm

RUN_MIME = "application/vnd.sdm.run+json"


@helpful
def start(onderwerp: str, *, kwartaal: str, gebied: str = STAD, leveringen: str = "") -> Run:
    """Open a run: read its run file and catalogue, and check the area. Deliveries are read when first needed.

    leveringen : another folder with deliveries than the run file names; seen from the project.
    Raises ParameterFout when topic, quarter, area or an indicator block is wrong.

    In a notebook: ``run = monitor.start("clienten", kwartaal="2015K2", gebied="WK003401")``
    """
    root = sources.project_root()
    if RUNNER in os.environ:
        toezicht.watch(root)
        grenzen.begrens()
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


@helpful_verbs(VOORBEELDEN, noun="run")
@dataclass(frozen=True)
class Run(Grondslag):
    """One topic of one quarter for one area. Verbs return `Results`; `publish` says what to show.

    In a notebook::

        run = monitor.start("clienten", kwartaal=kwartaal, gebied=gebied)
        run.publish(run.estimate("CE01", by="stadsdeel"), chart="dot", titel="Toegang, per stadsdeel")
    """

    # -- what lies under the figures ---------------------------------------------------------------------------------

    def eerder(self, soort: str) -> Run | None:
        """The run this one is compared with (nulmeting, vorige or jaar_eerder); None when there is none."""
        check_keuze(soort, uit=VERGELIJKINGEN, bij="soort")
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
        return results.concat(
            *(self._level(indicator, by=by, where=where) for indicator in self._kies(ids, by=by, where=where))
        )

    def compare(self, ids: Ids, *, met: str, by: By = None) -> Results:
        """Tested differences with the ``nulmeting``, the ``vorige`` quarter, a year ago, or the ``rest`` of the city.

        met : nulmeting, vorige, jaar_eerder or rest. Empty when there is nothing to compare with.
        """
        check_keuze(met, uit=vergelijk.MET, bij="met")
        return vergelijk.compare(self, self._kies(ids, by=by), met=met, by=by)

    def respons(self, naam: str) -> Results:
        """What became of everyone drawn for a survey and the response per stratum; of one area the response alone."""
        strata = list(self._bron(naam).strata) if self.hele_stad else [self.niveau]
        kader = self.frame_of(naam, gebied=STAD)
        table = self.kept(
            "respons", naam, kader, strata, bronnen=[naam],
            make=lambda: indicators.verantwoording(self.frame(naam), kader=kader, strata=strata or None),
        )  # fmt: skip
        return table if self.hele_stad else table.where(gebied=self.gebied)

    def ongewogen(self, naam: str) -> Results:
        """The key figures of a survey without and with its weights."""
        kern, kader = self._kies(self._bron(naam).kerncijfers), self.frame_of(naam, gebied=STAD)
        return self.whole_city().figure(
            "ongewogen", kern, by=None, make=lambda: indicators.unweighted(kern, self.design(naam), kader=kader)
        )

    def weegverslag(self, naam: str) -> Results:
        """How the weights came about: whether the margins are met, and what weighting cost in precision."""
        kader = self.frame_of(naam, gebied=STAD)
        return self.kept(
            "weegverslag", naam, kader, self._bron(naam), bronnen=self._read_for(naam),
            make=lambda: weighting_table(self.design(naam), kader=kader),
        )  # fmt: skip

    def niet_van_toepassing(self, ids: Ids) -> Results:
        """The share that said "niet van toepassing", which is what left the denominator of each indicator."""
        return results.concat(*(self._not_applicable(indicator) for indicator in self._kies(ids)))

    def _not_applicable(self, indicator: Indicator) -> Results:
        kader, domein = self._kader(indicator), self.domain()
        return self.figure(
            "nvt", [indicator], by=None, where=domein,
            make=lambda: indicators.nvt(indicator, self.design(indicator.bron), kader=kader, where=domein),
        )  # fmt: skip

    def stapeling(self, eenheid: str = "huishoudens") -> Results:
        """Households (or clients) by their number of provisions in use at once, one to six and more."""
        check_keuze(eenheid, uit=tables.EENHEDEN, bij="eenheid")
        kader, domein = self.frame_of("register"), self.domain()
        return self.kept(
            "stapeling", eenheid, kader, domein, self.bestand.value.leverdatum, bronnen=REGISTER,
            make=lambda: tables.stapeling(self.register, kader=kader, eenheid=eenheid, where=domein),
        )  # fmt: skip

    def combinaties(self, eenheid: str = "huishoudens") -> Results:
        """Households (or clients) by the laws they have provisions under, for ``chart="upset"``."""
        check_keuze(eenheid, uit=tables.EENHEDEN, bij="eenheid")
        return soorten.combinaties(self, eenheid)

    def antwoorden(self, ids: Ids) -> Results:
        """The share of every answer to statements, for ``chart="agreement"``."""
        return soorten.antwoorden(self, ids)

    def reeks(self, ids: Ids, *, kwartalen: int = 6) -> Results:
        """Counts of the register over the last quarters, for ``chart="lines"``, ``"multiples"`` or ``"control"``."""
        return soorten.reeks(self, ids, kwartalen=kwartalen)

    def jongste(self, ids: Ids) -> Results:
        """The last measurement of figures of a delivery with history, such as what is counted once a year."""
        return soorten.jongste(self, ids)

    def hier(self, ids: Ids) -> Results:
        """Figures of this area; survey figures of a wijk are measured or modelled, and their method says which."""
        return wijken.here(self, self._kies(ids))

    def wijkcijfers(self, ids: Ids) -> Results:
        """Figures of every wijk of the city, measured or modelled; see `params/kit.yaml` for when."""
        return wijken.levels(self, self._kies(ids))

    def opvallend(self, ids: Ids) -> Results:
        """Tested differences of this area with the city, corrected over all areas; on the city's page of every wijk."""
        return wijken.striking(self, self._kies(ids))

    def buren(self, ids: Ids) -> Results:
        """The figures of this area and of its neighbours."""
        return wijken.beside(self, self._kies(ids))

    def naast_buren(self, ids: Ids) -> Results:
        """Each neighbouring wijk minus this one, tested with their joint error; empty but on the page of a wijk."""
        return wijken.from_neighbours(self, self._kies(ids))

    def modelverslag(self, id: str) -> tuple[Results, Results, Results]:
        """What the model of wijken gained, what each covariate says, how far a wijk leans on itself.

        The last of this wijk and its neighbours; elsewhere of the wijken that lie furthest from their covariates.
        """
        indicator = self._een(id)
        return wijken.account(self, indicator)

    def naast_model(self, id: str) -> Results:
        """Of the same wijken the figure that their own answers give beside what the model makes of it."""
        indicator = self._een(id)
        return wijken.beside_model(self, indicator)

    def geschiedenis(self, ids: Ids) -> Results:
        """Counted figures of this area in earlier quarters; where it was divided differently then, a break."""
        return geschiedenis.history(self, self._kies(ids))

    def wijkteams(self, ids: Ids) -> Results:
        """Shares and rates from the register per area of a wijkteam; of an area those of the teams that work there."""
        return geschiedenis.teams(self, self._kies(ids))

    def stromen(self, *, by: By = None) -> Results:
        """The balance of the quarter: begin stock, inflow, outflow and end stock."""
        return self.estimate(tables.STROMEN, by=by)

    def begroting(self, *, by: By = None) -> Results:
        """The budget of the year beside what was spent of it."""
        return tables.begroting(self.estimate("K04", by=by))

    def aansluiting(self) -> Results:
        """From the register to the ledger, line by line, and the share of the ledger that stays unexplained."""
        return geld.aansluiting(self)

    def per_client(self, ids: Ids, *, by: By = None) -> Results:
        """Amounts per client; without a value when more of the ledger is unexplained than such a figure can bear."""
        return geld.per_client(self, self.estimate(ids, by=by))

    def ontleding(self) -> Results:
        """Why spend differs from the quarter before, for ``chart="waterfall"``; empty without a quarter before."""
        return geld.ontleding(self)

    def revisie(self) -> Results:
        """What the ledger said first of every quarter of this year, what it says now, and what is to be expected."""
        return geld.revisie(self)

    def jaareinde(self) -> Results:
        """What the ledger of this year will come to, with its interval; needs the four ledgers of last year."""
        return geld.jaareinde(self)

    def bijstand(self) -> Results:
        """Social assistance in the whole city: households, persons, flows, to work, and help towards work."""
        return inkomen.bijstand(self)

    def einde_bijstand(self) -> Results:
        """Who left social assistance in the whole city, by reason."""
        return inkomen.einde_bijstand(self)

    def heel(self, ids: Ids, *, by: By = None) -> Results:
        """Figures of the whole city, on the page of an area too: where an area has too few people for them."""
        return results.concat(*(self.whole_city()._level(indicator, by=by) for indicator in self._kies(ids, by=by)))

    def afrondingsverschillen(self) -> Results:
        """Printed totals of the 2012 frame that are not the sum of their parts."""
        return tables.afrondingsverschillen(kader=self.frame_of("financieel_kader", gebied=STAD))

    def levering_in_cijfers(self, naam: str) -> Results:
        """What a delivery held, and what was repaired or doubted when it was read."""
        return tables.levering(self.levering(naam), kader=self.frame_of("levering", gebied=STAD))

    def in_het_kort(self, ids: Ids, *, met: str = "") -> None:
        """Publish the key findings and the key figures: levels, with the tested change beside them.

        On the page of the whole city a card of the register also draws the quarters before (`soorten.verloop`).
        met : ``stad`` for a profile of an area, beside the city as it is now, instead of an earlier measurement.
        """
        check_keuze(met, uit=("", "stad", *vergelijk.MET), bij="met")
        vergelijking = met or ("nulmeting" if self.eerder("nulmeting") else "vorige")
        if met == "stad":
            anders = results.empty() if self.hele_stad else self.opvallend(ids)
            vergelijking = "stad" if self.niveau == wijken.WIJK else "rest"
            samen = results.concat(self.hier(ids), anders)
        else:
            samen = results.concat(self.estimate(ids), self.compare(ids, met=vergelijking))
        self.emit(samen, vorm="bevindingen", titel="In het kort", vergelijking=vergelijking)
        loop = soorten.verloop(self, ids) if self.hele_stad else results.empty()
        self.emit(results.concat(samen, loop), vorm="kaarten", titel="Kerncijfers", vergelijking=vergelijking)

    def kaarten(self, ids: Ids, *, titel: str) -> None:
        """Publish a card for each series: its newest point, the change since the quarter before, and its line."""
        samen = results.concat(self.reeks(ids), self.compare(ids, met="vorige"))
        self.emit(samen, vorm="kaarten", titel=titel, vergelijking="vorige")

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
        if vorm is not None:
            check_keuze(vorm, uit=get_args(Vorm), bij="vorm")
        self.emit(
            table, vorm=vorm or ("chart" if chart else "table"), titel=titel, chart=chart, vergelijking=vergelijking
        )

    def strook(self, ids: Ids, *, titel: str, naast: Results | None = None) -> None:
        """Publish figures beside the nulmeting, the previous quarter, the rest of the city and their target.

        naast : differences with other municipalities, from `indicators.references.compare_published`.
        """
        strook.strook(self, ids, titel=titel, referenties=naast)

    def referenties(self, id: str, *, titel: str) -> None:
        """Publish what others publish of an indicator, municipality beside municipality, with the rounding they use."""
        indicator = self._een(id)
        referenties.referenties(self, indicator, titel=titel)

    def zin(self, table: Results) -> None:
        """A sentence that says in words what a table shows, made after protection."""
        self.emit(table, vorm="zin", titel="")

    # -- how it is done ----------------------------------------------------------------------------------------------

    def emit(
        self, table: Results, *, vorm: Vorm, titel: str, labels: Mapping[str, str] | None = None, **opties: str
    ) -> None:
        """Emit a piece of any form. labels : names of what neither catalogue nor schemas know; opties : see `Piece`.

        Raises ParameterFout for a table of one's own: `results.from_frame` makes it publishable, with its n.
        """
        check_table(table)
        nummer = next(self._nummers)
        piece = pieces.make(
            self, table, nummer=nummer, vorm=vorm, opties={"titel": titel} | opties, labels=labels or {}
        )
        pieces.emit(self, piece)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """The run card for who is looking; a mark of our own for the runner, which has nobody to show it to."""
        if RUNNER in os.environ:
            return {RUN_MIME: {"onderwerp": self.onderwerp, "kwartaal": str(self.kwartaal), "gebied": self.gebied}}
        return {"text/html": card(self), "text/plain": f"{self.onderwerp} {self.kwartaal} {self.gebied_naam}"}
