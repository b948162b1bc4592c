import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Bridge, BridgeStats } from '../../bridge/index.js';
import { guarded } from '../guarded.js';
import { parseDataSize, parseMs, parsePeriod, parseThreshold } from '../parse.js';
import { plural, print, printEvent, warn } from '../printing/report.js';
import { escapeText } from '../printing/text.js';
import { Troubles } from '../printing/troubles.js';
import { type BridgeFlags, planOf } from '../talking/bridge-plan.js';
import { errorInShellWords, shmOption } from '../talking/open-options.js';

const EXAMPLES = `
Examples:
  eshm bridge robot --nats nats://10.0.0.1            on both machines; finds its end by itself
  eshm bridge robot arm --as near --nats nats://10.0.0.1
  eshm bridge robot --delivery acknowledged           a send() returns when it was read there
  eshm bridge --config bridge.json                    many channels; SIGHUP reads the file anew
  eshm bridge robot --as near --gateway               for \`nats sub eshm.robot.m2s\`

Passwords and tokens come from files or from the environment (NATS_URL, NATS_USER,
NATS_PASSWORD, NATS_TOKEN, NATS_NKEY, NATS_CREDS, NATS_CA, NATS_CERT, NATS_KEY), never from
the command line, which everybody on the machine can read. SIGUSR1 prints the counters. Exit code
1: no server within --wait, refused, or another bridge has this end.`;

/** `eshm bridge`: channels past one machine. */
export function bridge(program: Command): void {
  program
    .command('bridge')
    .description('join channels with their namesakes on another machine, over NATS')
    .argument('[names...]', 'channel names, the same on both machines')
    .option(
      '--nats <url>',
      'the server, or several with commas (default: NATS_URL, else nats://127.0.0.1:4222)',
      withoutSecrets,
    )
    .addOption(
      new Option(
        '--as <end>',
        'near where the master is, far where the slave is (default: near if a master lives here)',
      ).choices(['near', 'far']),
    )
    .option('--prefix <words>', 'first words of the subjects (default: eshm)')
    .addOption(
      new Option(
        '--delivery <mode>',
        'of what leaves here; acknowledged: read here means read there (default: newest)',
      ).choices(['newest', 'acknowledged']),
    )
    .option('--gateway', 'live while the server is there, also without another bridge')
    .addOption(shmOption())
    .option('--max-data-size <bytes>', 'bytes in one slot (default: 4096)', parseDataSize)
    .option(
      '--stale-threshold <ms>',
      'of a segment or file made here (default: that of the near end)',
      parseThreshold,
    )
    .option('--resend <ms>', 'acknowledged: publish again here until it was read', parsePeriod)
    .option('--lease <ms>', 'a silent bridge is gone after this long (default: 600)', parseMs)
    .option(
      '--wait <seconds>',
      'how long to look for a server at the start; 0: no limit (default: 10)',
      parseSeconds,
    )
    .option('--user <name>', 'user name; the password is in NATS_PASSWORD or --password-file')
    .option('--password-file <file>', 'file with the password')
    .option('--token-file <file>', 'file with the token')
    .option('--nkey <file>', 'file with the seed of an NKey')
    .option('--creds <file>', 'credentials file')
    .option('--tls-ca <file>', 'certificate of who signed that of the server')
    .option('--tls-cert <file>', 'certificate of this client')
    .option('--tls-key <file>', 'key of this client')
    .option('--config <file>', 'JSON with channels and the options above; SIGHUP reads its channels anew')
    .option('--stats <seconds>', 'print the counters this often', parseSeconds)
    .option('--json', 'every line is a JSON object')
    .addHelpText('after', EXAMPLES)
    .action(guarded('bridge', run));
}

async function run(names: string[], options: BridgeFlags): Promise<void> {
  process.title = 'eshm-bridge';
  const plan = planOf(names, options);
  // Loaded here, because no other command needs it.
  const { bridge: start } = await import('../../bridge/index.js');
  const stop = new AbortController();
  const codes = { SIGINT: 130, SIGTERM: 143 } as const;
  for (const [signal, code] of Object.entries(codes)) {
    process.on(signal, () => {
      process.exitCode = code;
      stop.abort();
    });
  }
  const troubles = new Troubles();
  const say = options.json
    ? printEvent
    : (event: string, details: Details) => sayText(event, details, troubles);
  let made: Bridge | undefined;
  const listen = (bridge: Bridge) => {
    made = bridge;
    bridge.on('state', (change) => say('state', { ...change }));
    bridge.on('server', (isUp, server) => say('server', { up: isUp, server }));
    bridge.on('dropped', (name, reason, bytes) => say('dropped', { name, reason, bytes }));
    bridge.on('notice', (text) => say('notice', { text }));
  };
  const tellStats = () => {
    for (const stats of made?.stats() ?? []) say('stats', { ...stats });
  };
  process.on('SIGUSR1', tellStats);
  if (options.config === undefined) process.on('SIGHUP', () => stop.abort());
  else process.on('SIGHUP', () => void reload(made, names, options, say));
  const timer = options.stats ? setInterval(tellStats, options.stats * 1000) : undefined;
  try {
    const bridge = await start(plan.channels, { ...plan.options, signal: stop.signal, on: listen });
    const error = await new Promise<Error | undefined>((resolve) => bridge.once('closed', resolve));
    if (error !== undefined) throw error;
  } catch (error) {
    if (stop.signal.aborted) return;
    throw error instanceof Error && 'code' in error ? errorInShellWords(error) : error;
  } finally {
    clearInterval(timer);
    troubles.end();
    process.off('SIGUSR1', tellStats);
    // Listeners of signals keep nothing alive; what else is open was closed by the bridge.
    if (stop.signal.aborted) process.exit();
  }
}

/** Reads the channels of the file anew; a file that is wrong changes nothing. */
async function reload(
  bridge: Bridge | undefined,
  names: string[],
  options: BridgeFlags,
  say: (event: string, details: Details) => void,
): Promise<void> {
  try {
    const { channels, options: defaults } = planOf(names, options);
    const { as, delivery, shm, maxDataSize, staleThresholdMs, resendMs, gateway } = defaults;
    await bridge?.reload(channels, { as, delivery, shm, maxDataSize, staleThresholdMs, resendMs, gateway });
    say('notice', { text: `${options.config} was read anew: ${plural(channels.length, 'channel')}` });
  } catch (error) {
    say('notice', { text: `${options.config} was not taken: ${(error as Error).message}` });
  }
}

/** The value of `--nats`: an address, and nothing that others must not read. */
function withoutSecrets(text: string): string {
  if (!/\/\/[^/]*@|^[^/]*@/.test(text)) return text;
  throw new InvalidArgumentError(
    'A password on the command line can be read by everybody; put the URL in NATS_URL, or use --creds, --nkey or --password-file.',
  );
}

function parseSeconds(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1_000_000) return value;
  throw new InvalidArgumentError('Expected seconds, 0 or more.');
}

type Details = Readonly<Record<string, unknown>>;

function sayText(event: string, details: Details, troubles: Troubles): void {
  const name = escapeText(`${details.name ?? ''}`);
  switch (event) {
    case 'state':
      print(
        `${name}${details.end === undefined ? '' : ` (${details.end})`}: ${details.state}, ${escapeText(`${details.reason}`)}`,
      );
      return;
    case 'server':
      print(`server ${details.server}: ${details.up ? 'connected' : 'lost'}`);
      return;
    case 'dropped':
      troubles.tell(`${name}: a message was dropped: ${escapeText(`${details.reason}`)}`);
      return;
    case 'notice':
      warn(escapeText(`${details.text}`));
      return;
    default:
      print(statsLine(name, details as unknown as BridgeStats));
  }
}

function statsLine(name: string, stats: BridgeStats): string {
  const { sent, unconfirmed, received, missed, dropped, repeated, roundTripMs } = stats;
  const trip =
    roundTripMs === undefined
      ? ''
      : `, round trip ${roundTripMs.p50.toFixed(2)} ms (p99 ${roundTripMs.p99.toFixed(2)})`;
  return `${name} (${stats.end}): sent ${sent}, received ${received}, missed ${missed}, dropped ${dropped}, repeated ${repeated}, unconfirmed ${unconfirmed}${trip}`;
}
