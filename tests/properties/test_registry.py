"""Random registers: overlaps, same-day spells, open ends, year ends, one client in many areas."""

import sys
from datetime import date
from pathlib import Path

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sdm_lib import registry
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.registry import Periode

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "registry"))
import registry_referentie as referentie

KWARTALEN = [Periode.van(Kwartaal(2014, 4) + i) for i in range(4)]
KOLOMMEN = ["beginstand", "instroom", "overgang_in", "uitstroom", "overgang_uit", "eindstand"]
GRENZEN = [date(2014, 12, 31), date(2015, 1, 1), date(2015, 3, 30), date(2015, 3, 31), date(2015, 4, 1)]
zuinig = settings(
    max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)  # every example opens an engine


@st.composite
def spells(draw):
    begin = draw(st.sampled_from(GRENZEN) | st.dates(date(2014, 8, 1), date(2015, 10, 1)))
    duur = draw(st.integers(1, 3) | st.integers(1, 250))
    wet = draw(st.sampled_from(["wmo", "jeugd"]))
    persoon = draw(st.sampled_from("abcde"))
    return {
        "persoon": persoon,
        "huishouden": "h1" if persoon in "ab" else "h2",
        "wet": wet,
        "voorziening": wet + draw(st.sampled_from("12")),
        "stadsdeel": draw(st.sampled_from(["WK003401", "WK003401", "WK003402", "WK003403"])),
        "begin": begin.isoformat(),
        "einde": draw(st.none() | st.just((pd.Timestamp(begin) + pd.Timedelta(days=duur)).date().isoformat())),
        "tarief_cent": draw(st.integers(0, 50_000)),
        "trede": draw(st.sampled_from(["basis", "licht", "zwaar"])),
        "verwijzer": draw(st.sampled_from(["huisarts", "wijkteam"])),
    }


registers = st.lists(spells(), min_size=8, max_size=20).map(lambda rij: referentie.register(*rij).drop_duplicates())


@zuinig
@given(registers, st.sampled_from([(), ("wet",), ("stadsdeel",), ("voorziening", "stadsdeel")]))
def test_counts_and_stocks_equal_the_reference(frame, by):
    opened = registry.open_register(frame)
    for eenheid in ("clienten", "voorzieningen"):
        tabel = registry.unieke(opened, periodes=KWARTALEN, by=by, eenheid=eenheid)
        verwacht = referentie.tellingen(frame, KWARTALEN, eenheid=eenheid, by=by)
        assert referentie.als_telling(tabel, ["periode", *by]) == verwacht
    tabel = registry.stand(opened, dag=GRENZEN, by=by)
    verwacht = referentie.tellingen(frame, [Periode.van(dag) for dag in GRENZEN], eenheid="clienten", by=by)
    assert referentie.als_telling(tabel, ["dag", *by]) == verwacht


@zuinig
@given(
    registers,
    st.sampled_from(
        [((), "alle"), (("stadsdeel",), "alle"), (("wet", "stadsdeel"), "alle"), (("voorziening",), "wet")]
    ),
    st.sampled_from([0, 1, 45]),
)
def test_flows_equal_the_reference_and_balance(frame, vraag, gat):
    by, binnen = vraag
    opened = registry.open_register(frame)
    tabel = registry.stromen(opened, periodes=KWARTALEN, by=by, binnen=binnen, gat_dagen=gat)
    lang = tabel.melt(id_vars=["periode", *by], value_vars=KOLOMMEN, var_name="stroom", value_name="aantal")
    verwacht = referentie.zonder_nul(referentie.stromen(frame, KWARTALEN, by=by, binnen=binnen, gat=gat))
    assert referentie.als_telling(lang, ["periode", *by, "stroom"]) == verwacht
    gaand = tabel["uitstroom"] + tabel["overgang_uit"] + tabel["eindstand"]
    assert (tabel["beginstand"] + tabel["instroom"] + tabel["overgang_in"]).equals(gaand)
    per_groep = tabel.groupby(list(by)) if by else [((), tabel)]
    for _, deel in per_groep:
        assert deel["eindstand"].tolist()[:-1] == deel["beginstand"].tolist()[1:]


@zuinig
@given(registers, st.sampled_from([(), ("stadsdeel",)]))
def test_the_matrix_from_heavy_to_light_equals_the_reference(frame, by):
    tabel = registry.overgangen(registry.open_register(frame), periodes=KWARTALEN, by=by)
    verwacht = referentie.overgangen(frame, KWARTALEN, by=by)
    assert referentie.als_telling(tabel, ["periode", *by, "van", "naar"]) == verwacht


@zuinig
@given(registers, st.integers(1, 200))
def test_cutting_a_spell_in_two_changes_no_unique_count_and_no_flow(frame, na):
    knip = frame.iloc[[0]].copy()
    moment = knip["begin"].iloc[0] + pd.Timedelta(days=na)
    if not pd.isna(knip["einde"].iloc[0]) and knip["einde"].iloc[0] <= moment:
        moment = knip["begin"].iloc[0]  # too short to cut there
    heel, gesneden = registry.open_register(frame), registry.open_register(_gesneden(frame, moment))
    for figuur in (registry.unieke, registry.stromen, registry.gestart, registry.stapeling):
        eerst, later = (figuur(r, periodes=KWARTALEN[1:3], by=["wet"]) for r in (heel, gesneden))
        pd.testing.assert_frame_equal(eerst, later)


@zuinig
@given(registers)
def test_counts_are_monotone_over_time_areas_and_units(frame):
    opened = registry.open_register(frame)
    kwartalen = registry.unieke(opened, periodes=KWARTALEN[1:])["aantal"]
    tot_nu = registry.unieke(opened, periodes=Periode("3/4", date(2015, 1, 1), date(2015, 10, 1)))["aantal"].iloc[0]
    assert kwartalen.max() <= tot_nu <= kwartalen.sum()
    per_gebied = registry.unieke(opened, periodes=KWARTALEN, by=["stadsdeel"]).groupby("periode")["aantal"].sum()
    stad = registry.unieke(opened, periodes=KWARTALEN).set_index("periode")["aantal"]
    assert per_gebied.to_dict() == stad.to_dict()
    huishoudens = registry.unieke(opened, periodes=KWARTALEN, eenheid="huishoudens")["aantal"]
    voorzieningen = registry.unieke(opened, periodes=KWARTALEN, eenheid="voorzieningen")["aantal"]
    assert (huishoudens.to_numpy() <= stad.to_numpy()).all()
    assert (stad.to_numpy() <= voorzieningen.to_numpy()).all()


@zuinig
@given(registers)
def test_the_order_of_rows_does_not_matter_and_spend_equals_the_reference(frame):
    opened, omgekeerd = registry.open_register(frame), registry.open_register(frame.iloc[::-1])
    wat = {"periodes": KWARTALEN, "by": ["wet", "stadsdeel"]}
    kosten = registry.uitgaven(opened, grondslag="tarief", **wat)
    verwacht = referentie.kosten(frame, KWARTALEN, by=wat["by"])
    assert referentie.als_telling(kosten, ["periode", *wat["by"]], "bedrag_cent") == referentie.zonder_nul(verwacht)
    pd.testing.assert_frame_equal(kosten, registry.uitgaven(omgekeerd, grondslag="tarief", **wat))
    pd.testing.assert_frame_equal(registry.stromen(opened, **wat), registry.stromen(omgekeerd, **wat))


def _gesneden(frame, moment):
    """The first spell in two pieces that meet at `moment`; whole when it does not lie inside."""
    eerste = frame.iloc[[0]]
    if moment == eerste["begin"].iloc[0]:
        return frame
    return pd.concat([eerste.assign(einde=moment), eerste.assign(begin=moment), frame.iloc[1:]]).drop_duplicates()
