import struct

from ringsnake.ring import Channel

PRICE = struct.Struct("<I4xd")

channel = Channel.attach(3)
count, highest = 0, [0.0] * 4
for batch in channel.batches():
    for message in batch:
        symbol, price = PRICE.unpack(message)
        highest[symbol] = max(highest[symbol], price)
    count += len(batch)
print(f"{count} prices, highest {highest}")
