import type { ICustomPartitioner } from 'kafkajs';

/** For messages whose partition is known. */
export const routedPartitioner: ICustomPartitioner =
  () =>
  ({ message }) =>
    message.partition ?? 0;
