"""What an indicator is: the shape of a block in ``params/indicatoren/<onderwerp>.yaml``.

A block is data: answers that count, a scale with a cut-off, or the name of a registered figure with its arguments.
There are no expressions and nothing is evaluated. Numbers are stored as in the result table: shares 0-1, amounts in
euro. Every block carries a worked example, which `example` executes with the same code as a real delivery.
"""

# No `from __future__ import annotations` here: the schema asks every block for its types, and annotations that are
# text would be compiled again for each of a thousand blocks.

import math
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal, Self

from sdm_lib.kwartaal import Kwartaal

Soort = Literal["aandeel", "gemiddelde", "score", "verhouding", "aantal", "per_1000", "bedrag", "duur"]
Eenheid = Literal["procent", "procentpunt", "aantal", "per_1000", "cijfer", "score", "euro", "dagen", "getal"]
Gunstig = Literal["hoger", "lager", "geen"]
Aard = Literal["objectief", "subjectief", "financieel"]
Niveau = Literal["outcome", "output", "proces", "context", "vroegsignaal", "profiel"]
Oordeel = Literal["goed", "voldoende", "matig", "zwak"]
Bron = Literal["register", "bewoners", "clienten", "professionals", "grootboek", "aangeleverd"]

ENQUETES: tuple[Bron, ...] = ("bewoners", "clienten", "professionals")
VOORBEELD_KWARTAAL = Kwartaal(2015, 2)
BEANTWOORD = "beantwoord"  # in `noemer`: everyone with a usable answer, "niet van toepassing" left out


@dataclass(frozen=True, slots=True)
class Waarde:
    """A number in a worked example, also as a fraction.

    >>> Waarde.parse("2/3").getal == 2 / 3, Waarde.parse("6.875").getal
    (True, 6.875)
    """

    getal: float

    @classmethod
    def parse(cls, tekst: str) -> Self:
        """Read ``2/3``, ``0.5`` or ``leeg`` (no usable record: NaN)."""
        if tekst == "leeg":
            return cls(math.nan)
        try:
            return cls(float(Fraction(tekst)))
        except ZeroDivisionError:
            raise ValueError(f"deling door nul: {tekst}") from None


@dataclass(frozen=True, slots=True)
class Verschil:
    """The smallest difference that matters: absolute, or a part of the reference value.

    >>> Verschil.parse("0.03").bij(0.60), Verschil.parse("5%").bij(1200.0)
    (0.03, 60.0)
    """

    getal: float
    relatief: bool = False

    @classmethod
    def parse(cls, tekst: str) -> Self:
        """Read ``0.03`` (in the unit of the result table) or ``5%`` (of the reference)."""
        relatief = tekst.endswith("%")
        getal = float(tekst.removesuffix("%")) / (100 if relatief else 1)
        if not 0 < getal < math.inf:
            raise ValueError(f"relevant_verschil moet meer dan 0 zijn, niet {tekst}")
        return cls(getal, relatief)

    def __str__(self) -> str:
        return f"{100 * self.getal:g}%" if self.relatief else f"{self.getal:g}"

    def bij(self, reference: float) -> float:
        """The absolute difference that matters beside this reference value."""
        return self.getal * abs(reference) if self.relatief else self.getal


@dataclass(frozen=True, slots=True)
class Schaal:
    """A published scale of several items, scored by `survey.scales`.

    naam : the scale. items : its columns, in the order of the scale. uitkomst : which score of the scale.
    onder, tot_en_met, van, boven : cut-offs for a share; none of them for a mean.
    """

    naam: str
    items: tuple[str, ...]
    uitkomst: str = "score"
    onder: float | None = None
    tot_en_met: float | None = None
    van: float | None = None
    boven: float | None = None

    @property
    def met_grens(self) -> bool:
        """Whether a cut-off turns the score into yes or no."""
        return any(grens is not None for grens in (self.onder, self.tot_en_met, self.van, self.boven))


@dataclass(frozen=True, slots=True)
class Voorbeeld:
    """A worked example: columns with a few records, and the outcome by hand.

    gewicht : weight per record of a survey example (1 each when left out). periode : quarter it is computed for.
    noemer : the result an amount is divided by. bevolking : inhabitants per age group, and huishoudens : the number of
    households, of a register example.
    """

    gegeven: dict[str, tuple[str, ...]]
    uitkomst: Waarde
    gewicht: tuple[float, ...] = ()
    periode: Kwartaal = VOORBEELD_KWARTAAL
    noemer: Waarde | None = None
    bevolking: dict[str, int] = field(default_factory=dict)
    huishoudens: int | None = None

    def __post_init__(self) -> None:
        lengtes = {kolom: len(waarden) for kolom, waarden in self.gegeven.items()}
        if self.gewicht:
            lengtes["gewicht"] = len(self.gewicht)
        if len(set(lengtes.values())) != 1 or 0 in lengtes.values():
            raise ValueError(f"de kolommen van het voorbeeld zijn niet even lang: {lengtes}")


@dataclass(frozen=True, slots=True)
class Kwaliteit:
    """The nine criteria by which public-health indicators are judged, each with a verdict.

    Clarity, rationale, relevance, attributability, interpretation, validity, construction, perverse incentives
    (goed: hardly any) and availability. `toelichting` says what is weak; compulsory with a verdict matig or zwak.

    Source: Public Health England, Fingertips, criteria for indicator selection.
    """

    helderheid: Oordeel
    onderbouwing: Oordeel
    relevantie: Oordeel
    toewijsbaarheid: Oordeel
    interpretatie: Oordeel
    validiteit: Oordeel
    opbouw: Oordeel
    prikkels: Oordeel
    beschikbaarheid: Oordeel
    toelichting: str = ""

    def __post_init__(self) -> None:
        zwak = [naam for naam in CRITERIA if getattr(self, naam) in ("matig", "zwak")]
        if zwak and not self.toelichting:
            raise ValueError(f"kwaliteit: leg onder 'toelichting' uit waarom {', '.join(zwak)} niet voldoende is")


CRITERIA = (
    "helderheid", "onderbouwing", "relevantie", "toewijsbaarheid", "interpretatie",
    "validiteit", "opbouw", "prikkels", "beschikbaarheid",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wijziging:
    """A dated change of the definition; `breuk` when older values may not be compared with newer ones."""

    datum: date
    wat: str
    breuk: bool = False


@dataclass(frozen=True)
class Indicator:
    """One block of the catalogue. `id` and `onderwerp` come from its key and its file.

    label : a few words. zin : one plain sentence that says what is counted.
    soort : how it is computed. eenheid : unit in which it is shown; the result table stores shares 0-1.
    teller : per column the answers that count; several columns must all count, or with `telt: een` at least one.
    noemer : per column ``beantwoord`` or the one answer that belongs to the population spoken about.
    waarde : column of a mean, or of a ratio together with `gedeeld_door`.
    schaal : scale and items. figuur, argumenten, waar : registered figure, its arguments, rows it is limited to.
    uitsplitsingen : useful breakdowns. niet_naar : breakdowns that the purpose of the data forbids.
    noemer_van : the indicator that delivers the denominator (spend per client).
    gunstig : which way is better. relevant_verschil : smaller differences are not called a rise or a fall.
    sinds, tot : first and last quarter with this definition. seizoen : compare with the same quarter only.
    """

    label: str
    zin: str
    soort: Soort
    eenheid: Eenheid
    gunstig: Gunstig
    relevant_verschil: Verschil
    populatie: str
    bron: Bron
    instrument: str
    aard: Aard
    niveau: Niveau
    minimum_n: int
    sinds: Kwartaal
    kwaliteit: Kwaliteit
    voorbeeld: Voorbeeld
    teller: dict[str, tuple[str, ...]] = field(default_factory=dict)
    telt: Literal["alle", "een"] = "alle"
    noemer: dict[str, str] = field(default_factory=dict)
    waarde: str = ""
    gedeeld_door: str = ""
    schaal: Schaal | None = None
    figuur: str = ""
    argumenten: dict[str, str] = field(default_factory=dict)
    waar: dict[str, tuple[str, ...]] = field(default_factory=dict)
    noemer_van: str = ""
    uitsplitsingen: tuple[str, ...] = ()
    niet_naar: tuple[str, ...] = ()
    tot: Kwartaal | None = None
    seizoen: bool = False
    toelichting: str = ""
    teller_in_woorden: str = ""
    noemer_in_woorden: str = ""
    herkomst: str = ""
    wijzigingen: tuple[Wijziging, ...] = ()
    id: str = field(default="", init=False)
    onderwerp: str = field(default="", init=False)

    def __post_init__(self) -> None:
        problemen = [*_problems_of_measure(self), *_problems_of_period(self)]
        if problemen:
            raise ValueError("; ".join(problemen))

    @property
    def unit(self) -> str:
        """The unit as the result table names it."""
        return "aandeel" if self.eenheid == "procent" else self.eenheid

    @property
    def definitie(self) -> str:
        """Version of the definition: the date of its last change, or the quarter it began."""
        return (
            max(wijziging.datum for wijziging in self.wijzigingen).isoformat() if self.wijzigingen else str(self.sinds)
        )

    @property
    def uit_enquete(self) -> bool:
        """Whether it comes from a survey, with weights and margins."""
        return self.bron in ENQUETES

    @property
    def kolommen(self) -> tuple[str, ...]:
        """The columns of the delivery it needs, in a fixed order and without repeats."""
        items = self.schaal.items if self.schaal else ()
        waarde = tuple(kolom for kolom in (self.waarde, self.gedeeld_door) if kolom)
        return tuple(dict.fromkeys((*self.teller, *self.noemer, *waarde, *items, *self.waar)))

    def vergelijkbaar_sinds(self, kwartaal: Kwartaal) -> Kwartaal:
        """First quarter that may be compared with this one: the last break before it, or the beginning."""
        breuken = [Kwartaal.van(wijziging.datum) for wijziging in self.wijzigingen if wijziging.breuk]
        return max([breuk for breuk in breuken if breuk <= kwartaal], default=self.sinds)


def _problems_of_measure(indicator: Indicator) -> list[str]:
    manieren = {
        "teller": bool(indicator.teller),
        "waarde": bool(indicator.waarde),
        "schaal": indicator.schaal is not None,
        "figuur": bool(indicator.figuur),
    }
    gekozen = [naam for naam, aanwezig in manieren.items() if aanwezig]
    if len(gekozen) != 1:
        return [f"geef precies een van {', '.join(manieren)}; nu: {', '.join(gekozen) or 'geen'}"]
    [manier] = gekozen
    problemen = []
    if (indicator.bron in ENQUETES and manier == "figuur") or (indicator.bron not in ENQUETES and manier != "figuur"):
        problemen.append(f"bron {indicator.bron} en '{manier}' passen niet bij elkaar")
    if manier == "teller" and indicator.soort != "aandeel":
        problemen.append(f"soort {indicator.soort} heeft geen 'teller'")
    if manier == "waarde" and indicator.soort != ("verhouding" if indicator.gedeeld_door else "gemiddelde"):
        problemen.append("'waarde' hoort bij soort gemiddelde, of met 'gedeeld_door' bij soort verhouding")
    if indicator.schaal and (indicator.soort == "aandeel") != indicator.schaal.met_grens:
        problemen.append("een aandeel uit een schaal heeft een grens (van, boven, onder, tot_en_met); een score niet")
    zonder = [kolom for kolom in indicator.teller if kolom not in indicator.noemer]
    if zonder:
        problemen.append(f"noem {', '.join(zonder)} ook in 'noemer', bijvoorbeeld {{{zonder[0]}: beantwoord}}")
    if indicator.minimum_n < 1:
        problemen.append("minimum_n moet 1 of meer zijn")
    return problemen


def _problems_of_period(indicator: Indicator) -> list[str]:
    problemen = []
    if indicator.tot is not None and indicator.tot < indicator.sinds:
        problemen.append("tot ligt voor sinds")
    data = [wijziging.datum for wijziging in indicator.wijzigingen]
    if data != sorted(data):
        problemen.append("zet de wijzigingen op volgorde van datum")
    return problemen
