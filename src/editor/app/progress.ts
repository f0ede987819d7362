import * as vscode from 'vscode';

/** Shows a progress with Cancel while `ask` sends requests to Veriff; Cancel aborts the signal. */
export function withProgress<T>(
  title: string,
  ask: (
    signal: AbortSignal,
    progress: vscode.Progress<{ message?: string; increment?: number }>,
  ) => Promise<T>,
): Thenable<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, cancellable: true, title },
    async (progress, token) => {
      const controller = new AbortController();
      const subscription = token.onCancellationRequested(() => controller.abort());
      // A token that is cancelled already fires its event one turn later, after the first request would have been sent.
      if (token.isCancellationRequested) controller.abort();
      try {
        return await ask(controller.signal, progress);
      } finally {
        subscription.dispose();
      }
    },
  );
}
