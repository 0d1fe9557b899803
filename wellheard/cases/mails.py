"""What we write to customers: subject and text, in their language, each with the address of their own page."""

import re
from collections.abc import Sequence

from wellheard.cases.models import Case
from wellheard.cases.texts import kind_words, moment_words, say
from wellheard.core.models.organisation import Organisation

Mail = tuple[str, str]
LONGEST_NAME = 60
LINK = re.compile(r"[/@<>]|www\.|\w\.[a-z]{2,}")


def receipt(case: Case) -> Mail:
    """At once, by itself, for whoever used the form: the reference, the two deadlines, the address of the page."""
    language, zone = case.language, case.site.zone
    promise = say(
        language,
        "receipt_promise",
        acknowledge_due=moment_words(case.acknowledge_due, zone, language),
        answer_due=moment_words(case.answer_due, zone, language),
    )
    body = [_greeting(case), _about(case, "receipt"), promise, *_where_it_stands(case), Organisation.current().name]
    return _about(case, "receipt_subject"), "\n\n".join(body)


def acknowledgement(case: Case, words: str) -> Mail:
    """From a person: who looks after it, until when we answer, what the answer will say, where to look meanwhile."""
    language, zone = case.language, case.site.zone
    received = moment_words(case.received_at, zone, language)
    promise = say(language, "acknowledgement_promise", answer_due=moment_words(case.answer_due, zone, language))
    body = [
        _greeting(case),
        _about(case, "acknowledgement", received=received),
        words,
        promise,
        *_where_it_stands(case),
        _sender(case),
    ]
    return _about(case, "acknowledgement_subject"), "\n\n".join(part for part in body if part)


def answer_words(case: Case) -> str:
    """Our answer with what was decided: the history keeps both whole, whatever a later answer says."""
    return "\n\n".join(part for part in (case.answer_text, _remedies(case.language, case.remedies)) if part)


def answer(case: Case) -> Mail:
    """What we decided, and how to say that it is settled or not."""
    body = [
        _greeting(case),
        case.answer_text,
        _remedies(case.language, case.remedies),
        say(case.language, "answer_after", url=case.status_url),
        _sender(case),
    ]
    return _about(case, "answer_subject"), "\n\n".join(part for part in body if part)


def message(case: Case, words: str) -> Mail:
    """A message in between."""
    body = [_greeting(case), words, say(case.language, "message_after", url=case.status_url), _sender(case)]
    return _about(case, "message_subject"), "\n\n".join(body)


def _about(case: Case, key: str, **values: str) -> str:
    kind = kind_words(case.kind_of_case, case.language)
    return say(case.language, key, kind=kind, reference=case.reference, owner=case.owner.name, **values)


def _greeting(case: Case) -> str:
    name = " ".join(case.contact_name.split())
    if name and _is_a_name(name):
        return say(case.language, "greeting", name=name)
    return say(case.language, "greeting_nobody")


def _is_a_name(text: str) -> bool:
    """The form is open to all and mails whatever address was typed: our mail must carry no stranger's message or link."""
    return len(text) <= LONGEST_NAME and LINK.search(text) is None


def _where_it_stands(case: Case) -> list[str]:
    return [say(case.language, "status_link", url=case.status_url), say(case.language, "status_after")]


def _sender(case: Case) -> str:
    return say(case.language, "sender", owner=case.owner.name, organisation=Organisation.current().name)


def _remedies(language: str, remedies: Sequence[dict[str, str]]) -> str:
    if not remedies:
        return ""
    lines = []
    for each in remedies:
        when = each.get("when", "")
        key = "remedy_when" if when else "remedy"
        lines.append(say(language, key, asked=each["asked"], decided=each["decided"], when=when))
    return "\n".join([say(language, "remedies"), *lines])
