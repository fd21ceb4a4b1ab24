"""Whatever arrives is read right or refused: none of these files is silently different."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sdm_lib import sources
from sdm_lib.errors import InvoerFout, PrivacyFout, SdmFout
from tests.unit.sources import nasty


@pytest.fixture
def twin(root: Path, tmp_path: Path) -> pd.DataFrame:
    """The frame of the clean file."""
    folder = tmp_path / "schoon"
    folder.mkdir()
    (folder / "proef.csv").write_bytes(nasty.GOED)
    return sources.read("proef", folder=folder, root=root).frame


def test_there_are_at_least_sixty_nasty_files():
    assert len(nasty.CASES) >= 60


@pytest.mark.parametrize("naam", [naam for naam, (_, verwacht) in nasty.CASES.items() if verwacht == "="])
def test_file_equals_its_clean_twin(naam: str, root: Path, folder: Path, twin: pd.DataFrame):
    (folder / "proef.csv").write_bytes(nasty.CASES[naam][0])
    frame = sources.read("proef", folder=folder, root=root).frame
    pd.testing.assert_frame_equal(frame, twin, check_exact=True)


@pytest.mark.parametrize("naam", [naam for naam, (_, verwacht) in nasty.CASES.items() if verwacht != "="])
def test_file_is_refused_with_its_code(naam: str, root: Path, folder: Path):
    data, code = nasty.CASES[naam]
    (folder / "proef.csv").write_bytes(data)
    with pytest.raises(SdmFout) as gevangen:
        sources.read("proef", folder=folder, root=root)
    assert code in {melding.code for melding in gevangen.value.meldingen}, str(gevangen.value)
    assert isinstance(gevangen.value, PrivacyFout if code.startswith("SDM-4") else InvoerFout)
    persoonlijk = [rij[0] for rij in nasty.clean()] + [nasty.bsn(i) for i in range(30)]
    assert not any(waarde in str(gevangen.value) for waarde in persoonlijk)


def test_the_clean_twin_holds_what_was_written(twin: pd.DataFrame):
    assert twin.loc[0].to_dict() | {"begin": 0, "einde": 0} == {
        "persoon": "0000000000000001", "gemeente": "0518", "wijknaam": "De Grienden", "aantal": 3, "score": 1.5,
        "bedrag_cent": 120125, "begin": 0, "einde": 0,
    }  # fmt: skip
    assert twin["wijknaam"].isna().sum() == 4
    assert twin.loc[2, "wijknaam"] == "Café Zuid"
    assert twin.loc[0, "einde"] == pd.Timestamp(2016, 2, 3)  # the last day was 2 February
    assert twin["einde"].isna().sum() == 7
