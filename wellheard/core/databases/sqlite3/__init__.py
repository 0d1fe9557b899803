"""SQLite with one fair write lock."""
