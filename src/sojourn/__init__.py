"""Sojourn: real-time customer journey orchestration."""
