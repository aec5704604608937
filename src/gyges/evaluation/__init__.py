"""What is measured of a trained agent: one file per measure."""
