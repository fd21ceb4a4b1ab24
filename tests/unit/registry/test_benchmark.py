"""The benchmark compares what its tasks found before it compares times; here on a small register, in this process."""

import pytest

from tests.benchmarks import registry as bench


@pytest.fixture
def klein(tmp_path, monkeypatch):
    monkeypatch.setattr(bench, "MAP", tmp_path)
    return bench.maak("klein")


def test_the_loop_in_pandas_gives_the_six_figures_of_the_kit(klein):
    taken = [(naam, bench.TAKEN[naam](klein, "klein", zes=True)["cijfers"]) for naam in ("ons", "pandas")]
    assert set(taken[0][1]) == set(bench.CIJFERS)
    bench.gelijk(taken, grootte="klein")


def test_the_interval_join_gives_the_two_figures_of_the_kit(klein):
    taken = [(naam, bench.TAKEN[naam](klein, "klein", zes=False)["cijfers"]) for naam in ("ons", "interval_join")]
    assert set(taken[0][1]) == {"gebruik", "kosten"}
    bench.gelijk(taken, grootte="klein")


def test_the_order_of_figures_is_no_difference_and_another_number_is():
    bench.gelijk([("ons", {"duur": "a", "kosten": "b"}), ("pandas", {"kosten": "b", "duur": "a"})], grootte="klein")
    with pytest.raises(RuntimeError, match="ons and pandas do not give the same duur at klein"):
        bench.gelijk([("ons", {"duur": "a"}), ("pandas", {"duur": "b"})], grootte="klein")
    with pytest.raises(RuntimeError, match="kosten"):
        bench.gelijk([("ons", {"duur": "a"}), ("pandas", {"duur": "a", "kosten": "b"})], grootte="klein")
