"""The figures of the demo municipality, cell by cell against the reference; the demo is made by `sdm demo`."""

import json
from pathlib import Path

import pandas as pd
import pytest
from registry_referentie import als_telling, stromen, tellingen, trajecten, zonder_nul

from sdm_lib import registry
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.registry import Periode

DEMO = Path(__file__).parents[3] / "data" / "demo"
KWARTAAL = Kwartaal(2015, 2)
KOLOMMEN = ["beginstand", "instroom", "overgang_in", "uitstroom", "overgang_uit", "eindstand"]

if not (DEMO / str(KWARTAAL)).exists():
    pytest.fail("the demo is missing: run python -m sdm_lib demo")


@pytest.fixture(scope="module")
def frame():
    """The delivery as `sources` hands it over: half-open ends, without the marker."""
    ruw = pd.read_parquet(DEMO / str(KWARTAAL) / "register.parquet").drop(columns="fictief")
    return ruw.assign(einde=ruw["einde"] + pd.Timedelta(days=1)).rename(
        columns={"bedrag_betaald": "bedrag_betaald_cent"}
    )


@pytest.fixture(scope="module")
def opened(frame):
    return registry.open_register(frame, kwartaal=KWARTAAL)


@pytest.mark.parametrize("by", [(), ("wet", "stadsdeel"), ("voorziening",)])
def test_use_and_stock_of_the_demo_equal_the_reference(frame, opened, by):
    kwartaal, dag = Periode.van(KWARTAAL), Periode.van(KWARTAAL.laatste_dag)
    for eenheid in ("clienten", "huishoudens", "voorzieningen"):
        tabel = registry.unieke(opened, periodes=KWARTAAL, eenheid=eenheid, by=by)
        assert als_telling(tabel, ["periode", *by]) == tellingen(frame, [kwartaal], eenheid=eenheid, by=by)
    tabel = registry.stand(opened, dag=KWARTAAL.laatste_dag, by=by)
    assert als_telling(tabel, ["dag", *by]) == tellingen(frame, [dag], eenheid="clienten", by=by)


def test_flows_of_the_demo_equal_the_reference_for_a_sample_of_clients(frame, opened):
    perioden = [Periode.van(KWARTAAL - 1), Periode.van(KWARTAAL)]
    vraag = {"periodes": perioden, "by": ("wet", "stadsdeel"), "binnen": "wet"}
    balans = registry.stromen(opened, **vraag)
    klopt = balans["beginstand"] + balans["instroom"] + balans["overgang_in"]
    assert (klopt - balans["uitstroom"] - balans["overgang_uit"]).equals(balans["eindstand"])
    deel = frame[frame["persoon"].str.endswith(("0", "7"))]  # an eighth: the reference walks day by day
    tabel = registry.stromen(registry.open_register(deel, kwartaal=KWARTAAL), **vraag)
    lang = tabel.melt(
        id_vars=["periode", "wet", "stadsdeel"], value_vars=KOLOMMEN, var_name="stroom", value_name="aantal"
    )
    verwacht = zonder_nul(stromen(deel, perioden, by=("wet", "stadsdeel"), binnen="wet"))
    assert als_telling(lang, ["periode", "wet", "stadsdeel", "stroom"]) == verwacht


def test_referrers_of_the_demo_equal_the_reference(frame, opened):
    tabel = registry.verwijzers(opened, periodes=KWARTAAL, by=["wet"])
    verwacht = trajecten(frame, [Periode.van(KWARTAAL)], by=("wet", "verwijzer"))
    assert als_telling(tabel, ["periode", "wet", "verwijzer"]) == verwacht


def test_the_demo_keeps_the_share_of_stacking_of_statistics_netherlands(opened):
    tabel = registry.stapeling(opened, periodes="2015H1", where={"wet": "wmo"}).set_index("voorzieningen")["aantal"]
    assert abs(tabel.drop("1").sum() / tabel.sum() - 0.423) < 0.03  # the demo is calibrated, not fitted exactly


def test_the_truth_of_the_demo_is_readable():
    assert json.loads((DEMO / "waarheid" / f"{KWARTAAL}.json").read_text())
