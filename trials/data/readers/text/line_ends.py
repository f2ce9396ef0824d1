"""Line ends of the three kinds: of Unix, of Windows and of old Macs."""


def unix_lines(text: str) -> list[str]:
    """Return the lines of `text` without their ends; a carriage return ends a line only if nothing else does.

    Other characters that Unicode counts as line ends belong to the text.
    """
    if "\n" not in text:
        text = text.replace("\r", "\n")
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return [line.removesuffix("\r") for line in lines] if "\r" in text else lines
