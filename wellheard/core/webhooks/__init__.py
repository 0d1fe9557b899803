"""Webhooks: other programs are told what changed. Apps say which of their records are told of; core knows none of them.

A message is a row first, written in the transaction that made the change; the worker sends it, signs it, and tries again. It
holds no personal value: kind, number, verb, moment, the number of the trail's entry, and where the API shows the record.
"""

from wellheard.core.webhooks.announced import Announced, announced, every_announced, register_announced, register_part

__all__ = ["Announced", "announced", "every_announced", "register_announced", "register_part"]
