"""Money between register and ledger, and through time: reconciliation, why spend changed, what is still to be billed.

The ledger knows no areas and the bills of the register are those of one quarter, so every table here is of the whole
city, and of a year it is that of the last quarter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sdm_lib import disclosure, results, sources
from sdm_lib.errors import Melding, ParameterFout, bedoelde_u
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.monitor.grondslag import CACHE, REGISTER
from sdm_lib.monitor.runfile import STAD
from sdm_lib.results import Kader, Results

if TYPE_CHECKING:
    from sdm_lib.monitor.grondslag import Grondslag
    from sdm_lib.monitor.run import Run

GELD = {
    "aansluiting": "Van register naar grootboek",
    "aansluiting=1_natura": "Zorg in natura en uitkeringen, volgens het register",
    "aansluiting=2_pgb": "Persoonsgebonden budgetten, volgens het register",
    "aansluiting=3_overhead": "Overhead en voorzieningen zonder geregistreerde cliënten",
    "aansluiting=4_eigen_bijdrage": "Af: eigen bijdragen",
    "aansluiting=5_onverklaard": "Onverklaard",
    "onverklaard": "Onverklaard deel van het grootboek",
    "ontleding": "Verandering van de uitgaven",
    "factor": "Oorzaak",
    "factor=inwoners": "meer of minder inwoners",
    "factor=bereik": "meer of minder cliënten per inwoner",
    "factor=samenstelling": "andere soorten voorzieningen",
    "factor=volume": "meer of minder dagen per cliënt",
    "factor=prijs": "hogere of lagere prijs per dag",
    "factor=nieuwe_soorten": "nieuwe soorten voorzieningen",
    "factor=vervallen_soorten": "vervallen soorten voorzieningen",
    "factor=late_rekeningen": "late rekeningen van soorten die niemand meer gebruikt",
    "revisie": "Wat toen is gezegd, en wat nu bekend is",
    "kwartaal": "Kwartaal",
    "moment": "Bekend",
    "moment=1_eerst": "In de eerste levering",
    "moment=2_nu": "Nu",
    "moment=3_verwacht": "Verwachte eindstand",
    "jaareinde": "Verwachte uitgaven over het hele jaar",
}

CHAIN_LADDER = {"status": "ok", "method": "chain ladder van Mack"}
TE_WEINIG: dict[str, Any] = {"value": np.nan, "status": "niet_gemeten", "method": "te weinig leveringen"}


def aansluiting(run: Grondslag) -> Results:
    """From register to ledger in one quarter: in kind, pgb, overhead, own contributions and what stays unexplained.

    Groups ``aansluiting=...`` that add up to the row without group, the ledger; and the share that is unexplained.
    A part that nobody delivered is niet_gemeten and counts as nothing; without bookings in the quarter all is.
    """
    stad = run.whole_city()
    kader = _kader(stad, "grootboek")
    posten = (stad.bestand.value.zonder_clienten, stad.bestand.value.eigen_bijdragen)
    return stad.kept(
        "aansluiting", kader, posten, bronnen=["grootboek", *REGISTER], make=lambda: _aansluiting(stad, kader)
    )


def _aansluiting(stad: Grondslag, kader: Kader) -> Results:
    from sdm_lib import registry

    boek = _realisatie(stad.frame("grootboek"), stad.kwartaal.slot)
    if boek["bedrag_cent"].sum() <= 0:  # not booked yet
        leeg = pd.DataFrame({"indicator": ["aansluiting", "onverklaard"], "unit": ["euro", "aandeel"]})
        return results.build(leeg, kader=kader, status="niet_gemeten", method="het grootboek kent dit kwartaal niet")
    overhead, eigen = (_geboekt(stad, boek, sleutel) for sleutel in ("zonder_clienten", "eigen_bijdragen"))
    heeft_pgb = "leveringsvorm" in stad.register.kolommen
    natura, pgb = _betaald(stad, "zin"), _betaald(stad, "pgb") if heeft_pgb else None
    tabel = registry.aansluiting(
        register_cent=natura["bedrag_cent"], pgb_cent=pgb["bedrag_cent"] if pgb else 0,
        overhead_cent=overhead, eigen_bijdrage_cent=-eigen, grootboek_cent=int(boek["bedrag_cent"].sum()),
    ).set_index("post")  # fmt: skip
    euro = (tabel["bedrag_cent"] / 100).to_dict()
    eigen_bijdrage = euro["eigen bijdrage"] if stad.bestand.value.eigen_bijdragen else np.nan
    rijen = [
        {"groep": "1_natura", "value": euro["register"], "source": "register"} | _feiten(natura),
        {"groep": "2_pgb", "value": euro["pgb"] if pgb else np.nan, "source": "register"} | _feiten(pgb or {}),
        {"groep": "3_overhead", "value": euro["overhead"]},
        {"groep": "4_eigen_bijdrage", "value": eigen_bijdrage},
        {"groep": "5_onverklaard", "value": euro["onverklaard"]},
        {"groep": "", "value": euro["grootboek"]},
    ]
    frame = pd.DataFrame(rijen)
    frame["groep"] = [results.groep(aansluiting=naam) if naam else "" for naam in frame["groep"]]
    frame = frame.assign(
        numerator=frame["value"], source=frame["source"].fillna(kader.source),
        status=np.where(frame["value"].notna(), "ok", "niet_gemeten"),
    )  # fmt: skip
    bedragen = results.build(frame, kader=kader, indicator="aansluiting", unit="euro", method="som van boekingen")
    deel = tabel.loc[["onverklaard"], ["aandeel"]].rename(columns={"aandeel": "value"})
    return results.concat(
        bedragen, results.build(deel, kader=kader, indicator="onverklaard", unit="aandeel", method="som van boekingen")
    )


def _betaald(stad: Grondslag, vorm: str) -> dict[str, Any]:
    """Amount, spells and contributors of one form of delivery (zin counts all that is no pgb)."""
    from sdm_lib import registry

    wat: dict[str, Any] = {"periodes": str(stad.kwartaal.slot), "grondslag": "betaald"}
    if "leveringsvorm" in stad.register.kolommen:
        vormen = set(stad.register.combinaties(["leveringsvorm"])["leveringsvorm"]) - {"pgb"}
        wat["where"] = {"leveringsvorm": ["pgb"] if vorm == "pgb" else sorted(vormen)}
    [som] = registry.uitgaven(stad.register, **wat).to_dict("records")
    [achter] = registry.bijdragen(stad.register, **wat).to_dict("records")
    return {str(naam): waarde for naam, waarde in (som | achter).items()}


def _feiten(betaald: Mapping[str, Any]) -> dict[str, float]:
    if not betaald:
        return {}
    feiten = {naam: betaald[naam] / (1 if naam == "aanbieders" else 100) for naam in results.BIJDRAGEN}
    return {"n": float(betaald["regels"])} | feiten


def _geboekt(stad: Grondslag, boek: pd.DataFrame, sleutel: str) -> int:
    """Cents booked on the posts under a key of the run file; none when nothing was booked on them in the quarter.

    Raises ParameterFout SDM-271 for a post that the ledger does not have."""
    gevraagd: tuple[str, ...] = getattr(stad.bestand.value, sleutel)
    bekend = sorted(stad.frame("grootboek")["post"].unique())
    if vreemd := [post for post in gevraagd if post not in bekend]:
        raise ParameterFout(*(
            Melding("SDM-271", f"het grootboek kent geen post '{post}'", bedoelde_u(post, bekend),
                    bestand=stad.bestand.bestand, sleutel=sleutel)
            for post in vreemd
        ))  # fmt: skip
    return int(boek.loc[boek["post"].isin(gevraagd), "bedrag_cent"].sum())


def per_client(run: Grondslag, tabel: Results) -> Results:
    """Amounts per client as they are, or without a value (te_onzeker) when too much of the ledger is unexplained.

    tabel : levels in euro. The limit is that of `registry.kosten_per_client`.
    """
    from sdm_lib.registry.ontleding import GRENS_ONVERKLAARD

    aandeel = aansluiting(run).where(indicator="onverklaard").frame["value"]
    if aandeel.abs().le(GRENS_ONVERKLAARD).all():
        return tabel
    leeg = dict.fromkeys(("value", "lower", "upper", "se", "numerator", "denominator"), np.nan)
    return Results(tabel.frame.assign(**leeg, status="te_onzeker", method="te veel van het grootboek is onverklaard"))


def ontleding(run: Run) -> Results:
    """Why spend on provisions differs from the quarter that the run file compares with; groups ``factor=...``.

    Differences in euro with the earlier spend as reference, exact to the cent. A new or vanished type used by fewer
    clients than may be shown hides the whole table, for its amount would follow from the rest; late bills of fewer
    clients do too. Empty without an earlier quarter, and of a year, of which the register has no bills.
    """
    stad = run.whole_city()
    eerder = stad.eerder("vorige")
    if eerder is None or not (isinstance(stad.kwartaal, Kwartaal) and isinstance(eerder.kwartaal, Kwartaal)):
        return results.empty()
    kader = _kader(stad, "register")
    huis = disclosure.load_beleid(stad.house_rules("bescherming"))
    huis = huis.verscherp(stad.bestand.value.bescherming, onderwerp=stad.onderwerp, bestand=stad.bestand.bestand)
    drempel = huis.regels("register").drempel
    return stad.kept(
        "ontleding", kader, drempel, eerder.frame_of("register"), *(eerder._known(naam).sleutel for naam in REGISTER),
        bronnen=REGISTER, make=lambda: _ontleding(stad, eerder, kader, drempel=drempel),
    )  # fmt: skip


def _ontleding(nu: Grondslag, eerder: Grondslag, kader: Kader, *, drempel: int) -> Results:
    from sdm_lib import registry

    delen, mensen, inwoners, laat = [], [], [], []
    for run in (eerder, nu):
        periode = str(run.kwartaal)
        delen.append(registry.kostendelen(run.register, periodes=periode))
        laat += _laat(run, delen[-1])
        tabel = registry.per_1000(run.register, periodes=periode)
        mensen.append(int(tabel["aantal"].iloc[0]))
        inwoners.append(int(tabel["noemer"].iloc[0]))
    toen, dan = delen
    tabel = registry.ontleding(toen, dan, inwoners=(inwoners[0], inwoners[1]), clienten=(mensen[0], mensen[1]))
    rijen = pd.DataFrame({
        "groep": [results.groep(factor=naam.replace(" ", "_")) for naam in tabel["factor"]],
        "value": tabel["bedrag_cent"] / 100, "reference": toen["bedrag_cent"].sum() / 100, "n": float(mensen[1]),
    })  # fmt: skip
    if any(clienten < drempel for clienten in (*_alleen(dan, toen), *_alleen(toen, dan), *laat)):
        rijen = rijen.assign(value=np.nan, reference=np.nan, status="te_klein")
    return results.build(
        rijen,
        kader=kader,
        indicator="ontleding",
        unit="euro",
        measure="difference",
        method="Shapley over vijf factoren",
    )


def _alleen(een: pd.DataFrame, ander: pd.DataFrame) -> list[int]:
    """Clients of each type that only `een` uses; not of them together, for somebody may use several."""
    gebruikt = ander.loc[ander["clienten"] > 0, "soort"]
    aantallen: list[int] = een.loc[~een["soort"].isin(gebruikt) & (een["clienten"] > 0), "clienten"].tolist()
    return aantallen


def _laat(run: Grondslag, delen: pd.DataFrame) -> list[int]:
    """Of each type with bills that nobody uses: how many clients they are of."""
    from sdm_lib import registry

    soorten = delen.loc[(delen["clienten"] <= 0) & (delen["bedrag_cent"] != 0), "soort"].tolist()
    if not soorten:
        return []
    per = registry.concentratie(run.register, periodes=str(run.kwartaal), by=["voorziening"])
    aantallen: list[int] = per.loc[per["voorziening"].isin(soorten), "clienten"].tolist()
    return aantallen


def revisie(run: Grondslag) -> Results:
    """Per quarter of this year what the first ledger said, what is booked now, and the final value to be expected.

    Deliveries of earlier quarters are those in the folders beside this one. The expectation is that of chain ladder
    with Mack's interval, from three deliveries on and when none of this year is missing; else it is niet_gemeten.
    """
    stad = run.whole_city()
    kader = _kader(stad, "grootboek")
    mappen = _mappen(stad, stad.kwartaal.slot.jaar)
    return stad.kept("revisie", kader, _inhoud(stad, mappen), bronnen=["grootboek"], make=lambda: _revisie(stad, kader))


def _mappen(stad: Grondslag, jaar: int) -> dict[Kwartaal, Any]:
    """The folders with a ledger of a year, by quarter: this delivery and those beside it that are not later."""
    slot = stad.kwartaal.slot
    eigen = {slot: stad.folder} if jaar == slot.jaar else {}
    if stad.folder.name != str(slot):
        return eigen
    nummers = range(1, slot.nummer if eigen else 5)
    erbij = {Kwartaal(jaar, nummer): stad.folder.parent / f"{jaar}K{nummer}" for nummer in nummers}
    naam = sources.load_schema("grootboek", root=stad.root).bestand
    return {kwartaal: map_ for kwartaal, map_ in erbij.items() if (map_ / naam).is_file()} | eigen


def _inhoud(stad: Grondslag, mappen: Mapping[Kwartaal, Any]) -> list[str]:
    return [sources.known("grootboek", folder=map_, cache=stad.root / CACHE).sleutel for map_ in mappen.values()]


def _tot_en_met(kwartaal: Kwartaal) -> list[Kwartaal]:
    return [Kwartaal(kwartaal.jaar, nummer) for nummer in range(1, kwartaal.nummer + 1)]


def _revisie(stad: Grondslag, kader: Kader) -> Results:
    from sdm_lib import registry

    kwartalen = _tot_en_met(stad.kwartaal.slot)
    leveringen = _gezegd(stad, kwartalen)
    verwacht = _verwacht(leveringen, kwartalen=len(kwartalen))
    tabel = registry.revisie(leveringen).set_index("periode").reindex([str(kwartaal) for kwartaal in kwartalen])
    rijen = [
        {"groep": results.groep(kwartaal=periode, moment=naam)} | cel
        for periode, rij in zip(tabel.index, tabel.to_dict("records"), strict=True)
        for naam, cel in {
            # without a delivery of its own it is not known what was said first
            "1_eerst": _som(rij["eerst"] if rij["eerste_levering"] == periode else np.nan),
            "2_nu": _som(rij["nu"]),
            "3_verwacht": verwacht.get(periode, TE_WEINIG),
        }.items()
    ]
    frame = pd.DataFrame(rijen)
    return results.build(frame.assign(numerator=frame["value"]), kader=kader, indicator="revisie", unit="euro")


def _gezegd(stad: Grondslag, kwartalen: Sequence[Kwartaal]) -> pd.DataFrame:
    """What each ledger of a year says of each quarter up to its own: levering, periode, bedrag.

    A quarter without bookings has no row: that ledger does not say that nothing was spent, it says nothing.
    """
    boeken = {
        kwartaal: sources.read_kept("grootboek", folder=map_, cache=stad.root / CACHE).frame
        for kwartaal, map_ in _mappen(stad, kwartalen[0].jaar).items()
    }
    regels = [
        (str(wanneer), str(over), boekingen["bedrag_cent"].sum() / 100)
        for wanneer, boek in boeken.items() for over in kwartalen[: wanneer.nummer]
        if len(boekingen := _realisatie(boek, over))
    ]  # fmt: skip
    return pd.DataFrame(regels, columns=["levering", "periode", "bedrag"])


def _verwacht(leveringen: pd.DataFrame, *, kwartalen: int) -> dict[str, dict[str, Any]]:
    """By quarter the final value of chain ladder with its interval; nothing unless every delivery of the year is here,
    three or more, and says of each quarter up to its own that something was spent."""
    from sdm_lib import registry

    if kwartalen < 3 or len(leveringen) < kwartalen * (kwartalen + 1) // 2 or not leveringen["bedrag"].gt(0).all():
        return {}
    namen = {"verwacht": "value", "onder": "lower", "boven": "upper"}
    tabel = registry.mack(registry.bouw_driehoek(leveringen)).tabel.rename(columns=namen)[[*namen.values(), "se"]]
    regels = zip(tabel.index.astype(str), tabel.to_dict("records"), strict=True)
    return {periode: {str(naam): waarde for naam, waarde in rij.items()} | CHAIN_LADDER for periode, rij in regels}


def _som(bedrag: float) -> dict[str, Any]:
    return {"value": bedrag, "status": "ok", "method": "som van boekingen"} if bedrag == bedrag else TE_WEINIG


def jaareinde(run: Grondslag) -> Results:
    """What the ledger of this year will come to, with its interval.

    Bills still to come, and the quarters that are still to come, follow those of last year; so that year needs its
    four ledgers, in the folders beside this one. Without them it is niet_gemeten.
    """
    stad = run.whole_city()
    kader, jaar = _kader(stad, "grootboek"), stad.kwartaal.slot.jaar
    inhoud = [_inhoud(stad, _mappen(stad, welk)) for welk in (jaar - 1, jaar)]
    return stad.kept("jaareinde", kader, inhoud, bronnen=["grootboek"], make=lambda: _jaareinde(stad, kader))


def _jaareinde(stad: Grondslag, kader: Kader) -> Results:
    from sdm_lib import registry

    slot, rij = stad.kwartaal.slot, TE_WEINIG
    eindstanden = _eindstanden(stad, slot)
    if len(eindstanden) == 4 + slot.nummer:
        einde = registry.jaarverwachting(pd.DataFrame(eindstanden), jaar=slot.jaar).iloc[0]
        rij = {"value": einde["verwacht"], "lower": einde["onder"], "upper": einde["boven"], "status": "ok",
               "method": "tempo van vorig jaar, met late rekeningen"}  # fmt: skip
    frame = pd.DataFrame([rij]).assign(numerator=rij["value"])
    return results.build(frame, kader=kader, indicator="jaareinde", unit="euro")


def _eindstanden(stad: Grondslag, slot: Kwartaal) -> list[dict[str, Any]]:
    """Final values of last year's quarters and of those known of this year: periode, bedrag, se.

    Of a quarter as much is still to come as of the quarter of last year that was as old.
    """
    from sdm_lib import registry

    toen, nu = _tot_en_met(Kwartaal(slot.jaar - 1, 4)), _tot_en_met(slot)
    gezegd = _gezegd(stad, toen)
    vorig = _verwacht(gezegd, kwartalen=4)
    if not vorig:
        return []
    bekend = pd.concat([registry.revisie(deel) for deel in (gezegd, _gezegd(stad, nu))]).set_index("periode")["nu"]
    even_oud = dict(zip([*toen, *nu], [*toen, *toen[-slot.nummer :]], strict=True))
    groei = {str(een): bekend.get(str(een), np.nan) / bekend[str(ander)] for een, ander in even_oud.items()}
    regels = [
        {"periode": str(een), "bedrag": groei[str(een)] * vorig[str(ander)]["value"],
         "se": groei[str(een)] * vorig[str(ander)]["se"]}
        for een, ander in even_oud.items()
    ]  # fmt: skip
    return [regel for regel in regels if regel["bedrag"] > 0]  # a quarter that was not booked has none


def _realisatie(boek: pd.DataFrame, kwartaal: Kwartaal) -> pd.DataFrame:
    binnen = (boek["soort"] == "realisatie") & (boek["jaar"] == kwartaal.jaar) & (boek["kwartaal"] == kwartaal.nummer)
    return boek[binnen]


def _kader(stad: Grondslag, bron: str) -> Kader:
    """The frame of the last quarter, of the whole city."""
    return replace(stad.frame_of(bron, gebied=STAD), periode=str(stad.kwartaal.slot))
