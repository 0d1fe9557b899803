"""The period that evidence is looked at for: from one day to another, both included."""

from dataclasses import dataclass
from datetime import date, timedelta

from django import forms

from wellheard.evidence.standards import DEFAULT_EDITION, Edition, editions, get_edition


def last_year(today: date) -> tuple[date, date]:
    """The twelve months that end today: what a yearly audit looks at."""
    try:
        start = today.replace(year=today.year - 1)
    except ValueError:  # 29 February
        start = date(today.year - 1, 2, 28)
    return start + timedelta(days=1), today


class PeriodForm(forms.Form):
    """Edition and period, from the address."""

    edition = forms.ChoiceField(label="Edition", required=False)
    first = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["edition"].choices = [(each.year, each.title) for each in editions().values()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        """A period that ends before it begins is no period."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and first > last:
            self.add_error(
                "last", "This day lies before the first one. Choose a later one; the last twelve months are shown."
            )
        return cleaned


@dataclass(frozen=True)
class Asked:
    """What is looked at: an edition and a period."""

    edition: Edition
    first: date
    last: date

    @property
    def query(self) -> str:
        """As the query string of an address."""
        return f"edition={self.edition.year}&first={self.first.isoformat()}&last={self.last.isoformat()}"


def asked_of(form: PeriodForm, today: date) -> Asked:
    """What the form asks for; where it can't be understood, the last twelve months and the usual edition."""
    given = form.cleaned_data if form.is_valid() else {}
    first, last = last_year(today)
    edition = get_edition(given.get("edition") or DEFAULT_EDITION)
    if edition is None:
        raise LookupError(DEFAULT_EDITION)
    return Asked(edition, given.get("first") or min(first, given.get("last") or first), given.get("last") or last)
