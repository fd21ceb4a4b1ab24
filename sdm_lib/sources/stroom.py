"""A text file as a stream of UTF-8 without header, watched while it passes: quotes, line ends, mangled text."""

from __future__ import annotations

import codecs
import io
from pathlib import Path
from typing import Any

import numpy as np

from sdm_lib.sources import voortgang
from sdm_lib.sources.codering import mangled

_LF, _CR = 10, 13
_GETOOND = 5
_STUK = 1 << 20  # bytes at a time: what is looked at several times stays near the processor
# how U+FFFD and the letters of wrongly converted text begin in UTF-8
_VERDACHT = tuple(0x100 * een + twee for een, twee in ((0xC3, 0x83), (0xC3, 0x82), (0xC3, 0xA2), (0xEF, 0xBF)))
_OVERLAP = 8  # bytes of a mangled letter that can lie on both sides of a boundary


class Stroom(io.RawIOBase):
    """Reads a file as UTF-8 from line `vanaf` (1-based) on, and keeps what a careful reader must know of it.

    oneven : whether the number of quotes is odd, so that one was never closed.
    los : line numbers (the first five) of a quote in the middle of a field.
    verminkt : whether the text was converted wrongly before.
    afgekapt : whether the last line lacks the line end that others have.
    """

    def __init__(self, path: Path, *, codec: str, scheiding: str, quote: str, vanaf: int) -> None:
        super().__init__()
        self._handle = path.open("rb")
        self._codec = codec
        self._decoder = codecs.getincrementaldecoder(codec)()
        self._overslaan = vanaf - 1
        self._quote = ord(quote)
        self._scheiding = ord(scheiding)
        self._staart = b"\n"  # the beginning of a file is a field edge, like a line end
        self._rest = b""
        self._begin = True
        self._klaar = False
        self._regel = vanaf
        self._quotes = 0
        self._laatste = b""
        self._vorige = b""
        self.los: list[int] = []
        self.verminkt = False
        self.regeleinden = 0

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._handle.close()
        super().close()

    @property
    def oneven(self) -> bool:
        return self._quotes % 2 == 1

    @property
    def afgekapt(self) -> bool:
        return self.regeleinden > 1 and self._laatste not in (b"\n", b"\r")

    def read(self, size: int = -1) -> bytes:
        delen = [self._rest]
        lengte = len(self._rest)
        while not self._klaar and (size < 0 or lengte < size):
            delen.append(self._next())
            lengte += len(delen[-1])
        alles = b"".join(delen)
        uit, self._rest = (alles, b"") if size < 0 else (alles[:size], alles[size:])
        return uit

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        stuk = self.read(len(view))
        view[: len(stuk)] = stuk
        return len(stuk)

    def _next(self) -> bytes:
        brok = self._handle.read(_STUK)
        self._klaar = not brok
        voortgang.tell(len(brok))
        data = self._utf8(brok)
        if not self.verminkt:
            self.verminkt = _mangled(self._vorige + data)
            self._vorige = data[-_OVERLAP:]
        data = self._skip(data)
        self._watch(data, final=self._klaar)
        return data

    def _utf8(self, brok: bytes) -> bytes:
        """The same text in UTF-8, along the shortest way: `codering` has looked at every byte before."""
        if self._codec == "utf-8":
            begin, self._begin = self._begin, False
            return brok.removeprefix(codecs.BOM_UTF8) if begin else brok
        if self._codec != "utf-16" and brok.isascii():
            return brok
        if self._codec == "cp1252" and not _has_c1(brok):
            return brok.decode("latin-1").encode()  # the same letters there, and ten times as fast
        return self._decoder.decode(brok, final=self._klaar).encode()

    def _skip(self, data: bytes) -> bytes:
        """Drop the lines above the first record."""
        while self._overslaan and data:
            einde = _line_end(data)
            if einde < 0:
                return b""
            data = data[einde:]
            self._overslaan -= 1
        return data

    def _watch(self, data: bytes, *, final: bool) -> None:
        """Count line ends and quotes, and find quotes with no field edge or quote on either side.

        The last byte waits for the next block: what follows it decides.
        """
        if data:
            self._laatste = data[-1:]
        blok = self._staart + data + (b"\n" if final else b"")
        self._staart = blok[-2:]
        if self._quote not in blok and _CR not in blok:  # the usual file: what is left to count is line feeds
            self._count(blok[1:-1].count(b"\n"))
            return
        bytes_ = np.frombuffer(blok, dtype=np.uint8)
        einden = _line_ends(bytes_)
        quotes = bytes_ == self._quote
        aantal = int(np.count_nonzero(quotes[1:-1]))
        if aantal:
            self._quotes += aantal
            if len(self.los) < _GETOOND:
                self._loose(bytes_, quotes, einden)
        self._count(int(np.count_nonzero(einden)))

    def _count(self, einden: int) -> None:
        self._regel += einden
        self.regeleinden += einden

    def _loose(self, bytes_: Bytes, quotes: Masker, einden: Masker) -> None:
        rand = quotes | (bytes_ == self._scheiding) | (bytes_ == _LF) | (bytes_ == _CR)
        los = quotes[1:-1] & ~(rand[:-2] | rand[2:])
        for plaats in np.flatnonzero(los)[: _GETOOND - len(self.los)]:
            self.los.append(self._regel + int(np.count_nonzero(einden[:plaats])))


Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Masker = np.ndarray[Any, np.dtype[np.bool_]]


def _line_ends(bytes_: Bytes) -> Masker:
    """Where lines end, but for the first and the last byte: a line feed, or a carriage return by itself."""
    lf = bytes_ == _LF
    cr = bytes_[1:-1] == _CR
    einden: Masker = lf[1:-1] | (cr & ~lf[2:]) if cr.any() else lf[1:-1]
    return einden


def _has_c1(brok: bytes) -> bool:
    """Whether there are bytes in which Windows-1252 differs from Latin-1."""
    return bool(((np.frombuffer(brok, dtype=np.uint8) & 0xE0) == 0x80).any())


def _mangled(data: bytes) -> bool:
    if data.isascii():
        return False
    bytes_ = np.frombuffer(data, dtype=np.uint8)
    plaatsen = np.flatnonzero(bytes_[:-1] >= 0xC3)
    paren = bytes_[plaatsen].astype(np.uint16) << 8 | bytes_[plaatsen + 1]
    return bool(np.isin(paren, _VERDACHT).any()) and mangled(data.decode(errors="ignore"))


def _line_end(data: bytes) -> int:
    """Where the next line begins; -1 when the line does not end here."""
    lf, cr = data.find(b"\n"), data.find(b"\r")
    if lf < 0 and cr < 0:
        return -1
    if cr >= 0 and (lf < 0 or cr < lf):
        return cr + 2 if data[cr + 1 : cr + 2] == b"\n" else cr + 1
    return lf + 1
