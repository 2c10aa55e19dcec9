import { z } from 'zod';
import type { Component } from '../component.js';
import { inputFile, partitions, retention } from '../fields.js';

export const kafkaLog = {
  key: 'log',
  kind: 'kafka',
  summary: 'The log on a Kafka cluster, version 2.5 or newer.',
  guarantees:
    'Transactional: a reader with `isolation.level=read_committed` finds each score once. Any number of processes share the work; the partitions of a process that dies go to the others.',
  example: 'log:\n  kind: kafka\n  brokers: [kafka-1:9092, kafka-2:9092, kafka-3:9092]\n  replication: 3\n',
  ambient: true,
  fields: z
    .strictObject({
      kind: z.literal('kafka'),
      brokers: z
        .array(z.string().regex(/^.+:\d{1,5}$/, 'expected host:port'))
        .min(1, 'expected at least one host:port')
        .default(['localhost:9092'])
        .describe('Brokers to begin with; they name the others.')
        .meta({ environment: 'MOODTAPE_KAFKA_BROKERS', address: true }),
      clientId: z
        .string()
        .min(1)
        .default('moodtape')
        .describe('Name of this program in the logs of the brokers.'),
      tls: z
        .boolean()
        .default(false)
        .describe('Whether the brokers are spoken to over TLS.')
        .meta({ environment: 'MOODTAPE_KAFKA_TLS' }),
      caFile: inputFile
        .optional()
        .describe('PEM file of the authorities that brokers are trusted by; those of Node when left out.')
        .meta({ environment: 'MOODTAPE_KAFKA_CA_FILE' }),
      certFile: inputFile
        .optional()
        .describe('PEM file of the certificate that moodtape shows, for brokers that want one.'),
      keyFile: inputFile.optional().describe('PEM file of its private key.'),
      mechanism: z
        .enum(['plain', 'scram-sha-256', 'scram-sha-512'])
        .default('scram-sha-512')
        .describe('SASL mechanism, where there is a username.')
        .meta({ environment: 'MOODTAPE_KAFKA_MECHANISM' }),
      username: z
        .string()
        .min(1)
        .optional()
        .describe('Account.')
        .meta({ environment: 'MOODTAPE_KAFKA_USERNAME' }),
      password: z
        .string()
        .min(1)
        .optional()
        .describe('Its password; better in the variable than in a file.')
        .meta({ environment: 'MOODTAPE_KAFKA_PASSWORD', secret: 'value' }),
      compression: z
        .enum(['none', 'gzip', 'snappy', 'lz4', 'zstd'])
        .default('lz4')
        .describe(
          'Of what is written. Clients older than 2.1 do not read `zstd`, and kafkajs reads `gzip` alone until it is given codecs.',
        ),
      partitions: partitions
        .default(3)
        .describe('Of `sentiment.scored`, and of sources that do not say, when they are to be created.'),
      replication: z
        .int()
        .min(1)
        .optional()
        .describe('Copies of the topics that are created; the default of the brokers when left out.'),
      retention,
    })
    .refine(({ username, password }) => (username === undefined) === (password === undefined), {
      path: ['username'],
      message: 'expected username and password, or neither',
    })
    .refine(({ certFile, keyFile }) => (certFile === undefined) === (keyFile === undefined), {
      path: ['certFile'],
      message: 'expected certFile and keyFile, or neither',
    })
    .refine(({ tls, caFile, certFile }) => tls || (caFile ?? certFile) === undefined, {
      path: ['tls'],
      message: 'expected true beside certificates',
    }),
} as const satisfies Component;
