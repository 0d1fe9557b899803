"""What people type about the organisation's own fields."""

from typing import Any

from django import forms

from wellheard.customers.models import CustomField


class FieldForm(forms.Form):
    """A field of the organisation's own."""

    about = forms.ChoiceField(label="On", choices=[("account", "accounts"), ("person", "people")])
    name = forms.CharField(max_length=100, help_text="As it stands on the forms: “Customer number”.")
    value_type = forms.ChoiceField(
        label="What is written there",
        choices=CustomField.Value.choices,
        help_text="It stays so: another type is another field.",
    )
    choices = forms.CharField(
        required=False,
        max_length=20_000,
        label="What there is to choose",
        help_text="One a line. Only for “one of several”.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    help_words = forms.CharField(required=False, max_length=300, label="Help", help_text="A line below its name.")
    position = forms.IntegerField(
        required=False, min_value=0, max_value=100_000, label="Place", help_text="Lower numbers come first."
    )

    def __init__(self, *args: Any, field: CustomField | None = None, **kwargs: Any) -> None:
        if field is not None:
            kwargs["initial"] = {
                "name": field.name,
                "choices": "\n".join(field.choices),
                "help_words": field.help_words,
                "position": field.position,
            }
        super().__init__(*args, **kwargs)
        if field is not None:
            del self.fields["about"]
            del self.fields["value_type"]
            if field.value_type != CustomField.Value.CHOICE:
                del self.fields["choices"]
