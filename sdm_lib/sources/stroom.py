"""A text file as a stream of UTF-8 without header, watched while it passes: quotes, line ends, mangled text."""

from __future__ import annotations

import codecs
import io
from pathlib import Path

import numpy as np

from sdm_lib.sources.codering import BROK, mangled

_LF, _CR = 10, 13
_GETOOND = 5


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
        self._decoder = codecs.getincrementaldecoder("utf-8-sig" if codec == "utf-8" else codec)()
        self._overslaan = vanaf - 1
        self._quote = ord(quote)
        self._randen = np.array([ord(scheiding), _LF, _CR, self._quote], dtype=np.uint8)
        self._staart = b"\n"  # the beginning of a file is a field edge, like a line end
        self._rest = b""
        self._klaar = False
        self._regel = vanaf
        self._quotes = 0
        self._laatste = b""
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
        while not self._klaar and (size < 0 or len(self._rest) < size):
            self._rest += self._next()
        uit, self._rest = (self._rest, b"") if size < 0 else (self._rest[:size], self._rest[size:])
        return uit

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        stuk = self.read(len(view))
        view[: len(stuk)] = stuk
        return len(stuk)

    def _next(self) -> bytes:
        brok = self._handle.read(BROK)
        self._klaar = not brok
        tekst = self._decoder.decode(brok, final=self._klaar)
        if not tekst.isascii() and not self.verminkt:
            self.verminkt = mangled(tekst)
        data = self._skip(tekst.encode())
        self._watch(data, final=self._klaar)
        return data

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
        aantal = blok[1:-1].count(b"\n") + _lone_returns(blok)
        if self._quote in blok[1:-1]:
            self._quotes += blok[1:-1].count(self._quote)
            if len(self.los) < _GETOOND:
                self._loose(blok)
        self._regel += aantal
        self.regeleinden += aantal

    def _loose(self, blok: bytes) -> None:
        bytes_ = np.frombuffer(blok, dtype=np.uint8)
        plaatsen = np.flatnonzero(bytes_[1:-1] == self._quote) + 1
        los = ~np.isin(bytes_[plaatsen - 1], self._randen) & ~np.isin(bytes_[plaatsen + 1], self._randen)
        for plaats in plaatsen[los][: _GETOOND - len(self.los)]:
            voor = blok[: int(plaats) + 1]
            self.los.append(self._regel + voor[1:].count(b"\n") + _lone_returns(voor))


def _lone_returns(blok: bytes) -> int:
    """Carriage returns that are a line end by themselves, but for those in the first and the last byte."""
    binnen = blok[1:-1]
    if b"\r" not in binnen:
        return 0
    return binnen.count(b"\r") - blok[1:].count(b"\r\n")


def _line_end(data: bytes) -> int:
    """Where the next line begins; -1 when the line does not end here."""
    lf, cr = data.find(b"\n"), data.find(b"\r")
    if lf < 0 and cr < 0:
        return -1
    if cr >= 0 and (lf < 0 or cr < lf):
        return cr + 2 if data[cr + 1 : cr + 2] == b"\n" else cr + 1
    return lf + 1
