"""Scales against the golden cases of their manuals."""

import numpy as np
import pandas as pd
import pytest

from sdm_lib.survey import SurveyError, scales

NAN = np.nan


def lonely(*answers: tuple) -> pd.DataFrame:
    frame = pd.DataFrame([(*e, *s) for e, s in answers], columns=list("abcdef"))
    return scales.loneliness(frame, emotional=list("abc"), social=list("def"))


@pytest.mark.parametrize(
    ("emotional", "social", "expected"),
    [
        ((1, 1, 1), (3, 3, 3), (0, 0, 0, "niet")),
        ((2, 1, 1), (2, 3, 3), (1, 1, 2, "matig")),
        ((3, 3, 3), (1, 1, 1), (3, 3, 6, "sterk")),
        ((3, NAN, 1), (2, 1, 3), (NAN, 2, 3, "matig")),
        ((NAN, NAN, 1), (3, 3, 3), (NAN, 0, NAN, None)),
    ],
)
def test_loneliness_follows_the_manual(emotional, social, expected):
    row = lonely((emotional, social)).iloc[0]
    assert row[["emotional", "social", "total"]].tolist() == pytest.approx(list(expected[:3]), nan_ok=True)
    assert (row["category"] if isinstance(row["category"], str) else None) == expected[3]


@pytest.mark.parametrize(
    ("points", "category"), [(2, "niet"), (3, "matig"), (8, "matig"), (9, "sterk"), (11, "zeer sterk")]
)
def test_loneliness_of_eleven_items_has_its_own_classes(points, category):
    emotional, social = [f"e{k}" for k in range(6)], [f"s{k}" for k in range(5)]
    answers = [3 if k < points else 1 for k in range(6)] + [1 if k + 6 < points else 3 for k in range(5)]
    found = scales.loneliness(pd.DataFrame([answers], columns=emotional + social), emotional=emotional, social=social)
    assert found[["total", "category"]].values.tolist() == [[points, category]]


@pytest.mark.parametrize(
    ("answers", "score"), [((6, 6, 1, 6, 1), 100), ((1, 1, 6, 1, 6), 0), ((4, 5, 3, 4, 3), 64), ((4, 4, 3, 4, 3), 60)]
)
def test_mhi5_golden_cases(answers, score):
    frame = pd.DataFrame([answers], columns=["nervous", "down", "calm", "sad", "happy"])
    found = scales.mhi5(frame, negative=["nervous", "down", "sad"], positive=["calm", "happy"], cutoff="cbs")
    assert found["score"].item() == score


def test_a_score_of_sixty_is_healthy_for_cbs_and_not_for_ggd():
    frame = pd.DataFrame([(4, 4, 3, 4, 3)], columns=["nervous", "down", "calm", "sad", "happy"])
    poor = [
        scales.mhi5(frame, negative=["nervous", "down", "sad"], positive=["calm", "happy"], cutoff=norm)[
            "ongezond"
        ].item()
        for norm in ("cbs", "ggd")
    ]
    assert poor == [0.0, 1.0]


@pytest.mark.parametrize(
    ("answers", "score"), [((5, 1, 1, 1), 10), ((1, 5, 5, 5), 0), ((3, 3, 3, 3), 5), ((4, 2, 3, 2), 6.875)]
)
def test_cohesion_golden_cases(answers, score):
    frame = pd.DataFrame([answers], columns=list("abcd"))
    found = scales.cohesion(frame, items=list("abcd"), reverse=["a"], statement_set="VM 2012-2017")
    assert found["score"].item() == score


def test_two_statement_sets_are_not_compared_without_a_factor():
    with pytest.raises(SurveyError, match="'VM 2021' en 'VM 2017' zijn verschillende meetinstrumenten"):
        scales.convert(pd.Series([6.4]), instrument="VM 2021", reference="VM 2017")


def test_an_answer_outside_the_scale_is_named_by_column_and_row():
    with pytest.raises(SurveyError, match=r"kolom b: 1 antwoorden vallen buiten de schaal .rij 1."):
        lonely(((1, 9, 1), (3, 3, 3)))


def test_not_applicable_leaves_the_denominator():
    frame = pd.DataFrame({"v": [1.0, 2, 4, 6, NAN]})
    found = scales.agreement(frame, "v", agree=[1, 2], disagree=[3, 4, 5], not_applicable=[6])
    assert found["eens"].tolist() == pytest.approx([1, 1, 0, NAN, NAN], nan_ok=True)
    assert found["nvt"].tolist() == pytest.approx([0, 0, 0, 1, NAN], nan_ok=True)


def test_sum_score_respects_its_missing_rule():
    frame = pd.DataFrame({"a": [1.0, NAN, NAN], "b": [5.0, 4, NAN], "c": [3.0, 2, 5]})
    found = scales.sum_score(frame, ["a", "b", "c"], low=1, high=5, reverse=["b"], max_missing=1)
    assert found.tolist() == pytest.approx([1 + 1 + 3, 3 * (2 + 2) / 2, NAN], nan_ok=True)


def test_self_reliance_has_the_sign_test():
    frame = pd.DataFrame({"eerst": [1, 2, 3, 3, NAN], "laatst": [3, 4, 5, 2, 3]})
    found = scales.self_reliance(frame, domains={"geld": ("eerst", "laatst")}).iloc[0]
    # 3 up, 1 down: 2 * P(X <= 1), X binomial (4, 1/2) = 2 * 5/16
    assert found[["n", "n_missing", "beter", "slechter", "p"]].tolist() == [4, 1, 0.75, 0.25, 0.625]


def test_report_mark_of_five_and_a_half_is_sufficient():
    assert scales.report_mark(pd.DataFrame({"c": [5.4, 5.5]}), "c")["voldoende"].tolist() == [0.0, 1.0]


def test_alpha_needs_two_items():
    with pytest.raises(SurveyError, match="1 items en 2 volledige rijen"):
        scales.cronbach_alpha(pd.DataFrame({"a": [1, 2]}), ["a"])
