"""People: their identities, attributes and experience events, and the lookup records of other schemas (section 1).

`attributes`, `events`, `person` and `identity` are pure; `store` reads and writes the shard.
"""
