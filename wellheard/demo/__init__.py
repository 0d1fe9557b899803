"""The demo organisation, made by the same actions as real use."""
