#!/usr/bin/env python3
"""Four kinds of question to yagura and to DuckDB, about the same generated findings in memory, in one run.

`python3 tests/benches/against_duckdb.py` builds the bench, has it export its rows and time itself, installs DuckDB from PyPI
into target/duckdb, loads the rows into memory there, asks the same with two threads, and prints the medians and how
many times faster yagura is. YAGURA_BENCH_FINDINGS sets another number of findings than 1,000,000.

yagura folds case and width; DuckDB is timed with LIKE, which does not, as that is its faster way. That both mean the
same question is checked with ILIKE, outside the timing.
"""

import os
import re
import statistics
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "target" / "duckdb"
ROWS = PLACE / "rows.csv"
THREADS = 2

FILTER = "select count(*) from f where severity in ('CRITICAL', 'HIGH') and title {like} '%{needle}%' and workflow = 'NEW'"
GROUP = "select severity, product, count(*) from f where region = 'us-east-1' group by all"
TOP = "select id from f where title {like} '%{needle}%' order by rank desc, born desc limit 50"
COUNT = "select account, count(*) as n from f group by account order by n desc limit 20"


def with_duckdb():
    """Goes on in an environment that has DuckDB."""
    python = PLACE / "venv" / "bin" / "python"
    if not python.exists():
        venv.create(PLACE / "venv", with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "duckdb"], check=True)
    os.execv(python, [python, __file__, "--inside"])


def yagura():
    """What the bench prints: the needles, and of each kind the median in milliseconds and what was found in all."""
    command = ["cargo", "bench", "--bench", "query", "--", "export", str(ROWS)]
    printed = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    print(printed, end="")
    needles = re.search(r"^needles: (.*)$", printed, re.M).group(1).split("|")
    kinds = re.findall(r"^kind (\w+): median_ms ([\d.]+) found (\d+)$", printed, re.M)
    return needles, {name: (float(median), int(found)) for name, median, found in kinds}


def main():
    import duckdb

    needles, ours = yagura()
    base = duckdb.connect(config={"threads": THREADS})
    base.execute(
        f"create table f as select *, case severity when 'CRITICAL' then 5 when 'HIGH' then 4 when 'MEDIUM' then 3 "
        f"when 'LOW' then 2 else 1 end as rank from read_csv('{ROWS}', header = true, all_varchar = true)"
    )
    rows = base.execute("select count(*) from f").fetchone()[0]
    print(f"DuckDB {duckdb.__version__}, {rows} rows in memory, {THREADS} threads")
    wrong = False
    for name, text in [("filter", FILTER), ("group", GROUP), ("top", TOP), ("count", COUNT)]:
        taken, found = [], 0
        for needle in needles:
            query = text.format(like="like", needle=needle)
            started = time.perf_counter()
            base.execute(query).fetchall()
            taken.append((time.perf_counter() - started) * 1e3)
            answer = base.execute(text.format(like="ilike", needle=needle)).fetchall()
            found += {"filter": lambda a: a[0][0], "count": lambda a: sum(n for _, n in a)}.get(name, len)(answer)
        theirs, (median, our_found) = statistics.median(taken), ours[name]
        same = "the same found" if found == our_found else f"BUT {our_found} found here, {found} there"
        wrong |= found != our_found
        print(f"{name:<7} yagura {median:8.3f} ms   DuckDB {theirs:8.3f} ms   {theirs / median:6.1f} times, {same}")
    return 1 if wrong else 0


if __name__ == "__main__":
    PLACE.mkdir(parents=True, exist_ok=True)
    if "--inside" not in sys.argv:
        with_duckdb()
    sys.exit(main())
