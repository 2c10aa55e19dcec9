import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A status and a body, HTML if it is a string, else JSON; `silence` never answers, `hangup` drops the connection. */
export type Reply = readonly [status: number, body: unknown] | 'silence' | 'hangup';

export interface ScriptedRegistry {
  readonly url: string;
  /** Every request so far, such as `GET /schemas/ids/7`. */
  readonly requests: string[];
  /** The `authorization` header of the last request. */
  authorization: string | undefined;
  /** Most requests that were open at one time. */
  mostOpen: number;
}

/** What registries say of a schema that they do not have. */
export const NOT_FOUND: Reply = [404, { error_code: 40403, message: 'Schema not found' }];

/** A server that behaves as a registry must not, or seldom does: for faults that a real one cannot be asked for. */
export async function startScriptedRegistry(
  reply: (request: string, nth: number, headers: IncomingMessage['headers']) => Reply | Promise<Reply>,
): Promise<ScriptedRegistry> {
  let open = 0;
  const server = createServer((request, response) => {
    const line = `${request.method} ${request.url}`;
    registry.requests.push(line);
    registry.authorization = request.headers.authorization;
    registry.mostOpen = Math.max(registry.mostOpen, ++open);
    response.once('close', () => open--);
    const nth = registry.requests.filter((earlier) => earlier === line).length;
    void Promise.resolve(reply(line, nth, request.headers)).then((answer) => {
      if (answer === 'silence') return;
      if (answer === 'hangup') {
        request.socket.destroy();
        return;
      }
      const [status, body] = answer;
      const isText = typeof body === 'string';
      response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json' });
      response.end(isText ? body : JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const registry: ScriptedRegistry = {
    url: `http://127.0.0.1:${port}`,
    requests: [],
    authorization: undefined,
    mostOpen: 0,
  };
  return registry;
}
