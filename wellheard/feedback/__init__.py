"""Every voice in one place, in the customer's words; and what they were told."""
