"""Everything that a notebook calls helps: an example that runs, completion of its arguments, an answer in Dutch."""

import ast
import inspect
import json
from pathlib import Path

import pytest

from sdm_lib import disclosure, indicators, monitor, nl, results, sources
from sdm_lib.aanroep import voorbeeld
from sdm_lib.errors import ParameterFout, SdmFout
from sdm_lib.monitor.grondslag import Grondslag
from sdm_lib.monitor.voorbeelden import VOORBEELDEN
from sdm_lib.monitor.woorden import Stemmen
from sdm_lib.runner.plan import make_plan

ROOT = Path(__file__).parents[3]
ONDER = ("frame", "levering", "design")  # of what lies under a run, a notebook calls these
NOUNS = {
    "run": {naam: vars(monitor.Run)[naam] for naam in vars(monitor.Run) if naam[0] != "_"}
    | {naam: vars(Grondslag)[naam] for naam in ONDER},
    "doelen": {naam: verb for naam, verb in vars(monitor.Doelen).items() if naam[0] != "_"},
    "stemmen": {naam: verb for naam, verb in vars(Stemmen).items() if naam[0] != "_"},
}
VERBEN = {f"{noun}.{naam}": verb for noun, alle in NOUNS.items() for naam, verb in alle.items() if callable(verb)}
FUNCTIES = {
    "monitor.start": monitor.start, "monitor.doelen": monitor.doelen, "monitor.stemmen": monitor.stemmen,
    "results.from_frame": results.from_frame, "sources.read": sources.read, "sources.check": sources.check,
    "sources.load_schema": sources.load_schema, "indicators.check_examples": indicators.check_examples,
    "disclosure.guard": disclosure.guard, "make_plan": make_plan, "nl.getal": nl.getal, "nl.procent": nl.procent,
}  # fmt: skip
ALLES = VERBEN | FUNCTIES
FREE = {"sources.uitleg", "indicators.load", "Kwartaal", "oefenproject"}  # need nothing, or are a value and no verb


def called():
    """Every verb and function of the kit that a notebook calls, by the words with which it does."""
    for path in (ROOT / "notebooks").rglob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for cell in cells:
            if cell["cell_type"] != "code":
                continue
            tree = ast.parse("".join(cell["source"]))
            for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
                match call.func:
                    case ast.Attribute(value=ast.Name(id=noun), attr=naam) if f"{noun}." in ROOMS:
                        yield f"{noun}.{naam}"
                    case ast.Name(id=naam) if naam in ("make_plan", "oefenproject", "Kwartaal"):
                        yield naam


ROOMS = {f"{naam.split('.')[0]}." for naam in ALLES if "." in naam}


def test_whatever_a_notebook_calls_is_tested_here():
    asked = set(called())
    assert len(asked) > 50
    assert asked - set(ALLES) - FREE == set()


def test_every_verb_has_an_example_and_no_example_is_left_over():
    assert set(VOORBEELDEN) == set(VERBEN)


@pytest.mark.parametrize("naam", ALLES)
def test_a_docstring_says_what_it_does_and_shows_it(naam):
    tekst = inspect.getdoc(ALLES[naam])
    assert tekst.splitlines()[0].endswith((".", ";"))
    assert naam.split(".")[-1] in voorbeeld(ALLES[naam]) or ">>>" in tekst


NODIG = {
    naam: [
        een
        for een, p in inspect.signature(verb).parameters.items()
        if een != "self" and p.default is p.empty and p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
    ]
    for naam, verb in ALLES.items()
}


def without_its_own(naam):
    """What stands before the arguments: a bare run for a verb, nothing for a function."""
    owner = {"run": monitor.Run, "doelen": monitor.Doelen, "stemmen": Stemmen}.get(naam.split(".")[0])
    return (object.__new__(owner),) if naam in VERBEN else ()


@pytest.mark.parametrize("naam", [naam for naam, nodig in NODIG.items() if nodig])
def test_a_call_without_what_it_needs_says_what_to_add(naam):
    with pytest.raises(ParameterFout, match=f"SDM-281 fout: {naam.removeprefix('make_')}|SDM-281") as fout:
        ALLES[naam](*without_its_own(naam))
    assert f"{naam.split('.')[-1]} mist {' en '.join(NODIG[naam])}." in str(fout.value)


@pytest.mark.parametrize("naam", [naam for naam in ALLES if naam != "run.emit"])  # that one takes every name
def test_a_misspelt_argument_offers_the_nearest(naam):
    bekend = [een for een in inspect.signature(ALLES[naam]).parameters if een != "self"]
    for een in bekend:
        if inspect.signature(ALLES[naam]).parameters[een].kind is inspect.Parameter.VAR_KEYWORD:
            return
    fout_gespeld = f"{bekend[-1]}x" if bekend else "titel"
    with pytest.raises(ParameterFout, match=rf"kent '{fout_gespeld}' niet\. (Bedoelde u|Er is niets)") as fout:
        ALLES[naam](*without_its_own(naam), **{fout_gespeld: "x"})
    assert f"'{bekend[-1]}'?" in str(fout.value) if bekend else True


# -- in a kernel -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def runs(demo):
    """A run for every kind of example; quiet, for nobody is watching."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SDM_RUNNER", "1")
        patch.setattr("sdm_lib.monitor.toezicht.watch", lambda root: None)
        patch.setattr("IPython.display.display", lambda *args, **kwargs: None)
        yield {
            "stad": monitor.start("clienten", kwartaal="2015K2"),
            "register": monitor.start("basiscijfers", kwartaal="2015K2"),
            "kosten": monitor.start("kosten", kwartaal="2015K2"),
            "wijk": monitor.start("wijkprofiel", kwartaal="2022K2", gebied="WK003407"),
        }


REGISTER = {"jongste", "stromen", "bijstand", "einde_bijstand", "heel", "kaarten", "reeks", "referenties", "stapeling"}
GELD = {"begroting", "aansluiting", "per_client", "ontleding", "revisie", "jaareinde", "afrondingsverschillen"}
WIJK = {"hier", "wijkcijfers", "opvallend", "buren", "naast_buren", "modelverslag", "naast_model", "geschiedenis",
        "wijkteams"}  # fmt: skip


@pytest.mark.parametrize("naam", [naam for naam in VOORBEELDEN if naam.startswith("run.")])
def test_the_example_of_a_verb_runs_on_the_demo(runs, naam):
    verb = naam.split(".")[1]
    soort = "register" if verb in REGISTER else "kosten" if verb in GELD else "wijk" if verb in WIJK else "stad"
    exec(VOORBEELDEN[naam], {"run": runs[soort]})


def test_the_examples_of_voices_run_on_the_demo(runs):
    names = {"run": runs["stad"], "monitor": monitor}
    exec(voorbeeld(monitor.stemmen), names)
    for naam in VOORBEELDEN:
        if naam.startswith("stemmen."):
            exec(VOORBEELDEN[naam], names)


def test_the_examples_of_the_goal_tree_stand_in_its_notebook_which_runs_as_a_whole():
    cells = json.loads((ROOT / "notebooks" / "beleidsmonitor.ipynb").read_text(encoding="utf-8"))["cells"]
    source = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    assert voorbeeld(monitor.doelen) in source
    assert [naam for naam, tekst in VOORBEELDEN.items() if naam.startswith("doelen.") and tekst not in source] == []


def test_completion_offers_the_arguments_of_every_verb(runs):
    import jedi

    missing = {}
    names = {"run": runs["stad"], "monitor": monitor, "results": results, "sources": sources, "nl": nl,
             "indicators": indicators, "disclosure": disclosure, "make_plan": make_plan}  # fmt: skip
    for naam, verb in ALLES.items():
        if naam.split(".")[0] in ("doelen", "stemmen"):
            continue
        wanted = [een for een in inspect.signature(verb).parameters if een != "self"]
        [found] = jedi.Interpreter(f"{naam}(", [names]).get_signatures() or [None]
        offered = [parameter.name for parameter in found.params] if found else None
        if offered != wanted:
            missing[naam] = offered
    assert missing == {}


def test_a_question_mark_shows_the_docstring_with_its_example(runs, capsys):
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shell.user_ns["run"] = runs["stad"]
    shell.run_cell("run.publish?")
    told = capsys.readouterr().out
    assert "chart : dot, bars, lines" in told
    assert VOORBEELDEN["run.publish"] in told


# -- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "wat"),
    [
        ('run.catalogue["CE99"]', "SDM-701.*onbekende indicator 'CE99'. Bedoelde u 'CE0"),
        ('run.catalogue.van("clinten")', "SDM-703.*Bedoelde u 'clienten'"),
        ('run.frame("bewonners")', "SDM-251.*Bedoelde u 'bewoners'"),
        ('run.design("bewonners")', "SDM-224.*Bedoelde u 'bewoners'"),
        ('run.estimate("CE01", by="leeftyd")', "SDM-284.*levering clienten.*'leeftyd'. Bedoelde u 'leeftijd'"),
        ('run.compare("CE01", met="vorige", by="leeftyd")', "SDM-284.*Bedoelde u 'leeftijd'"),
        ('run.estimate("CE01", where={"wett": "wmo"})', "SDM-284.*Bedoelde u 'wet'"),
        ('run.estimate("CE01", where={"wet": "wmmo"})', "SDM-286.*'wmmo' van kolom wet.*Bedoelde u 'wmo'"),
        ('run.estimate("CE01", where={"wet": ["wmo", "jeugdd"]})', "SDM-286.*Bedoelde u 'jeugd'"),
        ('run.estimate("CE01", where="wmo")', "SDM-287.*where is een voorwaarde, geen str"),
        ('run.estimate("BC07", by="voorzining")', "SDM-870.*Bedoelde u 'voorziening'"),
        ('run.estimate("BC07", where={"aanbieder": "A99"})', "SDM-871.*Bedoelde u 'A"),
        ('geld.estimate("K01", by="wett")', "SDM-711.*Bedoelde u 'wet'"),
        ('geld.estimate("K01", where={"wet": "wmmo"})', "SDM-286.*grootboek.*Bedoelde u 'wmo'"),
        ("run.estimate([])", "SDM-285.*geen indicator genoemd"),
        ("run.estimate(1)", "SDM-285.*geen int"),
        ('run.naast_model(["CE01", "CE02"])', "SDM-285.*niet voor 2"),
        ('run.compare("CE01", met="nulmetting")', "SDM-283.*met=. Bedoelde u 'nulmeting'"),
        ('run.in_het_kort("CE01", met="stadt")', "SDM-283.*Bedoelde u 'stad'"),
        ('run.eerder("vorig")', "SDM-283.*Bedoelde u 'vorige'"),
        ('run.stapeling("huishouden")', "SDM-283.*Bedoelde u 'huishoudens'"),
        ('run.combinaties("client")', "SDM-283.*Bedoelde u 'clienten'"),
        ('run.publish(run.estimate("CE01"), titel="x", vorm="kaart")', "SDM-283.*Bedoelde u 'kaarten'"),
        ('run.publish(run.estimate("CE01"), titel="x", chart="dott")', "SDM-226.*Bedoelde u 'dot'"),
        ('monitor.stemmen(run, van=["mantelzorgers"])', "SDM-283.*Bedoelde u 'mantelzorger'"),
        ('monitor.start("clinten", kwartaal="2015K2")', "SDM-221.*Bedoelde u 'clienten'"),
        ('monitor.start("clienten", kwartaal=20152)', "SDM-220.*Bedoelde u '2015K2'"),
        ("run.estimat", "SDM-282.*Bedoelde u 'estimate'"),
        ('sources.load_schema("clientn")', "SDM-251.*Bedoelde u 'clienten'"),
    ],
)  # fmt: skip
def test_a_wrong_name_suggests_the_nearest(runs, call, wat):
    with pytest.raises(SdmFout, match=wat):
        eval(call, {"run": runs["stad"], "geld": runs["kosten"], "monitor": monitor, "sources": sources})


def test_a_missing_indicator_is_a_key_error_and_is_not_in_the_catalogue(runs):
    catalogue = runs["stad"].catalogue
    assert "CE99" not in catalogue
    assert catalogue.get("CE99") is None
