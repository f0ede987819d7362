// One worker of `simulationPool.ts`: does one piece of work after the other as it is told to.
import { doWork, type Work } from './simulationWork.ts';

process.on('message', (work: Work) => {
  void doWork(work).then((done) => process.send?.(done));
});
