"""The order in which notebooks start, and what is looked at once."""

from types import SimpleNamespace

from sdm_lib.disclosure import onthouden
from sdm_lib.disclosure.publishable import maak
from sdm_lib.runner.quarter import _in_turn


def test_a_page_of_every_topic_starts_before_a_second_of_any():
    taken = [SimpleNamespace(onderwerp=onderwerp, gebied=gebied) for onderwerp in "abc" for gebied in range(3)]
    del taken[-1]
    volgorde = [f"{taak.onderwerp}{taak.gebied}" for taak in _in_turn(taken)]
    assert volgorde == ["a0", "b0", "c0", "a1", "b1", "c1", "a2", "b2"]


def test_a_piece_is_looked_at_once_and_its_equal_by_itself():
    gezien = []

    @onthouden
    def kijk(publishable):
        gezien.append(publishable.id)
        return len(gezien)

    velden = {"vorm": "table", "policy": "register", "opties": {}, "labels": {}, "plain": {},
              "verlies": {}, "legenda": {}, "tekens": {}}  # fmt: skip
    een, ander = maak(id="a/b/1", **velden), maak(id="a/b/1", **velden)
    assert (kijk(een), kijk(een), kijk(ander), kijk(een)) == (1, 1, 2, 1)
