"""What the apps above know of customers, read through their traits; a trait that nobody registered says nothing."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from wellheard.customers.buying.warnings import Signals
from wellheard.customers.models import Account, Order, Person
from wellheard.customers.traits import About, trait

LAST_SCORE = "surveys.last_recommendation"
OPEN_MATTERS = "cases.open"
SILENT = "surveys.is_silent"


def signals_of_everybody(at: datetime) -> dict[str, Signals]:
    """The signals of every account and person with an order, by the key of the buyer; two statements."""
    found: dict[str, Signals] = {}
    for model, about, letter in ((Account, "account", "a"), (Person, "person", "p")):
        found |= _of(model, about, letter, at)  # type: ignore[arg-type]
    return found


def _of(model: type[Account] | type[Person], about: About, letter: str, at: datetime) -> dict[str, Signals]:
    buyers: Any = model._default_manager.filter(Exists(Order.objects.filter(**{about: OuterRef("pk")})))
    names = {"last_score": LAST_SCORE, "open_matters": OPEN_MATTERS, "is_silent": SILENT}
    known = {name: each for name, key in names.items() if (each := trait(key)) is not None and about in each.about}
    if not known:
        return {}
    expressions = {f"signal_{name}": each.express(buyers, about, at) for name, each in known.items()}
    rows = buyers.order_by().annotate(**expressions).values_list("pk", *expressions)
    found = {}
    for pk, *values in rows.iterator(chunk_size=5_000):
        said = dict(zip(known, values, strict=True))
        if any(value not in (None, 0, False) or (name == "last_score" and value == 0) for name, value in said.items()):
            score = said.get("last_score")
            found[f"{letter}{pk}"] = Signals(
                None if score is None else int(score), int(said.get("open_matters") or 0), bool(said.get("is_silent"))
            )
    return found
