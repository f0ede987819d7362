// One worker of `simulationPool.ts`: does one piece of work after the other.
import { doWork, type Work } from './simulationWork.ts';

process.on('message', (work: Work) => {
  void doWork(work).then((done) => process.send?.(done));
});
