import { notStoredHere } from '../../app/integration.ts';
import * as vscode from 'vscode';
import { DatabaseUnusable } from '../../../cleanup/database/databaseUnusable.ts';
import type { Entry } from '../../../cleanup/list/entry.ts';
import { Places } from '../../../cleanup/list/positions.ts';
import { views } from '../../../contributions.ts';
import type { App } from '../../app/app.ts';
import { titleOf, type StoredIntegrations } from '../../app/integration.ts';
import { ListCheckboxes, type CheckboxChange } from './listCheckboxes.ts';
import { everything, type ListChoice, type ListFilter } from './listFilter.ts';
import type { EntryNode } from '../../input/commandArguments.ts';
import { ListRows, type ListNode, type PageNode } from './listRows.ts';
import { ShownRows, type ReadChildren } from './shownRows.ts';
import { RefreshPace } from '../../app/refreshPace.ts';
import { startTimer } from '../../app/startTimer.ts';
import { treeItem } from './treeItem.ts';
import { ViewHead, type ViewReading } from './viewHead.ts';

const nobody: StoredIntegrations = { integrations: [], currentId: undefined, withoutKeys: [] };

/**
 * The tree "Cleanup List": the entries of all integrations by what they ask of the user. It only reads, and of the rows
 * only those that can be seen; while the view is hidden, none. What goes wrong is logged, never thrown to VS Code.
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
  /** As VS Code told it last: while it asks for rows anew, it knows of none that are selected. */
  #selection: readonly ListNode[] = [];
  /** Undefined until they were asked for; a locked keyring is not taken for one without keys. */
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

  /** The rows that are selected, groups and pages among them. */
  get selectedRows(): readonly ListNode[] {
    return this.#selection;
  }

  /** The entries whose rows are selected. */
  get selection(): readonly EntryNode[] {
    return this.#selection.filter((node) => node.kind === 'entry');
  }

  /** What is shown, and in which order. */
  get choice(): ListChoice {
    return this.#choice;
  }

  get filter(): ListFilter {
    return this.#choice.filter;
  }

  get order(): ListChoice['order'] {
    return this.#choice.order;
  }

  /** Shows what the filter lets through, until the window closes or another one is set. */
  setFilter(filter: ListFilter): void {
    this.#choice = { ...this.#choice, filter };
    this.#pace.request();
  }

  /** Shows this session alone, and gives the view the focus. */
  async show(sessionId: string): Promise<void> {
    this.setFilter({ text: sessionId });
    await vscode.commands.executeCommand(`${views.list}.focus`);
  }

  setOrder(order: ListChoice['order']): void {
    this.#choice = { ...this.#choice, order };
    this.#pace.request();
  }

  /** The first entry of a page, as it is now. Throws `DatabaseUnusable`. */
  firstOn({ name, from }: PageNode): Entry | undefined {
    return this.#read().reading.outline.entries(name, from, 1)[0];
  }

  async getChildren(node?: unknown): Promise<ListNode[]> {
    // Once they are known, nothing is waited for: VS Code 1.103 refuses rows that come after it was told to ask anew.
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
      // The rows first: VS Code lets what is fired right after a message wait.
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
    const places = new Places(records.database);
    const reading = new ListRows({ ...records, places, titles, absent, now }, this.#choice);
    return { records, reading, stored, titles, absent, choice: this.#choice, now };
  }

  #children(parent: ListNode | undefined, read: ReadChildren): ListNode[] {
    const { children, isWhole } = this.#tree.children(parent, read);
    if (!isWhole) this.#pace.request();
    return [...children];
  }

  /** Tells VS Code what can be seen and is not what it was. */
  #drawAnew(read: ReadChildren): void {
    if (!this.#treeView.visible) return;
    const selected = new Set(this.#selection.map(({ id }) => id));
    const changes = this.#tree.changes(read, selected);
    if (changes === 'everything') this.#changed.fire(undefined);
    else if (changes.length > 0) this.#changed.fire(changes);
  }

  /** Shows that the list cannot be used, and logs it once as long as it is the same. */
  #fail(error: unknown): void {
    // The window closes; nobody has to know what is not shown any more.
    if (this.#isDisposed || error instanceof vscode.CancellationError) return;
    this.#head.showUnusable(this.#integrations(), this.#choice);
    const problem = error instanceof DatabaseUnusable ? error.problem : String(error);
    if (problem === this.#lastProblem) return;
    this.#lastProblem = problem;
    this.#app.log.failure('the cleanup list cannot be shown', error);
  }

  #integrations(): StoredIntegrations {
    return this.#stored === undefined || this.#stored === 'unreadable' ? nobody : this.#stored;
  }

  async #readStored(): Promise<void> {
    // What keeps the credentials from being read is told by whoever needs them.
    this.#stored = await this.#app.store.read().catch(() => 'unreadable' as const);
  }

  #expanded(node: ListNode): void {
    this.#tree.expand(node);
    // VS Code may show what it remembers, which was not looked at meanwhile.
    this.#pace.request();
  }

  async #check(items: CheckboxChange): Promise<void> {
    const isWritten = await this.#checkboxes.change(items, this.#choice);
    // VS Code has drawn them as the user wanted them.
    if (!isWritten && !this.#isDisposed) this.#changed.fire(items.map(([node]) => node));
  }
}
