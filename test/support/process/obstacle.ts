/** A problem outside the code that the user at the terminal can fix: the message says what and how. */
export class Obstacle extends Error {
  override readonly name = 'Obstacle';
}

/** Lets a script that meets an obstacle end with only its message; other errors keep their stack. */
export function endWithMessageOnObstacle(): void {
  process.once('uncaughtException', (error) => {
    console.error(error instanceof Obstacle ? error.message : error);
    process.exit(1);
  });
}
