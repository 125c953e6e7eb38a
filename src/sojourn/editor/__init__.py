"""What editors of expressions ask: what is this text, what can stand at the cursor, what is under it (rule 7.1)."""
