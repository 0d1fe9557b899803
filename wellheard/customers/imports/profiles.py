"""Exports that are recognised by their headers, and what their columns are. Names of columns are as those programs write them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

RowsAre = Literal["accounts", "people", ""]


@dataclass(frozen=True)
class Profile:
    """An export. `marks` are the columns by which it is known; `columns` gives our field for each of its columns.

    `lists` parts several values in one cell; `rows_are` says what a row is where no column does.
    """

    key: str
    title: str
    source: str
    marks: frozenset[str]
    columns: dict[str, str]
    rows_are: RowsAre = ""
    lists: str = ""
    tags_at: str = ","
    none_of: frozenset[str] = field(default_factory=frozenset)


SALESFORCE_ACCOUNTS = Profile(
    "salesforce-accounts",
    "accounts from Salesforce",
    "salesforce",
    frozenset({"id", "name", "billingcity"}),
    {
        "Id": "external_id",
        "Name": "name",
        "ParentId": "parent_id",
        "BillingStreet": "street",
        "BillingPostalCode": "postcode",
        "BillingCity": "city",
        "BillingState": "region",
        "BillingCountry": "country",
        "ShippingStreet": "other_street",
        "ShippingPostalCode": "other_postcode",
        "ShippingCity": "other_city",
        "ShippingState": "other_region",
        "ShippingCountry": "other_country",
        "Phone": "phone",
        "Fax": "phone_fax",
        "Website": "website",
        "Industry": "industry",
        "Description": "notes",
    },
    "accounts",
)
SALESFORCE_CONTACTS = Profile(
    "salesforce-contacts",
    "contacts from Salesforce",
    "salesforce",
    frozenset({"id", "lastname", "accountid"}),
    {
        "Id": "external_id",
        "AccountId": "account_id",
        "Name": "name",
        "FirstName": "given_name",
        "LastName": "family_name",
        "Salutation": "salutation",
        "Title": "job_title",
        "Email": "email",
        "Phone": "phone_work",
        "MobilePhone": "phone_mobile",
        "HomePhone": "phone_home",
        "OtherPhone": "phone_other",
        "Fax": "phone_fax",
        "MailingStreet": "street",
        "MailingPostalCode": "postcode",
        "MailingCity": "city",
        "MailingState": "region",
        "MailingCountry": "country",
        "OtherStreet": "other_street",
        "OtherPostalCode": "other_postcode",
        "OtherCity": "other_city",
        "OtherState": "other_region",
        "OtherCountry": "other_country",
        "HasOptedOutOfEmail": "wants_no_mail",
        "Description": "notes",
    },
    "people",
)
HUBSPOT_CONTACTS = Profile(
    "hubspot-contacts",
    "contacts from HubSpot",
    "hubspot",
    frozenset({"record id", "first name", "last name", "email"}),
    {
        "Record ID": "external_id",
        "First Name": "given_name",
        "Last Name": "family_name",
        "Salutation": "salutation",
        "Email": "email",
        "Phone Number": "phone",
        "Mobile Phone Number": "phone_mobile",
        "Job Title": "job_title",
        "Company Name": "account",
        "Associated Company": "account",
        "Associated Company IDs": "account_id",
        "Primary Associated Company ID": "account_id",
        "Street Address": "street",
        "Postal Code": "postcode",
        "City": "city",
        "State/Region": "region",
        "Country/Region": "country",
        "Website URL": "website",
        "Preferred language": "language",
        "Contact owner": "owner",
        "Lifecycle Stage": "lifecycle",
        "Create Date": "since",
        "Unsubscribed from all email": "wants_no_mail",
    },
    "people",
    lists=";",
)
HUBSPOT_COMPANIES = Profile(
    "hubspot-companies",
    "companies from HubSpot",
    "hubspot",
    frozenset({"record id", "company name"}),
    {
        "Record ID": "external_id",
        "Company name": "name",
        "Company Domain Name": "website",
        "Phone Number": "phone",
        "Street Address": "street",
        "Street Address 2": "street_2",
        "Postal Code": "postcode",
        "City": "city",
        "State/Region": "region",
        "Country/Region": "country",
        "Industry": "industry",
        "Company owner": "owner",
        "Lifecycle Stage": "lifecycle",
        "Create Date": "since",
        "Description": "notes",
        "Parent Company IDs": "parent_id",
        "Parent Company": "parent",
    },
    "accounts",
    none_of=frozenset({"first name", "last name"}),
)
_ODOO = {
    "External ID": "external_id",
    "ID": "external_id",
    "Reference": "external_id",
    "Name": "name",
    "Display Name": "name",
    "Is a company": "is_company",
    "Is a Company": "is_company",
    "Company Type": "is_company",
    "Related company": "account",
    "Related Company": "account",
    "Related Company/External ID": "account_id",
    "Address type": "address_use",
    "Address Type": "address_use",
    "Job Position": "job_title",
    "Title": "salutation",
    "Email": "email",
    "Phone": "phone",
    "Mobile": "phone_mobile",
    "Website": "website",
    "Website Link": "website",
    "Street": "street",
    "Street2": "street_2",
    "ZIP": "postcode",
    "Zip": "postcode",
    "City": "city",
    "State": "region",
    "Country": "country",
    "Tags": "tags",
    "Language": "language",
    "Salesperson": "owner",
    "Industry": "industry",
    "Notes": "notes",
}
ODOO = Profile("odoo-partners", "contacts from Odoo", "odoo", frozenset({"name", "company type"}), _ODOO)
ODOO_CHILDREN = Profile("odoo-partners", "contacts from Odoo", "odoo", frozenset({"name", "is a company"}), _ODOO)
ODOO_TAGS = Profile(
    "odoo-partners",
    "customers from Odoo",
    "odoo",
    frozenset({"name", "tags", "customer", "reference"}),
    _ODOO,
    "accounts",
)
_GOOGLE_BOTH = {
    "Notes": "notes",
    "Birthday": "",
    "E-mail 1 - Value": "email",
    "E-mail 2 - Value": "email_2",
    "E-mail 3 - Value": "email_3",
    "Phone 1 - Value": "phone",
    "Phone 2 - Value": "phone_other",
    "Phone 3 - Value": "phone_work",
    "Phone 4 - Value": "phone_home",
    "Address 1 - Street": "street",
    "Address 1 - Extended Address": "street_2",
    "Address 1 - Postal Code": "postcode",
    "Address 1 - City": "city",
    "Address 1 - Region": "region",
    "Address 1 - Country": "country",
    "Address 2 - Street": "other_street",
    "Address 2 - Postal Code": "other_postcode",
    "Address 2 - City": "other_city",
    "Address 2 - Region": "other_region",
    "Address 2 - Country": "other_country",
    "Website 1 - Value": "website",
}
GOOGLE_OLD = Profile(
    "google-contacts",
    "Google Contacts",
    "google",
    frozenset({"name", "given name", "family name", "e-mail 1 - value"}),
    {
        **_GOOGLE_BOTH,
        "Name": "name",
        "Given Name": "given_name",
        "Family Name": "family_name",
        "Name Prefix": "salutation",
        "Language": "language",
        "Group Membership": "tags",
        "Organization 1 - Name": "account",
        "Organization 1 - Title": "job_title",
    },
    "people",
    lists=":::",
    tags_at=":::",
)
GOOGLE_NEW = Profile(
    "google-contacts",
    "Google Contacts",
    "google",
    frozenset({"first name", "last name", "labels", "e-mail 1 - value"}),
    {
        **_GOOGLE_BOTH,
        "First Name": "given_name",
        "Last Name": "family_name",
        "Name Prefix": "salutation",
        "Labels": "tags",
        "Organization Name": "account",
        "Organization Title": "job_title",
    },
    "people",
    lists=":::",
    tags_at=":::",
)
OUTLOOK = Profile(
    "outlook-contacts",
    "contacts from Outlook",
    "outlook",
    frozenset({"first name", "last name", "e-mail address"}),
    {
        "Title": "salutation",
        "First Name": "given_name",
        "Last Name": "family_name",
        "Company": "account",
        "Job Title": "job_title",
        "E-mail Address": "email",
        "E-mail 2 Address": "email_2",
        "E-mail 3 Address": "email_3",
        "Primary Phone": "phone",
        "Business Phone": "phone_work",
        "Mobile Phone": "phone_mobile",
        "Home Phone": "phone_home",
        "Other Phone": "phone_other",
        "Business Fax": "phone_fax",
        "Business Street": "street",
        "Business Street 2": "street_2",
        "Business Postal Code": "postcode",
        "Business City": "city",
        "Business State": "region",
        "Business Country/Region": "country",
        "Business Country": "country",
        "Home Street": "other_street",
        "Home Postal Code": "other_postcode",
        "Home City": "other_city",
        "Home State": "other_region",
        "Home Country/Region": "other_country",
        "Home Country": "other_country",
        "Web Page": "website",
        "Categories": "tags",
        "Language": "language",
        "Notes": "notes",
    },
    "people",
    tags_at=";",
)
PROFILES = (
    SALESFORCE_CONTACTS,
    SALESFORCE_ACCOUNTS,
    GOOGLE_NEW,
    GOOGLE_OLD,
    OUTLOOK,
    HUBSPOT_CONTACTS,
    HUBSPOT_COMPANIES,
    ODOO,
    ODOO_CHILDREN,
    ODOO_TAGS,
)
GENERIC = Profile("table", "a table of contacts", "", frozenset(), {})
TITLES = {each.key: each.title for each in (*PROFILES, GENERIC)} | {"vcard": "vCards"}


def plain(header: str) -> str:
    """A header as it is compared: small letters, one blank between words."""
    return re.sub(r"\s+", " ", header.strip().casefold())


def profile_of(columns: Sequence[str], wanted: str = "") -> Profile:
    """The export that has these columns; `wanted` (its key) decides where it is said. Else the generic one."""
    there = {plain(each) for each in columns}
    fitting = [each for each in PROFILES if each.marks <= there and not each.none_of & there]
    if wanted:
        chosen = [each for each in PROFILES if each.key == wanted]
        return next((each for each in fitting if each.key == wanted), chosen[0] if chosen else GENERIC)
    return fitting[0] if fitting else GENERIC


def columns_of(profile: Profile, columns: Sequence[str]) -> dict[str, str]:
    """Our field → the file's column, for an export; the first column of several that mean the same."""
    names = {plain(each): field_ for each, field_ in profile.columns.items()}
    found: dict[str, str] = {}
    for column in columns:
        field_ = names.get(plain(column), "")
        if field_:
            found.setdefault(field_, column)
    return found
