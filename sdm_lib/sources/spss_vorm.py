"""Whether the dictionary of a .sav file is whole, before it goes to the library that reads it.

ReadStat, in C, trusts counts and places that a damaged file holds, and can end the process with it. So the records are
walked first: every length within the file, every reference to a variable that exists, names that are text.
Source: PSPP developers' guide, "System File Format".
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field
from pathlib import Path

KOP = 176  # bytes of the header
_GROOTST = 1 << 26  # a dictionary beyond this is damaged: even ten thousand variables take a few MB
_NAAM = re.compile(rb"[^\x00-\x20\x7f]{1,8} *")
_TEKSTEN = frozenset((5, 7, 10, 13, 14, 17, 18, 19, 20, 24))  # subtypes whose content is text
_MATEN = {3: (4, 8), 4: (8, 3), 16: (8, 2)}  # subtypes of one size


class Kapot(Exception):
    """The dictionary contradicts itself or ends too early."""


@dataclass(slots=True)
class _Stand:
    """What was seen so far: 8-byte places of a case, and whether a value-label record waits for its variables."""

    data: bytes
    teken: str
    plaats: int = KOP
    breedte: int = 0
    vervolg: int = 0
    namen: set[bytes] = field(default_factory=set)
    labels: bool = False

    def ints(self, aantal: int, schuif: int = 0) -> tuple[int, ...]:
        return struct.unpack(f"{self.teken}{aantal}i", self.take(4 * aantal, schuif))

    def take(self, aantal: int, schuif: int = 0) -> bytes:
        begin = self.plaats + schuif
        if aantal < 0 or begin + aantal > len(self.data):
            raise Kapot
        return self.data[begin : begin + aantal]


def whole(path: Path) -> bool:
    """Whether the header and every record up to the data make sense."""
    with path.open("rb") as handle:
        data = handle.read(_GROOTST)
    try:
        _walk(_begin(data))
    except (Kapot, struct.error):
        return False
    return True


def _begin(data: bytes) -> _Stand:
    if len(data) < KOP + 8 or data[:4] not in (b"$FL2", b"$FL3"):
        raise Kapot
    for teken in "<>":
        vorm, _, druk, _, gevallen = struct.unpack_from(f"{teken}5i", data, 64)
        if vorm in (2, 3):
            (bias,) = struct.unpack_from(f"{teken}d", data, 84)
            if druk not in (0, 1, 2) or (druk == 2) != (data[:4] == b"$FL3") or bias != 100.0 or gevallen < -1:
                raise Kapot
            return _Stand(data, teken)
    raise Kapot


def _walk(stand: _Stand) -> None:
    while (soort := stand.ints(1)[0]) != 999:
        if stand.labels and soort != 4:
            raise Kapot
        lengte = {2: _variable, 3: _labels, 4: _labelled, 6: _document, 7: _extension}.get(soort, _unknown)(stand)
        stand.plaats += lengte
    if stand.vervolg or not stand.namen or stand.labels:
        raise Kapot


def _unknown(stand: _Stand) -> int:
    raise Kapot


def _variable(stand: _Stand) -> int:
    soort, label, missing, _, _ = stand.ints(5, 4)
    if not -1 <= soort <= 255 or label not in (0, 1) or not -3 <= missing <= 3 or missing == -1:
        raise Kapot
    if (soort == -1) != (stand.vervolg > 0):
        raise Kapot
    naam = stand.take(8, 24)
    if soort >= 0:
        if not _NAAM.fullmatch(naam) or naam in stand.namen:
            raise Kapot
        stand.namen.add(naam)
        stand.vervolg = max(0, -(-soort // 8) - 1)
    else:
        stand.vervolg -= 1
    stand.breedte += 1
    lengte = 32
    if label:
        (tekens,) = stand.ints(1, lengte)
        if not 0 <= tekens <= 65_535:
            raise Kapot
        lengte += 4 + -(-tekens // 4) * 4
    stand.take(lengte + 8 * abs(missing))
    return lengte + 8 * abs(missing)


def _labels(stand: _Stand) -> int:
    (aantal,) = stand.ints(1, 4)
    lengte = 8
    if aantal < 1:
        raise Kapot
    for _ in range(aantal):
        lengte += 8 + -(-(stand.take(1, lengte + 8)[0] + 1) // 8) * 8
        stand.take(lengte)
    stand.labels = True
    return lengte


def _labelled(stand: _Stand) -> int:
    (aantal,) = stand.ints(1, 4)
    if not stand.labels or not 1 <= aantal <= stand.breedte:
        raise Kapot
    if not all(1 <= plek <= stand.breedte for plek in stand.ints(aantal, 8)):
        raise Kapot
    stand.labels = False
    return 8 + 4 * aantal


def _document(stand: _Stand) -> int:
    (regels,) = stand.ints(1, 4)
    stand.take(8 + 80 * regels)
    return 8 + 80 * regels


def _extension(stand: _Stand) -> int:
    soort, maat, aantal = stand.ints(3, 4)
    if not 0 < maat <= 8 or aantal < 0 or soort < 1:
        raise Kapot
    inhoud = stand.take(maat * aantal, 16)
    if soort in _MATEN and (maat, aantal) != _MATEN[soort]:
        raise Kapot
    if soort in _TEKSTEN and (maat != 1 or re.search(rb"[\x01-\x08\x0b\x0c\x0e-\x1f]", inhoud)):
        raise Kapot
    return 16 + maat * aantal
