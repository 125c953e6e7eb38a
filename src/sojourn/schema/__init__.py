"""XDM-like schemas: which fields a record has, of which types, and whether a given record fits (section 2)."""
