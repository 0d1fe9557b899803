from datetime import datetime

import pytest

from wellheard.ground.tabular import WrongKind, guess_dates, parse_date, parse_score, read
from wellheard.ground.tests.shared_data import shared_file

# path: (columns, rows below the header, encoding, delimiter, line ends), as measured by others
TEXT_FILES = {
    "surveys-nps-googleforms/airline_nps_competitors.csv": (3, 5723, "utf-8", ",", "LF"),
    "surveys-nps-googleforms/airline_nps_prep_air.csv": (3, 184, "utf-8", ",", "LF"),
    "surveys-nps-googleforms/nps_long_answers.csv": (7, 140, "utf-8", ",", "CRLF"),
    "surveys-nps-googleforms/sudzilla_forms_iso_ms.csv": (11, 39, "utf-8", ",", "LF"),
    "surveys-nps-googleforms/sudzilla_forms_us_dates.csv": (11, 39, "utf-8", ",", "CRLF"),
    "surveys-nps-googleforms/telecom_verbatim.csv": (6, 2385, "utf-8", ",", "CRLF"),
    "surveys-qualtrics/many_types_insights.csv": (190, 7, "utf-8", ",", "LF"),
    "surveys-qualtrics/many_types_legacy.csv": (190, 6, "utf-8", ",", "LF"),
    "surveys-qualtrics/multi_answer_matrix_insights.csv": (75, 7, "utf-8", ",", "LF"),
    "surveys-qualtrics/qualtRics_sample.csv": (20, 3, "utf-8", ",", "LF"),
    "surveys-qualtrics/qualtRics_sample_legacy.csv": (16, 2, "utf-8", ",", "LF"),
    "surveys-qualtrics/survey_logic.csv": (21, 11, "utf-8", ",", "LF"),
    "surveys-surveymonkey/StarWars.csv": (38, 1187, "cp1252", ",", "LF"),
    "surveys-surveymonkey/comma-survey.csv": (13, 1129, "utf-8", ",", "LF"),
    "surveys-surveymonkey/flying-etiquette.csv": (27, 1040, "utf-8", ",", "LF"),
    "surveys-limesurvey/results-survey.csv": (38, 46, "utf-8", ";", "LF"),
    "crm-customers/odoo_m2m_customers_tags.csv": (7, 5, "utf-8", ",", "LF"),
    "crm-customers/online_retail_2010-12-01.csv": (8, 3108, "utf-8", ",", "LF"),
    "crm-customers/salesforce_Contact.csv": (53, 4, "utf-8", ",", "LF"),
    "complaints/311_Animals_short.csv": (31, 4969, "utf-8", ",", "CRLF"),
    "complaints/nhtsa-complaints.txt": (49, 100, "utf-8", "\t", "LF"),
    "quality-records/doorstop_requirements.csv": (11, 7, "utf-8", ",", "CRLF"),
    "quality-records/doorstop_requirements.tsv": (11, 7, "utf-8", "\t", "CRLF"),
    "quality-records/training_attendance.csv": (7, 13623, "utf-8", ",", "CRLF"),
}
# path: (sheet, columns, rows below the header)
WORKBOOKS = {
    "surveys-limesurvey/results-survey.xlsx": ("Data", 38, 46),
    "quality-records/audit_log_v1_20250621.xlsx": ("Audit_Log", 11, 3),
    "quality-records/training_matrix_v1_20250623.xlsx": ("Training Matrix", 8, 3),
    "quality-records/findings_assessment_template.xlsx": ("Sheet1", 7, 3),
    "quality-records/doorstop_requirements.xlsx": ("Sheet", 11, 6),
}


def column(path: str, name: str) -> list[tuple[int, str]]:
    """The cells of a column with their row numbers."""
    table = read(shared_file(path), name=path)
    place = table.columns.index(name)
    return [(row.number, row.cells[place]) for row in table.rows]


@pytest.mark.parametrize("path", TEXT_FILES)
def test_real_text_files_have_their_shape(path):
    table = read(shared_file(path), name=path)
    found = (len(table.columns), len(list(table.rows)), *(table.guessed[key] for key in ("encoding", "delimiter")))

    assert (*found, table.guessed["line_ends"]) == TEXT_FILES[path]
    assert (table.problems.ragged, table.problems.unclosed_quote) == ([], None)


@pytest.mark.parametrize("path", WORKBOOKS)
def test_real_workbooks_have_their_shape(path):
    table = read(shared_file(path), name=path)

    assert (table.guessed["sheet"], len(table.columns), len(list(table.rows))) == WORKBOOKS[path]


def test_a_real_survey_has_days_first_and_its_scores():
    dates = column("surveys-nps-googleforms/telecom_verbatim.csv", "CUSTOMER_RESPONSE_DATE")
    scores = [
        parse_score(text, 0, 10) for _, text in column("surveys-nps-googleforms/telecom_verbatim.csv", "NPS_SCORE")
    ]

    guess = guess_dates(dates)
    moments = [parse_date(text, guess.order) for _, text in dates]
    given = [score for score in scores if score is not None]
    promoters, detractors = sum(score >= 9 for score in given), sum(score <= 6 for score in given)

    assert (guess.order, guess.formats, guess.unread) == ("dmy", {"d/m/Y H:M": 2385}, 0)
    assert (min(moments), max(moments)) == (datetime(2017, 12, 11, 19, 36), datetime(2018, 6, 20, 19, 51))  # noqa: DTZ001
    assert (len(given), promoters, detractors) == (2353, 690, 1271)


def test_a_real_survey_whose_order_is_not_proven_is_likely_months_first():
    dates = column("surveys-nps-googleforms/sudzilla_forms_us_dates.csv", "Timestamp")
    exact = [parse_date(text) for _, text in column("surveys-nps-googleforms/sudzilla_forms_iso_ms.csv", "Timestamp")]

    guess = guess_dates(dates)

    assert (guess.order, guess.likely, guess.has_time) == ("ambiguous", "mdy", True)
    assert [parse_date(text, "mdy") for _, text in dates] == [
        moment.replace(microsecond=0) for moment in exact if isinstance(moment, datetime)
    ]


def test_a_real_register_with_swapped_days_is_suspected():
    guess = guess_dates(column("complaints/superbytes_complaints_raw.csv", "Date Received"))

    assert guess.formats == {"m/d/Y": 65, "Y-m-d H:M:S": 35}
    assert "may have swapped day and month" in guess.suspicion


def test_broken_characters_of_a_real_file_are_counted():
    table = read(shared_file("surveys-nps-googleforms/telecom_verbatim.csv"), name="telecom_verbatim.csv")
    rows = list(table.rows)

    assert len(rows) == 2385
    assert (table.problems.replaced, len(table.problems.replaced_rows)) == (175, 134)


def test_a_survey_that_is_no_table_is_named():
    for path, kind in (
        ("surveys-qualtrics/survey_logic.qsf", "JSON"),
        ("surveys-limesurvey/osmm-survey-structure.lss", "XML"),
    ):
        with pytest.raises(WrongKind, match=kind):
            read(shared_file(path), name=path)
