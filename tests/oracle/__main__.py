"""Run a folder of reference values: ``python -m tests.oracle FOLDER`` (by default this one); exit 1 if any fails."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

from tests.oracle.cases import check
from tests.oracle.folder import Oracle


def main(folder: Path) -> int:
    """Print each failing case and the count."""
    oracle, failed = Oracle(folder), 0
    for case in oracle.cases:
        try:
            problems = check(oracle, case)
        except Exception:  # one broken case must not hide the others
            problems = [traceback.format_exc(limit=-2).strip().replace("\n", " | ")]
        if problems:
            failed += 1
            print(f"FAIL {case.get('id', case['op'])}: {'; '.join(problems)}")
    print(f"{len(oracle.cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent))
