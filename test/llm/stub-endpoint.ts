import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';

const requestShape = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  temperature: z.number(),
  seed: z.number().optional(),
});
export type Question = z.infer<typeof requestShape>;

/** What the stub does with a question: an answer, a status, no answer at all, or an end of the connection. */
export type Reply =
  | string
  | { readonly status: number; readonly body?: unknown; readonly retryAfter?: number }
  | 'silence'
  | 'hang up';

/** A chat endpoint of this test's own, on loopback. */
export class StubEndpoint {
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly questions: Question[] = [];
  readonly authorizations = new Set<string | undefined>();
  /** Most questions that were open at one time. */
  most = 0;
  #open = 0;

  private constructor(
    private readonly reply: (question: Question, number: number) => Reply | Promise<Reply>,
  ) {}

  static async start(
    reply: (question: Question, number: number) => Reply | Promise<Reply>,
  ): Promise<StubEndpoint> {
    const stub = new StubEndpoint(reply);
    stub.#server.listen(0, '127.0.0.1');
    await once(stub.#server, 'listening');
    return stub;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the stub does not listen');
    return `http://127.0.0.1:${address.port}/v1`;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.authorizations.add(request.headers.authorization);
    if (request.url === '/v1/models') {
      response.end(JSON.stringify({ data: [{ id: 'stub-7b' }] }));
      return;
    }
    if (request.url !== '/v1/chat/completions') {
      response.writeHead(404).end('no such path');
      return;
    }
    const question = requestShape.parse(await json(request));
    this.questions.push(question);
    this.#open += 1;
    this.most = Math.max(this.most, this.#open);
    const reply = await this.reply(question, this.questions.length);
    this.#open -= 1;
    if (reply === 'silence') return;
    if (reply === 'hang up') {
      response.destroy();
    } else if (typeof reply === 'string') {
      response.end(JSON.stringify({ choices: [{ message: { role: 'assistant', content: reply } }] }));
    } else {
      const { status, body = {}, retryAfter } = reply;
      if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter);
      response.writeHead(status).end(JSON.stringify(body));
    }
  }
}
