import * as vscode from 'vscode';
import { commands, rowKinds } from '../../../contributions.ts';
import type { ListNode, ShownEntry } from './listRows.ts';

/** A row as VS Code draws it. It reads nothing. */
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
  item.contextValue = rowKinds[node.entry.shelf];
  if (node.entry.source === undefined) return;
  item.command = { command: commands.openSource, title: 'Open Source', arguments: [node] };
}

function collapsibleState(node: ListNode): vscode.TreeItemCollapsibleState {
  if (node.kind === 'entry') return vscode.TreeItemCollapsibleState.None;
  // Of a thousand sessions the first page is looked at if something is to be done with it. What waits or is done
  // would only push the other groups out of sight.
  const isOpen = node.kind === 'group' || (node.from === 0 && ['needsYou', 'listed'].includes(node.name));
  return isOpen ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
}
