import { formatKey } from '../../../syscalls/index.js';
import type { PromClient } from '../../metrics/prom-client.js';
import { SHM_KINDS } from '../../store/index.js';
import { type Channel, type Finding, isChannel, type ShmState } from '../looking/inspect.js';
import type { Labels } from '../looking/labels.js';
import { notReadIn } from '../looking/traffic.js';
import { escapeText } from '../printing/text.js';
import { userName } from '../system.js';

/** A value and the labels beside `channel`. */
type Sample = readonly [value: number, labels?: Readonly<Record<string, string>>];

/** One series of each channel or more: its name, what it says, the labels beside `channel`, and its values. */
interface Series {
  readonly kind: 'Counter' | 'Gauge';
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly take: (channel: Channel) => readonly Sample[];
}

const DIRECTIONS = ['master_to_slave', 'slave_to_master'] as const;

/** A series with a value for each direction. */
function perDirection(
  kind: Series['kind'],
  name: string,
  help: string,
  take: (content: Channel['content']['masterToSlave']) => bigint | number,
): Series {
  return {
    kind,
    name,
    help,
    labels: ['direction'],
    take: ({ content: { masterToSlave, slaveToMaster } }) =>
      [masterToSlave, slaveToMaster].map((one, i) => [Number(take(one)), { direction: DIRECTIONS[i]! }]),
  };
}

/** A series with a value for each side. */
function perRole(
  kind: Series['kind'],
  name: string,
  help: string,
  take: (side: Channel['master'], heartbeat: bigint) => bigint | number | boolean,
): Series {
  return {
    kind,
    name,
    help,
    labels: ['role'],
    take: ({ master, slave, content: { header } }) => [
      [Number(take(master, header.masterHeartbeat)), { role: 'master' }],
      [Number(take(slave, header.slaveHeartbeat)), { role: 'slave' }],
    ],
  };
}

function perChannel(
  kind: Series['kind'],
  name: string,
  help: string,
  take: (channel: Channel) => number,
): Series {
  return { kind, name, help, labels: [], take: (channel) => [[take(channel)]] };
}

const SERIES: readonly Series[] = [
  perDirection('Counter', 'eshm_messages_written_total', 'Messages written', ({ writeCount }) => writeCount),
  perDirection('Counter', 'eshm_messages_read_total', 'Messages read', ({ readCount }) => readCount),
  perDirection(
    'Gauge',
    'eshm_messages_missed',
    'Messages written and not read so far: overwritten, but for one at most that still waits',
    notReadIn,
  ),
  perDirection('Gauge', 'eshm_message_bytes', 'Size of the newest message', ({ dataSize }) => dataSize),
  perRole(
    'Counter',
    'eshm_heartbeats_total',
    'Beats, about 1000 a second from a healthy side',
    (_, heartbeat) => heartbeat,
  ),
  perRole('Gauge', 'eshm_alive', 'Whether the heart was seen to beat', ({ beating }) => beating),
  perRole(
    'Gauge',
    'eshm_stale',
    'Whether the side is marked as started and its heart stood still for the stale threshold',
    ({ beating, flagged }) => flagged && !beating,
  ),
  perChannel(
    'Counter',
    'eshm_master_starts_total',
    'Starts of a master in this segment or file',
    ({ content }) => content.header.masterGeneration,
  ),
  perChannel(
    'Gauge',
    'eshm_segment_created_timestamp_seconds',
    'When the segment was created, or its owner or mode changed, or the file was created; its age is time() minus this',
    ({ stat }) => stat.changedAtS,
  ),
  perChannel('Gauge', 'eshm_segment_bytes', 'Size of the segment or file', ({ stat }) => stat.size),
  {
    kind: 'Gauge',
    name: 'eshm_segment_attachments',
    help: 'Attachments of the segment; nobody counts those of a file',
    labels: [],
    take: ({ stat: { attachments } }) => (attachments === undefined ? [] : [[attachments]]),
  },
  {
    kind: 'Gauge',
    name: 'eshm_segment_info',
    help: 'Always 1; its labels say what the channel is made of',
    labels: ['key', 'file', 'id', 'owner', 'master', 'slave'],
    take: ({ stat, master, slave }) => [
      [
        1,
        {
          key: stat.key === undefined ? '' : formatKey(stat.key),
          file: stat.path === undefined ? '' : escapeText(`${stat.path}`),
          id: `${stat.id}`,
          owner: userName(stat.uid),
          master: master.process ?? '',
          slave: slave.process ?? '',
        },
      ],
    ],
  },
];

const STATES: readonly ShmState[] = ['live', 'stale', 'foreign', 'unreadable'];

/**
 * What was found as Prometheus text. A removed segment, which has no key to be told by, is counted and not shown.
 *
 * @param names - for the label `channel`; a name in both kinds of memory is told apart by the label `shm`
 */
export function renderFindings(
  { Counter, Gauge, Registry }: PromClient,
  findings: readonly Finding[],
  names: Labels,
): Promise<string> {
  const registry = new Registry();
  const registers = [registry];
  const channels = findings.filter(isChannel).filter(({ stat }) => !stat.removed);
  for (const { kind, name, help, labels, take } of SERIES) {
    const options = { name, help, labelNames: ['channel', 'shm', ...labels], registers };
    const counter = kind === 'Counter' ? new Counter(options) : undefined;
    const metric = counter ?? new Gauge(options);
    for (const channel of channels) {
      for (const [value, more] of take(channel)) {
        metric.inc({ channel: names.of(channel.stat), shm: channel.stat.shm, ...more }, value);
      }
    }
  }
  const segments = new Gauge({
    name: 'eshm_segments',
    help: "System V segments of this IPC namespace and files of /dev/shm by state; foreign ones are not ESHM's",
    labelNames: ['shm', 'state'],
    registers,
  });
  for (const shm of SHM_KINDS) {
    const inIt = findings.filter(({ stat }) => stat.shm === shm);
    for (const state of STATES) {
      segments.set({ shm, state }, inIt.filter((finding) => finding.state === state).length);
    }
  }
  return registry.metrics();
}
