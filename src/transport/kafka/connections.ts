import { type Cluster, type PartitionAssigner, PartitionAssigners } from 'kafkajs';

/** kafkajs shows the connections of a consumer only to what assigns its partitions. */
export function withConnections(attend: (cluster: Cluster) => void): PartitionAssigner {
  return (config) => {
    attend(config.cluster);
    return PartitionAssigners.roundRobin(config);
  };
}
