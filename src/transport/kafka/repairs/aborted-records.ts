import type { Broker, Cluster } from 'kafkajs';

/** The parts of a response to a fetch that the repair reads and changes. */
export interface FetchedPartition<Message = unknown> {
  abortedTransactions: { readonly producerId: string; readonly firstOffset: string }[] | null;
  readonly messages: readonly (Message & FetchedMessage)[];
}

export interface FetchedMessage {
  readonly offset: string;
  readonly key: Buffer | null;
  isControlRecord?: boolean;
  /** Absent in the formats from before Kafka 0.11, which know no transactions. */
  readonly batchContext?: { readonly producerId: string; readonly inTransaction: boolean };
}

interface FetchResponse {
  readonly responses: readonly { readonly partitions: readonly FetchedPartition[] }[];
}

/** The key of a control record that ends an aborted transaction: version 0, type 0. */
const ABORT = Buffer.alloc(4);

/**
 * kafkajs 2.2.4 lets records of aborted transactions through: it takes the list of these transactions to be in the order in
 * which they began, but brokers send it in the order in which they ended; it looks at one transaction a record, where several
 * may have begun before the first; and it takes any record whose key is four zero bytes for the end of a transaction. So
 * they are marked here, as Kafka's own consumer finds them, before kafkajs sees them.
 */
export function repairFetches(cluster: Cluster): void {
  const findBroker = cluster.findBroker.bind(cluster);
  const repaired = new WeakSet<Broker>();
  cluster.findBroker = async (node) => {
    const broker = await findBroker(node);
    if (!repaired.has(broker)) {
      repaired.add(broker);
      const fetch = broker.fetch.bind(broker);
      broker.fetch = async (request) => {
        const response: FetchResponse = await fetch(request);
        for (const { partitions } of response.responses) partitions.forEach(hideAborted);
        return response;
      };
    }
    return broker;
  };
}

/** Makes control records, which nobody is shown, of the records of aborted transactions. */
export function hideAborted(partition: FetchedPartition): void {
  const begun = (partition.abortedTransactions ?? [])
    .map(({ producerId, firstOffset }) => ({ producerId, firstOffset: BigInt(firstOffset) }))
    .sort((a, b) => Number(b.firstOffset - a.firstOffset));
  partition.abortedTransactions = [];
  if (begun.length === 0) return;

  const aborting = new Set<string>();
  for (const message of partition.messages) {
    const { batchContext, isControlRecord, key } = message;
    if (batchContext === undefined) continue;
    const offset = BigInt(message.offset);
    for (let next = begun.at(-1); next && next.firstOffset <= offset; next = begun.at(-1)) {
      aborting.add(next.producerId);
      begun.pop();
    }
    if (isControlRecord) {
      if (key?.equals(ABORT)) aborting.delete(batchContext.producerId);
    } else if (batchContext.inTransaction && aborting.has(batchContext.producerId)) {
      message.isControlRecord = true;
    }
  }
}
