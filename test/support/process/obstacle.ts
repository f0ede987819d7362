/** Something outside the code that the person at the terminal can put right: the message says what and how. */
export class Obstacle extends Error {
  override readonly name = 'Obstacle';
}

/** Has a script end with an obstacle's message alone if it meets one; other errors keep their stack. */
export function endWithMessageOnObstacle(): void {
  process.once('uncaughtException', (error) => {
    console.error(error instanceof Obstacle ? error.message : error);
    process.exit(1);
  });
}
