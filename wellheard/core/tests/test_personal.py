"""What is about a person is in the trail as a salted digest only, whatever the record: the value can be erased."""

import pytest
from django.apps import apps
from django.db import models

from wellheard.core.models import Link, Member, SavedView, TrailEntry
from wellheard.core.records import Record

FREE = {
    # Ours, not about anybody: what it is called, where it leads, which of a few words it is.
    "core.apitoken": {"name"},
    "core.holiday": {"name"},
    "core.importbatch": {"format", "left_out", "created", "verdicts"},
    "core.organisation": {"name", "colour", "mail_from"},
    "core.savedview": {"page"},
    "core.site": {"name", "time_zone", "week", "country", "region"},
    "core.task": {"button", "url", "verb"},
    "core.webhook": {"name", "url", "events", "paused_reason"},
}
PLAIN = {
    "reference",
    "digest",
    "language",
    "default_language",
    "sha256",
    "media_type",
    "content_digest",
    "method",
    "role",
}
WORDS = (models.CharField, models.TextField, models.JSONField)


def test_every_text_of_cores_records_is_personal_or_is_known_not_to_be():
    """A new field is looked at once: is it about a person? Then it belongs into `trail_personal`."""
    open_texts = {
        model._meta.label_lower: sorted(
            field.attname
            for field in model._meta.concrete_fields
            if isinstance(field, WORDS)
            and not field.choices
            and not field.attname.endswith("_kind")
            and field.attname not in model.trail_personal | model.trail_left_out | PLAIN
        )
        for model in apps.get_models()
        if issubclass(model, Record) and model._meta.app_label == "core"
    }

    assert {label: set(names) for label, names in open_texts.items() if names} == FREE


@pytest.mark.parametrize("model", [model for model in apps.get_models() if issubclass(model, Record)])
def test_personal_fields_are_fields(model: type[Record]):
    assert model.trail_personal | model.trail_left_out <= {field.attname for field in model._meta.concrete_fields}


def test_what_a_view_searches_for_and_a_fingerprint_are_not_to_be_read_in_the_trail(
    ana: Member, leipzig, arranging, now
):
    with arranging():
        SavedView(member=ana, page="cases", name="Holzapfel", query="q=Holzapfel").save()
        Link(
            source_kind="core.member",
            source_id=ana.pk,
            target_kind="core.site",
            target_id=leipzig.pk,
            role="works at",
            target_fingerprint=leipzig.fingerprint(),
            made_at=now,
            looked_at=now,
        ).save()

    bodies = "".join(TrailEntry.objects.filter(action="tests.arrange").values_list("body", flat=True))
    assert ("Holzapfel" in bodies, leipzig.fingerprint() in bodies, "works at" in bodies) == (False, False, True)
