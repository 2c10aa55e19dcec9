import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

/**
 * After its first request a connection of kafkajs 2.2.4 looks every millisecond, for ever, for requests that wait, with a
 * negative delay about which Node 24 warns. It is to look only while there are any.
 */
const schedule = RequestQueue.prototype.scheduleCheckPendingRequests;

RequestQueue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
  if (this.pending.length > 0) schedule.call(this);
};
