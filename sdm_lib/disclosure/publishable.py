"""What may be drawn: a protected table, which only this room can make.

Everything that draws, writes or speaks accepts a `Publishable` and nothing else; so a figure that did not pass
`protect` cannot reach a page, a workbook or a CSV file.
"""

from __future__ import annotations

import copyreg
from collections.abc import Callable, Mapping
from dataclasses import InitVar, dataclass, fields
from functools import cached_property, wraps
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

import pandas as pd

from sdm_lib.disclosure.tekst import een_regel
from sdm_lib.results import Policy, Vorm, frame_of

T = TypeVar("T")
_TOKEN: Final = object()  # whoever holds this is in this room


@dataclass(frozen=True, eq=False)
class Publishable:
    """A piece after protection: its request, and its table with every hidden number gone.

    id, vorm, policy, opties, labels : as in the piece it came from.
    plain : all result columns as lists; a hidden row has only NaN numbers and a `status` that says why.
    verlies : how many rows were hidden, by rule (``telling``, ``aanvullend``, ...), in this piece.
    legenda : the sign of each status on this page and what it means, in Dutch: ``{"x": "..."}``.
    tekens : the sign that stands in the place of a hidden number, by status: ``{"onderdrukt": "x"}``.

    Raises TypeError when it is not made by `protect`.

    >>> Publishable("a/b/1", "table", "register", {}, {}, {}, {}, {}, {}, token=None)
    Traceback (most recent call last):
    TypeError: a Publishable is made by disclosure.protect and by nothing else
    """

    id: str
    vorm: Vorm
    policy: Policy
    opties: Mapping[str, str]
    labels: Mapping[str, str]
    plain: Mapping[str, list[Any]]
    verlies: Mapping[str, int]
    legenda: Mapping[str, str]
    tekens: Mapping[str, str]
    token: InitVar[object]

    def __post_init__(self, token: object) -> None:
        if token is not _TOKEN:
            raise TypeError("a Publishable is made by disclosure.protect and by nothing else")

    @cached_property
    def table(self) -> pd.DataFrame:
        """The same as a frame; most pieces are drawn without it."""
        return frame_of(self.plain)

    @property
    def verborgen(self) -> int:
        """How many rows lost their numbers to protection."""
        return sum(self.verlies.values())

    def __reduce__(self) -> tuple[Any, ...]:
        return _herstel, tuple(getattr(self, veld.name) for veld in fields(self))


def onthouden(vind: Callable[[Publishable], T]) -> Callable[[Publishable], T]:
    """Let a function look at a Publishable once; what it found is kept for as long as that lives."""
    gevonden: WeakKeyDictionary[Publishable, T] = WeakKeyDictionary()

    @wraps(vind)
    def eenmaal(publishable: Publishable) -> T:
        if publishable not in gevonden:
            gevonden[publishable] = vind(publishable)
        return gevonden[publishable]

    return eenmaal


def maak(**velden: Any) -> Publishable:
    """Make one; for `protect` and for reading back a released edition, not for callers outside this room."""
    for naam in ("labels", "opties"):
        velden[naam] = {sleutel: een_regel(tekst) for sleutel, tekst in velden[naam].items()}
    return _herstel(*(velden[veld.name] for veld in fields(Publishable)))


def _herstel(*waarden: Any) -> Publishable:
    return Publishable(*waarden, token=_TOKEN)  # type: ignore[misc]  # mypy counts an InitVar twice after *


copyreg.constructor(_herstel)
