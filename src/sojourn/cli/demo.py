"""`sojourn demo`."""
COMMANDS = ()
