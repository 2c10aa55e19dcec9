import kafkajs, { type ICustomPartitioner } from 'kafkajs';

/**
 * For messages whose partition is known. kafkajs drops, without a word, those for a partition that its producer has not heard of,
 * as when a topic has been given more. What a broker answers that does not know one has it ask for what there is, and try again.
 */
export const routedPartitioner: ICustomPartitioner =
  () =>
  ({ topic, message: { partition = 0 }, partitionMetadata }) => {
    if (partitionMetadata.some(({ partitionId }) => partitionId === partition)) return partition;
    const error = new Error(`the producer does not know the partition ${topic}/${partition}`);
    throw new kafkajs.KafkaJSProtocolError(
      Object.assign(error, { type: 'UNKNOWN_TOPIC_OR_PARTITION', code: 3, retriable: true }),
    );
  };
