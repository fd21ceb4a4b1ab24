"""The handbook: lessons that keep their outputs, hold nothing of a machine or a person, and show what they keep."""

import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat.v4 as v4
import pytest

from sdm_lib import disclosure, sources
from sdm_lib.disclosure.kanaries import Kanaries

ROOT = Path(__file__).parents[2]
LESSEN = sorted((ROOT / "notebooks" / "handleiding").glob("*.ipynb"))
ONDERWERPEN = [
    "eerste_rapport", "eigen_levering", "nieuwe_indicator", "nieuw_onderwerp", "weging", "publiceren_en_privacy",
]  # fmt: skip


@pytest.fixture(params=LESSEN, ids=lambda path: path.stem)
def les(request):
    return json.loads(request.param.read_text(encoding="utf-8"))


def shown(les):
    """All that the code cells of a lesson keep, as one text."""
    return json.dumps([cell["outputs"] for cell in les["cells"] if cell["cell_type"] == "code"], ensure_ascii=False)


def test_the_lessons_are_there_in_order():
    assert [path.stem for path in LESSEN][:6] == [f"{i}_{naam}" for i, naam in enumerate(ONDERWERPEN, start=1)]


def test_a_lesson_keeps_what_it_shows(les):
    assert sum(bool(cell.get("outputs")) for cell in les["cells"]) >= 3


def test_a_lesson_keeps_nothing_of_a_machine_or_a_moment(les):
    assert (
        re.findall(r"/(?:root|home|tmp|Users|work)/|[A-Z]:\\\\|sdm-oefen-|\d\d:\d\d:\d\d|0x[0-9a-f]{6}", shown(les))
        == []
    )
    assert set(les["metadata"]) == {"kernelspec", "language_info"}


def test_no_value_of_a_person_is_in_a_lesson(les, demo):
    codes = set()
    for kwartaal in ("2015K1", "2015K2"):
        for naam in ("clienten", "bewoners", "professionals", "register"):
            persoonlijk = sources.load_schema(naam, root=ROOT).persoonlijk
            frame = sources.read_kept(naam, folder=demo / kwartaal, cache=ROOT / "data" / "cache" / "leveringen").frame
            codes |= {str(waarde) for kolom in persoonlijk if kolom in frame for waarde in frame[kolom].unique()}
    assert len(codes) > 5000
    assert disclosure.guard(shown(les).encode(), soort="json", canaries=Kanaries.van(codes)) == ()


def test_a_lesson_is_short_and_explains_itself(les):
    code = [cell for cell in les["cells"] if cell["cell_type"] == "code"]
    assert len(les["cells"]) - len(code) >= 0.4 * len(les["cells"])
    assert len(code) <= 14


def _run(folder, kept):
    """Exit code and words of pytest on a lesson whose one cell keeps `kept`."""
    cell = v4.new_code_cell(
        "from IPython.display import HTML\nHTML('<svg>a</svg><p>42%</p>')", id="a", execution_count=1
    )
    html = {"text/html": kept, "text/plain": "<IPython.core.display.HTML object>"}
    cell.outputs = [v4.new_output("execute_result", data=html)]
    (folder / "les.ipynb").write_text(json.dumps(v4.new_notebook(cells=[cell])), encoding="utf-8")
    conftest = ROOT / "notebooks" / "handleiding" / "conftest.py"
    (folder / "conftest.py").write_text(conftest.read_text(encoding="utf-8"), encoding="utf-8")
    options = ["-q", f"--rootdir={folder}", "-c", ROOT / "pyproject.toml"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, folder / "les.ipynb"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize(("kept", "code"), [("<svg>b</svg><p>42%</p>", 0), ("<svg>a</svg><p>43%</p>", 1)])
def test_a_number_that_drifts_is_seen_and_another_drawing_is_not(tmp_path, kept, code):
    gekregen, woorden = _run(tmp_path, kept)
    assert gekregen == code, woorden
    assert ("43%" in woorden) == bool(code)
