"""Use of the Wlz and the Zvw: counts that fit together, nobody in them, and small ones left empty."""

from __future__ import annotations

import pandas as pd

from sdm_lib import sources
from sdm_lib.synthetic.vektis import MINSTENS, SOORTEN


def test_the_delivery_obeys_its_schema_and_says_gebruik_of_whole_ages(demo):
    levering = sources.read("vektis", folder=demo / "2015K2")
    tabel = levering.frame.set_index(["wet", "zorgsoort", "leeftijd"])
    assert [melding for melding in levering.meldingen if melding.ernst == "fout"] == []
    for wet, soorten in SOORTEN.items():
        assert set(tabel.loc[wet].index.get_level_values("zorgsoort")) == {*soorten, "totaal"}
        per_leeftijd = tabel.loc[wet].loc["totaal"].drop("totaal")
        heel = tabel.loc[(wet, "totaal", "totaal")]
        assert per_leeftijd["gebruikers"].sum() == heel["gebruikers"]
        delen = pd.Series({soort: tabel.loc[(wet, soort, "totaal"), "kosten_cent"] for soort in soorten})
        assert delen.sum() == heel["kosten_cent"]


def test_a_small_count_is_empty_and_so_are_its_costs(demo):
    tabel = sources.read("vektis", folder=demo / "2015K2").frame
    leeg = tabel["gebruikers"].isna()
    assert 0 < leeg.sum() < len(tabel) / 4
    assert tabel.loc[leeg, ["mannen", "vrouwen", "kosten_cent"]].isna().all(axis=None)
    assert (tabel.loc[~leeg, "gebruikers"] >= MINSTENS).all()
