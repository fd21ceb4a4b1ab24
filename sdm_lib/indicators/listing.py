"""The catalogue shown to people: a list, a search, an explanation, and one row each for a spreadsheet.

`sdm indicators` prints what these functions return; the catalogue page is made from the same text.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable

from sdm_lib import nl
from sdm_lib.indicators.catalogue import Catalogue
from sdm_lib.indicators.definition import CRITERIA, Indicator

KOLOMMEN = (
    "id", "onderwerp", "label", "zin", "soort", "eenheid", "aard", "niveau", "gunstig", "relevant_verschil",
    "populatie", "teller", "noemer", "bron", "instrument", "uitsplitsingen", "minimum_n", "sinds", "tot", "wijzigingen",
    "herkomst", "toelichting", *CRITERIA, "kwaliteit_toelichting", "voorbeeld_uitkomst",
)  # fmt: skip
RICHTING = {"hoger": "hoger is beter", "lager": "lager is beter", "geen": "geen richting"}


def search(catalogue: Catalogue, woorden: Iterable[str]) -> tuple[Indicator, ...]:
    """The indicators whose id, label, sentence, topic or population holds every word."""
    gezocht = [woord.lower() for woord in woorden]
    return tuple(indicator for indicator in catalogue.values() if all(woord in _text(indicator) for woord in gezocht))


def lines(indicatoren: Iterable[Indicator]) -> str:
    """One line each: id, label, unit and topic, in columns."""
    rows = [(i.id, i.label, i.eenheid, i.onderwerp) for i in indicatoren]
    if not rows:
        return "Geen indicator gevonden."
    width = [max(len(row[k]) for row in rows) for k in range(3)]
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
        ("Noemer", below(indicator)),
        ("Eenheid", f"{indicator.eenheid}; {RICHTING[indicator.gunstig]}"),
        ("Kleinste verschil dat telt", _relevant(indicator)),
        ("Over wie", indicator.populatie),
        ("Soort", f"{indicator.aard}; {indicator.niveau}"),
        ("Bron", f"{indicator.bron} ({indicator.instrument}); getoond vanaf {indicator.minimum_n} waarnemingen"),
        ("Uit te splitsen naar", nl.lijst(indicator.uitsplitsingen) or "niets"),
        ("Sinds", f"{indicator.sinds.label}; herkomst: {indicator.herkomst}"),
        ("Tot en met", indicator.tot.label if indicator.tot else ""),
    ]
    regels += [
        (f"Gewijzigd op {nl.datum(w.datum)}", f"{w.wat}{' (breuk in de reeks)' if w.breuk else ''}")
        for w in indicator.wijzigingen
    ]
    regels += [
        ("Toelichting", indicator.toelichting),
        ("Kwaliteit", "; ".join(f"{naam} {getattr(indicator.kwaliteit, naam)}" for naam in CRITERIA)),
        ("Let op", indicator.kwaliteit.toelichting),
        ("Voorbeeld", _example(indicator)),
    ]
    return tuple((naam, tekst) for naam, tekst in regels if tekst)


def _example(indicator: Indicator) -> str:
    """The worked example in words: what was given, and what comes out."""
    voorbeeld = indicator.voorbeeld
    delen = [f"{kolom} is {', '.join(waarden)}" for kolom, waarden in voorbeeld.gegeven.items()]
    if voorbeeld.gewicht:
        delen.append(f"gewicht is {', '.join(nl.getal(w, 2) for w in voorbeeld.gewicht)}")
    uitkomst = voorbeeld.uitkomst.getal
    return f"als {'; '.join(delen)}, dan is de uitkomst {'leeg' if math.isnan(uitkomst) else nl.getal(uitkomst, 3)}"


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
    arguments = ", ".join(f"{naam} {waarde}" for naam, waarde in indicator.argumenten.items())
    limits = "; ".join(f"{kolom} is {nl.lijst(waarden, 'of')}" for kolom, waarden in indicator.waar.items())
    return "; ".join(part for part in (f"figuur {indicator.figuur}", arguments, limits) if part)


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
