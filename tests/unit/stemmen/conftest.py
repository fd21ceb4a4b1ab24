"""A word list that is read once."""

import pytest

from sdm_lib import sources, stemmen


@pytest.fixture(scope="session")
def woorden():
    return stemmen.load_woordenlijst(sources.project_root())
