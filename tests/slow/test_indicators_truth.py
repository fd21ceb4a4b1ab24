"""Estimates beside the truth of the demo municipality: counts to the person, survey figures within their margins."""

from __future__ import annotations

import json

import pytest

from sdm_lib import indicators, monitor
from sdm_lib.results import Kader

pytestmark = pytest.mark.traag

CATALOGUS = indicators.load()
KWARTALEN = ("2015K1", "2015K2")
ONDERWERPEN = {"nulmeting": "bewoners", "stelsel": "professionals", "clienten": "clienten"}


def truth(demo, kwartaal):
    return json.loads((demo / "waarheid" / f"{kwartaal}.json").read_text(encoding="utf-8"))


def city(value):
    return value["GM0034"] if isinstance(value, dict) else value


@pytest.mark.parametrize("kwartaal", KWARTALEN)
def test_counts_of_the_register_are_the_truth_to_the_person(demo, kwartaal):
    waar = truth(demo, kwartaal)["register"]
    run = monitor.start("basiscijfers", kwartaal=kwartaal)
    kader = Kader(kwartaal, "GM0034", gebied_jaar="2017")

    def level(id, **how):
        return indicators.compute(CATALOGUS[id], run.register, kader=kader, **how).frame

    areas = level("BC01", by="stadsdeel").set_index("gebied")["value"]
    assert {gebied: int(aantal) for gebied, aantal in areas.items()} == waar["wmo_clienten_per_stadsdeel"]
    names = {"BC01": "clienten", "BC13B": "stand_begin", "BC11": "instroom", "BC12": "uitstroom", "BC13": "stand_einde"}
    found = {naam: int(level(id, where={"wet": "wmo"})["value"].item()) for id, naam in names.items()}
    assert found == {naam: waar["per_wet"]["wmo"][naam] for naam in found}
    assert level("BC08")["numerator"].item() == waar["huishoudens"]
    meer = sum(aantal for klasse, aantal in waar["wmo_stapeling"].items() if klasse != "1")
    assert level("BC09W")["numerator"].item() == meer


def test_survey_figures_cover_the_truth_about_as_often_as_they_say(demo, capsys):
    hits = []
    for kwartaal in KWARTALEN:
        waar = truth(demo, kwartaal)
        for onderwerp, bron in ONDERWERPEN.items():
            design = monitor.start(onderwerp, kwartaal=kwartaal).design(bron)
            known = [id for id in waar[bron] if id in CATALOGUS and CATALOGUS[id].bron == bron]
            for id in known:
                row = indicators.compute(CATALOGUS[id], design, kader=Kader(kwartaal, "GM0034")).frame.iloc[0]
                hits.append(row["lower"] <= city(waar[bron][id]) <= row["upper"])
    with capsys.disabled():
        print(f"\nwaarheid binnen de marge: {sum(hits)} van {len(hits)}")
    # the questions of one wave hang together, so 95 % of some eighty margins is not eighty independent draws
    assert len(hits) > 70
    assert sum(hits) / len(hits) >= 0.88
