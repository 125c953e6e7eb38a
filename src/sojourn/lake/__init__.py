"""The lake: what happened, in Parquet by sandbox and day, and answers to questions about it [9].

`catalogue` names the datasets and their fields, `writing` takes what is new in the shard into files, `manifest` says
which files there are, `upkeep` merges, ages and cleans them, `reading` lays the datasets out for DuckDB. Answers are
`query` (SQL), `measure` (metrics by dimensions), `compare` and `alerts`. All of it runs in a process of its own
(`process`, spoken to through `link`).
"""
