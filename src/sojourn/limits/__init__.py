"""Limits on calls to the outside, capping and throttling: what they are, and what is wrong with one."""
