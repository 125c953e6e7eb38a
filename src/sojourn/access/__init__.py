"""Who may do what: users, product profiles, sessions, tokens, and the permission that each route needs."""
