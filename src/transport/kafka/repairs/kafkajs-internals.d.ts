declare module 'kafkajs/src/network/requestQueue/index.js' {
  /** The requests of one connection. */
  export default class RequestQueue {
    constructor(options: object);
    readonly pending: readonly unknown[];
    checkPendingRequests(): void;
    scheduleCheckPendingRequests(): void;
  }
}

declare module 'kafkajs/src/network/connection.js' {
  /** A connection to a broker; the same one connects again after it was lost. */
  export default class Connection {
    constructor(options: object);
    /** What has come of an answer that is not whole yet. */
    chunks: Buffer[];
    bytesBuffered: number;
    bytesNeeded: number;
    isConnected(): boolean;
    connect(): Promise<boolean>;
  }
}

declare module 'kafkajs/src/broker/saslAuthenticator/*' {
  import type { Mechanism } from 'kafkajs';

  /** How clients with this account authenticate themselves. */
  const provider: (account: {
    readonly username: string;
    readonly password: string;
  }) => Mechanism['authenticationProvider'];
  export default provider;
}
