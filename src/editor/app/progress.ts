import * as vscode from 'vscode';

/** Shows a progress with cancel around something that asks Veriff; the signal is aborted by the cancel button. */
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
      // A token that is cancelled already says so one turn later, when the first request would have left.
      if (token.isCancellationRequested) controller.abort();
      try {
        return await ask(controller.signal, progress);
      } finally {
        subscription.dispose();
      }
    },
  );
}
