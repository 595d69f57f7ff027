"""What people on the waiting list are told: that they are on it, that a time is held for them, that it is over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from foundation.database import WriteSession
from foundation.notifying import Notice
from scheduler.appointment_notices import Reach, addresses, day_words
from scheduler.ports import Ports
from scheduler.records import Appointment, Wish


class WishNotices:
    """Writes and withdraws the notices of a wish, each in the transaction of what it tells of."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    async def joined(self, session: WriteSession, wish: Wish, reach: Reach) -> None:
        """Confirms the place on the list."""
        last = day_words(wish.last_day, reach.language)
        await self._post(session, wish, reach, "wish_joined", {"day": last})

    async def offered(self, session: WriteSession, wish: Wish, reach: Reach, held: Appointment) -> None:
        """Says which time is held, and until when."""
        until = wish.answer_by and self._ports.rules.wall(wish.answer_by)
        said = {
            "day": day_words(held.starts, reach.language),
            "time": f"{held.starts:%H:%M}",
            "until": f"{day_words(until, reach.language)} {until:%H:%M}" if until else "",
            "link": reach.link,
        }
        await self._post(session, wish, reach, "wish_offered", said)

    async def over(self, session: WriteSession, wish: Wish, reach: Reach) -> None:
        """Says that nothing is looked for any more."""
        await self.withdraw(session, wish)
        await self._post(session, wish, reach, "wish_over", {})

    async def withdraw(self, session: WriteSession, wish: Wish) -> None:
        """Withdraws what is not sent yet."""
        await self._ports.notifier.withdraw(session, _topic(wish))

    async def _post(self, session: WriteSession, wish: Wish, reach: Reach, kind: str, said: Mapping[str, str]) -> None:
        item, place = await self._ports.catalogue.names(wish.item_id, wish.site_id)
        chinese, now = reach.language == "zh-CN", self._ports.clock.now()
        names = {"item": item.zh if chinese else item.en, "place": place.zh if chinese else place.en}
        for channel, address in addresses(reach):
            notice = Notice(
                key=f"{_topic(wish)} {wish.version} {kind} {channel}",
                topic=_topic(wish),
                kind=kind,
                channel=channel,
                address=address,
                language=reach.language,
                values={**names, **said},
                due=now,
                # Whoever is told too late what is held for them cannot answer.
                useful_until=wish.answer_by or now + timedelta(hours=12),
            )
            await self._ports.notifier.post(session, notice)


def _topic(wish: Wish) -> str:
    return f"wish {wish.id}"
