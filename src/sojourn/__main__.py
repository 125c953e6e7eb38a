"""`python -m sojourn`: the command line."""

if __name__ == "__main__":  # not in the engine's process, which is started from this file too
    from sojourn.cli.main import main

    main()
