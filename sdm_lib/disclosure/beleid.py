"""The protection policy as data: `params/kit.yaml` read strictly, and raised by a topic but never lowered."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from sdm_lib import nl, schema
from sdm_lib.errors import Melding, ParameterFout, bedoelde_u
from sdm_lib.indicators.modelled import Grenzen
from sdm_lib.results import BIJDRAGEN, Policy
from sdm_lib.sources.databron import Databron

GROOTSTEN = BIJDRAGEN[1:]

# Direction in which a rule becomes stricter: +1 a higher number protects more, -1 a lower one. Zero: no rule.
STRENGER: Mapping[str, int] = MappingProxyType(
    {
        "drempel": +1,
        "minimum_organisaties": +1,
        "dominantie_n": +1,
        "dominantie_aandeel": -1,
        "p_procent": +1,
        "uniform_minimum": +1,
        "klein_verschil": +1,
        "halve_breedte": -1,
        "variatiecoefficient": -1,
        "max_kruising": -1,
        "afronden_op": +1,
    }
)


@dataclass(frozen=True, slots=True)
class Regels:
    """The rules of one policy. A limit of 0 means that the rule does not apply.

    drempel : smallest count (register) or unweighted n (survey) that is shown.
    minimum_organisaties, dominantie_n, dominantie_aandeel, p_procent : rules for amounts by contributor.
    uniform_minimum : smallest group in which 0 % or 100 % is shown.
    klein_verschil : smallest difference, other than none, between two editions of one figure.
    halve_breedte : widest margin of a share, percentage points to each side.
    variatiecoefficient : largest standard error as a share of the value, for means, totals and amounts.
    max_kruising : most group keys that may be crossed.
    afronden_op : base to which counts are rounded instead of hiding the small ones; 0 hides.
    """

    drempel: int
    minimum_organisaties: int = 0
    dominantie_n: int = 0
    dominantie_aandeel: float = 0.0
    p_procent: float = 0.0
    uniform_minimum: int = 0
    klein_verschil: int = 0
    halve_breedte: float = 0.0
    variatiecoefficient: float = 0.0
    max_kruising: int = 0
    afronden_op: int = 0

    def __post_init__(self) -> None:
        if self.drempel < 3:
            raise ValueError("'drempel' is minstens 3: bij 2 telt wie zichzelf kent de ander uit")
        if 0 < self.afronden_op < 3:
            raise ValueError("'afronden_op' is minstens 3: op 2 afgerond blijft van een klein aantal te veel bekend")
        if self.dominantie_n > len(GROOTSTEN):
            raise ValueError(f"'dominantie_n' is hoogstens {len(GROOTSTEN)}: van een bedrag zijn drie bijdragen bekend")
        if not 0 <= self.dominantie_aandeel <= 1:
            raise ValueError("'dominantie_aandeel' is een aandeel tussen 0 en 1")
        negatief = [naam for naam in STRENGER if getattr(self, naam) < 0]
        if negatief:
            raise ValueError(f"{nl.lijst(negatief)}: een grens is nul of meer")


@dataclass(frozen=True, slots=True)
class Doelbinding:
    """A purpose limit: figures of these sources and groups are never broken down by these keys.

    bronnen : the deliveries it concerns. groep : ``key=value`` parts of which one must be present; empty for all rows.
    """

    bronnen: tuple[str, ...]
    nooit_naar: tuple[str, ...]
    waarom: str
    groep: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verband:
    """A balance between indicators: the counts of these ids, each with its sign, add up to zero in every cell.

    ``id`` is the count of a row or the one above the line; ``id/noemer`` the one below it.
    vorig : the terms that are counted a quarter earlier: who was there at the end of it begins this one.
    """

    termen: Mapping[str, int]
    vorig: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if set(self.vorig) - set(self.termen):
            raise ValueError(
                f"'vorig' noemt {nl.lijst(sorted(set(self.vorig) - set(self.termen)))}, en dat is geen term"
            )
        if len(self.termen) < 2 or set(self.termen.values()) - {-1, 1}:
            raise ValueError("een verband heeft ten minste twee termen, elk met 1 of -1")


@dataclass(frozen=True, slots=True)
class Beleid:
    """The policy of a quarter: rules per kind of data, sources without persons, purpose limits, raised topics.

    `onderwerpen` holds, per topic, the policy that is stricter there; `voor` finds it.
    """

    register: Regels
    steekproef: Regels
    kleine_populatie: Regels
    zonder_personen: tuple[str, ...] = ()
    doelbinding: Mapping[str, Doelbinding] = field(default_factory=dict)
    verbanden: Mapping[str, Verband] = field(default_factory=dict)
    onderwerpen: Mapping[str, Beleid] = field(default_factory=dict)

    def regels(self, policy: Policy) -> Regels:
        """The rules of one of the three policies."""
        regels: Regels = getattr(self, policy)
        return regels

    @property
    def standen(self) -> Mapping[str, str]:
        """Indicators that are the same stock as another was a quarter earlier: begin stand -> end stand."""
        paren = [verband for verband in self.verbanden.values() if len(verband.termen) == 2 and len(verband.vorig) == 1]
        return {nu: verband.vorig[0] for verband in paren for nu in verband.termen if nu not in verband.vorig}

    def voor(self, piece_id: str) -> Beleid:
        """The policy for a piece: that of its topic (``kosten`` in ``kosten-WK003401/2``) when it was raised."""
        return self.onderwerpen.get(piece_id.split("/", 1)[0].split("-", 1)[0], self)

    def verscherp(
        self, strenger: Mapping[str, Mapping[str, float]], *, onderwerp: str = "", bestand: str = ""
    ) -> Beleid:
        """A new policy with some rules raised, for everything or for one topic.

        strenger : ``{"steekproef": {"drempel": 30}}``.
        Raises ParameterFout with every rule that is unknown or would become weaker.

        >>> streng = beleid_standaard().verscherp({"steekproef": {"drempel": 30}}, onderwerp="clienten")
        >>> streng.steekproef.drempel, streng.voor("clienten/GM0034/1").steekproef.drempel
        (10, 30)
        """
        basis = self.onderwerpen.get(onderwerp, self) if onderwerp else self
        meldingen: list[Melding] = []
        nieuw = {
            policy: _verscherp(basis, policy, regels, bestand=bestand, meldingen=meldingen)
            for policy, regels in strenger.items()
        }
        if meldingen:
            raise ParameterFout(*meldingen)
        hoger = dataclasses.replace(basis, **{naam: regels for naam, regels in nieuw.items() if regels is not None})  # type: ignore[arg-type]
        if not onderwerp:
            return hoger
        return dataclasses.replace(self, onderwerpen={**self.onderwerpen, onderwerp: hoger})


POLICIES: tuple[Policy, ...] = ("register", "steekproef", "kleine_populatie")


def _verscherp(
    basis: Beleid, policy: str, regels: Mapping[str, float], *, bestand: str, meldingen: list[Melding]
) -> Regels | None:
    if policy not in POLICIES:
        meldingen.append(
            Melding("SDM-501", f"onbekende bescherming '{policy}'", bedoelde_u(policy, POLICIES), bestand=bestand)
        )
        return None
    oud = basis.regels(policy)
    fouten = [melding for naam, waarde in regels.items() if (melding := _fout(oud, naam, waarde, policy, bestand))]
    if fouten:
        meldingen.extend(fouten)
        return None
    return dataclasses.replace(oud, **dict(regels))  # type: ignore[arg-type]


def _fout(oud: Regels, naam: str, waarde: float, policy: str, bestand: str) -> Melding | None:
    sleutel = f"bescherming.{policy}.{naam}"
    if naam not in STRENGER:
        return Melding(
            "SDM-501", f"onbekende regel '{naam}'", bedoelde_u(naam, STRENGER), bestand=bestand, sleutel=sleutel
        )
    was = getattr(oud, naam)
    uitgezet = waarde == 0 and was != 0
    aangezet = was == 0 and waarde > 0
    if not uitgezet and (aangezet or (waarde - was) * STRENGER[naam] >= 0):
        return None
    grens = "hoger" if STRENGER[naam] > 0 else "lager"
    return Melding(
        "SDM-502",
        f"{waarde:g} is soepeler dan de huisregel {was:g}",
        f"Kies {was:g} of {grens}, of laat de regel weg.",
        bestand=bestand,
        sleutel=sleutel,
        waarom="Een onderwerp mag de bescherming verhogen, niet verlagen",
    )


@dataclass(frozen=True, slots=True)
class _Bescherming:
    """The shape of the `bescherming:` block: what a file may say, so `onderwerpen` is not in it."""

    register: Regels
    steekproef: Regels
    kleine_populatie: Regels
    zonder_personen: tuple[str, ...] = ()
    doelbinding: dict[str, Doelbinding] = field(default_factory=dict)
    verbanden: dict[str, Verband] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wachtregels:
    """What the guard lets through, and how long files about persons are kept after their last use.

    toegestaan : texts that may stand in a report, such as the mail address of the department.
    bewaren_dagen : executed notebooks and read deliveries in ``data/cache`` go when nobody used them for so many days.
    """

    toegestaan: tuple[str, ...] = ()
    bewaren_dagen: int = 30

    def __post_init__(self) -> None:
        if self.bewaren_dagen < 1:
            raise ValueError("'bewaren_dagen' is minstens 1")


@dataclass(frozen=True, slots=True)
class _Bestand:
    bescherming: _Bescherming
    wacht: Wachtregels = field(default_factory=Wachtregels)
    databron: Databron = field(default_factory=Databron)
    gebiedscijfers: Grenzen | None = None


def load_beleid(path: Path, *, bestand: str = "") -> Beleid:
    """Read the policy from `params/kit.yaml`. Raises ParameterFout with every problem, each with its line."""
    blok = schema.load(path, _Bestand, bestand=bestand).value.bescherming
    return Beleid(**{veld.name: getattr(blok, veld.name) for veld in dataclasses.fields(blok)})


def load_wachtregels(path: Path, *, bestand: str = "") -> Wachtregels:
    """Read what `params/kit.yaml` says of the guard. Raises ParameterFout with every problem, each with its line."""
    return schema.load(path, _Bestand, bestand=bestand).value.wacht


def load_grenzen(path: Path, *, bestand: str = "") -> Grenzen:
    """Read from `params/kit.yaml` when a figure of a wijk is good enough. Raises ParameterFout when it does not say."""
    grenzen = schema.load(path, _Bestand, bestand=bestand).value.gebiedscijfers
    if grenzen is None:
        wat = "het blok gebiedscijfers ontbreekt"
        herstel = "Zeg daar wanneer een cijfer van een wijk goed genoeg is."
        raise ParameterFout(Melding("SDM-516", wat, herstel, bestand=bestand))
    return grenzen


def beleid_standaard() -> Beleid:
    """The house rules as they were when the kit was made; tests and examples use it, runs read `params/kit.yaml`.

    >>> beleid_standaard().regels("register").drempel
    10
    """
    kwaliteit = {"halve_breedte": 10.0, "variatiecoefficient": 0.20}
    return Beleid(
        register=Regels(10, 3, 2, 0.85, 10.0, 10, 10),
        steekproef=Regels(10, uniform_minimum=10, **kwaliteit),  # type: ignore[arg-type]
        kleine_populatie=Regels(10, uniform_minimum=20, max_kruising=1, **kwaliteit),  # type: ignore[arg-type]
        zonder_personen=(
            "levering",
            "grootboek",
            "bevolking",
            "huishoudens",
            "financieel_kader",
            "financieel_kader_2012",
            "doelenboom",
            "referentiecijfers",
            "vektis",
            "codeboom",
        ),
        verbanden={
            "stromen": Verband({"BC13B": 1, "BC11": 1, "BC12": -1, "BC13": -1}),
            "voorraad": Verband({"BC13B": 1, "BC13": -1}, ("BC13",)),
            "in_aanmerking": Verband(
                {"respons_getrokken": 1, "respons_niet_in_aanmerking": -1, "respons_aandeel/noemer": -1}
            ),
        },
    )
