"""Regions and doorbells, and a channel made of them."""

from __future__ import annotations

import os
import select
import unittest

from ringsnake import ChannelClosedError, MessageTooLargeError
from ringsnake.ring import Channel, Doorbell, Region
from sides import CAPACITY, RingTestCase


class Parts(RingTestCase):
    def test_a_channel_of_parts_has_messages_but_no_bulk(self) -> None:
        region = Region.create(CAPACITY)
        doorbells = Doorbell.create(), Doorbell.create()
        self.assertEqual(region.ring_capacity, CAPACITY)
        with (
            Channel.of(region, 0, *doorbells) as one,
            Channel.of(region, 1, *reversed(doorbells)) as other,
        ):
            for part in (region, *doorbells):
                part.close()
                part.close()
                self.assertEqual(part.descriptor, -1)
            one.send(b"one")
            other.send(b"other")
            self.assertEqual((one.receive(), other.receive()), (b"other", b"one"))
            self.assertEqual(one.descriptor, -1)
            with self.assertRaises(MessageTooLargeError) as caught:
                one.send(bytes(CAPACITY))
            self.assertEqual(caught.exception.limit, CAPACITY // 2 - 8)
            with self.assertRaises(MessageTooLargeError):
                one.allocate(1)
            with self.assertRaises(ValueError):
                Channel.of(region, 0, *doorbells)
            one.close()
            with self.assertRaises(ChannelClosedError):
                other.receive()

    def test_what_is_no_region_or_doorbell_is_refused(self) -> None:
        with self.assertRaises(ValueError):
            Region.create(100_000)
        with self.assertRaises(ValueError):
            Doorbell.attach(-1)

    def test_a_doorbell_is_readable_once_pressed(self) -> None:

        bell = Doorbell.create()
        copy = Doorbell.attach(os.dup(bell.descriptor))
        for _ in range(2):
            self.assertEqual(select.select([copy.descriptor], [], [], 0)[0], [])
            bell.press()
            bell.press()
            self.assertEqual(select.select([copy.descriptor], [], [], 0)[0], [copy.descriptor])
            copy.clear()
        bell.close()
        copy.close()


if __name__ == "__main__":
    unittest.main()
