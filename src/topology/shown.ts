import { declaredFields, valueAt, withValue } from './declared.js';
import type { Topology } from './topology.js';

const HIDDEN = '***';

/** A topology as it may be shown: its fields and their values, without passwords. */
export function withoutSecrets(topology: Topology): unknown {
  return declaredFields(topology).reduce<unknown>((shown, { path, facts: { secret } }) => {
    const value = valueAt(shown, path);
    if (secret === undefined || typeof value !== 'string') return shown;
    return withValue(shown, path, secret === 'value' ? HIDDEN : withoutCredentials(value));
  }, topology);
}

/** Where the log or the view is. */
export function addressOf(topology: Topology, key: 'log' | 'view'): string {
  const field = declaredFields(topology).find(({ path, facts }) => path[0] === key && facts.address);
  const value = field && valueAt(withoutSecrets(topology), field.path);
  return Array.isArray(value) ? value.join(', ') : String(value);
}

function withoutCredentials(text: string): string {
  const url = new URL(text);
  if (url.username === '' && url.password === '') return text;
  url.username = HIDDEN;
  url.password = '';
  return url.href;
}
