"""Where trials compute: processes that are forked from one that has torch imported already."""
