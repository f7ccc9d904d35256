"""`ringsnake.ring`: shared-memory rings between processes, for those who want only these.

    channel = Channel.create()
    subprocess.Popen([..., str(channel.descriptor)], pass_fds=[channel.descriptor])
    channel.close_descriptor()
    channel.send(b"hello")      # in the child: Channel.attach(int(sys.argv[1])).receive()

In place, without a copy and many at a time:

    channel.producer.write(b"hello")
    channel.producer.flush()
    channel.consumer.wait()
    channel.consumer.read(lambda view: print(len(view)))

Errors: `ringsnake.ChannelClosedError`, `PeerDiedError`, `BackpressureError`, `MessageTooLargeError`,
`ProtocolError`, `ResourceError`.
"""

from ringsnake._channel.channel import Channel, Message
from ringsnake._channel.event_loop import RingEventLoop
from ringsnake._ring.native import Bulk, RingConsumer, RingProducer
from ringsnake._ring.region import Doorbell, Region
from ringsnake._ring.waiting import RingStatistics, Waiting

__all__ = [
    "Bulk",
    "Channel",
    "Doorbell",
    "Message",
    "Region",
    "RingConsumer",
    "RingEventLoop",
    "RingProducer",
    "RingStatistics",
    "Waiting",
]
