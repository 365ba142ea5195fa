"""Where a file is no YAML: the parser's complaint in words for people who do not know YAML."""

from __future__ import annotations

from ruamel.yaml.reader import ReaderError

from knowledge.rulebook.faults import Fault
from knowledge.sentence import Sentence, say

# (what the parser says, what we say, what to do); the first that fits counts.
_COMPLAINTS: tuple[tuple[str, Sentence, Sentence], ...] = (
    (
        "'\\t'",
        say("a tab stands here."),
        say("Use spaces to move text to the right."),
    ),
    (
        "mapping values are not allowed",
        say("a colon stands here where none can be."),
        say("Put quotes around the whole text, or look at the spaces at the start of the line."),
    ),
    (
        "end of stream",
        say("a text begins here with a quote and does not end."),
        say("Put the same quote at the end of the text."),
    ),
    (
        "cannot start any token",
        say("a text cannot begin with this character."),
        say("Put quotes around the whole text."),
    ),
    (
        "unknown escape",
        say("this character after a backslash means nothing."),
        say("Use single quotes around the text."),
    ),
    (
        "could not find expected ':'",
        say("a colon is missing after this name."),
        say("Write the name, a colon and a space."),
    ),
    (
        "expected ',' or",
        say("a comma or a closing bracket is missing here."),
        say("Count the brackets that open and close on this line."),
    ),
    (
        "found '<block",
        say("this line does not begin below the one it belongs to."),
        say("Give lines that belong together the same number of spaces at the start."),
    ),
    (
        "sequence entries are not allowed",
        say("a dash stands here where none can be."),
        say("Begin the list on a new line, or put quotes around the text."),
    ),
    (
        "expected <block end>",
        say("this does not belong here."),
        say("Look at the quotes and brackets on this line."),
    ),
    (
        "expected alphabetic or numeric",
        say("a text cannot begin with this character."),
        say("Put quotes around the whole text."),
    ),
)


def explain(error: Exception, text: str) -> Fault:
    """Return the first complaint as a fault; after it the parser cannot read on."""
    if isinstance(error, ReaderError):
        return _no_text(text, error.position)
    problem = str(getattr(error, "problem", None) or "")
    begin, end = getattr(error, "context_mark", None), getattr(error, "problem_mark", None)
    mark = begin if begin is not None and "end of stream" in problem else end or begin
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    for part, message, hint in _COMPLAINTS:
        if part in problem:
            return Fault(line=line, column=column, message=message, hint=hint)
    return Fault(
        line=line,
        column=column,
        message=say("the file cannot be read from here on."),
        hint=say("Look at the spaces, quotes and colons on this line and the line above it."),
    )


def _no_text(text: str, position: int) -> Fault:
    before = text[:position]
    return Fault(
        line=before.count("\n") + 1,
        column=position - before.rfind("\n"),
        message=say("a character stands here that is no text."),
        hint=say("Remove it, and save the file as UTF-8."),
    )
