"""The trial manager and its rules: where trials begin, are judged, and end."""
