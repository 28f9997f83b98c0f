"""The truth about the documents, in SQL."""
