"""Entering volumes: a year of months, a column for each site."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms

from wellheard.core.models import Site
from wellheard.ground.periods import Period, month_of

Cell = tuple[date, Site]
MOST = 10**12


class WholeNumberField(forms.IntegerField):
    """A whole number, however its thousands are parted: 2,020 and 2.020 and 2 020."""

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip()
        if re.fullmatch(r"\d{1,3}([ ,.'\u00a0\u202f]\d{3})+", text):
            text = re.sub(r"\D", "", text)
        return super().to_python(text)


class VolumeYearForm(forms.Form):
    """One field for each month that has ended and each site; an empty one means that the number isn't known."""

    source = forms.CharField(
        label="Where these numbers come from",
        max_length=200,
        required=False,
        help_text="For whoever checks them later: “order report of the ERP”.",
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        what: str,
        months: Sequence[Period],
        sites: Sequence[Site],
        known: Mapping[tuple[date, int], int],
    ) -> None:
        super().__init__(data)
        self.known = known
        self.cells: dict[str, Cell] = {}
        for month in months:
            for site in sites:
                name = f"{month.code}_{site.pk}"
                self.cells[name] = (month.first, site)
                self.fields[name] = WholeNumberField(
                    label=f"{what.capitalize()}, {site.name}, {month}",
                    required=False,
                    min_value=0,
                    max_value=MOST,
                    initial=known.get((month.first, site.pk)),
                    widget=forms.TextInput(attrs={"inputmode": "numeric", "aria-label": f"{site.name}, {month}"}),
                    error_messages={"invalid": "This is not a whole number."},
                )

    def changed(self) -> list[tuple[date, Site, int]]:
        """The numbers that differ from what is known. An emptied field changes nothing: a count isn't unsaid."""
        found = []
        for name, (month, site) in self.cells.items():
            count = self.cleaned_data.get(name)
            if count is not None and count != self.known.get((month, site.pk)):
                found.append((month, site, count))
        return found

    def rows(
        self, months: Sequence[Period], sites: Sequence[Site]
    ) -> list[tuple[Period, list[forms.BoundField | None]]]:
        """The table: each month with its fields, None where the month has not ended."""
        return [
            (month, [self[name] if (name := f"{month.code}_{site.pk}") in self.fields else None for site in sites])
            for month in months
        ]


def months_of(year: int) -> list[Period]:
    january = month_of(date(year, 1, 1))
    return [january.shifted(place) for place in range(12)]
