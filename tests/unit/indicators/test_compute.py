"""Levels: from answers, register and ledger to the result table, by hand."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from sdm_lib import indicators, registry, results, survey
from sdm_lib.errors import InvoerFout, ParameterFout
from sdm_lib.indicators import derive
from sdm_lib.results import Kader

KADER = Kader("2015K2", "GM0034", gebied_jaar="2017")


def design(**columns):
    frame = pd.DataFrame(columns)
    return survey.design(frame.assign(w=frame.get("w", 1.0)), weights="w")


def test_niet_van_toepassing_leaves_the_denominator_and_is_shown_apart(catalogus):
    data = design(v01=["eens"] * 30 + ["oneens"] * 30 + ["niet_van_toepassing"] * 20 + ["geen_antwoord"] * 20)
    level = indicators.compute(catalogus["CE01"], data, kader=KADER).frame.iloc[0]
    apart = indicators.nvt(catalogus["CE01"], data, kader=KADER).frame.iloc[0]
    assert (level["value"], level["n"], level["denominator"], level["numerator"]) == (0.5, 60, 60, 30)
    assert (apart["indicator"], apart["value"], apart["n"]) == ("CE01_nvt", 0.25, 80)


def test_a_filtered_question_speaks_of_those_it_was_put_to(catalogus):
    frame = pd.DataFrame({"mantelzorg": ["ja", "ja", "nee"], "mantelzorg_zwaarte": ["overbelast", "niet", ""]})
    found = derive.measure(catalogus["NM03"], frame)
    assert found.iloc[:2].tolist() == [1.0, 0.0]
    assert np.isnan(found.iloc[2])


def test_weights_count_in_value_numerator_and_denominator(catalogus):
    data = design(vrijwilligerswerk=["ja", "nee"] * 20, w=[3.0, 1.0] * 20)
    found = indicators.compute(catalogus["NM01"], data, kader=KADER).frame.iloc[0]
    assert (found["value"], found["numerator"], found["denominator"], found["n"]) == (0.75, 60, 80, 40)


def test_an_area_goes_to_gebied_and_any_other_breakdown_to_groep(catalogus):
    data = design(v01=["eens", "oneens"] * 40, stadsdeel=["WK003401"] * 40 + ["WK003402"] * 40, wet=["wmo"] * 80)
    found = indicators.compute(catalogus["CE01"], data, kader=KADER, by=["stadsdeel", "wet"]).frame
    assert found["gebied"].tolist() == ["WK003401", "WK003402"]
    assert set(found["gebied_soort"]) == {"stadsdeel"}
    assert set(found["groep"]) == {"wet=wmo"}


def test_a_condition_with_one_value_belongs_to_the_group(catalogus):
    data = design(v01=["eens", "oneens"] * 40, wet=["wmo", "jeugd"] * 40)
    found = indicators.compute(catalogus["CE01"], data, kader=KADER, where={"wet": "wmo"}).frame.iloc[0]
    assert (found["groep"], found["value"], found["n"]) == ("wet=wmo", 1.0, 40)


def test_too_few_answers_leave_only_their_number(catalogus):
    found = indicators.compute(catalogus["CE01"], design(v01=["eens"] * 29), kader=KADER).frame.iloc[0]
    assert (found["status"], found["n"]) == ("te_klein", 29)
    assert found[["value", "lower", "upper", "se", "numerator", "denominator"]].isna().all()


def test_a_ratio_of_totals_has_the_error_of_its_linearised_variable(catalogus):
    plans, cases = np.array([2.0, 0.0, 3.0, 1.0] * 5), np.array([4.0, 2.0, 4.0, 2.0] * 5)
    data = design(casussen_een_plan=plans.astype(str), casussen_meer=cases.astype(str))
    found = indicators.compute(catalogus["ST02"], data, kader=KADER).frame.iloc[0]
    residual = (plans - 0.5 * cases) / cases.sum()
    assert found["value"] == pytest.approx(0.5)
    assert found["se"] == pytest.approx(np.sqrt(20 / 19 * (residual**2).sum()))
    assert found["denominator"] == cases.sum()


def test_a_missing_column_names_the_nearest_one(catalogus):
    with pytest.raises(InvoerFout) as fout:
        indicators.compute(catalogus["CE01"], design(v02=["eens"] * 40), kader=KADER)
    assert "kolom 'v01' ontbreekt voor indicator CE01. Bedoelde u 'v02'?" in str(fout.value)


def test_an_answer_outside_a_scale_names_column_and_row_and_not_the_answer(catalogus):
    columns = {f"cohesie{k}": ["eens", "geheim"] for k in range(1, 5)}
    with pytest.raises(InvoerFout) as fout:
        indicators.compute(catalogus["NM07"], design(**columns), kader=KADER)
    assert "kolom cohesie1, regel 3: antwoord past niet bij de schaal" in str(fout.value)
    assert "geheim" not in str(fout.value)


def test_a_mark_that_is_no_number_names_column_and_row_and_not_the_answer(catalogus):
    with pytest.raises(InvoerFout) as fout:
        indicators.compute(catalogus["NM12"], design(cijfer_leven=["8", "acht"]), kader=KADER)
    assert "kolom cijfer_leven, regel 3: hier hoort een getal" in str(fout.value)
    assert "acht" not in str(fout.value)


def test_a_condition_on_an_unknown_column_is_refused(catalogus):
    with pytest.raises(KeyError, match="no column 'wijkk'"):
        indicators.compute(catalogus["CE01"], design(v01=["eens"]), kader=KADER, where={"wijkk": "a"})


def test_a_condition_that_contradicts_the_definition_is_refused(catalogus, register_frame):
    data = registry.open_register(register_frame(("a", "2015-01-01", "")))
    with pytest.raises(ParameterFout, match="BC01 gaat over wet wmo, niet over jeugd"):
        indicators.compute(catalogus["BC01"], data, kader=KADER, where={"wet": "jeugd"})


def test_the_register_is_counted_on_both_sides_of_the_quarter(catalogus, register_frame):
    data = registry.open_register(register_frame(
        ("tot_31_maart", "2015-01-01", "2015-04-01"), ("vanaf_1_april", "2015-04-01", ""),
        ("tot_30_juni", "2015-01-01", "2015-07-01"), ("vanaf_1_juli", "2015-07-01", ""),
    ))  # fmt: skip
    found = {id: indicators.compute(catalogus[id], data, kader=KADER).frame["value"].item() for id in
             ("BC01", "BC13B", "BC11", "BC12", "BC13")}  # fmt: skip
    assert found == {"BC01": 2, "BC13B": 1, "BC11": 1, "BC12": 1, "BC13": 1}
    assert found["BC13B"] + found["BC11"] - found["BC12"] == found["BC13"]


def test_over_areas_the_parts_add_up_to_the_whole(catalogus, register_frame):
    frame = register_frame(*[(f"p{k}", "2015-01-01", "") for k in range(12)])
    data = registry.open_register(frame.assign(stadsdeel=["WK003401", "WK003402", "WK003403"] * 4))
    parts = indicators.compute(catalogus["BC01"], data, kader=KADER, by="stadsdeel").frame
    assert parts["value"].sum() == indicators.compute(catalogus["BC01"], data, kader=KADER).frame["value"].item()


def ledger(*rows):
    columns = ["jaar", "kwartaal", "wet", "laag", "post", "soort", "bedrag_cent"]
    return pd.DataFrame(rows, columns=columns)


BOEK = (
    (2015, 1, "wmo", "basis", "a", "realisatie", 10_001), (2015, 2, "wmo", "maatwerk", "b", "realisatie", 20_002),
    (2015, 2, "jeugd", "maatwerk", "c", "realisatie", 30_000), (2015, 1, "wmo", "maatwerk", "b", "begroting", 100_000),
    (2015, 1, "jeugd", "maatwerk", "c", "begroting", 50_000),
)  # fmt: skip


def test_spend_is_added_up_in_cents_and_shown_in_euro(catalogus):
    found = indicators.compute(catalogus["K01"], ledger(*BOEK), kader=KADER, by="wet").frame
    assert dict(zip(found["groep"], found["value"], strict=True)) == {"wet=jeugd": 300.0, "wet=wmo": 300.03}


def test_spend_per_client_takes_the_denominator_of_its_own_group(catalogus):
    clients = results.build(
        pd.DataFrame({"value": [10.0, 20.0], "n": [10, 20], "groep": ["wet=wmo", "wet=jeugd"]}), kader=KADER
    )
    found = indicators.compute(catalogus["K03"], ledger(*BOEK), kader=KADER, by="wet", denominator=clients).frame
    assert dict(zip(found["groep"], found["value"], strict=True)) == {
        "wet=jeugd": 15.0,
        "wet=wmo": pytest.approx(20.002),
    }


def test_spend_per_client_refuses_a_group_without_denominator(catalogus):
    clients = results.build(pd.DataFrame({"value": [10.0], "n": [10], "groep": ["wet=wmo"]}), kader=KADER)
    with pytest.raises(ValueError, match=r"denominator: no value for \['wet=jeugd'\]"):
        indicators.compute(catalogus["K03"], ledger(*BOEK), kader=KADER, by="wet", denominator=clients)
    with pytest.raises(ValueError, match="this figure needs denominator="):
        indicators.compute(catalogus["K03"], ledger(*BOEK), kader=KADER)


def test_spend_beside_the_budget_shows_the_part_of_the_year_that_passed(catalogus):
    found = indicators.compute(catalogus["K04"], ledger(*BOEK), kader=KADER).frame.iloc[0]
    assert (found["value"], found["reference"]) == (pytest.approx(600.03 / 1500), 0.5)


def test_shares_of_layers_add_up_to_one_within_each_group(catalogus):
    found = indicators.compute(catalogus["K10"], ledger(*BOEK), kader=KADER, by="wet").frame
    per_wet = found.groupby(found["groep"].str.extract("wet=(.+)")[0])["value"].sum()
    assert per_wet.tolist() == pytest.approx([1.0, 1.0])


def test_the_frame_of_2012_is_shown_as_printed_and_its_four_gaps_are_reported(catalogus):
    from sdm_lib import sources
    from sdm_lib.indicators.aggregates import rounding_gaps

    frame = sources.reference("financieel_kader_2012")
    shown = indicators.compute(catalogus["K08"], frame, kader=KADER)
    assert len(shown) == 70
    assert shown.where(groep="jaar=2013;post=TOTAAL").frame["value"].item() == 24_331_000
    gaps = rounding_gaps(frame).astype({"jaar": str})
    assert set(zip(gaps["post"], gaps["jaar"], strict=True)) == {
        (post, jaar) for post in ("TOTAAL", "Waarvan gebundeld") for jaar in ("2013", "2017")
    }
    assert gaps["verschil"].tolist() == [1] * 4


def test_volume_mix_and_price_add_up_to_the_cent(catalogus):
    from sdm_lib.indicators.aggregates import Vraag
    from sdm_lib.indicators.forecast import ontleding

    frame = pd.DataFrame({
        "voorziening": list("abc"), "aantal_eerder": [7, 3, 11], "aantal_nu": [9, 0, 13],
        "bedrag_cent_eerder": [70_001, 90_007, 11_003], "bedrag_cent_nu": [99_999, 0, 12_345],
    })  # fmt: skip
    parts = ontleding(frame, Vraag((), "2015K2", {}))
    assert parts["value"].sum() == pytest.approx((99_999 + 12_345 - 70_001 - 90_007 - 11_003) / 100, abs=1e-9)
    with pytest.raises(ValueError, match="every type needs clients in the earlier period"):
        ontleding(frame.assign(aantal_eerder=[7, 0, 11]), Vraag((), "2015K2", {}))


def test_bills_still_to_come_by_chain_ladder(catalogus):
    # Mack (1993) form, three quarters: factors (16+12)/(10+8) and 18/16; by hand 12*(9/8-1) + 9*(14/9*9/8-1) euro
    triangle = pd.DataFrame(
        [("k1", 0, 1000), ("k1", 1, 600), ("k1", 2, 200), ("k2", 0, 800), ("k2", 1, 400), ("k3", 0, 900)],
        columns=["herkomst", "vertraging", "bedrag_cent"],
    )
    found = indicators.compute(catalogus["K07"], triangle, kader=KADER).frame["value"].item()
    assert found == pytest.approx(12 * (9 / 8 - 1) + 9 * (14 / 9 * 9 / 8 - 1))


def test_youth_experience_is_not_broken_down_by_provider(catalogus):
    aantallen = pd.DataFrame({"aanbieder": ["A01", "A02"], "eens": [40, 50], "beantwoord": [50, 60]})
    with pytest.raises(ParameterFout, match="SDM-724 fout: CJ01 mag niet naar aanbieder worden uitgesplitst"):
        indicators.compute(catalogus["CJ01"], aantallen, kader=KADER, by="aanbieder")
    assert indicators.compute(catalogus["CJ01"], aantallen, kader=KADER).frame["value"].item() == pytest.approx(
        90 / 110
    )


def test_an_unknown_figure_names_the_nearest(catalogus):
    from dataclasses import replace

    wrong = replace(catalogus["K01"], figuur="uitgavn")
    with pytest.raises(ParameterFout, match=r"noemt onbekende figuur 'uitgavn'\. Bedoelde u 'uitgaven'"):
        indicators.compute(wrong, ledger(*BOEK), kader=KADER)


def test_the_account_of_a_survey_counts_everyone_drawn():
    drawn = pd.DataFrame({
        "uitkomst": [
            *["volledig"] * 5, "gedeeltelijk", "geen_respons", "geen_respons", "niet_bereikt", "niet_in_aanmerking",
        ],
        "stadsdeel": ["WK003401"] * 5 + ["WK003402"] * 5,
    })  # fmt: skip
    table = indicators.verantwoording(drawn, kader=KADER, strata="stadsdeel")
    city = table.where(gebied="GM0034").frame.set_index("indicator")["value"]
    assert city[["respons_getrokken", "respons_niet_in_aanmerking", "respons_ingevuld"]].tolist() == [10, 1, 6]
    assert city["respons_gedeeltelijk"] == 1
    assert city["respons_aandeel"] == pytest.approx(6 / 9)
    shares = table.where(gebied_soort="stadsdeel").frame
    assert shares["indicator"].unique().tolist() == ["respons_aandeel"]
    assert shares["value"].tolist() == [1.0, 0.25]
    assert shares["n"].tolist() == [5, 4]  # everyone eligible


def test_an_unknown_outcome_of_fieldwork_is_refused():
    with pytest.raises(InvoerFout, match="regel 3: de uitkomst van het veldwerk is leeg of onbekend"):
        indicators.verantwoording(pd.DataFrame({"uitkomst": ["volledig", ""]}), kader=KADER)


def test_unweighted_figures_stand_beside_weighted_ones_without_a_margin(catalogus):
    data = design(vrijwilligerswerk=["ja", "nee"] * 20, w=[3.0, 1.0] * 20)
    found = indicators.unweighted([catalogus["NM01"]], data, kader=KADER).frame.set_index("groep")
    assert found.loc["weging=ongewogen", "value"] == 0.5
    assert found.loc["weging=gewogen", "value"] == 0.75
    assert np.isnan(found.loc["weging=ongewogen", "lower"])


def test_registrations_of_a_wijk_are_divided_by_the_inhabitants_of_that_wijk(catalogus):
    dag = pd.Timestamp("2015-04-01")
    spells = pd.DataFrame({
        "persoon": ["a", "b"], "wet": "wmo", "voorziening": "begeleiding", "wijk": ["BU1", "BU2"],
        "datum_aanmelding": dag, "begin": dag, "einde": pd.to_datetime([None, None]),
    })  # fmt: skip
    bevolking = pd.DataFrame({"wijk": ["BU1", "BU2"], "inwoners": [10, 90], "peildatum": dag})
    opened = registry.open_register(spells, bevolking=bevolking)
    een = indicators.compute(catalogus["NM21"], opened, kader=KADER, where={"wijk": "BU1"}).frame
    assert een[["value", "denominator"]].values.tolist() == [[100.0, 10.0]]


def test_a_mean_per_type_comes_in_one_order_whatever_the_order_of_the_register(catalogus):
    spells = pd.DataFrame({
        "persoon": list("abcd"), "wet": "wmo", "voorziening": ["vervoer", "dagbesteding", "hulpmiddelen", "overig"],
        "intensiteit": [1.0, 2.0, 3.0, 4.0], "eenheid": "uren_week", "begin": pd.Timestamp("2015-04-01"),
        "einde": pd.to_datetime([None] * 4),
    })  # fmt: skip
    tabellen = (pa.Table.from_pandas(frame, preserve_index=False) for frame in (spells, spells[::-1]))
    een, ander = (
        indicators.compute(catalogus["BC25"], registry.open_register(bron), kader=KADER, by="voorziening")
        for bron in (ibis.duckdb.connect().create_table("r", tabel) for tabel in tabellen)
    )
    assert een.equals(ander)
    assert een.frame["groep"].is_monotonic_increasing


def test_a_median_that_half_has_not_reached_is_too_uncertain_and_not_unmeasured(catalogus, register_frame):
    lopend = [(f"p{k}", "2015-02-01", "") for k in range(20)]
    for spells, status in (
        ([*lopend, *((f"q{k}", "2015-02-01", "2015-05-01") for k in range(10))], "te_onzeker"),
        ([*lopend, *((f"q{k}", "2015-02-01", "2015-05-01") for k in range(20))], "ok"),
        (lopend[:5], "te_klein"),
    ):
        data = registry.open_register(register_frame(*spells))
        assert indicators.compute(catalogus["BC14"], data, kader=KADER).frame["status"].tolist() == [status]


def test_the_six_user_groups_are_one_and_the_one_outside_is_not_measured(catalogus):
    spells = pd.DataFrame({
        "persoon": ["a", "b", "c"], "huishouden": ["h1", "h1", "h2"], "wet": ["wmo", "jeugd", "wmo"],
        "voorziening": ["vervoer", "ambulant", "vervoer"], "stadsdeel": "WK003401",
        "begin": pd.to_datetime(["2015-01-01"] * 3), "einde": pd.to_datetime([None] * 3),
    })  # fmt: skip
    huishoudens = pd.DataFrame({"stadsdeel": ["WK003401"], "huishoudens": 10, "peildatum": pd.Timestamp("2015-04-01")})
    opened = registry.open_register(spells, huishoudens=huishoudens)
    groepen = indicators.compute(catalogus["BC29"], opened, kader=KADER, by="gebruikersgroep").frame.set_index("groep")
    assert groepen["value"].sum() == pytest.approx(1.0)
    assert groepen.loc["gebruikersgroep=geen", "numerator"] == 8
    erbuiten = groepen.loc["gebruikersgroep=ook_voorzieningen_erbuiten"]
    assert (erbuiten["status"], bool(np.isnan(erbuiten["value"]))) == ("niet_gemeten", True)
    alleen = indicators.compute(catalogus["BC29"], opened, kader=KADER).frame
    assert alleen["value"].tolist() == [0.1]
