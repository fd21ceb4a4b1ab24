import numpy as np
import pandas as pd
import pytest
from registry_referentie import register
from test_tellen import willekeurig

from sdm_lib import registry
from sdm_lib.kwartaal import Kwartaal

K2 = Kwartaal(2015, 2)


def rekening(aanbieder: str, cent: int, **anders: object) -> dict[str, object]:
    return {"begin": "2015-04-10", "einde": None, "aanbieder": aanbieder, "bedrag_betaald_cent": cent} | anders


def test_the_largest_contributions_are_sums_per_provider():
    frame = register(rekening("A", 300), rekening("A", 200), rekening("B", 400), rekening("C", 0), rekening("D", 50))
    tabel = registry.bijdragen(registry.open_register(frame, kwartaal=K2), periodes=K2)
    assert tabel.iloc[0].to_dict() == {"aanbieders": 3, "grootste": 500, "tweede": 400, "derde": 50}


def test_a_correction_counts_by_its_size_and_a_group_without_amounts_has_nobody():
    frame = register(rekening("A", -300), rekening("B", 100), rekening("C", 0, wet="jeugd", voorziening="ots"))
    tabel = registry.bijdragen(registry.open_register(frame, kwartaal=K2), periodes=K2, by=["wet"])
    uit = tabel.set_index("wet")
    assert uit.loc["wmo"].tolist() == [2, 300, 100, 0]
    assert uit.loc["jeugd"].tolist() == [0, 0, 0, 0]


def test_per_provider_everyone_is_alone():
    frame = register(rekening("A", 300), rekening("B", 400))
    tabel = registry.bijdragen(registry.open_register(frame, kwartaal=K2), periodes=K2, by=["aanbieder"])
    assert tabel["aanbieders"].tolist() == [1, 1]
    assert tabel["grootste"].tolist() == [300, 400]


def test_without_providers_nobody_knows():
    frame = register(rekening("A", 300)).drop(columns="aanbieder")
    tabel = registry.bijdragen(registry.open_register(frame, kwartaal=K2), periodes=K2)
    assert tabel.isna().all(axis=None)


@pytest.mark.parametrize("by", [["stadsdeel"], ["wet", "stadsdeel"]])
def test_a_random_register_gives_what_pandas_adds_up(by):
    frame = willekeurig(np.random.default_rng(8), aantal=300)
    tabel = registry.bijdragen(registry.open_register(frame, kwartaal=K2), periodes=K2, by=by).set_index(by)
    per = frame.groupby([*by, "aanbieder"])["bedrag_betaald_cent"].sum().abs()
    for groep, reeks in per[per > 0].groupby(level=list(range(len(by)))):
        waarden = sorted(reeks, reverse=True)
        verwacht = [len(waarden), *[*waarden, 0, 0][:3]]
        assert tabel.loc[groep].tolist() == verwacht
    assert len(tabel) >= per.groupby(level=list(range(len(by)))).ngroups
    assert pd.notna(tabel).all(axis=None)


def test_a_benefit_is_paid_to_persons_and_not_to_who_arranges_it():
    bijstand = {"wet": "participatie", "voorziening": "bijstand"}
    frame = register(
        *(rekening("G", 100, persoon=f"p{k}", **bijstand) for k in range(12)),
        rekening("G", 40, wet="participatie", voorziening="schuldhulp"),
        rekening("B", 500, wet="participatie", voorziening="beschut_werk"),
    )
    tabel = registry.bijdragen(registry.open_register(frame, kwartaal=K2), periodes=K2)
    assert tabel.iloc[0].to_dict() == {"aanbieders": 14, "grootste": 500, "tweede": 100, "derde": 100}
