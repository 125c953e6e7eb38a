"""Packs the CDNOW master file for examples/winback: python scripts/purchases.py CDNOW_master.txt

The rows stay as they are and in their order; only the columns' padding goes, and the line of names is ours. The same
file gives the same bytes again.
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

TARGET = Path(__file__).parents[1] / "examples" / "winback" / "purchases.csv.gz"


def main(source: Path) -> None:
    """Reads the text file with its line of names, writes TARGET."""
    rows = [line.split() for line in source.read_text(encoding="ascii").splitlines()[1:] if line.strip()]
    lines = ["customer,date,cds,value", *(",".join(row) for row in rows)]
    with TARGET.open("wb") as target, gzip.GzipFile(filename="", mode="wb", fileobj=target, mtime=0) as packed:
        packed.write("".join(f"{line}\n" for line in lines).encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
