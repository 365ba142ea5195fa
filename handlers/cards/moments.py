"""The moments that a dialog offers for a reminder or an answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

NEXT_WORKING_DAY = {4: 3, 5: 2}  # in days, from a Friday and a Saturday


def moments(now: datetime) -> list[datetime]:
    """Offer an hour, two hours, the end of the afternoon and the next working day; ``now`` in the town's time."""
    quarter = now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)
    afternoon = now.replace(hour=16, minute=0, second=0, microsecond=0)
    tomorrow = (now + timedelta(days=NEXT_WORKING_DAY.get(now.weekday(), 1))).replace(
        hour=9, minute=0, second=0, microsecond=0
    )
    offered = {quarter + timedelta(hours=1), quarter + timedelta(hours=2), tomorrow}
    if afternoon > now + timedelta(hours=2, minutes=15):
        offered.add(afternoon)
    return [moment.astimezone(UTC) for moment in sorted(offered)]
