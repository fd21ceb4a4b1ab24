import json

import pytest

from sdm_lib.errors import ParameterFout
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.runner import plan as planning

K2 = Kwartaal(2015, 2)


def keys(project, **given):
    return {taak.naam: taak.sleutel for taak in planning.make_plan(project, kwartaal=K2, **given).taken}


def edit(path, old, new):
    tekst = path.read_text(encoding="utf-8")
    assert old in tekst
    path.write_text(tekst.replace(old, new, 1), encoding="utf-8")


def test_the_plan_has_a_task_for_every_topic_and_area(project):
    edit(project / "params" / "2015K2" / "clienten.yaml", "[stad]", "[stad, WK003401]")
    plan = planning.make_plan(project, kwartaal=K2)
    assert [taak.naam for taak in plan.taken] == ["clienten", "clienten-WK003401"]
    assert plan.gevraagd == {"clienten"}


def test_the_same_project_gives_the_same_keys(project):
    assert keys(project) == keys(project)


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("notebooks/clienten.ipynb", "Ervaringen van cliënten", "Ervaringen"),
        ("params/2015K2/clienten.yaml", "voorlopig", "definitief"),
        ("params/2015K1/clienten.yaml", "voorlopig", "definitief"),
        ("params/kit.yaml", "drempel: 10", "drempel: 15"),
        ("params/indicatoren/clienten.yaml", "minimum_n: ", "minimum_n: 1"),
        ("data/demo/2015K2/clienten.csv", "WK003401", "WK003402"),
        ("data/demo/2015K1/clienten.csv", "WK003401", "WK003402"),
        ("requirements.lock", "numpy==", "numpy=="),
    ],
)
def test_the_key_follows_what_the_outcome_depends_on(project, path, old, new):
    eerst = keys(project)
    target = project / path
    inhoud = target.read_bytes()
    if old == new:
        target.write_bytes(inhoud + b"\n# gewijzigd\n")
    else:
        assert old.encode() in inhoud
        target.write_bytes(inhoud.replace(old.encode(), new.encode(), 1))
    assert keys(project)["clienten"] != eerst["clienten"]


@pytest.mark.parametrize("path", ["data/demo/2015K2/bewoners.sav", "data/demo/2015K2/grootboek.csv"])
def test_the_key_does_not_follow_a_delivery_of_another_topic(project, path):
    eerst = keys(project)
    (project / path).write_bytes(b"anders")
    assert keys(project) == eerst


def test_a_given_folder_is_part_of_the_key(project):
    assert keys(project, leveringen="x") != keys(project)


def test_unknown_topics_parameters_and_keys_are_told_together(project):
    edit(project / "params" / "2015K2" / "clienten.yaml", "stand:", "stnd:")
    with pytest.raises(ParameterFout) as fout:
        planning.make_plan(project, kwartaal=K2, gevraagd=["clinten"])
    tekst = str(fout.value)
    assert "onbekend onderwerp 'clinten' voor 2015K2. Bedoelde u 'clienten'?" in tekst
    assert "params/2015K2/clienten.yaml, regel 3: onbekende sleutel 'stnd'. Bedoelde u 'stand'?" in tekst
    assert "sleutel 'stand' ontbreekt" in tekst


def test_an_unknown_quarter_names_the_nearest(project):
    with pytest.raises(ParameterFout, match=r"er zijn geen run-bestanden voor 2015K3\. Bedoelde u '2015K[12]'"):
        planning.make_plan(project, kwartaal=Kwartaal(2015, 3))


def test_a_notebook_parameter_that_does_not_exist_stops_the_plan(project):
    with pytest.raises(ParameterFout, match=r"onbekende parameter 'kwartal'\. Bedoelde u 'kwartaal'"):
        planning.make_plan(project, kwartaal=K2, gegeven={"kwartal": "2015K2"})


def test_the_plan_is_json_clean(project):
    [taak] = planning.make_plan(project, kwartaal=K2).taken
    assert json.loads(json.dumps(dict(taak.parameters))) == {
        "kwartaal": "2015K2",
        "gebied": "stad",
        "leveringen": "",
    }
