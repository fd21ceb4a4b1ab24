"""Which encoding a text file has: recognised from all its bytes, never guessed where two readings are plausible."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

BROK = 1 << 22
_LETTERS = set("éëïöüèêáóàçñîâäôûíúìòùÉËÏÖÜÈÀÁÄåøæßãõ")
_TEKENS = set("€’‘“”–—…°½²³±§·´\u00a0")
# text that was read as Windows-1252 while it was UTF-8, and saved again as UTF-8: Ã© for é, â‚¬ for €
_VERMINKT = re.compile("[ÃÂ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â‚¬|â€[™œ“”˜]|\ufffd")
_UTF8_LETTER = re.compile(rb"\xc3[\x80-\xbf]")  # é in UTF-8; in a file that is not UTF-8 as a whole


@dataclass(frozen=True, slots=True)
class Codering:
    """What was found: `naam` is a codec (empty when undecided), `bom` whether a byte order mark stands in front.

    soort : what the bytes are when they are no text: ``leeg``, ``binair``, ``gemengd`` (two encodings), or a file type.
    aanhalingstekens : whether there are any below the first line, so that a field may hold a line end.
    """

    naam: str
    bom: bool = False
    soort: str = ""
    aanhalingstekens: bool = False


def detect(path: Path) -> Codering:
    """The encoding of a file, from all its bytes."""
    with path.open("rb") as handle:
        begin = handle.read(8)
    soort = _magic(begin)
    if soort:
        return Codering("", soort=soort)
    for bom, naam in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if begin.startswith(bom):
            return Codering("", soort="leeg") if begin == bom else _checked(path, naam, bom=True)
    return _checked(path, "utf-8", bom=False)


def _magic(begin: bytes) -> str:
    if not begin:
        return "leeg"
    bekend = {
        b"PK\x03\x04": "xlsx",
        b"\xd0\xcf\x11\xe0": "xls of een beveiligd Office-bestand",
        b"%PDF": "pdf",
        b"PAR1": "parquet",
        b"$FL2": "sav",
        b"$FL3": "sav",
        b"\x1f\x8b": "gz",
        b"{\\rtf": "rtf",
        b"\x89PNG": "png",
        b"SQLi": "sqlite",
    }
    return next((naam for kop, naam in bekend.items() if begin.startswith(kop)), "")


def _checked(path: Path, naam: str, *, bom: bool) -> Codering:
    decoder = codecs.getincrementaldecoder(naam)()
    quotes = _Aanhalingstekens()
    try:
        for brok in _chunks(path):
            tekst = decoder.decode(brok)
            quotes.look(brok)
            if "\x00" in tekst:
                return Codering("", soort="binair")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        if bom:
            return Codering("", soort="binair")
        return _eight_bit(path)
    return Codering(naam, bom=bom, aanhalingstekens=quotes.gezien)


class _Aanhalingstekens:
    """Looks for quotes below the first line, which holds names or a title and no records."""

    def __init__(self) -> None:
        self.gezien = False
        self._eerste_regel = True

    def look(self, brok: bytes) -> None:
        if self._eerste_regel:
            einde = re.search(rb"[\r\n]", brok)
            self._eerste_regel = einde is None
            brok = brok[einde.end() :] if einde else b""
        self.gezien = self.gezien or b'"' in brok or b"'" in brok


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as handle:
        while brok := handle.read(BROK):
            yield brok


def _eight_bit(path: Path) -> Codering:
    """Windows-1252 or Mac: the one in which the bytes above 127 make Dutch words."""
    contexten: Counter[bytes] = Counter()
    quotes = _Aanhalingstekens()
    for brok in _chunks(path):
        if b"\x00" in brok:
            return Codering("", soort="binair")
        if _UTF8_LETTER.search(brok):
            return Codering("", soort="gemengd")
        quotes.look(brok)
        contexten.update(_contexts(brok))
    scores = {naam: _score(contexten, naam) for naam in ("cp1252", "mac_roman")}
    beste, tweede = sorted(scores, key=lambda naam: scores[naam], reverse=True)
    zeker = scores[beste] > 0 and scores[beste] > scores[tweede]
    return Codering(beste if zeker else "", aanhalingstekens=quotes.gezien)


def _contexts(brok: bytes) -> Counter[bytes]:
    """Every byte above 127 with its neighbours, and how often that occurs."""
    bytes_ = np.frombuffer(b" " + brok + b" ", dtype=np.uint8).astype(np.int32)
    plaatsen = np.flatnonzero(bytes_ > 127)
    if not len(plaatsen):
        return Counter()
    buren = [np.where(bytes_[plaatsen + stap] > 127, ord(" "), bytes_[plaatsen + stap]) for stap in (-1, 1)]
    codes, aantallen = np.unique(buren[0] << 16 | bytes_[plaatsen] << 8 | buren[1], return_counts=True)
    return Counter({int(code).to_bytes(3, "big"): int(aantal) for code, aantal in zip(codes, aantallen, strict=True)})


def _score(contexten: Counter[bytes], naam: str) -> int:
    score = 0
    for context, aantal in contexten.items():
        try:
            tekst = context.decode(naam)
        except UnicodeDecodeError:
            return -1_000_000_000  # a byte that this encoding does not have
        score += aantal * _plausible(tekst)
    return score


def _plausible(tekst: str) -> int:
    i = next(i for i, teken in enumerate(tekst) if ord(teken) > 127)
    voor, teken, na = tekst[:i], tekst[i], tekst[i + 1 :]
    tussen = (voor.isalpha(), na.isalpha())
    if teken in _LETTERS:
        hoofdletter_binnenin = teken.isupper() and voor.islower()
        return 1 if any(tussen) and not hoofdletter_binnenin else -1
    if teken in _TEKENS:
        return 1 if teken == "’" or not all(tussen) else -1
    return -1


def mangled(tekst: str) -> bool:
    """Whether text went through a wrong conversion before it came here.

    >>> mangled("geÃ¯nteresseerd"), mangled("geïnteresseerd")
    (True, False)
    """
    return any(teken in tekst for teken in "ÃÂâ\ufffd") and _VERMINKT.search(tekst) is not None
