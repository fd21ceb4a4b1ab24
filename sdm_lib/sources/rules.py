"""The rules that a schema may name: each becomes an SQL condition on the typed table, true for a wrong row.

A rule is registered under its name with what it needs; a schema that names an unknown rule, an unknown column or
leaves something out is refused with its line before any file is read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sdm_lib.errors import Melding, bedoelde_u
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.schema import Loaded
from sdm_lib.sources import regelsoorten
from sdm_lib.sources.levering import Regel, Schema, Vragenlijst
from sdm_lib.sources.ruw import ident, literal
from sdm_lib.sources.typen import Conditie
from sdm_lib.sources.woorden import RIJ

OPEN_EINDE = "DATE '9999-12-31'"


@dataclass(frozen=True, slots=True)
class Omgeving:
    """What a rule may look at beside its columns."""

    schema: Schema
    vragenlijst: Vragenlijst | None = None
    kwartaal: Kwartaal | None = None
    aanwezig: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Soort:
    """A registered rule: how it becomes SQL (empty: nothing to check here), what it says, and what it needs."""

    sql: Callable[[Regel, Omgeving], str]
    wat: str
    herstel: str
    kolommen: tuple[int, int] = (1, 99)  # fewest and most
    nodig: tuple[str, ...] = ()  # other keys that must be filled


def conditions(omgeving: Omgeving) -> list[Conditie]:
    """The rules of a schema, and the filters of its questionnaire, as conditions on the typed table `t`."""
    condities = [_condition(regel, omgeving) for regel in omgeving.schema.regels]
    condities += [*filter_conditions(omgeving), *_expired_in_their_year(omgeving)]
    return [conditie for conditie in condities if conditie and conditie.sql]


def _expired_in_their_year(omgeving: Omgeving) -> list[Conditie]:
    """Codes that do not hold in the year of their own row, for a delivery that spans years."""
    jaar = omgeving.schema.jaarkolom
    if jaar not in omgeving.aanwezig:
        return []
    condities = []
    for naam, kolom in omgeving.schema.kolommen.items():
        if kolom.geldig and naam in omgeving.aanwezig:
            buiten = [
                f"({ident(naam)} = {literal(code)} AND {ident(jaar)} NOT BETWEEN {jaren.van} AND {jaren.tot})"
                for code, jaren in kolom.geldig.items()
            ]
            wat = f"code die in het jaar van de regel ({jaar}) niet geldt"
            herstel = "Gebruik de code van dat jaar, of pas geldig in het schema aan."
            condities.append(Conditie("SDM-336", " OR ".join(buiten), wat, herstel, naam))
    return condities


def _condition(regel: Regel, omgeving: Omgeving) -> Conditie | None:
    soort = REGELS[regel.regel]
    if not {*regel.kolommen, *_asked(regel)} <= omgeving.aanwezig:
        return None  # a missing column is reported as such
    return Conditie(
        regel.code,
        soort.sql(regel, omgeving),
        soort.wat.format(kolommen=" en ".join(regel.kolommen), grens=regel.grens),
        regel.herstel or soort.herstel,
        ", ".join(regel.kolommen),
        regel.waarom,
        regel.ernst,
    )


def check_regels(loaded: Loaded[Schema]) -> list[Melding]:
    """Problems in the `regels` of a schema, with their lines."""
    meldingen = []
    for i, regel in enumerate(loaded.value.regels):
        fout = _wrong(regel, loaded.value)
        if fout:
            regels = loaded.regel(f"regels.{i}.regel")
            meldingen.append(
                Melding("SDM-252", fout[0], fout[1], bestand=loaded.bestand, sleutel=f"regels.{i}", regels=regels)
            )
    return meldingen


def _wrong(regel: Regel, schema: Schema) -> tuple[str, str] | None:
    if regel.regel not in REGELS:
        return f"onbekende regel '{regel.regel}'", bedoelde_u(regel.regel, REGELS)
    soort = REGELS[regel.regel]
    vreemd = [kolom for kolom in (*regel.kolommen, *_asked(regel)) if kolom not in schema.kolommen]
    if vreemd:
        return f"onbekende kolom '{vreemd[0]}'", bedoelde_u(vreemd[0], schema.kolommen)
    minst, meest = soort.kolommen
    if not minst <= len(regel.kolommen) <= meest:
        aantal = f"{minst}" if minst == meest else f"{minst} of meer"
        return f"regel '{regel.regel}' vraagt {aantal} kolommen", "Vul kolommen aan."
    for kolom, waarden in _asked(regel).items():
        codes = schema.kolommen[kolom].codes
        onbekend = [waarde for waarde in waarden if codes and waarde not in codes]
        if onbekend:
            return f"waarde '{onbekend[0]}' is geen code van kolom '{kolom}'", bedoelde_u(onbekend[0], codes)
    mist = [sleutel for sleutel in soort.nodig if not getattr(regel, sleutel) and getattr(regel, sleutel) != 0]
    return (f"regel '{regel.regel}' vraagt '{mist[0]}'", f"Voeg {mist[0]}: toe.") if mist else None


def _asked(regel: Regel) -> dict[str, tuple[str, ...]]:
    """The columns that `waarden` asks for; those of `hoort_bij` are values of its second column."""
    return {} if regel.regel == "hoort_bij" else regel.waarden


def filter_conditions(omgeving: Omgeving) -> list[Conditie]:
    """An answer to a question that was not for this respondent contradicts the filter question."""
    lijst = omgeving.vragenlijst
    if lijst is None:
        return []
    condities = []
    for naam, item in lijst.items.items():
        if item.filter and {naam, *item.filter} <= omgeving.aanwezig:
            buiten = " OR ".join(
                f"coalesce({ident(vraag)} NOT IN ({_list(a)}), false)" for vraag, a in item.filter.items()
            )
            geen = (*lijst.geen_antwoord, *lijst.niet_van_toepassing)
            gevuld = f"{ident(naam)} IS NOT NULL" + (f" AND {ident(naam)} NOT IN ({_list(geen)})" if geen else "")
            wat = f"beantwoord terwijl {' en '.join(item.filter)} dat uitsluit"
            herstel = "Controleer de routing van de vragenlijst; laat de leverancier de filtervraag toepassen."
            condities.append(Conditie("SDM-357", f"{gevuld} AND ({buiten})", wat, herstel, naam, ernst="waarschuwing"))
    return condities


def _list(waarden: tuple[str, ...]) -> str:
    return ", ".join(literal(waarde) for waarde in waarden)


def _where(regel: Regel) -> str:
    """The rows for which a rule holds: those with one of `waarden` in each of its columns."""
    return " AND ".join(
        [f"{ident(kolom)} IN ({_list(waarden)})" for kolom, waarden in regel.waarden.items()] or ["true"]
    )


def _order(regel: Regel, omgeving: Omgeving) -> str:
    eerst, dan = regel.kolommen
    return f"{ident(eerst)} > {ident(dan)}"


def _together(regel: Regel, omgeving: Omgeving) -> str:
    eerst, dan = regel.kolommen
    return f"({ident(eerst)} IS NULL) != ({ident(dan)} IS NULL)"


def _after_quarter(regel: Regel, omgeving: Omgeving) -> str:
    if omgeving.kwartaal is None:  # the folder is no quarter, so nothing says what is too late
        return ""
    grens = f"DATE '{omgeving.kwartaal.laatste_dag.isoformat()}'"
    return " OR ".join(f"coalesce({ident(kolom)} > {grens}, false)" for kolom in regel.kolommen)


def _belongs(regel: Regel, omgeving: Omgeving) -> str:
    waarde, groep = regel.kolommen
    goed = [
        f"({ident(groep)} = {literal(naam)} AND {ident(waarde)} IN ({_list(w)}))" for naam, w in regel.waarden.items()
    ]
    return f"{ident(waarde)} IS NOT NULL AND {ident(groep)} IS NOT NULL AND NOT ({' OR '.join(goed)})"


def _overlap(regel: Regel, omgeving: Omgeving) -> str:
    *groep, begin, einde = (ident(kolom) for kolom in regel.kolommen)
    teken = "<=" if omgeving.schema.einddatum == "laatste_dag" else "<"
    eerder = (
        f"max(coalesce({einde}, {OPEN_EINDE})) OVER (PARTITION BY {', '.join(groep)} ORDER BY {begin}, {RIJ} "
        "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    )
    return f"{RIJ} IN (SELECT {RIJ} FROM (SELECT {RIJ}, {begin} AS b, {eerder} AS e FROM t) WHERE b {teken} e)"


def _age(regel: Regel) -> str:
    geboren, dag = (ident(kolom) for kolom in regel.kolommen)
    return f"{_where(regel)} AND year({dag}) - {geboren} > {regel.grens!r}"


def _empty_unless(regel: Regel, omgeving: Omgeving) -> str:
    items = regel.kolommen or tuple(omgeving.vragenlijst.items if omgeving.vragenlijst else ())
    gevuld = [f"{ident(kolom)} IS NOT NULL" for kolom in items if kolom in omgeving.aanwezig]
    if not gevuld or not set(regel.waarden) <= omgeving.aanwezig:
        return ""
    return f"NOT coalesce({_where(regel)}, false) AND ({' OR '.join(gevuld)})"


def _allowed(regel: Regel, omgeving: Omgeving) -> str:
    (kolom,) = regel.kolommen
    return f"{ident(kolom)} NOT IN ({_list(regel.waarden[kolom])})"


def _plausible(regel: Regel, omgeving: Omgeving) -> str:
    waarde, eenheid = (ident(kolom) for kolom in regel.kolommen)
    delen = [f"({eenheid} = {literal(naam)} AND {waarde} > {grens!r})" for naam, grens in regel.grenzen.items()]
    return " OR ".join(delen)


def _far_apart(regel: Regel, omgeving: Omgeving) -> str:
    eerst, dan = (ident(kolom) for kolom in regel.kolommen)
    return f"abs({eerst} - {dan}) > {regel.grens!r}"


def _straight(regel: Regel, omgeving: Omgeving) -> str:
    kolommen = [ident(kolom) for kolom in regel.kolommen]
    eerste, rest = kolommen[0], kolommen[1:]
    geen = omgeving.vragenlijst.geen_antwoord if omgeving.vragenlijst else ()
    niet = f" AND {eerste} NOT IN ({_list(geen)})" if geen else ""
    return " AND ".join(f"{eerste} = {kolom}" for kolom in rest) + niet


def _elsewhere(regel: Regel, omgeving: Omgeving) -> str:
    """No condition on this file alone: `buren` looks at the other file."""
    return ""


def _of_age(sql: Callable[[Regel], str], woord: str, geboren: str) -> Soort:
    """A rule about how old somebody is when support begins."""
    return Soort(
        lambda regel, omgeving: sql(regel),
        f"{woord} dan {{grens:g}} jaar bij het begin",
        f"Controleer {geboren} en voorziening.",
        (2, 2),
        nodig=("grens",),
    )


REGELS: dict[str, Soort] = {
    "komt_voor_in": Soort(
        _elsewhere,
        "waarde die in een ander bestand niet voorkomt",
        "Vul het andere bestand aan.",
        kolommen=(1, 1),
        nodig=("levering",),
    ),
    "sprong": Soort(_elsewhere, "sprong", "Vraag de leverancier of dit klopt.", nodig=("grens",)),
    "volgorde": Soort(_order, "{kolommen} staan in de verkeerde volgorde", "Verbeter een van beide.", (2, 2)),
    "samen_gevuld": Soort(
        _together, "{kolommen} horen samen gevuld of samen leeg te zijn", "Vul aan of maak leeg.", (2, 2)
    ),
    "niet_na_kwartaal": Soort(
        _after_quarter,
        "datum na het kwartaal van de levering",
        "Controleer de datum, of de map waarin dit bestand staat.",
    ),
    "hoort_bij": Soort(
        _belongs, "{kolommen} passen niet bij elkaar", "Verbeter een van beide.", (2, 2), nodig=("waarden",)
    ),
    "overlap": Soort(
        _overlap,
        "overlapt met een eerdere regel van dezelfde persoon en soort",
        "Voeg ze samen, of sluit de eerdere.",
        (3, 99),
    ),
    "leeftijd_hoogstens": _of_age(_age, "ouder", "geboortejaar"),
    "leeg_tenzij": Soort(
        _empty_unless,
        "gevuld waar het leeg hoort te zijn",
        "Maak leeg, of verbeter de uitkomst.",
        (0, 99),
        nodig=("waarden",),
    ),
    "alleen": Soort(
        _allowed, "waarde die hier niet hoort", "Haal deze regels uit de levering.", (1, 1), nodig=("waarden",)
    ),
    "aannemelijk": Soort(
        _plausible,
        "onwaarschijnlijk hoge waarde voor deze eenheid",
        "Controleer waarde en eenheid.",
        (2, 2),
        nodig=("grenzen",),
    ),
    "dichtbij": Soort(
        _far_apart,
        "{kolommen} liggen meer dan {grens:g} dagen uit elkaar",
        "Controleer beide datums.",
        (2, 2),
        nodig=("grens",),
    ),
    "rechtlijnig": Soort(
        _straight, "alle vragen van dit blok gelijk beantwoord", "Beoordeel of deze antwoorden meetellen.", (3, 99)
    ),
    "telt_op": Soort(
        lambda regel, omgeving: regelsoorten.adds_up(regel),
        "het totaal is niet de som van de delen",
        "Vraag de leverancier welke van de twee klopt.",
        (3, 99),
    ),
    "gevuld_als": Soort(
        lambda regel, omgeving: regelsoorten.filled_when(regel),
        "{kolommen} hoort hier gevuld te zijn",
        "Laat de leverancier aanvullen.",
        nodig=("waarden",),
    ),
    "leeftijd_minstens": _of_age(regelsoorten.younger, "jonger", "geboortejaar"),
    "jaren_hoogstens": _of_age(regelsoorten.surely_older, "ouder", "geboortedatum"),
    "jaren_minstens": _of_age(regelsoorten.surely_younger, "jonger", "geboortedatum"),
}
