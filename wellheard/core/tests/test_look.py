"""Numbers, dates, positions and form fields as the components show them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django import forms
from django.template import Template, TemplateSyntaxError
from django.template.context import Context
from django.test import RequestFactory
from django.utils import timezone

from wellheard.core.templatetags import look, ruler, words

pytestmark = pytest.mark.pages


def draw(source: str, **context: Any) -> str:
    """A piece of a template, compiled as the loader compiles the components."""
    from django_cotton.compiler_regex import CottonCompiler

    return Template(CottonCompiler().process(source)).render(Context(context))


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (1280, 0, "1,280"),
        (-12.4, 0, "−12"),
        (-0.4, 0, "0"),
        (2.5, 0, "3"),
        (4.75, 1, "4.8"),
        (None, 0, ""),
        ("41", 0, ""),
        (True, 0, ""),
        (float("nan"), 0, ""),
    ],
)
def test_a_number_has_a_true_minus_its_thousands_apart_and_no_minus_zero(value: object, decimals: int, shown: str):
    assert words.number(value, decimals) == shown


def test_counts_and_shares_carry_their_noun_or_unit():
    found = [words.counted(1, "answer,answers"), words.counted(1280, "answer,answers"), words.percent(0.874)]
    found += [words.plural_words(5, "thing,things"), words.plural_words(0, "thing,things"), words.in_words(13)]

    assert found == ["1 answer", "1,280 answers", "87\u00a0%", "five things", "no things", "13"]


NOW = datetime(2026, 11, 19, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 19, 14, 0, tzinfo=UTC), "today, 14:00"),
        (datetime(2026, 11, 20, 16, 30, tzinfo=UTC), "tomorrow, 16:30"),
        (datetime(2026, 11, 18, 0, 5, tzinfo=UTC), "yesterday, 00:05"),
        (datetime(2026, 11, 16, 16, 30, tzinfo=UTC), "Monday 16 November, 16:30"),
        (datetime(2026, 11, 12, 9, 0, tzinfo=UTC), "Thursday 12 November, 09:00"),
        (datetime(2026, 11, 11, 9, 0, tzinfo=UTC), "11 November, 09:00"),
        (datetime(2027, 1, 4, 9, 0, tzinfo=UTC), "Monday 4 January 2027, 09:00"),
        (datetime(2025, 12, 31, 9, 0, tzinfo=UTC), "31 December 2025, 09:00"),
    ],
)
def test_a_moment_is_said_in_words_with_the_year_only_where_it_is_another(moment: datetime, said: str):
    assert words.moment_in_words(moment, NOW) == said


def test_a_moment_is_said_in_the_readers_zone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)

    with timezone.override("Asia/Tokyo"):
        late_evening = words.when(datetime(2026, 11, 19, 16, 30, tzinfo=UTC))
    with timezone.override("Europe/Berlin"):
        same_in_berlin = words.when(datetime(2026, 11, 19, 16, 30, tzinfo=UTC))

    assert [late_evening, same_in_berlin] == ["tomorrow, 01:30", "today, 17:30"]


def test_a_day_stays_a_day_whatever_the_zone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)

    with timezone.override("Pacific/Kiritimati"):
        assert [words.when(date(2026, 11, 19)), words.iso(date(2026, 11, 19))] == ["yesterday", "2026-11-19"]


# ---- the ruler ----------------------------------------------------------------------------------------------------
def test_a_ruler_places_value_interval_and_last_value_in_per_cent():
    drawn = ruler.ruler(41, 35, 47, -100, 100, was=38)

    assert drawn is not None
    assert (drawn.needle.at, drawn.band_from, drawn.band_width) == ("70.50%", "67.50%", "6.00%")
    assert drawn.notes == [ruler.Mark("69.00%", "before 38", "middle")]
    assert [mark.words for mark in drawn.ticks if mark.is_major] == ["−100", "−50", "0", "50", "100"]
    assert drawn.description == "41 on a scale from −100 to 100; the interval goes from 35 to 47; before 38"


def test_a_ruler_for_a_ratio_takes_the_decimals_that_it_needs():
    drawn = ruler.ruler(0.49, 0.36, 0.65, 0, 1.5, agreed=0.67)

    assert drawn is not None
    assert [mark.words for mark in drawn.ticks if mark.is_major] == ["0.0", "0.5", "1.0", "1.5"]
    assert (drawn.value, drawn.certainty) == ("0.49", "between 0.36 and 0.65")


def test_an_interval_beyond_the_scale_ends_at_its_end():
    drawn = ruler.ruler(98, 93, 103, 0, 100, unit="%")

    assert drawn is not None
    assert (drawn.value, drawn.band_from, drawn.band_width) == ("98\u00a0%", "93.00%", "7.00%")


@pytest.mark.parametrize(("value", "low", "high"), [(None, 1, 2), (41, None, 47), (41, 35, None), ("", "", "")])
def test_without_a_value_or_an_interval_there_is_no_ruler(value: Any, low: Any, high: Any):
    assert ruler.ruler(value, low, high, 0, 100) is None


def test_two_labels_that_meet_step_aside():
    drawn = ruler.ruler(4.4, 4.2, 4.6, 1, 5, was=4.1, agreed=4.3)

    assert drawn is not None
    assert [(mark.words, mark.anchor) for mark in drawn.notes] == [("before 4.1", "end"), ("agreed: 4.3", "start")]


def test_a_score_without_answers_says_so_and_shows_no_number():
    silent = draw('<c-score-ruler name="NPS" :value="0" :low="0" :high="0" :n="0" />')
    unsure = draw('<c-score-ruler name="NPS" :value="50" :n="2" />')

    assert "No answers yet" in silent
    assert "Too few to say" in unsure
    assert "<svg" not in silent + unsure
    assert ">50" not in unsure


# ---- forms --------------------------------------------------------------------------------------------------------
class Complaint(forms.Form):
    happened_on = forms.DateField(help_text="Day, month, year", input_formats=["%d.%m.%Y"])
    way = forms.ChoiceField(choices=[("m", "mail"), ("p", "phone")], widget=forms.RadioSelect)
    secret = forms.CharField(widget=forms.HiddenInput)


def test_a_faulty_field_points_to_its_hint_and_to_its_error():
    form = Complaint({"happened_on": "31.11.2026", "way": "m", "secret": "x"})

    html = draw('<c-field :field="form.happened_on" />', form=form)

    assert 'aria-describedby="id_happened_on_helptext id_happened_on_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_happened_on_error"' in html


def test_the_error_summary_names_every_field_once_and_leads_to_it():
    form = Complaint({"happened_on": "31.11.2026"})

    problems = look.form_problems(form)

    assert [(problem.label, problem.anchor) for problem in problems] == [
        ("Happened on", "id_happened_on"),
        ("Way", "id_way_0"),
        ("Secret", "id_secret"),
    ]


def test_a_form_keeps_what_was_typed_and_carries_its_hidden_fields_once():
    form = Complaint({"happened_on": "31.11.2026", "way": "m", "secret": "x"})

    html = draw('<c-form :form="form" submit="Save" />', form=form)

    assert 'value="31.11.2026"' in html
    assert html.count('name="secret"') == 1
    assert "Nothing is lost" in html


def test_a_field_that_the_form_does_not_have_is_a_loud_mistake():
    with pytest.raises(TemplateSyntaxError, match="given no field"):
        draw('<c-field :field="form.nothing" />', form=Complaint())


# ---- attributes, icons, text --------------------------------------------------------------------------------------
def test_an_attribute_that_is_passed_on_cannot_break_out_of_its_quotes():
    html = draw('<c-button :data-name="name">Press</c-button>', name='" onclick="alert(1)"')

    assert 'data-name="&quot; onclick=&quot;alert(1)&quot;"' in html


def test_an_attribute_that_holds_json_stays_one_attribute():
    html = draw("""<c-button hx-vals='{"id": {{ number }}}'>Press</c-button>""", number=3)

    assert 'hx-vals="{&quot;id&quot;: 3}"' in html


def test_handlers_and_styles_are_not_passed_on():
    assert look.attributes({"onclick": "x()", "style": "color: red", "hx-get": "/a", "hidden": True, "id": None}) == (
        ' hx-get="/a" hidden'
    )


def test_an_unknown_icon_is_a_loud_mistake():
    with pytest.raises(TemplateSyntaxError, match="no icon named 'unicorn'"):
        draw('<c-icon name="unicorn" />')


def test_a_customers_words_are_shown_whole_and_escaped():
    html = draw('<c-voice text="{{ text }}" lang="de" />', text="Erst <b>das</b>.\n\nDann  jenes.")

    assert ">Erst &lt;b&gt;das&lt;/b&gt;.\n\nDann  jenes.</p>" in html
    assert 'dir="auto" lang="de"' in " ".join(html.split())


def test_a_reference_is_never_broken_and_the_text_around_it_escaped():
    shown = look.whole_references("<i> CAS-2026-0042 & more")

    assert shown == '&lt;i&gt; <span class="nobr">CAS-2026-0042</span> &amp; more'


def test_another_page_keeps_the_filters():
    request = RequestFactory().get("/cases/?words=drip&page=2")

    assert look.page_query(Context({"request": request}), "page", 3) == "?words=drip&page=3"


# ---- charts -------------------------------------------------------------------------------------------------------
def test_a_charts_table_shows_words_and_keeps_plain_numbers_for_the_picture():
    columns: list[dict[str, Any]] = [
        {"name": "month", "label": "Month"},
        {"name": "rate", "label": "Rate", "numeric": True},
    ]
    rows: list[dict[str, Any]] = [
        {"month": {"value": "2026-10", "text": "October", "url": "/cases/"}, "rate": 1280.5},
        {"month": "November", "rate": -3},
        {"month": "December", "rate": None},
    ]

    table = look.chart_rows(columns, rows)

    assert [[(cell.text, cell.value, cell.url) for cell in row] for row in table] == [
        [("October", "2026-10", "/cases/"), ("1,280.5", "1280.5", "")],
        [("November", "November", ""), ("−3.0", "-3", "")],
        [("December", "December", ""), ("", "", "")],
    ]


def test_figures_for_a_chart_become_data_attributes():
    assert look.data_attributes({"after_low": 3.6, "noun": 'a"b'}) == ' data-after-low="3.6" data-noun="a&quot;b"'
