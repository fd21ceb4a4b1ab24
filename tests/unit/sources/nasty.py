"""Nasty files, and what must become of each: equal to its clean twin, or refused with a code.

`CASES` maps a name to (bytes of proef.csv, expected): ``=`` for the same values as `clean()`, else the code that
must be among the reasons for refusing it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence

KOP = ("persoon", "gemeente", "wijknaam", "aantal", "score", "bedrag", "begin", "einde")
Tabel = list[tuple[str, ...]]


def clean() -> Tabel:
    """Records as a careful supplier writes them in Dutch: 0034, decimal comma, ISO dates."""
    namen = ("Centrum", "De Grienden", "Muziekwijk Noord", "Café Zuid", "Noordereiland", "'t Loo")
    return [
        (
            f"{i:016x}",
            ("0034", "0518", "0599")[i % 3],
            namen[i % 6] if i % 7 else "",
            str(3 * i),
            f"{i},5" if i % 5 else "",
            f"{1200 + i},25",
            f"2015-{1 + i % 12:02d}-{1 + i % 28:02d}",
            f"2016-{1 + i % 12:02d}-{1 + i % 28:02d}" if i % 4 else "",
        )
        for i in range(1, 31)
    ]


def write(
    rijen: Sequence[Sequence[str]],
    *,
    kop: Sequence[str] = KOP,
    scheiding: str = ";",
    quote: str = '"',
    alles: bool = False,
    einde: str = "\r\n",
    codering: str = "utf-8",
    boven: str = "",
    onder: str = "",
) -> bytes:
    buffer = io.StringIO(newline="")
    hoe = csv.QUOTE_ALL if alles else csv.QUOTE_MINIMAL
    writer = csv.writer(buffer, delimiter=scheiding, quotechar=quote, quoting=hoe, lineterminator=einde)
    writer.writerow(kop)
    writer.writerows(rijen)
    return (boven + buffer.getvalue() + onder).encode(codering)


def change(kolom: str, hoe: Callable[[str], str], *, rijen: Tabel | None = None, alleen: int = -1) -> Tabel:
    """The clean table with one column written in another way, in all rows or in one."""
    k = KOP.index(kolom)
    return [
        tuple(hoe(cel) if i == k and alleen in (-1, r) else cel for i, cel in enumerate(rij))
        for r, rij in enumerate(rijen or clean())
    ]


def put(kolom: str, rij: int, waarde: str) -> Tabel:
    """The clean table with one other value."""
    return change(kolom, lambda _: waarde, alleen=rij)


def english(cel: str) -> str:
    return cel.replace(",", ".")


def thousands(cel: str) -> str:
    return f"{cel[0]}.{cel[1:]}"


def dutch_date(cel: str) -> str:
    return "-".join(reversed(cel.split("-"))) if cel else ""


def american_date(cel: str) -> str:
    if not cel:
        return ""
    jaar, maand, dag = cel.split("-")
    return f"{int(maand)}/{int(dag)}/{jaar}"


def reorder(volgorde: Sequence[int]) -> tuple[Tabel, list[str]]:
    return [tuple(rij[i] for i in volgorde) for rij in clean()], [KOP[i] for i in volgorde]


def _english_table(**hoe: object) -> bytes:
    tabel = change("score", english, rijen=change("bedrag", english))
    return write(tabel, **hoe)  # type: ignore[arg-type]


def _extra(naam: str, waarden: Callable[[int], str]) -> bytes:
    rijen = [(*rij, waarden(i)) for i, rij in enumerate(clean())]
    return write(rijen, kop=(*KOP, naam))


def _mixed_ends() -> bytes:
    """The clean file with \\r\\n, \\n and \\r in turn."""
    regels = write(clean()).split(b"\r\n")[:-1]
    return b"".join(regel + (b"\r\n", b"\n", b"\r")[i % 3] for i, regel in enumerate(regels))


def bsn(i: int) -> str:
    """A number that passes the eleven test, from a running number that is nobody's."""
    basis = 10_000_000 + i * 7
    while True:
        cijfers = [int(c) for c in f"{basis:08d}"]
        rest = sum(g * c for g, c in zip(range(9, 1, -1), cijfers, strict=True)) % 11
        if rest < 10:
            return f"{basis:08d}{rest}"
        basis += 1


def wrong(nummer: str) -> str:
    """The same number with another last digit: it cannot pass as well."""
    return f"{nummer[:-1]}{(int(nummer[-1]) + 1) % 10}"


GOED = write(clean())

CASES: dict[str, tuple[bytes, str]] = {
    # -- dialects ------------------------------------------------------------------------------------------------------
    "semicolon utf-8": (GOED, "="),
    "utf-8 with byte order mark": (b"\xef\xbb\xbf" + GOED, "="),
    "windows-1252": (write(clean(), codering="cp1252"), "="),
    "mac": (write(clean(), codering="mac_roman"), "="),
    "utf-16 from Excel": (write(clean(), codering="utf-16", scheiding="\t"), "="),
    "utf-16 little endian": (b"\xff\xfe" + write(clean(), codering="utf-16-le"), "="),
    "comma with quoted decimals": (write(clean(), scheiding=","), "="),
    "comma with English decimals": (_english_table(scheiding=","), "="),
    "tab": (write(clean(), scheiding="\t"), "="),
    "pipe": (write(clean(), scheiding="|"), "="),
    "everything quoted": (write(clean(), alles=True), "="),
    "single quotes": (write(clean(), quote="'", alles=True), "="),
    "unix line ends": (write(clean(), einde="\n"), "="),
    "old mac line ends": (write(clean(), einde="\r"), "="),
    "no line end at the end": (GOED.rstrip(b"\r\n"), "="),
    "blank lines at the end": (GOED + b"\r\n\r\n", "="),
    "blank line in the middle": (
        b"\r\n".join([GOED[: GOED.index(b"\r\n")], b"", GOED[GOED.index(b"\r\n") + 2 :]]),
        "=",
    ),
    "lines of separators at the end": (GOED + b";;;;;;;\r\n" * 3, "="),
    "separator at every line's end": (b"\r\n".join(r + b";" for r in GOED.split(b"\r\n")[:-1]) + b"\r\n", "="),
    "line ends of three kinds": (_mixed_ends(), "="),
    "Excel's own first line": (b"sep=;\r\n" + GOED, "="),
    "two byte order marks": (b"\xef\xbb\xbf" * 2 + GOED, "="),
    "byte order mark in the middle": (GOED.replace(b"\r\n", b"\r\n\xef\xbb\xbf", 5), "="),
    "commas unquoted between commas": (write(clean(), scheiding=";").replace(b";", b","), "SDM-309"),
    "a separator nobody uses": (GOED.replace(b";", b"~"), "SDM-310"),
    "a line of twelve million characters": (write(put("wijknaam", 3, "x" * 12_000_000)), "SDM-308"),
    "control character at the end": (GOED + b"\x1a", "SDM-309"),
    # -- header --------------------------------------------------------------------------------------------------------
    "title rows above": (write(clean(), boven="Levering proef\r\nperiode: 2e kwartaal\r\n\r\n"), "="),
    "header in capitals": (write(clean(), kop=[naam.upper() for naam in KOP]), "="),
    "header with blanks": (write(clean(), kop=[f" {naam} " for naam in KOP]), "="),
    "header with a line end": (write(clean(), kop=["wijk\nnaam" if n == "wijknaam" else n for n in KOP]), "SDM-310"),
    "other column order": (write(reorder((7, 2, 0, 1, 5, 4, 3, 6))[0], kop=reorder((7, 2, 0, 1, 5, 4, 3, 6))[1]), "="),
    "extra column": (_extra("opmerking", lambda i: "x"), "="),
    "column missing": (write([rij[:-1] for rij in clean()], kop=KOP[:-1]), "SDM-310"),
    "column misspelt": (write(clean(), kop=[*KOP[:-1], "eind"]), "SDM-310"),
    "column twice": (_extra("score", lambda i: "1,5"), "SDM-311"),
    "column without a name": (_extra("", lambda i: "x" if i == 3 else ""), "SDM-315"),
    "no header": (GOED[GOED.index(b"\r\n") + 2 :], "SDM-310"),
    "header only": (write([]), "SDM-303"),
    "header only, no line end": (write([]).rstrip(b"\r\n"), "SDM-303"),
    "empty": (b"", "SDM-302"),
    "only blank lines": (b"\r\n\r\n\r\n", "SDM-310"),
    # -- no text -------------------------------------------------------------------------------------------------------
    "a zip": (b"PK\x03\x04" + bytes(range(256)), "SDM-304"),
    "a pdf": (b"%PDF-1.4 something", "SDM-304"),
    "binary": (bytes(range(256)) * 20, "SDM-304"),
    "nul bytes inside": (GOED.replace(b"Centrum", b"Cen\x00rum"), "SDM-304"),
    "utf-16 without mark": (GOED.decode().encode("utf-16-le"), "SDM-304"),
    "utf-32": (GOED.decode().encode("utf-32"), "SDM-304"),
    "compressed": (b"\x1f\x8b\x08\x00" + bytes(40), "SDM-304"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(40), "SDM-304"),
    "only a byte order mark": (b"\xef\xbb\xbf", "SDM-302"),
    "only blanks": (b"   \r\n  ", "SDM-310"),
    "html error page": (b"<!DOCTYPE html><html><body>Sessie verlopen</body></html>", "SDM-310"),
    # -- encodings gone wrong ------------------------------------------------------------------------------------------
    "mangled before": (GOED.decode().encode("utf-8").decode("cp1252").encode("utf-8"), "SDM-307"),
    "two encodings in one file": (GOED + "00ff;0034;Café;1;1,5;2,25;2015-01-01;\r\n".encode("cp1252"), "SDM-307"),
    "replacement characters": (GOED.decode().replace("é", "\ufffd").encode(), "SDM-307"),
    "one broken byte": (GOED.replace(b"Centrum", b"Cen\xfftrum", 1), "SDM-307"),
    "mangled twice": (GOED.decode().encode().decode("cp1252").encode().decode("cp1252").encode(), "SDM-307"),
    "undecidable encoding": (
        GOED.decode().replace("é", "").encode() + b"00ff;0034;\xd7;1;1,5;2,25;2015-01-01;\r\n",
        "SDM-306",
    ),
    # -- structure -----------------------------------------------------------------------------------------------------
    "last record short": (GOED.rstrip(b"\r\n").rsplit(b";", 3)[0], "SDM-309"),
    "record with a field too many": (GOED.replace(b"Centrum", b"Cen;trum", 1), "SDM-309"),
    "record broken in two": (GOED.replace(b"De Grienden", b"De\r\nGrienden", 1), "SDM-309"),
    "quote never closed": (GOED.replace(b"Centrum", b'"Centrum', 1), "SDM-308"),
    "quote in the middle": (GOED.replace(b"Centrum", b'Cen"tr"um', 1), "SDM-308"),
    "backslash quotes": (GOED.replace(b"Centrum", b'"Cen\\"tr\\"um"', 1), "SDM-308"),
    "two files glued": (GOED + GOED, "SDM-322"),
    "exact duplicate record": (write([*clean(), clean()[4]]), "SDM-332"),
    "key twice": (write([*clean(), (*clean()[4][:3], "99", *clean()[4][4:])]), "SDM-331"),
    "total below": (write(clean(), onder="Totaal;;;1395;;36000,00;;\r\n"), "="),
    "footnote below": (write(clean(), onder="Bron: registratie;;;;;;;\r\n"), "="),
    # -- values --------------------------------------------------------------------------------------------------------
    "leading zeros lost": (write(change("gemeente", lambda c: c.lstrip("0"))), "="),
    "blanks around values": (write(change("gemeente", lambda c: f" {c} ")), "="),
    "hard blanks around values": (write(change("gemeente", lambda c: f"{c}\u00a0")), "="),
    "marks of direction around values": (write(change("persoon", lambda c: f"\u200f{c}\u200e")), "="),
    "zero widths around codes": (write(change("gemeente", lambda c: f"\u200b{c}\ufeff")), "="),
    "letters and accents apart": (write(change("wijknaam", lambda c: c.replace("é", "e\u0301"))), "="),
    "a line end inside quotes": (write(change("wijknaam", lambda c: f"{c}\n" if c else "")), "="),
    "capitals in codes": (write(change("gemeente", str.upper)), "="),
    "English decimals": (_english_table(), "="),
    "thousands points": (write(change("bedrag", thousands)), "="),
    "thousands blanks": (write(change("bedrag", lambda c: f"{c[0]} {c[1:]}")), "="),
    "thousands hard blanks": (write(change("bedrag", lambda c: f"{c[0]}\u00a0{c[1:]}")), "="),
    "thousands narrow blanks": (write(change("bedrag", lambda c: f"{c[0]}\u202f{c[1:]}")), "="),
    "marks of direction before numbers": (write(change("bedrag", lambda c: f"\u200e{c}")), "="),
    "plus signs": (write(change("bedrag", lambda c: f"+{c}")), "="),
    "euro in letters": (write(change("bedrag", lambda c: f"EUR {c}")), "="),
    "euro signs": (write(change("bedrag", lambda c: f"€ {c}")), "="),
    "decimals both ways": (write(change("score", english, alleen=1)), "SDM-324"),
    "1.234 undecidable": (write(change("score", lambda c: "1.234" if c else "")), "SDM-323"),
    "1,234 undecidable": (write(change("score", lambda c: "1,234" if c else "")), "SDM-323"),
    "no number": (write(put("score", 3, "veel")), "SDM-322"),
    "beyond every number": (write(put("score", 3, "1e400")), "SDM-322"),
    "not a number": (write(put("score", 3, "NaN")), "SDM-322"),
    "infinite": (write(put("score", 3, "inf")), "SDM-322"),
    "wide digits": (write(put("aantal", 3, "\uff11\uff12")), "SDM-322"),
    "a fraction sign": (write(put("score", 3, "1\u00bd")), "SDM-322"),
    "more digits than a whole number holds": (write(put("aantal", 3, "9" * 19)), "SDM-322"),
    "hexadecimal": (write(put("aantal", 3, "0x10")), "SDM-322"),
    "a formula as text": (write(put("aantal", 3, "=1+1")), "SDM-322"),
    "a word for nothing": (write(put("score", 3, "NULL")), "SDM-322"),
    "a code in scientific notation": (write(put("gemeente", 3, "3.4E+01")), "SDM-321"),
    "a code with decimals": (write(change("gemeente", lambda c: f"{c.lstrip('0')}.0")), "SDM-321"),
    "percent": (write(put("score", 3, "4,5%")), "SDM-322"),
    "spreadsheet error": (write(put("score", 3, "#N/B")), "SDM-322"),
    "not whole": (write(put("aantal", 3, "4,5")), "SDM-325"),
    "below the minimum": (write(put("aantal", 3, "-4")), "SDM-326"),
    "required value missing": (write(put("aantal", 3, "")), "SDM-320"),
    "blanks for a required value": (write(put("aantal", 3, "  ")), "SDM-320"),
    "unknown code": (write(put("gemeente", 3, "0035")), "SDM-321"),
    "Dutch dates": (write(change("einde", dutch_date, rijen=change("begin", dutch_date))), "="),
    "dates without dashes": (write(change("begin", lambda c: c.replace("-", ""))), "="),
    "dates with time": (write(change("begin", lambda c: f"{c} 00:00:00")), "="),
    "American dates": (write(change("begin", american_date)), "="),
    "dates undecidable": (write(change("begin", lambda c: "03/04/2015")), "SDM-328"),
    "dates of a foreign Excel": (
        write(change("begin", lambda c: american_date(c) if int(c[8:]) <= 12 else dutch_date(c))),
        "SDM-328",
    ),
    "29 February of a common year": (write(put("begin", 3, "2015-02-29")), "SDM-327"),
    "29 February of 1900": (write(put("begin", 3, "1900-02-29")), "SDM-327"),
    "a moment in another zone": (write(put("begin", 3, "2015-03-28T23:00:00Z")), "SDM-327"),
    "an hour that the clock skipped": (write(put("begin", 3, "2015-03-29 02:30")), "SDM-327"),
    "midnight with a T": (write(change("begin", lambda c: f"{c}T00:00:00")), "="),
    "a day number where dates stand": (write(change("begin", lambda c: "42094")), "SDM-327"),
    "months in words": (write(put("begin", 3, "3 mei 2015")), "SDM-327"),
    "31 February": (write(put("begin", 3, "2015-02-31")), "SDM-327"),
    "end of times": (write(put("einde", 3, "9999-12-31")), "SDM-327"),
    "date of another century": (write(put("begin", 3, "0215-01-01")), "SDM-327"),
    "two digits for the year": (write(put("begin", 3, "01-02-15")), "SDM-327"),
    "spreadsheet day number": (write(put("begin", 3, "42094")), "SDM-327"),
    "end before begin": (write(put("einde", 3, "2014-12-31")), "SDM-341"),
    "number rounded by a spreadsheet": (write(put("persoon", 3, "1,23457E+15")), "SDM-329"),
    # -- persons -------------------------------------------------------------------------------------------------------
    "service numbers outside the schema": (_extra("nr", bsn), "SDM-401"),
    "service numbers by name": (_extra("BSN", lambda i: ""), "SDM-401"),
    "service numbers as key": (write([(bsn(i), *rij[1:]) for i, rij in enumerate(clean())]), "SDM-401"),
    "service numbers without zero": (_extra("nr", lambda i: bsn(i).lstrip("0")), "SDM-401"),
    "service numbers with points": (_extra("nr", lambda i: f"{bsn(i)[:3]}.{bsn(i)[3:6]}.{bsn(i)[6:]}"), "SDM-401"),
    "service numbers with dashes": (_extra("nr", lambda i: f"{bsn(i)[:4]}-{bsn(i)[4:6]}-{bsn(i)[6:]}"), "SDM-401"),
    "service numbers with hard blanks": (_extra("nr", lambda i: f"{bsn(i)}\u00a0"), "SDM-401"),
    "service numbers as decimals": (_extra("nr", lambda i: f"{bsn(i)}.0"), "SDM-401"),
    "service numbers and an error": (_extra("bsn", bsn).replace(b"2015-05-05", b"2015-05-99"), "SDM-401"),
    "e-mail in text": (write(put("wijknaam", 3, "vraag@voorbeeld.nl")), "SDM-403"),
    "postcode with number in text": (write(put("wijknaam", 3, "1315 AB 12")), "SDM-405"),
    "mixed real and fictitious": (_extra("fictief", lambda i: "ja" if i % 2 else "nee"), "SDM-330"),
    "marked as fictitious": (_extra("fictief", lambda i: "ja"), "="),
}
