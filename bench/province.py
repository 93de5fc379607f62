"""Makes one synthetic province, in a process of its own: the measuring process stays small."""

import sys
from pathlib import Path

from anling.synthesis import generate
from bench.place import AS_OF, SEED
from bench.process import report

_FORMATS = {"parquet": ("parquet", "utf-8"), "csv": ("csv", "utf-8"), "gb18030": ("csv", "gb18030")}


def main() -> None:
    """People, format, folder."""
    form, encoding = _FORMATS[sys.argv[2]]
    made = generate(int(sys.argv[1]), SEED, Path(sys.argv[3]), as_of=AS_OF, format=form, encoding=encoding)
    report(people=made.people, roster_rows=made.benefits, feed_rows=sum(made.feed_rows.values()))


if __name__ == "__main__":
    main()
