"""Three voices stand on one axis only when they answered on the same scale."""

import pytest

from sdm_lib import indicators, sources
from sdm_lib.errors import ParameterFout
from sdm_lib.stemmen import check_schaal


@pytest.fixture(scope="module")
def catalogus():
    return indicators.load(sources.project_root())


def vragenlijst(bron):
    return sources.load_vragenlijst(sources.load_schema(bron).vragenlijst)


def schaal(catalogus, *ids):
    return check_schaal([catalogus[id_] for id_ in ids], vragenlijst, bestand="notebooks/clienten.ipynb")


@pytest.mark.parametrize("ids", [("DS01", "ST16", "CE01"), ("DS02", "ST12", "CE06"), ("DS03", "ST18", "CE09")])
def test_the_voices_of_the_demo_share_their_scale(catalogus, ids):
    vragen = schaal(catalogus, *ids)
    assert [vraag.stem for vraag in vragen.values()] == ["Inwoners", "Professionals", "Cliënten"]
    assert {vraag.telt for vraag in vragen.values()} == {("helemaal_eens", "eens")}
    assert all(len(vraag.vraag) > 10 for vraag in vragen.values())


@pytest.mark.parametrize(
    ("ids", "melding"),
    [
        (("ST14", "CE01"), "SDM-921.*ST14: ja, nee.*CE01: helemaal_eens"),
        (("ST10", "CE01"), "SDM-921.*nooit, soms"),
        (("ST01", "ST16"), "SDM-920.*dezelfde stem: Professionals"),
        (("ST08", "CE01"), "SDM-920.*'ST08' is geen aandeel op een stelling"),
        (("BC16", "CE01"), "SDM-920.*'BC16' is geen aandeel op een stelling"),
    ],
)
def test_what_does_not_fit_one_axis_is_refused(catalogus, ids, melding):
    with pytest.raises(ParameterFout, match=melding):
        schaal(catalogus, *ids)
