"""People: their identities, attributes and experience events, and the lookup records of other schemas (section 1).

`attributes`, `events`, `person`, `membership` and `evaluation` are pure; `store`, `runs` and `segments` read and write
the shard, `estimate` reads it.
"""
