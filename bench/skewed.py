"""Makes a province out of balance from a measured one: one city holds nine of ten people, one village fifty."""

import os
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.place import SEED, Place
from bench.process import report

CITY, VILLAGE = "440305", "440224101201"
SHARE, FEW = 0.9, 50


def main() -> None:
    """Folder of the scale, folder of the province to be made. The feeds are the same files."""
    place, made = Place.at(sys.argv[1]), Place.at(sys.argv[2])
    province = made.province("parquet")
    province.mkdir(parents=True, exist_ok=True)
    rows = pq.read_table(place.roster("parquet"))
    chosen = np.random.default_rng(SEED).permutation(len(rows))
    regions = np.array(rows["region"].to_pylist(), object)
    regions[chosen[: int(SHARE * len(rows))]] = CITY
    regions[chosen[-FEW:]] = VILLAGE
    column = pa.array(regions, rows.schema.field("region").type)
    pq.write_table(rows.set_column(rows.schema.get_field_index("region"), "region", column), made.roster("parquet"))
    _linked(place.feeds("parquet"), made.feeds("parquet"))
    report(rows=len(rows))


def _linked(feeds: Path, name: Path) -> None:
    if not name.is_symlink():
        os.symlink(feeds, name, target_is_directory=True)


if __name__ == "__main__":
    main()
