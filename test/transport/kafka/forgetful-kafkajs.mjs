import BrokerPool from 'kafkajs/src/cluster/brokerPool.js';

// For `--import`: kafkajs closes no connection, as if it had forgotten all brokers; it does forget one that goes away.
BrokerPool.prototype.disconnect = async () => {};
