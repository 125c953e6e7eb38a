"""The HTTP faces: streaming inlet, REST, and the report page."""
