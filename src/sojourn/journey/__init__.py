"""Journeys as documents: what they may say, what is wrong with one, and its compiled plan (section 6)."""
