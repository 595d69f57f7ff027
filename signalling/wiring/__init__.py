"""Makes the parts of each slice, from the features and from what several slices share."""
