"""kb: knowledge base and document search engine for networks of German municipalities."""

__version__ = "0.1.0"
