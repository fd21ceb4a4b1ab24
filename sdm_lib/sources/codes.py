"""Every message code of this room with its short title, for the handbook and for whoever searches on a code.

SDM-3xx is a delivery that is wrong (exit 3), SDM-4xx something about persons that may not come in (exit 4), SDM-25x a
wrong parameter (exit 2). A code keeps its meaning for good: a code that goes is never used again.
"""

from __future__ import annotations

CODES: dict[str, str] = {
    "SDM-250": "project niet gevonden",
    "SDM-251": "onbekende levering of vragenlijst",
    "SDM-252": "regel in het leveringsschema klopt niet",
    "SDM-253": "gebieden zonder jaar van de indeling",
    "SDM-254": "gebied staat niet in de indeling",
    "SDM-255": "onbekend referentiebestand",
    "SDM-256": "bron van de levering is niet toegestaan",
    "SDM-301": "bestand ontbreekt",
    "SDM-302": "bestand is leeg",
    "SDM-303": "bestand heeft alleen een kopregel",
    "SDM-304": "bestand heeft een andere vorm dan het schema zegt",
    "SDM-305": "bestand is beschadigd of beveiligd",
    "SDM-306": "codering is niet te bepalen",
    "SDM-307": "tekst is eerder verkeerd omgezet",
    "SDM-308": "aanhalingstekens kloppen niet",
    "SDM-309": "regel heeft te weinig of te veel velden",
    "SDM-310": "kolom ontbreekt",
    "SDM-311": "kolom staat er twee keer",
    "SDM-312": "kolommen buiten het schema",
    "SDM-313": "werkblad ontbreekt",
    "SDM-314": "bestand is mogelijk afgekapt",
    "SDM-315": "kolom zonder naam bevat gegevens",
    "SDM-316": "bestand is te groot of te breed",
    "SDM-317": "bestand is in gebruik of niet leesbaar",
    "SDM-318": "formule zonder uitkomst",
    "SDM-320": "verplichte waarde ontbreekt",
    "SDM-321": "onbekende code",
    "SDM-322": "geen getal",
    "SDM-323": "getal op twee manieren te lezen",
    "SDM-324": "getallen op twee manieren geschreven",
    "SDM-325": "geen geheel getal",
    "SDM-326": "waarde buiten de grenzen",
    "SDM-327": "geen datum",
    "SDM-328": "datum op twee manieren te lezen",
    "SDM-329": "code of nummer door een rekenblad verminkt",
    "SDM-330": "fictieve en echte gegevens door elkaar",
    "SDM-331": "dezelfde sleutel meer dan eens",
    "SDM-332": "regel staat er precies dubbel",
    "SDM-333": "controletelling klopt niet met de leveringsbrief",
    "SDM-334": "bestand staat niet in de leveringsbrief",
    "SDM-335": "labels in het bestand wijken af van de vragenlijst",
    "SDM-336": "code geldt niet in dit jaar",
    "SDM-337": "gewicht ontbreekt of is niet positief",
    "SDM-338": "kolom is helemaal leeg",
    "SDM-341": "einde voor begin",
    "SDM-342": "beoogd einde voor beoogd begin",
    "SDM-343": "aanmelding na begin",
    "SDM-344": "einde zonder reden of reden zonder einde",
    "SDM-345": "datum na het kwartaal van de levering",
    "SDM-346": "waarde hoort niet bij haar groep",
    "SDM-347": "overlappende voorzieningen van dezelfde soort",
    "SDM-348": "jeugdhulp boven de leeftijdsgrens",
    "SDM-349": "jeugdbescherming boven de leeftijdsgrens",
    "SDM-350": "woonplaats buiten de gemeente",
    "SDM-351": "antwoord van wie niet meedeed",
    "SDM-352": "deel groter dan het geheel",
    "SDM-353": "onwaarschijnlijke waarde voor deze eenheid",
    "SDM-354": "negatief bedrag",
    "SDM-355": "waarde komt niet voor in een ander bestand",
    "SDM-356": "sprong ten opzichte van het vorige kwartaal",
    "SDM-357": "antwoord in strijd met een filtervraag",
    "SDM-358": "alle vragen van een blok gelijk beantwoord",
    "SDM-359": "begindatum wijkt ver af van de bedoelde",
    "SDM-361": "codering herkend",
    "SDM-362": "scheidingsteken herkend",
    "SDM-363": "Nederlandse of Engelse getallen herkend",
    "SDM-364": "datums herkend",
    "SDM-365": "schrijfwijze van codes hersteld",
    "SDM-366": "kolomnaam herkend",
    "SDM-367": "titelregels of totalen overgeslagen",
    "SDM-368": "lege regels overgeslagen",
    "SDM-369": "ontbrekend gemelde waarden leeg gemaakt",
    "SDM-370": "waarden vergroofd volgens het schema",
    "SDM-401": "kolom met burgerservicenummers",
    "SDM-402": "kolom met namen of contactgegevens",
    "SDM-403": "contactgegevens in een tekstkolom",
    "SDM-404": "volledige geboortedatum",
    "SDM-405": "postcode met huisnummer",
    "SDM-406": "sleutelbestand ligt in het project",
    "SDM-407": "sleutelbestand ontbreekt of is te kort",
}


def titel(code: str) -> str:
    """The short title of a code. Raises KeyError for a code of another room.

    >>> titel("SDM-301")
    'bestand ontbreekt'
    """
    return CODES[code]
