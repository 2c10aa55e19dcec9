import { SERVER_NAMES, SERVICES, startServices } from './services.js';

/** `npm run services`: all services for a developer, until Ctrl-C. What it prints can be pasted into a shell. */
for (const name of SERVER_NAMES) {
  if (!SERVICES[name].find()) console.error(`${name} is not installed: ${SERVICES[name].install}`);
}
const { addresses, stop } = await startServices(SERVER_NAMES);
const { Kafka, Redis, Registry } = addresses;
if (Kafka) console.log(`export MOODTAPE_KAFKA_BROKERS=${Kafka.brokers.join(',')}`);
if (Redis) console.log(`export MOODTAPE_REDIS_URL=${Redis.url}`);
if (Registry) console.log(`export MOODTAPE_REGISTRY_URL=${Registry.url}`);
console.error('These run until Ctrl-C; their data goes with them.');
// Ctrl-C can arrive twice, from the terminal and from the runner of scripts; the second must not cut the stopping short.
await new Promise((resolve) => process.on('SIGINT', resolve).on('SIGTERM', resolve));
await stop();
