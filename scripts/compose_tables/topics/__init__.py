"""One module per topic; see __main__.py."""
