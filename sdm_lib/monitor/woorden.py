"""People's own words on a page: ``stemmen = monitor.stemmen(run)``, and what a notebook shows of them.

Interviews are of the whole city, so every page of a topic shows the same. What lies in ``params/<kwartaal>/citaten``,
``profielen`` and ``duiding`` is read through here, so that a change of it makes this topic again and no other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from sdm_lib import disclosure, nl, results, sources
from sdm_lib.aanroep import check_keuze, helpful_verbs
from sdm_lib.monitor.run import Run
from sdm_lib.monitor.runfile import STAD
from sdm_lib.monitor.voorbeelden import VOORBEELDEN
from sdm_lib.results import Kader, Results, parse_groep
from sdm_lib.stemmen import duiding, schaal, themas
from sdm_lib.stemmen.besluiten import besluiten_pad, lees_besluiten, samenvatting
from sdm_lib.stemmen.citaten import check_gesprekken, load_citaten
from sdm_lib.stemmen.gesprekken import EXPORTS, LIJST, SOORTEN, Gesprekken, gesprekken
from sdm_lib.stemmen.herkenning import Woordenlijst, load_woordenlijst
from sdm_lib.stemmen.overeenstemming import overeenstemming
from sdm_lib.stemmen.profielen import Telbron, load_profielen
from sdm_lib.stemmen.segmenten import segmenten
from sdm_lib.stemmen.verzadiging import BRON, verzadiging
from sdm_lib.stemmen.woorden import Soort, Woorden, check_tekst, woorden_pad

GECODEERD = "Gecodeerde gesprekken"
TREKKING = 20_150_630  # seed of the bootstrap: the same interviews give the same interval
EENS = "Het cijfer is het deel dat het (helemaal) eens is."


@helpful_verbs(VOORBEELDEN, noun="stemmen")
@dataclass(frozen=True)
class Stemmen:
    """The interviews of a quarter and the words that may be shown, in one run."""

    run: Run
    van: tuple[str, ...]
    gesprekken: Gesprekken | None = field(repr=False)

    def themas(self, *, titel: str) -> None:
        """Publish how many respondents of the kinds of this topic spoke of each theme."""
        table = results.empty()
        if self.gesprekken is not None:
            table = themas.thematabel(self.gesprekken, soorten=self.van, kader=self._kader(LIJST))
        self._emit(table, vorm="table", titel=titel)

    def verzadiging(self, *, titel: str) -> None:
        """Publish how many themes were known after each interview, a line a kind of respondent."""
        table = results.empty()
        if self.gesprekken is not None:
            alle = verzadiging(self.gesprekken, kader=self._kader(BRON))
            soort = alle.frame["groep"].map(lambda groep: parse_groep(groep)["soort"])
            table = Results(alle.frame[soort.isin(self.van)])
        self._emit(table, vorm="chart", titel=titel, chart="verzadiging")

    def overeenstemming(self, *, titel: str) -> None:
        """Publish how far two coders agree on the interviews that both worked on."""
        table = results.empty()
        if self.gesprekken is not None:
            rng = np.random.default_rng(TREKKING)
            table = overeenstemming(self.gesprekken, rng, kader=self._kader(BRON))
        self._emit(table, vorm="table", titel=titel)

    def _emit(self, table: Results, *, vorm: results.Vorm, titel: str, **opties: str) -> None:
        namen = themas.labels(self.gesprekken) if self.gesprekken is not None else {}
        gesprek = (
            {f"gesprek={nummer:03d}": f"gesprek {nummer}" for nummer in range(1, 1 + len(table))}
            if "chart" in opties
            else {}
        )
        nodig = {*table.frame["indicator"], *_groepen(table)}
        labels = {naam: wat for naam, wat in (namen | gesprek).items() if naam in nodig}
        self.run.emit(table, vorm=vorm, titel=titel, labels=labels, bron=GECODEERD, **opties)

    def _kader(self, naam: str) -> Kader:
        return self.run.frame_of(naam, gebied=STAD)

    # -- words -------------------------------------------------------------------------------------------------------

    def citaten(self, hoofdstuk: str, *, titel: str = "In eigen woorden") -> None:
        """Publish the quotes that illustrate a chapter: released, with consent, and said like that."""
        gekozen = {naam: een for naam, een in self._citaten().items() if een.hoofdstuk == hoofdstuk}
        self._words("citaten", titel=titel, zegt=_told(gekozen) | self._redactie(gekozen))

    def _redactie(self, gekozen: Mapping[str, Woorden]) -> dict[str, str]:
        """Who decided on what could point at somebody in the interviews, for the provenance of a page with words."""
        if not gekozen:
            return {}
        pad = besluiten_pad(self.run.root, kwartaal=self.run.kwartaal)
        regels = samenvatting(lees_besluiten(pad)) if self._seen(pad) else ()
        return {f"redactie.{nummer:02d}": regel for nummer, regel in enumerate(regels, start=1)}

    def _citaten(self) -> Mapping[str, Woorden]:
        return self.run.once("citaten", self._read_citaten)

    def _read_citaten(self) -> Mapping[str, Woorden]:
        path = self._pad("citaat")
        bestand = self._seen(path)
        if not bestand:
            return {}
        gevonden = load_citaten(path, lijst=self._woordenlijst, bestand=bestand)
        lijst = (
            self.gesprekken.lijst if self.gesprekken is not None else pd.DataFrame({"document": [], "toestemming": []})
        )
        ja = dict(zip(lijst["document"], lijst["toestemming"], strict=True))
        alle = segmenten(self.run.folder, namen=_exports(self.run), root=self.run.root)
        check_gesprekken(gevonden, alle, toestemming=ja, bestand=bestand)
        return gevonden

    def profielen(self, hoofdstuk: str, *, titel: str = "Eén cliënt, veel cliënten") -> None:
        """Publish the profiles that illustrate a chapter; one that few people share stops the run."""
        gekozen = {naam: een for naam, een in self._profielen().items() if een.hoofdstuk == hoofdstuk}
        self._words("citaten", titel=titel, zegt=_told(gekozen) | self._redactie(gekozen))

    def _profielen(self) -> Mapping[str, Woorden]:
        return self.run.once("profielen", self._read_profielen)

    def _read_profielen(self) -> Mapping[str, Woorden]:
        path = self._pad("profiel")
        bestand = self._seen(path)
        if not bestand:
            return {}
        beleid = disclosure.load_beleid(self.run.house_rules("bescherming"))
        return load_profielen(
            path, lijst=self._woordenlijst, bronnen=tuple(self._telbronnen()), bestand=bestand,
            peildatum=self.run.bestand.value.peildatum, drempel=beleid.register.drempel,
        )  # fmt: skip

    def _telbronnen(self) -> Iterator[Telbron]:
        """The register first: it knows everybody with support; then the surveys of this topic."""
        for naam, bron in sorted(self.run.bestand.value.bronnen.items(), key=lambda paar: paar[0] != "register"):
            if naam == "register" or bron.weging is not None:
                yield Telbron(sources.load_schema(naam).label, self.run.frame(naam))

    def _pad(self, soort: Soort) -> Path:
        return woorden_pad(self.run.root, soort=soort, kwartaal=self.run.kwartaal, onderwerp=self.run.onderwerp)

    @property
    def _woordenlijst(self) -> Woordenlijst:
        return load_woordenlijst(self.run.root)

    def duiding(self) -> None:
        """Publish what somebody makes of these findings: signed, with its status, apart from them.

        It is about the whole city, so the page of an area says where it is.
        """
        if not self.run.hele_stad:
            self._words("duiding", titel="Duiding", zegt={"elders": "ja"})
            return
        path = duiding.duiding_pad(self.run.root, kwartaal=self.run.kwartaal, onderwerp=self.run.onderwerp)
        bestand = self._seen(path)
        if not bestand:
            self._words("duiding", titel="Duiding", zegt={})
            return
        wat = duiding.load_duiding(path, bestand=bestand)
        check_tekst("tekst", wat.woorden, self._woordenlijst, toegestaan=wat.noemt, bestand=bestand)
        alineas = {f"alinea.{nummer:02d}": tekst for nummer, tekst in enumerate(wat.alineas, start=1)}
        kop = {"auteur": wat.auteur, "datum": nl.datum(wat.datum), "status": wat.tekst_status}
        self._words("duiding", titel=wat.titel, zegt=kop | {"bestand": bestand} | alineas)

    def _words(self, vorm: results.Vorm, *, titel: str, zegt: Mapping[str, str]) -> None:
        """Words are no figures: the piece has no rows, and what it says comes as options."""
        self.run.emit(results.empty(), vorm=vorm, titel=titel, labels={}, **zegt)

    def _seen(self, path: Path) -> str:
        """The name of a file when it is there; also noted when it is not, for one that comes makes the page again."""
        return path.relative_to(self.run.root).as_posix() if sources.look(path) else ""

    # -- three voices ------------------------------------------------------------------------------------------------

    def drie(self, thema: str, ids: Sequence[str], *, register: Sequence[str]) -> None:
        """Publish residents, professionals and clients side by side on a theme, and what the register says of it.

        ids : one indicator of each voice, all on the same answer scale; it raises ParameterFout (SDM-921) when not.
        """
        run = self.run
        gekozen = run.catalogue.kies(ids, bestand=f"notebooks/{run.onderwerp}.ipynb")
        vragen = schaal.check_schaal(gekozen, _vragenlijst, bestand=f"notebooks/{run.onderwerp}.ipynb")
        bronnen = {indicator.bron for indicator in gekozen if run.heeft(indicator)}
        if len(bronnen) == len(gekozen):
            namen = {id_: f"{vraag.stem}: “{vraag.vraag}”" for id_, vraag in vragen.items()}
            bescherming = {f"bescherming.{naam}": run.bestand.value.bronnen[naam].bescherming for naam in bronnen}
            run.emit(
                run.estimate(list(ids)), vorm="chart", chart="stemmen", titel=f"Drie stemmen over {thema}",
                labels=namen, toelichting=EENS, **bescherming,
            )  # fmt: skip
        if "register" in run.bestand.value.bronnen:
            run.publish(run.estimate(list(register)), vorm="kaarten", titel=f"Wat het register zegt over {thema}")


def stemmen(run: Run, *, van: Sequence[str]) -> Stemmen:
    """The interviews of this quarter, when its run file names them. van : the kinds of respondent of this topic."""
    for soort in van:
        check_keuze(soort, uit=SOORTEN, bij="van")
    bronnen = run.bestand.value.bronnen
    if LIJST not in bronnen:
        return Stemmen(run, tuple(van), None)
    exports = [run.frame(naam) for naam in _exports(run)]
    samen = run.once("gesprekken", lambda: gesprekken(run.frame(LIJST), *exports))
    return Stemmen(run, tuple(van), samen)


def _exports(run: Run) -> tuple[str, ...]:
    return tuple(naam for naam in EXPORTS if naam in run.bestand.value.bronnen)


def _groepen(table: Results) -> set[str]:
    delen = {deel for tekst in table.frame["groep"].unique() for deel in parse_groep(tekst).items()}
    return {sleutel for sleutel, _ in delen} | {f"{sleutel}={waarde}" for sleutel, waarde in delen}


def _vragenlijst(bron: str) -> sources.Vragenlijst:
    return sources.load_vragenlijst(sources.load_schema(bron).vragenlijst)


def _told(gekozen: Mapping[str, Woorden]) -> dict[str, str]:
    opties: dict[str, str] = {}
    for naam, een in gekozen.items():
        vrij = een.vrijgegeven
        if vrij is None or vrij.datum is None:
            raise ValueError(f"_told: {naam} was not released")
        opties |= {
            f"{naam}.{'tekst' if een.soort == 'citaat' else 'verhaal'}": een.tekst,
            f"{naam}.wie": f"{een.pseudoniem}, {een.wie}" if een.wie else een.pseudoniem,
            f"{naam}.themas": nl.lijst(een.themas),
            f"{naam}.vrij": f"{vrij.door}, {nl.datum(vrij.datum)}: {vrij.reden}",
        }
    return opties
