import { type DecodedChannel, type DecodedSegment, decodeSegment, messagesIn } from '../../layout/index.js';

/** What a copy of a channel's memory holds, with counts of messages. */
export function contentOf(bytes: Uint8Array, maxDataSize: number): DecodedSegment {
  const { header, masterToSlave, slaveToMaster } = decodeSegment(bytes, maxDataSize);
  return { header, masterToSlave: counted(masterToSlave), slaveToMaster: counted(slaveToMaster) };
}

function counted(channel: DecodedChannel): DecodedChannel {
  const { writeCount, readCount } = channel;
  return { ...channel, writeCount: messagesIn(writeCount), readCount: messagesIn(readCount) };
}
