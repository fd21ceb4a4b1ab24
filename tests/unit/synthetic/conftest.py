"""One demo for all tests here: two quarters of files, and the world that they come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdm_lib.kwartaal import Kwartaal
from sdm_lib.synthetic import make
from sdm_lib.synthetic.demo import World, make_world

K1, K2 = Kwartaal(2015, 1), Kwartaal(2015, 2)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo")
    make(out, kwartalen=(K1, K2))
    return out


@pytest.fixture(scope="session")
def world() -> World:
    return make_world()
