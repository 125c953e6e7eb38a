"""What is durable: the *journal* (documents and everything accepted, in order) and the *shard* (the engine's state).

Two SQLite files, each with one writer: intake writes the journal, the engine its shard, and neither waits for the
other (`docs/delivery.md`).
"""
