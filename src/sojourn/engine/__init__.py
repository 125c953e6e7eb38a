"""The pure engine: (plan, stay, stimulus, now) -> (stay', effects, steps). No I/O, no clock, no randomness."""
