"""One module a format; each is the only place that knows its format's library. See kb/ingest/extractor.py."""
