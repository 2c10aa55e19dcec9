import type { AuthenticationProviderArgs, Mechanism } from 'kafkajs';
import plain from 'kafkajs/src/broker/saslAuthenticator/plain.js';
import scram256 from 'kafkajs/src/broker/saslAuthenticator/scram256.js';
import scram512 from 'kafkajs/src/broker/saslAuthenticator/scram512.js';
import type { KafkaOptions } from '../options.js';

const PROVIDERS = { plain, 'scram-sha-256': scram256, 'scram-sha-512': scram512 };

type Sasl = NonNullable<KafkaOptions['sasl']>;

/**
 * kafkajs 2.2.4 says of whatever ends an authentication that the broker has refused it, also of a connection that was lost in its
 * midst, and never tries again. It is to say what happened.
 */
export function saslMechanism({ mechanism, username, password }: Sasl): Mechanism {
  const provider = PROVIDERS[mechanism]({ username, password });
  return {
    mechanism,
    authenticationProvider: (args) => {
      let failure: unknown;
      const saslAuthenticate: AuthenticationProviderArgs['saslAuthenticate'] = async (request) => {
        try {
          return await args.saslAuthenticate(request);
        } catch (error) {
          failure = error;
          throw error;
        }
      };
      const { authenticate } = provider({ ...args, saslAuthenticate });
      return {
        authenticate: () =>
          authenticate().catch((error: unknown) => {
            throw failure ?? error;
          }),
      };
    },
  };
}
