"""A complaint that nobody signed is handled to its end all the same."""

from datetime import datetime

from wellheard.cases.actions import acknowledge, answer, assess, close, open_case
from wellheard.cases.models import Case
from wellheard.core.models import Member, OutboxMessage, Site


def test_a_case_of_somebody_unknown_goes_to_its_end_and_mails_nobody(ben: Member, leipzig: Site, now: datetime):
    case = open_case("It came late", ben, at=now, site=leipzig, words="It came late.", owner=ben)

    acknowledge(case, ben, at=now, how="nobody")
    assess(case, ben, at=now, severity=1)
    answer(case, ben, at=now, finding="upheld", text="They were right.", how="nobody")
    close(case, ben, at=now, outcome="no_word")

    said = list(Case.objects.get().entries.order_by("pk").values_list("summary", flat=True))
    assert any(each.startswith("acknowledged it without being able to tell them") for each in said)
    assert (Case.objects.get().status, OutboxMessage.objects.count()) == ("closed", 0)
