"""Tags with reasons: topics, municipalities, kind, date, programme."""
