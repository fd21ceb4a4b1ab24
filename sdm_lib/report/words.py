"""What a tested difference may be called, and the sentences made from it.

House rule: a difference is a rise or a fall only when the test is met and it is at least the indicator's
`relevant_verschil`; "gelijk gebleven" needs an equivalence test; everything else is "geen aantoonbaar verschil".
Sentences are short, plain Dutch (level B1), and hold no number that was not computed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sdm_lib import nl
from sdm_lib.report.figures import Cijfer, schrijf_kort, toon, toon_kort, toon_marge

ALFA = 0.05  # level of the tests, as in params/kit.yaml; two-sided, after correction for many comparisons
ONGETOETST = "verschil van gepubliceerde cijfers"  # method of differences that no margin was published for
Oordeel = Literal["hoger", "lager", "gelijk", "onduidelijk", "verborgen", "geen"]  # geen: nothing to compare with

# What stands after "dan", by the kind of comparison; any other text in opties["vergelijking"] is used as it is.
DAN = {
    "vorige": "in het vorige kwartaal",
    "jaar_eerder": "een jaar eerder",
    "nulmeting": "bij de nulmeting",
    "rest": "in de rest van de stad",
    "stad": "in de hele stad",
    "referentie": "in vergelijkbare gemeenten",
    "streefwaarde": "de streefwaarde",
}
IN_DE_TIJD = ("vorige", "jaar_eerder", "nulmeting", "")
PIJL = {"hoger": "▲", "lager": "▼", "gelijk": "=", "onduidelijk": "○", "verborgen": "x", "geen": "•"}


@dataclass(frozen=True, slots=True)
class Regels:
    """What a piece says about judging its differences.

    relevant : per indicator the smallest difference that matters, as text (``0.03`` or ``5%``); "" for all others.
    vergelijking : what the reference is, a key of `DAN` or words.
    gunstig : per indicator which way is better.
    """

    relevant: Mapping[str, str]
    vergelijking: str
    gunstig: Mapping[str, str]

    def grens(self, cijfer: Cijfer) -> float:
        """The smallest difference that matters for this row; NaN when the catalogue does not say."""
        tekst = self.relevant.get(cijfer.indicator, self.relevant.get("", ""))
        if not tekst:
            return math.nan
        deel = float(tekst.removesuffix("%"))
        return deel / 100 * abs(cijfer.reference) if tekst.endswith("%") else deel

    def in_de_tijd(self) -> bool:
        """Whether the reference is an earlier moment of the same thing."""
        return self.vergelijking in IN_DE_TIJD

    def dan(self) -> str:
        """The words after "dan"."""
        return DAN.get(self.vergelijking, self.vergelijking or "in de vorige meting")


def regels(opties: Mapping[str, str]) -> Regels:
    """Read the judging options of a piece: `relevant_verschil`, `gunstig`, `vergelijking`.

    The first two may also be given per indicator: ``relevant_verschil.CE01``.
    """
    return Regels(
        relevant=_per_indicator(opties, "relevant_verschil"),
        vergelijking=opties.get("vergelijking", ""),
        gunstig=_per_indicator(opties, "gunstig"),
    )


def _per_indicator(opties: Mapping[str, str], naam: str) -> dict[str, str]:
    return {
        sleutel.removeprefix(naam).removeprefix("."): waarde
        for sleutel, waarde in opties.items()
        if sleutel == naam or sleutel.startswith(f"{naam}.")
    }


def oordeel(verschil: Cijfer, grens: float) -> Oordeel:
    """The verdict on a difference row.

    grens : the smallest difference that matters, in the unit of the row; NaN means every tested difference does.

    "gelijk" is two one-sided tests at 2.5 % each: the whole 95 % interval lies within the limits.
    A full count has no p and no interval: it is exact, and judged on its size alone.
    """
    if not verschil.zichtbaar:
        return "verborgen"
    if verschil.method.startswith(ONGETOETST):
        return "geen"  # its bounds are what rounding leaves: that is no test
    groot = not math.isfinite(grens) or abs(verschil.value) >= grens
    if _aantoonbaar(verschil) and groot and verschil.value != 0:
        return "hoger" if verschil.value > 0 else "lager"
    if math.isfinite(grens) and _binnen(verschil, grens):
        return "gelijk"
    return "onduidelijk"


def _p(verschil: Cijfer) -> float:
    return verschil.p_adj if math.isfinite(verschil.p_adj) else verschil.p


def _aantoonbaar(verschil: Cijfer) -> bool:
    p = _p(verschil)
    if math.isfinite(p):
        return p < ALFA
    if verschil.met_marge:
        return verschil.lower > 0 or verschil.upper < 0
    return True


def _binnen(verschil: Cijfer, grens: float) -> bool:
    if verschil.met_marge:
        return -grens < verschil.lower and verschil.upper < grens
    return not math.isfinite(_p(verschil)) and abs(verschil.value) < grens


def richting(verschil: Cijfer, regels: Regels) -> str:
    """The verdict in a few words, for a card: "gestegen met 4 procentpunt", "geen aantoonbaar verschil"."""
    uitkomst = oordeel(verschil, regels.grens(verschil))
    if uitkomst == "geen":
        return _ongetoetst(verschil)
    if uitkomst in ("hoger", "lager"):
        maat = _grootte(verschil)
        if regels.in_de_tijd():
            return f"{'gestegen' if uitkomst == 'hoger' else 'gedaald'} met {maat}"
        return f"{maat} {uitkomst}"
    if uitkomst == "gelijk":
        return "gelijk gebleven" if regels.in_de_tijd() else "vrijwel gelijk"
    return "geen aantoonbaar verschil" if uitkomst == "onduidelijk" else "niet te vergelijken"


def _ongetoetst(verschil: Cijfer) -> str:
    """The size of a difference without a test: the words say so, and there is no colour."""
    if verschil.value == 0:
        return "even hoog, niet te toetsen"
    return f"{_grootte(verschil)} {'hoger' if verschil.value > 0 else 'lager'}, niet te toetsen"


def _grootte(verschil: Cijfer) -> str:
    tekst = schrijf_kort(abs(verschil.value), verschil.unit, verschil=True, decimalen=verschil.decimalen)
    return tekst.lstrip("+")


def zin_verschil(verschil: Cijfer, regels: Regels) -> str:
    """One sentence on a difference: "Dat is 4 procentpunt meer dan bij de nulmeting (marge +1 tot +7 procentpunt)." """
    uitkomst = oordeel(verschil, regels.grens(verschil))
    marge = f" (marge {toon_marge(verschil)})" if toon_marge(verschil) else ""
    if uitkomst == "geen":
        door = f"; door afronding {toon_marge(verschil)}" if toon_marge(verschil) else ""
        return f"Vergeleken met {_met(regels)}: {_ongetoetst(verschil)}{door}."
    if uitkomst in ("hoger", "lager"):
        woord = "hoger" if uitkomst == "hoger" else "lager"
        return f"Dat is {_grootte(verschil)} {woord} dan {regels.dan()}{marge}."
    if uitkomst == "gelijk":
        return (
            f"Dat is {'gelijk gebleven' if regels.in_de_tijd() else 'vrijwel gelijk'}, vergeleken met {_met(regels)}."
        )
    if uitkomst == "onduidelijk":
        return f"Er is geen aantoonbaar verschil met {_met(regels)}{marge}."
    return f"Een vergelijking met {_met(regels)} is niet te tonen."


def _met(regels: Regels) -> str:
    return regels.dan().removeprefix("in ").removeprefix("bij ")


def zin_stand(cijfer: Cijfer, *, waar: str = "") -> str:
    """One sentence on a level: "Weet waar hulp te vinden is: 65% (marge 61 tot 69%)." """
    plaats = f" {waar}" if waar else ""
    if not cijfer.zichtbaar:
        return f"{_naam(cijfer)}{plaats}: {toon(cijfer)}."
    marge = f" (marge {toon_marge(cijfer)})" if toon_marge(cijfer) else ""
    return f"{_naam(cijfer)}{plaats}: {toon_kort(cijfer)}{marge}."


def _naam(cijfer: Cijfer) -> str:
    return f"{cijfer.naam} ({cijfer.groep_naam})" if cijfer.groep_naam else cijfer.naam


def zin_reeks(rijen: Sequence[Cijfer], naam: Callable[[Cijfer], str]) -> str:
    """A few sentences on many figures of one unit: the highest, the lowest, and how many are not shown.

    naam : what a row is called among the others.
    """
    zichtbaar = sorted((rij for rij in rijen if rij.zichtbaar), key=lambda rij: -rij.value)
    verborgen = len(rijen) - len(zichtbaar)
    rest = f" {verborgen} van de {len(rijen)} cijfers zijn niet te tonen." if verborgen > 1 else ""
    rest = f" Een van de {len(rijen)} cijfers is niet te tonen." if verborgen == 1 else rest
    if not zichtbaar:
        return "Deze cijfers zijn niet te tonen."
    hoog, laag = zichtbaar[0], zichtbaar[-1]
    if toon(hoog) == toon(laag):
        return f"Alle getoonde cijfers zijn ongeveer {toon(hoog)}.{rest}"
    return f"Het hoogst: {_met_marge(hoog, naam)}. Het laagst: {_met_marge(laag, naam)}.{rest}"


def _met_marge(rij: Cijfer, naam: Callable[[Cijfer], str]) -> str:
    marge = f" (marge {toon_marge(rij)})" if toon_marge(rij) else ""
    return f"{naam(rij)}, {toon_kort(rij)}{marge}"


@dataclass(frozen=True, slots=True)
class Bevinding:
    """A key finding: its sentences, the verdict, and the weight by which findings are ranked."""

    kop: str
    zinnen: tuple[str, ...]
    oordeel: Oordeel
    gewicht: float


def sleutel(cijfer: Cijfer) -> tuple[str, str, str]:
    """What a level and its difference share."""
    return cijfer.indicator, cijfer.gebied, cijfer.groep


def bevindingen(rows: Sequence[Cijfer], regels: Regels, *, maximum: int = 6) -> tuple[Bevinding, ...]:
    """Findings on every level row of the latest period, the ones that changed and matter first.

    Rank: proven and relevant differences by their size in units of `relevant_verschil`; then what stayed equal or is
    unclear; then what has no comparison. Within a rank the order of the table decides, so the same table gives the
    same findings. Hidden levels are no finding.
    """
    verschillen = {sleutel(rij): rij for rij in rows if rij.measure == "difference"}
    laatste = {sleutel(rij): rij for rij in sorted(rows, key=lambda rij: rij.periode) if rij.measure == "level"}
    lijst = [_bevinding(rij, verschillen.get(key), regels) for key, rij in laatste.items() if rij.zichtbaar]
    return tuple(sorted(lijst, key=lambda bevinding: -bevinding.gewicht)[:maximum])


def _bevinding(stand: Cijfer, verschil: Cijfer | None, regels: Regels) -> Bevinding:
    kop = f"{_naam(stand)}: {toon_kort(stand)}"
    if verschil is None:
        marge = f"De marge is {toon_marge(stand)}." if toon_marge(stand) else ""
        return Bevinding(kop, (marge,) if marge else (), "geen", 0.0)
    uitkomst = oordeel(verschil, regels.grens(verschil))
    return Bevinding(kop, (zin_verschil(verschil, regels),), uitkomst, _gewicht(verschil, uitkomst, regels))


def _gewicht(verschil: Cijfer, uitkomst: Oordeel, regels: Regels) -> float:
    if uitkomst not in ("hoger", "lager"):
        return {"gelijk": 2.0, "onduidelijk": 1.0}.get(uitkomst, 0.0)
    grens = regels.grens(verschil)
    maat = abs(verschil.value) / grens if math.isfinite(grens) and grens > 0 else 1.0
    return 10.0 + min(maat, 1e6)


def van_tot(laag: Cijfer, hoog: Cijfer, *, naam_laag: str, naam_hoog: str) -> str:
    """The spread in words: "Van 58% (Almere Poort) tot 72% (Almere Haven)"."""
    return f"Van {toon(laag)} ({naam_laag}) tot {toon(hoog)} ({naam_hoog})"


def namen(lijst: Sequence[str], *, maximum: int = 3) -> str:
    """Names in a row; past the maximum the rest is counted."""
    if len(lijst) <= maximum:
        return nl.lijst(lijst)
    return f"{', '.join(lijst[: maximum - 1])} en {len(lijst) - maximum + 1} andere"
