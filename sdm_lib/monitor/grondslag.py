"""What lies under the verbs of a run: its deliveries and weights, and the figures computed from them.

Every figure is asked for once: it is kept by content (`bewaard`), and those of one area are taken from a table of all
areas, so that the pages of six districts cost little more than one.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

import pandas as pd

from sdm_lib import indicators, sources, survey
from sdm_lib.aanroep import helpful_verbs
from sdm_lib.errors import Melding, ParameterFout, bedoelde_u
from sdm_lib.indicators import Catalogue, Indicator, Meting
from sdm_lib.indicators.compute import columns
from sdm_lib.kwartaal import Verslagperiode
from sdm_lib.monitor import bewaard, reeksen, warenhuis
from sdm_lib.monitor.bewaard import KIT, definition_hash, house_rule_hash, topic_hash
from sdm_lib.monitor.runfile import STAD, RunBestand, Weging
from sdm_lib.monitor.show import area_name
from sdm_lib.monitor.voorbeelden import VOORBEELDEN
from sdm_lib.monitor.vraag import check_een, check_vraag, names_of
from sdm_lib.monitor.weging import weighted_design
from sdm_lib.results import Kader, Piece, Results
from sdm_lib.schema import Loaded

if TYPE_CHECKING:
    from sdm_lib.registry import Register

GEBIED = "stadsdeel"  # the column in deliveries that says where somebody lives
NIVEAUS = (GEBIED, "wijk")  # the levels of areas that have a page
GEMEENTE = "GM0034"
REGISTER = ("register", "bevolking", "huishoudens")  # what figures on use are made from
CACHE = "data/cache/leveringen"
CIJFERS = "data/cache/cijfers"
T = TypeVar("T")
Ids = str | Sequence[str]
By = str | Sequence[str] | None


@helpful_verbs(VOORBEELDEN, noun="run")
@dataclass(frozen=True)
class Grondslag:
    """One topic of one quarter for one area, with what it is computed from."""

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
    definities: dict[str, str] = field(default_factory=dict, repr=False, compare=False)  # used, with their hash
    verteld: set[str] = field(default_factory=set, repr=False, compare=False)  # of what was read, to the runner

    def levering(self, naam: str) -> sources.Levering:
        """A delivery of this quarter, read and checked once. Raises InvoerFout with all its problems."""
        if naam == "register" and warenhuis.databron(self):
            return warenhuis.delivery(self)
        kept = self.root / CACHE
        return self.once(f"levering {naam}", lambda: sources.read_kept(naam, folder=self.folder, cache=kept))

    def frame(self, naam: str) -> pd.DataFrame:
        """The records of a delivery, for exploration. Nothing of it can be published but through `estimate`.

        Raises ParameterFout for a register in its own database: its records stay there.
        """
        if naam == "register" and warenhuis.databron(self):
            wat = "de regels van het register blijven in de databron"
            raise ParameterFout(Melding("SDM-257", wat, "Vraag een cijfer met estimate.", bestand=KIT))
        return self.levering(naam).frame

    def design(self, naam: str) -> survey.SurveyDesign:
        """A survey delivery as a weighted design, weighted as the run file says."""
        return self.once(f"design {naam}", lambda: self._weigh(naam))

    @property
    def register(self) -> Register:
        """The register of provisions with the population beside it."""
        from sdm_lib import registry  # here: what a topic loads it is said to depend on

        def make() -> Register:
            erbij: dict[str, Any] = {naam: self._since_begin(naam) for naam in ("bevolking", "huishoudens")}
            erbij |= {"kwartaal": self.kwartaal.slot, "leverdatum": self.bestand.value.leverdatum}
            if warenhuis.databron(self):
                return warenhuis.open_there(self, **erbij)
            return registry.open_register(self.frame("register"), **erbij)

        return self.once("register", make)

    def _since_begin(self, naam: str) -> pd.DataFrame:
        """A table by reference date; of a year also with the dates of the delivery that its run file calls begin."""
        frame = self.frame(naam)
        if not self.bestand.value.begin:
            return frame
        folder = self.root / self.bestand.value.begin
        eerder = sources.read_kept(naam, folder=folder, cache=self.root / CACHE).frame
        return pd.concat([eerder[~eerder["peildatum"].isin(frame["peildatum"])], frame], ignore_index=True)

    @property
    def gebied_naam(self) -> str:
        """The area as a reader knows it."""
        return area_name(self.gebied, self.bestand.value.gebied_jaar)

    @property
    def fictief(self) -> bool:
        """Whether a delivery that was read carries the marker of the demo."""
        return any(levering.fictief for levering in self._leveringen())

    @property
    def sleutels(self) -> dict[str, str]:
        """Per file that was read and says so: the id of the key that made its pseudonyms."""
        return {levering.bestand: levering.sleutel_id for levering in self._leveringen() if levering.sleutel_id}

    def _leveringen(self) -> list[sources.Levering | sources.Bekend]:
        return [waarde for naam, waarde in self._gelezen.items() if naam.startswith(("levering ", "bekend "))]

    def gebiedsnamen(self) -> dict[str, str]:
        """The names of the areas of the divisions that this run uses, with a page or without."""
        jaar, gebieden = int(self.bestand.value.gebied_jaar), sources.gebieden()
        return {code: gebieden.naam(code, jaar=jaar) for code in gebieden.codes_van(jaar)}

    def once(self, sleutel: str, make: Callable[[], T]) -> T:
        """What was made under this key in this run; made the first time."""
        if sleutel not in self._gelezen:
            self._gelezen[sleutel] = make()
        found: T = self._gelezen[sleutel]
        return found

    def _kies(self, ids: Ids, *, by: By = None, where: Mapping[str, str] | None = None) -> tuple[Indicator, ...]:
        """The indicators asked for; what is asked of them is held against their deliveries."""
        gekozen = self.catalogue.kies(names_of(ids), bestand=f"notebooks/{self.onderwerp}.ipynb")
        for indicator in gekozen:
            check_vraag(self, indicator, by=by, where=where)
        return gekozen

    def _een(self, id: str) -> Indicator:
        """The one indicator asked for."""
        return self._kies(check_een(id))[0]

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

    def _data(self, indicator: Indicator) -> survey.SurveyDesign | Register | pd.DataFrame:
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
            return reeksen.current(self, indicator.argumenten["levering"])
        return sources.reference(indicator.argumenten["tabel"])

    def heeft(self, indicator: Indicator) -> bool:
        """Whether this run has data for an indicator: its delivery, or a reference table that the block names."""
        if indicator.bron != "aangeleverd":
            return indicator.bron in self.bestand.value.bronnen
        levering = indicator.argumenten.get("levering", "")
        return levering in self.bestand.value.bronnen if levering else "tabel" in indicator.argumenten

    def domain(self, *, by: By = None) -> dict[str, str]:
        """The condition that limits a delivery to this area; none for the city or for a table over areas."""
        return {self.niveau: self.gebied} if self.gebied != STAD and by not in NIVEAUS else {}

    @property
    def niveau(self) -> str:
        """The column in deliveries whose value the area of this run is; for the city that of its stadsdelen."""
        if self.gebied == STAD:
            return GEBIED
        jaar = int(self.bestand.value.gebied_jaar)
        return self.once(f"niveau {self.gebied}", lambda: sources.gebieden().niveau(self.gebied, jaar=jaar))

    @property
    def hele_stad(self) -> bool:
        """Whether this is the run of the whole city."""
        return self.gebied == STAD

    def per_gebied(self, indicator: Indicator) -> bool:
        """Whether a figure is known per area: ledgers, reference tables and some deliveries know the whole city."""
        if naam := indicator.argumenten.get("levering", ""):
            return GEBIED in sources.load_schema(naam, root=self.root).kolommen
        return indicator.uit_enquete or indicator.bron == "register"

    def _gebied_of(self, indicator: Indicator, *, by: By) -> str:
        return self.gebied if self.per_gebied(indicator) and by not in NIVEAUS else STAD

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
            gebied_soort="gemeente" if waar == STAD else self.niveau,
            gebied_jaar=self.bestand.value.gebied_jaar,
            stand=self.bestand.value.stand,
            source=naam,
        )

    def _level(self, indicator: Indicator, *, by: By, where: Mapping[str, str] | None = None) -> Results:
        """The figures of an indicator; those of one area come from all areas, computed once for all their pages."""
        gebied = self._gebied_of(indicator, by=by)
        if gebied == STAD:
            return self.whole_city()._computed(indicator, by=by, where=where)
        alle = self.whole_city()._computed(indicator, by=(self.niveau, *columns(by)), where=where)
        eigen = alle.where(gebied=gebied)
        # a group of which nobody answered is in no table by area, and must still say that it was too small
        if set(eigen.frame["groep"]) == set(alle.frame["groep"]):
            return eigen
        return self._computed(indicator, by=by, where={**(where or {}), self.niveau: gebied})

    def _computed(self, indicator: Indicator, *, by: By, where: Mapping[str, str] | None) -> Results:
        return self.figure(
            "niveau", [indicator], by=by, where=where,
            make=lambda: indicators.compute(
                indicator, self._data(indicator), kader=self._kader(indicator, by=by), by=by, where=where or None,
                denominator=self._denominator(indicator, by=by),
            ),
        )  # fmt: skip

    def figure(
        self,
        soort: str,
        gekozen: Sequence[Indicator],
        *,
        by: By,
        make: Callable[[], Results],
        where: Mapping[str, str] | None = None,
        toen: Grondslag | None = None,
    ) -> Results:
        """A kept figure of the catalogue: made again when a definition, a delivery or the way it is used changes.

        soort : what is asked of the indicators. toen : the measurement that this one is compared with.
        """
        runs = [self] if toen is None else [self, toen]
        alle = {i.id: i for gevraagd in gekozen for i in (gevraagd, *self._below(gevraagd))}
        for gebruikt in alle.values():
            self.note(gebruikt)
        if self._elsewhere(indicator.bron for indicator in alle.values()):
            return self.once(
                repr((soort, by, where, [run.kwartaal for run in runs], self.gebied, [*alle.values()])), make
            )
        vraag = [repr(indicator) for indicator in alle.values()]  # as it is asked, which may differ from the catalogue
        vraag += [deel for run in runs for indicator in alle.values() for deel in run._stands_on(indicator)]
        kaders = [run.frame_of("") for run in runs]
        return self.kept(soort, by, dict(where or {}), kaders, *vraag, bronnen=(), make=make)

    def note(self, indicator: Indicator) -> None:
        """Remember that a definition was used: its pages are made again when it changes."""
        self.definities[f"indicator:{indicator.id}"] = definition_hash(self.catalogue, indicator.id)

    def house_rules(self, blok: str) -> Path:
        """Where the house rules stand; the pages of this run are made again when this block of them changes."""
        self.definities[f"huisregel:{blok}"] = house_rule_hash(self.root, blok)
        return self.root / KIT

    def kept(self, *vraag: object, bronnen: Iterable[str], make: Callable[[], Results]) -> Results:
        """A kept table that is no figure of the catalogue. vraag : all it depends on beside the code and `bronnen`."""
        if self._elsewhere(bronnen):
            return self.once(repr(vraag), make)
        sleutels = [self._known(naam).sleutel for naam in bronnen]
        return bewaard.kept(self.root / CIJFERS, vraag=[*map(repr, vraag), *sleutels], make=make)

    def _elsewhere(self, bronnen: Iterable[str]) -> bool:
        """Whether a figure comes from a register in its own database, of which nothing is kept."""
        return "register" in bronnen and bool(warenhuis.databron(self))

    def _known(self, naam: str) -> sources.Bekend:
        cache = self.root / CACHE
        return self.once(f"bekend {naam}", lambda: sources.known(naam, folder=self.folder, cache=cache))

    def _stands_on(self, indicator: Indicator) -> list[str]:
        """The content of the deliveries that an indicator is computed from, and how they are used."""
        if indicator.uit_enquete:
            weging = self._bron(indicator.bron)
            return [repr(weging), *(self._known(naam).sleutel for naam in self._read_for(indicator.bron))]
        if indicator.bron == "register":
            datum = self.bestand.value.leverdatum.isoformat()
            return [datum, *(self._known(naam).sleutel for naam in REGISTER), *self._at_begin()]
        if indicator.bron == "grootboek":
            return [self._known("grootboek").sleutel]
        if "levering" in indicator.argumenten:
            return [self._known(indicator.argumenten["levering"]).sleutel]
        return [sources.look(self.root / "data" / "reference" / f"{indicator.argumenten.get('tabel')}.csv")]

    def _at_begin(self) -> list[str]:
        """The content of the tables that a year has from the delivery of its beginning."""
        begin = self.bestand.value.begin
        known = (sources.known(naam, folder=self.root / begin, cache=self.root / CACHE) for naam in REGISTER[1:])
        return [een.sleutel for een in known] if begin else []

    def _read_for(self, naam: str) -> list[str]:
        return [naam, "bevolking"] if self._bron(naam).doel == "bevolking" else [naam]

    def _below(self, indicator: Indicator) -> list[Indicator]:
        """The indicator whose people or clients this one is divided by."""
        return [self.catalogue[indicator.noemer_van]] if indicator.noemer_van else []

    def meting(self, *, by: By = None) -> Meting:
        """This run as one side of a comparison."""
        wegingen = {naam: bron.weging for naam, bron in self.bestand.value.bronnen.items()}
        return Meting(
            kader=self.frame_of("", gebied=STAD if by in NIVEAUS else self.gebied),
            data=self._data,
            persoon={naam: weging.persoon for naam, weging in wegingen.items() if weging and weging.persoon},
            denominator=lambda indicator: self._denominator(indicator, by=by),
        )

    def familie(self, onderwerp: str) -> tuple[Indicator, ...]:
        """All indicators of a topic that can be tested: corrected over what could be shown, not what is shown."""
        self.definities[f"onderwerp:{onderwerp}"] = topic_hash(self.catalogue, onderwerp)
        return tuple(i for i in self.catalogue.van(onderwerp) if indicators.can_be_tested(i) and self.heeft(i))

    def _denominator(self, indicator: Indicator, *, by: By) -> Results | None:
        if not indicator.noemer_van:
            return None
        onder = self.catalogue[indicator.noemer_van]
        # spend of the whole city is divided by the people of the whole city, also on the page of an area
        heel = self if self._gebied_of(indicator, by=by) == self.gebied else self.whole_city()
        deelbaar = by if isinstance(by, str) and by in onder.uitsplitsingen else None
        return heel._level(onder, by=deelbaar)

    def whole_city(self) -> Self:
        """This run for the whole city, with the same deliveries in memory."""
        return self if self.gebied == STAD else replace(self, gebied=STAD)
