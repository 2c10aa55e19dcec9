import Connection from 'kafkajs/src/network/connection.js';

/** Each answer begins with its length. */
const LENGTH_BYTES = 4;

/**
 * A connection of kafkajs 2.2.4 that was reset in the midst of an answer keeps the part that it had, and takes what comes over the next
 * one for the rest: no request is answered any more. It is to begin anew.
 */
const connect = Connection.prototype.connect;

Connection.prototype.connect = function (this: Connection): Promise<boolean> {
  if (!this.isConnected()) {
    this.chunks = [];
    this.bytesBuffered = 0;
    this.bytesNeeded = LENGTH_BYTES;
  }
  return connect.call(this);
};
