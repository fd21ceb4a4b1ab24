"""Put multiple-response sets into a .sav file: pyreadstat reads them and cannot write them.

Source: PSPP developers' guide, "System File Format": the record with the sets (type 7, subtype 7) stands before
the record that ends the dictionary (type 999).
"""

from __future__ import annotations

import struct
from pathlib import Path


def dichotomies(naam: str, waarde: str, label: str, variabelen: list[str]) -> str:
    """A set of variables in which one value counts, as in ``$hulp=D1 1 4 Hulp a b``."""
    return f"{naam}=D{len(waarde)} {waarde} {len(label)} {label} {' '.join(variabelen)}\n"


def categories(naam: str, label: str, variabelen: list[str]) -> str:
    """A set of variables that share their categories, as in ``$bron=C 4 Bron a b``."""
    return f"{naam}=C {len(label)} {label} {' '.join(variabelen)}\n"


def add_sets(path: Path, *sets: str) -> None:
    """Insert the sets into an uncompressed .sav that pyreadstat wrote."""
    data = path.read_bytes()
    einde = _dictionary_end(data)
    tekst = "".join(sets).encode()
    path.write_bytes(data[:einde] + struct.pack("<iiii", 7, 7, 1, len(tekst)) + tekst + data[einde:])


def _dictionary_end(data: bytes) -> int:
    """Where record 999 begins, found by walking over the records before it."""
    plaats = 176  # the header
    while (soort := struct.unpack_from("<i", data, plaats)[0]) != 999:
        plaats += _length(data, plaats, soort)
    return plaats


def _length(data: bytes, plaats: int, soort: int) -> int:
    if soort == 2:  # a variable, with a label and missing values when it has them
        _, _, heeft_label, missing, _, _ = struct.unpack_from("<iiiiii", data, plaats)
        lengte = 32 + 8 * abs(missing)
        return lengte + (4 + -(-struct.unpack_from("<i", data, plaats + 32)[0] // 4) * 4 if heeft_label else 0)
    if soort == 3:  # value labels, each a value and a padded text
        lengte = 8
        for _ in range(struct.unpack_from("<i", data, plaats + 4)[0]):
            lengte += 8 + -(-(data[plaats + lengte + 8] + 1) // 8) * 8
        return lengte
    if soort == 4:  # which variables those labels are for
        return 8 + 4 * int(struct.unpack_from("<i", data, plaats + 4)[0])
    if soort == 6:  # documents, lines of eighty
        return 8 + 80 * int(struct.unpack_from("<i", data, plaats + 4)[0])
    _, _, maat, aantal = struct.unpack_from("<iiii", data, plaats)
    return 16 + int(maat * aantal)
