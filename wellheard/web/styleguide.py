"""The style sheet page: every component in all its states, from plain data and invented content."""

from datetime import timedelta

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from wellheard.core.templatetags.look import icons
from wellheard.web.styleguide_charts import CHARTS

COLOURS = [
    [
        ("paper", "the desk"),
        ("sheet", "the page"),
        ("sunk", "quiet areas"),
        ("line", "hairlines"),
        ("edge", "controls"),
    ],
    [
        ("ink", "text"),
        ("ink-2", "second text"),
        ("ink-3", "labels"),
        ("accent", "what you can do"),
        ("accent-soft", "where you are"),
    ],
    [
        ("better", "proven better"),
        ("worse", "proven worse, late"),
        ("wait", "waiting, due soon"),
        ("noise", "interval"),
        ("noise-soft", "noise band"),
    ],
]

AGENDA = [
    {
        "when": "Late",
        "when_note": "since Tuesday, 1 day",
        "tone": "worse",
        "title": "Tell Pépinières Morel that we are late",
        "note": "Their answer was due yesterday at noon",
        "url": "#agenda",
        "button": "Write to them",
    },
    {
        "when": "Today, 15:30",
        "when_note": "in 3 hours",
        "tone": "wait",
        "title": "Call Stadtgärtnerei Halle back",
        "note": "Gave 3 out of 10: “the pump hums all night”",
        "url": "#agenda",
        "button": "Read and call",
    },
    {
        "when": "Monday 30 Nov",
        "when_note": "in 5 working days",
        "title": "Decide who may grant more than 500 €",
        "note": "Two requests are waiting for it",
        "url": "#agenda",
        "button": "Decide",
    },
    {"when": "No date", "title": "Look at “frozen valves”", "note": "9 comments; 0 to 3 is usual", "url": "#agenda"},
]

THREADS = {
    "In the middle": [
        {"title": "Answer", "words": "3 out of 10, 12 November", "state": "done", "url": "#thread"},
        {"title": "Case", "words": "Answer ready, to be sent", "state": "here"},
        {"title": "Cause", "words": "Bearing ran dry", "state": "done", "url": "#thread"},
        {"title": "Action", "words": "Under way, ACT-2026-0061", "state": "doing", "url": "#thread"},
        {"title": "Verdict", "words": "Nothing to judge yet", "state": "later"},
        {"title": "Told", "words": "Nobody told yet", "state": "later"},
    ],
    "All the way": [
        {"title": "Answer", "words": "2 out of 10, 8 January", "state": "done", "url": "#thread"},
        {"title": "Case", "words": "Closed, and 2 more", "state": "done", "url": "#thread"},
        {"title": "Cause", "words": "No felt washer", "state": "done", "url": "#thread"},
        {"title": "Action", "words": "Washers since March", "state": "done", "url": "#thread"},
        {"title": "Verdict", "words": "It worked", "state": "done", "url": "#thread"},
        {"title": "Told", "words": "31 people, 4 November", "state": "here"},
    ],
}

DAYS = [
    {"label": "Thu", "start": 70, "gone": 30},
    {"label": "Fri", "gone": 100},
    {"label": "holiday", "off": True, "name": "Monday, holiday"},
    {"label": "today", "gone": 40, "today": True},
    {"label": "Wed"},
]

HISTORY = [
    {"at": "Today, 09:05", "actor": "Ben Okafor", "text": "found the cause: the bearing ran dry."},
    {
        "at": "Friday, 11:20",
        "actor": "Ben Okafor",
        "text": "called her, 8 minutes: she can sleep with the window shut.",
        "url": "#history",
        "link": "Notes",
    },
    {"at": "Thursday, 16:31", "text": "Receipt confirmed by mail in German; delivered at once."},
    {
        "at": "Thursday, 16:30",
        "actor": "Dr. Ulrike Sommer",
        "text": "complained. Reference given at once.",
        "heard": True,
    },
]

GAPS = [
    {"title": "Climate change: relevance not decided", "note": "Clause 4.1 · yours", "url": "#rows"},
    {"title": "Did anything else change?", "note": "New carrier from June", "state": "perhaps", "tone": "wait"},
    {"title": "Hortus GmbH", "note": "buys for 84,000 € a year", "value": "0 of 6", "url": "#rows"},
]

TALLY = [
    {"value": "38", "label": "complaints in October, from 5,210 orders; 26 to 47 is usual", "url": "#tally"},
    {"value": "37 of 38", "label": "of them answered in the time that we promised", "url": "#tally"},
    {"value": "11 of 16", "label": "corrective actions of this year worked; for 2 we cannot tell yet"},
]

FACTS = [
    {"label": "Who", "value": "Stadtgärtnerei Halle", "url": "#record", "note": "customer since 2019"},
    {"label": "Prefers", "value": "German, by mail, no calls before 9"},
    {"label": "Scores", "value": "9, 8, then 3 out of 10"},
]

VIEWS = [
    {"label": "Mine", "count": 5, "url": "#list", "current": True},
    {"label": "Due this week", "count": 4, "url": "#list"},
    {"label": "Waiting for the customer", "count": 1207, "url": "#list"},
]

LIST_COLUMNS = [
    {"label": "Answer due", "url": "#list", "sorted": "ascending"},
    {"label": "Complaint", "url": "#list"},
    {"label": "Customer", "url": "#list"},
    {"label": "Where it stands"},
    {"label": "Score", "numeric": True, "url": "#list"},
]

STAGES = [
    {"title": "We received it", "words": "Thursday 12 November, 16:30", "state": "done"},
    {"title": "Ben Okafor looks after it", "words": "He called you on Friday.", "state": "done"},
    {"title": "We are writing our answer", "words": "by Wednesday 16:30; Monday was a holiday", "state": "here"},
    {"title": "You tell us whether it is settled", "words": "If not, someone else looks at it again", "state": "later"},
]

NAVIGATION = [
    {
        "label": "Listen",
        "places": [
            {"label": "Surveys", "url": "#shell", "current": True},
            {"label": "Feedback", "url": "#shell", "count": 23},
            {"label": "Customers", "url": "#shell"},
        ],
    }
]

DIGEST = "7f3a91c25be04d18c6a2f9b710e4d35a88c1720fe9b64a532d07f1c8b31ae04d"
VOICE = (
    "Seit dem Einbau am 3. November brummt die Pumpe die ganze Nacht.\n\n"
    "Ich habe zweimal angerufen; beim ersten Mal hieß es „das legt sich“. Es legt sich nicht. Bitte tauschen Sie sie."
)
TRANSLATION = (
    "Since it was fitted on 3 November the pump has been humming all night. I called twice; the first time I was told "
    "“it will settle”. It does not settle. Please replace it."
)


class SampleForm(forms.Form):
    """One field of every kind."""

    title = forms.CharField(label="What happened?", help_text="In the customer’s own words, as far as you have them.")
    happened_on = forms.DateField(label="When did it happen?", help_text="Day, month, year", input_formats=["%d.%m.%Y"])
    site = forms.ChoiceField(label="Where?", choices=[("l", "Lyon"), ("h", "Leipzig")])
    story = forms.CharField(label="The whole story", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    way = forms.ChoiceField(
        label="How did it reach us?", choices=[("m", "by mail"), ("p", "by phone")], widget=forms.RadioSelect
    )
    wishes = forms.MultipleChoiceField(
        label="What is asked for?",
        choices=[("r", "a replacement"), ("m", "money back"), ("e", "an explanation")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    photo = forms.FileField(label="A photo", required=False)
    may_call = forms.BooleanField(label="We may call", help_text="between 9 and 17 o’clock", required=False)


class SampleFilter(forms.Form):
    words = forms.CharField(label="Words", required=False)
    site = forms.ChoiceField(label="Site", choices=[("", "Lyon and Leipzig"), ("l", "Lyon")], required=False)
    state = forms.ChoiceField(label="Where it stands", choices=[("", "Everything open")], required=False)


def faulty_form() -> SampleForm:
    sent = {"faulty-title": "The pump hums", "faulty-happened_on": "31.11.2026", "faulty-site": "l"}
    form = SampleForm(sent, prefix="faulty")
    form.fields["happened_on"].error_messages["invalid"] = "November has 30 days. Correct the date and save again."
    form.fields["way"].error_messages["required"] = "Choose one, so that we know where to answer."
    return form


def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component. The page reads no record, so it may be shown to anybody."""
    now = timezone.localtime()
    context = {
        "colours": COLOURS,
        "icon_names": sorted(icons()),
        "agenda": AGENDA,
        "threads": THREADS,
        "days": DAYS,
        "history": HISTORY,
        "gaps": GAPS,
        "tally": TALLY,
        "facts": FACTS,
        "views": VIEWS,
        "list_columns": LIST_COLUMNS,
        "stages": STAGES,
        "sample_navigation": NAVIGATION,
        "trail": [
            {"label": "Evidence", "url": "#crumbs"},
            {"label": "Clause 9.1.2", "url": "#crumbs"},
            {"label": "July"},
        ],
        "digest": DIGEST,
        "voice": VOICE,
        "translation": TRANSLATION,
        "form": SampleForm(initial={"title": "The pump hums", "way": "p"}),
        "faulty": faulty_form(),
        "filter": SampleFilter(prefix="list"),
        "page": Paginator(range(1, 1208), 25).page(2),
        "zero_to_ten": list(range(11)),
        "one_to_five": list(range(1, 6)),
        "later_today": now.replace(hour=23, minute=30),
        "soon": now + timedelta(days=1),
        "later": now + timedelta(days=9),
        "charts": CHARTS,
    }
    return render(request, "web/styleguide.html", context)
