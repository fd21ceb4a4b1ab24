"""Figures of wijken in a run: measured or modelled levels, what stands out against the city, the neighbours, the model.

Everything is computed once for all areas and kept by content, so that the page of one wijk costs little more than the
reading of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sdm_lib import results, sources
from sdm_lib.errors import Melding, ParameterFout
from sdm_lib.indicators import Indicator
from sdm_lib.indicators.modelled import (
    GEMETEN,
    GEMODELLEERD,
    METHODE,
    NIET_PUBLICEERBAAR,
    Gebiedsmodel,
    Grenzen,
    model_areas,
)
from sdm_lib.monitor.bewaard import KIT
from sdm_lib.monitor.grondslag import GEBIED, REGISTER
from sdm_lib.monitor.vergelijk import compare
from sdm_lib.monitor.weging import ages_from
from sdm_lib.results import Kader, Results

if TYPE_CHECKING:
    from sdm_lib.monitor.run import Run

WIJK = "wijk"
KERNCIJFERS = "kerncijfers_wijken"
ALFA = 0.05  # level of the tests, after correction for many comparisons
VERST = 10  # wijken in the account of a model on a page that is not of a wijk
EERDER = "eerdere_golf"  # what the model said of a wijk a year before, on its own scale
VOLWASSEN = 18  # whom the residents' survey is about
MODEL = {
    "model_rechtstreeks": "Wijken met een gemeten cijfer",
    "model_gemodelleerd": "Wijken met een gemodelleerd cijfer",
    "model_niet": "Wijken zonder publiceerbaar cijfer",
    "model_marge_rechtstreeks": "Halve marge zonder model, middelste wijk",
    "model_marge": "Halve marge met model, middelste wijk",
    "model_eigen": "Gewicht van de eigen antwoorden, middelste wijk",
    "model_tussen": "Verschil tussen wijken dat kenmerken niet verklaren (standaardafwijking)",
    "model_afwijking": "Wijken die meer dan twee standaardafwijkingen van de kenmerken liggen",
    "model_schuif": "Grootste verschuiving om op stadsdeel en stad uit te komen",
    "coefficient": "Wat een kenmerk zegt",
    "kenmerk=eerdere_golf": "Schatting van een jaar eerder",
    "eigen_gewicht": "Gewicht van de eigen antwoorden",
    "hoe": "Hoe",
    "hoe=rechtstreeks": "alleen eigen antwoorden",
    "hoe=model": "met het model",
    "residu": "Afstand tot wat de kenmerken voorspellen, in standaardafwijkingen",
}


def levels(run: Run, gekozen: Sequence[Indicator]) -> Results:
    """The figures of every wijk: survey figures measured or modelled, others counted."""
    return results.concat(results.empty(), *(_levels(run, indicator) for indicator in gekozen))


def _levels(run: Run, indicator: Indicator) -> Results:
    if not indicator.uit_enquete:
        return run.whole_city().estimate(indicator.id, by=WIJK)
    return _kept(run, indicator, "niveau", lambda: _complete(run, indicator))


def _complete(run: Run, indicator: Indicator) -> Results:
    """The figures of the model, and a row without a figure for each wijk where too few people live for one."""
    kader = _kader(run, indicator)
    found = model(run, indicator).results(kader=kader)
    alle = sources.gebieden().codes(jaar=int(kader.gebied_jaar), niveau=WIJK)
    leeg = [code for code in alle if code not in set(found.frame["gebied"])]
    rows = pd.DataFrame({"gebied": leeg, "value": np.nan, "n": 0.0}).astype({"gebied": "str"})
    rest = results.build(
        rows, kader=kader, indicator=indicator.id, definitie=indicator.definitie, unit=indicator.unit,
        instrument=indicator.instrument, status="te_klein", method=METHODE[NIET_PUBLICEERBAAR],
    )  # fmt: skip
    return results.concat(found, rest)


def here(run: Run, gekozen: Sequence[Indicator]) -> Results:
    """The figures of this area: of a wijk measured or modelled, of a stadsdeel or the city as they always are."""
    if run.niveau != WIJK:
        return run.estimate([indicator.id for indicator in gekozen])
    return results.concat(results.empty(), *(_own(run, indicator) for indicator in gekozen))


def _own(run: Run, indicator: Indicator) -> Results:
    if not indicator.uit_enquete:
        return run.estimate(indicator.id)
    return _levels(run, indicator).where(gebied=run.gebied)


def striking(run: Run, gekozen: Sequence[Indicator]) -> Results:
    """Tested differences with the city (of a stadsdeel with the rest of it), corrected over all areas of its level.

    On the page of the city only the wijken that do differ, the clearest first.
    """
    if run.niveau != WIJK and not run.hele_stad:
        return compare(run, gekozen, met="rest")
    delen = [_against(run, indicator) for indicator in gekozen if indicator.uit_enquete]
    found = results.concat(results.empty(), *delen)
    if not run.hele_stad:
        return found.where(gebied=run.gebied)
    anders = found.frame[found.frame["p_adj"] < ALFA]
    return Results(anders.sort_values(["indicator", "p"], kind="stable"))


def _against(run: Run, indicator: Indicator) -> Results:
    def make() -> Results:
        city = run.whole_city().estimate(indicator.id).frame.iloc[0]
        return model(run, indicator).against(city["value"], city["se"], kader=_kader(run, indicator))

    return _kept(run, indicator, "tegen de stad", make)


def beside(run: Run, gekozen: Sequence[Indicator]) -> Results:
    """The figures of this area and of the areas that border on it; of the city those of its stadsdelen."""
    ids = [indicator.id for indicator in gekozen]
    if run.hele_stad:
        return run.estimate(ids, by=GEBIED)
    jaar = run.bestand.value.gebied_jaar
    buren = sources.neighbours(run.niveau, int(jaar)).get(run.gebied, ())
    alle = levels(run, gekozen) if run.niveau == WIJK else run.whole_city().estimate(ids, by=run.niveau)
    return Results(alle.frame[alle.frame["gebied"].isin([run.gebied, *buren])])


def from_neighbours(run: Run, gekozen: Sequence[Indicator]) -> Results:
    """Each neighbouring wijk minus this one, tested with their joint error; empty on any page but that of a wijk."""
    if run.niveau != WIJK:
        return results.empty()
    found = results.concat(*(_pairs(run, indicator) for indicator in gekozen)).where(
        groep=results.groep(naast=run.gebied)
    )
    return Results(found.frame.assign(groep=""))


def _pairs(run: Run, indicator: Indicator) -> Results:
    """The differences of all neighbours in the city: one family, computed once for all pages."""
    kader = _kader(run, indicator)
    buren = sources.neighbours(WIJK, int(kader.gebied_jaar))
    paren = [(een, twee) for een, andere in buren.items() for twee in andere]
    return _kept(run, indicator, "naast elkaar", lambda: model(run, indicator).between_areas(paren, kader=kader))


def account(run: Run, indicator: Indicator) -> tuple[Results, Results, Results]:
    """What a model gained, what each covariate says, and per wijk how far it leans on its own answers."""
    if not indicator.uit_enquete:
        wat = f"indicator '{indicator.id}' komt niet uit een enquete en heeft geen model"
        raise ParameterFout(Melding("SDM-249", wat, "Kies een cijfer uit een enquete.", sleutel=indicator.id))
    kader = _kader(run, indicator)
    stad = run.frame_of(indicator.bron, gebied="stad")
    soorten = {
        "samenvatting": lambda: _summary(model(run, indicator), kader=stad),
        "kenmerken": lambda: _coefficients(model(run, indicator), kader=stad),
        "wijken": lambda: _shrinkage(model(run, indicator), kader=kader),
    }
    een, twee, drie = (_kept(run, indicator, f"model {naam}", make) for naam, make in soorten.items())
    return een, twee, Results(drie.frame[drie.frame["gebied"].isin(_nearby(run, indicator))])


def beside_model(run: Run, indicator: Indicator) -> Results:
    """Per wijk the direct estimate beside that of the model, groups ``hoe=``."""
    kader = _kader(run, indicator)
    found = _kept(run, indicator, "naast model", lambda: _direct_and_model(model(run, indicator), kader=kader))
    return Results(found.frame[found.frame["gebied"].isin(_nearby(run, indicator))])


def _direct_and_model(found: Gebiedsmodel, *, kader: Kader) -> Results:
    """The model before the benchmark, also of a wijk whose figure is measured: to see what it does to the answers."""
    t, made = found.table, found.model.estimates()
    te_weinig = t["n"] < found.indicator.minimum_n
    eigen = pd.DataFrame({
        "value": t["direct"], "lower": t["direct_low"], "upper": t["direct_high"], "se": t["direct_se"],
        "groep": results.groep(hoe="rechtstreeks"), "method": "rechtstreeks uit de enquete",
        "status": np.where(te_weinig, "te_klein", "ok"),
    })  # fmt: skip
    samen = pd.DataFrame({
        "value": made["estimate"], "lower": made["ci_low"], "upper": made["ci_high"], "se": made["se"],
        "groep": results.groep(hoe="model"), "method": "Fay-Herriot met kenmerken van wijken", "status": "ok",
    })  # fmt: skip
    rows = pd.concat([deel.assign(gebied=t["area"], n=t["n"].astype("float64"))[t["n"] > 0] for deel in (eigen, samen)])
    rows = rows.sort_index(kind="stable")  # the two of a wijk beneath each other
    constants = {"indicator": found.indicator.id, "definitie": found.indicator.definitie, "unit": found.indicator.unit}
    return results.build(rows, kader=kader, instrument=found.indicator.instrument, **constants)


def _nearby(run: Run, indicator: Indicator) -> list[str]:
    """The wijken that the account of a model is about: this one and its neighbours, else the furthest from it."""
    if run.niveau == WIJK:
        return [run.gebied, *sources.neighbours(WIJK, int(run.bestand.value.gebied_jaar)).get(run.gebied, ())]
    afstand = _kept(run, indicator, "model wijken", lambda: _shrinkage(model(run, indicator), kader=_kader(
        run, indicator
    ))).where(indicator="residu").frame  # fmt: skip
    if not run.hele_stad:
        gebieden, jaar = sources.gebieden(), int(run.bestand.value.gebied_jaar)
        in_deel = [gebieden.gebied(code, jaar=jaar).hoort_bij == run.gebied for code in afstand["gebied"]]
        afstand = afstand[in_deel]
    return list(afstand.loc[afstand["value"].abs().sort_values(ascending=False).index, "gebied"][:VERST])


def _summary(found: Gebiedsmodel, *, kader: Kader) -> Results:
    t = found.table
    n, unit = float(t["n"].sum()), found.indicator.unit
    telling = t["label"].value_counts()
    half = (t["ci_high"] - t["ci_low"]) / 2
    modelled = t["label"] == GEMODELLEERD
    rijen = [
        ("model_rechtstreeks", telling.get(GEMETEN, 0), "aantal"),
        ("model_gemodelleerd", telling.get(GEMODELLEERD, 0), "aantal"),
        ("model_niet", telling.get(NIET_PUBLICEERBAAR, 0), "aantal"),
        ("model_marge_rechtstreeks", (1.96 * t["direct_se"]).median(), unit),
        ("model_marge", half[modelled].median() if modelled.any() else np.nan, unit),
        ("model_eigen", t["weight"].median(), "aandeel"),
        ("model_tussen", found.between, found.unit_of_difference),
        ("model_afwijking", int((t["residual"].abs() > 2).sum()), "aantal"),
        ("model_schuif", t["shift"].abs().max(), found.unit_of_difference),
    ]
    rows = pd.DataFrame(rijen, columns=["indicator", "value", "unit"]).assign(n=n)
    return results.build(rows.astype({"value": "float64"}), kader=kader, method=results.GEEN_SCHATTING[1])


def _coefficients(found: Gebiedsmodel, *, kader: Kader) -> Results:
    """In the unit of the answers, for a covariate that is one standard deviation higher: so they can be compared."""
    t = found.model.coefficients().iloc[1:]
    spread = found.model.x[:, 1:].std(axis=0) * found.slope
    value, se = t["estimate"].to_numpy() * spread, t["se"].to_numpy() * spread
    rows = pd.DataFrame({
        "groep": [results.groep(kenmerk=naam) for naam in t["name"]], "value": value, "lower": value - 1.96 * se,
        "upper": value + 1.96 * se, "se": se, "p": t["p"].to_numpy(),
    }).assign(n=float(found.table["n"].sum()))  # fmt: skip
    constants = {"indicator": "coefficient", "measure": "difference", "method": "kleinste kwadraten, model"}
    return results.build(rows, kader=kader, unit=found.unit_of_difference, **constants)


def _shrinkage(found: Gebiedsmodel, *, kader: Kader) -> Results:
    t = found.table[found.table["n"] > 0]
    n = t["n"].astype("float64")
    weight = pd.DataFrame(
        {"gebied": t["area"], "value": t["weight"], "n": n, "indicator": "eigen_gewicht", "unit": "aandeel"}
    )
    rest = pd.DataFrame({"gebied": t["area"], "value": t["residual"], "n": n, "indicator": "residu", "unit": "getal"})
    return results.build(pd.concat([weight, rest]), kader=kader, method=results.GEEN_SCHATTING[1])


# -- the model of an indicator ---------------------------------------------------------------------------------------


def model(run: Run, indicator: Indicator) -> Gebiedsmodel:
    """The model of a survey indicator over the wijken of this quarter, fitted once in a run.

    It leans on the covariates of ``gebiedscijfers``, or on what the survey of a year earlier said of each wijk: over
    wijken that says more than all covariates together.
    """
    return run.once(f"model {indicator.id}", lambda: _fitted(run.whole_city(), indicator))


def _fitted(stad: Run, indicator: Indicator) -> Gebiedsmodel:
    areas, features = _areas(stad), _features(_grenzen(stad))
    vroeger = _year_before(stad, indicator)
    if vroeger is not None:
        toen = model(vroeger, indicator).model
        gezegd = areas["area"].map(dict(zip(toen.areas, toen.predicted, strict=True)))
        if gezegd.notna().all():  # else a wijk was too small then, and the covariates know it
            areas, features = areas.assign(**{EERDER: gezegd}), [EERDER]
    return model_areas(
        indicator, stad.design(indicator.bron), by=WIJK, areas=areas, features=features,
        published=dict(_published(stad, indicator)), limits=_grenzen(stad),
    )  # fmt: skip


def _year_before(stad: Run, indicator: Indicator) -> Run | None:
    """The run that the run file calls ``jaar_eerder``, where it asked the same of the same wijken."""
    vroeger = stad.eerder("jaar_eerder")
    if vroeger is None or vroeger.bestand.value.gebied_jaar != stad.bestand.value.gebied_jaar:
        return None
    return vroeger if indicator.bron in vroeger.bestand.value.bronnen else None


def _contents(stad: Run, indicator: Indicator, bronnen: Sequence[str]) -> list[str]:
    """What the deliveries of the years before hold, as far as the model goes back."""
    vroeger = _year_before(stad, indicator)
    if vroeger is None:
        return []
    return [*(vroeger._known(naam).sleutel for naam in bronnen), *_contents(vroeger, indicator, bronnen)]


def _kept(run: Run, indicator: Indicator, soort: str, make: object) -> Results:
    grenzen = _grenzen(run)
    bronnen = [*dict.fromkeys([indicator.bron, "bevolking", KERNCIJFERS, *(REGISTER if grenzen.register else ())])]
    run.note(indicator)
    stad = run.whole_city()
    return stad.kept(
        f"wijken {soort}", indicator, run._bron(indicator.bron), grenzen, _kader(run, indicator),
        run.bestand.value.leverdatum, _contents(stad, indicator, bronnen), bronnen=bronnen, make=make,  # type: ignore[arg-type]
    )  # fmt: skip


def _grenzen(run: Run) -> Grenzen:
    from sdm_lib import disclosure

    return run.once("grenzen", lambda: disclosure.load_grenzen(run.house_rules("gebiedscijfers"), bestand=KIT))


def _features(grenzen: Grenzen) -> list[str]:
    return [*grenzen.kenmerken, *grenzen.register]


def _areas(stad: Run) -> pd.DataFrame:
    """A row a wijk that is large enough: area, group, people, and what the model leans on."""
    return stad.once("wijken", lambda: _areas_made(stad))


def _areas_made(stad: Run) -> pd.DataFrame:
    grenzen, cijfers = _grenzen(stad), stad.frame(KERNCIJFERS)
    cijfers = cijfers[cijfers["inwoners"] >= grenzen.minimum_inwoners]
    delen = {naam: cijfers[boven] / cijfers[onder] for naam, (boven, onder) in grenzen.kenmerken.items()}
    table = pd.DataFrame({"area": cijfers[WIJK], "group": cijfers[GEBIED], **delen})
    for naam in grenzen.register:
        counted = stad.estimate(naam, by=WIJK).frame.set_index("gebied")["value"]
        table[naam] = table["area"].map(counted)
    return table.assign(people=table["area"].map(_adults(stad))).reset_index(drop=True)


def _adults(stad: Run) -> pd.Series:
    frame = stad.frame("bevolking")
    begin = frame[frame["peildatum"] == frame["peildatum"].min()]
    people: pd.Series = begin[ages_from(begin["leeftijd"], VOLWASSEN)].groupby(WIJK)["inwoners"].sum()
    return people


def _published(stad: Run, indicator: Indicator) -> Iterator[tuple[str, tuple[float, float]]]:
    """The figures that wijken must add up to: the city (key "") and each stadsdeel with a margin that may be shown."""
    from sdm_lib import disclosure

    city = stad.estimate(indicator.id).frame.iloc[0]
    yield "", (float(city["value"]), float(city["se"]))
    regels = disclosure.load_beleid(stad.house_rules("bescherming")).regels("steekproef")
    for rij in stad.estimate(indicator.id, by=GEBIED).frame.to_dict("records"):
        if indicator.unit == "aandeel":
            narrow = 50 * (rij["upper"] - rij["lower"]) <= regels.halve_breedte
        else:
            narrow = rij["se"] <= regels.variatiecoefficient * abs(rij["value"])
        if rij["status"] == "ok" and narrow:
            yield str(rij["gebied"]), (float(rij["value"]), float(rij["se"]))


def _kader(run: Run, indicator: Indicator) -> Kader:
    stad = run.frame_of(indicator.bron, gebied="stad")
    return Kader(
        periode=stad.periode, gebied=stad.gebied, gebied_soort=WIJK, gebied_jaar=stad.gebied_jaar, stand=stad.stand,
        source=stad.source,
    )  # fmt: skip
