// One worker of `simulationPool.ts`: does one piece of work after the other as it is told to.
import { parentPort } from 'node:worker_threads';
import { doWork, type Work } from './simulationWork.ts';

const port = parentPort;
if (port === null) throw new Error('This file runs as a worker alone.');
port.on('message', (work: Work) => {
  void doWork(work).then((done) => port.postMessage(done));
});
