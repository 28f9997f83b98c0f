"""What the network speaks of: topics (SKOS), funding programmes and kinds of document, read from the vocabulary folder.

Here: reading, checking, the tree, and finding its words in text. Not here: municipalities (kb/gazetteer.py) and what a
word means (kb/language/).
"""

from kb.vocabulary.concept import Kind, Programme, Topic, slug
from kb.vocabulary.expansion import Addition
from kb.vocabulary.tree import Vocabulary

__all__ = ["Addition", "Kind", "Programme", "Topic", "Vocabulary", "slug"]
