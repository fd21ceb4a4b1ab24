"""Small pieces for the tests of this room, protected by the real `protect` under the house rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from sdm_lib import results
from sdm_lib.disclosure import Publishable, protect
from sdm_lib.disclosure.beleid import beleid_standaard
from sdm_lib.report import Definitie, Link, PageContext
from sdm_lib.report.herrekend import Herrekend
from sdm_lib.results import MIME, Kader, Piece, Policy, Results, Vorm

KADER = Kader("2015K2", "GM0034", source="clienten", gebied_jaar="2017")
GEBIEDEN = {
    "GM0034": "Almere",
    "WK003401": "Almere Haven",
    "WK003402": "Almere Stad",
    "WK003403": "Almere Buiten",
    "WK003404": "Almere Poort",
    "WK003405": "Almere Hout",
    "WK003406": "Almere Pampus",
}
LABELS = GEBIEDEN | {"CE01": "Weet waar hulp te vinden is", "CE02": "Wordt snel geholpen"}


def rijen(*regels: dict[str, object], kader: Kader = KADER, **vast: str | float) -> Results:
    """Result rows from dictionaries; what is the same everywhere goes in `vast`."""
    return results.build(pd.DataFrame(list(regels)), kader=kader, **vast)


def beschermd(
    tabel: Results,
    *,
    vorm: Vorm = "chart",
    policy: Policy = "steekproef",
    naam: str = "clienten/GM0034/1",
    labels: dict[str, str] | None = None,
    **opties: str,
) -> Publishable:
    """One piece through `protect`."""
    piece = Piece(naam, vorm, policy, tabel, {"titel": "Weten cliënten de weg?"} | opties, LABELS | (labels or {}))
    return protect([piece], beleid=beleid_standaard())[naam]


def teken(stuk: Publishable, *, gebied: str = "WK003405") -> str:
    """The sign that stands in the place of the hidden figure of an area."""
    return stuk.tekens[stuk.table.set_index("gebied").loc[gebied, "status"]]


def aandelen(*, accent: str = "") -> Results:
    """The share that knows the way, for the city and five areas; the smallest area is too small to show."""
    waarden = {
        "GM0034": (0.65, 600),
        "WK003401": (0.72, 140),
        "WK003402": (0.66, 210),
        "WK003403": (0.61, 150),
        "WK003404": (0.58, 93),
        "WK003405": (0.5, 7),
    }
    return rijen(
        *(
            {
                "gebied": gebied,
                "gebied_soort": "gemeente" if gebied == "GM0034" else "stadsdeel",
                "value": p,
                "lower": p - 0.98 * (p * (1 - p) / n) ** 0.5 * 2,
                "upper": p + 0.98 * (p * (1 - p) / n) ** 0.5 * 2,
                "n": n,
            }
            for gebied, (p, n) in waarden.items()
        ),
        indicator="CE01",
        unit="aandeel",
    )


def verschillen() -> Results:
    """Each district against the rest of the city: one proven higher, one proven lower, the others unclear."""
    uit = {"WK003401": (0.09, 0.004), "WK003402": (0.01, 0.8), "WK003403": (-0.06, 0.03)}
    return rijen(
        *(
            {
                "gebied": gebied,
                "gebied_soort": "stadsdeel",
                "value": d,
                "lower": d - 0.05,
                "upper": d + 0.05,
                "reference": 0.64,
                "p": p,
                "p_adj": p,
                "n": 150,
            }
            for gebied, (d, p) in uit.items()
        ),
        indicator="CE01",
        unit="aandeel",
        measure="difference",
    )


def trend(*, indicator: str = "CE01", begin: float = 0.58) -> Results:
    """Six quarters of a share, the third one not measured."""
    perioden = ["2014K1", "2014K2", "2014K3", "2014K4", "2015K1", "2015K2"]
    return rijen(
        *(
            {
                "periode": periode,
                "meetperiode": periode,
                "value": begin + 0.014 * i,
                "lower": begin + 0.014 * i - 0.04,
                "upper": begin + 0.014 * i + 0.04,
                "n": 500 + 10 * i,
                "status": "ok" if i != 2 else "niet_gemeten",
            }
            for i, periode in enumerate(perioden)
        ),
        indicator=indicator,
        unit="aandeel",
    )


def verandering(*, indicator: str = "CE01", value: float = 0.07, p: float = 0.01) -> Results:
    """A tested change against the baseline."""
    return rijen(
        {
            "value": value,
            "lower": value - 0.05,
            "upper": value + 0.05,
            "reference": 0.585,
            "p": p,
            "p_adj": p,
            "n": 560,
        },
        indicator=indicator,
        unit="aandeel",
        measure="difference",
    )


def standen(*figuren: tuple[str, float, str]) -> Results:
    """City figures (indicator, value, unit) with a margin of about five per cent."""
    return rijen(
        *(
            {"indicator": indicator, "value": v, "lower": v * 0.95, "upper": v * 1.05, "unit": unit, "n": 560}
            for indicator, v, unit in figuren
        )
    )


def antwoorden() -> Results:
    """Three statements with five answers each."""
    stellingen = {
        "CE01": (0.22, 0.43, 0.18, 0.11, 0.06),
        "CE02": (0.15, 0.33, 0.24, 0.18, 0.10),
        "CE03": (0.35, 0.40, 0.12, 0.08, 0.05),
    }
    woorden = ("helemaal_eens", "eens", "neutraal", "oneens", "helemaal_oneens")
    return rijen(
        *(
            {
                "indicator": indicator,
                "groep": results.groep(antwoord=woord),
                "value": p,
                "lower": p - 0.03,
                "upper": p + 0.03,
                "n": 560,
            }
            for indicator, delen in stellingen.items()
            for woord, p in zip(woorden, delen, strict=True)
        ),
        unit="aandeel",
    )


def tellingen(sleutel: str, aantallen: dict[str, float], *, indicator: str = "BC01", unit: str = "aantal") -> Results:
    """Register counts (or amounts) by one group key."""
    return rijen(
        *(
            {"groep": results.groep(**{sleutel: naam}), "value": x, "numerator": x, "n": x}
            for naam, x in aantallen.items()
        ),
        indicator=indicator,
        unit=unit,
        source="register",
    )


def kosten() -> Results:
    """Budget and spending of three laws."""
    bedragen = {
        "wmo": (61_200_000.0, 29_800_000.0),
        "jeugd": (58_400_000.0, 33_900_000.0),
        "participatie": (940_000.0, 990_000.0),
    }
    return rijen(
        *(
            {"groep": results.groep(wet=wet, soort=soort), "value": bedrag, "n": 12}
            for wet, paar in bedragen.items()
            for soort, bedrag in zip(("begroting", "realisatie"), paar, strict=True)
        ),
        indicator="K01",
        unit="euro",
        source="grootboek",
    )


def kostenverschil() -> Results:
    """What each law did to spending, against the year before."""
    delen = {"wmo": (58_900_000.0, 2_300_000.0), "jeugd": (60_100_000.0, -1_700_000.0), "schuldhulp": (940e3, 50e3)}
    return rijen(
        *(
            {"groep": results.groep(wet=wet), "value": verschil, "reference": eerder, "n": 12}
            for wet, (eerder, verschil) in delen.items()
        ),
        indicator="K01",
        unit="euro",
        measure="difference",
        source="grootboek",
    )


def combinaties() -> Results:
    """Households by the laws they have provisions under."""
    aantallen = {"wmo": 4210.0, "jeugd": 3120.0, "participatie": 2980.0, "participatie+wmo": 812.0, "jeugd+wmo": 341.0}
    aantallen |= {"jeugd+participatie": 655.0, "jeugd+participatie+wmo": 97.0}
    return tellingen("combinatie", aantallen, indicator="BC10")


def gebruik() -> Results:
    """Clients per 1,000 inhabitants in six districts, one too small to show."""
    aantallen = {
        "WK003401": (1540, 22500), "WK003402": (5210, 111000), "WK003403": (2020, 55000),
        "WK003404": (390, 12500), "WK003405": (110, 2000), "WK003406": (4, 90),
    }  # fmt: skip
    return rijen(
        *(
            {
                "gebied": gebied, "gebied_soort": "stadsdeel", "value": 1000 * k / n, "numerator": k, "denominator": n,
                "n": k,
            }
            for gebied, (k, n) in aantallen.items()
        ),
        indicator="BC02", unit="per_1000", source="register",
    )  # fmt: skip


def maanden() -> Results:
    """Inflow over fourteen quarters; the last one jumps."""
    waarden = [219, 214, 222, 217, 212, 220, 209, 231, 218, 224, 215, 226, 221, 312]
    perioden = [f"{jaar}K{k}" for jaar in (2012, 2013, 2014, 2015) for k in (1, 2, 3, 4)][:14]
    return rijen(
        *({"periode": p, "value": x, "numerator": x, "n": x} for p, x in zip(perioden, waarden, strict=True)),
        indicator="BC11", unit="aantal", source="register",
    )  # fmt: skip


def voornemens() -> Results:
    """Intentions of two main lines by verdict."""
    aantallen = {("stadsleven", "gehaald"): 3, ("stadsleven", "niet te zeggen"): 4, ("thuis", "niet gemeten"): 2}
    return rijen(
        *({"groep": results.groep(hoofdlijn=a, uitspraak=b), "value": x} for (a, b), x in aantallen.items()),
        indicator="voornemens", unit="aantal", source="doelenboom",
    )  # fmt: skip


def wijken() -> Results:
    """A rate over six quarters for five districts and the city."""
    basis = {"GM0034": 48, "WK003401": 68, "WK003402": 47, "WK003403": 37, "WK003404": 31, "WK003405": 55}
    perioden = ["2014K1", "2014K2", "2014K3", "2014K4", "2015K1", "2015K2"]
    return rijen(
        *(
            {
                "periode": periode, "gebied": gebied, "gebied_soort": "gemeente" if gebied == "GM0034" else "stadsdeel",
                "value": b + 0.6 * i - (i % 2), "numerator": 20 * b, "denominator": 20_000, "n": 20 * b,
            }
            for gebied, b in basis.items()
            for i, periode in enumerate(perioden)
        ),
        indicator="BC02B", unit="per_1000", source="register",
    )  # fmt: skip


STROOK = "stand;nulmeting;rest;streefwaarde:niet gehaald;stand;nulmeting"


def strook() -> Results:
    """Two figures beside the nulmeting (one proven higher), the rest of the city and a target."""
    return results.concat(
        standen(("CE01", 0.65, "aandeel")),
        *(
            rijen(
                {"value": d, "lower": d - 0.04, "upper": d + 0.04, "reference": 0.65 - d, "p": p, "p_adj": p, "n": 560},
                indicator="CE01",
                unit="procentpunt",
                measure="difference",
            )
            for d, p in ((0.06, 0.001), (0.01, 0.8))
        ),
        rijen({"value": -0.05, "reference": 0.7, "n": 560}, indicator="CE01", unit="procentpunt", measure="difference"),
        standen(("CE02", 0.48, "aandeel")),
        rijen(
            {"value": 0.0, "lower": -0.01, "upper": 0.01, "reference": 0.48, "p": 0.9, "p_adj": 0.9, "n": 560},
            indicator="CE02",
            unit="procentpunt",
            measure="difference",
        ),
    )


WOORDEN = {
    "CE03": "De ondersteuning past bij mijn vraag",
    "CE04": "Cijfer voor de ondersteuning",
    "DS01": "Inwoners: “Weet waar men moet zijn als hulp nodig is”",
    "ST16": "Professionals: “Het aanbod in de buurt is bekend”",
    "verzadiging": "Thema's tot en met dit gesprek",
    "soort=client_wmo": "Cliënten Wmo",
    "soort=ouder_jeugd": "Ouders, jeugdhulp",
    **{f"gesprek={k:03d}": str(k) for k in range(1, 7)},
    "BC01": "Unieke cliënten",
    "BC02": "Wmo-cliënten per 1.000 inwoners",
    "BC02B": "Cliënten per 1.000 inwoners",
    "BC10": "Huishoudens naar combinatie van wetten",
    "BC11": "Instroom",
    "wet=schuldhulp": "Schuldhulp",
    "BC09": "Cliënten naar aantal voorzieningen",
    "K01": "Lasten",
    "wet=wmo": "Wmo",
    "wet=jeugd": "Jeugdhulp",
    "wet=participatie": "Participatie",
    "aantal": "Aantal voorzieningen",
    "aantal=1": "1 voorziening",
}


def voorbeelden() -> dict[str, Publishable]:
    """One piece of every form and chart kind, as a page would hold them."""
    kop = results.concat(
        standen(("CE01", 0.65, "aandeel"), ("CE02", 0.48, "aandeel"), ("CE04", 7.34, "cijfer")),
        verandering(),
        verandering(indicator="CE02", value=-0.01, p=0.7),
    )
    regels = {"relevant_verschil": "0.03", "vergelijking": "nulmeting", "gunstig": "hoger"}
    reeksen = results.concat(trend(), trend(indicator="CE02", begin=0.41))
    toetsen = {"relevant_verschil": "0.03", "vergelijking": "rest"}
    eerder = [reeksen.where(indicator="CE01", periode=periode) for periode in ("2014K4", "2015K1")]
    soorten = {"begeleiding": 2345.0, "hulp_bij_huishouden": 3120.0, "vervoer": 1410.0, "beschermd_wonen": 8.0}
    aantallen = {"1": 6140.0, "2": 2530.0, "3": 1175.0, "4": 625.0, "5": 145.0, "6+": 25.0}
    stroom = {"beginstand": 2911.0, "instroom": 447.0, "uitstroom": 562.0, "eindstand": 2796.0}
    vergeleken = results.concat(aandelen(), verschillen())
    stukken: list[tuple[str, str, Results, str, dict[str, str]]] = [
        ("bevindingen", "bevindingen", kop, "steekproef", regels),
        ("kaarten", "kaarten", results.concat(kop, *eerder), "steekproef", regels),
        ("dot", "chart", vergeleken, "steekproef", toetsen | {"titel": "Weten zij de weg?", "accent": "WK003403"}),
        ("lines", "chart", reeksen, "steekproef", {"titel": "Hoe ontwikkelt de toegang zich?"}),
        ("agreement", "chart", antwoorden(), "steekproef", {"titel": "Wat vinden cliënten van de hulp?"}),
        ("bars", "chart", tellingen("voorziening", soorten), "register", {"titel": "Welke hulp krijgen zij?"}),
        (
            "stack",
            "chart",
            tellingen("aantal", aantallen, indicator="BC09"),
            "register",
            {"titel": "Hoeveel tegelijk?"},
        ),
        ("balance", "chart", tellingen("stroom", stroom), "register", {"titel": "Wie kwam erbij, wie ging eraf?"}),
        ("budget", "chart", kosten(), "register", {"titel": "Wat is uitgegeven?", "deel_van_jaar": "0.5"}),
        ("waterfall", "chart", kostenverschil(), "register", {"titel": "Waardoor is meer uitgegeven?"}),
        ("upset", "chart", combinaties(), "register", {"titel": "Welke wetten komen samen voor?"}),
        ("funnel", "chart", gebruik(), "register", {"titel": "Hoeveel Wmo per stadsdeel?"}),
        ("doelen", "chart", voornemens(), "register", {"titel": "Ligt het beleid op koers?"}),
        ("control", "chart", maanden(), "register", {"titel": "Is de instroom rustig?"}),
        ("map", "chart", gebruik(), "register", {"titel": "Waar is het gebruik hoog?", "accent": "WK003404"}),
        ("tiles", "chart", gebruik(), "register", {"titel": "Waar is het gebruik hoog, als tegels?"}),
        ("multiples", "chart", wijken(), "register", {"titel": "Hoe loopt het per stadsdeel?"}),
        (
            "strip",
            "chart",
            strook(),
            "steekproef",
            {"titel": "Waarmee te vergelijken?", "vergelijking": STROOK, "relevant_verschil": "0.03"},
        ),
        ("verzadiging", "chart", gesprekken(), "register", {"titel": "Zijn er genoeg mensen gesproken?"}),
        ("stemmen", "chart", stemmen(), "steekproef", {"titel": "Drie stemmen over de toegang"}),
        ("citaten", "citaten", results.empty(), "register", CITATEN),
        ("profielen", "citaten", results.empty(), "register", PROFIELEN),
        ("duiding", "duiding", results.empty(), "register", DUIDING),
        ("table", "table", vergeleken, "steekproef", toetsen | {"titel": "Weet de weg, per stadsdeel"}),
        ("zin", "zin", results.concat(standen(("CE01", 0.65, "aandeel")), verandering()), "steekproef", regels),
    ]
    pieces = [
        Piece(
            f"clienten/GM0034/{naam}",
            vorm,
            policy,
            tabel,
            {"titel": "Kerncijfers", "chart": naam} | opties,
            LABELS | WOORDEN,
        )  # type: ignore[arg-type]
        for naam, vorm, tabel, policy, opties in stukken
    ]
    beschermd_ = protect(pieces, beleid=beleid_standaard())
    return {piece.id.rsplit("/", 1)[-1]: beschermd_[piece.id] for piece in pieces}


CITATEN = {
    "titel": "In eigen woorden",
    "fictief": "ja",
    "K1.tekst": "Die brieven lees ik drie keer & dan snap ik ze <nog> niet, zo'n brief.",
    "K1.wie": "Mevrouw A, cliënt Wmo",
    "K1.themas": "brieven zijn moeilijk",
    "K1.vrij": "O&S, 13 juli 2015: nagelezen",
}
PROFIELEN = {
    "titel": "Een cliënt, veel cliënten",
    "P1.verhaal": "Zij is boven de zeventig en krijgt hulp bij het huishouden.",
    "P1.wie": "Mevrouw B",
    "P1.themas": "de weg vinden",
    "P1.vrij": "O&S, 13 juli 2015: nagelezen",
}
DUIDING = {
    "titel": "De weg loopt langs mensen",
    "auteur": "Adviesraad",
    "datum": "13 juli 2015",
    "status": "Hypothese",
    "bestand": "params/2015K2/duiding/clienten.md",
    "alinea.01": "Van de cliënten weet {{clienten.CE01}} de weg.",
    "alinea.02": "Wij vermoeden dat bekenden helpen.",
}


def gesprekken() -> Results:
    """Themes known after each of six interviews with two kinds of respondent."""
    regels = [
        {"groep": f"gesprek={k:03d};soort={soort}", "value": waarde}
        for soort, waarden in (("client_wmo", (4.0, 6, 7, 7, 7, 7)), ("ouder_jeugd", (3.0, 3, 5, 6)))
        for k, waarde in enumerate(waarden, start=1)
    ]
    kader = replace(KADER, source="doelenboom")  # themes are no persons
    return rijen(*regels, kader=kader, indicator="verzadiging", unit="aantal", method="telling van de steekproef")


def stemmen() -> Results:
    """Three statements on one scale."""
    return standen(("DS01", 0.52, "aandeel"), ("ST16", 0.61, "aandeel"), ("CE01", 0.65, "aandeel"))


TEKSTEN = {
    "bevindingen": "## In het kort",
    "kaarten": "## De cijfers op een rij\n\nDe kaarten laten de stand van dit kwartaal zien.",
    "dot": "## Weten cliënten de weg?\n\nWij vroegen of zij wisten **waar zij moesten zijn** met hun hulpvraag.",
    "lines": "### Door de tijd",
    "agreement": "## Wat vinden cliënten van de hulp?",
    "bars": "## Welke hulp krijgen zij?",
    "stack": "### Meer voorzieningen tegelijk",
    "balance": "## Wie komt erbij, wie gaat eraf?",
    "budget": "## Wat kost het?",
    "table": "## Verantwoording\n\nDe antwoorden zijn gewogen.\n\n| Stap | Aantal |\n|---|---|\n| Getrokken | alle |\n",
    "zin": "Tot slot de kern in een zin:",
}


def notebook(publishables: dict[str, Publishable], *extra: object) -> Any:
    """An executed notebook that shows these pieces, each under its own heading."""
    import nbformat

    v4 = nbformat.v4
    cellen = [v4.new_markdown_cell("# Wat ervaren cliënten?")]
    for naam, stuk in publishables.items():
        uitvoer = v4.new_output("display_data", data={MIME: {"id": stuk.id}, "text/html": "<b>voorbeeld</b>"})
        cellen += [
            v4.new_markdown_cell(TEKSTEN.get(naam, f"## {naam}")),
            v4.new_code_cell("run.publish()", outputs=[uitvoer]),
        ]
    return v4.new_notebook(cells=[*cellen, *extra])


def paginas() -> tuple[Any, dict[str, Publishable], PageContext]:
    """A whole page: notebook, pieces by id, and the context."""
    per_naam = voorbeelden()
    page = PageContext(
        onderwerp="Cliënten",
        kwartaal="2e kwartaal 2015",
        gebied="Almere",
        fictief=True,
        inleiding="Voor de raad en het college: hoe ervaren inwoners die hulp krijgen de toegangen de kwaliteit?",
        definities=(
            Definitie(
                "Weet waar hulp te vinden is",
                (
                    ("Wat telt mee", "cliënten die (helemaal) eens antwoorden"),
                    ("Van wie", "cliënten met een bruikbaar antwoord"),
                    ("Bron", "cliëntervaringsonderzoek"),
                ),
                "CE01",
            ),
        ),
        begrippen=(("Nulmeting", "de eerste meting, waarmee latere metingen worden vergeleken"),),
        herkomst=(("Levering clienten.csv", "a3f5c0" * 10), ("Versie van de kit", "0.1.0")),
        wijzigingen=("Dit is de eerste uitgave.",),
        nulmeting=Herrekend(
            "De nulmeting is opnieuw berekend.",
            (("Weet waar hulp te vinden is, Almere", "gepubliceerd 61,2%, opnieuw berekend 61,4%"),),
        ),
        links=(Link("Alle onderwerpen", "index.html"), Link("Kosten", "kosten.html")),
        verwijzingen={"{{clienten.CE01}}": "65%"},
    )
    return notebook(per_naam), {stuk.id: stuk for stuk in per_naam.values()}, page
