"""What comes out of an audit: one file per form."""
