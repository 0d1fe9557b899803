"""What customers wrote: found whatever the spelling, and in which language."""
