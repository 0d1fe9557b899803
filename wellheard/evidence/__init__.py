"""What an auditor asks for: requirements as data, collectors, gaps, packs. Apps above register their collectors here."""
