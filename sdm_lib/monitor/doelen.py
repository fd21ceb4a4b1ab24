"""The goal tree on a page: ``doelen = monitor.doelen(run)``, and what a notebook shows of it.

Levels and changes are those of the run, so an intention stands on the same figure as the page of its topic: same
weights, same family of tests. Figures of every protection come together in one table here; each keeps the protection
of its own delivery.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from sdm_lib import results
from sdm_lib.aanroep import helpful, helpful_verbs
from sdm_lib.errors import Melding, ParameterFout, bedoelde_u
from sdm_lib.indicators import Indicator, goals
from sdm_lib.indicators.goals import Doelenboom, Oordeel, Voornemen
from sdm_lib.indicators.wording import UITLEG, op_het_scherm
from sdm_lib.kwartaal import parse_periode
from sdm_lib.monitor.run import Run
from sdm_lib.monitor.voorbeelden import VOORBEELDEN
from sdm_lib.results import Kader, Results

BRON = "doelenboom"  # no person stands in the tree itself: params/kit.yaml lists it so
LABELS = {
    "voornemens": "Voornemens",
    "hoofdlijn": "Hoofdlijn",
    "uitspraak": "Oordeel",
    "BM01": "Voornemens op koers",
}


@helpful_verbs(VOORBEELDEN, noun="doelen")
@dataclass(frozen=True)
class Doelen:
    """The goal tree judged in one run."""

    run: Run
    boom: Doelenboom
    oordelen: tuple[Oordeel, ...]
    levels: Results = field(repr=False)
    changes: Results = field(repr=False)

    def in_het_kort(self) -> None:
        """Publish how many intentions are on course, and how many nobody can judge."""
        tree = goals.as_table(self.oordelen, kader=self._kader)
        samen = goals.samenvatting(tree, catalogue=self.run.catalogue, kader=self._kader).where(groep="")
        self.run.emit(samen, vorm="bevindingen", titel="In het kort", labels=self._counted())
        self.run.emit(samen, vorm="kaarten", titel="Kerncijfers")

    def _counted(self) -> dict[str, str]:
        """The two shares of the whole tree, said with their counts."""
        gemeten = sum(oordeel.gemeten for oordeel in self.oordelen)
        op_koers = sum(oordeel.uitspraak in goals.OP_KOERS for oordeel in self.oordelen)
        zonder, alle = len(self.oordelen) - gemeten, len(self.oordelen)
        return {
            "BM01": f"{op_koers} van de {gemeten} beoordeelde voornemens op koers",
            "BM02": f"{zonder} van de {alle} voornemens nu niet te beoordelen",
        }

    def overzicht(self) -> None:
        """Publish the tree at a glance: per main line how many intentions got which verdict, and the rule."""
        counts = goals.tellingen(self.oordelen, kader=self._kader)
        self.run.emit(
            counts, vorm="chart", chart="doelen", titel="Voornemens per hoofdlijn en oordeel", toelichting=UITLEG,
            labels=self._labels() | {f"uitspraak={o.uitspraak}": op_het_scherm(o.uitspraak) for o in self.oordelen},
        )  # fmt: skip

    def hoofdlijn(self, code: str) -> None:
        """Publish the intentions of one main line: figure, baseline, target, verdict, owner and measurements.

        Raises ParameterFout with the nearest code when there is no such line.
        """
        if code not in self.boom.hoofdlijnen:
            herstel = bedoelde_u(code, self.boom.hoofdlijnen)
            raise ParameterFout(Melding("SDM-219", f"onbekende hoofdlijn '{code}'", herstel, bestand=goals.BESTAND))
        eigen = [oordeel for oordeel in self.oordelen if oordeel.voornemen.hoofdlijn == code and oordeel.gemeten]
        self._publish(eigen, titel=self.boom.hoofdlijnen[code])

    def zonder_meting(self) -> None:
        """Publish the intentions that nobody can judge now: no figure, or nothing to hold it against."""
        zonder = [oordeel for oordeel in self.oordelen if not oordeel.gemeten]
        self._publish(zonder, titel="Voornemens zonder oordeel")

    def _publish(self, oordelen: Iterable[Oordeel], *, titel: str) -> None:
        gekozen = list(oordelen)
        ids = {oordeel.voornemen.indicatoren[0] for oordeel in gekozen if oordeel.stand is not None}
        table = results.concat(*(Results(t.frame[t.frame["indicator"].isin(ids)]) for t in (self.levels, self.changes)))
        self.run.emit(
            table, vorm="doelen", titel=titel, labels=self._labels(), vergelijking="nulmeting",
            **_told(gekozen, self.run.catalogue, na=self.run.kwartaal.laatste_dag), **self._protections(),
        )  # fmt: skip

    def _protections(self) -> dict[str, str]:
        """The protection of each delivery: one table holds figures of several."""
        bronnen = self.run.bestand.value.bronnen
        return {f"bescherming.{naam}": bron.bescherming for naam, bron in bronnen.items()}

    def _labels(self) -> dict[str, str]:
        lijnen = {f"hoofdlijn={code}": tekst for code, tekst in self.boom.hoofdlijnen.items()}
        return LABELS | lijnen | {o.nr: o.voornemen.tekst for o in self.oordelen}

    @property
    def _kader(self) -> Kader:
        return replace(self.run.frame_of(BRON), instrument="doelenboom")


@helpful
def doelen(run: Run) -> Doelen:
    """Judge every intention of ``params/doelen.yaml`` with the figures of this run, for the whole city.

    An indicator without a delivery in this run gives no value, and its intention stands among those without one.

    In a notebook: ``doelen = monitor.doelen(run)``
    """
    boom = goals.load_doelen(run.root, catalogue=run.catalogue)
    namen = dict.fromkeys(naam for v in boom.voornemens.values() for naam in v.indicatoren)
    ids = [naam for naam in namen if run.heeft(run.catalogue[naam]) and _whole(run.catalogue[naam])]
    stad = run.whole_city()
    levels, changes = stad.estimate(ids), stad.compare(ids, met="nulmeting")
    oordelen = goals.oordelen(
        boom, levels=levels, changes=changes, catalogue=run.catalogue, op=run.kwartaal.laatste_dag
    )
    return Doelen(stad, boom, oordelen, levels, changes)


def _whole(indicator: Indicator) -> bool:
    """Whether it has one figure for the whole city, and not one a group."""
    return indicator.figuur not in ("verdeling", "verwijzers", "rijkskader")


def _told(oordelen: Iterable[Oordeel], catalogue: Mapping[str, Indicator], *, na: date) -> dict[str, str]:
    """What the table says beside the figures, as options of the piece: ``V01.doel`` and so on."""
    told: dict[str, str] = {}
    for oordeel in oordelen:
        voornemen, nr = oordeel.voornemen, oordeel.nr
        eerste = voornemen.indicatoren[0] if voornemen.indicatoren else ""
        told |= {
            f"{nr}.indicator": eerste if oordeel.stand is not None else "",
            f"{nr}.cijfer": catalogue[eerste].label if eerste else "",
            f"{nr}.doel": oordeel.doel.tekst,
            f"{nr}.waarom": oordeel.waarom,
            f"{nr}.uitspraak": oordeel.uitspraak,
            f"{nr}.eigenaar": voornemen.eigenaar,
            f"{nr}.laatste": _last_measured(oordeel),
            f"{nr}.volgende": _next_measured(voornemen, na=na),
            f"{nr}.voorbeeld": "ja" if voornemen.voorbeeld else "",
        }
    return told


def _next_measured(voornemen: Voornemen, *, na: date) -> str:
    """When it is measured again; a plan that has passed says nothing."""
    volgende = voornemen.volgende_meting
    return volgende.label if volgende is not None and volgende.laatste_dag > na else ""


def _last_measured(oordeel: Oordeel) -> str:
    """When its figure was measured, which the figure itself knows best; without one what the tree says."""
    if oordeel.stand is not None:
        return parse_periode(str(oordeel.stand["meetperiode"])).label
    return oordeel.voornemen.laatste_meting.label if oordeel.voornemen.laatste_meting else ""
