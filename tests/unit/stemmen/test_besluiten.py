"""Decisions on redaction: only added, never the words, and a line that was changed afterwards is noticed."""

from datetime import date

import pytest

from sdm_lib.errors import PrivacyFout
from sdm_lib.stemmen.besluiten import Besluit, lees_besluiten, samenvatting, voeg_toe

DAG = date(2015, 7, 13)
EEN = Besluit(DAG, "O&S", "0123456789ab", 4, "naam", "vervangen")
TWEE = Besluit(DAG, "O&S", "0123456789ab", 9, "eigennaam", "blijft staan")
DRIE = Besluit(date(2015, 7, 20), "FG", "0123456789ab", 4, "naam", "niet gebruiken")


@pytest.fixture
def path(tmp_path):
    voeg_toe(tmp_path / "_redactie.csv", [EEN, TWEE])
    return tmp_path / "_redactie.csv"


def test_decisions_are_read_back_in_order_and_later_ones_stand_below(path):
    eerder = path.read_bytes()
    voeg_toe(path, [DRIE])
    assert lees_besluiten(path) == (EEN, TWEE, DRIE)
    assert path.read_bytes().startswith(eerder)


def test_a_file_with_nothing_but_its_heading_takes_decisions(tmp_path):
    path = tmp_path / "_redactie.csv"
    for besluiten in ([], [], [EEN]):
        voeg_toe(path, besluiten)
    assert lees_besluiten(path) == (EEN,)


def test_there_are_none_without_a_file(tmp_path):
    assert lees_besluiten(tmp_path / "_redactie.csv") == ()


@pytest.mark.parametrize(
    ("verander", "regel"),
    [
        (lambda regels: [regels[0], regels[1].replace("vervangen", "blijft staan"), *regels[2:]], 2),
        (lambda regels: [regels[0], *regels[2:]], 2),
        (lambda regels: [regels[0], regels[2], regels[1], *regels[3:]], 2),
        (lambda regels: [*regels[:2], regels[2].replace("9", "8", 1), *regels[3:]], 3),
        (lambda regels: [*regels, "2015-07-14;iemand;x;1;naam;vervangen;0000000000000000"], 4),
        (lambda regels: [*regels, "los"], 4),
        (lambda regels: [regels[0].replace("door", "wie"), *regels[1:]], 2),
    ],
    ids=["changed", "taken out", "turned round", "another segment", "added by hand", "no decision", "other heading"],
)
def test_a_line_that_does_not_follow_from_those_above_is_refused(path, verander, regel):
    path.write_text("\n".join(verander(path.read_text(encoding="utf-8").splitlines())) + "\n", encoding="utf-8")
    with pytest.raises(PrivacyFout, match=rf"SDM-917.*_redactie.csv.*regel {regel}.*veranderd") as fout:
        lees_besluiten(path)
    assert fout.value.exit_code == 4
    with pytest.raises(PrivacyFout, match=r"SDM-917"):
        voeg_toe(path, [DRIE])


def test_the_summary_counts_segments_and_decisions_by_who_took_them_and_when():
    assert list(samenvatting([DRIE, EEN, TWEE, EEN])) == [
        "O&S, 13 juli 2015: 2 segmenten; eigennaam blijft staan (1), naam vervangen (2)",
        "FG, 20 juli 2015: 1 segment; naam niet gebruiken (1)",
    ]


@pytest.mark.parametrize(
    ("anders", "melding"),
    [
        ({"door": " "}, "heeft een naam"),
        ({"besluit": "weg"}, "vervangen, blijft staan of niet gebruiken, en niet 'weg'"),
    ],
)
def test_a_decision_has_a_name_and_one_of_three_outcomes(anders, melding):
    with pytest.raises(ValueError, match=melding):
        Besluit(
            **{"datum": DAG, "door": "x", "levering": "a", "segment": 1, "soort": "naam", "besluit": "vervangen"}
            | anders
        )
