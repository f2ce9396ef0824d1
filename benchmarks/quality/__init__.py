"""The league table: what each tool makes of the same labelled text, checkpoint, minutes and cores."""
