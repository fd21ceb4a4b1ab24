"""One environment: pyproject.toml, requirements.lock and environment.yml agree, and nothing names a machine."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def canonical(naam):
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!;~ ]", naam, maxsplit=1)[0]).lower()


def locked():
    return {canonical(regel) for regel in LOCK.splitlines() if re.match(r"[A-Za-z]", regel)}


def tracked():
    namen = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [ROOT / naam for naam in namen.split("\0") if naam and (ROOT / naam).is_file()]


def test_the_lock_holds_every_dependency():
    wanted = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]]
    assert {canonical(naam) for naam in wanted} <= locked()


def test_every_locked_package_is_pinned_and_hashed():
    blocks = re.split(r"\n(?=[A-Za-z])", LOCK.strip())
    loose = [block.splitlines()[0] for block in blocks if "==" not in block or "--hash=sha256:" not in block]
    assert loose == []


def test_the_lock_serves_linux_macos_and_windows():
    assert "sys_platform == 'win32'" in LOCK  # packages that only Windows needs are in it, so it was made for all


def test_the_conda_environment_installs_the_lock_on_the_same_python():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, _, pip = conda["dependencies"]
    assert python == f"python{PROJECT['requires-python']}"
    assert pip == {"pip": ["--require-hashes", "-r requirements.lock"]}


FORBIDDEN = {
    "an index address": re.compile(r"--(?:extra-)?index-url|https?://[^ ]*/simple(?:/|\b)"),
    "a place on a machine": re.compile(r"/(?:home|Users|root|work|tmp)/[a-z]"),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_tracked_file_holds(what):
    found = []
    for path in tracked():
        # the guard against such places is tested with made-up ones
        fixture = path.is_relative_to(ROOT / "tests" / "unit" / "disclosure")
        if path.suffix in {".png", ".xlsx", ".sav", ".parquet"} or path == Path(__file__) or fixture:
            continue
        tekst = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in FORBIDDEN[what].finditer(tekst)]
    assert found == []


def test_nothing_generated_or_personal_is_tracked():
    namen = [path.relative_to(ROOT).as_posix() for path in tracked()]
    assert [
        naam for naam in namen if re.match(r"data/(?:raw|demo|cache)/(?!\.gitkeep)|reports/(?!\.gitkeep)", naam)
    ] == []
