"""Figures that their own files work out by hand, cell by cell on a random register: plain Python beside the engine."""

from collections import Counter
from datetime import date

import numpy as np
import pandas as pd
import pytest
from registry_motoren import EEN, LEVERDATUM, frame, noemers
from registry_referentie import als_telling, eilanden, klassen, overgangen, rijen, tellingen

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


def test_a_condition_on_an_area_asks_for_the_row_of_that_area(register):
    alle = registry.overgangen(register, periodes=EEN, by=["stadsdeel"])
    for waar, deel in alle.groupby("stadsdeel"):
        een = registry.overgangen(register, periodes=EEN, where={"stadsdeel": waar})
        assert een["aantal"].tolist() == deel["aantal"].tolist()


def vertrokken(regels, sleutel, waar=()):
    """Per person who left in the quarter: reason, days until the next episode (None), days followed."""
    per = {}
    for s in rijen(regels):
        if all(s[kolom] == waarde for kolom, waarde in waar):
            per.setdefault(tuple(s[k] for k in sleutel), []).append(s)
    uit = []
    for spells in per.values():
        reeks = eilanden(spells, 0)
        for i, episode in enumerate(reeks):
            slot = max(episode, key=lambda s: (s["einde"], s["begin"], str(s["reden_einde"])))
            if KWARTAAL.begin < slot["einde"] <= KWARTAAL.einde:
                volgend = min((s["begin"] for s in reeks[i + 1]), default=None) if i + 1 < len(reeks) else None
                weg = (volgend - slot["einde"]).days if volgend and volgend <= LEVERDATUM else None
                uit.append((slot["reden_einde"], weg, (LEVERDATUM - slot["einde"]).days))
    return uit


@pytest.mark.parametrize("redenen", [None, ["verhuisd"]])
def test_who_left_and_stayed_away(register, regels, redenen):
    gevonden = registry.duurzaam(register, periodes=EEN, redenen=redenen).iloc[0]
    weg = [rij for rij in vertrokken(regels, ["persoon"]) if redenen is None or rij[0] in redenen]
    terug = sum(dagen is not None and dagen <= 183 for _, dagen, _ in weg)
    assert len(weg) > 5
    assert gevonden[["uitstroom", "duurzaam", "teruggekeerd", "nog_onbekend"]].tolist() == [
        len(weg), len(weg) - terug, terug, 0,
    ]  # fmt: skip  # all were followed for more than half a year


def test_return_within_a_year_is_the_cumulative_incidence_of_who_left(register, regels):
    gevonden = registry.terugkeer(register, periodes=EEN).iloc[0]
    weg = vertrokken(regels, ["persoon"])
    tijd = [(0, "verhuisd") if reden == "verhuisd" else (dagen, "terug") if dagen is not None else (gevolgd, "")
            for reden, dagen, gevolgd in weg]  # fmt: skip
    over, kans, samen = 1.0, 0.0, len(tijd)
    for moment in sorted({t for t, _ in tijd if t <= 365}):
        hier = [soort for t, soort in tijd if t == moment]
        kans += over * hier.count("terug") / samen
        over *= 1 - (len(hier) - hier.count("")) / samen
        samen -= len(hier)
    assert gevonden["uitgestroomd"] == len(weg)
    assert gevonden["verhuisd"] == sum(soort == "verhuisd" for _, soort in tijd) > 0
    assert gevonden["teruggekeerd"] == sum(soort == "terug" and t <= 365 for t, soort in tijd) > 0
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
    assert gevonden["mediaan"] == int(kaplan_meier(echt).kwantiel(0.5)[0])


def test_the_parts_of_spend(register, regels):
    gevonden = registry.kostendelen(register, periodes=EEN, by=["wet", "voorziening"]).set_index("soort")
    betaald = regels.groupby(["wet", "voorziening"])["bedrag_betaald_cent"].sum()
    for (wet, soort), cent in betaald.items():
        rij = gevonden.loc[f"{wet}|{soort}"]
        hier = [
            s
            for s in in_gebruik(regels, KWARTAAL.begin, KWARTAAL.einde)
            if (s["wet"], s["voorziening"]) == (wet, soort)
        ]
        dagen = sum((min(s["einde"], KWARTAAL.einde) - max(s["begin"], KWARTAAL.begin)).days for s in hier)
        assert rij.tolist() == [len({s["persoon"] for s in hier}), dagen, cent]


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
    [gevonden] = registry.bijstand(register, periodes=EEN, naar_werk=["verhuisd"]).to_dict("records")
    eigen = regels[regels["voorziening"] == "bijstand"]
    laatste = in_gebruik(eigen, date(2015, 3, 31), date(2015, 4, 1))
    assert gevonden["personen"] == len({s["persoon"] for s in laatste}) > 0
    assert gevonden["huishoudens"] == len({s["huishouden"] for s in laatste})
    jong = tellingen(eigen, [Periode.van(date(2015, 3, 31))], eenheid="clienten", by=("geboortejaar",))
    assert gevonden["jonger_dan_27"] == sum(n for (_, jaar), n in jong.items() if 2015 - jaar <= 26)
    weg = vertrokken(regels, ["persoon"], waar=[("voorziening", "bijstand")])
    assert gevonden["uitstroom"] == len(weg) > 0
    werk = [dagen for reden, dagen, _ in weg if reden == "verhuisd"]
    assert gevonden["naar_werk"] == len(werk) > 0
    assert gevonden["duurzaam_naar_werk"] == sum(dagen is None or dagen > 183 for dagen in werk)
    assert gevonden["nog_onbekend"] == 0
