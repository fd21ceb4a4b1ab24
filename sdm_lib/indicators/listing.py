"""The catalogue shown to people: a list, a search, an explanation, and one row each for a spreadsheet.

`sdm indicators` prints what these functions return; the catalogue page is made from the same text.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence

from sdm_lib import nl
from sdm_lib.errors import Melding, nearest
from sdm_lib.indicators.catalogue import Catalogue
from sdm_lib.indicators.definition import CRITERIA, Indicator

KOLOMMEN = (
    "id", "onderwerp", "label", "zin", "soort", "eenheid", "aard", "niveau", "gunstig", "relevant_verschil",
    "populatie", "teller", "noemer", "bron", "instrument", "uitsplitsingen", "minimum_n", "sinds", "tot", "wijzigingen",
    "herkomst", "toelichting", *CRITERIA, "kwaliteit_toelichting", "voorbeeld_uitkomst",
)  # fmt: skip
MINDER = ("zwak", "matig", "voldoende")  # verdicts below good
FIGUREN = {  # what a registered figure counts; verhouding, som and kloof name it themselves
    "unieke": "verschillende personen",
    "stand": "verschillende personen op een dag",
    "per_1000": "verschillende personen of huishoudens, gedeeld door de noemer",
    "gestandaardiseerd": "verschillende personen per 1.000, als elk gebied de leeftijden en geslachten van de stad had",
    "stapeling": "wie meer voorzieningen tegelijk heeft",
    "wetten_samen": "wie ondersteuning uit meer wetten tegelijk heeft",
    "deel_van_clienten": "deel van de cliënten met een kenmerk",
    "aanbieders_per_huishouden": "aanbieders bij een huishouden, gemiddeld",
    "stroom": "wie er aan het begin was, erbij kwam, eraf ging of er aan het eind was",
    "verwijzers": "deel van elke verwijzer in de nieuwe trajecten",
    "volgens_plan": "deel van de afgesloten hulp dat volgens plan eindigde",
    "uitgaven_register": "gefactureerd en betaald voor het kwartaal",
    "concentratie": "deel van de uitgaven dat naar de duurste cliënten gaat",
    "gebruikersgroepen": "deel van de huishoudens of cliënten dat bij een groep gebruikers hoort",
    "inwoners": "inwoners",
    "duur": "mediaan van de duur van een traject",
    "wachttijd": "dagen tussen aanmelding en begin",
    "terugkeer": "deel van wie uit ondersteuning ging dat weer terugkwam",
    "verschuiving": "wie lichtere min wie zwaardere ondersteuning kreeg, van wie op beide dagen ondersteuning had",
    "intensiteit": "gemiddelde omvang van de voorzieningen",
    "aanmeldingen": "aanmeldingen, gedeeld door de noemer",
    "uitgaven": "geboekte uitgaven",
    "uitgaven_per": "geboekte uitgaven, gedeeld door de noemer",
    "realisatie_begroting": "geboekte uitgaven, als deel van de begroting",
    "verdeling": "deel van de geboekte uitgaven",
    "rijkskader": "bedrag uit het programmaplan",
    "ontleding": "verandering van de uitgaven door een oorzaak",
    "prognose": "verwachte uitgaven van het hele jaar",
    "prognose_begroting": "verwachte uitgaven van het hele jaar, als deel van de begroting",
    "nog_te_verwachten": "uitgaven die nog geboekt moeten worden",
}
RICHTING = {"hoger": "hoger is beter; ", "lager": "lager is beter; ", "geen": ""}


def search(catalogue: Catalogue, woorden: Iterable[str]) -> tuple[Indicator, ...]:
    """The indicators whose id, label, sentence, topic or population holds every word."""
    gezocht = [woord.lower() for woord in woorden]
    return tuple(indicator for indicator in catalogue.values() if all(woord in _text(indicator) for woord in gezocht))


def nothing_found(catalogue: Catalogue, woorden: Sequence[str]) -> Melding:
    """What to say when no indicator holds every word: the nearest word that some indicator does hold."""
    vreemd = [woord for woord in woorden if not search(catalogue, [woord])]
    labels = (woord for indicator in catalogue.values() for woord in indicator.label.split() if len(woord) > 3)
    bekend = {woord.lower(): woord for woord in (*labels, *catalogue.onderwerpen, *catalogue)}
    dichtbij = bekend.get(nearest(vreemd[0].lower(), bekend), "") if vreemd else ""
    herstel = f"Bedoelde u '{dichtbij}'?" if dichtbij else "Zoek korter; sdm indicators toont alles."
    wat = f"geen indicator met '{vreemd[0]}'" if vreemd else "geen indicator met al deze woorden"
    return Melding("SDM-701", wat, herstel)


def lines(indicatoren: Iterable[Indicator]) -> str:
    """One line each: id, label, unit and topic, in columns."""
    rows = [(i.id, i.label, i.eenheid, i.onderwerp) for i in indicatoren]
    width = [max((len(row[k]) for row in rows), default=0) for k in range(3)]
    return "\n".join(f"{a:<{width[0]}}  {b:<{width[1]}}  {c:<{width[2]}}  {d}" for a, b, c, d in rows)


def explain(indicator: Indicator) -> str:
    """Everything a reader of a page wants to know, in plain Dutch."""
    wat, *rest = rows(indicator)
    regels = [f"{indicator.id}  {indicator.label}", wat[1], *(f"{naam}: {tekst}" for naam, tekst in rest)]
    return "\n".join(regels)


def rows(indicator: Indicator) -> tuple[tuple[str, str], ...]:
    """A definition as (what, text), without what does not apply: for the command line and the catalogue page."""
    regels = [
        ("Wat", indicator.zin),
        ("Teller", above(indicator)),
        ("Noemer", below(indicator) if below(indicator) != indicator.populatie else ""),
        (
            "Eenheid",
            f"{indicator.eenheid}; {RICHTING[indicator.gunstig]}relevant verschil {_relevant(indicator)}",
        ),
        ("Over wie", indicator.populatie),
        ("Soort", f"{indicator.aard}; {indicator.niveau}"),
        ("Bron", f"{indicator.instrument}{_least(indicator)}"),
        ("Splitsen naar", nl.lijst(indicator.uitsplitsingen)),
        ("Sinds", f"{indicator.sinds.label}; herkomst: {indicator.herkomst}"),
        ("Tot en met", indicator.tot.label if indicator.tot else ""),
    ]
    regels += [
        (f"Gewijzigd op {nl.datum(w.datum)}", f"{w.wat}{' (breuk in de reeks)' if w.breuk else ''}")
        for w in indicator.wijzigingen
    ]
    regels += [
        ("Toelichting", indicator.toelichting),
        ("Kwaliteit", _quality(indicator)),
        ("Let op", indicator.kwaliteit.toelichting),
        ("Voorbeeld", _example(indicator)),
    ]
    return tuple((naam, tekst) for naam, tekst in regels if tekst)


def _least(indicator: Indicator) -> str:
    return f"; getoond vanaf {indicator.minimum_n} waarnemingen" if indicator.minimum_n > 1 else ""


def _quality(indicator: Indicator) -> str:
    """Which of the nine points are less than good, the weakest first."""
    per = {oordeel: [naam for naam in CRITERIA if getattr(indicator.kwaliteit, naam) == oordeel] for oordeel in MINDER}
    delen = [f"{oordeel}: {nl.lijst(namen)}" for oordeel, namen in per.items() if namen]
    return "; ".join(delen) or "op alle punten goed"


def _example(indicator: Indicator) -> str:
    """The worked example in words: what was given, and what comes out; without columns that are the same throughout and
    of no account, and with one word where every row is of somebody else.
    """
    voorbeeld = indicator.voorbeeld
    telt = {*indicator.kolommen, *indicator.argumenten.values()}
    gegeven = {
        naam: rij for naam, rij in voorbeeld.gegeven.items() if naam in telt or len(set(rij)) > 1 or len(rij) == 1
    }
    if voorbeeld.gewicht:
        gegeven["gewicht"] = tuple(nl.getal(w, 2) for w in voorbeeld.gewicht)
    aantal, elk = len(next(iter(gegeven.values()))), ""
    for kolom, tekst in (("persoon", ", elk een andere persoon"), ("huishouden", ", elk een ander huishouden")):
        if aantal > 1 and len(set(gegeven.get(kolom, ()))) == aantal:
            elk = tekst
            del gegeven[kolom]
    delen = [f"{kolom} {_values(waarden)}" for kolom, waarden in gegeven.items()]
    gegevens = f": {'; '.join(delen)}" if delen else ""
    return f"{aantal} regel{'s' if aantal > 1 else ''}{elk}{gegevens}. Uitkomst: {_outcome(indicator)}"


def _values(waarden: tuple[str, ...]) -> str:
    if len(waarden) > 1 and len(set(waarden)) == 1:
        return f"steeds {waarden[0] or 'leeg'}"
    return " / ".join(waarde or "leeg" for waarde in waarden)  # by commas the guard takes it for somebody's answers


def _outcome(indicator: Indicator) -> str:
    """The outcome of the example in its unit, with a decimal more than a page shows."""
    uitkomst = indicator.voorbeeld.uitkomst.getal
    if math.isnan(uitkomst):
        return "leeg"
    if indicator.unit == "aandeel":
        return nl.procent(uitkomst, 1)
    return nl.getal(uitkomst, 0 if uitkomst == int(uitkomst) else 3)


def _relevant(indicator: Indicator) -> str:
    verschil = indicator.relevant_verschil
    if verschil.relatief:
        return f"{nl.procent(verschil.getal)} van de waarde waarmee wordt vergeleken"
    decimalen = len(f"{verschil.getal:g}".partition(".")[2])
    if indicator.unit == "aandeel":
        return nl.procentpunt(verschil.getal, max(decimalen - 2, 0)).lstrip("+")
    return f"{nl.getal(verschil.getal, decimalen)} {indicator.eenheid}"


def above(indicator: Indicator) -> str:
    """The numerator in words."""
    if indicator.teller_in_woorden:
        return indicator.teller_in_woorden
    if indicator.teller:
        parts = [f"{kolom} is {nl.lijst(antwoorden, 'of')}" for kolom, antwoorden in indicator.teller.items()]
        return nl.lijst(parts, "of" if indicator.telt == "een" else "en")
    if indicator.schaal is not None:
        return f"schaal {indicator.schaal.naam} ({indicator.schaal.uitkomst}){_cut(indicator)}"
    if indicator.waarde:
        return f"gemiddelde van {indicator.waarde}" if not indicator.gedeeld_door else f"totaal van {indicator.waarde}"
    return _figure(indicator)


def _figure(indicator: Indicator) -> str:
    """A registered figure in words, with what it is limited to."""
    argumenten = dict(indicator.argumenten)
    if indicator.figuur in ("verhouding", "kloof"):
        woorden = f"{argumenten.pop('teller')}, gedeeld door {argumenten.pop('noemer')}"
    elif indicator.figuur == "som":
        woorden = f"som van {argumenten.pop('teller')}"
    else:
        woorden = FIGUREN[indicator.figuur]
    rest = [f"{naam} {waarde}" for naam, waarde in argumenten.items()]
    grenzen = [f"{kolom} is {nl.lijst(waarden, 'of')}" for kolom, waarden in indicator.waar.items()]
    return "; ".join([woorden, *rest, *([f"alleen waar {nl.lijst(grenzen)}"] if grenzen else [])])


def below(indicator: Indicator) -> str:
    """The denominator in words."""
    if indicator.noemer_in_woorden:
        return indicator.noemer_in_woorden
    if indicator.gedeeld_door:
        return f"totaal van {indicator.gedeeld_door}"
    antwoord = [kolom for kolom, eis in indicator.noemer.items() if eis == "beantwoord"]
    eisen = [f"{kolom} is {eis}" for kolom, eis in indicator.noemer.items() if eis != "beantwoord"]
    parts = [*eisen, f"antwoord op {nl.lijst(antwoord)}"] if antwoord else eisen
    return f"{indicator.populatie}, met {nl.lijst(parts)}" if parts else indicator.populatie


def as_csv(indicatoren: Iterable[Indicator]) -> str:
    """Semicolon-separated, one row an indicator, with every key of its definition in words."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";", lineterminator="\n")
    writer.writerow(KOLOMMEN)
    writer.writerows(_row(indicator) for indicator in indicatoren)
    return target.getvalue()


def _cut(indicator: Indicator) -> str:
    schaal = indicator.schaal
    assert schaal is not None  # only called for a scale
    grenzen = (("van", schaal.van), ("boven", schaal.boven), ("tot en met", schaal.tot_en_met), ("onder", schaal.onder))
    delen = [f"{woord} {nl.getal(grens)}" for woord, grens in grenzen if grens is not None]
    return ", " + " ".join(delen) if delen else ""


def _text(indicator: Indicator) -> str:
    return " ".join(
        (indicator.id, indicator.label, indicator.zin, indicator.onderwerp, indicator.populatie, indicator.bron)
    ).lower()


def _row(indicator: Indicator) -> list[str]:
    plain = {
        "uitsplitsingen": ", ".join(indicator.uitsplitsingen),
        "teller": above(indicator),
        "noemer": below(indicator),
        "tot": str(indicator.tot or ""),
        "wijzigingen": "; ".join(f"{w.datum} {w.wat}" for w in indicator.wijzigingen),
        "kwaliteit_toelichting": indicator.kwaliteit.toelichting,
        "voorbeeld_uitkomst": nl.getal(indicator.voorbeeld.uitkomst.getal, 4),
    } | {criterium: getattr(indicator.kwaliteit, criterium) for criterium in CRITERIA}
    return [plain[kolom] if kolom in plain else str(getattr(indicator, kolom)) for kolom in KOLOMMEN]
