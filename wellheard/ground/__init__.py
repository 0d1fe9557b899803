"""Plain Python under everything: statistics, calendars, reading and hashing. No Django, no database, no clock."""
