"""Programs that send the same orders at the same time: each order is stored once, and nobody is turned away."""

from pathlib import Path

from wellheard.core.tests.elsewhere import elsewhere, ended

SEND = """
import threading
from datetime import date
from decimal import Decimal
from django.db import connection
from wellheard.core.actors import System
from wellheard.customers.actions.buying import add_orders
from wellheard.customers.buying.storing import NewOrder
faults, stored = [], []
def work(turn):
    try:
        for first in range(0, 60, 20):
            orders = [NewOrder(f"n{n}", f"c{n % 7}", date(2026, 1, 5), Decimal(9)) for n in range(first, first + 20)]
            stored.append(len(add_orders("shop", orders[::turn], System("tests"), at=now).new))
    except Exception as fault:
        faults.append(repr(fault))
    finally:
        connection.close()
threads = [threading.Thread(target=work, args=(turn,)) for turn in (1, -1, 1, -1)]
[each.start() for each in threads]
[each.join() for each in threads]
print(json.dumps([faults, sum(stored)]))
"""


def test_orders_may_be_sent_by_several_at_once(db: None, tmp_path: Path):
    with elsewhere(tmp_path) as there:
        told = [ended(each) for each in [there.start(SEND) for _ in range(2)]]

    assert [faults for faults, _ in told] == [[], []]
    assert sum(stored for _, stored in told) == 60
