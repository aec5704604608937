"""Search for exploits that no single attack has, and shrinking of those that were found."""
