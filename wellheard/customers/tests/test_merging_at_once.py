"""Many merge the same people at the same time: one merge comes of it, and nobody is left half-merged."""

import json
from pathlib import Path

from wellheard.core.tests.elsewhere import elsewhere, ended

ARRANGE = """
from wellheard.core.actors import System
from wellheard.customers.actions import add_person
by = System("tests")
print(json.dumps([add_person(f"Cleo {n}", by, at=now, email=f"cleo{n}@holzapfel.example").pk for n in range(3)]))
"""

MERGE = """
import threading
from django.db import connection
from wellheard.core.actors import System
from wellheard.core.errors import Refusal
from wellheard.customers.actions.duplicates import merge
ids, faults = json.loads(sys.argv[1]), []
def work(kept, gone):
    try:
        merge("person", kept, gone, System("tests"), at=now)
    except Refusal:
        pass
    except Exception as fault:
        faults.append(repr(fault))
    finally:
        connection.close()
ways = [(a, b) for a in ids for b in ids if a != b] * 2
threads = [threading.Thread(target=work, args=way) for way in ways]
[each.start() for each in threads]
[each.join() for each in threads]
print(json.dumps(faults))
"""

COUNT = """
from wellheard.core.trail.verify import verify
from wellheard.customers.models import ContactPoint, Merge, Person
alone = list(Person.objects.filter(merged_into=None).values_list("pk", flat=True))
print(json.dumps({
    "alone": len(alone),
    "merges": Merge.objects.count(),
    "led": list(Person.objects.exclude(merged_into=None).order_by().values_list("merged_into", flat=True).distinct()) == alone,
    "points": list(ContactPoint.objects.order_by().values_list("person_id", flat=True).distinct()) == alone,
    "faults": verify().faults,
}))
"""


def test_people_may_be_merged_crosswise_at_once(db: None, tmp_path: Path):
    with elsewhere(tmp_path) as there:
        ids = there.run(ARRANGE)
        faults = [ended(each) for each in [there.start(MERGE, json.dumps(ids)) for _ in range(2)]]
        told = there.run(COUNT)

    assert faults == [[], []]
    assert told == {"alone": 1, "merges": 2, "led": True, "points": True, "faults": []}
