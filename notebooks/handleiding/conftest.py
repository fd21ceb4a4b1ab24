"""The lessons are tests too: what they keep must be what they show."""

from tests.notebooks.handleiding import pytest_collect_file  # noqa: F401
