"""Every message code that the kit can say is explained in one place, and nothing else is."""

import re
from pathlib import Path

from sdm_lib import sources

ROOT = Path(__file__).parents[2]
UITLEG = sources.uitleg(root=ROOT)
VOORBEELDEN = {"SDM-000", "SDM-123"}  # in the docstring of Melding


def said():
    """Every code in the source and in the parameters, with a file that says it."""
    found = {}
    params = [path for path in (ROOT / "params").rglob("*.yaml") if path.name != "meldingen.yaml"]
    for path in [*(ROOT / "sdm_lib").rglob("*.py"), *params]:
        for code in re.findall(r"SDM-\d{3}", path.read_text(encoding="utf-8")):
            found.setdefault(code, path.relative_to(ROOT).as_posix())
    return {code: path for code, path in found.items() if code not in VOORBEELDEN}


def test_every_code_is_explained():
    assert {code: path for code, path in said().items() if code not in UITLEG} == {}


def test_every_explained_code_can_occur():
    assert sorted(set(UITLEG) - set(said())) == []


def test_an_explanation_is_short_plain_and_ends_with_what_to_do():
    for code, uitleg in UITLEG.items():
        assert 5 <= len(uitleg.titel) <= 70, code
        assert uitleg.titel[-1] not in ".?!", code
        for zin in (uitleg.uitleg, uitleg.herstel):
            assert zin.endswith("."), code
            assert len(zin.split()) <= 35, code


def test_codes_stand_in_order_once():
    codes = re.findall(r"^(SDM-\d{3}):", (ROOT / "params" / "meldingen.yaml").read_text(encoding="utf-8"), re.MULTILINE)
    assert codes == sorted(set(codes))
