"""Every reference value of R `survey` at its stated tolerance, and the edges where R is silent or wrong."""

import json
import re
from pathlib import Path

import pytest

from tests.oracle.__main__ import main
from tests.oracle.cases import REQUIRED, check, compare
from tests.oracle.folder import Oracle, domain, read_csv

HERE = Path(__file__).parent
FOLDERS = {"R": Oracle(HERE)} | {name: Oracle(HERE / name) for name in ("more", "replicates", "edges")}
CASES = [(name, case) for name, oracle in FOLDERS.items() for case in oracle.cases]


@pytest.mark.parametrize(("name", "case"), CASES, ids=[f"{name}-{case['id']}" for name, case in CASES])
def test_answers_equal_the_reference(name, case):
    assert check(FOLDERS[name], case) == []


def test_all_cases_of_the_reference_are_there():
    assert (len(FOLDERS["R"].cases), len(FOLDERS["R"].designs)) == (433, 24)


def test_a_wrong_answer_is_seen():
    assert compare({"est": 1.0 + 1e-7}, {"est": 1.0}, rtol=1e-8, op="mean")
    assert compare({"est": 1.0 + 1e-9}, {"est": 1.0}, rtol=1e-8, op="mean") == []
    assert compare({"est": float("nan")}, {"est": 1.0}, rtol=1e-8, op="mean")
    assert compare({}, {"est": 1.0}, rtol=1e-8, op="mean")


def test_an_error_that_does_not_come_is_seen():
    oracle = FOLDERS["edges"]
    sound = {"design": "klein", "op": "mean", "args": {"vars": "y"}, "require": "error", "must_mention": ["y"]}
    (problem,) = check(oracle, sound)
    assert problem.startswith("no error")


def test_an_error_without_the_asked_word_is_seen():
    oracle = FOLDERS["edges"]
    case = next(case for case in oracle.cases if case.get("require") == "error")
    (problem,) = check(oracle, case | {"must_mention": ["xyzzy"]})
    assert "does not mention 'xyzzy'" in problem


def test_the_command_counts_and_fails_with_exit_code_one(tmp_path, capsys):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_text('"y"\n1\n3\n', encoding="utf-8")
    text = '{"designs": {"a": {"data": "a"}}, "cases": [{"id": "goed", "design": "a", "op": "mean", "args": {"vars": "y"}, "expect": {"est": 2}}, {"id": "fout", "design": "a", "op": "mean", "args": {"vars": "y"}, "expect": {"est": 3}}]}'  # noqa: E501
    (tmp_path / "expected.json").write_text(text, encoding="utf-8")
    assert main(tmp_path) == 1
    printed = capsys.readouterr().out
    assert "FAIL fout" in printed
    assert printed.endswith("1 passed, 1 failed\n")


def test_quoted_years_are_text_and_bare_ones_numbers(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('"jaar","n"\n"2015",2015\n,\n', encoding="utf-8")
    frame = read_csv(path)
    assert frame["jaar"].tolist()[0] == "2015"
    assert frame["n"].tolist()[0] == 2015.0
    assert frame.isna().sum().tolist() == [1, 1]


def test_conditions_of_a_domain(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('"g","x"\n"a",1\n"b",2\n"c",\n', encoding="utf-8")
    frame = read_csv(path)
    assert domain(frame, "g in (a, b) and x == 2").tolist() == [False, True, False]
    assert domain(frame, "x is missing").tolist() == [False, False, True]
    assert domain(frame, "g == 'a'").tolist() == [True, False, False]


def test_a_folder_without_cases_is_named(tmp_path):
    with pytest.raises(SystemExit, match=r"expected.json does not exist"):
        main(tmp_path)


def test_every_example_of_the_readme_passes():
    lines = (HERE / "README.md").read_text(encoding="utf-8").splitlines()
    found = [json.loads(part) for line in lines for part in re.findall(r"`(\{\"id\".*?\})`", line)]
    assert {case["require"] for case in found} == {"error", "error_or_converged_false", *REQUIRED}
    assert [check(FOLDERS["edges"], case) for case in found] == [[]] * len(found)


def test_a_mistake_of_a_programmer_counts_as_an_error_only_when_the_library_says_it():
    case = {
        "design": "klein",
        "op": "quantile",
        "args": {"var": "y", "p": 0},
        "require": "error",
        "must_mention": ["p"],
    }
    assert check(FOLDERS["edges"], case) == []
    with pytest.raises(ValueError, match="could not convert"):
        check(FOLDERS["edges"], {**case, "op": "mean", "args": {"vars": "y", "where": "y < x"}})
