"""Write a legacy .xls (BIFF8 in a compound file): enough for the tests, because no maintained package writes it.

Source: [MS-XLS] and [MS-CFB], the published specifications of both formats.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import date
from pathlib import Path

SECTOR = 512
_EINDE, _FAT, _VRIJ = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_NUL = date(1899, 12, 30)  # day 0 of a spreadsheet
FOUT = object()  # a cell with #N/A


def write_xls(path: Path, bladen: dict[str, Sequence[Sequence[object]]]) -> None:
    """A workbook of sheets of rows: text, numbers, booleans, dates, None for empty, FOUT for an error."""
    path.write_bytes(_compound(_workbook(bladen)))


def _record(nummer: int, data: bytes) -> bytes:
    return struct.pack("<HH", nummer, len(data)) + data


def _begin(soort: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, soort, 0x0DBB, 0x07CC, 0, 6))


def _text(tekst: str, *, lengte: str) -> bytes:
    return struct.pack(lengte, len(tekst)) + b"\x01" + tekst.encode("utf-16-le")


def _workbook(bladen: dict[str, Sequence[Sequence[object]]]) -> bytes:
    opmaak = [_record(0x00E0, struct.pack("<HHHHHHIIH", 0, f, 0, 0, 0, 0, 0, 0, 0)) for f in (0, 14)]  # general, date
    vooraf = _begin(0x0005) + _record(0x0042, struct.pack("<H", 1200)) + b"".join(opmaak)
    namen = [_text(naam, lengte="<B") for naam in bladen]
    lengte = len(vooraf) + sum(4 + 6 + len(naam) for naam in namen) + 4
    inhoud = [_sheet(rijen) for rijen in bladen.values()]
    begin = [lengte + sum(map(len, inhoud[:i])) for i in range(len(inhoud))]
    verwijzingen = [
        _record(0x0085, struct.pack("<IBB", plaats, 0, 0) + naam) for plaats, naam in zip(begin, namen, strict=True)
    ]
    return vooraf + b"".join(verwijzingen) + _record(0x000A, b"") + b"".join(inhoud)


def _sheet(rijen: Sequence[Sequence[object]]) -> bytes:
    breedte = max((len(rij) for rij in rijen), default=0)
    maten = _record(0x0200, struct.pack("<IIHHH", 0, len(rijen), 0, breedte, 0))
    cellen = [_cell(r, k, cel) for r, rij in enumerate(rijen) for k, cel in enumerate(rij) if cel is not None]
    return _begin(0x0010) + maten + b"".join(cellen) + _record(0x000A, b"")


def _cell(rij: int, kolom: int, cel: object) -> bytes:
    plaats = struct.pack("<HHH", rij, kolom, int(isinstance(cel, date)))
    if cel is FOUT:
        return _record(0x0205, plaats + b"\x2a\x01")
    if isinstance(cel, bool):
        return _record(0x0205, plaats + bytes([cel, 0]))
    if isinstance(cel, date):
        return _record(0x0203, plaats + struct.pack("<d", (cel - _NUL).days))
    if isinstance(cel, (int, float)):
        return _record(0x0203, plaats + struct.pack("<d", cel))
    return _record(0x0204, plaats + _text(str(cel), lengte="<H"))


def _compound(stroom: bytes) -> bytes:
    """A compound file with one stream, `Workbook`, in ordinary sectors (at least 4,096 bytes)."""
    stroom = stroom.ljust(max(4096, -(-len(stroom) // SECTOR) * SECTOR), b"\0")
    aantal = len(stroom) // SECTOR
    fats = -(-(aantal + 2) // (SECTOR // 4 - 1))
    tabel = [*range(1, aantal), _EINDE, _EINDE, *[_FAT] * fats]  # stream, directory, allocation table
    tabel += [_VRIJ] * (fats * SECTOR // 4 - len(tabel))
    kop = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    kop += struct.pack("<IIIIIIIII", 0, fats, aantal, 0, 4096, _EINDE, 0, _EINDE, 0)
    eerste = [aantal + 1 + i for i in range(fats)] + [_VRIJ] * (109 - fats)
    kop += struct.pack("<109I", *eerste)
    return kop + stroom + _directory(len(stroom)) + struct.pack(f"<{len(tabel)}I", *tabel)


def _directory(lengte: int) -> bytes:
    wortel = _entry("Root Entry", soort=5, kind=1, begin=_EINDE, lengte=0)
    return (wortel + _entry("Workbook", soort=2, kind=_VRIJ, begin=0, lengte=lengte)).ljust(SECTOR, b"\0")


def _entry(naam: str, *, soort: int, kind: int, begin: int, lengte: int) -> bytes:
    tekst = naam.encode("utf-16-le") + b"\0\0"
    vast = tekst.ljust(64, b"\0") + struct.pack("<HBBIII", len(tekst), soort, 1, _VRIJ, _VRIJ, kind)
    return vast + b"\0" * 36 + struct.pack("<IQ", begin, lengte)
