import { MoodtapeError, messageOf } from '../../errors.js';
import { type RedisAddress, serverOf } from './address.js';

/** Answers that pass by themselves. */
const PASSING = /^(?:LOADING|BUSY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|NOREPLICAS) /;
/** Codes of Node.js when the two sides of a TLS connection do not get along. */
const TLS = /CERT|UNABLE_TO_VERIFY|^ERR_(?:TLS|SSL)_|^EPROTO$/;

/** What Redis refuses with, and the way out. Older versions put the word into the middle of a script's error. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/\b(?:WRONGPASS|NOAUTH)\b|invalid password/, 'correct the user and the password in the URL of Redis'],
  [/\bNOPERM\b/, 'allow the user the keys, the channel and the commands that docs/redis.md names'],
  [/\bOOM\b/, 'raise maxmemory of Redis; docs/redis.md says what the view needs'],
  [/\bREADONLY\b/, 'give the address of the primary: this one is a replica'],
  [/\bMISCONF\b/, 'let Redis save to its disk again'],
  [/\bWRONGTYPE\b/, 'choose another prefix, or remove the keys under it that are not of a view'],
  [/\bMOVED\b/, 'this Redis is part of a cluster: set `cluster: true`'],
  [/cluster support disabled/, 'this Redis is not a cluster: leave `cluster` out'],
  [/max number of clients/, 'raise maxclients of Redis'],
];
const TLS_REMEDY =
  'trust its certificate with NODE_EXTRA_CA_CERTS, or correct the scheme or the host in the URL';

/** What went wrong, without the password: Redis repeats the arguments of a command that it does not know. */
export function reasonOf(error: unknown, { password }: RedisAddress): string {
  const message = messageOf(error);
  return password === undefined ? message : message.replaceAll(password, '***');
}

/**
 * The error for a user when Redis refuses; undefined when it is only away, or busy, and will be back. The client's own
 * error is not kept as the cause: it holds the command's arguments, a password among them.
 */
export function refusalOf(error: unknown, address: RedisAddress): MoodtapeError | undefined {
  if (error instanceof MoodtapeError) return error;
  const server = serverOf(address);
  const message = reasonOf(error, address);
  if (isReply(error) && !PASSING.test(message)) {
    const remedy = REMEDIES.find(([pattern]) => pattern.test(message))?.[1];
    return new MoodtapeError('MT_VIEW', `Redis at ${server} refused: ${message}`, remedy ? { remedy } : {});
  }
  if (TLS.test(codeOf(error))) {
    return new MoodtapeError('MT_VIEW', `no TLS with Redis at ${server}: ${message}`, { remedy: TLS_REMEDY });
  }
  return undefined;
}

/** Whether Redis itself said it, and not the connection. */
function isReply(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
