"""Every message code of the kit explained, in one place: `params/meldingen.yaml`.

SDM-1xx and 2xx are wrong use or parameters (exit 2), SDM-3xx a delivery that is wrong (exit 3), SDM-4xx something about
persons that may not come in or out (exit 4); from SDM-5xx on the code says which step found it. A code keeps its
meaning for good: a code that goes is never used again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from sdm_lib import schema
from sdm_lib.errors import Melding, ParameterFout
from sdm_lib.project import project_root

_BESTAND = "params/meldingen.yaml"
_CODE = re.compile(r"SDM-\d{3}")


@dataclass(frozen=True, slots=True)
class Uitleg:
    """A code in words: a short title, what it means and why it matters, and what to do."""

    titel: str
    uitleg: str
    herstel: str


def uitleg(*, root: Path | None = None) -> dict[str, Uitleg]:
    """All codes with their explanation, in the order of their numbers; for the handbook and `sdm uitleg`.

    Raises ParameterFout with every problem in the file.

    >>> uitleg()["SDM-301"].titel
    'bestand ontbreekt'
    """
    path = (root or project_root()) / "params" / "meldingen.yaml"
    loaded, meldingen = schema.load_blocks(path, Uitleg, bestand=_BESTAND)
    vreemd = [code for code in loaded.value if not _CODE.fullmatch(code)]
    meldingen += tuple(
        Melding("SDM-258", f"'{code}' is geen code", "Schrijf SDM- en drie cijfers.", bestand=_BESTAND,
                sleutel=code, regels=loaded.regel(code))
        for code in vreemd
    )  # fmt: skip
    if meldingen:
        raise ParameterFout(*meldingen)
    return dict(sorted(loaded.value.items()))
