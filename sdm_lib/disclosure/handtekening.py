"""The name under something that may leave although a rule would have kept it in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Handtekening:
    """Who looked at it and found it safe, and why; `datum` and `bestand` where the day or the place is told too."""

    door: str
    reden: str
    datum: date | None = None
    bestand: str = ""

    def __post_init__(self) -> None:
        if not self.door.strip() or not self.reden.strip():
            raise ValueError("een handtekening heeft een naam en een reden")
