"""Who watches, and what they say about what they saw."""
