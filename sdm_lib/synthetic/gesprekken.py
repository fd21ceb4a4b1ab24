"""Coded interviews of the demo: nobody said any of this, and every row says so.

Clients and parents were coded in MAXQDA, the first ten interviews by two coders; professionals in ATLAS.ti. Some
segments hold a made-up name, street, school or employer, as transcripts do, so that there is something to redact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from sdm_lib.kwartaal import Kwartaal
from sdm_lib.synthetic.files import MERK
from sdm_lib.synthetic.streams import stream

LIJST, MAXQDA, ATLASTI = "gesprekken.csv", "interviews_maxqda.csv", "interviews_atlasti.xlsx"
BLAD = "Quotations"
AANTALLEN = {"client_wmo": 29, "ouder_jeugd": 30, "professional": 26}  # clients: as in the second report of 2015
LETTER = {"client_wmo": "C", "ouder_jeugd": "J", "professional": "P"}
DUBBEL = 10  # interviews that a second coder worked on
ZELFDE = (
    0.88  # chance that the second coder gives a code that the first gave; elsewhere the complement of it, times 0.3
)
HERKENBAAR = 0.25  # share of the segments that hold something to redact


@dataclass(frozen=True, slots=True)
class Thema:
    """A code of the tree: path, the chance that someone of each kind speaks of it, and what is said then."""

    pad: tuple[str, str]
    kans: Mapping[str, float]
    zinnen: tuple[str, ...]


def _client(tak: str, naam: str, wmo: float, jeugd: float, *zinnen: str) -> Thema:
    return Thema((tak, naam), {"client_wmo": wmo, "ouder_jeugd": jeugd}, zinnen)


def _prof(tak: str, naam: str, kans: float, *zinnen: str) -> Thema:
    return Thema((tak, naam), {"professional": kans}, zinnen)


THEMAS = (
    _client("Toegang", "Wijkteam onbekend", 0.62, 0.60,
            "Van een wijkteam had ik nog nooit gehoord, daar moest de dokter mij over vertellen.",
            "Ik weet niet eens waar dat wijkteam zit, niemand heeft het ons gezegd."),
    _client("Toegang", "Weg vinden via bekenden", 0.52, 0.46,
            "Mijn zus wist de weg, anders had ik nu nog met lege handen gestaan.",
            "Via een kennis van de kerk kwamen we bij de goede persoon terecht."),
    _client("Toegang", "Lang wachten", 0.42, 0.62,
            "We hebben maanden gewacht en intussen ging het thuis steeds slechter.",
            "Elke keer was het weer over zes weken bellen, daar word je moedeloos van."),
    _client("Informatie", "Brieven moeilijk", 0.60, 0.48,
            "Die brieven van de gemeente lees ik drie keer en dan snap ik ze nog niet.",
            "Er staat in zo'n brief van alles, maar niet wat ik nu moet doen."),
    _client("Informatie", "Onzeker wat verandert", 0.55, 0.45,
            "Je hoort op het nieuws dat alles anders wordt, maar voor mij heeft niemand het uitgelegd.",
            "Ik lig er wakker van of ik mijn hulp mag houden."),
    _client("Kwaliteit", "Persoonlijke klik", 0.66, 0.62,
            "Met deze begeleidster klikt het gewoon, zij ziet mij als mens.",
            "Als het klikt dan durf je dingen te zeggen die je anders voor je houdt."),
    _client("Kwaliteit", "Wisselende hulpverleners", 0.46, 0.55,
            "Elke paar maanden weer een nieuw gezicht en dan mag ik mijn verhaal opnieuw doen.",
            "Onze zoon vertrouwt niemand meer na de vierde hulpverlener."),
    _client("Kwaliteit", "Serieus genomen", 0.50, 0.50,
            "Voor het eerst werd er echt naar ons geluisterd aan de keukentafel.",
            "Ze deden of ik overdreef, terwijl ik gewoon niet meer kon."),
    _client("Effect", "Meer zelf kunnen", 0.52, 0.45,
            "Ik doe nu zelf de boodschappen weer, dat had ik niet gedacht.",
            "Hij gaat weer zelf op de fiets naar school, een jaar geleden kon dat niet."),
    _client("Effect", "Weer onder mensen", 0.38, 0.12,
            "Op de dagbesteding kom ik weer onder de mensen en dat scheelt de helft.",
            "Zonder dat groepje zag ik de hele week niemand."),
    _client("Effect", "Mantelzorger ontlast", 0.45, 0.50,
            "Mijn man kan nu een middag weg zonder zich zorgen te maken.",
            "Dat ene weekend in de maand houdt ons als gezin overeind."),
    _client("Effect", "Geen verschil", 0.12, 0.17,
            "Eerlijk gezegd merk ik er niets van, het is nog net als vroeger.",
            "Veel gepraat, maar thuis is er niets veranderd."),
    _prof("Toegang", "Bewoners kennen ons niet", 0.58,
          "De meeste bewoners weten niet eens dat wij er zitten.",
          "Pas als het misgaat vinden mensen ons, en dan zijn we eigenlijk te laat."),
    _prof("Samenwerken", "Korte lijnen", 0.62,
          "Ik loop nu gewoon even langs bij mijn collega van de jeugd, dat scheelt weken.",
          "Sinds we in een gebouw zitten bel ik niet meer met een loket maar met een mens."),
    _prof("Samenwerken", "Een plan", 0.46,
          "We zeggen een gezin een plan, maar in de praktijk heeft iedereen nog zijn eigen formulier.",
          "Als er een regisseur is dan werkt het, anders praten we langs elkaar heen."),
    _prof("Ruimte", "Werkdruk", 0.58,
          "De caseload is te hoog om iemand goed te leren kennen.",
          "Aan het eind van de week heb ik alleen brandjes geblust."),
    _prof("Ruimte", "Administratie", 0.50,
          "Ik ben meer tijd kwijt aan het systeem dan aan de mensen.",
          "Drie keer hetzelfde invullen in drie systemen, dat moet anders kunnen."),
    _prof("Ruimte", "Doen wat nodig is", 0.42,
          "Soms koop ik gewoon een fiets en dan is het probleem opgelost.",
          "De ruimte is er op papier, maar je moet hem wel durven nemen."),
    _prof("Gegevens", "Privacy remt", 0.38,
          "Ik mag niet weten wat de ander weet, en de bewoner snapt daar niets van.",
          "Zonder handtekening deel ik niets, ook al zou het helpen."),
    _prof("Schalen", "Opschalen traag", 0.35,
          "Bij onveiligheid wil je vandaag iemand, niet na het volgende overleg.",
          "Opschalen lukt als je de juiste persoon kent, en dat is geen systeem."),
)  # fmt: skip

# What transcripts hold and reports may not: all of it made up
STAARTEN = (
    " Dat zei {naam} van hiernaast ook.",
    " Wij wonen zelf in de {straat}, vlak bij de halte.",
    " Op {school} wisten ze het ook niet.",
    " Ik werkte toen nog bij {werk}.",
    " {naam} heeft ons toen geholpen met de formulieren.",
)
NAMEN = ("mevrouw Van der Zwaluw", "Fatima", "meneer Tjon", "Sjoerd", "Ahmed", "Gerda Kwakkel")
STRATEN = ("Zwaluwbeekstraat 14", "Kometenlaan", "Citroenvlinderdreef 8", "Parelmoerhof")
SCHOLEN = ("basisschool De Zonnewijzer", "het Baken Zuidland College", "obs De Windroos")
WERK = ("Bakkerij Kruimel", "garage Van Dam", "Bouwbedrijf Ooievaar")


def interview_tables(seed: int, kwartaal: Kwartaal) -> dict[str, pd.DataFrame]:
    """The list of interviews and both exports of a quarter, by file."""
    rng = stream(seed, f"gesprekken {kwartaal}")
    lijst = interview_table(rng)
    segmenten = pd.DataFrame(list(_segments(rng, lijst)), columns=["document", "soort", "thema", "alinea", "tekst"])
    professional = segmenten["soort"] == "professional"
    return {LIJST: lijst, MAXQDA: maxqda(rng, segmenten[~professional]), ATLASTI: atlasti(segmenten[professional])}


def interview_table(rng: np.random.Generator) -> pd.DataFrame:
    """Every interview with its kind of respondent and its turn; a few people did not want to be quoted."""
    rijen = [
        (f"Gesprek {LETTER[soort]}{nummer:02d}", soort) for soort, n in AANTALLEN.items() for nummer in range(1, n + 1)
    ]
    lijst = pd.DataFrame(rijen, columns=["document", "soort"])
    lijst["volgorde"] = lijst.groupby("soort").cumcount() + 1
    lijst["deelnemers"] = np.where((lijst["soort"] == "professional") & (lijst["volgorde"] % 9 == 0), 5, 1)
    nee = (rng.random(len(lijst)) < 0.1) & (lijst["volgorde"] > 3)
    lijst["toestemming"] = np.where(nee, "nee", "ja")
    return lijst


def _segments(rng: np.random.Generator, lijst: pd.DataFrame) -> Iterator[tuple[str, str, int, int, str]]:
    for document, soort in zip(lijst["document"], lijst["soort"], strict=True):
        alinea = 2
        for k, thema in enumerate(THEMAS):
            if rng.random() >= thema.kans.get(str(soort), 0.0):
                continue
            for _ in range(1 + int(rng.random() < 0.3)):
                alinea += int(rng.integers(1, 6))
                yield document, soort, k, alinea, _text(rng, thema)


def _text(rng: np.random.Generator, thema: Thema) -> str:
    zin = thema.zinnen[int(rng.integers(len(thema.zinnen)))]
    if rng.random() >= HERKENBAAR:
        return zin
    bank = {"naam": NAMEN, "straat": STRATEN, "school": SCHOLEN, "werk": WERK}
    gekozen = {sleutel: woorden[int(rng.integers(len(woorden)))] for sleutel, woorden in bank.items()}
    staart = STAARTEN[int(rng.integers(len(STAARTEN)))].format(**gekozen)
    return zin + " " + staart[1].upper() + staart[2:]


def maxqda(rng: np.random.Generator, segmenten: pd.DataFrame) -> pd.DataFrame:
    """Coded segments as MAXQDA lists them; of the first interviews also what the second coder gave."""
    groep = {"client_wmo": "Clienten Wmo", "ouder_jeugd": "Ouders jeugdhulp"}
    eerste = pd.DataFrame(
        {
            "Document group": segmenten["soort"].map(groep),
            "Document name": segmenten["document"],
            "Code": [" > ".join(THEMAS[k].pad) for k in segmenten["thema"]],
            "Beginning": segmenten["alinea"],
            "End": segmenten["alinea"],
            "Weight score": rng.integers(0, 101, len(segmenten)),
            "Segment": segmenten["tekst"],
            "Created by": "codeur A",
        }
    )
    return pd.concat([eerste, _second_coder(rng, eerste)], ignore_index=True)


def _second_coder(rng: np.random.Generator, eerste: pd.DataFrame) -> pd.DataFrame:
    dubbel = eerste[eerste["Document name"].isin([f"Gesprek C{k:02d}" for k in range(1, DUBBEL + 1)])]
    codes = [" > ".join(thema.pad) for thema in THEMAS if "client_wmo" in thema.kans]
    rijen = []
    for document, deel in dubbel.groupby("Document name", sort=True):
        gaf = set(deel["Code"])
        for code in codes:
            if rng.random() < (ZELFDE if code in gaf else 0.3 * (1 - ZELFDE)):
                rijen.append(
                    deel.iloc[int(rng.integers(len(deel)))].to_dict() | {"Document name": document, "Code": code}
                )
    return pd.DataFrame(rijen, columns=eerste.columns).assign(**{"Created by": "codeur B"})


def atlasti(segmenten: pd.DataFrame) -> pd.DataFrame:
    """Quotations as ATLAS.ti lists them: two codes on one segment stand under each other in a cell."""
    rijen = []
    for nummer, (document, deel) in enumerate(segmenten.groupby("document", sort=True), start=1):
        for k, (_, samen) in enumerate(deel.groupby("alinea", sort=True), start=1):
            codes = "\n".join(": ".join(THEMAS[thema].pad) for thema in samen["thema"])
            rijen.append((f"{nummer}:{k}", document, codes, len(samen), samen["tekst"].iloc[0], "codeur A"))
    return pd.DataFrame(rijen, columns=["ID", "Document", "Codes", "Density", "Quotation Content", "Created by"])


def write_atlasti(frame: pd.DataFrame, pad: Path, *, leverdatum: date) -> None:
    """One sheet that begins with its header; the clock of the file is the delivery date."""
    import xlsxwriter

    naam, waarde = MERK
    with xlsxwriter.Workbook(str(pad)) as boek:
        boek.set_properties({"created": datetime(leverdatum.year, leverdatum.month, leverdatum.day)})  # noqa: DTZ001 a date
        werkblad = boek.add_worksheet(BLAD)
        for rij, waarden in enumerate([(*frame.columns, naam), *((*r, waarde) for r in frame.itertuples(index=False))]):
            werkblad.write_row(rij, 0, waarden)
