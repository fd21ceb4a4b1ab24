"""Windows habits, as far as another system can show them: code page, no UTF-8 mode, paths, no symbolic links.

What is not shown here, because it needs Windows itself: the lock of a file that Excel has open, kernels over TCP, and
paths longer than 260 characters.
"""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.cli.test_desk import shorten

ROOT = Path(__file__).parents[3]
WINDOWS = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "cp1252", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}


def sdm(*words, **extra):
    """A command in a Python of its own, with the code page of a Dutch Windows console and no UTF-8 mode."""
    env = {naam: waarde for naam, waarde in os.environ.items() if naam not in ("PYTHONUTF8", "LANG", "LC_CTYPE")}
    done = subprocess.run(
        [sys.executable, "-m", "sdm_lib", *words],
        cwd=ROOT,
        env=env | WINDOWS | {"PYTHONPATH": str(ROOT)} | extra,
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stdout.decode("cp1252"), done.stderr.decode("cp1252")


@pytest.mark.parametrize("words", [["--help"], ["doctor"], ["uitleg"], ["uitleg", "SDM-321"]])
def test_a_console_of_code_page_1252_shows_every_command(words):
    code, out, err = sdm(*words)
    assert "Traceback" not in err
    assert code in (0, 1)  # the doctor may find something to mend
    assert len(out) > 100


def test_messages_keep_their_letters_and_lose_only_what_the_console_lacks():
    code, _, err = sdm("run", "2015K2", "cliënten→")
    assert code == 2
    assert "onbekend onderwerp 'cliënten" in err or "onbekend onderwerp 'cli" in err
    assert "Bedoelde u 'clienten'?" in err


def test_a_whole_check_reads_all_files_without_utf8_mode(demo):
    code, out, err = sdm("check", "2015K2")
    assert code == 0, err
    assert "2015K2 is in orde" in out


def test_a_whole_run_makes_the_same_letters_without_utf8_mode(project):
    shorten(project / "notebooks" / "clienten.ipynb", "Cliënten, één voor één: 1 ≥ 0.")
    code, out, err = sdm("run", "2015K2", SDM_ROOT=str(project))
    assert code == 0, err
    assert out.replace("\\", "/").strip().endswith("reports/2015K2/index.html")
    pagina = (project / "reports" / "2015K2" / "clienten.html").read_text(encoding="utf-8")
    assert "Cliënten, één voor één: 1 ≥ 0." in pagina
    assert "Ã" not in pagina


OTHERS = {"os", "webbrowser", "zipfile", "boek"}  # their `open` is no text file


def opened_without_encoding(path):
    """Calls that open a text file and leave the encoding to the computer: line and name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or any(keyword.arg == "encoding" for keyword in node.keywords):
            continue
        called = node.func
        naam = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        other = isinstance(called, ast.Attribute) and getattr(called.value, "id", "") in OTHERS
        places = {"open": 0 if isinstance(called, ast.Attribute) else 1, "read_text": None, "write_text": None}
        if naam not in places or other:
            continue
        place = places[naam]
        given = [keyword.value for keyword in node.keywords if keyword.arg == "mode"]
        given += node.args[place : place + 1] if place is not None else []
        if not any(isinstance(mode, ast.Constant) and "b" in str(mode.value) for mode in given):
            yield f"{path.name}:{node.lineno} {naam}"


def test_no_text_file_is_opened_in_the_encoding_of_the_computer():
    found = [line for path in sorted((ROOT / "sdm_lib").rglob("*.py")) for line in opened_without_encoding(path)]
    assert found == []


def test_a_text_file_opened_without_encoding_is_seen(tmp_path):
    path = tmp_path / "a.py"
    lines = ["p.read_text()", "open('b')", "open('b', 'rb')", "p.open('w')", "p.open('rb')", "os.open('b')"]
    path.write_text("\n".join([*lines, "p.write_text('x', encoding='utf-8')"]), encoding="utf-8")
    assert list(opened_without_encoding(path)) == ["a.py:1 read_text", "a.py:2 open", "a.py:4 open"]


@pytest.mark.parametrize("word", [r"symlink_to\(|os\.symlink\(", r"os\.path\.join\("])
def test_the_library_makes_no_links_and_joins_no_paths_as_text(word):
    found = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "sdm_lib").rglob("*.py")
        if re.search(word, path.read_text(encoding="utf-8"))
    ]
    assert found == []


KEPT = ("sdm_lib", "tests", "params", "notebooks", "data/reference", ".ci")


def test_no_file_in_the_project_has_a_name_that_windows_refuses():
    paths = [path for map_ in KEPT for path in (ROOT / map_).rglob("*") if "__pycache__" not in path.parts]
    names = [path.relative_to(ROOT).as_posix() for path in paths]
    assert len(names) > 300
    assert [name for name in names if re.search(r'[<>:"|?*\\]|[. ]$', name)] == []
    assert [name for name in names if re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)", Path(name).stem)] == []
    assert len({name.lower() for name in names}) == len(names)
    assert max(map(len, names)) < 150
    assert not any(path.is_symlink() for path in paths)
