import json

import pytest

from sdm_lib.errors import ParameterFout
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.runner import plan as planning

K2 = Kwartaal(2015, 2)


def basis(project, **given):
    return {taak.naam: (taak.id, dict(taak.basis)) for taak in planning.make_plan(project, kwartaal=K2, **given).taken}


def edit(path, old, new):
    tekst = path.read_text(encoding="utf-8")
    assert old in tekst
    path.write_text(tekst.replace(old, new, 1), encoding="utf-8")


def test_the_plan_has_a_task_for_every_topic_and_area(project):
    edit(project / "params" / "2015K2" / "clienten.yaml", "[stad]", "[stad, WK003401]")
    plan = planning.make_plan(project, kwartaal=K2)
    assert [taak.naam for taak in plan.taken] == ["clienten", "clienten-WK003401"]
    assert plan.gevraagd == {"clienten"}


def test_the_same_project_gives_the_same_tasks(project):
    assert basis(project) == basis(project)


@pytest.mark.parametrize(
    ("path", "deel"), [("notebooks/clienten.ipynb", "het notebook"), ("requirements.lock", "requirements.lock")]
)
def test_the_basis_of_a_task_follows_its_notebook_and_the_libraries(project, path, deel):
    eerst = basis(project)["clienten"]
    target = project / path
    target.write_bytes(target.read_bytes().replace(b"numpy==", b"numpy===").replace(b"Ervaringen", b"Ervaring"))
    id_, nu = basis(project)["clienten"]
    assert id_ == eerst[0]
    assert {naam for naam in nu if nu[naam] != eerst[1][naam]} == {deel}


def test_other_parameters_make_another_task(project):
    assert basis(project, leveringen="x")["clienten"][0] != basis(project)["clienten"][0]


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


def test_an_area_that_no_topic_has_is_refused_with_the_nearest(project):
    for gevraagd in ([], ["clienten"]):
        with pytest.raises(ParameterFout, match=r"SDM-223.*onbekend gebied 'stadt'\. Bedoelde u 'stad'\?"):
            planning.make_plan(project, kwartaal=K2, gevraagd=gevraagd, gegeven={"gebied": "stadt"})
