"""Derived from the catalog, thrown away and rebuilt at will: engines, query language, indexing, highlighting."""
