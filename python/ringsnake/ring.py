"""`ringsnake.ring`: shared-memory rings between processes, for those who want only these.

    channel = Channel.create()
    subprocess.Popen([..., str(channel.descriptor)], pass_fds=[channel.descriptor])
    channel.close_descriptor()
    channel.send(b"hello")      # in the child: Channel.attach(int(sys.argv[1])).receive()

Errors: `ringsnake.ChannelClosedError`, `PeerDiedError`, `BackpressureError`, `MessageTooLargeError`,
`ProtocolError`, `ResourceError`.
"""

from ringsnake._channel.channel import Channel, Message
from ringsnake._channel.event_loop import RingEventLoop
from ringsnake._ring.native import Bulk
from ringsnake._ring.region import Doorbell, Region
from ringsnake._ring.waiting import RingStatistics, Waiting

__all__ = [
    "Bulk",
    "Channel",
    "Doorbell",
    "Message",
    "Region",
    "RingEventLoop",
    "RingStatistics",
    "Waiting",
]
