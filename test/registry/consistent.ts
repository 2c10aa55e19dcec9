import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type ModelEvent, modelEventSchema } from '../../src/codec/model-event.js';
import { EMPTY, fold, type RegistryState } from '../../src/registry/state.js';

/** Reads a journal as its files are, and checks that they are whole and numbered from 1 without gaps. */
export function journalOf(folder: string): ModelEvent[] {
  const names = readdirSync(join(folder, 'journal')).sort();
  expect(names).toEqual(names.map((_, i) => `${String(i + 1).padStart(6, '0')}.json`));
  return names.map((name, i) => {
    const event = modelEventSchema.parse(JSON.parse(readFileSync(join(folder, 'journal', name), 'utf8')));
    expect(event.seq).toBe(i + 1);
    return event;
  });
}

/** Checks that each event was allowed in the state that the events before it make. */
export function expectLegal(events: readonly ModelEvent[]): void {
  const states = [EMPTY];
  for (const event of events) {
    const state = states.at(-1) ?? EMPTY;
    expect(event.previous).toBe(state.live ?? null);
    expect(isLegal(event, state), `event ${event.seq}, ${event.event}`).toBe(true);
    const { decidedOn } = event.metrics;
    if (decidedOn !== undefined) expect(rolesOf(state)).toEqual(rolesOf(states[decidedOn]));
    states.push(fold(state, event));
  }
}

const rolesOf = (state: RegistryState = EMPTY) => [state.live, state.previous, state.trial];

function isLegal({ event, version }: ModelEvent, state: RegistryState): boolean {
  const { versions, live, previous, trial } = state;
  if (event === 'registered') return !versions.includes(version);
  if (!versions.includes(version)) return false;
  switch (event) {
    case 'promoted':
    case 'rejected':
      return version !== live;
    case 'rolledBack':
      return version === previous;
    case 'canary':
    case 'shadow':
      return live !== undefined && version !== live && (trial?.version ?? version) === version;
    case 'trialEnded':
      return version === trial?.version;
    case 'collected':
      return ![live, previous, trial?.version].includes(version);
  }
}
