"""The living demo: recorded purchases, a feeder that posts them, and a receiver that is called."""
