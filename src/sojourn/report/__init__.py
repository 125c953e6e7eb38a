"""What happened: step events in their public form, and every metric defined once."""
