"""The text that travels inside a picture file: comments and metadata of PNG, JPEG and WebP.

Programs write authors, paths and whole plots' sources there; nobody sees it and everybody can read it.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_TEKSTDELEN = (b"tEXt", b"zTXt", b"iTXt", b"eXIf")
_BEELDDATA = (b"VP8 ", b"VP8L", b"ALPH", b"ANMF")
_LEESBAAR = re.compile(rb"[\x20-\x7e\xc2-\xf4\x80-\xbf]{4,}")
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
GROOTST = 10_000_000  # bytes of one unpacked comment


def is_beeld(data: bytes) -> bool:
    """Whether the bytes are a picture whose metadata can be read.

    >>> is_beeld(PNG), is_beeld(b"<svg/>")
    (True, False)
    """
    return data.startswith((PNG, JPEG)) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def tekst_in_beeld(data: bytes) -> str:
    """Every comment and metadata field, a line each; the picture itself is not read.

    Raises ValueError when the file is broken off.
    """
    lees = _png if data.startswith(PNG) else _jpeg if data.startswith(JPEG) else _webp
    try:
        return "\n".join(deel for ruw in lees(data) for deel in _leesbaar(ruw))
    except (struct.error, zlib.error, IndexError):
        raise ValueError("the picture is broken off or not what it says it is") from None


def _leesbaar(ruw: bytes) -> Iterator[str]:
    for vorm in (ruw, ruw.replace(b"\0", b"")):  # the second reads UTF-16, as Exif comments are
        yield from (deel.decode("utf-8", errors="replace") for deel in _LEESBAAR.findall(vorm))


def _png(data: bytes) -> Iterator[bytes]:
    plek = len(PNG)
    while plek < len(data):
        lengte, soort = struct.unpack(">I4s", data[plek : plek + 8])
        inhoud = data[plek + 8 : plek + 8 + lengte]
        if soort in _TEKSTDELEN:
            yield inhoud
            if soort != b"tEXt":
                yield from _uitgepakt(inhoud)
        plek += 12 + lengte


def _uitgepakt(inhoud: bytes) -> Iterator[bytes]:
    """The unpacked text of a zTXt or iTXt part: it begins at the first zlib header."""
    if begin := _ZLIB.search(inhoud):
        try:
            yield zlib.decompressobj().decompress(inhoud[begin.start() :], GROOTST)
        except zlib.error:
            return  # the two bytes were text after all


def _jpeg(data: bytes) -> Iterator[bytes]:
    plek = 2
    while plek < len(data) and data[plek] == 0xFF and data[plek + 1] not in (0xDA, 0xD9):
        (lengte,) = struct.unpack(">H", data[plek + 2 : plek + 4])
        if data[plek + 1] == 0xFE or 0xE1 <= data[plek + 1] <= 0xEF:  # comment, Exif, XMP, Photoshop
            yield data[plek + 4 : plek + 2 + lengte]
        plek += 2 + lengte


def _webp(data: bytes) -> Iterator[bytes]:
    plek = 12
    while plek < len(data):
        soort, lengte = struct.unpack("<4sI", data[plek : plek + 8])
        if soort not in _BEELDDATA:
            yield data[plek + 8 : plek + 8 + lengte]
        plek += 8 + lengte + lengte % 2
