"""Thousands of damaged .sav files: the reader refuses or reads, and never ends the process."""

import os
import random

import pytest

from sdm_lib import sources
from tests.unit.sources.conftest import add_schema
from tests.unit.sources.spss_sets import add_sets, categories, dichotomies
from tests.unit.sources.test_meer_vormen import ENQUETE, _sav

pytestmark = [
    pytest.mark.traag,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="a process that may crash is forked"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),  # the child only reads and ends
]
KEREN = 1500


def damaged(data, rng):
    """A few bytes changed, put in, taken out, or the end cut off."""
    uit = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        plaats, keuze = rng.randrange(len(uit)), rng.random()
        if keuze < 0.6:
            uit[plaats] = rng.randrange(256)
        elif keuze < 0.75:
            uit = uit[: plaats + 1]
        elif keuze < 0.9:
            uit[plaats:plaats] = rng.randbytes(rng.randint(1, 9))
        else:
            del uit[plaats : plaats + rng.randint(1, 20)]
            uit = uit or bytearray(b"x")
    return bytes(uit)


@pytest.mark.parametrize("vorm", ["sav", "zsav"])
def test_no_damaged_file_ends_the_process(vorm, tmp_path):
    root, folder = tmp_path / "project", tmp_path / "2015K2"
    for map_ in (root / "params" / "leveringen", root / "params" / "vragenlijsten", folder):
        map_.mkdir(parents=True)
    add_schema(root, ENQUETE.replace("enquete.sav", f"enquete.{vorm}"))
    path = folder / f"enquete.{vorm}"
    _sav(path, compress=vorm == "zsav")
    if vorm == "sav":
        add_sets(path, dichotomies("$hulp", "1", "Hulp", ["h1", "h2"]), categories("$bron", "Bron", ["b1", "b2"]))
    heel, rng, kapot = path.read_bytes(), random.Random(11), []
    for keer in range(KEREN):
        path.write_bytes(damaged(heel, rng))
        kind = os.fork()
        if kind == 0:
            uitgang = 1
            try:
                sources.check(folder, ["enquete"], root=root)
                uitgang = 0
            finally:
                os._exit(uitgang)
        if os.waitpid(kind, 0)[1]:
            kapot.append(keer)
    assert kapot == []
