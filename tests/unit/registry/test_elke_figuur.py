"""Figures that their own files work out by hand, cell by cell on a random register: plain Python beside the engine."""

from collections import Counter
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from registry_motoren import EEN, LEVERDATUM, VRAGEN, frame, noemers
from registry_referentie import BINNEN, als_telling, eilanden, klassen, overgangen, rijen, tellingen

from sdm_lib import registry
from sdm_lib.registry import Periode
from sdm_lib.registry.overleving import kaplan_meier
from sdm_lib.registry.rooster import leeftijdsgrenzen

KWARTAAL = Periode.van(EEN)
VENSTERS = [Periode.van(wat) for wat in ("2014-11", "2015K1", "2015H1", "2015")]
OUDERS = [(naam, *leeftijdsgrenzen(naam)) for naam in registry.LEEFTIJDEN]


@pytest.fixture(scope="module")
def regels():
    rng = np.random.default_rng(5)
    uit = frame()
    return uit.assign(leveringsvorm=rng.choice(["zin", "pgb"], len(uit)))


@pytest.fixture(scope="module")
def register(regels):
    return registry.open_register(regels, **noemers())


@pytest.fixture(scope="module")
def voorbij(regels):
    """Nobody stays for good, each has few spells, and everyone is about sixty."""
    uit = regels[regels["einde"].notna()]
    nummer = np.arange(len(uit))
    return uit.assign(geboortejaar=1954 + nummer % 4, persoon=uit["persoon"] + np.where(nummer % 2, "a", "b"))


def groep_van(geboortejaar, jaar):
    return next(naam for naam, onder, boven in OUDERS if onder <= jaar - geboortejaar <= boven)


@pytest.mark.parametrize("venster", VENSTERS, ids=str)
@pytest.mark.parametrize("eenheid", ["clienten", "voorzieningen", "huishoudens"])
@pytest.mark.parametrize("by", [("aanbieder", "leveringsvorm"), ("wet", "stadsdeel", "verwijzer")])
def test_use_by_provider_and_form_in_a_month_quarter_half_year_and_year(register, regels, venster, eenheid, by):
    tabel = registry.unieke(register, periodes=venster, eenheid=eenheid, by=by)
    assert als_telling(tabel, ["periode", *by]) == tellingen(regels, [venster], eenheid=eenheid, by=by)


@pytest.mark.parametrize("venster", VENSTERS, ids=str)
def test_use_by_age_and_sex(register, regels, venster):
    tabel = registry.unieke(register, periodes=venster, by=["leeftijd", "geslacht"])
    verwacht = Counter()
    for (label, jaar, geslacht), n in tellingen(
        regels, [venster], eenheid="clienten", by=("geboortejaar", "geslacht")
    ).items():
        verwacht[label, groep_van(jaar, venster.begin.year), geslacht] += n
    assert als_telling(tabel, ["periode", "leeftijd", "geslacht"]) == verwacht


def test_provisions_and_providers_of_households(register, regels):
    for figuur, naam, wat in (
        (registry.stapeling, "voorzieningen", ["persoon", "wet", "voorziening"]),
        (registry.aanbieders_per_huishouden, "aanbieders", ["aanbieder"]),
    ):
        tabel = figuur(register, periodes=EEN, eenheid="huishoudens", by=["stadsdeel"])
        verwacht = Counter()
        for (waar, aantal), n in klassen(regels, KWARTAAL, eenheid="huishoudens", wat=wat, by=("stadsdeel",)).items():
            verwacht[waar, str(aantal) if aantal < 6 else "6+"] += n
        assert als_telling(tabel, ["stadsdeel", naam]) == verwacht


def in_gebruik(regels, begin, einde):
    return [s for s in rijen(regels) if s["begin"] < einde and s["einde"] > begin]


def sets(regels, sleutel, wat, venster):
    per = {}
    for s in in_gebruik(regels, venster.begin, venster.einde):
        per.setdefault(s[sleutel], set()).add(s[wat])
    return per


@pytest.mark.parametrize(("eenheid", "sleutel"), [("clienten", "persoon"), ("huishoudens", "huishouden")])
@pytest.mark.parametrize("over", ["wet", "voorziening"])
def test_combinations(register, regels, eenheid, sleutel, over):
    tabel = registry.combinaties(register, periodes=EEN, eenheid=eenheid, over=over)
    verwacht = Counter(("+".join(sorted(wat)),) for wat in sets(regels, sleutel, over, KWARTAAL).values())
    assert als_telling(tabel, ["combinatie"]) == verwacht


def test_the_six_user_groups(register, regels):
    gevonden = registry.gebruikersgroepen(register, periodes=EEN).set_index("groep")["aantal"]
    per = sets(regels, "huishouden", "wet", KWARTAAL)
    for wet in ("wmo", "jeugd", "participatie"):
        assert gevonden[f"alleen {wet}"] == sum(wetten == {wet} for wetten in per.values())
    assert gevonden["meer sectoren"] == sum(len(wetten) > 1 for wetten in per.values())
    assert gevonden["geen"] == 500 - len(per)  # a hundred households in each of five areas


@pytest.mark.parametrize("by", [(), ("stadsdeel",), ("geslacht", "stadsdeel")])
def test_the_whole_matrix_from_heavy_to_light(register, regels, by):
    vensters = [KWARTAAL, Periode.van("2015K2"), Periode.van("2015H2")]
    tabel = registry.overgangen(register, periodes=vensters, by=by)
    assert als_telling(tabel, ["periode", *by, "van", "naar"]) == overgangen(regels, vensters, by=by)


def vertrokken(regels, *, binnen="alle", gat=0, grens=LEVERDATUM, waar=()):
    """Per person who left in the quarter: closing spell, days until the next episode (None), days followed."""
    per = {}
    for s in rijen(regels):
        if all(s[kolom] == waarde for kolom, waarde in waar):
            per.setdefault((s["persoon"], *(s[k] for k in BINNEN[binnen])), []).append(s)
    uit = []
    for spells in per.values():
        reeks = [*eilanden(spells, gat), []]
        for episode, volgende in pairwise(reeks):
            slot = max(episode, key=lambda s: (s["einde"], s["begin"], str(s["reden_einde"]), s["geboortejaar"]))
            if KWARTAAL.begin < slot["einde"] <= KWARTAAL.einde:
                terug = min((s["begin"] for s in volgende), default=date.max)
                weg = (terug - slot["einde"]).days if terug <= grens else None
                uit.append((slot, weg, (grens - slot["einde"]).days))
    return uit


GEVOLGD = [("alle", 0, LEVERDATUM), ("wet", 0, date(2016, 1, 10)), ("alle", 90, date(2016, 2, 1))]


@pytest.mark.parametrize(("binnen", "gat", "grens"), GEVOLGD)
@pytest.mark.parametrize("redenen", [None, ["volgens_plan"], ["verhuisd"]])
def test_who_left_and_stayed_away(voorbij, binnen, gat, grens, redenen):
    opened = registry.open_register(voorbij, leverdatum=grens)
    wat = {"binnen": binnen, "gat_dagen": gat, "dagen": 300, "redenen": redenen}
    gevonden = registry.duurzaam(opened, periodes=EEN, **wat).iloc[0]
    weg = [rij for rij in vertrokken(voorbij, binnen=binnen, gat=gat, grens=grens)
           if redenen is None or rij[0]["reden_einde"] in redenen]  # fmt: skip
    hier = [rij for rij in weg if rij[0]["reden_einde"] != "verhuisd"]
    terug = sum(dagen is not None and dagen <= 300 for _, dagen, _ in hier)
    kort = sum((dagen is None or dagen > 300) and gevolgd < 300 for _, dagen, gevolgd in hier)
    assert len(weg) > 2
    assert gevonden.drop("periode").to_dict() == {
        "uitstroom": len(weg), "duurzaam": len(hier) - terug - kort, "teruggekeerd": terug, "overleden": 0,
        "verhuisd": len(weg) - len(hier), "nog_onbekend": kort,
    }  # fmt: skip


@pytest.mark.parametrize(("binnen", "gat", "grens"), GEVOLGD)
@pytest.mark.parametrize("tot_leeftijd", [None, 60])
def test_return_is_the_cumulative_incidence_of_who_left(voorbij, binnen, gat, grens, tot_leeftijd):
    opened = registry.open_register(voorbij, leverdatum=grens)
    wat = {"binnen": binnen, "gat_dagen": gat, "dagen": 300, "tot_leeftijd": tot_leeftijd}
    gevonden = registry.terugkeer(opened, periodes=EEN, **wat).iloc[0]
    tijd = []
    for slot, dagen, gevolgd in vertrokken(voorbij, binnen=binnen, gat=gat, grens=grens):
        oud = 9999 if tot_leeftijd is None else (date(slot["geboortejaar"] + tot_leeftijd, 1, 1) - slot["einde"]).days
        mogelijk = [(gevolgd, ""), (max(oud, 0), "te_oud"), *([(dagen, "teruggekeerd")] if dagen is not None else [])]
        tijd.append((0, "verhuisd") if slot["reden_einde"] == "verhuisd" else min(mogelijk, key=lambda een: een[0]))
    over, kans, samen = 1.0, 0.0, len(tijd)
    for moment in sorted({t for t, _ in tijd if t <= 300}):
        hier = [soort for t, soort in tijd if t == moment]
        kans += over * hier.count("teruggekeerd") / samen
        over *= 1 - (len(hier) - hier.count("")) / samen
        samen -= len(hier)
    telling = Counter(soort for t, soort in tijd if t <= 300 and soort)
    namen = ["teruggekeerd", "verhuisd", "te_oud"]
    assert gevonden["uitgestroomd"] == len(tijd)
    assert gevonden[namen].tolist() == [telling[naam] for naam in namen]
    assert telling["teruggekeerd"] > 0 < telling["verhuisd"]
    assert gevonden["gevolgd"] == sum(t >= 300 or soort != "" for t, soort in tijd)
    assert gevonden["aandeel"] == pytest.approx(kans, rel=1e-12)


def test_who_waits_and_how_long(register, regels):
    gevonden = registry.wachttijd(register, periodes=EEN).iloc[0]
    van, tot = KWARTAAL.begin, KWARTAAL.einde
    wacht = []
    for s in rijen(regels):
        aan = min(s["datum_aanmelding"].date(), s["begin"])
        if aan < tot and s["begin"] >= van:
            wacht.append((max((van - aan).days, 0), (min(s["begin"], tot) - aan).days, int(s["begin"] < tot)))
    assert gevonden["gestart"] == sum(klaar for *_, klaar in wacht) > 0
    telling = pd.DataFrame(wacht, columns=["instap", "uitstap", "gebeurd"]).assign(aantal=1)
    telling["instap"] -= 0.25
    telling["uitstap"] += np.where(telling["gebeurd"] == 1, 0.25, -0.25)
    echt = telling[telling["uitstap"] > telling["instap"]]
    assert gevonden["wachtend"] == (echt["gebeurd"] == 0).sum() > 0
    curve = kaplan_meier(echt)
    verwacht = [*curve.kwantiel(0.5), curve.kwantiel(0.9)[0]]
    assert gevonden[["mediaan", "onder", "boven", "p90"]].tolist() == [int(dagen) for dagen in verwacht]


@pytest.mark.parametrize("by", [("wet", "voorziening"), ("wet",)])
@pytest.mark.parametrize("waar", [{}, {"verwijzer": "huisarts"}])
def test_the_parts_of_spend(register, regels, by, waar):
    gevonden = registry.kostendelen(register, periodes=EEN, by=by, where=waar).set_index("soort")
    deel = regels[regels["verwijzer"].isin([waar["verwijzer"]] if waar else ["huisarts", "wijkteam"])]
    for soort, groep in deel.groupby(list(by)):
        hier = in_gebruik(groep, KWARTAAL.begin, KWARTAAL.einde)
        dagen = sum((min(s["einde"], KWARTAAL.einde) - max(s["begin"], KWARTAAL.begin)).days for s in hier)
        verwacht = [len({s["persoon"] for s in hier}), dagen, groep["bedrag_betaald_cent"].sum()]
        assert gevonden.loc["|".join(soort)].tolist() == verwacht


def test_the_dearest_clients(register, regels):
    gevonden = registry.concentratie(register, periodes=EEN, by=["wet"]).set_index("wet")
    for wet, deel in regels.groupby("wet"):
        per = deel.groupby("persoon")["bedrag_betaald_cent"].sum().sort_values(ascending=False)
        per = per[per > 0]
        top = per.iloc[: -(-len(per) // 20)]  # a twentieth, upwards
        assert gevonden.loc[wet, ["clienten", "top", "bedrag_cent", "top_cent"]].tolist() == [
            len(per), len(top), per.sum(), top.sum(),
        ]  # fmt: skip


def test_rates_standardised_for_age_and_sex(register, regels):
    gevonden = registry.gestandaardiseerd(register, periodes=EEN).set_index("stadsdeel")["waarde"]
    by = ("stadsdeel", "geboortejaar", "geslacht")
    per = Counter()
    for (_, waar, jaar, geslacht), n in tellingen(regels, [KWARTAAL], eenheid="clienten", by=by).items():
        per[waar, groep_van(jaar, 2015), geslacht] += n
    cellen = [(naam, geslacht) for naam in registry.LEEFTIJDEN for geslacht in ("man", "vrouw")]
    for waar in gevonden.index:  # two hundred inhabitants in every cell of every area: all weigh the same
        kans = [per[(waar, *cel)] / 200 for cel in cellen]
        assert gevonden[waar] == pytest.approx(1000 * sum(kans) / len(cellen))


def test_social_assistance(register, regels):
    [gevonden] = registry.bijstand(register, periodes=EEN, naar_werk=["volgens_plan"]).to_dict("records")
    eigen = regels[regels["voorziening"] == "bijstand"]
    laatste = in_gebruik(eigen, date(2015, 3, 31), date(2015, 4, 1))
    assert gevonden["personen"] == len({s["persoon"] for s in laatste}) > 0
    assert gevonden["huishoudens"] == len({s["huishouden"] for s in laatste})
    jong = tellingen(eigen, [Periode.van(date(2015, 3, 31))], eenheid="clienten", by=("geboortejaar",))
    assert gevonden["jonger_dan_27"] == sum(n for (_, jaar), n in jong.items() if 2015 - jaar <= 26)
    weg = vertrokken(regels, waar=[("voorziening", "bijstand")])
    assert gevonden["uitstroom"] == len(weg) > 0
    werk = [dagen for slot, dagen, _ in weg if slot["reden_einde"] == "volgens_plan"]
    assert gevonden["naar_werk"] == len(werk) > 0
    assert gevonden["duurzaam_naar_werk"] == sum(dagen is None or dagen > 183 for dagen in werk)
    assert gevonden["nog_onbekend"] == 0


# their numbers of an area are no part of those of the city, or they are not asked by area
NIET_PER_GEBIED = {"concentratie", "duur_toets", "gestandaardiseerd", "kostendelen"}


@pytest.mark.parametrize("naam", sorted(set(registry.FIGUREN) - NIET_PER_GEBIED))
def test_a_condition_on_an_area_asks_for_the_rows_of_that_area(register, naam):
    figuur, vraag = registry.FIGUREN[naam], VRAGEN[naam] | {"by": ["stadsdeel"]}
    alle = figuur(register, **vraag)
    assert alle["stadsdeel"].nunique() > 2
    for waar, deel in alle.groupby("stadsdeel"):
        een = figuur(register, **vraag | {"where": {**vraag.get("where", {}), "stadsdeel": waar}})
        pd.testing.assert_frame_equal(een, deel[een.columns].reset_index(drop=True))
