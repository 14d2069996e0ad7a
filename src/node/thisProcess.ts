import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { codeOf } from './diskErrors.js';

/** Who holds something on the disk: enough to tell later whether it still lives. */
export interface ProcessMark {
  readonly pid: number;
  /** When the process started, in the kernel's ticks: a pid is used again, this is not. Null where unknown. */
  readonly started: string | null;
  /** Of this boot; null where the system does not say. */
  readonly boot: string | null;
  /** Host and pid namespace: only within one can a pid be asked about. */
  readonly host: string;
}

const orNull = (read: () => string): string | null => {
  try {
    return read().trim();
  } catch {
    return null;
  }
};

/** Field 22 of /proc/PID/stat; the name before it may hold spaces and brackets. */
const startOf = (pid: number): string | null =>
  orNull(() => {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  });

export const thisProcess: ProcessMark = {
  pid: process.pid,
  started: startOf(process.pid),
  boot: orNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
  host: `${hostname()} ${orNull(() => readlinkSync('/proc/self/ns/pid')) ?? ''}`.trim(),
};

/** Whether the holder lives: 'unknown' on another host. */
export const lifeOf = (mark: ProcessMark): 'alive' | 'gone' | 'unknown' => {
  if (mark.host !== thisProcess.host) return 'unknown';
  if (mark.boot !== thisProcess.boot) return 'gone';
  try {
    process.kill(mark.pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM' ? 'alive' : 'gone';
  }
  return mark.started !== null && startOf(mark.pid) !== mark.started ? 'gone' : 'alive';
};

export const isProcessMark = (value: unknown): value is ProcessMark =>
  typeof value === 'object' &&
  value !== null &&
  'pid' in value &&
  typeof value.pid === 'number' &&
  Number.isInteger(value.pid) &&
  value.pid > 0 &&
  'host' in value &&
  typeof value.host === 'string' &&
  'boot' in value &&
  'started' in value;
