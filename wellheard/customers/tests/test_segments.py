"""Segments: rules that are checked and read, memberships that follow, and what stays of the past."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import Member, Organisation, Site, TrailEntry
from wellheard.customers.actions import (
    add_account,
    add_person,
    add_segment,
    change_account,
    change_segment,
    define_field,
    put_into_segment,
    retire_segment,
    set_tags,
    take_out_of_segment,
    use_segment_again,
)
from wellheard.customers.actions import segments as segment_actions
from wellheard.customers.models import Account, Segment, SegmentMembership, SegmentRun
from wellheard.customers.segmenting.membership import KnownMemberships, members_of, segments_at
from wellheard.customers.segmenting.rules import as_stored, fitting, read_rule
from wellheard.customers.segmenting.running import renew, renew_all
from wellheard.customers.segmenting.sentences import rule_in_words, segment_in_words
from wellheard.customers.traits import Traits

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
Fits = Callable[..., list[str]]


def rule(*conditions: Any, match: str = "all") -> dict[str, Any]:
    return {"match": match, "conditions": list(conditions)}


def of(trait: str, how: str, value: Any = None) -> dict[str, Any]:
    return {"trait": trait, "is": how} if value is None else {"trait": trait, "is": how, "value": value}


@pytest.fixture
def accounts(ana: Member, ben: Member, leipzig: Site, lyon: Site, organisation: Organisation, now: datetime) -> None:
    add_account(
        "Grün & Söhne", ana, at=now, site=leipzig, owner=ben, city="Halle", country="DE", since=date(2019, 3, 1),
        tags=["größe l", "vip"], industry="Landscaping",
    )  # fmt: skip
    add_account("Jardins", ana, at=now, site=lyon, city="Lyon", country="FR", since=date(2026, 11, 10), tags=["vip"])
    add_account("Nobody", ana, at=now)


@pytest.fixture
def fits(accounts: None, now: datetime) -> Fits:
    """The names of the accounts for which a rule holds."""

    def names(*conditions: Any, match: str = "all") -> list[str]:
        read = read_rule(rule(*conditions, match=match), Traits("account"))
        return list(fitting(read, "account", now).order_by("name").values_list("name", flat=True))

    return names


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (of("country", "one_of", ["DE"]), ["Grün & Söhne"]),
        (of("country", "one_of", ["DE", "FR"]), ["Grün & Söhne", "Jardins"]),
        (of("country", "none_of", ["DE"]), ["Jardins", "Nobody"]),
        (of("country", "unknown"), ["Nobody"]),
        (of("country", "known"), ["Grün & Söhne", "Jardins"]),
        (of("city", "is", "halle"), ["Grün & Söhne"]),
        (of("city", "is_not", "halle"), ["Jardins", "Nobody"]),
        (of("city", "contains", "y"), ["Jardins"]),
        (of("city", "begins", "Ha"), ["Grün & Söhne"]),
        (of("name", "contains", "100%"), []),
        (of("tags", "holds", "größe l"), ["Grün & Söhne"]),
        (of("tags", "holds", "größe"), []),
        (of("tags", "holds_not", "vip"), ["Nobody"]),
        (of("since", "within_days", 10), ["Jardins"]),
        (of("since", "longer_ago", 10), ["Grün & Söhne"]),
        (of("since", "before", "2026-11-10"), ["Grün & Söhne"]),
        (of("since", "after", "2026-11-09"), ["Jardins"]),
        (of("since", "unknown"), ["Nobody"]),
        (of("since_days", "at_most", 6), ["Jardins"]),
        (of("since_days", "between", [7, 10_000]), ["Grün & Söhne"]),
        (of("since_days", "equals", 6), ["Jardins"]),
        (of("lifecycle_since", "within_days", 0), ["Grün & Söhne", "Jardins", "Nobody"]),
        (of("lifecycle_since", "after", "2026-11-16"), []),
        (of("lifecycle_since", "before", "2026-11-16"), []),
        (of("owner", "unknown"), ["Jardins", "Nobody"]),
        (of("lifecycle", "one_of", ["lost"]), []),
        (of("part_of_group", "no"), ["Grün & Söhne", "Jardins", "Nobody"]),
        (of("people", "equals", 0), ["Grün & Söhne", "Jardins", "Nobody"]),
        (of("has_email", "yes"), []),
        (of("role.buyer", "no"), ["Grün & Söhne", "Jardins", "Nobody"]),
    ],
)
def test_a_condition_holds_for_those_it_speaks_of(condition: dict[str, Any], expected: list[str], fits: Fits):
    assert fits(condition) == expected


def test_all_any_and_a_group_within(fits: Fits):
    lyon, vip = of("city", "is", "Lyon"), of("tags", "holds", "vip")

    assert fits(lyon, vip) == ["Jardins"]
    assert fits(lyon, of("city", "is", "Halle"), match="any") == ["Grün & Söhne", "Jardins"]
    assert fits(vip, rule(lyon, of("city", "unknown"), match="any")) == ["Jardins"]


def test_ways_to_reach_and_people_are_counted(fits: Fits, ana: Member, now: datetime):
    jardins = Account.objects.get(name="Jardins")
    add_person("Chloé", ana, at=now, email="chloe@jardins.example", account=jardins)
    add_person("Marc", ana, at=now, account=jardins)

    assert fits(of("people", "at_least", 2)) == ["Jardins"]
    assert fits(of("has_email", "yes")) == ["Jardins"]
    assert fits(of("has_phone", "yes")) == []


@pytest.mark.parametrize(
    ("value_type", "value", "condition", "choices"),
    [
        ("text", "über 50 %", ("contains", "50 %"), []),
        ("number", 12.5, ("at_least", 12), []),
        ("number", 1200, ("between", [1000, 1200]), []),
        ("date", "2026-11-01", ("within_days", 30), []),
        ("date", "2026-11-01", ("before", "2026-11-02"), []),
        ("choice", "Größe L", ("one_of", ["Größe L"]), ["Größe L", "M"]),
        ("yes_no", True, ("yes", None), []),
    ],
)
def test_own_fields_of_each_type_are_traits(
    value_type: str, value: Any, condition: tuple[str, Any], choices: list[str], fits: Fits, ana: Member, admin: Member,
    now: datetime,
):  # fmt: skip
    field = define_field("account", "Extra", value_type, admin, at=now, choices=choices)
    change_account(Account.objects.get(name="Jardins"), ana, at=now, custom={field.key: value})

    assert fits(of(f"custom.account.{field.key}", *condition)) == ["Jardins"]
    assert fits(of(f"custom.account.{field.key}", "no" if value_type == "yes_no" else "unknown")) == [
        "Grün & Söhne",
        "Nobody",
    ]


def test_a_rule_is_read_as_a_sentence(accounts: None):
    traits = Traits("account")
    both = rule(of("country", "one_of", ["DE", "FR"]), of("people", "at_least", 1_200))
    either = rule(
        of("tags", "holds", "vip"), rule(of("city", "is", "Lyon"), of("has_email", "no"), match="all"), match="any"
    )

    assert [rule_in_words(read_rule(each, traits), traits) for each in (both, either)] == [
        "Accounts in Germany or France whose number of people we know is at least 1,200",
        "Accounts tagged “vip” or (whose city is “Lyon” and without an e-mail address)",
    ]


def test_what_is_kept_is_what_was_read(accounts: None):
    traits = Traits("account")
    stored = rule(of("people", "between", ["1", "2,5"]), rule(of("city", "is", " Lyon "), match="any"))

    kept = as_stored(read_rule(stored, traits))

    assert kept == rule(of("people", "between", [1, 2.5]), rule(of("city", "is", "Lyon"), match="any"))
    assert as_stored(read_rule(kept, traits)) == kept


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (None, "A rule is a list of conditions"),
        ([], "A rule is a list of conditions"),
        ({"match": "all", "conditions": []}, "There is no condition yet"),
        (rule(match="some"), "Either all of the conditions hold, or any"),
        ({"match": "all", "conditions": "x", "more": 1}, "A rule has no “more”"),
        (rule(rule()), "There is a group without a condition"),
        (rule(rule(rule(of("city", "is", "Lyon")))), "A group can hold no further group"),
        (rule(of("shoe size", "is", "9")), "Nothing is known of accounts under the name “shoe size”"),
        (rule(of("city", "at_least", 3)), "“city” can’t be compared like that"),
        (rule(of("people", "at_least", "many")), "needs a number, and “many” is none"),
        (rule(of("people", "at_least", "NaN")), "needs a number"),
        (rule(of("people", "at_least", "1e400")), "needs a number"),
        (rule(of("people", "at_least", True)), "needs a number"),
        (rule(of("people", "between", [5, 3])), "can’t lie between 5 and 3"),
        (rule(of("people", "between", [5])), "needs two numbers"),
        (rule(of("since", "before", "2026-02-30")), "needs a day"),
        (rule(of("since", "within_days", 1.5)), "needs a number of days"),
        (rule(of("since", "within_days", 10**9)), "needs a number of days"),
        (rule(of("country", "one_of", ["XX"])), "has no value “XX”"),
        (rule(of("country", "one_of", [])), "needs at least one value"),
        (rule(of("city", "is", "x" * 201)), "200 characters at most"),
        (rule(of("city", "is", "\x00 ")), "needs some words"),
        (rule(*[of("city", "is", "x")] * 21), "A group can hold"),
        (rule({"trait": "city", "is": "is", "value": "x", "evil": 1}), "A condition has no “evil”"),
        (rule("city"), "A condition says which trait"),
    ],
)
def test_what_can_never_hold_is_refused_with_a_reason(bad: Any, why: str, ana: Member, accounts: None, now: datetime):
    with pytest.raises(Refusal, match=why):
        read_rule(bad, Traits("account"))
    with pytest.raises(Refusal):
        add_segment("Bad", ana, at=now, basis="rule", rule=bad)

    assert not Segment.objects.exists()


def test_a_segment_by_a_rule_has_its_members_at_once_and_leaves_a_trail(accounts: None, ana: Member, now: datetime):
    segment = add_segment("VIP", ana, at=now, basis="rule", rule=rule(of("tags", "holds", "vip")))

    assert [each.name for each in members_of(segment)] == ["Grün & Söhne", "Jardins"]
    assert segment_in_words(segment) == "Accounts tagged “vip”."
    run = SegmentRun.objects.get()
    assert (run.members, run.joined, run.left) == (2, 2, 0)
    actions = TrailEntry.objects.filter(action__contains="segment").order_by("seq").values_list("action", flat=True)
    assert list(actions) == ["customers.add_segment", "customers.renew_segment", "customers.renew_segment"]


def test_who_no_longer_fits_leaves_and_any_past_day_can_be_read(accounts: None, ana: Member, now: datetime):
    segment = add_segment("VIP", ana, at=now, basis="rule", rule=rule(of("tags", "holds", "vip")))
    jardins, nobody = Account.objects.get(name="Jardins"), Account.objects.get(name="Nobody")
    set_tags(jardins, [], ana, at=now + DAY)
    set_tags(nobody, ["vip"], ana, at=now + DAY)

    run = renew(segment, ana, at=now + 2 * DAY)
    again = renew(segment, ana, at=now + 3 * DAY)

    assert ((run.members, run.joined, run.left), (again.members, again.joined, again.left)) == ((2, 1, 1), (2, 0, 0))
    assert [each.name for each in members_of(segment)] == ["Grün & Söhne", "Nobody"]
    assert [each.name for each in members_of(segment, now + DAY)] == ["Grün & Söhne", "Jardins"]
    assert list(members_of(segment, now - DAY)) == []


def test_another_rule_has_other_members_at_once(accounts: None, ana: Member, now: datetime):
    segment = add_segment("VIP", ana, at=now, basis="rule", rule=rule(of("tags", "holds", "vip")))

    change_segment(segment, ana, at=now + DAY, rule=rule(of("city", "is", "Lyon")), name="In Lyon")

    assert [each.name for each in members_of(segment)] == ["Jardins"]
    assert (segment.name, segment_in_words(segment)) == ("In Lyon", "Accounts whose city is “Lyon”.")


def test_a_rule_about_people(ana: Member, organisation: Organisation, now: datetime):
    add_person("Cleo", ana, at=now, email="cleo@example.org", language="de")
    add_person("Marc", ana, at=now)
    stored = rule(of("language", "one_of", ["de"]), of("acts_as.buyer", "no"))

    segment = add_segment("Germans", ana, at=now, basis="rule", about="person", rule=stored)

    assert [each.name for each in members_of(segment)] == ["Cleo"]
    assert segment_in_words(segment) == "People that speak German and without the role of a buyer."


def test_the_segment_on_the_account_is_a_membership(accounts: None, ana: Member, now: datetime):
    towns, firms = (add_segment(name, ana, at=now) for name in ("Towns", "Firms"))
    jardins = Account.objects.get(name="Jardins")

    change_account(jardins, ana, at=now + DAY, segment=towns)
    put_into_segment(firms, Account.objects.get(name="Nobody"), ana, at=now + DAY)
    change_account(jardins, ana, at=now + 2 * DAY, segment=firms)
    change_account(jardins, ana, at=now + 3 * DAY, city="Villeurbanne")

    rows = SegmentMembership.objects.filter(account=jardins).order_by("since")
    assert [(each.segment, each.since - now, each.until and each.until - now) for each in rows] == [
        (towns, DAY, 2 * DAY),
        (firms, 2 * DAY, None),
    ]
    assert [each.name for each in members_of(firms)] == ["Jardins", "Nobody"]
    change_account(jardins, ana, at=now + 4 * DAY, segment=None)
    assert [each.name for each in members_of(firms)] == ["Nobody"]


def test_a_look_by_hand_takes_in_accounts_from_before_and_keeps_those_put_in(
    accounts: None, ana: Member, arranging: Any, now: datetime
):
    towns = add_segment("Towns", ana, at=now)
    jardins, nobody = Account.objects.get(name="Jardins"), Account.objects.get(name="Nobody")
    put_into_segment(towns, nobody, ana, at=now)
    with arranging():
        jardins.segment = towns
        jardins.save()

    first, second = renew(towns, ana, at=now), renew(towns, ana, at=now + DAY)

    assert (first.joined, second.joined, second.left, second.members) == (1, 0, 0, 2)


def test_nobody_is_put_by_hand_where_a_rule_decides(accounts: None, ana: Member, now: datetime):
    segment = add_segment("VIP", ana, at=now, basis="rule", rule=rule(of("tags", "holds", "vip")))
    nobody = Account.objects.get(name="Nobody")

    with pytest.raises(Refusal, match="decided by a rule, not by hand"):
        put_into_segment(segment, nobody, ana, at=now)
    with pytest.raises(Refusal, match="decided by a rule, not by hand"):
        change_account(nobody, ana, at=now, segment=segment)
    nobody.refresh_from_db()
    assert nobody.segment is None


def test_put_in_and_taken_out_twice_is_once(accounts: None, ana: Member, now: datetime):
    towns = add_segment("Towns", ana, at=now)
    nobody = Account.objects.get(name="Nobody")

    for moment in (now, now + DAY):
        put_into_segment(towns, nobody, ana, at=moment)
    for moment in (now + 2 * DAY, now + 3 * DAY):
        take_out_of_segment(towns, nobody, ana, at=moment)

    (row,) = SegmentMembership.objects.all()
    assert (row.since, row.until) == (now, now + 2 * DAY)


def test_a_retired_segment_keeps_its_history(accounts: None, ana: Member, now: datetime):
    segment = add_segment("VIP", ana, at=now, basis="rule", rule=rule(of("tags", "holds", "vip")))

    retire_segment(segment, ana, at=now + DAY)

    assert list(members_of(segment)) == []
    assert len(members_of(segment, now)) == 2
    with pytest.raises(Refusal, match="no longer used"):
        renew(segment, ana, at=now + 2 * DAY)
    assert renew_all(ana, at=now + 2 * DAY) == {}
    use_segment_again(segment, ana, at=now + 3 * DAY)
    assert len(members_of(segment)) == 2


def test_a_segment_that_accounts_have_as_their_own_is_not_retired(accounts: None, ana: Member, now: datetime):
    towns = add_segment("Towns", ana, at=now)
    change_account(Account.objects.get(name="Nobody"), ana, at=now, segment=towns)

    with pytest.raises(Refusal, match="One account has “Towns” as their own segment"):
        retire_segment(towns, ana, at=now)


def test_names_are_given_once_whatever_their_case(ana: Member, accounts: None, now: datetime):
    towns = add_segment(" Towns ", ana, at=now)

    assert add_segment("towns", ana, at=now) == towns
    with pytest.raises(Refusal, match="There is a segment “Towns” already"):
        add_segment("TOWNS", ana, at=now, basis="rule", rule=rule(of("city", "is", "Lyon")))
    with pytest.raises(Refusal, match="needs a name"):
        add_segment("  ", ana, at=now)
    with pytest.raises(Refusal, match="100 is the most"):
        add_segment("x" * 101, ana, at=now)


def test_only_those_who_define_segments_may(ben: Member, auditor: Member, ana: Member, accounts: None, now: datetime):
    towns = add_segment("Towns", ana, at=now)
    for member in (ben, auditor):
        for write in (
            lambda member=member: add_segment("More", member, at=now),
            lambda member=member: change_segment(towns, member, at=now, name="More"),
            lambda member=member: renew(towns, member, at=now),
            lambda member=member: retire_segment(towns, member, at=now),
        ):
            with pytest.raises(NotAllowed):
                write()


def test_the_names_that_are_frozen_are_those_of_that_moment(accounts: None, ana: Member, now: datetime):
    towns = add_segment("Towns", ana, at=now)
    jardins = Account.objects.get(name="Jardins")
    change_account(jardins, ana, at=now + DAY, segment=towns)
    segment = add_segment("VIP", ana, at=now + 2 * DAY, basis="rule", rule=rule(of("tags", "holds", "vip")))
    retire_segment(segment, ana, at=now + 4 * DAY)
    moments = (None, now + DAY, now + 3 * DAY, now + 5 * DAY)

    known = KnownMemberships(accounts=[jardins.pk])

    assert [segments_at(jardins, None, each) for each in moments] == [["Towns"], ["Towns"], ["Towns", "VIP"], ["Towns"]]
    assert [list(known.names(jardins.pk, None, each)) for each in moments if each] == [
        ["Towns"],
        ["Towns", "VIP"],
        ["Towns"],
    ]
    assert segments_at(None, None) == []


def test_what_was_heard_before_we_knew_a_customer_belongs_to_what_they_are_first(
    ana: Member, accounts: None, now: datetime
):
    towns = add_segment("Towns", ana, at=now)
    halle = add_account("Stadt Halle", ana, at=now, segment=towns)

    assert segments_at(halle, None, now - 3 * DAY) == ["Towns"]
    assert KnownMemberships(accounts=[halle.pk]).names(halle.pk, None, now - 3 * DAY) == ("Towns",)


def test_a_frozen_membership_costs_one_query(
    accounts: None, ana: Member, now: datetime, django_assert_num_queries: Any
):
    towns = add_segment("Towns", ana, at=now)
    halle = add_account("Stadt Halle", ana, at=now, segment=towns)
    cleo = add_person("Cleo", ana, at=now, account=halle)

    with django_assert_num_queries(1):
        assert segments_at(halle, cleo, now) == ["Towns"]


def test_a_name_that_is_taken_at_the_same_moment_is_no_other_segment(
    accounts: None, ana: Member, now: datetime, monkeypatch: pytest.MonkeyPatch
):
    real = segment_actions._rule
    taken: list[str] = []

    def meddling(segment: Segment, given: Any) -> dict[str, Any]:
        if not taken:
            taken.append(segment.name)
            add_segment(segment.name, ana, at=now)
        return real(segment, given)

    monkeypatch.setattr(segment_actions, "_rule", meddling)

    with pytest.raises(Refusal, match="already"):
        add_segment("Keen", ana, at=now, basis="rule", rule=rule(of("country", "one_of", ["DE"])))
