"""The sample of the rows that a search uses where there is no time for all."""

from trials.data import WhatWasRead


def sample_sentence(read: WhatWasRead) -> str:
    """Return the sentence that says which sample of what was `read` the search uses; empty if it uses all rows."""
    if read.searched is None:
        return ""
    counts = ", ".join(f"{split} {count:,} of {read.rows[split]:,}" for split, count in read.searched.items())
    return f"The search uses a stratified sample of the rows: {counts}."
