import json
import math
import stat

import pandas as pd
import pytest

from sdm_lib import results
from sdm_lib.monitor import bewaard
from sdm_lib.results import Kader


def table(value=0.1 + 0.2):
    frame = pd.DataFrame({"value": [value, math.nan], "n": [20.0, 3.0], "groep": ["", "wet=wmo"]})
    return results.build(frame, kader=Kader("2015K2", "GM0034"), indicator="CE01")


class Maker:
    def __init__(self, value=0.1 + 0.2):
        self.value, self.times = value, 0

    def __call__(self):
        self.times += 1
        return table(self.value)


@pytest.fixture(autouse=True)
def another_process():
    """Each call of this process stands for a new one: what was hashed before is forgotten."""
    bewaard._hashes.clear()
    bewaard._gezien.clear()
    bewaard._same_code.cache_clear()
    yield
    bewaard._hashes.clear()
    bewaard._gezien.clear()
    bewaard._same_code.cache_clear()


def test_the_same_question_is_computed_once_and_answered_to_the_last_bit(tmp_path):
    make = Maker()
    first = bewaard.kept(tmp_path / "cijfers", vraag=["niveau", "CE01"], make=make)
    again = bewaard.kept(tmp_path / "cijfers", vraag=["niveau", "CE01"], make=make)
    assert make.times == 1
    assert again.equals(first)
    assert again.equals(table())


def test_another_question_is_another_answer(tmp_path):
    one, other = Maker(1.0), Maker(2.0)
    bewaard.kept(tmp_path, vraag=["niveau", "CE01"], make=one)
    found = bewaard.kept(tmp_path, vraag=["niveau", "CE02"], make=other)
    assert (one.times, other.times, found.frame.loc[0, "value"]) == (1, 1, 2.0)
    # the parts of a question are not run together
    third = Maker(3.0)
    bewaard.kept(tmp_path, vraag=["niveauCE01"], make=third)
    assert third.times == 1


def test_a_figure_of_other_code_is_made_again(tmp_path):
    bewaard.kept(tmp_path, vraag=["x"], make=Maker(1.0))
    [code] = tmp_path.glob("*.code")
    modules = json.loads(code.read_text())
    assert "sdm_lib/monitor/bewaard.py" in modules
    code.write_text(json.dumps(modules | {"sdm_lib/monitor/bewaard.py": "0" * 64}))
    bewaard._same_code.cache_clear()
    assert bewaard.kept(tmp_path, vraag=["x"], make=Maker(2.0)).frame.loc[0, "value"] == 2.0


def test_a_figure_without_its_code_is_made_again(tmp_path):
    bewaard.kept(tmp_path, vraag=["x"], make=Maker(1.0))
    for path in tmp_path.glob("*.code"):
        path.unlink()
    bewaard._same_code.cache_clear()
    assert bewaard.kept(tmp_path, vraag=["x"], make=Maker(2.0)).frame.loc[0, "value"] == 2.0


def test_what_old_code_made_is_not_kept_under_the_name_of_the_new(tmp_path):
    bewaard.modules()
    bewaard._hashes["sdm_lib/results.py"] = "of before an edit"
    found = bewaard.kept(tmp_path, vraag=["x"], make=Maker(1.0))
    assert found.frame.loc[0, "value"] == 1.0
    assert list(tmp_path.iterdir()) == []


def test_what_is_kept_is_for_the_owner_only(tmp_path):
    folder = tmp_path / "cijfers"
    bewaard.kept(folder, vraag=["x"], make=Maker())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
