import * as vscode from 'vscode';
import { commands, rowKinds } from '../../../contributions.ts';
import type { ListNode, ShownEntry } from './listRows.ts';

/** Makes VS Code's tree item of a row. */
export function treeItem(node: ListNode): vscode.TreeItem {
  const { label, description, tooltip, spoken, icon, color, checkbox } = node.row;
  const item = new vscode.TreeItem(label, collapsibleState(node));
  item.id = node.id;
  item.description = description;
  item.tooltip = tooltip;
  item.accessibilityInformation = { label: spoken };
  if (icon !== undefined)
    item.iconPath = new vscode.ThemeIcon(
      icon,
      color === undefined ? undefined : new vscode.ThemeColor(color),
    );
  if (checkbox !== undefined)
    item.checkboxState = {
      state: checkbox.isChecked
        ? vscode.TreeItemCheckboxState.Checked
        : vscode.TreeItemCheckboxState.Unchecked,
      tooltip: checkbox.spoken,
      accessibilityInformation: { label: checkbox.spoken },
    };
  if (node.kind === 'entry') entryParts(item, node);
  return item;
}

function entryParts(item: vscode.TreeItem, node: ShownEntry): void {
  item.contextValue = rowKinds[node.entry.group];
  if (node.entry.source === undefined) return;
  item.command = { command: commands.openSource, title: 'Open Source', arguments: [node] };
}

function collapsibleState(node: ListNode): vscode.TreeItemCollapsibleState {
  if (node.kind === 'entry') return vscode.TreeItemCollapsibleState.None;
  // In groups with something to do, the first page is open. Other pages are closed, so that they do not push the other
  // groups out of sight.
  const isOpen = node.kind === 'group' || (node.from === 0 && ['needsYou', 'listed'].includes(node.name));
  return isOpen ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
}
