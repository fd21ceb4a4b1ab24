"""A notebook is a text with numbers: the shape that style asks for, checked on every template."""

import ast
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(path for path in (ROOT / "notebooks").glob("*.ipynb"))
FORBIDDEN = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.While, ast.Try, ast.Lambda)
# Percentages, decimals and amounts may not be typed in running text; law names, dates, ages and item numbers may.
TYPED_NUMBER = re.compile(r"\d+\s?%|\d+,\d+|€\s?\d|\d+ (?:procent|euro|mensen|inwoners|cliënten|huishoudens)\b")


def cells(path, kind):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [cell | {"source": "".join(cell["source"])} for cell in notebook["cells"] if cell["cell_type"] == kind]


def names(path):
    return path.stem


@pytest.fixture(params=TEMPLATES, ids=names)
def template(request):
    return request.param


def test_there_is_a_notebook_for_every_topic_and_a_template():
    assert {path.stem for path in TEMPLATES} == {
        "_sjabloon",
        "basiscijfers",
        "nulmeting",
        "stelsel",
        "clienten",
        "kosten",
        "beleidsmonitor",
        "wijkprofiel",
    }


def test_no_outputs_are_kept(template):
    assert not any(cell["outputs"] or cell["execution_count"] for cell in cells(template, "code"))


def test_it_begins_with_a_title_parameters_and_a_start(template):
    notebook = json.loads(template.read_text(encoding="utf-8"))
    first, second, third = notebook["cells"][:3]
    assert "".join(first["source"]).startswith("# ")
    assert second["metadata"]["tags"] == ["parameters"]
    assert "monitor.start(" in "".join(third["source"])


def test_the_conclusion_comes_first(template):
    headings = [
        line for cell in cells(template, "markdown") for line in cell["source"].splitlines() if line.startswith("## ")
    ]
    assert headings[0] == "## In het kort"
    assert headings[-1] == "## Verantwoording"


def test_parameters_are_literals_with_an_explanation(template):
    from sdm_lib.runner.notebook import parameters

    known = parameters(template)
    assert {"kwartaal", "gebied", "leveringen"} <= set(known)
    assert all(parameter.uitleg for parameter in known.values())


def test_logic_lives_in_the_library(template):
    for cell in cells(template, "code"):
        wrong = [type(node).__name__ for node in ast.walk(ast.parse(cell["source"])) if isinstance(node, FORBIDDEN)]
        assert wrong == [], cell["source"]
        assert "read_" not in cell["source"]
        assert "/" not in cell["source"], "a path belongs in the run file"


def test_code_cells_are_short_and_half_of_the_cells_is_prose(template):
    code, prose = cells(template, "code"), cells(template, "markdown")
    assert max(len(cell["source"].splitlines()) for cell in code) <= 12
    assert len(prose) >= 0.4 * (len(code) + len(prose))


def test_no_number_is_typed_in_the_text(template):
    for cell in cells(template, "markdown"):
        assert TYPED_NUMBER.findall(cell["source"]) == []


@pytest.mark.parametrize("zin", ["42% van de cliënten", "gemiddeld 7,3", "€ 12 miljoen", "bij 120 huishoudens"])
def test_a_typed_number_is_seen(zin):
    assert TYPED_NUMBER.search(zin)


@pytest.mark.parametrize("zin", ["de Wmo 2015", "op 1 januari 2015", "achttien jaar", "artikel 2.5.1", "vraag 7"])
def test_laws_dates_and_item_numbers_are_no_typed_numbers(zin):
    assert not TYPED_NUMBER.search(zin)
