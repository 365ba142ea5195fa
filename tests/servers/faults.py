"""What a fake server can be told to do wrong, the same words for every platform."""

from enum import StrEnum


class Fault(StrEnum):
    """One thing that goes wrong; "before" and "after" the platform accepted a post."""

    CUT_BEFORE = "the connection is cut before it was accepted"
    CUT_AFTER = "the connection is cut after it was accepted"
    ERROR_BEFORE = "a server error, and it was not accepted"
    ERROR_AFTER = "a server error, though it was accepted"
    SILENT_AFTER = "it was accepted, and no answer comes"
    NO_JSON = "a page of HTML with status 200"
    TOO_MANY = "too many requests"
    UNREACHABLE = "no connection at all"
    REVOKED = "our password or token was revoked"
