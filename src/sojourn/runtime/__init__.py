"""The drivers of the engine: the durable runtime, replay and backtest."""
