import json

import pytest

from sdm_lib.errors import ParameterFout
from sdm_lib.runner import notebook


def write(path, *cells):
    """A notebook of (kind, source, tags)."""
    data = {
        "cells": [
            {"cell_type": kind, "source": source, "metadata": {"tags": list(tags)} if tags else {}, "outputs": []}
            for kind, source, *tags in cells
        ],
        "metadata": {},
    }
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


@pytest.fixture
def template(tmp_path):
    return write(
        tmp_path / "clienten.ipynb",
        ("markdown", "# Titel"),
        ("code", 'kwartaal = "2015K2"  # verslagkwartaal\naantal: int = 5\nruw = False  # ja of nee', "parameters"),
        ("code", "print(kwartaal)"),
    )


def message(action):
    with pytest.raises(ParameterFout) as fout:
        action()
    return str(fout.value)


def test_parameters_have_their_default_and_explanation(template):
    known = notebook.parameters(template)
    assert {naam: (p.standaard, p.uitleg) for naam, p in known.items()} == {
        "kwartaal": ("2015K2", "verslagkwartaal"),
        "aantal": (5, ""),
        "ruw": (False, "ja of nee"),
    }


def test_given_values_take_the_type_of_the_default(template):
    given = {"kwartaal": "0034", "aantal": "7", "ruw": "ja"}
    assert notebook.check_parameters(template, given) == {"kwartaal": "0034", "aantal": 7, "ruw": True}


def test_unknown_names_and_wrong_values_are_told_together(template):
    tekst = message(lambda: notebook.check_parameters(template, {"kwartal": "x", "aantal": "veel", "ruw": "yes"}))
    assert "SDM-234 fout: clienten.ipynb: onbekende parameter 'kwartal'. Bedoelde u 'kwartaal'?" in tekst
    assert "parameter aantal kan niet 'veel' zijn. Hier hoort een geheel getal." in tekst
    assert "Hier hoort ja of nee." in tekst


@pytest.mark.parametrize("regel", ["x = 1 + 1", "import os", 'x = f"{y}"', "x = [1]", "x = y", "x, y = 1, 2"])
def test_the_parameters_cell_holds_literals_only(tmp_path, regel):
    path = write(tmp_path / "a.ipynb", ("code", regel, "parameters"))
    assert "SDM-233" in message(lambda: notebook.parameters(path))


def test_there_is_exactly_one_parameters_cell(tmp_path):
    path = write(tmp_path / "a.ipynb", ("code", "x = 1"))
    assert "0 cellen hebben de tag 'parameters'" in message(lambda: notebook.parameters(path))
    path = write(tmp_path / "a.ipynb", ("code", "x = 1", "parameters"), ("code", "y = 1", "parameters"))
    assert "2 cellen" in message(lambda: notebook.parameters(path))


def test_a_file_that_is_no_notebook_is_refused(tmp_path):
    (tmp_path / "a.ipynb").write_text("<html>", encoding="utf-8")
    assert "SDM-231" in message(lambda: notebook.parameters(tmp_path / "a.ipynb"))
    assert "SDM-230" in message(lambda: notebook.parameters(tmp_path / "b.ipynb"))


def test_the_hash_follows_code_prose_and_tags_and_nothing_else(template):
    eerst = notebook.content_hash(template)
    data = json.loads(template.read_text(encoding="utf-8"))
    data["cells"][2]["outputs"] = [{"output_type": "stream", "text": "2015K2"}]
    data["metadata"] = {"kernelspec": {"name": "mijn-omgeving"}}
    template.write_text(json.dumps(data), encoding="utf-8")
    assert notebook.content_hash(template) == eerst
    data["cells"][0]["source"] = "# Andere titel"
    template.write_text(json.dumps(data), encoding="utf-8")
    assert notebook.content_hash(template) != eerst


def test_the_indicators_of_a_notebook_are_known_with_their_place(tmp_path):
    path = write(
        tmp_path / "a.ipynb",
        ("code", 'run.in_het_kort(["CE01", "weet_de_weg"])'),
        ("markdown", "CE99"),
        ("code", 'lijst = ["K01K", "stadsdeel"]\nrun.publish(run.estimate("CE02", by="wet"), titel="CE03")'),
        ("code", "%magisch"),
    )
    assert notebook.indicator_ids(path) == [
        ("CE01", 1, 1),
        ("weet_de_weg", 1, 1),
        ("K01K", 3, 1),
        ("CE02", 3, 2),
        ("CE03", 3, 2),
    ]
