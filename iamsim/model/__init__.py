"""AWS's nouns, immutable."""
