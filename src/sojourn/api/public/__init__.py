"""The public API under /authoring: paths, fields, states and errors as its clients know them [5.5].

The one part of the product whose errors are not problem documents [12.1].
"""
