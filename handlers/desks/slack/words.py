"""The words of the dialogs; those that the web desk has too are the same."""

from knowledge.sentence import say

BALIE = say("Balie")
BACK = say("Back")
CLOSE = say("Close")
BUSY = say("Busy ...")
CHOOSE = say("Choose ...")
LET_GO = say("Let go")
ANSWER = say("Answer")

WRITE = say("Write an answer")
CORRECT = say("Write a correction")
STANDARD = say("Standard answer")
MYSELF = say("Write myself")
SEARCH = say("Search an answer")
YOUR_ANSWER = say("Your answer")
VIEW = say("View")
SENT_BACK = say("Sent back:")
CHANGED = say("The sender changed the message, read it again.")
READING_IS_KEPT = say("It is kept that you have read this.")
PRIVATE = say("Private message")

PREVIEW = say("This is how it will stand there")
POST = say("Post")
SUBMIT = say("Have it checked")
MIND = say("Mind:")
MARKED = say("Marked: what differs from the standard answer.")
TIP = say("Tip:")
MAY_BE_POSTED = say("This may be posted.")
TICK_IT = say("Tick the box if this may be posted.")
SEND_BACK = say("Send back")
TOO_LONG = say("Too long")

INTERNAL = say("This stays internal. To answer, use Answer.")
TRY_AGAIN = say("That did not work. Nothing was posted. Try again in a moment.")
