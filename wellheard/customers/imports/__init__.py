"""Reading contacts, and lists of people who want no more mail, from files."""
