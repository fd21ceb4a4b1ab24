"""The goal tree: what is read, what is refused, and how an intention is judged."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sdm_lib import results
from sdm_lib.errors import ParameterFout
from sdm_lib.indicators import goals
from sdm_lib.results import Kader

ROOT = Path(__file__).resolve().parents[3]
KADER = Kader("2015", "GM0034")
OP = date(2015, 7, 1)


def boom(catalogus, tmp_path, **doelen):
    map_ = tmp_path / "params"
    map_.mkdir()
    regels = ["hoofdlijnen: {a: Lijn a, b: Lijn b}", "voornemens:"]
    for nr, (lijn, ids, doel) in doelen.items():
        regels += [
            f"  {nr}:", f"    hoofdlijn: {lijn}", f"    tekst: {nr}", f"    indicatoren: [{ids}]",
            f'    doel: "{doel}"', "    eigenaar: afdeling",
        ]  # fmt: skip
    (map_ / "doelen.yaml").write_text("\n".join(regels), encoding="utf-8")
    return goals.load_doelen(tmp_path, catalogue=catalogus)


def level(id, value, se=0.01, **more):
    row = {"indicator": id, "value": value, "se": se, "lower": value - 1.96 * se, "upper": value + 1.96 * se, "n": 400}
    return results.build(pd.DataFrame([row | more]), kader=KADER, unit="aandeel", method="t")


def judged(catalogus, tree, *, levels, changes=None):
    beside = changes or results.empty()
    table = goals.stand(tree, levels=levels, changes=beside, catalogue=catalogus, kader=KADER, op=OP)
    return {row.indicator: results.parse_groep(row.groep)["uitspraak"] for row in table.frame.itertuples()}, table


def test_the_tree_of_the_kit_has_five_lines_and_fifty_nine_intentions(catalogus):
    tree = goals.load_doelen(ROOT, catalogue=catalogus)
    assert len(tree.hoofdlijnen) == 5
    assert len(tree.voornemens) == 59
    assert sum(len(tree.onder(lijn)) for lijn in tree.hoofdlijnen) == 59
    assert all(voornemen.voorbeeld for voornemen in tree.voornemens.values())


def test_a_level_is_judged_by_its_target(catalogus, tmp_path):
    tree = boom(catalogus, tmp_path, V01=("a", "NM01", "> 34 %"), V02=("a", "NM02", "> 34 %"))
    found, table = judged(catalogus, tree, levels=results.concat(level("NM01", 0.40), level("NM02", 0.30)))
    assert found == {"V01": "gehaald", "V02": "niet gehaald"}
    assert table.frame["value"].tolist() == [0.40, 0.30]
    assert table.frame["reference"].tolist() == [0.34, 0.34]


def test_a_rise_is_judged_by_the_tested_change(catalogus, tmp_path):
    tree = boom(catalogus, tmp_path, V01=("a", "NM01", "toename"), V02=("a", "NM02", "gelijk blijven"))
    levels = results.concat(level("NM01", 0.40), level("NM02", 0.30))
    changes = results.concat(
        level("NM01", 0.05, measure="difference", reference=0.35),
        level("NM02", 0.00, measure="difference", reference=0.3),
    )
    found, _ = judged(catalogus, tree, levels=levels, changes=changes)
    assert found == {"V01": "gehaald", "V02": "gehaald"}


def test_without_a_comparison_a_rise_is_not_measured(catalogus, tmp_path):
    tree = boom(catalogus, tmp_path, V01=("a", "NM01", "toename"))
    assert judged(catalogus, tree, levels=level("NM01", 0.40))[0] == {"V01": "niet gemeten"}


def test_the_change_of_a_full_count_is_compared_exactly(catalogus, tmp_path):
    tree = boom(catalogus, tmp_path, V01=("a", "BC01", "minimaal -200 in 4 jaar vanaf 2015-01-01"))
    # half a year of four years: 25 fewer are asked; the process margin of in- and outflow does not matter here
    change = level("BC01", -30.0, se=40.0, measure="difference", reference=9000.0, stand="definitief")
    found, table = judged(catalogus, tree, levels=level("BC01", 8970.0, se=np.nan), changes=change)
    assert found == {"V01": "gehaald"}
    assert table.frame["reference"].item() == pytest.approx(-200 * 181 / (4 * 365.25))


def test_intentions_that_nobody_can_measure_are_listed_and_counted(catalogus, tmp_path):
    tree = boom(
        catalogus, tmp_path,
        V01=("a", "NM01", "> 34 %"), V02=("a", "", "niet gemeten"),
        V03=("b", "NM02", "> 34 %"), V04=("b", "NM03", "2016: > 1 %"),
    )  # fmt: skip
    _, table = judged(catalogus, tree, levels=results.concat(level("NM01", 0.40), level("NM03", 0.3)))
    assert goals.zonder_meting(table) == ("V02", "V03", "V04")
    counts = goals.samenvatting(table, catalogue=catalogus, kader=KADER).frame.set_index(["indicator", "groep"])[
        "value"
    ]
    assert counts["BM01", ""] == 1
    assert counts["BM02", ""] == 3 / 4
    assert counts["BM02", "hoofdlijn=b"] == 1


def test_an_unknown_line_and_id_are_answered_with_the_nearest(catalogus, tmp_path):
    with pytest.raises(ParameterFout) as fout:
        boom(catalogus, tmp_path, V01=("c", "NM0l", "> 34 %"))
    assert "SDM-751 fout: params/doelen.yaml, sleutel V01, regel 3: onbekende hoofdlijn 'c'" in str(fout.value)
    assert "onbekende indicator 'NM0l'. Bedoelde u 'NM" in str(fout.value)


def test_a_target_that_cannot_be_read_names_its_line(catalogus, tmp_path):
    with pytest.raises(ParameterFout, match=r"sleutel voornemens\.V01, regel 4: doel 'meer' is niet te lezen"):
        boom(catalogus, tmp_path, V01=("a", "NM01", "meer"))
