'use strict';
// What electron-updater asks of `electron` outside Electron: requests over Node's own client.
const http = require('node:http');

class Request extends require('node:events') {
  constructor(options) {
    super();
    this.inner = http.request({ ...options, session: undefined }, (response) => this.emit('response', response));
    this.inner.on('error', (error) => this.emit('error', error));
    this.inner.on('close', () => this.emit('close'));
  }
  setHeader(name, value) {
    this.inner.setHeader(name, value);
  }
  write(data) {
    this.inner.write(data);
  }
  end(data) {
    this.inner.end(data);
  }
  abort() {
    this.inner.destroy();
  }
}

module.exports = {
  net: { request: (options) => new Request(options) },
  session: { fromPartition: () => ({}) },
  autoUpdater: { emit: () => true },
};
