"""`make bench`, or `python -m bench [answers] [customers] [trend]`."""

import json
import sys

from bench import answers, customers, trend

BENCHMARKS = {"answers": answers.run, "customers": customers.run, "trend": trend.run}


def main() -> int:
    """Run the benchmarks named, or all."""
    for name in sys.argv[1:] or BENCHMARKS:
        for line in BENCHMARKS[name]():
            print(json.dumps({"benchmark": name, **line}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
