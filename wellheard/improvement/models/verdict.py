"""Whether it worked: computed from the series, kept with everything that it was computed from, and signed."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from wellheard.core.errors import Refusal
from wellheard.core.models import Signature
from wellheard.core.records import Record, plain
from wellheard.ground.canonical import canonical, digest
from wellheard.improvement.models.plan import EffectivenessPlan

WORDS = {
    "effective": "It worked.",
    "not_effective": "It did not work.",
    "worse": "It got worse.",
    "cannot_tell": "Cannot tell yet.",
}
TONES = {"effective": "better", "not_effective": "flat", "worse": "worse", "cannot_tell": "wait"}
SIGNED_FIELDS = frozenset({"agrees", "note", "signed_word", "signature_id"})


class Verdict(Record):
    """A computed verdict. Only the signature, with the verifier's agreement or reason, is ever added to it."""

    action = models.ForeignKey("improvement.CorrectiveAction", models.PROTECT, related_name="verdicts")
    plan = models.ForeignKey(EffectivenessPlan, models.PROTECT, related_name="verdicts")
    word = models.CharField(max_length=15, choices=list(WORDS.items()))
    sentence = models.TextField()
    again_on = models.DateField(null=True)
    is_final = models.BooleanField(help_text="the follow-up was over")
    result = models.JSONField(help_text="the whole verdict, with its inputs, as an auditor recomputes it")
    input_digest = models.CharField(
        max_length=64, help_text="of what it was computed from, without the day of computing"
    )
    result_digest = models.CharField(max_length=64)
    engine = models.PositiveSmallIntegerField()
    code_version = models.CharField(max_length=40)
    computed_at = models.DateTimeField()

    agrees = models.BooleanField(null=True, help_text="what the verifier said")
    note = models.TextField(blank=True, help_text="the verifier's reason")
    signed_word = models.CharField(max_length=15, blank=True, help_text="the word that stands since the signature")
    signature = models.OneToOneField(Signature, models.PROTECT, null=True, related_name="+")

    # The trail keeps the digest, which the row must match; the numbers themselves would fill pages of it.
    trail_left_out = frozenset({"result"})
    fingerprint_fields: ClassVar = ("word", "signed_word", "result_digest")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(signature__isnull=True) | (Q(agrees__isnull=False) & ~Q(signed_word="")),
                name="a_signature_says_what_stands",
            ),
        ]
        indexes = [models.Index(fields=["action", "computed_at"], name="verdict_of_action")]

    def __str__(self) -> str:
        return f"{self.words} ({self.action.reference})"

    def get_absolute_url(self) -> str:
        return reverse("improvement:verdict", args=[self.action_id])

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A verdict is not rewritten: a signature may be added, once."""
        if self._loaded is not None:
            now = self.values_for_trail()
            changed = {name for name, value in self._loaded.items() if now.get(name) != value}
            if self._loaded.get("signature_id") is not None or not changed <= SIGNED_FIELDS:
                raise Refusal("A verdict is not changed once it is computed and signed. Compute a new one instead.")
        super().save(*args, **kwargs)

    @property
    def stands(self) -> str:
        """The word that counts: the computed one, unless the verifier signed otherwise."""
        return self.signed_word or self.word

    @property
    def words(self) -> str:
        """“It worked.”"""
        return WORDS[self.stands]

    @property
    def tone(self) -> str:
        return TONES[self.stands]

    @property
    def is_signed(self) -> bool:
        return self.signature_id is not None

    @property
    def is_overruled(self) -> bool:
        return self.agrees is False

    def shown(self, *, agrees: bool, note: str) -> str:
        """The exact text of what a verifier sees and signs."""
        return canonical(
            {
                "action": self.action.reference,
                "plan": self.plan.digest,
                "word": self.word,
                "sentence": self.sentence,
                "result": self.result_digest,
                "agrees": agrees,
                "note": note,
            }
        )

    @property
    def is_intact(self) -> bool:
        """Does the row still hold what was computed, and does the signature belong to it?"""
        if digest_of(self.result) != self.result_digest:
            return False
        signed = self.signature
        return signed is None or signed.content_digest == digest(self.shown(agrees=bool(self.agrees), note=self.note))


def digest_of(result: Any) -> str:
    """The digest of a result or of its inputs; floats count as Python writes them."""
    return digest(canonical(plain(result)))
