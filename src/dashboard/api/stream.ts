import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';
import { z } from 'zod';
import { Refusal } from '../refusal.js';
import { STREAM_HEADERS, type StreamClients } from '../stream/clients.js';
import { EVENTS, parsePosition } from '../stream/position.js';
import { parsed } from './endpoint.js';
import { scopeInput, windowInput } from './inputs.js';
import { FAILURE, type PathItem, parametersOf } from './openapi.js';

const NAMES = EVENTS.join('|');

const input = z.strictObject({
  events: z
    .string()
    .regex(new RegExp(`^(?:${NAMES})(?:,(?:${NAMES}))*$`), `expected some of ${EVENTS.join(',')}`)
    .default(EVENTS.join(','))
    .describe('Which events, separated by commas.'),
  symbol: scopeInput
    .optional()
    .describe(
      'Texts about it and rows of it; all texts and the rows of the market with `*`; everything when left out.',
    ),
  window: windowInput.optional().describe('Rows of these windows alone.'),
  after: z
    .string()
    .optional()
    .describe(
      '`id` of the last event that came: goes on there. The header `Last-Event-ID` does the same, and wins.',
    ),
});

export const streamPath = '/api/stream';

export const streamPathItem: PathItem = {
  get: {
    summary: 'Texts and index rows as they come, as server-sent events',
    description:
      'Event `scored` has a Text, `index` an IndexRow; `gap` says that what lies between is too much, or gone, so that what is shown should be asked for anew. Partition by partition in the order of the log, each once.',
    parameters: parametersOf(input, streamPath),
    responses: {
      200: {
        description: 'Until the client goes',
        content: { 'text/event-stream': { schema: { type: 'string' } } },
      },
      default: FAILURE,
    },
  },
};

/** Answers with events until the client goes. */
export function stream(clients: StreamClients) {
  return (c: Context<{ Bindings: HttpBindings }>): Response => {
    const { events, symbol, window, after } = parsed(input, c.req.query());
    const last = c.req.header('last-event-id') || after;
    const position = last === undefined ? undefined : parsePosition(last);
    if (last !== undefined && position === undefined) {
      throw new Refusal(400, 'MT_REQUEST', 'after: expected the id of an event');
    }
    if (c.req.method === 'HEAD') return c.body(null, 200, STREAM_HEADERS);
    const filter = { events: EVENTS.filter((name) => events.split(',').includes(name)), symbol, window };
    clients.add(c.env.outgoing, filter, position);
    return RESPONSE_ALREADY_SENT;
  };
}
