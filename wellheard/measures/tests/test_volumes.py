"""Volumes: entered once a month and site, corrected in the open, and summed only when whole."""

from datetime import date

import pytest

from wellheard.core.errors import NotAllowed, Refusal
from wellheard.core.models import TrailEntry
from wellheard.measures.actions import count_volume
from wellheard.measures.models import VolumeCount

OCTOBER = date(2026, 10, 1)


def test_a_volume_is_counted_for_the_month_of_any_day(ana, leipzig, now):
    volume = count_volume(" Orders", date(2026, 10, 14), 2020, ana, at=now, site=leipzig, source="ERP")

    assert (volume.what, volume.month, volume.count, volume.source) == ("orders", OCTOBER, 2020, "ERP")
    assert str(volume) == "2,020 orders, Leipzig, October 2026"


def test_counting_again_corrects_and_the_trail_keeps_both(ana, leipzig, now):
    count_volume("orders", OCTOBER, 2020, ana, at=now, site=leipzig, source="ERP")
    count_volume("orders", OCTOBER, 2002, ana, at=now, site=leipzig)

    entries = TrailEntry.objects.filter(action="measures.count_volume").order_by("seq")
    assert list(VolumeCount.objects.values_list("count", "source")) == [(2002, "ERP")]
    assert [entry.did for entry in entries] == ["created", "changed"]
    assert '"count":[2020,2002]' in entries[1].body


def test_the_running_month_is_refused(ana, leipzig, now):
    with pytest.raises(Refusal, match="November 2026 has not ended yet"):
        count_volume("orders", date(2026, 11, 1), 5, ana, at=now, site=leipzig)


@pytest.mark.parametrize(("what", "count", "field"), [("  ", 5, "what"), ("orders", -1, "count")])
def test_nonsense_is_refused_at_its_field(ana, leipzig, now, what, count, field):
    with pytest.raises(Refusal) as refused:
        count_volume(what, OCTOBER, count, ana, at=now, site=leipzig)

    assert refused.value.field == field
    assert not VolumeCount.objects.exists()


def test_a_stranger_may_not_count(dan, leipzig, now):
    with pytest.raises(NotAllowed):
        count_volume("orders", OCTOBER, 5, dan, at=now, site=leipzig)

    assert not VolumeCount.objects.exists()


def test_a_month_counts_only_when_every_site_has_its_number(ana, leipzig, lyon, now):
    for month, count in ((8, 100), (9, 110), (10, 120)):
        count_volume("orders", date(2026, month, 1), count, ana, at=now, site=leipzig)
    count_volume("orders", date(2026, 9, 1), 40, ana, at=now, site=lyon)

    volumes = VolumeCount.objects.by_month("orders", date(2026, 7, 1), OCTOBER)
    at_leipzig = VolumeCount.objects.by_month("orders", date(2026, 7, 1), OCTOBER, leipzig.pk)

    # Lyon began in September and has not said October yet.
    assert volumes == {date(2026, 8, 1): 100, date(2026, 9, 1): 150}
    assert at_leipzig == {date(2026, 8, 1): 100, date(2026, 9, 1): 110, OCTOBER: 120}
    assert VolumeCount.objects.kinds() == ["orders"]
