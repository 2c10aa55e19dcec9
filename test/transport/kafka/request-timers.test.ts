import '../../../src/transport/kafka/repairs/request-timers.js';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

describe('an idle connection of kafkajs', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('does not look for requests that wait while there are none', () => {
    new RequestQueue({ requestTimeout: 1_000, logger: {} }).checkPendingRequests();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('looks while there are some', () => {
    const queue = new RequestQueue({ requestTimeout: 1_000, maxInFlightRequests: 0, logger: {} });
    Object.assign(queue, { pending: [{}] });
    queue.checkPendingRequests();
    expect(vi.getTimerCount()).toBe(1);
  });
});
