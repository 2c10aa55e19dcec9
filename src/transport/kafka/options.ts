/** A line for the log of the program. */
export interface KafkaLogEntry {
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  readonly message: string;
  readonly fields: Record<string, unknown>;
}

export interface KafkaOptions {
  /** Name of this program in the logs of the brokers. */
  readonly clientId: string;
  /** Brokers to begin with, as host:port; they name the others. */
  readonly brokers: readonly string[];
  /** PEM texts. Where it is present, even empty, the brokers are spoken to over TLS. */
  readonly tls?:
    | {
        readonly ca?: string;
        readonly cert?: string;
        readonly key?: string;
        readonly servername?: string;
      }
    | undefined;
  readonly sasl?:
    | {
        readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
        readonly username: string;
        readonly password: string;
      }
    | undefined;
  /** Of what is written; what is read may be compressed in any of these ways. */
  readonly compression: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';
  /** Copies of the topics that are created; the default of the brokers when left out. */
  readonly replication?: number;
  /** Milliseconds after which the partitions of a silent consumer go to others; 10,000 when left out. */
  readonly sessionMs?: number;
  readonly onLog?: (entry: KafkaLogEntry) => void;
}

export type KafkaLog = NonNullable<KafkaOptions['onLog']>;

/** The log of what belongs to one partition. */
export type PartitionLog = (
  level: KafkaLogEntry['level'],
  message: string,
  facts: Record<string, unknown>,
) => void;
