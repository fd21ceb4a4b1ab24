"""Words in a text by which a person may be known: names, addresses, schools, employers, rare conditions, combinations.

Patterns and lists (``params/herkenning.yaml``) find what they know; a capital in the middle of a sentence that nothing
accounts for is reported too, because no list of names is complete. Finding too much costs a look, too little a person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sdm_lib import schema
from sdm_lib.disclosure.patronen import ZOEKERS

BESTAND = "params/herkenning.yaml"
_L = r"[^\W\d_]"  # a letter, with its accents
_HOOFD = rf"[A-ZÀ-ÖØ-Þ](?:{_L}|['’-](?={_L}))*"  # a word with a capital
_TUSSEN = r"(?:(?:van|de|den|der|ter|ten|te|in|op|'t|el|al|la|le|di|bin|ben|von) ){0,3}"
_WOORD = re.compile(rf"{_L}(?:{_L}|['’.&-](?={_L}))*")
_LEEFTIJD = re.compile(
    r"(?i)\b(?:ik ben|hij is|zij is|ze is|is|van|nu|pas|al|bijna|wordt|werd)?\s*(?:\d{1,3}(?:[- ]?jarige|[- ]jaar)|"
    r"(?:begin|eind|achter) in de (?:twintig|dertig|veertig|vijftig|zestig|zeventig|tachtig|negentig)|in de negentig)\b"
    r"|(?i:\b(?:\w+(?:en)?(?:twintig|dertig|veertig|vijftig|zestig|zeventig|tachtig|negentig))(?:[- ]?jarige| jaar)\b)"
    r"|(?i:\bik ben \d{1,3}\b)"
)
_NUMMER = re.compile(
    r"(?i)\b(?:op|nummer|huisnummer|nr\.?|flat|etage|appartement) (?:nummer |nr\.? )?[1-9]\d{0,3} ?[a-z]?\b"
    r"(?! ?(?:jaar|uur|procent|%|weken|maanden|dagen|euro|keer))"
)
_NUMMERS = re.compile(r"[\w@.+/:\\()-]+(?: (?:[A-Z]{2,4}\b|\w*\d\w*))*")  # a number with the groups behind it
_POSTCODE = re.compile(r"\b[1-9]\d{3} ?[A-Z]{2}\b")
_KENTEKEN = re.compile(r"\b(?=[A-Z0-9-]*\d)(?=[A-Z0-9-]*[A-Z])[A-Z0-9]{1,3}-[A-Z0-9]{2,3}-[A-Z0-9]{1,3}\b")
_DATUM = re.compile(
    r"(?i)\b(?:[0-3]?\d (?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december)"
    r"|[0-3]?\d[-/][01]?\d[-/](?:\d{4}|\d{2}))\b"
)
_ENIGE = re.compile(
    r"(?i)\b(?:de|het|als) enige (?!dat|die het|manier|reden|keer|tijd|optie|oplossing|probleem|verschil|wat|zorg|hulp)"
    r"(\w+)"
)
# in small letters only what nearly always is a street; ``gewoonweg`` and ``uitweg`` are not
_EIGEN_UITGANG = re.compile(r"(?:straat|laan|dreef|gracht|kade|singel|steeg|plantsoen|plein)$")
_BEDRIJF = re.compile(rf"{_HOOFD}(?: {_HOOFD})* (?:B\.?V\.?|N\.?V\.?|VOF|V\.O\.F\.|Holding|Groep)(?!\w)")
_ZINSBEGIN = re.compile(r"(?:^|[.!?…:]['”\"’)]*\s+|[\n\r]\s*|[\"“‘]\s*)$")


@dataclass(frozen=True, slots=True)
class Lijst:
    """Words with where they come from."""

    herkomst: str
    woorden: tuple[str, ...]


@dataclass(frozen=True)
class Woordenlijst:
    """The words of ``params/herkenning.yaml``, in lower case; each list names its origin."""

    voornamen: Lijst
    aanspreekvormen: Lijst
    straten: Lijst
    geen_straat: Lijst
    scholen: Lijst
    werkgevers: Lijst
    merken: Lijst
    werkwoorden_werk: Lijst
    zeldzame_ziekten: Lijst
    ziekten: Lijst
    kenmerken: Lijst
    plaatsen: Lijst
    bekend: Lijst

    @cached_property
    def patronen(self) -> Mapping[str, re.Pattern[str]]:
        """The patterns made from the lists, once."""
        return dict(_patronen(self))

    @cached_property
    def namen(self) -> frozenset[str]:
        """First names."""
        return frozenset(self.voornamen.woorden)

    @cached_property
    def gewoon(self) -> frozenset[str]:
        """Words with a capital that point at nobody."""
        return frozenset(self.bekend.woorden) | frozenset(self.plaatsen.woorden)


@dataclass(frozen=True, slots=True, order=True)
class Vondst:
    """A place in a text that may point at a person: from `begin` up to `eind`, and what kind of thing it is."""

    begin: int
    eind: int
    soort: str


def load_woordenlijst(root: Path) -> Woordenlijst:
    """Read the word lists. Raises ParameterFout with every problem, each with its line."""
    return schema.load(root / BESTAND, Woordenlijst, bestand=BESTAND).value


def _een_van(woorden: tuple[str, ...]) -> str:
    return "|".join(re.escape(woord) for woord in sorted(woorden, key=lambda woord: (-len(woord), woord)))


def _hoofdletter(lijst: Lijst) -> tuple[str, ...]:
    return tuple(woord.capitalize() for woord in lijst.woorden)


def _patronen(lijst: Woordenlijst) -> Iterator[tuple[str, re.Pattern[str]]]:
    titel = (
        rf"(?i:\b(?:{_een_van(lijst.aanspreekvormen.woorden)}))\.? {_TUSSEN}(?:{_HOOFD}\.?(?:[ -]{_TUSSEN}{_HOOFD})*)"
    )
    yield "naam", re.compile(titel, re.UNICODE)
    straat, groot = _een_van(lijst.straten.woorden), _een_van(_hoofdletter(lijst.straten))
    yield (
        "adres",
        re.compile(
            rf"\b(?:(?i:{_L}{{2,}}(?:{straat}))|{_HOOFD}(?: {_HOOFD})* (?:{groot})"
            rf"|(?i:laan|weg|plein|hof) (?:van|der|de|het) (?:de |het |der )?{_HOOFD})\b(?: \d{{1,4}} ?[a-z]?\b)?"
        ),
    )
    school = _een_van(lijst.scholen.woorden)
    yield (
        "school",
        re.compile(
            rf"\b(?:(?i:{school}) (?i:(?:de|het|'t|op|van|aan|in) )*{_HOOFD}(?: {_HOOFD})*"
            rf"|{_HOOFD}(?:[ -]{_HOOFD})*(?:-(?i:{school})| (?:{_een_van(_hoofdletter(lijst.scholen))})))\b"
            rf"|\b{_L}{{3,}}(?:college|lyceum)\b"
        ),
    )
    yield (
        "werkgever",
        re.compile(
            rf"\b(?i:{_een_van(lijst.werkgevers.woorden)}) (?i:(?:de|het|'t|van|in) )*{_HOOFD}(?: {_HOOFD})*"
            rf"|\b(?i:{_een_van(lijst.merken.woorden)})(?!\w)"
        ),
    )
    yield (
        "werk",
        re.compile(
            rf"\b(?i:{_een_van(lijst.werkwoorden_werk.woorden)})\b[^.!?]{{0,40}}?\b(?:bij|voor|in|van) "
            rf"(?:de |het |een |'t )?(?P<wie>{_HOOFD}(?: (?:van |de |en )?{_HOOFD})*)"
        ),
    )
    yield (
        "zeldzame ziekte",
        re.compile(rf"\b(?i:{_een_van(tuple(w for w in lijst.zeldzame_ziekten.woorden if w != 'als'))})(?!\w)|\bALS\b"),
    )
    yield "ziekte", re.compile(rf"\b(?:(?i:{_een_van(tuple(w for w in lijst.ziekten.woorden if w != 'ms'))})|MS)(?!\w)")
    yield "kenmerk", re.compile(rf"\b(?i:{_een_van(lijst.kenmerken.woorden)})\b")
    klein = tuple(w for w in lijst.plaatsen.woorden if len(w) > 6 or " " in w)
    kort = tuple(w.capitalize() for w in lijst.plaatsen.woorden if w not in klein)
    yield "plaats", re.compile(rf"\b(?:(?i:{_een_van(klein)})|{_een_van(kort)})\b")


def herken(tekst: str, lijst: Woordenlijst) -> tuple[Vondst, ...]:
    """Every place in a text by which a person may be known, in order; overlapping finds are one, the first kind wins.

    >>> from sdm_lib.project import project_root
    >>> lijst = load_woordenlijst(project_root())
    >>> [vondst.soort for vondst in herken("Fatima werkte bij garage Van Dam.", lijst)]
    ['naam', 'werkgever']
    """
    return tuple(_samen(vondst for zoek in VOLGORDE for vondst in zoek(tekst, lijst)))


def redigeer(tekst: str, vondsten: tuple[Vondst, ...]) -> str:
    """The text with the kind of each find in its place.

    >>> redigeer("Dat zei Fatima.", (Vondst(8, 14, "naam"),))
    'Dat zei [naam].'
    """
    for vondst in reversed(vondsten):
        tekst = f"{tekst[: vondst.begin]}[{vondst.soort}]{tekst[vondst.eind :]}"
    return tekst


def _samen(vondsten: Iterator[Vondst]) -> Iterator[Vondst]:
    """Finds that do not overlap: what was looked for first stands, and grows by what begins within it."""
    uit: list[Vondst] = []
    for vondst in vondsten:
        raakt = [een for een in uit if een.begin < vondst.eind and vondst.begin < een.eind]
        if raakt:
            eerste = raakt[0]
            groot = Vondst(min(e.begin for e in (*raakt, vondst)), max(e.eind for e in (*raakt, vondst)), eerste.soort)
            uit = [een for een in uit if een not in raakt] + [groot]
        else:
            uit.append(vondst)
    yield from sorted(uit)


def _contact(tekst: str, lijst: Woordenlijst) -> Iterator[Vondst]:
    """Numbers and addresses that the guard of finished pages knows too."""
    for soort, zoek in ZOEKERS.items():
        for begin in zoek(tekst):
            woord = _NUMMERS.match(tekst, begin)
            yield Vondst(begin, woord.end() if woord else begin + 1, soort)


def _adres(tekst: str, lijst: Woordenlijst) -> Iterator[Vondst]:
    niet = set(lijst.geen_straat.woorden)
    for match in lijst.patronen["adres"].finditer(tekst):
        kaal = re.sub(r" \d.*", "", match[0]).lower()
        if kaal not in niet and (kaal != match[0] or _EIGEN_UITGANG.search(kaal)):
            yield Vondst(*match.span(), "adres")
    for patroon in (_POSTCODE, _NUMMER):
        yield from (Vondst(*match.span(), "adres") for match in patroon.finditer(tekst))


def _eenvoudig(naam: str, soort: str = "") -> Callable[[str, Woordenlijst], Iterator[Vondst]]:
    def zoek(tekst: str, lijst: Woordenlijst) -> Iterator[Vondst]:
        return (Vondst(*match.span(), soort or naam) for match in lijst.patronen[naam].finditer(tekst))

    return zoek


def _werk(tekst: str, lijst: Woordenlijst) -> Iterator[Vondst]:
    for match in lijst.patronen["werk"].finditer(tekst):
        if match["wie"].lower() not in lijst.gewoon:
            yield Vondst(*match.span("wie"), "werkgever")


def _namen(tekst: str, lijst: Woordenlijst) -> Iterator[Vondst]:
    """First names however they are written, with the surname behind; a short name needs its capital."""
    for match in _WOORD.finditer(tekst):
        woord = match[0]
        kaal = woord.lower().removesuffix("'s").removesuffix("’s").strip("'’.")
        if kaal in lijst.namen and (woord[0].isupper() or len(kaal) > 4):
            achter = re.match(rf" {_TUSSEN}{_HOOFD}(?:-{_HOOFD})?", tekst[match.end() :])
            yield Vondst(match.start(), match.end() + (achter.end() if achter else 0), "naam")


def _losse(tekst: str, lijst: Woordenlijst) -> Iterator[Vondst]:
    for patroon, soort in (
        (_KENTEKEN, "kenteken"),
        (_DATUM, "datum"),
        (_ENIGE, "herkenbare rol"),
        (_BEDRIJF, "werkgever"),
    ):
        yield from (Vondst(*match.span(), soort) for match in patroon.finditer(tekst))


def _combinatie(tekst: str, lijst: Woordenlijst) -> Iterator[Vondst]:
    """Age, place and condition (or a rare role): two of a kind say little, together they point at one person."""
    leeftijd, plaats = list(_LEEFTIJD.finditer(tekst)), list(lijst.patronen["plaats"].finditer(tekst))
    kenmerk = [*lijst.patronen["ziekte"].finditer(tekst), *lijst.patronen["kenmerk"].finditer(tekst)]
    soorten = [soort for soort in (leeftijd, plaats, kenmerk) if soort]
    if len(soorten) == 3 or (kenmerk and soorten != [kenmerk] and lijst.patronen["kenmerk"].search(tekst)):
        yield from (Vondst(*match.span(), "combinatie") for soort in soorten for match in soort)


def _eigennaam(tekst: str, lijst: Woordenlijst) -> Iterator[Vondst]:
    """Words with a capital in the middle of a sentence that no list accounts for."""
    for match in re.finditer(rf"\b{_HOOFD}(?: {_TUSSEN}{_HOOFD})*", tekst):
        woorden = re.findall(_HOOFD, match[0])
        begin = match.start()
        if _ZINSBEGIN.search(tekst[:begin]):
            woorden = woorden[1:]
            begin = match.end() - len(match[0]) + (match[0].find(woorden[0], 1) if woorden else 0)
        vreemd = [woord for woord in woorden if woord.lower() not in lijst.gewoon and not _in_delen(woord, lijst)]
        if vreemd:
            yield Vondst(begin, match.end(), "eigennaam")


def _in_delen(woord: str, lijst: Woordenlijst) -> bool:
    """``Wmo-consulent`` and ``GGD's`` are known by their parts."""
    delen = [deel for deel in re.split(r"['’-]", woord.lower()) if len(deel) > 1]
    return bool(delen) and delen[0] in lijst.gewoon


VOLGORDE: tuple[Callable[[str, Woordenlijst], Iterator[Vondst]], ...] = (
    _contact, _eenvoudig("naam"), _eenvoudig("school"), _adres, _eenvoudig("werkgever"), _werk,
    _eenvoudig("zeldzame ziekte"), _namen, _losse, _combinatie, _eigennaam,
)  # fmt: skip
