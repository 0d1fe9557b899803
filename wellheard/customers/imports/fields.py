"""What a column can be, in `--map FIELD=COLUMN`, and how each is called on the pages."""

FIELD_TITLES: dict[str, str] = {
    "external_id": "The other program’s number",
    "is_company": "Is it an organisation or a person?",
    "name": "Whole name",
    "given_name": "First name",
    "family_name": "Last name",
    "salutation": "Salutation",
    "account": "Organisation that they speak for",
    "account_id": "The other program’s number of that organisation",
    "parent": "Group that the organisation belongs to",
    "parent_id": "The other program’s number of that group",
    "job_title": "Job title",
    "email": "E-mail",
    "email_2": "Second e-mail",
    "email_3": "Third e-mail",
    "phone": "Phone",
    "phone_work": "Phone at work",
    "phone_mobile": "Mobile phone",
    "phone_home": "Phone at home",
    "phone_other": "Another phone",
    "phone_fax": "Fax",
    "website": "Website",
    "address": "Address in one piece",
    "address_use": "What the address is for",
    "street": "Street",
    "street_2": "Street, second line",
    "postcode": "Postcode",
    "city": "Town",
    "region": "State or region",
    "country": "Country",
    "other_street": "Second address: street",
    "other_postcode": "Second address: postcode",
    "other_city": "Second address: town",
    "other_region": "Second address: state or region",
    "other_country": "Second address: country",
    "industry": "Industry",
    "language": "Language",
    "segment": "Group of customers (segment)",
    "tags": "Tags",
    "lifecycle": "Where they stand (prospect, active, …)",
    "since": "Known since",
    "owner": "Looked after by (name or e-mail of a member)",
    "site": "Site",
    "wants_no_mail": "Wants no news by mail",
    "notes": "Notes",
}
FIELDS = tuple(FIELD_TITLES)
CUSTOM = "custom."
"""`custom.<key>`: a field of the organisation's own."""
READING = ("encoding", "delimiter", "sheet", "header_row")
ANSWERS = (
    *("rows_are", "columns_shifted", "day_month_order", "import_again", "same_by", "blanks", "rest", "source"),
    *("country_of_phones", "site_of_all", *READING),
)
"""What is asked back, or can be said beside the columns."""
ANSWER_TITLES = {
    "rows_are": "What a row is",
    "columns_shifted": "Columns that do not fit their headers",
    "same_by": "Known again by",
    "blanks": "Blank cells",
    "rest": "Columns without a place of their own",
    "source": "Name of the source",
    "site_of_all": "They belong to the site",
}
EMAILS = ("email", "email_2", "email_3")
PHONES = {
    "phone": "",
    "phone_work": "work",
    "phone_mobile": "mobile",
    "phone_home": "home",
    "phone_other": "other",
    "phone_fax": "fax",
}
ADDRESS = ("address", "street", "street_2", "postcode", "city", "region", "country")
OTHER_ADDRESS = ("other_street", "other_postcode", "other_city", "other_region", "other_country")
NONE = ("", "-", "none")
