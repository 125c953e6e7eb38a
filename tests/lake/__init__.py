"""The lake: what happened, in files, and answers to questions about it."""
