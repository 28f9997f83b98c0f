"""German in one place, used by tagging, indexing, querying and highlighting alike."""
