"""The project is found from inside, and an environment variable that points nowhere is an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdm_lib import sources
from sdm_lib.errors import ParameterFout


def test_project_is_found_from_a_folder_inside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("SDM_ROOT", raising=False)
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "notebooks" / "verkenning").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "notebooks" / "verkenning")
    assert sources.project_root() == tmp_path


def test_project_is_found_from_the_package_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("SDM_ROOT", raising=False)
    monkeypatch.chdir(tmp_path)
    assert (sources.project_root() / "sdm_lib").is_dir()


def test_environment_variable_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SDM_ROOT", str(tmp_path))
    assert sources.project_root() == tmp_path


def test_environment_variable_to_nowhere_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SDM_ROOT", str(tmp_path / "weg"))
    with pytest.raises(ParameterFout, match=r"SDM-250 .*SDM_ROOT wijst naar een map die niet bestaat"):
        sources.project_root()
