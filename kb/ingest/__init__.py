"""From a file to a tagged document: source -> extract -> annotate. Knows the catalog, never the index."""
