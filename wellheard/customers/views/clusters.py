"""Groups found in the data: which traits, how many groups, how clear and stable, what each is like, and a name for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import Member
from wellheard.core.templatetags.words import count, counted, percent
from wellheard.core.views import member_of, only_those_who
from wellheard.customers.actions import add_segment
from wellheard.customers.models import Account, Person, Segment
from wellheard.customers.segmenting.clusters import (
    FEWEST,
    MOST,
    MOST_TRAITS,
    Found,
    Values,
    find,
    frozen,
    numbers_of,
    silhouette_in_words,
    stability_in_words,
    values_of,
)
from wellheard.customers.traits import About, Trait, Traits
from wellheard.customers.views.segments import NOUNS
from wellheard.ground.clusters import is_skewed

NUMBERS = [
    {"label": "Groups"},
    {"label": "Silhouette", "numeric": True},
    {"label": "Stability", "numeric": True},
    {"label": "What that means"},
    {"label": "Sizes"},
]


@dataclass(frozen=True)
class Asked:
    """What the address asks for: `k` groups by these traits, of some the logarithm; 0 when no number is chosen yet."""

    about: About
    traits: tuple[Trait, ...]
    logs: frozenset[str]
    k: int

    @classmethod
    def of(cls, sent: QueryDict, known: Traits) -> "Asked":
        """Unknown traits are passed over; at most `MOST_TRAITS` are taken."""
        chosen = list(dict.fromkeys(key for key in sent.getlist("trait") if known.get(key) is not None))[:MOST_TRAITS]
        k = sent.get("k", "")
        number = int(k) if k.isascii() and k.isdecimal() and len(k) == 1 else 0
        traits = tuple(each for each in map(known.get, chosen) if each is not None)
        return cls(known.about, traits, frozenset(sent.getlist("log")), number if FEWEST <= number <= MOST else 0)

    def query(self, k: int = 0) -> str:
        """The same in an address, with another number of groups."""
        query = QueryDict(mutable=True)
        query["about"] = self.about
        query.setlist("trait", [each.key for each in self.traits])
        query.setlist("log", sorted(self.logs & {each.key for each in self.traits}))
        if k:
            query["k"] = str(k)
        return query.urlencode()

    @property
    def takes_logs(self) -> tuple[bool, ...]:
        return tuple(each.key in self.logs for each in self.traits)


def _member_who_may(request: HttpRequest) -> Member:
    member = member_of(request)
    only_those_who(member, "customers.add_segment", seeing="customers.see_segment")
    return member


def _asked(sent: QueryDict) -> tuple[Asked, Traits]:
    known = numbers_of("person" if sent.get("about") == "person" else "account")
    return Asked.of(sent, known), known


def _values(asked: Asked, member: Member, now: datetime) -> Values:
    model: Any = Person if asked.about == "person" else Account
    rows = model.objects.visible_to(member).filter(merged_into__isnull=True, erased_at__isnull=True)
    return values_of(asked.traits, asked.about, now, rows)


def _today(now: datetime) -> datetime:
    """The start of the day: traits that count days then say the same all day long, and so do the groups."""
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


@login_required
@require_GET
def clusters(request: HttpRequest) -> HttpResponse:
    """Choose traits; see how many groups there may be; see what each is like."""
    member = _member_who_may(request)
    asked, known = _asked(request.GET)
    context: dict[str, Any] = {
        "asked": asked,
        "many": NOUNS[asked.about].split(",")[1],
        "offered": [(name, [_offered(each, asked) for each in traits]) for name, traits in known.grouped()],
        "chips": [
            {"label": "Accounts", "url": "?about=account", "current": asked.about == "account"},
            {"label": "People", "url": "?about=person", "current": asked.about == "person"},
        ],
        "most_traits": MOST_TRAITS,
        "columns": NUMBERS,
    }
    if asked.traits:
        values = _values(asked, member, _today(timezone.now()))
        context |= _looked(asked, values)
    return render(request, "customers/clusters.html", context)


def _offered(each: Trait, asked: Asked) -> dict[str, Any]:
    title = each.title[:1].upper() + each.title[1:]
    return {
        "key": each.key,
        "title": title,
        "chosen": each in asked.traits,
        "log": each.key in asked.logs,
    }


def _looked(asked: Asked, values: Values) -> dict[str, Any]:
    """What was found, or why nothing was."""
    found: dict[int, Found] = {}
    refused = ""
    for k in range(FEWEST, MOST + 1):
        try:
            found[k] = find(values, k, asked.takes_logs)
        except Refusal as refusal:
            refused = refused or refusal.sentence
    skewed = [
        each.title
        for place, each in enumerate(values.traits)
        if each.key not in asked.logs and values.rows and is_skewed(values.column(place))
    ]
    chosen = found.get(asked.k)
    return {
        "base": _base(values, asked),
        "refused": refused if not found else "",
        "skewed": skewed,
        "numbers": [_number(each, asked) for each in found.values()],
        "chosen": chosen,
        "groups": _groups(chosen, values, asked) if chosen else [],
        "verdict": stability_in_words(chosen.groups.stability)[0] if chosen else "",
        "query": asked.query(asked.k),
    }


def _base(values: Values, asked: Asked) -> str:
    """Whom this is about, and who was left out."""
    one_many = NOUNS[asked.about]
    words = f"Among {counted(len(values.ids), one_many)} with a value for each trait."
    if values.left_out:
        titles = {each.key: each.title for each in values.traits}
        lacking = ", ".join(f"{titles[key]}: {count(number)}" for key, number in values.lacking.items() if number)
        words += f" {counted(values.left_out, one_many)} left out, since a value is not known ({lacking})."
    return words


def _number(found: Found, asked: Asked) -> dict[str, Any]:
    groups = found.groups
    words, _ = stability_in_words(groups.stability)
    return {
        "k": found.k,
        "url": f"?{asked.query(found.k)}#groups",
        "current": found.k == asked.k,
        "silhouette": "–" if groups.silhouette is None else f"{groups.silhouette:.2f}",
        "silhouette_words": silhouette_in_words(groups.silhouette),
        "stability": "–" if groups.stability is None else f"{groups.stability:.2f}",
        "words": words,
        "sizes": ", ".join(count(each) for each in groups.sizes),
    }


def _groups(found: Found, values: Values, asked: Asked) -> list[dict[str, Any]]:
    total = len(values.ids)
    taken = {each.rule.get("key"): each for each in Segment.objects.filter(basis=Segment.Basis.CLUSTER).order_by("pk")}
    return [
        {
            "place": place,
            "profile": f"{profile[:1].upper()}{profile[1:]}",
            "words": f"{counted(size, NOUNS[asked.about])}, {percent(size / total)} of these",
            "named": taken.get(f"{found.key}:{place}"),
        }
        for place, (profile, size) in enumerate(zip(found.profiles, found.groups.sizes, strict=True))
    ]


@login_required
@require_POST
def name_group(request: HttpRequest) -> HttpResponse:
    """Give one of the groups a name: it becomes a segment. The groups are found anew; changed data are said, not hidden."""
    member = _member_who_may(request)
    asked, _ = _asked(request.POST)
    now = timezone.now()
    back = f"{reverse('customers:clusters')}?{asked.query(asked.k)}"
    try:
        values = _values(asked, member, _today(now))
        place = request.POST.get("place", "")
        found = find(values, asked.k, asked.takes_logs) if asked.k and asked.traits else None
        if found is None or not (place.isascii() and place.isdecimal() and len(place) == 1 and int(place) < found.k):
            raise Refusal("This group is not there. Nothing was saved; look for groups again.")
        if request.POST.get("key") != found.key:
            raise Refusal(
                "What we know of these customers has changed since you looked. Nothing was saved; "
                "look at the groups as they are now, then name one."
            )
        rule = frozen(values, found, int(place)) | {"key": f"{found.key}:{place}"}
        made = add_segment(
            request.POST.get("name", ""), member, at=now, basis="cluster", about=asked.about, rule=rule, owner=member
        )
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return HttpResponseRedirect(back)
    messages.success(request, f"“{made.name}” is a segment now. Whoever comes to lie nearest to its middle joins it.")
    return HttpResponseRedirect(made.get_absolute_url())
