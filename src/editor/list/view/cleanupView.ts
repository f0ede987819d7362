import * as vscode from 'vscode';
import { DatabaseUnusable } from '../../../cleanup/database/databaseUnusable.ts';
import type { Entry } from '../../../cleanup/list/entry.ts';
import { Positions } from '../../../cleanup/list/positions.ts';
import { views } from '../../../contributions.ts';
import type { App } from '../../app/app.ts';
import { notStoredHere, titleOf, type StoredIntegrations } from '../../app/integration.ts';
import { noIntegrations } from '../../app/integrationStore.ts';
import { ListCheckboxes, type CheckboxChange } from './listCheckboxes.ts';
import { everything, type ListChoice, type ListFilter } from './listFilter.ts';
import type { EntryNode } from '../../input/commandArguments.ts';
import { ListRows, type ListNode, type PageNode } from './listRows.ts';
import { ShownRows, type ReadChildren } from './shownRows.ts';
import { RefreshPace } from '../../app/refreshPace.ts';
import { startTimer } from '../../app/startTimer.ts';
import { treeItem } from './treeItem.ts';
import { ViewHead, type ViewReading } from './viewHead.ts';

/**
 * The tree "Cleanup List": the entries of all integrations, grouped by what the user has to do. It only reads, and only
 * what is visible; nothing while the view is hidden. Errors are logged, never thrown to VS Code.
 */
export class CleanupView implements vscode.TreeDataProvider<unknown>, vscode.Disposable {
  readonly #app: App;
  readonly #treeView: vscode.TreeView<unknown>;
  readonly #changed = new vscode.EventEmitter<unknown>();
  readonly #tree = new ShownRows();
  readonly #head: ViewHead;
  readonly #checkboxes: ListCheckboxes;
  readonly #pace: RefreshPace;
  readonly #subscriptions: readonly vscode.Disposable[];
  #choice = everything;
  /** The selection that VS Code last reported: while it reloads the rows, its own selection is empty. */
  #selection: readonly ListNode[] = [];
  /** Undefined until they were read. 'unreadable' differs from none: a keyring may be locked. */
  #stored: StoredIntegrations | 'unreadable' | undefined;
  #lastProblem: string | undefined;
  #isDisposed = false;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(app: App, treeView: vscode.TreeView<unknown>) {
    this.#app = app;
    this.#treeView = treeView;
    this.#head = new ViewHead(treeView);
    this.#checkboxes = new ListCheckboxes(app);
    const now = (): number => app.clock().monotonicMs;
    this.#pace = new RefreshPace({ now, startTimer, look: () => this.#look() });
    this.#subscriptions = [
      app.onDidChange(() => this.#pace.request()),
      treeView.onDidChangeVisibility(({ visible }) => {
        if (visible) this.#pace.request();
      }),
      treeView.onDidChangeSelection(({ selection }) => {
        this.#selection = selection as readonly ListNode[];
      }),
      treeView.onDidCollapseElement(({ element }) => this.#tree.collapse(element as ListNode)),
      treeView.onDidExpandElement(({ element }) => this.#expanded(element as ListNode)),
      treeView.onDidChangeCheckboxState(({ items }) => void this.#check(items as CheckboxChange)),
    ];
  }

  /** The selected rows, including groups and pages. */
  get selectedRows(): readonly ListNode[] {
    return this.#selection.map((node) => this.#tree.current(node));
  }

  get selection(): readonly EntryNode[] {
    return this.selectedRows.filter((node) => node.kind === 'entry');
  }

  /** The current filter and order. */
  get choice(): ListChoice {
    return this.#choice;
  }

  get filter(): ListFilter {
    return this.#choice.filter;
  }

  get order(): ListChoice['order'] {
    return this.#choice.order;
  }

  /** Sets the filter; it is kept until the window closes. */
  setFilter(filter: ListFilter): void {
    this.#choice = { ...this.#choice, filter };
    this.#pace.request();
  }

  /** Filters the list for one session, and focuses the view. */
  async show(sessionId: string): Promise<void> {
    this.setFilter({ text: sessionId });
    await vscode.commands.executeCommand(`${views.list}.focus`);
  }

  setOrder(order: ListChoice['order']): void {
    this.#choice = { ...this.#choice, order };
    this.#pace.request();
  }

  /** The current first entry of a page. Throws `DatabaseUnusable`. */
  firstOn({ name, from }: PageNode): Entry | undefined {
    return this.#read().reading.outline.entries(name, from, 1)[0];
  }

  async getChildren(node?: unknown): Promise<ListNode[]> {
    // Waits only the first time: VS Code 1.103 rejects rows that arrive after it was told to refresh.
    if (this.#stored === undefined) await this.#readStored();
    const parent = node as ListNode | undefined;
    try {
      const { reading } = this.#read();
      return this.#children(parent, (below) => reading.children(below));
    } catch (error) {
      this.#fail(error);
      this.#pace.request();
      return this.#children(parent, () => []);
    }
  }

  getTreeItem(node: unknown): vscode.TreeItem {
    return treeItem(node as ListNode);
  }

  getParent(node: unknown): ListNode | undefined {
    return this.#tree.parentOf(node as ListNode);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#pace.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  async #look(): Promise<number> {
    await this.#readStored();
    const startedMs = performance.now();
    if (!this.#isDisposed) this.#show();
    return performance.now() - startedMs;
  }

  #show(): void {
    try {
      const look = this.#read();
      // The rows first: VS Code delays events that fire right after a change of the message.
      this.#drawAnew((parent) => look.reading.children(parent));
      this.#head.show(look);
      this.#lastProblem = undefined;
    } catch (error) {
      this.#drawAnew(() => []);
      this.#fail(error);
    }
  }

  #read(): ViewReading {
    const records = this.#app.records();
    const stored = this.#integrations();
    const absent = this.#stored === 'unreadable' ? 'integration not readable' : notStoredHere;
    const titles = new Map(stored.integrations.toReversed().map((each) => [each.id, titleOf(each)]));
    const { wallAt: now } = this.#app.clock();
    const positions = new Positions(records.database);
    const reading = new ListRows({ ...records, positions, titles, absent, now }, this.#choice);
    return { records, reading, stored, titles, absent, choice: this.#choice, now };
  }

  #children(parent: ListNode | undefined, read: ReadChildren): ListNode[] {
    const { children, isWhole } = this.#tree.children(parent, read);
    if (!isWhole) this.#pace.request();
    return [...children];
  }

  /** Tells VS Code to request all rows again if any of the visible ones has changed. */
  #drawAnew(read: ReadChildren): void {
    if (this.#treeView.visible && this.#tree.isChanged(read)) this.#changed.fire(undefined);
  }

  /** Shows that the list cannot be used, and logs each problem once. */
  #fail(error: unknown): void {
    // The window is closing, and the view is not shown any more.
    if (this.#isDisposed || error instanceof vscode.CancellationError) return;
    this.#head.showUnusable(this.#integrations(), this.#choice);
    const problem = error instanceof DatabaseUnusable ? error.problem : String(error);
    if (problem === this.#lastProblem) return;
    this.#lastProblem = problem;
    this.#app.log.failure('the cleanup list cannot be shown', error);
  }

  #integrations(): StoredIntegrations {
    return this.#stored === undefined || this.#stored === 'unreadable' ? noIntegrations : this.#stored;
  }

  async #readStored(): Promise<void> {
    // The error is reported by the command that needs the credentials.
    this.#stored = await this.#app.store.read().catch(() => 'unreadable' as const);
  }

  #expanded(node: ListNode): void {
    this.#tree.expand(node);
    // VS Code may show the rows it remembers, which were not refreshed while collapsed.
    this.#pace.request();
  }

  async #check(items: CheckboxChange): Promise<void> {
    const isWritten = await this.#checkboxes.change(items, this.#choice);
    // VS Code has already drawn the new checkboxes, so they must be redrawn.
    if (!isWritten && !this.#isDisposed) this.#changed.fire(undefined);
  }
}
