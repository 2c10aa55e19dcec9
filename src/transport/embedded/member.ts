import { hostname } from 'node:os';

/** A consumer's place in its group; it lasts until it expires or is renewed. */
export interface Member {
  readonly topics: readonly string[];
  readonly host: string;
  readonly pid: number;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

const HOST = hostname();

/** A consumer of this process. */
export function memberOf(topics: readonly string[], expires: number): Member {
  return { topics, host: HOST, pid: process.pid, expires };
}

/** A member of this machine also dies with its process, so that its partitions move at once. */
export function isAlive(member: Member, now: number): boolean {
  return member.expires > now && (member.host !== HOST || isRunning(member.pid));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process is there and belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
