import pickle

import pytest

from sdm_lib.errors import InvoerFout, Melding, ParameterFout, PrivacyFout, RapportFout, SdmFout, bedoelde_u, exit_code

PROBLEEM = Melding(
    "SDM-302",
    "gewicht ontbreekt",
    "Vul het gewicht aan",
    bestand="clienten.csv",
    blad="respons",
    kolom="w0",
    regels=(2, 5, 7, 9, 11, 13),
    aantal=12,
    waarom="Zonder gewicht telt iemand niet mee",
)


def test_a_message_says_what_where_why_and_how():
    assert str(PROBLEEM) == (
        "SDM-302 fout: clienten.csv, blad respons, kolom w0, regel 2, 5, 7, 9, 11 en nog 7: gewicht ontbreekt. "
        "Zonder gewicht telt iemand niet mee. Vul het gewicht aan."
    )


def test_an_error_holds_all_its_problems_and_survives_a_process_border():
    fout = InvoerFout(PROBLEEM, Melding("SDM-303", "nog iets", "Herstel het."))
    assert str(fout).count("\n") == 1
    terug = pickle.loads(pickle.dumps(fout))
    assert type(terug) is InvoerFout
    assert terug.meldingen == fout.meldingen


def test_an_error_without_a_problem_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="needs at least one Melding"):
        SdmFout()


def test_the_gravest_problem_decides_the_exit_code():
    fouten = {soort: soort(PROBLEEM) for soort in (RapportFout, ParameterFout, InvoerFout, PrivacyFout)}
    assert [fout.exit_code for fout in fouten.values()] == [1, 2, 3, 4]
    assert exit_code([fouten[InvoerFout], fouten[PrivacyFout], fouten[RapportFout]]) == 4


def test_the_nearest_name_is_offered():
    assert bedoelde_u("clinten", ["clienten", "kosten"]) == "Bedoelde u 'clienten'?"
    assert bedoelde_u("x", []) == "Er is niets om uit te kiezen."
    assert bedoelde_u("zzz", [f"naam{i:02d}" for i in range(25)]).endswith("en nog 5.")


def test_a_notebook_shows_the_message_and_no_traceback():
    assert InvoerFout(PROBLEEM, PROBLEEM)._render_traceback_() == [str(PROBLEEM), str(PROBLEEM)]


def test_the_runner_tells_what_every_error_of_the_kit_says():
    import sdm_lib.survey  # noqa: F401  # so that its errors exist
    from sdm_lib.errors import SdmFout
    from sdm_lib.runner.execute import EIGEN_FOUTEN

    soorten, alle = [SdmFout], set()
    while soorten:
        onder = soorten.pop().__subclasses__()
        alle |= {soort for soort in onder if soort.__module__.startswith("sdm_lib.")}
        soorten += onder
    assert {soort.__name__: soort.exit_code for soort in alle} == {n: s.exit_code for n, s in EIGEN_FOUTEN.items()}
