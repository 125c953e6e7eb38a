"""Calls to the outside world: one pooled client, retries, the guard against private targets, and the null connector."""
