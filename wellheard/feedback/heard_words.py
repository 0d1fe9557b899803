"""Words that one of us heard in a conversation become a statement: with one click, once, linked both ways."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.urls import reverse

from wellheard.core.actors import Actor
from wellheard.core.records import kind_of
from wellheard.customers.models import Conversation, HeardWords
from wellheard.customers.words_offers import Made, WordsOffer, register_words_offer
from wellheard.feedback.actions import hear
from wellheard.feedback.models import Source, Statement

SOURCES = {
    Conversation.How.CALL: Source.PHONE,
    Conversation.How.VISIT: Source.VISIT,
    Conversation.How.MEETING: Source.MEETING,
    Conversation.How.MAIL: Source.MAIL,
    Conversation.How.LETTER: Source.LETTER,
    Conversation.How.CHAT: Source.CHAT,
}


def hear_words(words: HeardWords, by: Actor, *, at: datetime) -> Statement:
    """The words as a statement, heard when the conversation was, typed when it was typed; the one there is, when asked again."""
    conversation = words.conversation
    return hear(
        words.words,
        by,
        at=at,
        source=SOURCES.get(Conversation.How(conversation.how), Source.OTHER),
        heard_at=conversation.happened_at,
        typed_at=conversation.typed_at,
        person=words.person,
        account=conversation.account,
        site=conversation.site,
        language=words.language,
        origin=words,
    )


def made(words: Sequence[HeardWords], actor: Actor | None) -> Mapping[int, Made]:
    """The statements that these words are already, as far as the actor may see where."""
    rows = Statement.objects.filter(origin_kind=kind_of(HeardWords), origin_id__in=[each.pk for each in words])
    found = {each.origin_id: each for each in rows.order_by("pk")}
    seen = (
        set(
            Statement.objects.visible_to(actor)
            .filter(pk__in=[each.pk for each in found.values()])
            .values_list("pk", flat=True)
        )
        if actor is not None and found
        else set()
    )
    return {
        pk: Made(each.reference, each.get_absolute_url() if each.pk in seen else "")
        for pk, each in found.items()
        if pk is not None
    }


def url_for(words: HeardWords) -> str:
    """Where the click goes."""
    return reverse("feedback:hear-words", args=[words.pk])


def register() -> None:
    """Put the button beside what was heard."""
    register_words_offer(WordsOffer("Keep it as feedback", url_for, "feedback.hear", made))
