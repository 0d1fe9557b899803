"""`make bench`, or `python -m bench [answers] [trend]`."""

import json
import sys

from bench import answers, trend

BENCHMARKS = {"answers": answers.run, "trend": trend.run}


def main() -> int:
    """Run the benchmarks named, or all."""
    for name in sys.argv[1:] or BENCHMARKS:
        for line in BENCHMARKS[name]():
            print(json.dumps({"benchmark": name, **line}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
