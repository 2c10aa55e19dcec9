import { get, type IncomingMessage } from 'node:http';
import { onTestFinished } from 'vitest';
import { waitUntil } from '../conformance/patience.js';

export interface ServerEvent {
  readonly name: string;
  readonly id: string;
  readonly data: string;
}

/** A client of server-sent events, as far as the stream of the dashboard needs one. */
export class EventClient {
  readonly events: ServerEvent[] = [];
  /** What a browser would send as `Last-Event-ID`. */
  lastId = '';
  isOpen = true;
  #rest = '';

  private constructor(private readonly response: IncomingMessage) {
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => this.#read(chunk));
    response.on('close', () => {
      this.isOpen = false;
    });
    response.on('error', () => {});
  }

  static async open(url: URL, lastId = ''): Promise<EventClient> {
    const headers = lastId === '' ? {} : { 'last-event-id': lastId };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get(url, { headers, agent: false }, resolve).on('error', reject);
    });
    if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
    const client = new EventClient(response);
    onTestFinished(() => client.close());
    return client;
  }

  /** Ids of the texts that came. */
  get texts(): string[] {
    return this.events.filter(({ name }) => name === 'scored').map(({ data }) => JSON.parse(data).id);
  }

  /** Until the server has said where the client begins: what is written from then on comes. */
  async ready(): Promise<this> {
    await waitUntil('the stream has begun', () => this.lastId !== '');
    return this;
  }

  close(): void {
    this.response.destroy();
  }

  #read(chunk: string): void {
    const blocks = (this.#rest + chunk).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => split(line)));
      const [name, id, data] = ['event', 'id', 'data'].map((field) => fields.get(field));
      this.lastId = id ?? this.lastId;
      if (data !== undefined) this.events.push({ name: name ?? 'message', id: this.lastId, data });
    }
  }
}

function split(line: string): [field: string, value: string] {
  const at = line.indexOf(': ');
  return [line.slice(0, at), line.slice(at + 2)];
}
