"""What customers read, in their language: mails and the public pages say the same words."""

from datetime import date, datetime, tzinfo

from wellheard.cases.texts import de, en, fr

LANGUAGES = {"en": "English", "de": "Deutsch", "fr": "Français"}
TEXTS = {"en": en.TEXTS, "de": de.TEXTS, "fr": fr.TEXTS}
DAY_NAMES = {"en": en.WEEKDAYS, "de": de.WEEKDAYS, "fr": fr.WEEKDAYS}
MONTH_NAMES = {"en": en.MONTHS, "de": de.MONTHS, "fr": fr.MONTHS}


def spoken(language: str | None) -> str:
    """The language that we can answer in: this one (`de-AT` is `de`), else English."""
    short = (language or "").lower().replace("_", "-").partition("-")[0]
    return short if short in LANGUAGES else "en"


def say(language: str, key: str, **values: object) -> str:
    """A sentence in a language that we speak, with its values put in. An unknown key is a programmer's mistake."""
    return TEXTS[spoken(language)][key].format(**values)


def day_words(day: date, language: str) -> str:
    """ "Friday 20 November 2026", as the language writes it."""
    language = spoken(language)
    return say(
        language,
        "day",
        weekday=DAY_NAMES[language][day.weekday()],
        day="1er" if language == "fr" and day.day == 1 else day.day,
        month=MONTH_NAMES[language][day.month - 1],
        year=day.year,
    )


def moment_words(moment: datetime, zone: tzinfo, language: str) -> str:
    """ "Friday 20 November 2026, 16:30" in the time of this zone, as the language writes it."""
    local = moment.astimezone(zone)
    return say(language, "moment", day=day_words(local.date(), language), hour=f"{local:%H}", minute=f"{local:%M}")


def kind_words(kind: str, language: str) -> str:
    """ "your complaint", at the start of a sentence or title."""
    return say(language, f"your_{kind}")
