import type * as vscode from 'vscode';
import type { Found } from '../sessions/findings.ts';
import type { App } from './app/app.ts';
import type * as ReviewsModule from './adding/review/reviews.ts';
import type { ReviewOptions, Reviews } from './adding/review/reviews.ts';

/** The way to the review of what was found, which is only loaded when there is something to review. */
export class ReviewDoor implements vscode.Disposable {
  readonly #app: App;
  readonly #load: () => Promise<typeof ReviewsModule>;
  #reviews: Promise<Reviews> | undefined;
  #isDisposed = false;

  constructor(
    app: App,
    load: () => Promise<typeof ReviewsModule> = () => import('./adding/review/reviews.ts'),
  ) {
    this.#app = app;
    this.#load = load;
  }

  /**
   * Asks which of the found ids come onto the list of the current integration, and puts them there with their places.
   * Says so itself where nothing was found, what was not read, and where there is no integration. Resolves when the
   * user has chosen from the pick list, to whether all that was chosen is listed, or when the many are shown in the view,
   * to false; throws what the database throws.
   */
  async review(found: Found, options: ReviewOptions = {}): Promise<boolean> {
    return (await this.open()).review(found, options);
  }

  /** What holds the review that is open. */
  open(): Promise<Reviews> {
    this.#reviews ??= this.#load().then((module) => {
      const reviews = new module.Reviews(this.#app);
      if (this.#isDisposed) reviews.dispose();
      return reviews;
    });
    return this.#reviews;
  }

  dispose(): void {
    this.#isDisposed = true;
    void this.#reviews?.then((reviews) => reviews.dispose());
  }
}
