"""Who may do what, over real HTTP."""
