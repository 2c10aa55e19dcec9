declare module 'kafkajs/src/network/requestQueue/index.js' {
  /** The requests of one connection. */
  export default class RequestQueue {
    constructor(options: object);
    readonly pending: readonly unknown[];
    checkPendingRequests(): void;
    scheduleCheckPendingRequests(): void;
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
