"""Imports go toward the ground floor, and only `sources` opens data files."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "sdm_lib"
FLOORS = {
    "aanroep": 0, "errors": 0, "kwartaal": 0, "nl": 0, "project": 0,
    "schema": 1, "results": 1,
    "sources": 2, "survey": 2, "registry": 2,
    "indicators": 3, "disclosure": 4, "stemmen": 4, "report": 5, "monitor": 6, "runner": 7, "cli": 8,
    "synthetic": 9,
}  # fmt: skip
# errors, kwartaal and nl are one line; so are sources, survey and registry, but survey knows nothing of the others
ALONE = {"survey": {"sources", "registry"}, "registry": {"survey"}}
ASIDE = {"synthetic": {"cli"}}  # who may import the room aside


def modules():
    return sorted(
        path
        for path in LIBRARY.rglob("*.py")
        if path.name not in ("__init__.py", "__main__.py") or path.parent != LIBRARY
    )


def imports(path):
    """Rooms of the library that a file imports, with the line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "sdm_lib":
            delen = node.module.split(".")
            namen = [delen[1]] if len(delen) > 1 else [alias.name for alias in node.names]
        elif isinstance(node, ast.Import):
            namen = [alias.name.split(".")[1] for alias in node.names if alias.name.startswith("sdm_lib.")]
        else:
            continue
        yield from ((naam, node.lineno) for naam in namen if not naam.startswith("_"))


def room(path):
    return path.relative_to(LIBRARY).parts[0].removesuffix(".py")


def wrong_imports(paths):
    for path in paths:
        eigen = room(path)
        for naam, regel in imports(path):
            omlaag = FLOORS[naam] <= FLOORS[eigen] and naam not in ALONE.get(eigen, set())
            if not (naam == eigen or omlaag or eigen in ASIDE.get(naam, set())):
                yield f"{path.relative_to(ROOT)}:{regel}  {eigen} imports {naam}"


def test_every_room_has_a_floor():
    rooms = {room(path) for path in modules()}
    assert rooms <= set(FLOORS)


def test_imports_go_toward_the_ground():
    assert list(wrong_imports(modules())) == []


def test_the_rule_sees_an_import_that_goes_up(tmp_path, monkeypatch):
    path = tmp_path / "sdm_lib" / "survey" / "x.py"
    path.parent.mkdir(parents=True)
    path.write_text("from sdm_lib import nl, report\nimport sdm_lib.sources\n", encoding="utf-8")
    monkeypatch.setattr("tests.house.test_floors.LIBRARY", tmp_path / "sdm_lib")
    monkeypatch.setattr("tests.house.test_floors.ROOT", tmp_path)
    assert [regel.split("  ")[1] for regel in wrong_imports([path])] == [
        "survey imports report",
        "survey imports sources",
    ]


OPENS_DATA = {
    "read_csv",
    "read_excel",
    "read_parquet",
    "read_spss",
    "read_sav",
    "read_table",
    "load_workbook",
    "scan_csv",
}


def test_only_sources_and_registry_open_data_files():
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in modules()
        if room(path)
        not in ("sources", "registry", "synthetic", "disclosure")  # disclosure reads its own released editions
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in OPENS_DATA
    ]
    assert found == []


@pytest.mark.parametrize(
    "heavy", ["pandas", "numpy", "ibis", "matplotlib", "seaborn", "statsmodels", "papermill", "nbformat"]
)
def test_the_command_line_starts_without(heavy):
    import subprocess
    import sys

    code = f"import sys, sdm_lib.cli; sys.exit({heavy!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
