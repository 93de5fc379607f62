"""`anling compare` as a user starts it: Python's start, the batches found or read, the whole rule, lists."""

import json
import sys
from pathlib import Path

import psutil

from bench.disowned import Disowned
from bench.place import AS_OF, THREADS, Place
from bench.process import report

SPARK = ("--engine", "spark", "--master", f"local[{THREADS}]")


def main() -> None:
    """Folder of the scale, memory limit, store, folder of the result, engine."""
    place, memory, store, out, engine = Place.at(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4]), sys.argv[5]
    command = (
        sys.executable, "-m", "anling", "compare", "--roster", place.roster("parquet"), "--feeds",
        place.feeds("parquet"), "--as-of", AS_OF.isoformat(), "--out", out, "--store", store,
        "--memory-limit", memory, "--threads", str(THREADS), *(SPARK if engine == "spark" else ()),
    )  # fmt: skip
    process = psutil.Popen(list(map(str, command)), stdout=sys.stderr)
    with Disowned(process) as disowned:
        status = process.wait()
    if status != 0:
        raise SystemExit(f"anling compare ended with {status}")
    said = json.loads((out / "run.json").read_text(encoding="utf-8"))
    report(counts=said["counts"], peak_gb=said["peak_gb"], disowned_cpu_s=round(disowned.cpu_s, 3))


if __name__ == "__main__":
    main()
