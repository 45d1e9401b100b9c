"""What is known of a region: its activity, its indicators and the factors in force."""
