"""Questions put to a finished pathway: when it peaks, and why."""
