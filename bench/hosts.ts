/*
 * Kinds of hosts. A ratio says the same on a fast machine and on a slow one, more or less; between two processors it does
 * not, nor between two kernels. So a report has a run of each kind, and a run is judged and compared on its own.
 */
import type { Machine } from './machine.js';

/** What tells kinds of hosts from each other. */
export type Host = Pick<Machine, 'cpu' | 'cores' | 'kernel'>;

/** The processor as people name it: `Intel Xeon`, `AMD EPYC 9R14`. */
export function processorOf({ cpu }: Pick<Host, 'cpu'>): string {
  const name = cpu
    .replace(/\((?:R|TM|C)\)/gi, '')
    .replace(/@.*$/, '')
    .replace(/\b(?:\d+-Core )?(?:Processor|CPU)\b/gi, '')
    .replace(/\s+/g, ' ')
    .trim();
  return name === '' ? cpu : name;
}

/** The kind of a host in words: processor, cores, and the kernel's release line without its patches. */
export function describeHost(host: Host): string {
  const line = /^\S+ \d+\.\d+/.exec(host.kernel)?.[0] ?? host.kernel;
  return `${processorOf(host)}, ${host.cores} cores, ${line}`;
}

/** The same as a part of a file's name: hosts of one kind have the same. */
export function hostKind(host: Host): string {
  return describeHost(host)
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** What heads the columns of each: the processor, and all that is known of the kind where two have the same one. */
export function hostLabels(hosts: readonly Host[]): string[] {
  const processors = hosts.map(processorOf);
  return hosts.map((host, i) => {
    const processor = processors[i]!;
    const isOnly = processors.indexOf(processor) === processors.lastIndexOf(processor);
    return isOnly ? processor : describeHost(host);
  });
}
